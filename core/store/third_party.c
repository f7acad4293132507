#include "core/store/third_party.h"

static const char each_sql[] =
    "SELECT a.address, c.address, t.kid, t.standing, t.source, t.der,"
    " t.created FROM contact_cert AS t JOIN contact AS c ON c.id = t.contact"
    " JOIN account AS a ON a.id = c.account"
    " ORDER BY a.address, c.address, t.kid";
static const char delete_sql[] = "DELETE FROM contact_cert";
static const char unpin_sql[] =
    "UPDATE contact SET pinned = NULL WHERE pinned IS NOT NULL";

gboolean
third_party_each(Db *db, ThirdPartyVisitor visit, gpointer data,
                 GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, each_sql, error);
    gboolean row = FALSE;
    while (st != NULL && stmt_step(st, &row, error)) {
        if (!row)
            return TRUE;
        g_autoptr(GBytes) der = stmt_bytes(st, 5);
        const ThirdParty one = {
            .account = stmt_text(st, 0),
            .contact = stmt_text(st, 1),
            .kid = stmt_text(st, 2),
            .standing = stmt_text(st, 3),
            .source = stmt_text(st, 4),
            .der = der,
            .created = stmt_int(st, 6),
        };
        if (!visit(&one, data, error))
            return FALSE;
    }
    return FALSE;
}

gboolean
third_party_delete_all(Db *db, gint64 *removed, GError **error)
{
    g_autoptr(Stmt) delete = db_prepare(db, delete_sql, error);
    if (delete == NULL || !stmt_run(delete, error))
        return FALSE;
    *removed = db_changes(db);
    g_autoptr(Stmt) unpin = db_prepare(db, unpin_sql, error);
    return unpin != NULL && stmt_run(unpin, error);
}
