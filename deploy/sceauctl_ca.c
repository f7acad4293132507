/* The local authority from the terminal: the same acts as its pages. */
#include "deploy/sceauctl.h"

#include <stdio.h>
#include <string.h>

#include "core/admin/certify.h"
#include "core/admin/local_ca.h"
#include "core/admin/reset.h"
#include "core/base/error.h"
#include "core/store/cert_request.h"
#include "core/store/issued.h"
#include "deploy/sceauctl_office.h"

static const char usage_text[] =
    "usage: sceauctl ca ACT [--json]\n"
    "  init NAME [--organisation TEXT] [--key p-256|p-384|rsa-3072|rsa-4096]"
    " [--years N]\n"
    "  show | requests | issued [BEGINNING]\n"
    "  approve ID... | refuse ID... | rule automatic [DOMAIN...] | rule"
    " by-hand\n"
    "  issue | revoke KID [REASON] | crl | run\n"
    "  reset WORD      the word that ca show prints as reset_word\n";

/* One run: who acts, what is left of the arguments, and how to say it. */
typedef struct {
    const Office *office;
    char **words; /* after the act, without options; NULL-terminated */
    guint count;
    gboolean json;
    const char *organisation, *key;
    guint years;
} Run;

static void
print_json(const Json *json)
{
    g_autofree char *text = json_write(json);
    puts(text);
}

/* {"issued","waiting","refused"}, or a sentence. */
static gboolean
print_count(const Run *run, const CertifyCount *count)
{
    if (!run->json) {
        printf("%u issued, %u waiting for sceau-ca, %u refused\n",
               count->issued, count->waiting, count->refused);
        return TRUE;
    }
    g_autoptr(Json) json = json_object_new();
    json_set_int(json, "issued", count->issued);
    json_set_int(json, "waiting", count->waiting);
    json_set_int(json, "refused", count->refused);
    print_json(json);
    return TRUE;
}

static gboolean
print_done(const Run *run)
{
    if (run->json)
        puts("{}");
    return TRUE;
}

static gboolean
need(const Run *run, guint least, GError **error)
{
    if (run->count >= least)
        return TRUE;
    g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                        "an argument is missing; see sceauctl ca --help");
    return FALSE;
}

static gboolean
run_init(const Run *run, GError **error)
{
    const LocalCaPlan plan = {
        .name = run->words[0],
        .organisation = run->organisation,
        .algorithm = run->key,
        .years = run->years,
    };
    return need(run, 1, error) && local_ca_make(run->office, &plan, error) &&
           print_done(run);
}

/* One line a member, for people: "name: value". */
static void
print_members(const Json *object, const char *const *names)
{
    for (; object != NULL && *names != NULL; names++) {
        const Json *value = json_member(object, *names);
        gint64 number = 0;
        if (json_text(value) != NULL)
            printf("%s: %s\n", *names, json_text(value));
        else if (json_int(value, &number))
            printf("%s: %" G_GINT64_FORMAT "\n", *names, number);
        else if (json_kind(value) == JSON_KIND_BOOL)
            printf("%s: %s\n", *names, json_bool(value) ? "yes" : "no");
    }
}

static gboolean
run_show(const Run *run, GError **error)
{
    static const char *const names[] = {
        "state",      "name",      "subject",   "key",     "fingerprint",
        "not_before", "not_after", "automatic", "domains", "issued",
        "revoked",    "waiting",   "approved",  "crl_url", "crl_number",
        "crl_this",   "crl_next",  "exported",  NULL};
    static const char *const rest[] = {"problem", "reset_word", NULL};
    g_autoptr(Json) json = local_ca_show(run->office, error);
    if (json == NULL)
        return FALSE;
    json_set_text(json, "reset_word", reset_word(run->office->config));
    if (run->json) {
        print_json(json);
        return TRUE;
    }
    if (json_kind(json_member(json, "authority")) == JSON_KIND_OBJECT)
        print_members(json_member(json, "authority"), names);
    else
        puts("no authority");
    print_members(json, rest);
    return TRUE;
}

static gboolean
run_requests(const Run *run, GError **error)
{
    g_autoptr(GPtrArray) list = cert_request_in_state(
        run->office->db, REQUEST_WAITING, 0, G_MAXINT, error);
    if (list == NULL)
        return FALSE;
    g_autoptr(Json) all = json_array_new();
    for (guint i = 0; i < list->len; i++) {
        const CertRequest *one = g_ptr_array_index(list, i);
        g_autofree char *created = time_to_rfc3339(one->created);
        Json *json = json_object_new();
        json_set_text(json, "id", one->id);
        json_set_text(json, "address", one->address);
        json_set_text(json, "algorithm", one->algorithm);
        json_set_text(json, "created", created);
        json_set_text(json, "renews", one->renews);
        json_append(all, json);
        if (!run->json)
            printf("%s\t%s\t%s\t%s\n", one->id, one->address, one->algorithm,
                   created);
    }
    if (run->json)
        print_json(all);
    return TRUE;
}

static Json *
issued_json(const Issued *one)
{
    Json *json = json_object_new();
    json_set_text(json, "kid", one->kid);
    json_set_text(json, "serial", one->serial);
    json_set_text(json, "address", one->address);
    json_set_text(json, "algorithm", one->algorithm);
    json_set_time(json, "not_after", one->not_after);
    if (one->revoked != 0)
        json_set_time(json, "revoked", one->revoked);
    else
        json_set_text(json, "revoked", NULL);
    json_set_text(json, "reason",
                  one->revoked != 0
                      ? certify_reason_name((CertifyReason)one->reason)
                      : NULL);
    return json;
}

