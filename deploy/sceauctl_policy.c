/* sceauctl policy: lines of policy, and what a change would touch. */
#include <stdio.h>
#include <string.h>

#include "core/admin/policy_admin.h"
#include "core/base/error.h"
#include "deploy/sceauctl_words.h"

/* As many domains as a line takes. */
#define VALUE_WORDS 100

/* "site", or "domain demo.test": *used words. */
static PolicyPlace *
place_of(const Verb *verb, guint *used, GError **error)
{
    PolicyScope scope;
    if (!policy_scope_from_name(verb->words[0], &scope, error))
        return NULL;
    *used = scope == POLICY_SITE ? 1 : 2;
    if (verb->n_words < *used) {
        g_set_error(error, APP_ERROR, APP_ERROR_INPUT,
                    "policy: which %s? see sceauctl help policy",
                    policy_scope_name(scope));
        return NULL;
    }
    return policy_admin_place(verb->office, scope, verb->words[1], error);
}

/* The line and, if the verb takes one, the value that follow the place. The
 * value, of one word or of many domains, is the caller's to free. */
static PolicyPlace *
edit_of(const Verb *verb, guint values, PolicyEdit *edit, char **value,
        GError **error)
{
    guint used = 0;
    g_autoptr(PolicyPlace) place = place_of(verb, &used, error);
    if (place == NULL)
        return NULL;
    if (verb->n_words < used + 1 || verb->n_words > used + 1 + values) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                            "policy: which line, and to what? see "
                            "sceauctl help policy");
        return NULL;
    }
    if (!policy_line_from_name(verb->words[used], &edit->line, error))
        return NULL;
    edit->typed = *value = verb_words(verb, used + 1);
    return g_steal_pointer(&place);
}

static Json *
row_json(const PolicyRow *row)
{
    Json *json = json_object_new();
    json_set_text(json, "scope", policy_scope_name(row->scope));
    json_set_text(json, "of", row->scope == POLICY_SITE ? NULL : row->name);
    json_set_text(json, "line", policy_line_name(row->line));
    json_set_text(json, "value", row->value);
    return json;
}

static gboolean
print_rows(const Verb *verb, const GPtrArray *rows, GError **error)
{
    g_autoptr(Json) list = json_array_new();
    for (guint i = 0; i < rows->len; i++) {
        const PolicyRow *row = g_ptr_array_index(rows, i);
        if (verb->json)
            json_append(list, row_json(row));
        else
            printf("%s\t%s\t%s\t%s\n", policy_scope_name(row->scope),
                   row->scope == POLICY_SITE ? "" : row->name,
                   policy_line_name(row->line), row->value);
    }
    return !verb->json || verb_print(list, error);
}

static gboolean
show(const Verb *verb, GError **error)
{
    Db *db = verb->office->db;
    guint used = 0;
    g_autoptr(GPtrArray) rows = NULL;
    if (verb->n_words == 0) {
        rows = policy_list(db, POLICY_BUILT_IN, NULL, error);
    } else {
        g_autoptr(PolicyPlace) place = place_of(verb, &used, error);
        rows = place != NULL
                   ? policy_list(db, place->scope, place->subject, error)
                   : NULL;
    }
    return rows != NULL && print_rows(verb, rows, error);
}

static gboolean
set_edit(const Verb *verb, const PolicyPlace *place, const PolicyEdit *edit,
         GError **error)
{
    return policy_admin_set(verb->office, place, edit, 1, NULL, error) &&
           verb_done(verb, error);
}

static gboolean
set(const Verb *verb, GError **error)
{
    PolicyEdit edit = {0};
    g_autofree char *value = NULL;
    g_autoptr(PolicyPlace) place =
        edit_of(verb, VALUE_WORDS, &edit, &value, error);
    if (place == NULL)
        return FALSE;
    if (*edit.typed == '\0') {
        g_set_error(error, APP_ERROR, APP_ERROR_INPUT,
                    "policy: what is %s to be?", policy_line_name(edit.line));
        return FALSE;
    }
    return set_edit(verb, place, &edit, error);
}

