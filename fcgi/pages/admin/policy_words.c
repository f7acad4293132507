#include "fcgi/pages/admin/policy.h"

#include <string.h>

typedef enum { FIELD_CHOICE, FIELD_AREA, FIELD_NUMBER } Field;

static const struct {
    const char *label, *hint;
    Field field;
} lines[] = {
    [POLICY_OPTION] = {N_("Secure mail"),
                       N_("Pre-enabled: the option is ticked for the person, "
                          "who may untick it."),
                       FIELD_CHOICE},
    [POLICY_SIGN_ALWAYS] = {N_("Sign every message"),
                            N_("For accounts that have the option."),
                            FIELD_CHOICE},
    [POLICY_ENCRYPT_POSSIBLE] = {N_("Encrypt whenever possible"),
                                 N_("When all recipients and the sender have "
                                    "a certificate that can be used."),
                                 FIELD_CHOICE},
    [POLICY_ENCRYPT_DOMAINS] =
        {N_("Always encrypt to these domains"),
         N_("Domains with spaces between; those below them are meant too."),
         FIELD_AREA},
    [POLICY_UNSIGNED_DOMAINS] =
        {N_("Never send unsigned to these domains"),
         N_("For every account, those without the option included: they "
            "cannot write there."),
         FIELD_AREA},
    [POLICY_IDLE_MINUTES] =
        {N_("Sessions and vaults close after (minutes)"),
         N_("5 to 720; never longer than the configuration says."),
         FIELD_NUMBER},
    [POLICY_MIN_RSA] = {N_("RSA keys that sign: at least (bits)"),
                        N_("2048 to 8192"), FIELD_NUMBER},
    [POLICY_MIN_EC] = {N_("EC keys that sign: at least (bits)"),
                       N_("256 to 521"), FIELD_NUMBER},
    [POLICY_FLOOR_RSA] = {N_("RSA keys taken in at all (bits)"),
                          N_("1024 to 8192; shorter ones are refused."),
                          FIELD_NUMBER},
    [POLICY_FLOOR_EC] = {N_("EC keys taken in at all (bits)"),
                         N_("224 to 521; shorter ones are refused."),
                         FIELD_NUMBER},
    [POLICY_TLS] = {N_("Send over TLS only"),
                    N_("Also refuses an unprotected connection to a mail "
                       "server on the same machine."),
                    FIELD_CHOICE},
};

static const struct {
    const char *value, *label;
} values[] = {
    {"forbidden", N_("forbidden")},
    {"allowed", N_("allowed")},
    {"pre-enabled", N_("pre-enabled")},
    {"yes", N_("yes")},
    {"no", N_("no")},
};

const char *
policy_line_words(const Context *ctx, PolicyLine line)
{
    return catalogue_text(ctx->words, lines[line].label);
}

/* What holds where there is no line. */
static const char *
built_in(PolicyLine line)
{
    if (line == POLICY_OPTION)
        return N_("forbidden");
    if (lines[line].field == FIELD_CHOICE)
        return N_("no");
    if (lines[line].field == FIELD_AREA)
        return N_("none");
    return N_("as configured");
}

char *
policy_value_words(const Context *ctx, PolicyLine line, const char *value)
{
    if (value == NULL)
        return g_strdup(catalogue_text(ctx->words, built_in(line)));
    for (gsize i = 0; i < G_N_ELEMENTS(values); i++)
        if (strcmp(values[i].value, value) == 0)
            return g_strdup(catalogue_text(ctx->words, values[i].label));
    return g_strdup(value);
}

static Json *
line_json(const Context *ctx, const Policy *policy, PolicyLine line)
{
    g_autofree char *value =
        policy_value_words(ctx, line, policy->origin[line].value);
    Json *json = json_object_new();
    json_set_text(json, "label", policy_line_words(ctx, line));
    json_set_text(json, "value", value);
    json_set(json, "from",
             shell_code(policy_scope_name(policy->origin[line].scope)));
    json_set_text(json, "of", policy->origin[line].subject);
    return json;
}

