/* What is done to one message, or with a new one. */
#include "core/net/imap_select.h"

#include <string.h>

#include "core/base/error.h"

typedef struct {
    guint32 uid;
    gboolean found; /* its body came */
    gint64 *date;
    gboolean *seen, *flagged;
    ImapBody *body;
    GError *error; /* of the sink, for a body that came as a short string */
} Fetch;

static void
fetch_reply(gpointer user, Imap *imap, const ImapReply *reply)
{
    Fetch *fetch = user;
    if (reply->kind != IMAP_REPLY_FETCH)
        return;
    g_autoptr(ImapFetched) got = imap_parse_fetch(reply);
    if (got->summary->uid != fetch->uid || got->body == NULL || fetch->found)
        return;
    fetch->found = TRUE;
    if (fetch->date != NULL)
        *fetch->date = got->summary->date;
    if (fetch->seen != NULL)
        *fetch->seen = got->summary->seen;
    if (fetch->flagged != NULL)
        *fetch->flagged = got->summary->flagged;
    gsize size;
    const guint8 *data = g_bytes_get_data(got->body, &size);
    if (size > 0) {
        fetch->body->size = size;
        fetch->body->sink(fetch->body->user, data, size, &fetch->error);
    }
}

static gboolean
call_text(Imap *imap, const char *text, ImapHandler handler, gpointer user,
          ImapResult *result, GError **error)
{
    g_autoptr(ImapCommand) command = imap_command_new(0);
    imap_command_add(command, "%s", text);
    return imap_call(imap, command, handler, user, result, error);
}

static gboolean
fetch_once(Imap *imap, Fetch *fetch, GError **error)
{
    ImapResult result;
    g_autofree char *text = g_strdup_printf(
        "UID FETCH %u (UID FLAGS INTERNALDATE BODY.PEEK[])", fetch->uid);
    imap->body = fetch->body;
    gboolean answered =
        call_text(imap, text, fetch_reply, fetch, &result, error);
    gboolean streamed = imap->body == NULL;
    imap->body = NULL;
    if (!answered)
        return FALSE;
    if (fetch->error != NULL) {
        g_propagate_error(error, fetch->error);
        return FALSE;
    }
    /* Bytes that turn out to be another message's are no answer. */
    if (streamed && !fetch->found)
        return imap_break(imap, APP_ERROR_MALFORMED,
                          "another message than was asked", error);
    return result.kind == IMAP_REPLY_OK ||
           imap_refused(&result, "UID FETCH", error);
}

static gboolean
fetch_message(Imap *imap, const char *folder, guint32 uid_validity,
              Fetch *fetch, GError **error)
{
    gboolean kept;
    ImapResult result;
    if (!imap_select_same(imap, folder, uid_validity, &kept, error) ||
        !fetch_once(imap, fetch, error))
        return FALSE;
    /* Another connection may have seen the message arrive before this one. */
    if (!fetch->found && kept &&
        (!call_text(imap, "NOOP", NULL, NULL, &result, error) ||
         !fetch_once(imap, fetch, error)))
        return FALSE;
    if (!fetch->found)
        g_set_error_literal(error, APP_ERROR, APP_ERROR_NOT_FOUND,
                            "IMAP: the message is no longer there");
    return fetch->found;
}

/* As much as was announced: an array that grows would hold twice that. */
typedef struct {
    guint8 *bytes;
    gsize used;
    ImapBody body;
} Memory;

static gboolean
memory_sink(gpointer user, const guint8 *data, gsize size, GError **error)
{
    Memory *memory = user;
    if (memory->bytes == NULL)
        memory->bytes = g_malloc(memory->body.size);
    g_assert(size <= memory->body.size - memory->used);
    memcpy(memory->bytes + memory->used, data, size);
    memory->used += size;
    return TRUE;
}

GBytes *
imap_fetch(Imap *imap, const char *folder, guint32 uid_validity, guint32 uid,
           gsize max, gint64 *date, gboolean *seen, gboolean *flagged,
           GError **error)
{
    Memory memory = {
        .body = {.sink = memory_sink, .user = &memory, .max = max}};
    Fetch fetch = {.uid = uid,
                   .date = date,
                   .seen = seen,
                   .flagged = flagged,
                   .body = &memory.body};
    gboolean good = fetch_message(imap, folder, uid_validity, &fetch, error);
    if (good)
        return g_bytes_new_take(memory.bytes, memory.used);
    g_free(memory.bytes);
    return NULL;
}

