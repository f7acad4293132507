/* The local authority from the terminal: the same acts as its pages. */
#include <stdio.h>
#include <string.h>

#include "core/admin/certify.h"
#include "core/admin/local_ca.h"
#include "core/admin/reset.h"
#include "core/base/error.h"
#include "core/store/cert_request.h"
#include "core/store/issued.h"
#include "deploy/sceauctl_words.h"

/* {"issued","waiting","refused"}, or a sentence. */
static gboolean
print_count(const Verb *verb, const CertifyCount *count, GError **error)
{
    if (!verb->json) {
        printf("%u issued, %u waiting for sceau-ca, %u refused\n",
               count->issued, count->waiting, count->refused);
        return TRUE;
    }
    g_autoptr(Json) json = json_object_new();
    json_set_int(json, "issued", count->issued);
    json_set_int(json, "waiting", count->waiting);
    json_set_int(json, "refused", count->refused);
    return verb_print(json, error);
}

static gboolean
init(const Verb *verb, GError **error)
{
    const char *organisation = verb_option(verb, "organisation");
    const char *key = verb_option(verb, "key");
    const char *years = verb_option(verb, "years");
    const LocalCaPlan plan = {
        .name = verb->words[0],
        .organisation = organisation != NULL ? organisation : "",
        .algorithm = key != NULL ? key : "p-256",
        .years =
            (guint)g_ascii_strtoull(years != NULL ? years : "10", NULL, 10),
    };
    return local_ca_make(verb->office, &plan, error) &&
           verb_done(verb, error);
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
show(const Verb *verb, GError **error)
{
    static const char *const names[] = {
        "state",      "name",      "subject",   "key",     "fingerprint",
        "not_before", "not_after", "automatic", "domains", "issued",
        "revoked",    "waiting",   "approved",  "crl_url", "crl_number",
        "crl_this",   "crl_next",  "exported",  NULL};
    static const char *const rest[] = {"problem", "reset_word", NULL};
    g_autoptr(Json) json = local_ca_show(verb->office, error);
    if (json == NULL)
        return FALSE;
    json_set_text(json, "reset_word", reset_word(verb->office->config));
    if (verb->json)
        return verb_print(json, error);
    if (json_kind(json_member(json, "authority")) == JSON_KIND_OBJECT)
        print_members(json_member(json, "authority"), names);
    else
        puts("no authority");
    print_members(json, rest);
    return TRUE;
}

static gboolean
requests(const Verb *verb, GError **error)
{
    g_autoptr(GPtrArray) list = cert_request_in_state(
        verb->office->db, REQUEST_WAITING, 0, G_MAXINT, error);
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
        if (!verb->json)
            printf("%s\t%s\t%s\t%s\n", one->id, one->address, one->algorithm,
                   created);
    }
    return !verb->json || verb_print(all, error);
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
    verb_set_moment(json, "revoked", one->revoked);
    json_set_text(json, "reason",
                  one->revoked != 0
                      ? certify_reason_name((CertifyReason)one->reason)
                      : NULL);
    return json;
}

static gboolean
issued(const Verb *verb, GError **error)
{
    const IssuedQuery query = {.words = verb->words[0], .limit = G_MAXINT};
    g_autoptr(GPtrArray) list = issued_list(verb->office->db, &query, error);
    if (list == NULL)
        return FALSE;
    g_autoptr(Json) all = json_array_new();
    for (guint i = 0; i < list->len; i++) {
        const Issued *one = g_ptr_array_index(list, i);
        g_autofree char *until = time_to_rfc3339(one->not_after);
        json_append(all, issued_json(one));
        if (!verb->json)
            printf("%s\t%s\t%s\t%s\n", one->kid, one->address, until,
                   one->revoked != 0 ? "revoked" : "good");
    }
    return !verb->json || verb_print(all, error);
}

static gboolean
approve(const Verb *verb, GError **error)
{
    CertifyCount count;
    return certify_approve(verb->office, verb->words, &count, error) &&
           print_count(verb, &count, error);
}

static gboolean
refuse(const Verb *verb, GError **error)
{
    return certify_refuse(verb->office, verb->words, "administrator",
                          error) &&
           verb_done(verb, error);
}

static gboolean
rule(const Verb *verb, GError **error)
{
    gboolean automatic = strcmp(verb->words[0], "automatic") == 0;
    if (!automatic && strcmp(verb->words[0], "by-hand") != 0) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                            "rule: automatic or by-hand");
        return FALSE;
    }
    g_autofree char *domains = verb_words(verb, 1);
    return local_ca_set_rule(verb->office, automatic, domains, error) &&
           verb_done(verb, error);
}

static gboolean
resume(const Verb *verb, GError **error)
{
    CertifyCount count;
    return local_ca_resume(verb->office, &count, error) &&
           print_count(verb, &count, error);
}

static gboolean
revoke_one(const Verb *verb, GError **error)
{
    CertifyReason reason = CERTIFY_UNSPECIFIED;
    gboolean local = FALSE;
    if ((verb->n_words > 1 &&
         !certify_reason_from_name(verb->words[1], &reason, error)) ||
        !certify_revoke(verb->office, verb->words[0], reason, &local, error))
        return FALSE;
    if (local)
        return verb_done(verb, error);
    g_set_error_literal(
        error, APP_ERROR, APP_ERROR_NOT_FOUND,
        "no certificate of the local authority with this kid");
    return FALSE;
}

static gboolean
crl(const Verb *verb, GError **error)
{
    return local_ca_refresh(verb->office, error) && verb_done(verb, error);
}

static gboolean
reset(const Verb *verb, GError **error)
{
    g_autofree char *exported = NULL;
    g_autofree char *word = verb_words(verb, 0);
    if (!reset_site(verb->office, word, &exported, error)) {
        if (exported != NULL)
            g_prefix_error(error, "exported to %s; ", exported);
        return FALSE;
    }
    if (verb->json) {
        g_autoptr(Json) json = json_object_new();
        json_set_text(json, "exported", exported);
        return verb_print(json, error);
    }
    printf("exported to %s\n", exported);
    return TRUE;
}

#define MANY 100000

/* What sceau-ca does cannot be rolled back: each act has transactions of its
 * own. */
int
sceauctl_ca(const SceauctlContext *context, int argc, char **argv)
{
    static const VerbRow rows[] = {
        {"init", 1, 1, "organisation= key= years=", init, 0},
        {"show", 0, 0, "", show, 0},
        {"requests", 0, 0, "", requests, 0},
        {"issued", 0, 1, "", issued, 0},
        {"approve", 1, MANY, "", approve, 0},
        {"refuse", 1, MANY, "", refuse, 0},
        {"rule", 1, MANY, "", rule, 0},
        {"issue", 0, 0, "", resume, 0},
        {"revoke", 1, 2, "", revoke_one, 0},
        {"crl", 0, 0, "", crl, 0},
        {"run", 0, 0, "", resume, 0},
        {"reset", 1, MANY, "", reset, 0},
        {NULL, 0, 0, NULL, NULL, 0},
    };
    return verb_run(context, rows, argc, argv);
}
