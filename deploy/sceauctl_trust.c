/* sceauctl trust: what is trusted, at a terminal. */
#include <stdio.h>
#include <string.h>

#include "core/admin/trust_admin.h"
#include "core/base/error.h"
#include "deploy/sceauctl_file.h"
#include "deploy/sceauctl_words.h"

#define KID_SHORTEST 8

static gboolean
refuse(GError **error, const char *what)
{
    g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT, what);
    return FALSE;
}

/* file is borrowed by the plan. */
static gboolean
read_plan(const Verb *verb, GBytes *file, TrustPlan *plan, GError **error)
{
    const char *role = verb_option(verb, "as");
    *plan = (TrustPlan){
        .file = file,
        .role = role,
        .purpose = verb_option(verb, "purpose"),
        .name = verb_option(verb, "name"),
        .accept_expired = verb_option(verb, "accept-expired") != NULL,
    };
    return role == NULL || strcmp(role, "anchor") == 0 ||
           strcmp(role, "intermediate") == 0 ||
           refuse(error, "--as: anchor or intermediate");
}

/* The one certificate whose fingerprint begins so; colons do not count. */
static char *
find_kid(const Office *office, const char *text, GError **error)
{
    g_autoptr(GPtrArray) lines = trust_admin_list(office, error);
    if (lines == NULL)
        return NULL;
    g_autoptr(GString) begin = g_string_new(text);
    g_string_replace(begin, ":", "", 0);
    g_string_ascii_down(begin);
    const char *found = NULL;
    guint count = 0;
    for (guint i = 0; i < lines->len; i++) {
        const TrustLine *line = g_ptr_array_index(lines, i);
        if (!g_str_has_prefix(line->kid, begin->str))
            continue;
        found = line->kid;
        count++;
    }
    if (count == 1 && begin->len >= KID_SHORTEST)
        return g_strdup(found);
    refuse(error, count > 1 || begin->len < KID_SHORTEST
                      ? "fingerprint: give more of its digits"
                      : "fingerprint: no trusted certificate has it");
    return NULL;
}

static Json *
line_json(const TrustLine *line)
{
    Json *json = json_object_new(), *problems = json_array_new();
    json_set_text(json, "fingerprint", line->kid);
    json_set_text(json, "role", line->role);
    json_set_text(json, "name", line->name);
    json_set_text(json, "subject", line->subject);
    json_set_text(json, "issuer", line->issuer);
    json_set_text(json, "algorithm", line->algorithm);
    json_set_text(json, "purpose", line->purpose);
    json_set_text(json, "from", line->from);
    json_set_text(json, "added_by", line->added_by);
    json_set_time(json, "not_before", line->not_before);
    json_set_time(json, "not_after", line->not_after);
    json_set_bool(json, "withdrawn", line->withdrawn != 0);
    for (gsize i = 0; line->problems[i] != NULL; i++)
        json_append_text(problems, line->problems[i]);
    json_set(json, "problems", problems);
    return json;
}

static void
print_lines(GPtrArray *lines)
{
    for (guint i = 0; i < lines->len; i++) {
        const TrustLine *line = g_ptr_array_index(lines, i);
        g_autofree char *until = time_to_rfc3339(line->not_after);
        g_autofree char *problems = g_strjoinv(",", line->problems);
        printf("%.16s\t%s\t%s\t%s\t%.10s\t%s\t", line->kid,
               line->withdrawn != 0 ? "withdrawn" : line->role, line->purpose,
               line->from, until, *problems != '\0' ? problems : "-");
        verb_print_value(line->name, '\n');
    }
}

static gboolean
list(const Verb *verb, GError **error)
{
    g_autoptr(GPtrArray) lines = trust_admin_list(verb->office, error);
    if (lines == NULL)
        return FALSE;
    if (!verb->json) {
        print_lines(lines);
        return TRUE;
    }
    g_autoptr(Json) array = json_array_new();
    for (guint i = 0; i < lines->len; i++)
        json_append(array, line_json(g_ptr_array_index(lines, i)));
    return verb_print(array, error);
}

static gboolean
add(const Verb *verb, GError **error)
{
    guint added = 0;
    TrustPlan plan;
    g_autoptr(GBytes) file = sceauctl_read(verb->words[0], NULL, error);
    if (file == NULL || !read_plan(verb, file, &plan, error))
        return FALSE;
    g_autoptr(GPtrArray) lines = trust_admin_read(verb->office, &plan, error);
    if (lines == NULL)
        return FALSE;
    if (!verb->json)
        print_lines(lines);
    return trust_admin_add(verb->office, &plan, &added, error) &&
           verb_count(verb, "added", added, error);
}