gboolean
imap_fetch_to(Imap *imap, const char *folder, guint32 uid_validity,
              guint32 uid, ImapSink sink, gpointer user, GError **error)
{
    ImapBody body = {.sink = sink, .user = user, .max = G_MAXUINT32};
    Fetch fetch = {.uid = uid, .body = &body};
    return fetch_message(imap, folder, uid_validity, &fetch, error);
}

typedef struct {
    guint32 uid;
    char *type;
} FetchType;

static void
type_reply(gpointer user, Imap *imap, const ImapReply *reply)
{
    FetchType *fetch = user;
    if (reply->kind != IMAP_REPLY_FETCH || fetch->type != NULL)
        return;
    g_autoptr(ImapFetched) got = imap_parse_fetch(reply);
    if (got->summary->uid == fetch->uid)
        fetch->type =
            g_strdup(got->summary->type != NULL ? got->summary->type : "");
}

char *
imap_fetch_type(Imap *imap, const char *folder, guint32 uid_validity,
                guint32 uid, GError **error)
{
    ImapResult result;
    FetchType fetch = {uid, NULL};
    g_autofree char *text =
        g_strdup_printf("UID FETCH %u (UID BODYSTRUCTURE)", uid);
    if (!imap_select_same(imap, folder, uid_validity, NULL, error) ||
        !call_text(imap, text, type_reply, &fetch, &result, error)) {
        g_free(fetch.type);
        return NULL;
    }
    if (fetch.type == NULL)
        g_set_error_literal(error, APP_ERROR, APP_ERROR_NOT_FOUND,
                            "IMAP: the message is no longer there");
    return fetch.type;
}

static gboolean
store(Imap *imap, guint32 uid, const char *flag, gboolean on, GError **error)
{
    ImapResult result;
    g_autofree char *text = g_strdup_printf(
        "UID STORE %u %cFLAGS.SILENT (%s)", uid, on ? '+' : '-', flag);
    return call_text(imap, text, NULL, NULL, &result, error) &&
           (result.kind == IMAP_REPLY_OK ||
            imap_refused(&result, "UID STORE", error));
}

/* "\Seen" or "$Forwarded": nothing that could end the list of flags. */
static gboolean
flags_are_atoms(const char *flags, GError **error)
{
    for (const char *c = flags; *c != '\0'; c++) {
        if (!g_ascii_isalnum(*c) && strchr("\\$-_ ", *c) == NULL) {
            g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                                "IMAP: not a flag");
            return FALSE;
        }
    }
    return TRUE;
}

gboolean
imap_store(Imap *imap, const char *folder, guint32 uid_validity, guint32 uid,
           const char *flag, gboolean on, GError **error)
{
    return flags_are_atoms(flag, error) &&
           imap_select_same(imap, folder, uid_validity, NULL, error) &&
           store(imap, uid, flag, on, error);
}

static gboolean
create(Imap *imap, const char *folder, GError **error)
{
    g_autoptr(ImapCommand) command = imap_command_new(0);
    ImapResult result;
    g_clear_pointer(&imap->folders, g_ptr_array_unref);
    imap_command_add(command, "CREATE ");
    return imap_command_folder(command, folder, error) &&
           imap_call(imap, command, NULL, NULL, &result, error) &&
           (result.kind == IMAP_REPLY_OK ||
            imap_refused(&result, "CREATE", error));
}

/* UID MOVE or UID COPY, with the target made where it is missing. */
static gboolean
transfer(Imap *imap, const char *verb, guint32 uid, const char *target,
         GError **error)
{
    g_autoptr(ImapCommand) command = imap_command_new(0);
    ImapResult result;
    imap_command_add(command, "UID %s %u ", verb, uid);
    if (!imap_command_folder(command, target, error) ||
        !imap_call(imap, command, NULL, NULL, &result, error))
        return FALSE;
    if (result.kind != IMAP_REPLY_OK && result.try_create) {
        if (!create(imap, target, error) ||
            !imap_call(imap, command, NULL, NULL, &result, error))
            return FALSE;
    }
    return result.kind == IMAP_REPLY_OK || imap_refused(&result, verb, error);
}

static gboolean
expunge(Imap *imap, guint32 uid, GError **error)
{
    ImapResult result;
    g_autofree char *text = g_strdup_printf("UID EXPUNGE %u", uid);
    return call_text(imap, text, NULL, NULL, &result, error) &&
           (result.kind == IMAP_REPLY_OK ||
            imap_refused(&result, "UID EXPUNGE", error));
}

