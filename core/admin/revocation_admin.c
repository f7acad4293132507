#include "core/admin/revocation_admin.h"

#include <string.h>

#include "core/base/error.h"
#include "core/net/http.h"
#include "core/pki/trust.h"
#include "core/store/revocation_cache.h"
#include "core/store/trust_cert.h"

void
revocation_line_free(RevocationLine *line)
{
    if (line == NULL)
        return;
    revocation_source_free(line->source);
    g_free(line->issuer_name);
    g_free(line);
}

static void
find_kept(RevocationLine *line, GPtrArray *cached)
{
    for (guint i = 0; i < cached->len; i++) {
        const RevocationCached *row = g_ptr_array_index(cached, i);
        if (strcmp(row->issuer, line->source->issuer) != 0 ||
            strcmp(row->kind, line->source->kind) != 0)
            continue;
        line->kept++;
        if (row->this_update < line->this_update)
            continue;
        line->this_update = row->this_update;
        line->next_update = row->next_update;
    }
}

static RevocationLine *
line_new(const Office *office, RevocationSource *source, GPtrArray *cached)
{
    const Cert *issuer = trust_find(office->trust, source->issuer);
    RevocationLine *line = g_new0(RevocationLine, 1);
    line->source = source;
    line->issuer_name =
        g_strdup(issuer != NULL ? cert_name(issuer) : source->issuer);
    find_kept(line, cached);
    return line;
}

GPtrArray *
revocation_admin_list(const Office *office, const char *kid, GError **error)
{
    if (!office_need(office, ROLE_ADMINISTRATOR, error))
        return NULL;
    g_autoptr(GPtrArray) sources = revocation_source_list(office->db, error);
    g_autoptr(GPtrArray) cached =
        sources != NULL ? revocation_cache_list(office->db, error) : NULL;
    if (cached == NULL)
        return NULL;
    GPtrArray *lines =
        g_ptr_array_new_with_free_func((GDestroyNotify)revocation_line_free);
    g_ptr_array_set_free_func(sources, NULL);
    for (guint i = 0; i < sources->len; i++) {
        RevocationSource *source = g_ptr_array_index(sources, i);
        if (kid == NULL || strcmp(source->issuer, kid) == 0)
            g_ptr_array_add(lines, line_new(office, source, cached));
        else
            revocation_source_free(source);
    }
    return lines;
}

static char *
words_of(const RevocationSource *source)
{
    return g_strdup_printf("%s, %s, %s%s", source->kind, source->url,
                           source->hard ? "hard" : "soft",
                           source->allow_private ? ", inner network" : "");
}

static gboolean
refuse(GError **error, AppError code, const char *what)
{
    g_set_error(error, APP_ERROR, (gint)code, "revocation: %s", what);
    return FALSE;
}

static gboolean
check(const Office *office, const RevocationSource *source, GError **error)
{
    if (strcmp(source->kind, REVOCATION_CRL) != 0 &&
        strcmp(source->kind, REVOCATION_OCSP) != 0)
        return refuse(error, APP_ERROR_INPUT, "the kind is crl or ocsp");
    if (trust_find(office->trust, source->issuer) == NULL)
        return refuse(error, APP_ERROR_NOT_FOUND,
                      "no such issuer among the trusted");
    return http_check_url(source->url, error);
}

static gboolean
create(const Office *office, const RevocationSource *source, gint64 *id,
       GError **error)
{
    g_autofree char *after = words_of(source);
    const Cert *issuer = trust_find(office->trust, source->issuer);
    *id = revocation_source_create(office->db, source, office->now, error);
    return *id != 0 && office_note(office, NULL, cert_name(issuer),
                                   "revocation-add", NULL, after, error);
}

static gboolean
change(const Office *office, const RevocationSource *source, GError **error)
{
    g_autoptr(RevocationSource) old =
        revocation_source_get(office->db, source->id, error);
    if (old == NULL)
        return FALSE;
    g_autofree char *before = words_of(old);
    g_autofree char *after = words_of(source);
    const Cert *issuer = trust_find(office->trust, source->issuer);
    return revocation_source_change(office->db, source, error) &&
           office_note(office, NULL, cert_name(issuer), "revocation-change",
                       before, after, error);
}

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

static gboolean
save(const Office *office, const RevocationSource *source, gint64 edition,
     gint64 *id, GError **error)
{
    if (!trust_edition_need(office->db, edition, error))
        return FALSE;
    *id = source->id;
    return *id == 0 ? create(office, source, id, error)
                    : change(office, source, error);
}

gboolean
revocation_admin_save(const Office *office, const RevocationSource *source,
                      gint64 edition, gint64 *id, GError **error)
{
    gint64 got = 0;
    if (!office_reach(office, ROLE_ADMINISTRATOR, NULL, error) ||
        !check(office, source, error) || !begin(office, error) ||
        !end(office, save(office, source, edition, &got, error), error))
        return FALSE;
    if (id != NULL)
        *id = got;
    return TRUE;
}

static gboolean
is_last(const Office *office, const RevocationSource *source, gboolean *last,
        GError **error)
{
    g_autoptr(GPtrArray) sources = revocation_source_list(office->db, error);
    *last = TRUE;
    for (guint i = 0; sources != NULL && i < sources->len; i++) {
        const RevocationSource *other = g_ptr_array_index(sources, i);
        if (other->id != source->id &&
            strcmp(other->issuer, source->issuer) == 0 &&
            strcmp(other->kind, source->kind) == 0)
            *last = FALSE;
    }
    return sources != NULL;
}

static gboolean
remove_one(const Office *office, gint64 id, gint64 edition, GError **error)
{
    gboolean last = FALSE;
    if (!trust_edition_need(office->db, edition, error))
        return FALSE;
    g_autoptr(RevocationSource) old =
        revocation_source_get(office->db, id, error);
    if (old == NULL || !is_last(office, old, &last, error))
        return FALSE;
    g_autofree char *before = words_of(old);
    const Cert *issuer = trust_find(office->trust, old->issuer);
    const char *name = issuer != NULL ? cert_name(issuer) : old->issuer;
    return revocation_source_remove(office->db, id, error) &&
           (!last || revocation_cache_forget(office->db, old->issuer,
                                             old->kind, error)) &&
           office_note(office, NULL, name, "revocation-remove", before, NULL,
                       error);
}

gboolean
revocation_admin_remove(const Office *office, gint64 id, gint64 edition,
                        GError **error)
{
    return begin(office, error) &&
           end(office, remove_one(office, id, edition, error), error);
}