Json *
policy_lines_json(const Context *ctx, const Policy *policy)
{
    Json *list = json_array_new();
    for (gsize i = 0; i < POLICY_LINES; i++)
        json_append(list, line_json(ctx, policy, (PolicyLine)i));
    return list;
}

static void
add_choice(const Context *ctx, Json *list, const char *value,
           const char *label, const char *typed)
{
    Json *json = json_object_new();
    json_set_text(json, "value", value);
    json_set_text(json, "label", catalogue_text(ctx->words, label));
    shell_set_true(json, "selected", strcmp(value, typed) == 0);
    json_append(list, json);
}

static Json *
choices(const Context *ctx, PolicyLine line, const char *typed)
{
    Json *list = json_array_new();
    gsize from = line == POLICY_OPTION ? 0 : 3;
    gsize to = line == POLICY_OPTION ? 3 : G_N_ELEMENTS(values);
    add_choice(ctx, list, "", N_("not said here"), typed);
    for (gsize i = from; i < to; i++)
        add_choice(ctx, list, values[i].value, values[i].label, typed);
    return list;
}

static Json *
field_json(const Context *ctx, PolicyLine line, const char *typed)
{
    if (typed == NULL)
        typed = "";
    Json *json = json_object_new();
    json_set_text(json, "name", policy_line_name(line));
    json_set_text(json, "label", policy_line_words(ctx, line));
    json_set_text(json, "hint", catalogue_text(ctx->words, lines[line].hint));
    json_set_text(json, "value", typed);
    switch (lines[line].field) {
    case FIELD_CHOICE:
        json_set_bool(json, "select", TRUE);
        json_set(json, "choice", choices(ctx, line, typed));
        break;
    case FIELD_AREA:
        json_set_bool(json, "area", TRUE);
        break;
    case FIELD_NUMBER:
        json_set_bool(json, "numeric", TRUE);
        break;
    }
    return json;
}

Json *
policy_fields_json(const Context *ctx, char *const *typed)
{
    Json *list = json_array_new();
    for (gsize i = 0; i < POLICY_LINES; i++)
        json_append(list, field_json(ctx, (PolicyLine)i, typed[i]));
    return list;
}

static Json *
effect_json(const Context *ctx, const PolicyEffect *effect)
{
    g_autofree char *before =
        policy_value_words(ctx, effect->line, effect->before);
    g_autofree char *after =
        policy_value_words(ctx, effect->line, effect->after);
    Json *json = json_object_new();
    json_set_text(json, "label", policy_line_words(ctx, effect->line));
    json_set_text(json, "before", before);
    json_set_text(json, "after", after);
    g_autofree char *count = g_strdup_printf("%u", effect->count);
    json_set_text(json, "count", count);
    return json;
}

Json *
policy_trial_json(const Context *ctx, const PolicyTrial *trial)
{
    Json *json = json_object_new();
    Json *effects = json_array_new();
    Json *names = json_array_new();
    for (guint i = 0; i < trial->effects->len; i++)
        json_append(effects,
                    effect_json(ctx, g_ptr_array_index(trial->effects, i)));
    for (guint i = 0; i < trial->names->len; i++) {
        Json *name = json_object_new();
        json_set_text(name, "address", g_ptr_array_index(trial->names, i));
        json_append(names, name);
    }
    g_autofree char *touched = g_strdup_printf("%u", trial->touched);
    json_set_text(json, "touched", touched);
    shell_set_true(json, "one", trial->touched == 1);
    shell_set_true(json, "nobody", trial->touched == 0);
    shell_set_true(json, "nothing", trial->edits == 0);
    json_set(json, "effects", effects);
    json_set(json, "names", names);
    if (trial->touched > trial->names->len) {
        g_autofree char *more =
            g_strdup_printf("%u", trial->touched - trial->names->len);
        json_set_text(json, "more", more);
    }
    return json;
}
