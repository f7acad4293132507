#include "core/net/submission_internal.h"

#include <string.h>

#include "core/net/envelope.h"
#include "core/net/smtp.h"
#include "core/net/smtp_data.h"

/* A server may look at a message for viruses before it answers. */
#define FINAL_TIMEOUT_MS 120000
/* So many commands are sent before their replies are read: both sides'
 * buffers hold that much. */
#define BATCH 50

/* What is wrong with an address beyond ASCII where SMTPUTF8 is not to be had
 * (RFC 6531 §3.5). */
static const char no_utf8[] = "553 5.6.7";

typedef struct {
    const Submission *what;
    char *from;         /* as sent */
    GPtrArray *to;      /* char *, as sent */
    GPtrArray *results; /* RecipientResult, in the same order */
    gboolean utf8;
} Envelope;

static void
envelope_clear(Envelope *envelope)
{
    g_free(envelope->from);
    if (envelope->to != NULL)
        g_ptr_array_unref(envelope->to);
    if (envelope->results != NULL)
        g_ptr_array_unref(envelope->results);
}

void
recipient_result_free(RecipientResult *result)
{
    if (result == NULL)
        return;
    g_free(result->address);
    g_free(result->reason);
    g_free(result);
}

static gboolean
envelope_fill(Envelope *envelope, const Submission *what, GError **error)
{
    envelope->what = what;
    envelope->to = g_ptr_array_new_with_free_func(g_free);
    envelope->results =
        g_ptr_array_new_with_free_func((GDestroyNotify)recipient_result_free);
    envelope->from = envelope_address(what->from, error);
    if (envelope->from == NULL)
        return FALSE;
    envelope->utf8 = !g_str_is_ascii(envelope->from);
    for (const char *const *one = what->recipients; *one != NULL; one++) {
        char *address = envelope_address(*one, error);
        if (address == NULL)
            return FALSE;
        g_ptr_array_add(envelope->to, address);
        RecipientResult *result = g_new0(RecipientResult, 1);
        result->address = g_strdup(*one);
        g_ptr_array_add(envelope->results, result);
        envelope->utf8 |= !g_str_is_ascii(address);
    }
    if (envelope->to->len > 0)
        return TRUE;
    g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                        "a message without recipients");
    return FALSE;
}

/* Can this server take this message at all? Asked before anything is said. */
static gboolean
check_limits(const Smtp *smtp, const Envelope *envelope, GError **error)
{
    if (smtp->max != 0 && envelope->what->size > smtp->max) {
        g_set_error(error, APP_ERROR, APP_ERROR_TOO_LARGE,
                    "SMTP: the server takes %" G_GUINT64_FORMAT " bytes",
                    smtp->max);
        return FALSE;
    }
    if (!g_str_is_ascii(envelope->from) && (smtp->can & SMTP_CAN_UTF8) == 0) {
        g_set_error(error, APP_ERROR, APP_ERROR_REFUSED,
                    "SMTP: %s: the server has no SMTPUTF8", no_utf8);
        return FALSE;
    }
    return TRUE;
}

static char *
mail_command(const Smtp *smtp, const Envelope *envelope)
{
    GString *line = g_string_new(NULL);
    g_string_printf(line, "MAIL FROM:<%s>", envelope->from);
    if (smtp->can & SMTP_CAN_SIZE)
        g_string_append_printf(line, " SIZE=%" G_GSIZE_FORMAT,
                               envelope->what->size);
    if (smtp->can & SMTP_CAN_8BITMIME)
        g_string_append(line, " BODY=8BITMIME");
    if (envelope->utf8 && (smtp->can & SMTP_CAN_UTF8))
        g_string_append(line, " SMTPUTF8");
    g_string_append(line, "\r\n");
    return g_string_free(line, FALSE);
}

static gboolean
read_mail_reply(Smtp *smtp, GError **error)
{
    SmtpReply reply;
    if (!smtp_receive(smtp, &reply, error))
        return FALSE;
    if (reply.code / 100 == 2)
        return TRUE;
    return smtp_refused(
        &reply, reply.code == 552 ? APP_ERROR_TOO_LARGE : APP_ERROR_REFUSED,
        "MAIL", error);
}

static gboolean
read_recipient_reply(Smtp *smtp, RecipientResult *result, GError **error)
{
    SmtpReply reply;
    if (!smtp_receive(smtp, &reply, error))
        return FALSE;
    result->accepted = reply.code / 100 == 2;
    if (!result->accepted)
        result->reason = smtp_reply_text(&reply);
    /* 421: the server leaves, and takes no one. */
    return reply.code != 421 ||
           smtp_refused(&reply, APP_ERROR_UNREACHABLE, "RCPT", error);
}

/* Recipients from first on, at most count of them; returns the next one. */
static gboolean
offer_batch(Smtp *smtp, Envelope *envelope, GString *lines, guint first,
            guint end, GError **error)
{
    gboolean utf8 = (smtp->can & SMTP_CAN_UTF8) != 0;
    for (guint i = first; i < end; i++) {
        const char *address = g_ptr_array_index(envelope->to, i);
        if (utf8 || g_str_is_ascii(address))
            g_string_append_printf(lines, "RCPT TO:<%s>\r\n", address);
    }
    stream_begin_exchange(smtp->stream);
    if (!stream_write(smtp->stream, lines->str, lines->len, error) ||
        (g_str_has_prefix(lines->str, "MAIL") &&
         !read_mail_reply(smtp, error)))
        return FALSE;
    for (guint i = first; i < end; i++) {
        RecipientResult *result = g_ptr_array_index(envelope->results, i);
        const char *address = g_ptr_array_index(envelope->to, i);
        if (!utf8 && !g_str_is_ascii(address))
            result->reason = g_strdup(no_utf8);
        else if (!read_recipient_reply(smtp, result, error))
            return FALSE;
    }
    return TRUE;
}

