#include "core/store/support_code.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/secret.h"

/* Without I, L, O, 0 and 1. Their number is prime: a sum with weights that
 * differ finds any one character changed and any two exchanged. */
static const char letters[] = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
#define BASE 31
#define RANDOM_LETTERS 7
#define LETTERS 8
#define DAY (24 * 3600)

G_STATIC_ASSERT(sizeof letters - 1 == BASE);

static const char add_sql[] =
    "INSERT INTO support_code (code, account, error, route, kid, created)"
    " VALUES ($1, NULLIF($2, 0), $3, $4, $5, $6)"
    " ON CONFLICT (code) DO NOTHING";
static const char trim_sql[] =
    "DELETE FROM support_code WHERE account IS NULLIF($1, 0) AND code NOT IN"
    " (SELECT code FROM support_code WHERE account IS NULLIF($1, 0)"
    " ORDER BY created DESC LIMIT $2)";
#define COLUMNS                                                              \
    "SELECT code, COALESCE(account, 0), error, route, kid, created"          \
    " FROM support_code"
static const char find_sql[] = COLUMNS " WHERE code = $1 AND created > $2";
static const char list_sql[] =
    COLUMNS " WHERE account = $1 AND created > $2"
            " ORDER BY created DESC, code LIMIT $3";
static const char sweep_sql[] =
    "DELETE FROM support_code WHERE created <= $1";

void
support_code_free(SupportCode *code)
{
    if (code == NULL)
        return;
    g_free(code->code);
    g_free(code->error);
    g_free(code->route);
    g_free(code->kid);
    g_free(code);
}

/* The last character of eight values, of which it is not one. */
static guint
check_of(const guint8 *values)
{
    guint sum = 0;
    for (guint i = 0; i < RANDOM_LETTERS; i++)
        sum += (i + 2) * values[i];
    return sum % BASE;
}

static char *
write_code(const guint8 *values)
{
    char text[LETTERS + 2];
    for (guint i = 0; i < RANDOM_LETTERS; i++)
        text[i < 4 ? i : i + 1] = letters[values[i]];
    text[4] = '-';
    text[LETTERS] = letters[check_of(values)];
    text[LETTERS + 1] = '\0';
    return g_strdup(text);
}

char *
support_code_new(void)
{
    guint8 values[RANDOM_LETTERS];
    for (guint i = 0; i < RANDOM_LETTERS;) {
        secret_random(&values[i], 1);
        /* 248 is eight times 31: each letter is as likely as another. */
        if (values[i] < 8 * BASE)
            values[i++] %= BASE;
    }
    return write_code(values);
}

char *
support_code_of(GBytes *key, gint64 account, const char *kid,
                const char *error, gint64 now)
{
    gsize size;
    const guint8 *raw = g_bytes_get_data(key, &size);
    g_autofree char *text = g_strdup_printf("support %" G_GINT64_FORMAT
                                            " %" G_GINT64_FORMAT " %s %s",
                                            account, now / DAY, kid, error);
    g_autofree char *mac =
        g_compute_hmac_for_string(G_CHECKSUM_SHA256, raw, size, text, -1);
    guint8 values[RANDOM_LETTERS];
    for (guint i = 0; i < RANDOM_LETTERS; i++) {
        g_autofree char *pair = g_strndup(mac + 4 * i, 4);
        values[i] = (guint8)(g_ascii_strtoull(pair, NULL, 16) % BASE);
    }
    return write_code(values);
}

char *
support_code_read(const char *text, GError **error)
{
    guint8 values[LETTERS];
    guint n = 0;
    for (const char *p = text; *p != '\0'; p++) {
        const char *letter = strchr(letters, g_ascii_toupper(*p));
        if (*p == ' ' || *p == '-')
            continue;
        if (letter == NULL || n == LETTERS) {
            n = 0;
            break;
        }
        values[n++] = (guint8)(letter - letters);
    }
    if (n == LETTERS && check_of(values) == values[LETTERS - 1])
        return write_code(values);
    g_autofree char *quoted = error_quote(text, -1, 20);
    g_set_error(error, APP_ERROR, APP_ERROR_INPUT,
                "\"%s\" is not a support code: read it out once more",
                quoted);
    return NULL;
}

static gboolean
trim(Db *db, gint64 account, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, trim_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, account);
    stmt_bind_int(st, 2, SUPPORT_CODES_MAX);
    return stmt_run(st, error);
}

gboolean
support_code_save(Db *db, const SupportCode *what, gint64 now, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, add_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_text(st, 1, what->code);
    stmt_bind_int(st, 2, what->account);
    stmt_bind_text(st, 3, what->error);
    stmt_bind_text(st, 4, what->route);
    stmt_bind_text(st, 5, what->kid);
    stmt_bind_int(st, 6, now);
    return stmt_run(st, error) && trim(db, what->account, error);
}

static gpointer
from_row(Stmt *st)
{
    SupportCode *code = g_new0(SupportCode, 1);
    code->code = g_strdup(stmt_text(st, 0));
    code->account = stmt_int(st, 1);
    code->error = g_strdup(stmt_text(st, 2));
    code->route = g_strdup(stmt_text(st, 3));
    code->kid = g_strdup(stmt_text(st, 4));
    code->created = stmt_int(st, 5);
    return code;
}

SupportCode *
support_code_find(Db *db, const char *code, gint64 now, GError **error)
{
    gboolean row = FALSE;
    g_autoptr(Stmt) st = db_prepare(db, find_sql, error);
    if (st == NULL)
        return NULL;
    stmt_bind_text(st, 1, code);
    stmt_bind_int(st, 2, now - SUPPORT_CODE_DAYS * DAY);
    if (!stmt_step(st, &row, error) || !row)
        return NULL;
    return from_row(st);
}

GPtrArray *
support_code_list(Db *db, gint64 account, guint limit, gint64 now,
                  GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, list_sql, error);
    if (st == NULL)
        return NULL;
    stmt_bind_int(st, 1, account);
    stmt_bind_int(st, 2, now - SUPPORT_CODE_DAYS * DAY);
    stmt_bind_int(st, 3, limit);
    return stmt_rows(st, from_row, (GDestroyNotify)support_code_free, error);
}

gboolean
support_code_sweep(Db *db, gint64 now, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, sweep_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, now - SUPPORT_CODE_DAYS * DAY);
    return stmt_run(st, error);
}
