#include "core/admin/trust_line.h"

#include <string.h>

#include "core/base/error.h"
#include "core/pki/strength.h"
#include "core/pki/trust.h"
#include "core/store/trust_cert.h"

void
trust_line_free(TrustLine *line)
{
    if (line == NULL)
        return;
    g_free(line->kid);
    g_free(line->name);
    g_free(line->subject);
    g_free(line->issuer);
    g_free(line->algorithm);
    g_free(line->role);
    g_free(line->purpose);
    g_free(line->from);
    g_free(line->added_by);
    g_strfreev(line->problems);
    g_free(line);
}

static TrustLine *
line_new(const Cert *cert, const char *role, const char *purpose,
         const char *from)
{
    TrustLine *line = g_new0(TrustLine, 1);
    line->kid = g_strdup(cert_fingerprint(cert));
    line->name = g_strdup(cert_name(cert));
    line->subject = g_strdup(cert_subject(cert));
    line->issuer = g_strdup(cert_issuer(cert));
    line->algorithm = g_strdup(cert_algorithm(cert));
    line->role = g_strdup(role);
    line->purpose = g_strdup(purpose);
    line->from = g_strdup(from);
    line->not_before = cert_not_before(cert);
    line->not_after = cert_not_after(cert);
    return line;
}

static void
find_problems(TrustLine *line, const Office *office, const Cert *cert,
              gboolean is_known)
{
    g_autoptr(GStrvBuilder) problems = g_strv_builder_new();
    Strength strength =
        strength_of_key(cert_key_kind(cert), cert_key_bits(cert),
                        trust_policy(office->trust));
    const struct {
        gboolean applies;
        const char *code;
        gboolean refuses;
    } all[] = {
        {is_known, "known", TRUE},
        {!cert_may_vouch(cert), "not-authority", TRUE},
        {cert_may_vouch(cert) && !cert_may_vouch_for_mail(cert),
         "other-purpose", TRUE},
        {strength == STRENGTH_BELOW_FLOOR, "below-floor", TRUE},
        {strength == STRENGTH_WEAK, "weak", FALSE},
        {cert_not_after(cert) < office->now, "expired", FALSE},
        {cert_not_before(cert) > office->now, "not-yet-valid", FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(all); i++) {
        if (!all[i].applies)
            continue;
        g_strv_builder_add(problems, all[i].code);
        line->refused |= all[i].refuses;
    }
    line->expired = cert_not_after(cert) < office->now;
    g_strfreev(line->problems);
    line->problems = g_strv_builder_end(problems);
}

/* A root is an anchor, what another vouches for an intermediate. */
static const char *
role_of(const TrustPlan *plan, const Cert *cert)
{
    if (g_strcmp0(plan->role, TRUST_ROLE_ANCHOR) == 0)
        return TRUST_ROLE_ANCHOR;
    if (g_strcmp0(plan->role, TRUST_ROLE_INTERMEDIATE) == 0)
        return TRUST_ROLE_INTERMEDIATE;
    return cert_names_issuer(cert, cert) ? TRUST_ROLE_ANCHOR
                                         : TRUST_ROLE_INTERMEDIATE;
}

static GPtrArray *
read_certs(GBytes *file, GError **error)
{
    g_autoptr(GPtrArray) certs = cert_parse_file(file, error);
    if (certs == NULL || certs->len <= TRUST_UPLOAD_MAX)
        return g_steal_pointer(&certs);
    g_set_error(error, APP_ERROR, APP_ERROR_TOO_LARGE,
                "trust: more than %d certificates at once", TRUST_UPLOAD_MAX);
    return NULL;
}

static gboolean
is_among(GPtrArray *lines, const char *kid)
{
    for (guint i = 0; i < lines->len; i++) {
        const TrustLine *line = g_ptr_array_index(lines, i);
        if (strcmp(line->kid, kid) == 0)
            return TRUE;
    }
    return FALSE;
}

GPtrArray *
trust_lines_read(const Office *office, const TrustPlan *plan,
                 GPtrArray **certs, GError **error)
{
    TrustPurpose purpose = TRUST_MAIL;
    if (!office_need(office, ROLE_ADMINISTRATOR, error) ||
        (plan->purpose != NULL &&
         !trust_purpose_from_name(plan->purpose, &purpose, error)))
        return NULL;
    g_autoptr(GPtrArray) read = read_certs(plan->file, error);
    if (read == NULL)
        return NULL;
    g_autoptr(GPtrArray) lines =
        g_ptr_array_new_with_free_func((GDestroyNotify)trust_line_free);
    for (guint i = 0; i < read->len; i++) {
        const Cert *cert = g_ptr_array_index(read, i);
        const char *kid = cert_fingerprint(cert);
        gboolean is_known =
            trust_find(office->trust, kid) != NULL || is_among(lines, kid);
        TrustLine *line = line_new(cert, role_of(plan, cert),
                                   trust_purpose_name(purpose), "upload");
        find_problems(line, office, cert, is_known);
        g_ptr_array_add(lines, line);
    }
    *certs = g_steal_pointer(&read);
    return g_steal_pointer(&lines);
}

GPtrArray *
trust_admin_read(const Office *office, const TrustPlan *plan, GError **error)
{
    g_autoptr(GPtrArray) certs = NULL;
    return trust_lines_read(office, plan, &certs, error);
}

/* NULL for a row that is no longer within the limits. */
static TrustLine *
line_of_row(const Office *office, const TrustCert *row)
{
    g_autoptr(Cert) cert = cert_parse(row->der, NULL);
    if (cert == NULL)
        return NULL;
    TrustLine *line = line_new(cert, row->role, row->purpose, "upload");
    g_free(line->name);
    line->name = g_strdup(row->name);
    line->added_by = g_strdup(row->added_by);
    line->created = row->created;
    line->withdrawn = row->withdrawn;
    find_problems(line, office, cert, FALSE);
    return line;
}

static void
add_of_files(const Office *office, GPtrArray *lines, GPtrArray *certs,
             const char *role)
{
    for (guint i = 0; i < certs->len; i++) {
        const Cert *cert = g_ptr_array_index(certs, i);
        if (is_among(lines, cert_fingerprint(cert)))
            continue;
        TrustLine *line =
            line_new(cert, role, trust_purpose_name(TRUST_MAIL), "file");
        find_problems(line, office, cert, FALSE);
        g_ptr_array_add(lines, line);
    }
}

static gint
compare_lines(gconstpointer a, gconstpointer b)
{
    const TrustLine *x = *(const TrustLine *const *)a;
    const TrustLine *y = *(const TrustLine *const *)b;
    if ((x->withdrawn != 0) != (y->withdrawn != 0))
        return x->withdrawn != 0 ? 1 : -1;
    gint order = strcmp(x->role, y->role);
    return order != 0 ? order : g_utf8_collate(x->name, y->name);
}

GPtrArray *
trust_admin_list(const Office *office, GError **error)
{
    if (!office_need(office, ROLE_ADMINISTRATOR, error))
        return NULL;
    g_autoptr(GPtrArray) rows = trust_cert_list(office->db, error);
    if (rows == NULL)
        return NULL;
    GPtrArray *lines =
        g_ptr_array_new_with_free_func((GDestroyNotify)trust_line_free);
    for (guint i = 0; i < rows->len; i++) {
        const TrustCert *row = g_ptr_array_index(rows, i);
        /* Withdrawn, but a file has it too: that one holds. */
        gboolean is_files = row->withdrawn != 0 &&
                            trust_find(office->trust, row->kid) != NULL;
        TrustLine *line = is_files ? NULL : line_of_row(office, row);
        if (line != NULL)
            g_ptr_array_add(lines, line);
    }
    add_of_files(office, lines, trust_anchors(office->trust),
                 TRUST_ROLE_ANCHOR);
    add_of_files(office, lines, trust_intermediates(office->trust),
                 TRUST_ROLE_INTERMEDIATE);
    g_ptr_array_sort(lines, compare_lines);
    return lines;
}

TrustLine *
trust_admin_get(const Office *office, const char *kid, GError **error)
{
    g_autoptr(GPtrArray) lines = trust_admin_list(office, error);
    for (guint i = 0; lines != NULL && i < lines->len; i++) {
        const TrustLine *line = g_ptr_array_index(lines, i);
        if (strcmp(line->kid, kid) == 0)
            return g_ptr_array_steal_index(lines, i);
    }
    if (lines != NULL)
        g_set_error_literal(error, APP_ERROR, APP_ERROR_NOT_FOUND,
                            "trust: no such certificate");
    return NULL;
}
