#include "core/net/smtp.h"

#include <string.h>

#include "core/base/secret.h"
#include "core/net/sasl.h"

/* RFC 5321 §4.5.3.1.5 says 512; servers are longer winded. */
#define MAX_LINE 2048
#define MAX_LINES 200

Smtp *
smtp_new(Stream *stream)
{
    Smtp *smtp = g_new0(Smtp, 1);
    smtp->stream = stream;
    smtp->line = g_byte_array_new();
    return smtp;
}

void
smtp_free(Smtp *smtp)
{
    if (smtp == NULL)
        return;
    stream_free(smtp->stream);
    g_byte_array_unref(smtp->line);
    g_free(smtp);
}

static gboolean
malformed(const char *what, GError **error)
{
    g_set_error(error, APP_ERROR, APP_ERROR_MALFORMED, "SMTP: %s", what);
    return FALSE;
}

/* "2.1.5" at the begin of a reply's text (RFC 2034). */
static void
read_enhanced(SmtpReply *reply, const char *text)
{
    gsize size = strspn(text, "0123456789.");
    guint dots = 0;
    for (gsize i = 0; i < size; i++)
        dots += text[i] == '.';
    if (dots == 2 && size < sizeof reply->enhanced &&
        (text[size] == ' ' || text[size] == '\0') &&
        text[0] == (char)('0' + reply->code / 100))
        memcpy(reply->enhanced, text, size);
}

/* One line of a reply; *more says whether another one follows. */
static gboolean
read_line(Smtp *smtp, SmtpReply *reply, gboolean *more, GError **error)
{
    g_byte_array_set_size(smtp->line, 0);
    if (!stream_read_line(smtp->stream, smtp->line, MAX_LINE, error))
        return FALSE;
    g_byte_array_append(smtp->line, (const guint8 *)"", 1);
    const char *text = (const char *)smtp->line->data;
    if (text[0] < '2' || text[0] > '5' || !g_ascii_isdigit(text[1]) ||
        !g_ascii_isdigit(text[2]) || strchr(" -", text[3]) == NULL)
        return malformed("not a reply", error);
    guint code = (guint)g_ascii_strtoull(text, NULL, 10);
    if (reply->code != 0 && reply->code != code)
        return malformed("a reply with two codes", error);
    reply->code = code;
    *more = text[3] == '-';
    if (text[3] != '\0')
        read_enhanced(reply, text + 4);
    return TRUE;
}

/* What an EHLO reply's line says, without its code. */
static void
read_capability(Smtp *smtp, const char *text)
{
    static const struct {
        const char *word;
        guint bit;
    } table[] = {
        {"STARTTLS", SMTP_CAN_STARTTLS}, {"8BITMIME", SMTP_CAN_8BITMIME},
        {"SMTPUTF8", SMTP_CAN_UTF8},     {"PIPELINING", SMTP_CAN_PIPELINE},
        {"SIZE", SMTP_CAN_SIZE},
    };
    g_auto(GStrv) words = g_strsplit(text, " ", 32);
    if (words[0] == NULL)
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
        if (g_ascii_strcasecmp(words[0], table[i].word) == 0)
            smtp->can |= table[i].bit;
    }
    if (g_ascii_strcasecmp(words[0], "SIZE") == 0 && words[1] != NULL)
        smtp->max = g_ascii_strtoull(words[1], NULL, 10);
    if (g_ascii_strcasecmp(words[0], "AUTH") != 0)
        return;
    for (char **word = words + 1; *word != NULL; word++) {
        if (g_ascii_strcasecmp(*word, "PLAIN") == 0)
            smtp->can |= SMTP_CAN_PLAIN;
        else if (g_ascii_strcasecmp(*word, "LOGIN") == 0)
            smtp->can |= SMTP_CAN_LOGIN;
    }
}

static gboolean
receive(Smtp *smtp, SmtpReply *reply, gboolean is_ehlo, GError **error)
{
    gboolean more = TRUE;
    memset(reply, 0, sizeof *reply);
    stream_begin_exchange(smtp->stream);
    for (guint lines = 0; more; lines++) {
        if (lines >= MAX_LINES)
            return malformed("a reply without end", error);
        if (!read_line(smtp, reply, &more, error))
            return FALSE;
        if (is_ehlo && lines > 0 && reply->code == 250)
            read_capability(smtp, (const char *)smtp->line->data + 4);
    }
    return TRUE;
}

gboolean
smtp_receive(Smtp *smtp, SmtpReply *reply, GError **error)
{
    return receive(smtp, reply, FALSE, error);
}

