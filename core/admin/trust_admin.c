#include "core/admin/trust_admin.h"

#include <string.h>

#include "core/admin/trust_line.h"
#include "core/base/error.h"
#include "core/pki/trust.h"
#include "core/store/trust_cert.h"

gboolean
trust_admin_edition(const Office *office, gint64 *edition, GError **error)
{
    return trust_version_load(office->db, NULL, edition, error);
}

static gboolean
refuse(GError **error, AppError code, const char *what)
{
    g_set_error(error, APP_ERROR, (gint)code, "trust: %s", what);
    return FALSE;
}

/* Borrowed from the plan's certificates; what is refused is left out. */
static TrustCert
row_of(const Office *office, const TrustLine *line, const Cert *cert,
       const char *name)
{
    return (TrustCert){
        .kid = line->kid,
        .role = line->role,
        .name = (char *)(guintptr)name,
        .der = cert_der(cert),
        .purpose = line->purpose,
        .added_by = (char *)(guintptr)office->actor,
    };
}

static gboolean
add_one(const Office *office, const TrustLine *line, const Cert *cert,
        const char *name, GError **error)
{
    const TrustCert row = row_of(office, line, cert, name);
    g_autofree char *after =
        g_strdup_printf("%s, %s, %s", line->role, line->purpose, line->kid);
    return trust_cert_save(office->db, &row, office->now, error) &&
           office_note(office, NULL, name, "trust-add", NULL, after, error);
}

static gboolean
is_taken(const TrustPlan *plan, const TrustLine *line)
{
    return !line->refused && (!line->expired || plan->accept_expired);
}

static gboolean
check_name(const char *name, GError **error)
{
    if (g_utf8_validate(name, -1, NULL) && strlen(name) <= TRUST_NAME_MAX &&
        strpbrk(name, "\r\n\t") == NULL)
        return TRUE;
    return refuse(error, APP_ERROR_INPUT, "the name is too long or no text");
}

static gboolean
add_all(const Office *office, const TrustPlan *plan, GPtrArray *lines,
        GPtrArray *certs, guint *added, GError **error)
{
    gboolean has_name = plan->name != NULL && *plan->name != '\0';
    if (!trust_edition_need(office->db, plan->edition, error))
        return FALSE;
    for (guint i = 0; i < lines->len; i++) {
        const TrustLine *line = g_ptr_array_index(lines, i);
        const char *name =
            has_name && lines->len == 1 ? plan->name : line->name;
        if (!is_taken(plan, line))
            continue;
        if (!add_one(office, line, g_ptr_array_index(certs, i), name, error))
            return FALSE;
        ++*added;
    }
    return *added > 0 || refuse(error, APP_ERROR_CERTIFICATE,
                                "none of these certificates can be taken in");
}

/* Every act begins with the role and is one transaction. */
static gboolean
begin(const Office *office, GError **error)
{
    return office_reach(office, ROLE_ADMINISTRATOR, NULL, error) &&
           db_begin(office->db, error);
}

static gboolean
end(const Office *office, gboolean is_good, GError **error)
{
    if (is_good && db_commit(office->db, error))
        return TRUE;
    db_rollback(office->db);
    return FALSE;
}

gboolean
trust_admin_add(const Office *office, const TrustPlan *plan, guint *added,
                GError **error)
{
    g_autoptr(GPtrArray) certs = NULL;
    g_autoptr(GPtrArray) lines =
        trust_lines_read(office, plan, &certs, error);
    *added = 0;
    if (lines == NULL ||
        (plan->name != NULL && !check_name(plan->name, error)) ||
        !begin(office, error))
        return FALSE;
    return end(office, add_all(office, plan, lines, certs, added, error),
               error);
}

/* The uploaded one that is in force; a file's is the operator's to take. */
static TrustCert *
need_uploaded(const Office *office, const char *kid, GError **error)
{
    g_autoptr(GError) why = NULL;
    g_autoptr(TrustCert) row = trust_cert_find(office->db, kid, &why);
    if (row != NULL && row->withdrawn == 0)
        return g_steal_pointer(&row);
    if (why != NULL)
        g_propagate_error(error, g_steal_pointer(&why));
    else if (office->trust != NULL && trust_find(office->trust, kid) != NULL)
        refuse(error, APP_ERROR_FORBIDDEN,
               "the certificate comes from a file of the server");
    else
        refuse(error, APP_ERROR_NOT_FOUND,
               "no such certificate among the trusted");
    return NULL;
}

static gboolean
withdraw(const Office *office, const TrustPlan *plan, GError **error)
{
    if (!trust_edition_need(office->db, plan->edition, error))
        return FALSE;
    g_autoptr(TrustCert) row = need_uploaded(office, plan->withdraw, error);
    if (row == NULL)
        return FALSE;
    g_autofree char *before =
        g_strdup_printf("%s, %s, %s", row->role, row->purpose, row->kid);
    return trust_cert_withdraw(office->db, row->kid, office->now, error) &&
           office_note(office, NULL, row->name, "trust-withdraw", before,
                       NULL, error);
}

gboolean
trust_admin_withdraw(const Office *office, const TrustPlan *plan,
                     GError **error)
{
    return begin(office, error) &&
           end(office, withdraw(office, plan, error), error);
}

static gboolean
rename_one(const Office *office, const char *kid, const char *name,
           gint64 edition, GError **error)
{
    if (!trust_edition_need(office->db, edition, error))
        return FALSE;
    g_autoptr(TrustCert) row = need_uploaded(office, kid, error);
    if (row == NULL)
        return FALSE;
    return trust_cert_rename(office->db, kid, name, error) &&
           office_note(office, NULL, name, "trust-rename", row->name, name,
                       error);
}

gboolean
trust_admin_rename(const Office *office, const char *kid, const char *name,
                   gint64 edition, GError **error)
{
    if (*name == '\0')
        return refuse(error, APP_ERROR_INPUT, "a name is needed");
    return check_name(name, error) && begin(office, error) &&
           end(office, rename_one(office, kid, name, edition, error), error);
}
