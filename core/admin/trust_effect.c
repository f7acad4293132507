/* What a change of trust would do to stored certificates of contacts. */
#include "core/admin/trust_line.h"

#include <string.h>

#include "core/pki/trust.h"
#include "core/store/contact_cert.h"
#include "core/store/trust_cert.h"

/* Looked at for one change; each costs about a millisecond. */
#define MAX_CHECKED 2000
#define MAX_DOMAINS 10

typedef struct {
    const Office *office;
    const Trust *after;
    TrustEffect *effect;
    GHashTable *domains; /* domain → TrustDomain */
} Survey;

static void
trust_domain_free(gpointer data)
{
    TrustDomain *domain = data;
    g_free(domain->domain);
    g_free(domain);
}

void
trust_effect_free(TrustEffect *effect)
{
    if (effect == NULL)
        return;
    g_ptr_array_unref(effect->domains);
    g_hash_table_unref(effect->reasons);
    g_free(effect);
}

static TrustEffect *
trust_effect_new(void)
{
    TrustEffect *effect = g_new0(TrustEffect, 1);
    effect->domains = g_ptr_array_new_with_free_func(trust_domain_free);
    effect->reasons =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, NULL);
    return effect;
}

static TrustDomain *
domain_of(Survey *survey, const char *address)
{
    const char *at = strrchr(address, '@');
    g_autofree char *name =
        g_ascii_strdown(at != NULL ? at + 1 : address, -1);
    TrustDomain *domain = g_hash_table_lookup(survey->domains, name);
    if (domain != NULL)
        return domain;
    domain = g_new0(TrustDomain, 1);
    domain->domain = g_steal_pointer(&name);
    g_hash_table_insert(survey->domains, domain->domain, domain);
    g_ptr_array_add(survey->effect->domains, domain);
    return domain;
}

static void
count(Survey *survey, const char *address, VerdictSet before,
      VerdictSet after)
{
    TrustEffect *effect = survey->effect;
    if ((before == 0) == (after == 0))
        return;
    TrustDomain *domain = domain_of(survey, address);
    if (after == 0) {
        effect->gained++;
        domain->gained++;
        return;
    }
    gpointer code = (gpointer)(guintptr)verdict_code(verdict_first(after));
    guint known =
        GPOINTER_TO_UINT(g_hash_table_lookup(effect->reasons, code));
    g_hash_table_replace(effect->reasons, code, GUINT_TO_POINTER(known + 1));
    effect->lost++;
    domain->lost++;
}

static gboolean
look_at(const char *address, const ContactCert *row, gpointer data,
        GError **error)
{
    Survey *survey = data;
    const Office *office = survey->office;
    if (survey->effect->checked == MAX_CHECKED) {
        survey->effect->partial = TRUE;
        return TRUE;
    }
    survey->effect->checked++;
    g_autoptr(Cert) cert = cert_parse(row->der, NULL);
    g_autoptr(GPtrArray) chain = g_bytes_get_size(row->chain) > 0
                                     ? cert_parse_file(row->chain, NULL)
                                     : NULL;
    if (cert == NULL)
        return TRUE;
    count(
        survey, address,
        trust_judge_recipient(office->trust, cert, chain, office->now, NULL),
        trust_judge_recipient(survey->after, cert, chain, office->now, NULL));
    return TRUE;
}

static gboolean
add_planned(const Office *office, Trust *trust, const TrustPlan *plan,
            GError **error)
{
    g_autoptr(GPtrArray) certs = NULL;
    g_autoptr(GPtrArray) lines =
        trust_lines_read(office, plan, &certs, error);
    for (guint i = 0; lines != NULL && i < lines->len; i++) {
        const TrustLine *line = g_ptr_array_index(lines, i);
        Cert *cert = g_ptr_array_index(certs, i);
        TrustPurpose purpose = TRUST_MAIL;
        if (line->refused)
            continue;
        trust_purpose_from_name(line->purpose, &purpose, NULL);
        if (strcmp(line->role, TRUST_ROLE_ANCHOR) == 0)
            trust_add_anchor_for(trust, cert, purpose);
        else
            trust_add_intermediate(trust, cert);
    }
    return lines != NULL;
}

static gint
compare_domains(gconstpointer a, gconstpointer b)
{
    const TrustDomain *x = *(const TrustDomain *const *)a;
    const TrustDomain *y = *(const TrustDomain *const *)b;
    guint of_x = x->gained + x->lost, of_y = y->gained + y->lost;
    if (of_x != of_y)
        return of_x > of_y ? -1 : 1;
    return strcmp(x->domain, y->domain);
}

TrustEffect *
trust_admin_effect(const Office *office, const TrustPlan *plan,
                   GError **error)
{
    if (!office_need(office, ROLE_ADMINISTRATOR, error))
        return NULL;
    g_autoptr(Trust) after = trust_copy(office->trust);
    if (plan->file == NULL)
        trust_remove(after, plan->withdraw);
    else if (!add_planned(office, after, plan, error))
        return NULL;
    g_autoptr(TrustEffect) effect = trust_effect_new();
    g_autoptr(GHashTable) domains = g_hash_table_new(g_str_hash, g_str_equal);
    Survey survey = {office, after, effect, domains};
    if (!contact_cert_each(office->db, MAX_CHECKED + 1, look_at, &survey,
                           error))
        return NULL;
    g_ptr_array_sort(effect->domains, compare_domains);
    if (effect->domains->len > MAX_DOMAINS)
        g_ptr_array_set_size(effect->domains, MAX_DOMAINS);
    return g_steal_pointer(&effect);
}
