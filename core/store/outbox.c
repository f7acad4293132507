#include "core/store/outbox.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/secret.h"

#define DAY (24 * 3600)
/* Longer than any live attempt at submission may take. */
#define SENDING_MAX 600

#define COLUMNS                                                              \
    "SELECT id, account, name, state, message_id, content,"                  \
    " COALESCE(spool, 0), reason, result, filed, created, changed"           \
    " FROM outbox"

static const char create_sql[] =
    "INSERT INTO outbox (account, name, form, state, message_id, content,"
    " spool, created, changed)"
    " VALUES ($1, $2, $3, $4, $5, $6, NULLIF($7, 0), $8, $8)";
static const char find_sql[] =
    COLUMNS " WHERE account = $1 AND (name = $2 OR form = $2)";
static const char load_sql[] = COLUMNS " WHERE account = $1 AND id = $2";
static const char list_sql[] =
    COLUMNS " WHERE account = $1 ORDER BY created DESC, id DESC";
static const char group_sql[] =
    COLUMNS " WHERE account = $1 AND message_id = $2 ORDER BY id";
static const char without_copy_sql[] =
    "UPDATE outbox SET filed = 1 WHERE id = $1";
static const char unsent_sql[] = "SELECT count(DISTINCT message_id) FROM "
                                 "outbox WHERE account = $1 AND state <> $2";
static const char due_sql[] =
    COLUMNS " WHERE account = $1 AND state = $2 AND changed <= $3"
            " AND content IS NOT NULL ORDER BY changed, id";
static const char claim_sql[] =
    "UPDATE outbox SET state = $2, reason = NULL, changed = $3"
    " WHERE id = $1 AND state IN ($4, $5)";
static const char set_sql[] =
    "UPDATE outbox SET state = $2, reason = $3, result = $4, changed = $5"
    " WHERE id = $1";
static const char drop_spool_sql[] =
    "DELETE FROM spool WHERE id = (SELECT spool FROM outbox WHERE id = $1)";
static const char wipe_sql[] =
    "UPDATE outbox SET filed = 1, content = NULL, spool = NULL"
    " WHERE id = $1";
static const char delete_sql[] = "DELETE FROM outbox WHERE id = $1";
static const char owner_sql[] =
    "SELECT state FROM outbox WHERE account = $1 AND id = $2";
static const char lost_sql[] =
    "UPDATE outbox SET state = $2, reason = $3, changed = $4"
    " WHERE state = $5 AND changed <= $1";
static const char unfiled_spools_sql[] =
    "DELETE FROM spool WHERE id IN (SELECT spool FROM outbox"
    " WHERE state = $2 AND content IS NOT NULL AND changed <= $1)";
static const char unfiled_sql[] =
    "UPDATE outbox SET content = NULL"
    " WHERE state = $2 AND content IS NOT NULL AND changed <= $1";
static const char old_sql[] =
    "DELETE FROM outbox WHERE state = $2 AND changed <= $1";

void
outbox_item_free(OutboxItem *item)
{
    if (item == NULL)
        return;
    g_free(item->message_id);
    g_free(item->result);
    g_free(item->reason);
    g_clear_pointer(&item->content, g_bytes_unref);
    g_free(item);
}

/* The seal holds for this message of this account only. */
static char *
content_context(gint64 account, const char *name)
{
    return g_strdup_printf("outbox %" G_GINT64_FORMAT " %s", account, name);
}

gint64
outbox_create(Db *db, GBytes *server_key, gint64 account, const char *key,
              const char *form, const char *message_id, GBytes *content,
              gint64 spool, gint64 now, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, create_sql, error);
    if (st == NULL)
        return 0;

    g_autofree char *name = secret_ticket_name(key);
    g_autofree char *form_name =
        form != NULL ? secret_ticket_name(form) : NULL;
    g_autofree char *context = content_context(account, name);
    g_autoptr(GBytes) sealed = secret_seal(server_key, context, content);
    stmt_bind_int(st, 1, account);
    stmt_bind_text(st, 2, name);
    stmt_bind_text(st, 3, form_name);
    stmt_bind_int(st, 4, OUTBOX_WAITING);
    stmt_bind_text(st, 5, message_id);
    stmt_bind_bytes(st, 6, sealed);
    stmt_bind_int(st, 7, spool);
    stmt_bind_int(st, 8, now);
    return stmt_run(st, error) ? db_last_id(db) : 0;
}

