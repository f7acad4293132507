#include "core/store/session.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/store/policy.h"

/* "seen" is written at most once a minute: reading mail is mostly reading. */
#define SEEN_STEP 60

static const char create_sql[] =
    "INSERT INTO session"
    " (name, account, login, csrf, password, created, seen)"
    " VALUES ($1, $2, $3, $4, $5, $6, $6)";
static const char find_sql[] =
    "SELECT id, account, login, csrf, password, created, seen FROM session"
    " WHERE name = $1";
static const char seen_sql[] = "UPDATE session SET seen = $2 WHERE id = $1";
static const char end_sql[] = "DELETE FROM session WHERE name = $1";
static const char sweep_sql[] =
    "DELETE FROM session WHERE seen < $1 OR created < $2";

void
session_free(Session *session)
{
    if (session == NULL)
        return;
    g_free(session->login);
    g_free(session->csrf);
    secret_text_free(session->password);
    g_free(session);
}

static char *
password_context(gint64 account)
{
    return g_strdup_printf("password %" G_GINT64_FORMAT, account);
}

char *
session_create(Db *db, GBytes *server_key, gint64 account, const char *login,
               const char *password, gint64 now, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, create_sql, error);
    if (st == NULL)
        return NULL;

    g_autofree char *cookie = secret_token_new();
    g_autofree char *name = secret_hash(cookie);
    g_autofree char *csrf = secret_token_new();
    g_autofree char *context = password_context(account);
    g_autoptr(GBytes) key = secret_derive(cookie, server_key, "password");
    g_autoptr(GBytes) plain = secret_bytes_new(password, strlen(password));
    g_autoptr(GBytes) sealed = secret_seal(key, context, plain);
    stmt_bind_text(st, 1, name);
    stmt_bind_int(st, 2, account);
    stmt_bind_text(st, 3, login);
    stmt_bind_text(st, 4, csrf);
    stmt_bind_bytes(st, 5, sealed);
    stmt_bind_int(st, 6, now);
    if (!stmt_run(st, error))
        return NULL;
    return g_steal_pointer(&cookie);
}

static gboolean
open_password(Session *session, GBytes *server_key, const char *cookie,
              GBytes *sealed, GError **error)
{
    g_autofree char *context = password_context(session->account);
    g_autoptr(GBytes) key = secret_derive(cookie, server_key, "password");
    g_autoptr(GBytes) plain = secret_open(key, context, sealed, error);
    if (plain == NULL)
        return FALSE;

    gsize size;
    const char *data = g_bytes_get_data(plain, &size);
    session->password = g_strndup(data, size);
    return TRUE;
}

/* NULL without error when there is none, or none that opens. */
static Session *
session_load(Db *db, GBytes *server_key, const char *cookie, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, find_sql, error);
    if (st == NULL)
        return NULL;

    g_autofree char *name = secret_hash(cookie);
    gboolean row = FALSE;
    stmt_bind_text(st, 1, name);
    if (!stmt_step(st, &row, error) || !row)
        return NULL;

    g_autoptr(Session) session = g_new0(Session, 1);
    session->id = stmt_int(st, 0);
    session->account = stmt_int(st, 1);
    session->login = g_strdup(stmt_text(st, 2));
    session->csrf = g_strdup(stmt_text(st, 3));
    session->created = stmt_int(st, 5);
    session->seen = stmt_int(st, 6);
    /* A password that does not open is of an older server key. */
    g_autoptr(GBytes) sealed = stmt_bytes(st, 4);
    if (!open_password(session, server_key, cookie, sealed, NULL))
        return NULL;
    return g_steal_pointer(&session);
}

static gboolean
touch(Db *db, Session *session, gint64 now, GError **error)
{
    if (now < session->seen + SEEN_STEP)
        return TRUE;
    g_autoptr(Stmt) st = db_prepare(db, seen_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, session->id);
    stmt_bind_int(st, 2, now);
    session->seen = now;
    return stmt_run(st, error);
}

Session *
session_find(Db *db, GBytes *server_key, const char *cookie, gint64 now,
             guint idle_minutes, guint hours, GError **error)
{
    g_autoptr(GError) why = NULL;
    g_autoptr(Session) session = session_load(db, server_key, cookie, &why);
    if (why != NULL) {
        g_propagate_error(error, g_steal_pointer(&why));
        return NULL;
    }

    guint policy = 0;
    if (session != NULL && !policy_idle(db, session->account, &policy, error))
        return NULL;
    gint64 idle = (gint64)policy_minutes(idle_minutes, policy) * 60;
    gboolean live = session != NULL && now - session->seen < idle &&
                    now - session->created < (gint64)hours * 3600;
    if (!live) {
        if (session != NULL && !session_end(db, cookie, error))
            return NULL;
        g_set_error_literal(error, APP_ERROR, APP_ERROR_SIGN_IN,
                            "no live web session");
        return NULL;
    }
    if (!touch(db, session, now, error))
        return NULL;
    return g_steal_pointer(&session);
}

gboolean
session_end(Db *db, const char *cookie, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, end_sql, error);
    if (st == NULL)
        return FALSE;
    g_autofree char *name = secret_hash(cookie);
    stmt_bind_text(st, 1, name);
    return stmt_run(st, error);
}

gboolean
session_sweep(Db *db, gint64 now, guint idle_minutes, guint hours,
              GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, sweep_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, now - (gint64)idle_minutes * 60);
    stmt_bind_int(st, 2, now - (gint64)hours * 3600);
    return stmt_run(st, error);
}

char *
session_login_csrf(GBytes *server_key, const char *cookie)
{
    g_autoptr(GBytes) text = g_bytes_new(cookie, strlen(cookie));
    return g_compute_hmac_for_bytes(G_CHECKSUM_SHA256, server_key, text);
}