gboolean
imap_move(Imap *imap, const char *folder, guint32 uid_validity, guint32 uid,
          const char *target, GError **error)
{
    if (!imap_select_same(imap, folder, uid_validity, NULL, error))
        return FALSE;
    if (imap->can & IMAP_CAN_MOVE)
        return transfer(imap, "MOVE", uid, target, error);
    if (!transfer(imap, "COPY", uid, target, error) ||
        !store(imap, uid, "\\Deleted", TRUE, error))
        return FALSE;
    /* A plain EXPUNGE would take other people's marked messages too. */
    return (imap->can & IMAP_CAN_UIDPLUS) == 0 || expunge(imap, uid, error);
}

static gboolean
need_uidplus(const Imap *imap, GError **error)
{
    if (imap->can & IMAP_CAN_UIDPLUS)
        return TRUE;
    g_set_error_literal(error, APP_ERROR, APP_ERROR_REFUSED,
                        "IMAP: the server has no UIDPLUS");
    return FALSE;
}

gboolean
imap_expunge(Imap *imap, const char *folder, guint32 uid_validity,
             guint32 uid, GError **error)
{
    return need_uidplus(imap, error) &&
           imap_select_same(imap, folder, uid_validity, NULL, error) &&
           store(imap, uid, "\\Deleted", TRUE, error) &&
           expunge(imap, uid, error);
}

/* The message in place of the literal; exactly size bytes. */
static gboolean
send_message(Imap *imap, gsize size, ByteSource source, gpointer user,
             GError **error)
{
    guint8 block[16384];
    for (;;) {
        gssize got = source(user, block, sizeof block, error);
        if (got < 0)
            return FALSE;
        if (got == 0)
            break;
        if ((gsize)got > size)
            return imap_break(imap, APP_ERROR_INTERNAL,
                              "the message is longer than announced", error);
        if (!stream_write(imap->stream, block, (gsize)got, error))
            return FALSE;
        size -= (gsize)got;
    }
    if (size > 0)
        return imap_break(imap, APP_ERROR_INTERNAL,
                          "the message is shorter than announced", error);
    return stream_write(imap->stream, "\r\n", 2, error);
}

/* Announces the message; FALSE without error if the server refuses it. */
static gboolean
announce(Imap *imap, const char *folder, const char *flags, gsize size,
         ImapResult *result, GError **error)
{
    g_autoptr(ImapCommand) command = imap_command_new(0);
    imap_command_add(command, "APPEND ");
    if (!imap_command_folder(command, folder, error))
        return FALSE;
    imap_command_add(command, " (%s) {%" G_GSIZE_FORMAT "}", flags, size);
    return imap_send_and_wait(imap, command, result, error);
}

static gboolean
append(Imap *imap, const char *folder, const char *flags, gsize size,
       ByteSource source, gpointer user, ImapResult *result, GError **error)
{
    g_autoptr(GError) why = NULL;
    const char *words = flags != NULL ? flags : "";
    if (!flags_are_atoms(words, error))
        return FALSE;
    gboolean go = announce(imap, folder, words, size, result, &why);
    if (!go && why == NULL && result->try_create &&
        create(imap, folder, &why))
        go = announce(imap, folder, words, size, result, &why);
    if (go && (!send_message(imap, size, source, user, &why) ||
               !imap_finish(imap, 1, NULL, NULL, result, &why)))
        imap->broken = TRUE;
    if (why != NULL) {
        g_propagate_error(error, g_steal_pointer(&why));
        return FALSE;
    }
    return result->kind == IMAP_REPLY_OK ||
           imap_refused(result, "the message", error);
}

gboolean
imap_append(Imap *imap, const char *folder, const char *flags, gsize size,
            ByteSource source, gpointer user, GError **error)
{
    ImapResult result = {0};
    return append(imap, folder, flags, size, source, user, &result, error);
}

gboolean
imap_append_named(Imap *imap, const char *folder, const char *flags,
                  gsize size, ByteSource source, gpointer user,
                  ImapPlace *place, GError **error)
{
    ImapResult result = {0};
    if (!need_uidplus(imap, error) ||
        !append(imap, folder, flags, size, source, user, &result, error))
        return FALSE;
    *place = (ImapPlace){result.append_validity, result.append_uid};
    if (place->uid != 0)
        return TRUE;
    g_set_error_literal(error, APP_ERROR, APP_ERROR_REFUSED,
                        "IMAP: the server does not say where the message is");
    return FALSE;
}
