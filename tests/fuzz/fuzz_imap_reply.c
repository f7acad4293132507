/*
 * What an IMAP server may answer: any bytes through every reader of
 * responses. A folder's name that was read must be one we can name back.
 */
#include "core/net/imap_parse.h"
#include "core/net/imap_tree.h"
#include "core/net/utf7.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void
read_folder(const ImapReply *reply)
{
    g_autoptr(ImapFolder) folder = imap_parse_list(reply);
    if (folder == NULL)
        return;
    g_autofree char *back = utf7_from_utf8(folder->name);
    g_assert(back != NULL && g_utf8_validate(folder->name, -1, NULL));
}

static void
read_message(const ImapReply *reply)
{
    g_autoptr(ImapFetched) got = imap_parse_fetch(reply);
    const ImapSummary *s = got->summary;
    const char *const texts[] = {s->subject, s->message_id, s->preview,
                                 s->type,    s->smime_type, s->protocol};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        g_assert(texts[i] == NULL || g_utf8_validate(texts[i], -1, NULL));
    g_assert(s->from->len <= 100 && s->to->len <= 100);
}

static void
read_search(const ImapReply *reply)
{
    g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(guint32));
    imap_parse_search(reply, found);
    for (guint i = 0; i < found->len; i++)
        g_assert(g_array_index(found, guint32, i) != 0);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    ImapReply reply;
    guint32 number;
    gsize literal;
    imap_reply_has_literals(data, size);
    imap_line_announces(data, size, &literal);
    if (!imap_parse_reply(data, size, &reply, NULL))
        return 0;
    imap_parse_capabilities(&reply);
    imap_reply_code_is(&reply, "TRYCREATE");
    imap_reply_code_number(&reply, "UIDVALIDITY", &number);
    guint32 uid = 0;
    if (imap_reply_append_uid(&reply, &number, &uid))
        g_assert(number != 0 && uid != 0);
    imap_parse_status(&reply, "UNSEEN", &number);
    read_folder(&reply);
    read_message(&reply);
    read_search(&reply);
    return 0;
}
