#include "core/admin/local_ca.h"

#include <string.h>

#include "core/admin/certify_internal.h"
#include "core/admin/reset.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/pki/cert.h"
#include "core/store/trust_cert.h"

#define DAYS_A_YEAR 365

static gboolean
refuse(GError **error, const char *what)
{
    g_set_error(error, APP_ERROR, APP_ERROR_INPUT, "authority: %s", what);
    return FALSE;
}

static gboolean
check_name(const char *name, gboolean may_be_empty)
{
    if (name == NULL || !g_utf8_validate(name, -1, NULL) ||
        g_utf8_strlen(name, -1) > 64)
        return FALSE;
    g_autofree gunichar *letters = g_utf8_to_ucs4_fast(name, -1, NULL);
    for (const gunichar *p = letters; *p != 0; p++) {
        if (g_unichar_iscntrl(*p))
            return FALSE;
    }
    return may_be_empty || letters[0] != 0;
}

static gboolean
check_plan(const LocalCaPlan *plan, GError **error)
{
    static const char *const algorithms[] = {"p-256", "p-384", "rsa-3072",
                                             "rsa-4096", NULL};
    if (!check_name(plan->name, FALSE))
        return refuse(error, "its name must have 1 to 64 characters");
    if (!check_name(plan->organisation, TRUE))
        return refuse(error, "the organisation has at most 64 characters");
    if (plan->algorithm == NULL ||
        !g_strv_contains(algorithms, plan->algorithm))
        return refuse(error, "no such kind of key");
    if (plan->years < 2 || plan->years > 20)
        return refuse(error, "it lasts 2 to 20 years");
    return TRUE;
}

static gboolean
create(const Office *office, const LocalCaPlan *plan, GError **error)
{
    const Config *config = office->config;
    g_autofree char *id = certify_id_new();
    g_autofree char *file = g_strdup_printf("ca-%.8s", id);
    g_autofree char *url = g_strconcat(config->origin, config->base_path,
                                       "crl/", file, ".crl", NULL);
    LocalAuthority authority = {
        .id = id,
        .name = (char *)(guintptr)plan->name,
        .organisation = (char *)(guintptr)plan->organisation,
        .algorithm = (char *)(guintptr)plan->algorithm,
        .days = (gint64)plan->years * DAYS_A_YEAR,
        .file = file,
        .crl_url = url,
        .created = office->now,
    };
    return local_authority_create(office->db, &authority, error) &&
           office_note(office, NULL, plan->name, "authority-make", NULL,
                       plan->algorithm, error);
}

static gboolean
create_alone(const Office *office, const LocalCaPlan *plan, GError **error)
{
    if (!db_begin(office->db, error))
        return FALSE;
    if (create(office, plan, error) && db_commit(office->db, error))
        return TRUE;
    db_rollback(office->db);
    return FALSE;
}

static Json *
ask_to_make(const LocalAuthority *authority)
{
    Json *json = certify_ask("init");
    json_set_text(json, "id", authority->id);
    json_set_text(json, "name", authority->name);
    json_set_text(json, "organisation", authority->organisation);
    json_set_text(json, "algorithm", authority->algorithm);
    json_set_int(json, "days", authority->days);
    json_set_text(json, "crl_url", authority->crl_url);
    return json;
}

/* What it signs is believed here from now on. */
static gboolean
take_over(const Office *office, const LocalAuthority *authority, GBytes *der,
          GError **error)
{
    g_autoptr(Cert) cert = cert_parse(der, error);
    if (cert == NULL)
        return FALSE;
    TrustCert anchor = {
        .kid = (char *)(guintptr)cert_fingerprint(cert),
        .role = (char *)(guintptr)TRUST_ROLE_ANCHOR,
        .name = authority->name,
        .der = der,
        .purpose = (char *)(guintptr) "mail",
        .added_by = (char *)(guintptr)office->actor,
    };
    return local_authority_made(office->db, der, error) &&
           trust_cert_save(office->db, &anchor, office->now, error) &&
           office_note(office, NULL, authority->name, "authority-made", NULL,
                       cert_fingerprint(cert), error);
}

static gboolean
take_over_alone(const Office *office, const LocalAuthority *authority,
                GBytes *der, GError **error)
{
    if (!db_begin(office->db, error))
        return FALSE;
    if (take_over(office, authority, der, error) &&
        db_commit(office->db, error))
        return TRUE;
    db_rollback(office->db);
    return FALSE;
}

/* What sceau-ca refused outright was never begun there. */
static void
forget_refused(const Office *office, const GError *why)
{
    if (!g_error_matches(why, APP_ERROR, APP_ERROR_UNREACHABLE))
        local_authority_delete(office->db, NULL);
}

