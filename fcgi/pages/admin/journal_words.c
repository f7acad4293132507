#include <string.h>

#include "fcgi/dates.h"
#include "fcgi/pages/admin/journal.h"

/* Code and words; a code of a later version shows itself. */
static const char *const acts[][2] = {
    {"account-create", N_("Account made")},
    {"account-option", N_("Option of secure mail set")},
    {"account-role", N_("Role set")},
    {"account-name", N_("Name set")},
    {"account-suspend", N_("Account suspended")},
    {"account-resume", N_("Suspension lifted")},
    {"group-create", N_("Group made")},
    {"group-remove", N_("Group removed")},
    {"group-join", N_("Put in a group")},
    {"group-leave", N_("Taken out of a group")},
    {"policy-option", N_("Policy: secure mail")},
    {"policy-sign-always", N_("Policy: sign every message")},
    {"policy-encrypt-when-possible", N_("Policy: encrypt when possible")},
    {"policy-encrypt-domains", N_("Policy: always encrypt to")},
    {"policy-never-unsigned-to", N_("Policy: never unsigned to")},
    {"policy-idle-minutes", N_("Policy: closed after minutes")},
    {"policy-min-rsa-bits", N_("Policy: RSA keys that sign")},
    {"policy-min-ec-bits", N_("Policy: EC keys that sign")},
    {"policy-floor-rsa-bits", N_("Policy: RSA keys taken in")},
    {"policy-floor-ec-bits", N_("Policy: EC keys taken in")},
    {"policy-tls-required", N_("Policy: TLS only")},
    {"preference-reset", N_("Preferences reset")},
    {"first-guide", N_("Sent to the first steps")},
    {"peer-invalidated", N_("Certificate of a contact set aside")},
    {"key-stolen", N_("Key marked as stolen")},
    {"key-stolen-withdrawn", N_("Mark of a stolen key taken back")},
    {"certificate-request", N_("Certificate asked for")},
    {"certificate-cancel", N_("Request taken back")},
    {"certificate-approve", N_("Request approved")},
    {"certificate-refuse", N_("Request refused")},
    {"certificate-issue", N_("Certificate issued")},
    {"certificate-upload", N_("Certificate uploaded for somebody")},
    {"certificate-revoke", N_("Certificate revoked")},
    {"authority-make", N_("Local authority asked for")},
    {"authority-made", N_("Local authority made")},
    {"authority-rule", N_("Rule of approval set")},
    {"reset-begin", N_("Reset begun")},
    {"reset", N_("Site reset")},
    {"trust-add", N_("Certificate trusted")},
    {"trust-rename", N_("Trusted certificate renamed")},
    {"trust-withdraw", N_("Trust withdrawn")},
    {"revocation-add", N_("Source of revocations added")},
    {"revocation-change", N_("Source of revocations changed")},
    {"revocation-remove", N_("Source of revocations removed")},
    {"revocation-fetch", N_("Revocations fetched by hand")},
    {"person-export", N_("Data exported")},
    {"person-delete", N_("Data deleted")},
};

const char *
journal_act_words(const Catalogue *words, const char *code)
{
    for (gsize i = 0; i < G_N_ELEMENTS(acts); i++)
        if (strcmp(acts[i][0], code) == 0)
            return catalogue_text(words, acts[i][1]);
    return code;
}

Json *
journal_act_options(const Catalogue *words, const char *selected)
{
    Json *options = json_array_new();
    for (gsize i = 0; i < G_N_ELEMENTS(acts); i++) {
        Json *option = json_object_new();
        json_set_text(option, "code", acts[i][0]);
        json_set_text(option, "label", catalogue_text(words, acts[i][1]));
        shell_set_true(option, "selected",
                       g_strcmp0(selected, acts[i][0]) == 0);
        json_append(options, option);
    }
    return options;
}

/* What a person may read of an option, as the pages say it; other values
 * are names and numbers. */
static const char *
value_words(const Context *ctx, const char *act, const char *value)
{
    static const char *const chosen[] = {"account-option", "policy-option",
                                         "preference-reset", NULL};
    static const char *const names[][2] = {
        {"inherit", N_("as the policy has it")},
        {"forbidden", N_("forbidden")},
        {"allowed", N_("allowed")},
        {"pre-enabled", N_("pre-enabled")},
        {"auto", N_("Auto (remember last)")},
        {"none", N_("Do not sign or encrypt")},
        {"sign", N_("Sign only")},
        {"sign+encrypt", N_("Sign and encrypt")},
    };
    if (!g_strv_contains(chosen, act))
        return value;
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        if (strcmp(names[i][0], value) == 0)
            return catalogue_text(ctx->words, names[i][1]);
    return value;
}

/* "" where a value was emptied: the template says so in words. */
static void
set_value(const Context *ctx, Json *json, const char *name, const char *act,
          const char *value)
{
    if (value == NULL)
        return;
    Json *object = json_object_new();
    json_set_text(object, "text",
                  *value != '\0' ? value_words(ctx, act, value) : NULL);
    json_set(json, name, object);
}

/* Who: the reader, an account, or whoever sat at the server. */
static void
set_actor(const Context *ctx, Json *json, const AuditRow *row)
{
    static const char terminal[] = "terminal:";
    const Account *me = ctx->world.account;
    json_set_text(json, "actor", row->actor);
    shell_set_true(json, "me", g_strcmp0(row->actor, me->login) == 0);
    shell_set_true(json, "terminal", strcmp(row->source, "terminal") == 0);
    if (g_str_has_prefix(row->actor, terminal))
        json_set_text(json, "operator", row->actor + strlen(terminal));
}

static Json *
row_json(const Context *ctx, const AuditRow *row)
{
    g_autofree char *time =
        date_full(ctx->words, row->created, ctx->world.now);
    g_autofree char *iso = time_to_rfc3339(row->created);
    gboolean same = g_strcmp0(row->before, row->after) == 0;
    Json *json = json_object_new();
    json_set_int(json, "id", row->id);
    json_set_text(json, "time", time);
    json_set_text(json, "iso", iso);
    json_set_text(json, "words", journal_act_words(ctx->words, row->act));
    json_set_text(json, "subject",
                  *row->subject != '\0' ? row->subject : NULL);
    set_actor(ctx, json, row);
    json_set_text(json, "source", row->source);
    shell_set_true(json, "change", row->before != NULL || row->after != NULL);
    set_value(ctx, json, "before", row->act, same ? NULL : row->before);
    set_value(ctx, json, "after", row->act, row->after);
    return json;
}

Json *
journal_rows_json(const Context *ctx, const GPtrArray *rows)
{
    Json *list = json_array_new();
    for (guint i = 0; i < rows->len; i++)
        json_append(list, row_json(ctx, g_ptr_array_index(rows, i)));
    return list;
}