/* MAIL and all RCPT. */
static gboolean
offer(Smtp *smtp, Envelope *envelope, GError **error)
{
    guint batch = smtp->can & SMTP_CAN_PIPELINE ? BATCH : 1;
    g_autofree char *mail = mail_command(smtp, envelope);
    g_autoptr(GString) lines = g_string_new(mail);
    guint first = 0, end = batch == 1 ? 0 : MIN(batch, envelope->to->len);
    for (;;) {
        if (!offer_batch(smtp, envelope, lines, first, end, error))
            return FALSE;
        g_string_truncate(lines, 0);
        if (end == envelope->to->len)
            return TRUE;
        first = end;
        end = MIN(first + batch, envelope->to->len);
    }
}

/* Nobody gets it: refused, unless every server's word was "later". */
static gboolean
anyone_accepted(const Envelope *envelope, GError **error)
{
    gboolean final = FALSE;
    for (guint i = 0; i < envelope->results->len; i++) {
        const RecipientResult *one = g_ptr_array_index(envelope->results, i);
        if (one->accepted)
            return TRUE;
        final |= one->reason[0] != '4';
    }
    g_set_error_literal(error, APP_ERROR,
                        final ? APP_ERROR_REFUSED : APP_ERROR_UNREACHABLE,
                        "SMTP: the server refuses every recipient");
    return FALSE;
}

/* All of the message but the final dot: without it nothing is sent. */
static gboolean
send_content(Smtp *smtp, const Submission *what, GByteArray *end,
             GError **error)
{
    guint8 block[16384];
    SmtpData data = {0};
    gsize left = what->size;
    gssize got;
    g_autoptr(GByteArray) out = g_byte_array_new();
    while ((got = what->source(what->user, block, sizeof block, error)) > 0) {
        g_byte_array_set_size(out, 0);
        if ((gsize)got > left)
            break;
        left -= (gsize)got;
        if (!smtp_data_add(&data, block, (gsize)got, out, error) ||
            !stream_write(smtp->stream, out->data, out->len, error))
            return FALSE;
    }
    if (got < 0)
        return FALSE;
    if (got > 0 || left > 0) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_INTERNAL,
                            "the message is not as long as announced");
        return FALSE;
    }
    if (data.eight_bit && (smtp->can & SMTP_CAN_8BITMIME) == 0) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_REFUSED,
                            "SMTP: the server takes 7-bit messages only");
        return FALSE;
    }
    return smtp_data_end(&data, end, error);
}

/* From the first byte of the dot on only the answer tells what happened. */
static gboolean
send_end(Smtp *smtp, const GByteArray *end, GError **error)
{
    SmtpReply reply;
    g_autoptr(GError) why = NULL;
    stream_set_timeout(smtp->stream, FINAL_TIMEOUT_MS);
    if (!stream_write(smtp->stream, end->data, end->len, &why) ||
        !smtp_receive(smtp, &reply, &why)) {
        g_set_error(error, APP_ERROR, APP_ERROR_UNKNOWN_OUTCOME,
                    "the answer to the message did not come: %s",
                    why->message);
        return FALSE;
    }
    if (reply.code / 100 == 2)
        return TRUE;
    return smtp_refused(
        &reply, reply.code == 552 ? APP_ERROR_TOO_LARGE : APP_ERROR_REFUSED,
        "the message", error);
}

static gboolean
send_message(Smtp *smtp, const Submission *what, GError **error)
{
    SmtpReply reply;
    g_autoptr(GByteArray) end = g_byte_array_new();
    if (!smtp_call(smtp, "DATA", &reply, error))
        return FALSE;
    if (reply.code != 354)
        return smtp_refused(&reply, APP_ERROR_REFUSED, "DATA", error);
    return send_content(smtp, what, end, error) && send_end(smtp, end, error);
}

static gboolean
send_all(Smtp *smtp, TlsMode tls, Envelope *envelope, GPtrArray **refused,
         GError **error)
{
    const Submission *what = envelope->what;
    if (!smtp_begin(smtp, tls, what->login, what->password, error) ||
        !check_limits(smtp, envelope, error) || !offer(smtp, envelope, error))
        return FALSE;
    if (!anyone_accepted(envelope, error)) {
        if (refused != NULL)
            *refused = g_steal_pointer(&envelope->results);
        return FALSE;
    }
    return send_message(smtp, what, error);
}

GPtrArray *
submission_send_over(Stream *stream, TlsMode tls, const Submission *what,
                     GPtrArray **refused, GError **error)
{
    g_autoptr(Smtp) smtp = smtp_new(stream);
    Envelope envelope = {0};
    GPtrArray *results = NULL;
    if (envelope_fill(&envelope, what, error) &&
        send_all(smtp, tls, &envelope, refused, error)) {
        results = g_steal_pointer(&envelope.results);
        /* Politeness; the message is the server's now. */
        stream_write(smtp->stream, "QUIT\r\n", 6, NULL);
    }
    envelope_clear(&envelope);
    return results;
}

GPtrArray *
submission_send(const ServerConfig *server, const Submission *what,
                GPtrArray **refused, GError **error)
{
    g_autoptr(StreamTrust) trust = NULL;
    if (refused != NULL)
        *refused = NULL;
    if (server->tls != TLS_NONE) {
        trust = stream_trust_load(server, error);
        if (trust == NULL)
            return NULL;
    }
    Stream *stream = stream_open(server, trust, error);
    if (stream == NULL)
        return NULL;
    return submission_send_over(stream, server->tls, what, refused, error);
}
