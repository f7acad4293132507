#include "core/store/contact_cert.h"

#include <string.h>

#define COLUMNS                                                              \
    "SELECT kid, der, chain, capabilities, capabilities_at, standing,"       \
    " source, created FROM contact_cert"

static const char save_sql[] =
    "INSERT INTO contact_cert (contact, kid, der, chain, capabilities,"
    " capabilities_at, standing, source, created)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    " ON CONFLICT (contact, kid) DO UPDATE SET chain = excluded.chain,"
    " standing = excluded.standing";
static const char list_sql[] =
    COLUMNS " WHERE contact = $1 ORDER BY created DESC, kid";
static const char find_sql[] = COLUMNS " WHERE contact = $1 AND kid = $2";
static const char standing_sql[] =
    "UPDATE contact_cert SET standing = $3 WHERE contact = $1 AND kid = $2";
static const char capabilities_sql[] =
    "UPDATE contact_cert SET capabilities = $3, capabilities_at = $4"
    " WHERE contact = $1 AND kid = $2";
static const char whose_sql[] =
    "SELECT COALESCE(NULLIF(c.name, ''), c.address) FROM contact AS c"
    " JOIN contact_cert AS p ON p.contact = c.id"
    " WHERE c.account = $1 AND p.kid = $2 ORDER BY c.id";
static const char forget_sql[] =
    "DELETE FROM contact_cert WHERE kid = $2"
    " AND contact IN (SELECT id FROM contact WHERE account = $1)";
static const char unpin_sql[] =
    "UPDATE contact SET pinned = NULL WHERE account = $1 AND pinned = $2";
static const char delete_sql[] =
    "DELETE FROM contact_cert WHERE contact = $1 AND kid = $2";

static const char each_sql[] =
    "SELECT kid, der, chain, capabilities, capabilities_at, standing, source,"
    " MAX(contact_cert.created), address FROM contact_cert"
    " JOIN contact ON contact.id = contact_cert.contact"
    " WHERE standing = 'accepted' GROUP BY kid"
    " ORDER BY 8 DESC, kid LIMIT $1";

static const char *const standings[] = {
    [STANDING_ACCEPTED] = "accepted",
    [STANDING_OFFERED] = "offered",
    [STANDING_KEPT] = "kept",
    [STANDING_DECLINED] = "declined",
};

/* What is no word of ours counts for nothing. */
static Standing
standing_from_name(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(standings); i++) {
        if (strcmp(standings[i], name) == 0)
            return (Standing)i;
    }
    return STANDING_KEPT;
}

void
contact_cert_free(ContactCert *cert)
{
    if (cert == NULL)
        return;
    g_free(cert->kid);
    g_clear_pointer(&cert->der, g_bytes_unref);
    g_clear_pointer(&cert->chain, g_bytes_unref);
    g_clear_pointer(&cert->capabilities, g_bytes_unref);
    g_free(cert->source);
    g_free(cert);
}

static gpointer
contact_cert_from_row(Stmt *st)
{
    ContactCert *cert = g_new0(ContactCert, 1);
    cert->kid = g_strdup(stmt_text(st, 0));
    cert->der = stmt_bytes(st, 1);
    cert->chain = stmt_bytes(st, 2);
    cert->capabilities = stmt_bytes(st, 3);
    if (g_bytes_get_size(cert->capabilities) == 0)
        g_clear_pointer(&cert->capabilities, g_bytes_unref);
    cert->capabilities_at = stmt_int(st, 4);
    cert->standing = standing_from_name(stmt_text(st, 5));
    cert->source = g_strdup(stmt_text(st, 6));
    cert->created = stmt_int(st, 7);
    return cert;
}

gboolean
contact_cert_save(Db *db, gint64 contact, const ContactCert *cert, gint64 now,
                  GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, save_sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, contact);
    stmt_bind_text(st, 2, cert->kid);
    stmt_bind_bytes(st, 3, cert->der);
    stmt_bind_bytes(st, 4, cert->chain);
    stmt_bind_bytes(st, 5, cert->capabilities);
    stmt_bind_int(st, 6, cert->capabilities_at);
    stmt_bind_text(st, 7, standings[cert->standing]);
    stmt_bind_text(st, 8, cert->source);
    stmt_bind_int(st, 9, now);
    return stmt_run(st, error);
}

GPtrArray *
contact_cert_list(Db *db, gint64 contact, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, list_sql, error);
    if (st == NULL)
        return NULL;

    stmt_bind_int(st, 1, contact);
    return stmt_rows(st, contact_cert_from_row,
                     (GDestroyNotify)contact_cert_free, error);
}

/* A statement about one certificate of a contact, or of an account. */
static Stmt *
prepare_one(Db *db, const char *sql, gint64 id, const char *kid,
            GError **error)
{
    Stmt *st = db_prepare(db, sql, error);
    if (st == NULL)
        return NULL;
    stmt_bind_int(st, 1, id);
    stmt_bind_text(st, 2, kid);
    return st;
}

ContactCert *
contact_cert_find(Db *db, gint64 contact, const char *kid, GError **error)
{
    g_autoptr(Stmt) st = prepare_one(db, find_sql, contact, kid, error);
    gboolean row = FALSE;
    if (st == NULL || !stmt_step(st, &row, error) || !row)
        return NULL;
    return contact_cert_from_row(st);
}

gboolean
contact_cert_set_standing(Db *db, gint64 contact, const char *kid,
                          Standing standing, GError **error)
{
    g_autoptr(Stmt) st = prepare_one(db, standing_sql, contact, kid, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_text(st, 3, standings[standing]);
    return stmt_run(st, error);
}

gboolean
contact_cert_set_capabilities(Db *db, gint64 contact, const char *kid,
                              GBytes *capabilities, gint64 at, GError **error)
{
    g_autoptr(Stmt) st =
        prepare_one(db, capabilities_sql, contact, kid, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_bytes(st, 3, capabilities);
    stmt_bind_int(st, 4, at);
    return stmt_run(st, error);
}

gboolean
contact_cert_delete(Db *db, gint64 contact, const char *kid, GError **error)
{
    g_autoptr(Stmt) st = prepare_one(db, delete_sql, contact, kid, error);
    return st != NULL && stmt_run(st, error);
}

gboolean
contact_cert_forget(Db *db, gint64 account, const char *kid, char **whose,
                    GError **error)
{
    gboolean row = FALSE;
    g_autoptr(Stmt) find = prepare_one(db, whose_sql, account, kid, error);
    if (find == NULL || !stmt_step(find, &row, error))
        return FALSE;
    *whose = row ? g_strdup(stmt_text(find, 0)) : NULL;
    g_autoptr(Stmt) forget = prepare_one(db, forget_sql, account, kid, error);
    g_autoptr(Stmt) unpin = prepare_one(db, unpin_sql, account, kid, error);
    return forget != NULL && unpin != NULL && stmt_run(forget, error) &&
           stmt_run(unpin, error);
}

gboolean
contact_cert_each(Db *db, guint limit, ContactCertVisitor visit,
                  gpointer data, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, each_sql, error);
    gboolean row = FALSE;
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, limit);
    while (stmt_step(st, &row, error)) {
        if (!row)
            return TRUE;
        g_autoptr(ContactCert) cert = contact_cert_from_row(st);
        if (!visit(stmt_text(st, 8), cert, data, error))
            return FALSE;
    }
    return FALSE;
}
