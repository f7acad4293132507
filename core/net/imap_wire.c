#include "core/net/imap_wire.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/net/imap_tree.h"

/* One line, and what is kept of one response. A header with 10 000 addresses
 * takes 1 MiB. */
#define MAX_REPLY (4 * 1024 * 1024)
/* What a command may bring besides the body it asked for, before and after
 * both sides know each other. */
#define BUDGET_STRANGER (64 * 1024)
#define BUDGET (24 * 1024 * 1024)
/* A buffer that grew beyond this is not kept. */
#define KEEP_BUFFER (64 * 1024)

Imap *
imap_new(Stream *stream)
{
    Imap *imap = g_new0(Imap, 1);
    imap->stream = stream;
    imap->reply = g_byte_array_new();
    imap->budget = BUDGET_STRANGER;
    return imap;
}

void
imap_free(Imap *imap)
{
    if (imap == NULL)
        return;
    stream_free(imap->stream);
    g_byte_array_unref(imap->reply);
    g_clear_pointer(&imap->folders, g_ptr_array_unref);
    imap_forget_found(imap);
    g_free(imap->folder);
    g_free(imap->key);
    g_free(imap->login);
    secret_wipe(imap->proof, sizeof imap->proof);
    g_free(imap);
}

gboolean
imap_break(Imap *imap, AppError code, const char *what, GError **error)
{
    imap->broken = TRUE;
    g_set_error(error, APP_ERROR, (gint)code, "IMAP: %s", what);
    return FALSE;
}

static gboolean
spend(Imap *imap, gsize size, GError **error)
{
    if (size > imap->budget)
        return imap_break(imap, APP_ERROR_MALFORMED,
                          "the server says more than was asked", error);
    imap->budget -= size;
    return TRUE;
}

/* A literal in the middle of a response: kept while there is room, read and
 * dropped beyond that. */
static gboolean
read_literal(Imap *imap, gsize size, GError **error)
{
    guint8 block[16384];
    if (!spend(imap, size, error))
        return FALSE;
    imap->cut |= imap->reply->len + size > MAX_REPLY;
    while (size > 0) {
        gsize got =
            stream_read(imap->stream, block, MIN(size, sizeof block), error);
        if (got == 0)
            return FALSE;
        if (!imap->cut)
            g_byte_array_append(imap->reply, block, (guint)got);
        size -= got;
    }
    return TRUE;
}

/* TRUE if the line announces the literal of BODY[]. */
static gboolean
is_body(const GByteArray *reply)
{
    static const char name[] = "BODY[] {";
    const guint8 *brace = memrchr(reply->data, '{', reply->len);
    gsize before = (gsize)(brace - reply->data) + 1;
    gsize length = sizeof name - 1;
    return before > length &&
           g_ascii_strncasecmp((const char *)brace + 1 - length, name,
                               length) == 0;
}

/* The body of the message passes by; in the response it becomes "{0}". */
static gboolean
stream_body(Imap *imap, gsize size, GError **error)
{
    guint8 block[16384];
    ImapBody *body = imap->body;
    if (size > body->max)
        return imap_break(imap, APP_ERROR_TOO_LARGE,
                          "the message is over the limit", error);
    body->size = size;
    const guint8 *brace = memrchr(imap->reply->data, '{', imap->reply->len);
    g_byte_array_set_size(imap->reply, (guint)(brace - imap->reply->data));
    g_byte_array_append(imap->reply, (const guint8 *)"{0}", 3);
    while (size > 0) {
        gsize got =
            stream_read(imap->stream, block, MIN(size, sizeof block), error);
        gint64 began = g_get_monotonic_time();
        if (got == 0 || !body->sink(body->user, block, got, error))
            return FALSE;
        /* A reader on a slow line is no fault of the server's. */
        stream_forgive(imap->stream, began);
        size -= got;
    }
    /* A second body in the same answer would be somebody's mistake. */
    imap->body = NULL;
    return TRUE;
}