static char *
result_context(gint64 id)
{
    return g_strdup_printf("outbox result %" G_GINT64_FORMAT, id);
}

/* What was sealed under another server key is as good as wiped; the row still
 * tells its state. */
static GBytes *
open_sealed(Stmt *st, int column, GBytes *server_key, const char *context)
{
    g_autoptr(GBytes) sealed = stmt_bytes(st, column);
    if (g_bytes_get_size(sealed) == 0)
        return NULL;
    return secret_open(server_key, context, sealed, NULL);
}

static OutboxItem *
item_from_row(Stmt *st, GBytes *server_key)
{
    OutboxItem *item = g_new0(OutboxItem, 1);
    item->id = stmt_int(st, 0);
    item->account = stmt_int(st, 1);
    item->state = (OutboxState)stmt_int(st, 3);
    item->message_id = g_strdup(stmt_text(st, 4));
    item->spool = stmt_int(st, 6);
    item->reason = g_strdup(stmt_text(st, 7));
    item->filed = stmt_int(st, 9) != 0;
    item->created = stmt_int(st, 10);
    item->changed = stmt_int(st, 11);

    g_autofree char *for_content =
        content_context(item->account, stmt_text(st, 2));
    item->content = open_sealed(st, 5, server_key, for_content);
    g_autofree char *for_result = result_context(item->id);
    g_autoptr(GBytes) result = open_sealed(st, 8, server_key, for_result);
    if (result != NULL)
        item->result = g_strndup(g_bytes_get_data(result, NULL),
                                 g_bytes_get_size(result));
    return item;
}

OutboxItem *
outbox_find(Db *db, GBytes *server_key, gint64 account, const char *key,
            GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, find_sql, error);
    if (st == NULL)
        return NULL;

    g_autofree char *name = secret_ticket_name(key);
    gboolean row = FALSE;
    stmt_bind_int(st, 1, account);
    stmt_bind_text(st, 2, name);
    if (!stmt_step(st, &row, error) || !row)
        return NULL;
    return item_from_row(st, server_key);
}

OutboxItem *
outbox_load(Db *db, GBytes *server_key, gint64 account, gint64 id,
            GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, load_sql, error);
    if (st == NULL)
        return NULL;
    stmt_bind_int(st, 1, account);
    stmt_bind_int(st, 2, id);
    if (!stmt_need_row(st, "message in the outbox", error))
        return NULL;
    return item_from_row(st, server_key);
}

static GPtrArray *
items_of(Stmt *st, GBytes *server_key, GError **error)
{
    g_autoptr(GPtrArray) items =
        g_ptr_array_new_with_free_func((GDestroyNotify)outbox_item_free);
    gboolean row = FALSE;
    while (stmt_step(st, &row, error)) {
        if (!row)
            return g_steal_pointer(&items);
        g_ptr_array_add(items, item_from_row(st, server_key));
    }
    return NULL;
}

GPtrArray *
outbox_list(Db *db, GBytes *server_key, gint64 account, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, list_sql, error);
    if (st == NULL)
        return NULL;
    stmt_bind_int(st, 1, account);
    return items_of(st, server_key, error);
}

GPtrArray *
outbox_group(Db *db, GBytes *server_key, gint64 account,
             const char *message_id, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, group_sql, error);
    if (st == NULL)
        return NULL;
    stmt_bind_int(st, 1, account);
    stmt_bind_text(st, 2, message_id);
    return items_of(st, server_key, error);
}

gint64
outbox_count_unsent(Db *db, gint64 account, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, unsent_sql, error);
    if (st == NULL)
        return -1;
    stmt_bind_int(st, 1, account);
    stmt_bind_int(st, 2, OUTBOX_SENT);
    return stmt_need_row(st, "count", error) ? stmt_int(st, 0) : -1;
}

