#include "core/mail/sign_in.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/secret.h"
#include "core/net/imap.h"
#include "core/store/attempt.h"
#include "core/store/tally.h"

#define LOGIN_MAX 254
#define PASSWORD_MAX 1024

static char *
refuse_login(GError **error, const char *what)
{
    g_set_error(error, APP_ERROR, APP_ERROR_INPUT, "login %s", what);
    return NULL;
}

/* The whole address in lower case: the account's name on the mail server. */
static char *
full_login(const Config *config, const char *typed, GError **error)
{
    g_autofree char *login = g_ascii_strdown(typed, -1);
    g_strstrip(login);
    gsize size = strlen(login);
    if (size == 0 || size > LOGIN_MAX || !g_utf8_validate(login, -1, NULL))
        return refuse_login(error, "is empty or too long");
    for (const char *p = login; *p != '\0'; p++) {
        if ((guchar)*p <= ' ' || *p == 0x7f)
            return refuse_login(error, "holds a space or control character");
    }

    const char *at = strchr(login, '@');
    if (at == NULL) {
        if (config->default_domain == NULL)
            return refuse_login(error, "must be a whole address");
        return g_strconcat(login, "@", config->default_domain, NULL);
    }
    if (at == login || at[1] == '\0' || strchr(at + 1, '@') != NULL)
        return refuse_login(error, "is not an address");
    return g_steal_pointer(&login);
}

/* The mail server decides. The connection is not kept: its key belongs to no
 * web session yet. */
static gboolean
ask_server(const World *world, const char *login, const char *password,
           GError **error)
{
    g_autofree char *key = secret_token_new();
    Imap *imap = imap_pool_take(world->pool, key, login, password, error);
    if (imap == NULL)
        return FALSE;
    imap_pool_give(world->pool, imap);
    imap_pool_drop(world->pool, key);
    return TRUE;
}

static char *
open_session(const World *world, const char *login, const char *password,
             const char *source, GError **error)
{
    g_autoptr(Account) account =
        account_ensure(world->db, login, login, world->now, error);
    if (account == NULL)
        return NULL;
    if (!attempt_succeeded(world->db, login, source, error))
        return NULL;
    if (account->suspended) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_FORBIDDEN,
                            "account is suspended");
        return NULL;
    }
    if (!account_set_seen(world->db, account->id, world->now, error) ||
        !tally_add(world->db, "sign-in", world->now, error))
        return NULL;
    return session_create(world->db, world->server_key, account->id, login,
                          password, world->now, error);
}

static char *
sign_in_as(const World *world, const char *login, const char *password,
           const char *source, GError **error)
{
    guint wait = 0;
    if (!attempt_begin(world->db, login, source, world->now, &wait, error))
        return NULL;

    g_autoptr(GError) why = NULL;
    if (ask_server(world, login, password, &why))
        return open_session(world, login, password, source, error);

    if (app_error_code(why) == APP_ERROR_CREDENTIALS &&
        !tally_add(world->db, "sign-in-refused", world->now, error))
        return NULL;
    /* A server that did not judge the password leaves no failure behind. */
    if (app_error_code(why) != APP_ERROR_CREDENTIALS &&
        !attempt_take_back(world->db, login, source, error))
        return NULL;
    g_propagate_error(error, g_steal_pointer(&why));
    return NULL;
}

char *
sign_in(const World *world, const char *login, const char *password,
        const char *source, GError **error)
{
    g_autofree char *full = full_login(world->config, login, error);
    if (full == NULL)
        return NULL;
    gsize size = strlen(password);
    if (size == 0 || size > PASSWORD_MAX) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                            "password is empty or too long");
        return NULL;
    }
    if (!world_sweep(world->config, world->db, world->now, error))
        return NULL;

    g_autoptr(GError) why = NULL;
    char *cookie = sign_in_as(world, full, password, source, &why);
    /* A refused login is not logged: it may be a password, typed into the
     * wrong field. */
    log_event("sign-in", "account", cookie != NULL ? full : NULL, "source",
              source, "result",
              cookie != NULL ? "ok" : app_error_name(app_error_code(why)),
              NULL);
    if (cookie == NULL)
        g_propagate_error(error, g_steal_pointer(&why));
    return cookie;
}

gboolean
sign_out(const World *world, const char *cookie, GError **error)
{
    if (world->session != NULL)
        imap_pool_drop(world->pool, world->session->csrf);
    return session_end(world->db, cookie, error);
}