/* A line after which the response goes on with a literal. */
static gboolean
read_continued(Imap *imap, gsize size, GError **error)
{
    gboolean streamed =
        imap->body != NULL && !imap->cut && is_body(imap->reply);
    if (streamed && !stream_body(imap, size, error))
        return FALSE;
    if (!imap->cut)
        g_byte_array_append(imap->reply, (const guint8 *)"\r\n", 2);
    return streamed || read_literal(imap, size, error);
}

static gboolean
read_response(Imap *imap, GError **error)
{
    if (imap->reply->len > KEEP_BUFFER) {
        g_byte_array_unref(imap->reply);
        imap->reply = g_byte_array_new();
    }
    g_byte_array_set_size(imap->reply, 0);
    imap->cut = FALSE;
    for (;;) {
        gsize begin = imap->reply->len, size;
        if (!stream_read_line(imap->stream, imap->reply, MAX_REPLY, error) ||
            !spend(imap, imap->reply->len - begin + 2, error))
            return FALSE;
        gboolean more =
            imap_reply_has_literals(imap->reply->data, imap->reply->len) &&
            imap_line_announces(imap->reply->data + begin,
                                imap->reply->len - begin, &size);
        imap->cut |= imap->reply->len > MAX_REPLY;
        if (imap->cut)
            g_byte_array_set_size(imap->reply, (guint)begin);
        if (!more)
            return TRUE;
        if (!read_continued(imap, size, error))
            return FALSE;
    }
}

void
imap_forget_found(Imap *imap)
{
    g_clear_pointer(&imap->sought, g_free);
    g_clear_pointer(&imap->found, g_array_unref);
}

static void
note_exists(Imap *imap, guint32 exists)
{
    if (exists == imap->exists)
        return;
    imap->exists = exists;
    imap->renumbered = TRUE;
    imap_forget_found(imap);
}

static void
note_state(Imap *imap, const ImapReply *reply)
{
    if (reply->kind == IMAP_REPLY_EXISTS) {
        note_exists(imap, reply->number);
    } else if (reply->kind == IMAP_REPLY_EXPUNGE) {
        imap->renumbered = TRUE;
        imap_forget_found(imap);
        if (imap->exists > 0)
            imap->exists--;
    }
    guint can = imap_parse_capabilities(reply);
    if (can != 0)
        imap->can = can;
}

gboolean
imap_receive(Imap *imap, ImapReply *out, GError **error)
{
    if (!read_response(imap, error) ||
        !imap_parse_reply(imap->reply->data, imap->reply->len, out, error)) {
        imap->broken = TRUE;
        return FALSE;
    }
    if (out->kind == IMAP_REPLY_BYE)
        return imap_break(imap, APP_ERROR_UNREACHABLE,
                          "the server says goodbye", error);
    if (out->kind == IMAP_REPLY_PREAUTH && imap->greeted)
        return imap_break(imap, APP_ERROR_MALFORMED,
                          "PREAUTH after the greeting", error);
    note_state(imap, out);
    return TRUE;
}

static void
result_read(ImapResult *result, const ImapReply *reply)
{
    result->kind = reply->kind;
    result->can = imap_parse_capabilities(reply);
    imap_reply_append_uid(reply, &result->append_validity,
                          &result->append_uid);
    result->try_create = imap_reply_code_is(reply, "TRYCREATE");
    result->unavailable = imap_reply_code_is(reply, "UNAVAILABLE") ||
                          imap_reply_code_is(reply, "SERVERBUG") ||
                          imap_reply_code_is(reply, "INUSE") ||
                          imap_reply_code_is(reply, "LIMIT");
}

/* Waits for "+"; a tagged answer instead is the server's refusal. */
static gboolean
wait_for_go(Imap *imap, ImapResult *result, GError **error)
{
    for (;;) {
        ImapReply reply;
        if (!imap_receive(imap, &reply, error))
            return FALSE;
        if (reply.kind == IMAP_REPLY_CONTINUE)
            return TRUE;
        if (reply.tag == 0)
            continue;
        if (reply.tag != imap->tag || reply.kind == IMAP_REPLY_OK)
            return imap_break(imap, APP_ERROR_MALFORMED,
                              "an answer to another question", error);
        result_read(result, &reply);
        return FALSE;
    }
}