gboolean
outbox_due(Db *db, GBytes *server_key, gint64 account, gint64 before,
           gint64 *id, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, due_sql, error);
    *id = 0;
    if (st == NULL)
        return FALSE;

    gboolean row = FALSE;
    stmt_bind_int(st, 1, account);
    stmt_bind_int(st, 2, OUTBOX_WAITING);
    stmt_bind_int(st, 3, before);
    while (*id == 0) {
        if (!stmt_step(st, &row, error))
            return FALSE;
        if (!row)
            break;
        /* One that does not open must not keep the others waiting. */
        g_autoptr(OutboxItem) item = item_from_row(st, server_key);
        if (item->content != NULL)
            *id = item->id;
    }
    return TRUE;
}

gboolean
outbox_claim(Db *db, gint64 id, gint64 now, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, claim_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, id);
    stmt_bind_int(st, 2, OUTBOX_SENDING);
    stmt_bind_int(st, 3, now);
    stmt_bind_int(st, 4, OUTBOX_WAITING);
    stmt_bind_int(st, 5, OUTBOX_FAILED);
    if (!stmt_run(st, error))
        return FALSE;
    if (db_changes(db) == 1)
        return TRUE;
    g_set_error_literal(error, APP_ERROR, APP_ERROR_CONFLICT,
                        "outbox: the message is not waiting any more");
    return FALSE;
}

gboolean
outbox_set(Db *db, GBytes *server_key, gint64 id, OutboxState state,
           const char *reason, const char *result, gint64 now, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, set_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, id);
    stmt_bind_int(st, 2, state);
    stmt_bind_text(st, 3, reason);
    g_autofree char *context = result_context(id);
    g_autoptr(GBytes) plain = g_bytes_new(result, strlen(result));
    g_autoptr(GBytes) sealed = secret_seal(server_key, context, plain);
    stmt_bind_bytes(st, 4, sealed);
    stmt_bind_int(st, 5, now);
    return stmt_run(st, error);
}

static gboolean
run_with_id(Db *db, const char *sql, gint64 id, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, id);
    return stmt_run(st, error);
}

gboolean
outbox_without_copy(Db *db, gint64 id, GError **error)
{
    return run_with_id(db, without_copy_sql, id, error);
}

gboolean
outbox_filed(Db *db, gint64 id, GError **error)
{
    return run_with_id(db, wipe_sql, id, error);
}

/* A message that another worker is sending stays: its end must be told. */
gboolean
outbox_delete(Db *db, gint64 account, gint64 id, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, owner_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, account);
    stmt_bind_int(st, 2, id);
    if (!stmt_need_row(st, "message in the outbox", error))
        return FALSE;
    if (stmt_int(st, 0) == OUTBOX_SENDING) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_CONFLICT,
                            "outbox: the message is being sent");
        return FALSE;
    }
    return run_with_id(db, drop_spool_sql, id, error) &&
           run_with_id(db, delete_sql, id, error);
}

static gboolean
sweep_sent(Db *db, const char *sql, gint64 before, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, before);
    stmt_bind_int(st, 2, OUTBOX_SENT);
    return stmt_run(st, error);
}

/* Its worker died: the message may or may not have left. */
static gboolean
sweep_lost(Db *db, gint64 now, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, lost_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, now - SENDING_MAX);
    stmt_bind_int(st, 2, OUTBOX_UNKNOWN);
    stmt_bind_text(st, 3, app_error_name(APP_ERROR_UNKNOWN_OUTCOME));
    stmt_bind_int(st, 4, now);
    stmt_bind_int(st, 5, OUTBOX_SENDING);
    return stmt_run(st, error);
}

gboolean
outbox_sweep(Db *db, gint64 now, GError **error)
{
    return sweep_lost(db, now, error) &&
           sweep_sent(db, unfiled_spools_sql, now - SENDING_MAX, error) &&
           sweep_sent(db, unfiled_sql, now - SENDING_MAX, error) &&
           sweep_sent(db, old_sql, now - DAY, error);
}