static gboolean
unset(const Verb *verb, GError **error)
{
    PolicyEdit edit = {0};
    g_autofree char *value = NULL;
    g_autoptr(PolicyPlace) place = edit_of(verb, 0, &edit, &value, error);
    return place != NULL && set_edit(verb, place, &edit, error);
}

static const char *
shown(const char *value)
{
    return value != NULL ? value : "built-in";
}

static Json *
effects_json(const PolicyTrial *trial)
{
    Json *list = json_array_new();
    for (guint i = 0; i < trial->effects->len; i++) {
        const PolicyEffect *effect = g_ptr_array_index(trial->effects, i);
        Json *json = json_object_new();
        json_set_text(json, "line", policy_line_name(effect->line));
        json_set_text(json, "before", effect->before);
        json_set_text(json, "after", effect->after);
        json_set_int(json, "accounts", effect->count);
        json_append(list, json);
    }
    return list;
}

static gboolean
print_trial(const Verb *verb, const PolicyTrial *trial, GError **error)
{
    if (verb->json) {
        g_autoptr(Json) json = json_object_new();
        Json *names = json_array_new();
        for (guint i = 0; i < trial->names->len; i++)
            json_append_text(names, g_ptr_array_index(trial->names, i));
        json_set_int(json, "accounts", trial->touched);
        json_set(json, "first", names);
        json_set(json, "effects", effects_json(trial));
        return verb_print(json, error);
    }
    printf("accounts touched: %u\n", trial->touched);
    for (guint i = 0; i < trial->effects->len; i++) {
        const PolicyEffect *effect = g_ptr_array_index(trial->effects, i);
        printf("%u\t%s\t%s\t->\t%s\n", effect->count,
               policy_line_name(effect->line), shown(effect->before),
               shown(effect->after));
    }
    for (guint i = 0; i < trial->names->len; i++)
        printf("\t%s\n", (const char *)g_ptr_array_index(trial->names, i));
    return TRUE;
}

static gboolean
try_it(const Verb *verb, GError **error)
{
    PolicyEdit edit = {0};
    g_autofree char *value = NULL;
    g_autoptr(PolicyPlace) place =
        edit_of(verb, VALUE_WORDS, &edit, &value, error);
    g_autoptr(PolicyTrial) trial =
        place != NULL ? policy_admin_try(verb->office, place, &edit, 1, error)
                      : NULL;
    return trial != NULL && print_trial(verb, trial, error);
}

static Json *
origin_json(const Policy *policy, PolicyLine line)
{
    Json *json = json_object_new();
    json_set_text(json, "line", policy_line_name(line));
    json_set_text(json, "value", policy->origin[line].value);
    json_set_text(json, "scope",
                  policy_scope_name(policy->origin[line].scope));
    json_set_text(json, "of", policy->origin[line].subject);
    return json;
}

static gboolean
effective(const Verb *verb, GError **error)
{
    g_autoptr(Account) account =
        office_find(verb->office, ROLE_ADMINISTRATOR, verb->words[0], error);
    g_autoptr(Policy) policy =
        account != NULL ? policy_effective(verb->office->db, account, error)
                        : NULL;
    if (policy == NULL)
        return FALSE;
    g_autoptr(Json) list = json_array_new();
    for (gsize i = 0; i < POLICY_LINES; i++) {
        const char *of = policy->origin[i].subject;
        if (verb->json)
            json_append(list, origin_json(policy, (PolicyLine)i));
        else
            printf("%s\t%s\t%s%s%s\n", policy_line_name((PolicyLine)i),
                   shown(policy->origin[i].value),
                   policy_scope_name(policy->origin[i].scope),
                   of != NULL ? " " : "", of != NULL ? of : "");
    }
    return !verb->json || verb_print(list, error);
}

int
sceauctl_policy(const SceauctlContext *context, int argc, char **argv)
{
    static const VerbRow rows[] = {
        {"show", 0, 2, "", show, 0},
        {"set", 3, 3 + VALUE_WORDS, "", set, 0},
        {"unset", 2, 3, "", unset, 0},
        {"try", 2, 3 + VALUE_WORDS, "", try_it, 0},
        {"effective", 1, 1, "", effective, 0},
        {NULL, 0, 0, NULL, NULL, 0},
    };
    return verb_run(context, rows, argc, argv);
}