/* From "making" to "active"; the first list may come later. */
static gboolean
finish(const Office *office, const LocalAuthority *authority, GError **error)
{
    g_autoptr(GError) why = NULL;
    g_autoptr(Json) ask = ask_to_make(authority);
    g_autoptr(Json) answer = certify_send(office, ask, &why);
    g_autoptr(GBytes) der =
        answer != NULL ? json_get_bytes(answer, "certificate", &why) : NULL;
    if (der == NULL) {
        forget_refused(office, why);
        g_propagate_error(error, g_steal_pointer(&why));
        return FALSE;
    }
    if (!take_over_alone(office, authority, der, error))
        return FALSE;
    if (!certify_take_list(office, TRUE, &why))
        log_error("authority-list", why);
    return TRUE;
}

gboolean
local_ca_make(const Office *office, const LocalCaPlan *plan, GError **error)
{
    g_autoptr(GError) why = NULL;
    if (!office_reach(office, ROLE_ADMINISTRATOR, NULL, error) ||
        !check_plan(plan, error))
        return FALSE;
    g_autoptr(LocalAuthority) known = local_authority_find(office->db, &why);
    if (known != NULL && strcmp(known->state, AUTHORITY_MAKING) != 0)
        g_set_error_literal(&why, APP_ERROR, APP_ERROR_CONFLICT,
                            "authority: there is one already");
    if (why == NULL && known == NULL && create_alone(office, plan, &why))
        known = local_authority_find(office->db, &why);
    if (why == NULL && known != NULL)
        return finish(office, known, error);
    if (why == NULL)
        g_set_error_literal(&why, APP_ERROR, APP_ERROR_CONFLICT,
                            "authority: it was taken away meanwhile");
    g_propagate_error(error, g_steal_pointer(&why));
    return FALSE;
}

/* One domain a word, in lower case; anything that can be none is refused. */
static char *
domains_of(const char *typed, GError **error)
{
    g_autoptr(GString) out = g_string_new(NULL);
    g_autofree char *lower = g_ascii_strdown(typed != NULL ? typed : "", -1);
    g_auto(GStrv) words = g_strsplit_set(lower, " ,;\t\r\n", -1);
    for (char **word = words; *word != NULL; word++) {
        if (**word == '\0')
            continue;
        if (strspn(*word, "abcdefghijklmnopqrstuvwxyz0123456789-.") !=
                strlen(*word) ||
            strchr(*word, '.') == NULL) {
            refuse(error, "a domain of the rule is none");
            return NULL;
        }
        g_string_append_printf(out, "%s%s", out->len > 0 ? " " : "", *word);
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

gboolean
local_ca_set_rule(const Office *office, gboolean automatic,
                  const char *domains, GError **error)
{
    if (!office_reach(office, ROLE_ADMINISTRATOR, NULL, error))
        return FALSE;
    g_autofree char *kept = domains_of(domains, error);
    g_autoptr(LocalAuthority) now =
        kept != NULL ? certify_authority(office, error) : NULL;
    if (now == NULL || !db_begin(office->db, error))
        return FALSE;
    if (local_authority_set_rule(office->db, automatic, kept, error) &&
        office_note(office, NULL, now->name, "authority-rule",
                    now->automatic ? "automatic" : "by-hand",
                    automatic ? "automatic" : "by-hand", error) &&
        db_commit(office->db, error))
        return TRUE;
    db_rollback(office->db);
    return FALSE;
}

gboolean
local_ca_refresh(const Office *office, GError **error)
{
    return office_need(office, ROLE_ADMINISTRATOR, error) &&
           certify_publish(office, error) &&
           certify_take_list(office, TRUE, error);
}

GBytes *
local_ca_certificate(const Office *office, GError **error)
{
    g_autoptr(LocalAuthority) authority = certify_authority(office, error);
    return authority != NULL ? g_bytes_ref(authority->der) : NULL;
}

gboolean
local_ca_resume(const Office *office, CertifyCount *count, GError **error)
{
    g_autoptr(GError) why = NULL;
    g_autoptr(LocalAuthority) authority =
        local_authority_find(office->db, &why);
    *count = (CertifyCount){0};
    if (why != NULL) {
        g_propagate_error(error, g_steal_pointer(&why));
        return FALSE;
    }
    if (authority == NULL)
        return TRUE;
    if (strcmp(authority->state, AUTHORITY_RESETTING) == 0)
        return reset_resume(office, error);
    if (strcmp(authority->state, AUTHORITY_MAKING) == 0 &&
        !finish(office, authority, error))
        return FALSE;
    return certify_resume(office, count, error);
}