static gboolean
run_issued(const Run *run, GError **error)
{
    const IssuedQuery query = {.words = run->words[0], .limit = G_MAXINT};
    g_autoptr(GPtrArray) list = issued_list(run->office->db, &query, error);
    if (list == NULL)
        return FALSE;
    g_autoptr(Json) all = json_array_new();
    for (guint i = 0; i < list->len; i++) {
        const Issued *one = g_ptr_array_index(list, i);
        g_autofree char *until = time_to_rfc3339(one->not_after);
        json_append(all, issued_json(one));
        if (!run->json)
            printf("%s\t%s\t%s\t%s\n", one->kid, one->address, until,
                   one->revoked != 0 ? "revoked" : "good");
    }
    if (run->json)
        print_json(all);
    return TRUE;
}

static gboolean
run_approve(const Run *run, GError **error)
{
    CertifyCount count;
    return need(run, 1, error) &&
           certify_approve(run->office, (const char *const *)run->words,
                           &count, error) &&
           print_count(run, &count);
}

static gboolean
run_refuse(const Run *run, GError **error)
{
    return need(run, 1, error) &&
           certify_refuse(run->office, (const char *const *)run->words,
                          "administrator", error) &&
           print_done(run);
}

static gboolean
run_rule(const Run *run, GError **error)
{
    if (!need(run, 1, error))
        return FALSE;
    gboolean automatic = strcmp(run->words[0], "automatic") == 0;
    if (!automatic && strcmp(run->words[0], "by-hand") != 0) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                            "rule: automatic or by-hand");
        return FALSE;
    }
    g_autofree char *domains = g_strjoinv(" ", run->words + 1);
    return local_ca_set_rule(run->office, automatic, domains, error) &&
           print_done(run);
}

static gboolean
run_resume(const Run *run, GError **error)
{
    CertifyCount count;
    return local_ca_resume(run->office, &count, error) &&
           print_count(run, &count);
}

static gboolean
run_revoke(const Run *run, GError **error)
{
    CertifyReason reason = CERTIFY_UNSPECIFIED;
    gboolean local = FALSE;
    if (!need(run, 1, error) ||
        (run->count > 1 &&
         !certify_reason_from_name(run->words[1], &reason, error)) ||
        !certify_revoke(run->office, run->words[0], reason, &local, error))
        return FALSE;
    if (local)
        return print_done(run);
    g_set_error_literal(
        error, APP_ERROR, APP_ERROR_NOT_FOUND,
        "no certificate of the local authority with this kid");
    return FALSE;
}

static gboolean
run_crl(const Run *run, GError **error)
{
    return local_ca_refresh(run->office, error) && print_done(run);
}

static gboolean
run_reset(const Run *run, GError **error)
{
    g_autofree char *exported = NULL;
    if (!need(run, 1, error))
        return FALSE;
    g_autofree char *word = g_strjoinv(" ", run->words);
    if (!reset_site(run->office, word, &exported, error)) {
        if (exported != NULL)
            g_prefix_error(error, "exported to %s; ", exported);
        return FALSE;
    }
    if (run->json) {
        g_autoptr(Json) json = json_object_new();
        json_set_text(json, "exported", exported);
        print_json(json);
    } else {
        printf("exported to %s\n", exported);
    }
    return TRUE;
}

static const struct {
    const char *name;
    gboolean (*run)(const Run *run, GError **error);
} acts[] = {
    {"init", run_init},         {"show", run_show},
    {"requests", run_requests}, {"issued", run_issued},
    {"approve", run_approve},   {"refuse", run_refuse},
    {"rule", run_rule},         {"issue", run_resume},
    {"revoke", run_revoke},     {"crl", run_crl},
    {"run", run_resume},        {"reset", run_reset},
};

/* Takes an option of this name, and its value. */
static gboolean
take_option(char ***at, const char *name, const char **value)
{
    if (strcmp(**at, name) != 0 || (*at)[1] == NULL)
        return FALSE;
    *value = *++*at;
    return TRUE;
}

static gboolean
read_options(Run *run, char **argv, GPtrArray *words)
{
    const char *years = "10";
    for (char **at = argv; *at != NULL; at++) {
        if (strcmp(*at, "--json") == 0)
            run->json = TRUE;
        else if (take_option(&at, "--organisation", &run->organisation) ||
                 take_option(&at, "--key", &run->key) ||
                 take_option(&at, "--years", &years))
            continue;
        else if (g_str_has_prefix(*at, "--"))
            return FALSE;
        else
            g_ptr_array_add(words, *at);
    }
    run->count = words->len;
    g_ptr_array_add(words, NULL);
    run->words = (char **)words->pdata;
    run->years = (guint)g_ascii_strtoull(years, NULL, 10);
    return TRUE;
}

static int
run_act(gsize act, const SceauctlContext *context, Run *run)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SceauctlOffice) desk = sceauctl_office_open(context, &error);
    if (desk == NULL)
        return sceauctl_fail("ca", error);
    run->office = &desk->office;
    return acts[act].run(run, &error) ? 0 : sceauctl_fail("ca", error);
}

int
sceauctl_ca(const SceauctlContext *context, int argc, char **argv)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    Run run = {.organisation = "", .key = "p-256"};
    gboolean help = argc == 2 && strcmp(argv[1], "--help") == 0;
    for (gsize i = 0; argc >= 2 && i < G_N_ELEMENTS(acts); i++) {
        if (strcmp(argv[1], acts[i].name) == 0 &&
            read_options(&run, argv + 2, words))
            return run_act(i, context, &run);
    }
    fputs(usage_text, help ? stdout : stderr);
    return help ? 0 : 2;
}