static gboolean
send_line(Smtp *smtp, const char *line, GError **error)
{
    g_autofree char *with_end = g_strconcat(line, "\r\n", NULL);
    stream_begin_exchange(smtp->stream);
    gboolean sent =
        stream_write(smtp->stream, with_end, strlen(with_end), error);
    /* It may be a password. */
    secret_wipe(with_end, strlen(with_end));
    return sent;
}

gboolean
smtp_call(Smtp *smtp, const char *line, SmtpReply *reply, GError **error)
{
    return send_line(smtp, line, error) && smtp_receive(smtp, reply, error);
}

char *
smtp_reply_text(const SmtpReply *reply)
{
    if (reply->enhanced[0] == '\0')
        return g_strdup_printf("%u", reply->code);
    return g_strdup_printf("%u %s", reply->code, reply->enhanced);
}

gboolean
smtp_refused(const SmtpReply *reply, AppError code, const char *what,
             GError **error)
{
    g_autofree char *text = smtp_reply_text(reply);
    g_set_error(error, APP_ERROR,
                (gint)(reply->code < 500 ? APP_ERROR_UNREACHABLE : code),
                "SMTP: the server answers %s to %s", text, what);
    return FALSE;
}

static gboolean
insecure(const char *what, GError **error)
{
    g_set_error(error, APP_ERROR, APP_ERROR_INSECURE, "SMTP: %s", what);
    return FALSE;
}

static gboolean
hello(Smtp *smtp, GError **error)
{
    SmtpReply reply;
    g_autofree char *own = stream_local_address(smtp->stream);
    g_autofree char *line = g_strdup_printf("EHLO %s", own);
    smtp->can = 0;
    smtp->max = 0;
    return send_line(smtp, line, error) &&
           receive(smtp, &reply, TRUE, error) &&
           (reply.code == 250 ||
            smtp_refused(&reply, APP_ERROR_CONFIG, "EHLO", error));
}

static gboolean
start_tls(Smtp *smtp, GError **error)
{
    SmtpReply reply;
    if ((smtp->can & SMTP_CAN_STARTTLS) == 0)
        return insecure("the server offers no STARTTLS", error);
    if (!smtp_call(smtp, "STARTTLS", &reply, error))
        return FALSE;
    if (reply.code != 220)
        return insecure("the server refuses STARTTLS", error);
    /* hello() forgets what was said in the open. */
    return stream_start_tls(smtp->stream, error) && hello(smtp, error);
}

static gboolean
auth_plain(Smtp *smtp, const char *login, const char *password,
           SmtpReply *reply, GError **error)
{
    char *encoded = sasl_plain(login, password);
    char *line = g_strconcat("AUTH PLAIN ", encoded, NULL);
    gboolean asked = smtp_call(smtp, line, reply, error);
    secret_text_free(encoded);
    secret_text_free(line);
    return asked;
}

static gboolean
auth_login(Smtp *smtp, const char *login, const char *password,
           SmtpReply *reply, GError **error)
{
    const char *const answers[] = {login, password};
    if (!smtp_call(smtp, "AUTH LOGIN", reply, error))
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(answers) && reply->code == 334; i++) {
        char *encoded =
            g_base64_encode((const guchar *)answers[i], strlen(answers[i]));
        gboolean asked = smtp_call(smtp, encoded, reply, error);
        secret_text_free(encoded);
        if (!asked)
            return FALSE;
    }
    return TRUE;
}

static gboolean
authenticate(Smtp *smtp, const char *login, const char *password,
             GError **error)
{
    SmtpReply reply;
    gboolean asked;
    if (smtp->can & SMTP_CAN_PLAIN)
        asked = auth_plain(smtp, login, password, &reply, error);
    else if (smtp->can & SMTP_CAN_LOGIN)
        asked = auth_login(smtp, login, password, &reply, error);
    else {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_CONFIG,
                            "SMTP: the server offers neither AUTH PLAIN nor "
                            "LOGIN");
        return FALSE;
    }
    return asked &&
           (reply.code == 235 ||
            smtp_refused(&reply, APP_ERROR_CREDENTIALS, "AUTH", error));
}

gboolean
smtp_begin(Smtp *smtp, TlsMode tls, const char *login, const char *password,
           GError **error)
{
    SmtpReply reply;
    if (!smtp_receive(smtp, &reply, error))
        return FALSE;
    if (reply.code != 220)
        return smtp_refused(&reply, APP_ERROR_UNREACHABLE, "the connection",
                            error);
    if (!hello(smtp, error) ||
        (tls == TLS_STARTTLS && !start_tls(smtp, error)))
        return FALSE;
    if (tls != TLS_NONE && !stream_is_secure(smtp->stream))
        return insecure("no TLS, so no password", error);
    return login == NULL || authenticate(smtp, login, password, error);
}
