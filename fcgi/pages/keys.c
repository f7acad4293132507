/* The keys page: certificates as the server judges them; the keys themselves
 * are the browser's affair. */
#include "fcgi/pages/keys.h"

#include <string.h>

#include "core/base/error.h"
#include "core/mail/enrol.h"
#include "fcgi/dates.h"
#include "fcgi/pages/shell.h"
#include "fcgi/pages/signature.h"

static char *
day_of(const Context *ctx, const Json *certificate, const char *name)
{
    gint64 time = 0;
    const char *text = json_text(json_member(certificate, name));
    if (text == NULL || !time_from_rfc3339(text, &time))
        return NULL;
    return date_plain(ctx->words, time);
}

Json *
keys_left(const Context *ctx, gint64 end)
{
    static const struct {
        gint64 days;
        const char *name;
    } steps[] = {{3, "last"}, {14, "soon"}, {30, "month"}, {60, "early"}};
    if (end < ctx->world.now)
        return NULL;
    gint64 days = (end - ctx->world.now) / (24 * 3600);
    for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
        if (days > steps[i].days)
            continue;
        g_autofree char *count = g_strdup_printf("%" G_GINT64_FORMAT, days);
        Json *left = json_object_new();
        json_set_bool(left, steps[i].name, TRUE);
        shell_set_true(left, "urgent", i < 2);
        shell_set_true(left, "today", days == 0);
        shell_set_true(left, "tomorrow", days == 1);
        json_set_text(left, "days", days > 1 ? count : NULL);
        return left;
    }
    return NULL;
}

/* Of one that has been renewed the end is no news. */
static Json *
left_json(const Context *ctx, const Json *certificate)
{
    gint64 end = 0;
    const char *text = json_text(json_member(certificate, "not_after"));
    if (json_bool(json_member(certificate, "renewed")) || text == NULL ||
        !time_from_rfc3339(text, &end))
        return NULL;
    return keys_left(ctx, end);
}

static gboolean
list_has(const Json *list, const char *word)
{
    for (gsize i = 0; i < json_array_length(list); i++)
        if (strcmp(json_text(json_array_item(list, i)), word) == 0)
            return TRUE;
    return FALSE;
}

/* The words of the pages for what only one's own certificate is asked. */
static Json *
problem_code(const char *code)
{
    static const char *const names[][2] = {
        {"address", "address-mismatch"},
        {"usage", "wrong-usage"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        if (strcmp(code, names[i][0]) == 0)
            return shell_code(names[i][1]);
    return shell_code(code);
}

/* A certificate for encryption alone need not sign; usable: nothing keeps it
 * from what it is made for. */
static Json *
problem_codes(const Json *certificate, gboolean *usable)
{
    const Json *problems = json_member(certificate, "problems");
    const Json *uses = json_member(certificate, "uses");
    gboolean opens = !list_has(uses, "sign") && list_has(uses, "encrypt");
    Json *codes = json_array_new();
    *usable = json_bool(json_member(certificate, "can_sign")) || opens;
    for (gsize i = 0; i < json_array_length(problems); i++) {
        const char *code = json_text(json_array_item(problems, i));
        if (opens && strcmp(code, "usage") == 0)
            continue;
        json_append(codes, problem_code(code));
        *usable &= !opens;
    }
    return codes;
}

static void
set_uses(Json *json, const Json *certificate)
{
    const Json *uses = json_member(certificate, "uses");
    const Json *problems = json_member(certificate, "problems");
    gboolean signs = list_has(uses, "sign");
    gboolean opens = list_has(uses, "encrypt");
    gboolean renewed = json_bool(json_member(certificate, "renewed"));
    gboolean old = opens && list_has(problems, "expired");
    shell_set_true(json, "signs", signs);
    shell_set_true(json, "opens", opens);
    shell_set_true(json, "shared", signs && opens && !old && !renewed);
    shell_set_true(json, "old", old);
    shell_set_true(json, "renewed", renewed && !old);
    shell_set_true(json, "local",
                   json_bool(json_member(certificate, "local")));
}

static Json *
certificate_json(const Context *ctx, const Json *certificate)
{
    const Json *addresses = json_member(certificate, "addresses");
    const char *kid = json_text(json_member(certificate, "kid"));
    const char *key = json_text(json_member(certificate, "algorithm"));
    g_autofree char *begins = day_of(ctx, certificate, "not_before");
    g_autofree char *ends = day_of(ctx, certificate, "not_after");
    g_autofree char *method = signature_method(ctx, key, NULL);
    /* The kid is the SHA-256 of the certificate. */
    g_autofree char *print = signature_fingerprint(kid);
    Json *json = json_object_new();
    json_set_text(json, "kid", kid);
    json_set_text(json, "name", json_text(json_member(certificate, "name")));
    json_set_text(json, "issuer",
                  json_text(json_member(certificate, "issuer")));
    json_set_text(json, "address", json_text(json_array_item(addresses, 0)));
    json_set_text(json, "not_before", begins);
    json_set_text(json, "not_after", ends);
    json_set_text(json, "method", method);
    json_set_text(json, "fingerprint", print);
    gboolean usable = FALSE;
    Json *codes = problem_codes(certificate, &usable);
    gboolean renewed = json_bool(json_member(certificate, "renewed"));
    shell_set_true(json, "usable", usable && !renewed);
    shell_set_true(json, "can_report",
                   !list_has(json_member(certificate, "problems"), "stolen"));
    json_set(json, "problems", codes);
    set_uses(json, certificate);
    /* One that is of no use needs another now, not when it ends. */
    Json *left =
        json_array_length(codes) == 0 ? left_json(ctx, certificate) : NULL;
    if (left != NULL)
        json_set(json, "left", left);
    g_autofree char *path = g_strconcat("/certificates/", kid, NULL);
    g_autofree char *take = site_url(ctx->site, path);
    json_set_text(json, "take", take);
    return json;
}

PAGE(page_keys)
{
    g_autofree char *text = enrol_list(&ctx->world, error);
    if (text == NULL)
        return FALSE;
    g_autoptr(Json) data = json_read(text, strlen(text), error);
    if (data == NULL)
        return FALSE;
    const Json *list = json_member(data, "certificates");
    static const char *const known[] = {"stolen", "stolen-else",
                                        "stolen-later", NULL};
    g_autoptr(Json) context = shell_context(ctx, req, "keys");
    shell_saved(req, context, known);
    Json *certificates = json_array_new();
    for (gsize i = 0; i < json_array_length(list); i++)
        json_append(certificates,
                    certificate_json(ctx, json_array_item(list, i)));
    shell_authority(ctx, context);
    shell_set_true(context, "none", json_array_length(list) == 0);
    json_set(context, "certificates", certificates);
    json_set(context, "data", g_steal_pointer(&data));
    if (!shell_nav_load(ctx, context, NULL))
        shell_nav(ctx, context, NULL, NULL, 0);
    return shell_show(ctx, res, "keys", context);
}