static gboolean
rename_one(const Verb *verb, GError **error)
{
    g_autofree char *kid = find_kid(verb->office, verb->words[0], error);
    return kid != NULL &&
           trust_admin_rename(verb->office, kid, verb->words[1], 0, error) &&
           verb_count(verb, "renamed", 1, error);
}

static gboolean
withdraw(const Verb *verb, GError **error)
{
    g_autofree char *kid = find_kid(verb->office, verb->words[0], error);
    const TrustPlan plan = {.withdraw = kid};
    return kid != NULL && trust_admin_withdraw(verb->office, &plan, error) &&
           verb_count(verb, "withdrawn", 1, error);
}

static Json *
effect_json(const TrustEffect *effect)
{
    Json *json = json_object_new(), *domains = json_array_new();
    Json *reasons = json_object_new();
    GHashTableIter iter;
    gpointer code, count;
    for (guint i = 0; i < effect->domains->len; i++) {
        const TrustDomain *domain = g_ptr_array_index(effect->domains, i);
        Json *item = json_object_new();
        json_set_text(item, "domain", domain->domain);
        json_set_int(item, "usable", domain->gained);
        json_set_int(item, "unusable", domain->lost);
        json_append(domains, item);
    }
    g_hash_table_iter_init(&iter, effect->reasons);
    while (g_hash_table_iter_next(&iter, &code, &count))
        json_set_int(reasons, code, GPOINTER_TO_UINT(count));
    json_set_int(json, "checked", effect->checked);
    json_set_bool(json, "partial", effect->partial);
    json_set_int(json, "usable", effect->gained);
    json_set_int(json, "unusable", effect->lost);
    json_set(json, "domains", domains);
    json_set(json, "reasons", reasons);
    return json;
}

static void
print_effect(const TrustEffect *effect)
{
    printf("of %u contacts' certificates%s: %u become usable, %u unusable\n",
           effect->checked, effect->partial ? " (the newest)" : "",
           effect->gained, effect->lost);
    for (guint i = 0; i < effect->domains->len; i++) {
        const TrustDomain *domain = g_ptr_array_index(effect->domains, i);
        printf("%u\t%u\t", domain->gained, domain->lost);
        verb_print_value(domain->domain, '\n');
    }
}

static gboolean
print_trial(const Verb *verb, const TrustPlan *plan, GError **error)
{
    g_autoptr(TrustEffect) effect =
        trust_admin_effect(verb->office, plan, error);
    if (effect == NULL)
        return FALSE;
    g_autoptr(Json) json = effect_json(effect);
    if (verb->json)
        return verb_print(json, error);
    print_effect(effect);
    return TRUE;
}

static gboolean
try(const Verb *verb, GError **error)
{
    TrustPlan plan;
    const char *withdrawn = verb_option(verb, "withdraw");
    if ((withdrawn != NULL) == (verb->n_words == 1))
        return refuse(error, "try: a file, or --withdraw FINGERPRINT");
    if (withdrawn != NULL) {
        g_autofree char *kid = find_kid(verb->office, withdrawn, error);
        plan = (TrustPlan){.withdraw = kid};
        return kid != NULL && print_trial(verb, &plan, error);
    }
    g_autoptr(GBytes) file = sceauctl_read(verb->words[0], NULL, error);
    return file != NULL && read_plan(verb, file, &plan, error) &&
           print_trial(verb, &plan, error);
}

#define HOW "as= purpose= name= accept-expired"

int
sceauctl_trust(const SceauctlContext *context, int argc, char **argv)
{
    static const VerbRow rows[] = {
        {"list", 0, 0, "", list, VERB_TRUSTS},
        {"add", 1, 1, HOW, add, VERB_TRUSTS},
        {"rename", 2, 2, "", rename_one, VERB_TRUSTS},
        {"withdraw", 1, 1, "", withdraw, VERB_TRUSTS},
        {"try", 0, 1, HOW " withdraw=", try, VERB_TRUSTS},
        {NULL, 0, 0, NULL, NULL, 0},
    };
    return verb_run(context, rows, argc, argv);
}
