#include "core/net/imap_login.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/net/sasl.h"

static gboolean
insecure(Imap *imap, const char *what, GError **error)
{
    return imap_break(imap, APP_ERROR_INSECURE, what, error);
}

static gboolean
call(Imap *imap, const char *text, ImapResult *result, GError **error)
{
    g_autoptr(ImapCommand) command = imap_command_new(0);
    imap_command_add(command, "%s", text);
    return imap_call(imap, command, NULL, NULL, result, error);
}

static gboolean
greet(Imap *imap, TlsMode tls, GError **error)
{
    ImapReply reply;
    if (!imap_receive(imap, &reply, error))
        return FALSE;
    imap->greeted = TRUE;
    /* PREAUTH would keep us out of STARTTLS, and in any case in somebody's
     * mailbox without having said whose we want. */
    if (reply.kind == IMAP_REPLY_PREAUTH)
        return tls == TLS_STARTTLS
                   ? insecure(imap, "PREAUTH before TLS", error)
                   : imap_break(imap, APP_ERROR_MALFORMED,
                                "signed in before we asked", error);
    if (reply.kind != IMAP_REPLY_OK || reply.tag != 0)
        return imap_break(imap, APP_ERROR_MALFORMED, "no greeting", error);
    return TRUE;
}

/* What the server can do, asked unless it has just said so. */
static gboolean
ask_capabilities(Imap *imap, GError **error)
{
    ImapResult result;
    if (imap->can == 0 && !call(imap, "CAPABILITY", &result, error))
        return FALSE;
    return TRUE;
}

static gboolean
start_tls(Imap *imap, GError **error)
{
    ImapResult result;
    if (!ask_capabilities(imap, error))
        return FALSE;
    if ((imap->can & IMAP_CAN_STARTTLS) == 0)
        return insecure(imap, "the server offers no STARTTLS", error);
    if (!call(imap, "STARTTLS", &result, error))
        return FALSE;
    if (result.kind != IMAP_REPLY_OK)
        return insecure(imap, "the server refuses STARTTLS", error);
    if (!stream_start_tls(imap->stream, error)) {
        imap->broken = TRUE;
        return FALSE;
    }
    /* What was said in the open is worth nothing. */
    imap->can = 0;
    imap->exists = 0;
    return TRUE;
}

/* Sends the credentials where the server waits for them. */
static gboolean
continue_plain(Imap *imap, const char *credentials, ImapResult *result,
               GError **error)
{
    g_autoptr(ImapCommand) line = imap_command_new(strlen(credentials));
    imap_command_add(line, "%s\r\n", credentials);
    return stream_write(imap->stream, line->text->str, line->text->len,
                        error) &&
           imap_finish(imap, 1, NULL, NULL, result, error);
}

static gboolean
authenticate_plain(Imap *imap, const char *credentials, ImapResult *result,
                   GError **error)
{
    g_autoptr(ImapCommand) command = imap_command_new(strlen(credentials));
    imap_command_add(command, "AUTHENTICATE PLAIN");
    if (imap->can & IMAP_CAN_SASL_IR) {
        imap_command_add(command, " %s", credentials);
        return imap_call(imap, command, NULL, NULL, result, error);
    }
    g_autoptr(GError) why = NULL;
    if (imap_send_and_wait(imap, command, result, &why))
        return continue_plain(imap, credentials, result, error);
    if (why == NULL)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&why));
    return FALSE;
}

static gboolean
authenticate(Imap *imap, const char *login, const char *password,
             ImapResult *result, GError **error)
{
    char *credentials = sasl_plain(login, password);
    gboolean asked = authenticate_plain(imap, credentials, result, error);
    secret_text_free(credentials);
    return asked;
}

static gboolean
login_plainly(Imap *imap, const char *login, const char *password,
              ImapResult *result, GError **error)
{
    gsize room = 2 * (strlen(login) + strlen(password)) + 64;
    g_autoptr(ImapCommand) command = imap_command_new(room);
    imap_command_add(command, "LOGIN ");
    if (!imap_command_argument(command, login, error))
        return FALSE;
    imap_command_add(command, " ");
    return imap_command_argument(command, password, error) &&
           imap_call(imap, command, NULL, NULL, result, error);
}

static gboolean
sign_in(Imap *imap, TlsMode tls, const char *login, const char *password,
        GError **error)
{
    ImapResult result;
    gboolean asked;
    if (tls != TLS_NONE && !stream_is_secure(imap->stream))
        return insecure(imap, "no TLS, so no password", error);
    if (!ask_capabilities(imap, error))
        return FALSE;
    if (imap->can & IMAP_CAN_PLAIN)
        asked = authenticate(imap, login, password, &result, error);
    else if ((imap->can & IMAP_CANNOT_LOGIN) == 0)
        asked = login_plainly(imap, login, password, &result, error);
    else
        return imap_break(imap, APP_ERROR_CONFIG,
                          "the server offers neither PLAIN nor LOGIN", error);
    if (!asked)
        return FALSE;
    if (result.kind == IMAP_REPLY_OK) {
        imap->can = result.can;
        imap->signed_in = TRUE;
        return ask_capabilities(imap, error);
    }
    return result.unavailable
               ? imap_break(imap, APP_ERROR_UNREACHABLE,
                            "the server cannot sign anybody in now", error)
               : imap_break(imap, APP_ERROR_CREDENTIALS,
                            "the server refuses login or password", error);
}

Imap *
imap_open_over(Stream *stream, TlsMode tls, const char *login,
               const char *password, GError **error)
{
    g_autoptr(Imap) imap = imap_new(stream);
    g_autoptr(GError) why = NULL;
    if (!greet(imap, tls, &why) ||
        (tls == TLS_STARTTLS && !start_tls(imap, &why)) ||
        !sign_in(imap, tls, login, password, &why)) {
        g_propagate_error(error, g_steal_pointer(&why));
        return NULL;
    }
    return g_steal_pointer(&imap);
}

Imap *
imap_open(const ServerConfig *server, const StreamTrust *trust,
          const char *login, const char *password, GError **error)
{
    if (*login == '\0' || !g_utf8_validate(login, -1, NULL) ||
        !g_utf8_validate(password, -1, NULL)) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_CREDENTIALS,
                            "IMAP: login and password must be UTF-8 text");
        return NULL;
    }
    Stream *stream = stream_open(server, trust, error);
    if (stream == NULL)
        return NULL;
    return imap_open_over(stream, server->tls, login, password, error);
}