/* Sends up to the last literal; a refusal before it sets *result. */
static gboolean
send_parts(Imap *imap, const ImapCommand *command, const char *end,
           ImapResult *result, GError **error)
{
    if (imap->broken)
        return imap_break(imap, APP_ERROR_UNREACHABLE,
                          "the connection is broken", error);
    g_autoptr(ImapCommand) line = imap_command_new(command->text->len);
    imap->tag++;
    stream_begin_exchange(imap->stream);
    imap->budget = imap->signed_in ? BUDGET : BUDGET_STRANGER;
    imap_command_add(line, "T%u ", imap->tag);
    gsize at = 0;
    for (guint i = 0; i < command->pauses->len; i++) {
        gsize pause = g_array_index(command->pauses, gsize, i);
        g_string_append_len(line->text, command->text->str + at,
                            (gssize)(pause - at));
        if (!stream_write(imap->stream, line->text->str, line->text->len,
                          error)) {
            imap->broken = TRUE;
            return FALSE;
        }
        if (!wait_for_go(imap, result, error))
            return FALSE;
        g_string_truncate(line->text, 0);
        at = pause;
    }
    g_string_append(line->text, command->text->str + at);
    g_string_append(line->text, end);
    if (!stream_write(imap->stream, line->text->str, line->text->len,
                      error)) {
        imap->broken = TRUE;
        return FALSE;
    }
    return TRUE;
}

gboolean
imap_send(Imap *imap, const ImapCommand *command, GError **error)
{
    ImapResult result = {0};
    g_autoptr(GError) why = NULL;
    if (send_parts(imap, command, "\r\n", &result, &why))
        return TRUE;
    if (why != NULL) {
        g_propagate_error(error, g_steal_pointer(&why));
        return FALSE;
    }
    g_set_error_literal(error, APP_ERROR, APP_ERROR_REFUSED,
                        "IMAP: the server refuses an argument");
    return FALSE;
}

gboolean
imap_send_and_wait(Imap *imap, const ImapCommand *command, ImapResult *result,
                   GError **error)
{
    return send_parts(imap, command, "\r\n", result, error) &&
           wait_for_go(imap, result, error);
}

gboolean
imap_finish(Imap *imap, guint count, ImapHandler handler, gpointer user,
            ImapResult *results, GError **error)
{
    guint32 first = imap->tag - count + 1;
    memset(results, 0, count * sizeof *results);
    for (guint open = count; open > 0;) {
        ImapReply reply;
        if (!imap_receive(imap, &reply, error))
            return FALSE;
        if (reply.kind == IMAP_REPLY_CONTINUE)
            return imap_break(imap, APP_ERROR_MALFORMED,
                              "the server asks for what nobody has", error);
        if (reply.tag == 0) {
            if (reply.kind == IMAP_REPLY_OK)
                imap_reply_code_number(&reply, "UIDVALIDITY",
                                       &results[0].uid_validity);
            if (handler != NULL)
                handler(user, imap, &reply);
            continue;
        }
        guint32 which = reply.tag - first;
        if (which >= count || results[which].kind != IMAP_REPLY_CONTINUE)
            return imap_break(imap, APP_ERROR_MALFORMED,
                              "an answer to another question", error);
        guint32 validity = results[which].uid_validity;
        result_read(&results[which], &reply);
        results[which].uid_validity = validity;
        open--;
    }
    return TRUE;
}

gboolean
imap_call(Imap *imap, const ImapCommand *command, ImapHandler handler,
          gpointer user, ImapResult *result, GError **error)
{
    return imap_send(imap, command, error) &&
           imap_finish(imap, 1, handler, user, result, error);
}
