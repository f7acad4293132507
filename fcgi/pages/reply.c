#include "fcgi/pages/reply.h"

#include <string.h>

#include "core/mail/reply.h"
#include "fcgi/dates.h"

static const char *
shown(const IncomingPerson *person)
{
    const char *name = person->name != NULL ? person->name : person->address;
    return name != NULL ? name : "?";
}

/* "On 3 March 2026 at 02:15, Claire Fontaine wrote:" */
static char *
head_words(const Context *ctx, const Incoming *incoming, gboolean forward)
{
    const char *msgid =
        forward ? N_("Forwarded message, from %{name} on %{date} at %{time}:")
                : N_("On %{date} at %{time}, %{name} wrote:");
    g_autofree char *day = date_plain(ctx->words, incoming->date);
    g_autofree char *clock = date_clock(incoming->date);
    return words_fill(ctx->words, msgid, "date", day, "time", clock, "name",
                      shown(&incoming->from), NULL);
}

static void
set_text(const Context *ctx, Json *form, const Incoming *incoming,
         const char *quote, gboolean forward)
{
    if (quote == NULL || *quote == '\0')
        return;
    g_autofree char *head = head_words(ctx, incoming, forward);
    g_autofree char *text =
        g_strconcat("\n\n", head, forward ? "\n\n" : "\n", quote, NULL);
    json_set_text(form, "text", text);
}

static void
add_files(const Context *ctx, ComposeStart *start, const MessageId *id,
          const Incoming *incoming, const GPtrArray *files)
{
    g_autofree char *url = message_url(ctx, id);
    for (guint i = 0; files != NULL && i < files->len; i++) {
        const IncomingFile *file = g_ptr_array_index(files, i);
        g_autofree char *part = g_strdup_printf(
            "%s%s/part/%s", url, incoming->opened ? "/open" : "", file->path);
        compose_start_file(start, part, file->name, file->type);
    }
}

gboolean
reply_fill(const Context *ctx, ComposeStart *start, const MessageId *id,
           const Incoming *incoming, const char *mode, GError **error)
{
    g_autoptr(Reply) reply = reply_make(&ctx->world, incoming, mode, error);
    if (reply == NULL)
        return FALSE;
    Json *form = start->form;
    json_set_text(form, "to", reply->to);
    json_set_text(form, "cc", reply->cc);
    shell_set_true(form, "show_cc", *reply->cc != '\0');
    json_set_text(form, "subject", reply->subject);
    if (reply->in_reply_to != NULL)
        json_set_text(form, "in_reply_to", reply->in_reply_to);
    if (reply->references != NULL)
        json_set_text(form, "references", reply->references);
    set_text(ctx, form, incoming, reply->text, strcmp(mode, "forward") == 0);
    add_files(ctx, start, id, incoming, reply->files);
    start->must_encrypt = reply->must_encrypt;
    start->left_out = reply->quote_left_out;
    return TRUE;
}
