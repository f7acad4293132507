#include "fcgi/pages/compose_page.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/mail/enrol.h"
#include "core/mail/giving.h"
#include "core/mail/preference.h"
#include "core/mail/protection_policy.h"

#define ATTACHMENTS_MAX (25 * 1024 * 1024)

static const char *const text_fields[] = {
    "to",          "cc",         "bcc",  "subject", "text",
    "in_reply_to", "references", "from", "draft",
};

void
compose_start_clear(ComposeStart *start)
{
    g_clear_pointer(&start->form, json_free);
    g_clear_pointer(&start->files, json_free);
}

void
compose_start_fields(const Context *ctx, ComposeStart *start,
                     GHashTable *fields)
{
    Json *form = json_object_new();
    for (gsize i = 0; i < G_N_ELEMENTS(text_fields); i++) {
        const char *value = g_hash_table_lookup(fields, text_fields[i]);
        json_set_text(form, text_fields[i], value != NULL ? value : "");
    }
    const char *cc = g_hash_table_lookup(fields, "cc");
    const char *bcc = g_hash_table_lookup(fields, "bcc");
    shell_set_true(form, "show_cc", cc != NULL && *cc != '\0');
    shell_set_true(form, "show_bcc", bcc != NULL && *bcc != '\0');
    if (*json_text(json_member(form, "from")) == '\0')
        json_set_text(form, "from", ctx->world.account->address);
    start->form = form;
}

void
compose_start_file(ComposeStart *start, const char *url, const char *name,
                   const char *type)
{
    if (start->files == NULL)
        start->files = json_array_new();
    Json *file = json_object_new();
    json_set_text(file, "url", url);
    json_set_text(file, "name", name);
    json_set_text(file, "type", type);
    json_append(start->files, file);
}

static void
set_sender(const Context *ctx, Json *context)
{
    const Account *account = ctx->world.account;
    Json *sender = json_object_new();
    json_set_text(sender, "name", account->name);
    json_set_text(sender, "address", account->address);
    Json *address = json_share(sender);
    Json *addresses = json_array_new();
    json_append(addresses, address);
    json_set(context, "addresses", addresses);
    json_set(context, "sender", sender);
}

static gboolean
set_certificates(const Context *ctx, Json *data, GError **error)
{
    if (!account_is_secure(ctx->world.account)) {
        json_set(data, "certificates", json_array_new());
        return TRUE;
    }
    g_autofree char *text = enrol_list(&ctx->world, error);
    g_autoptr(Json) list =
        text != NULL ? json_read(text, strlen(text), error) : NULL;
    if (list == NULL)
        return FALSE;
    json_set(data, "certificates",
             json_share(json_member(list, "certificates")));
    return TRUE;
}

static Json *
domains_json(char *const *domains)
{
    Json *list = json_array_new();
    for (; *domains != NULL; domains++)
        json_append_text(list, *domains);
    return list;
}

/* What the administrator has decided, for the page to show and to keep to;
 * sending asks the policy again. */
static Json *
policy_json(const Account *account, const Policy *policy)
{
    Json *json = json_object_new();
    json_set_bool(json, "sign_always",
                  protection_signs_always(account, policy));
    json_set_bool(json, "encrypt_when_possible",
                  policy->encrypt_when_possible);
    json_set(json, "encrypt_domains", domains_json(policy->encrypt_domains));
    json_set(json, "never_unsigned_to",
             domains_json(policy->never_unsigned_to));
    return json;
}

static gboolean
set_policy(const Context *ctx, Json *context, Json *data, GError **error)
{
    const Account *account = ctx->world.account;
    g_autoptr(Policy) policy =
        policy_effective(ctx->world.db, account, error);
    if (policy == NULL)
        return FALSE;
    json_set(data, "policy", policy_json(account, policy));
    shell_set_true(context, "signs_always",
                   protection_signs_always(account, policy));
    return TRUE;
}

/* A quote of an encrypted message is never begun with less. */
static const char *
choice_of(const Context *ctx, const ComposeStart *start)
{
    const Account *account = ctx->world.account;
    if (!account_is_secure(account))
        return "none";
    if (start->must_encrypt)
        return protection_name(PROTECTION_SIGN_ENCRYPT);
    return start->choice != NULL ? start->choice
                                 : protection_name(preference_first(account));
}

static gboolean
set_data(const Context *ctx, Json *context, const ComposeStart *start,
         GError **error)
{
    const Account *account = ctx->world.account;
    g_autofree char *back = site_url(ctx->site, "/mail/INBOX");
    Json *data = json_object_new();
    json_set(context, "data", data);
    json_set_int(data, "max_bytes", ATTACHMENTS_MAX);
    json_set_text(data, "choice", choice_of(ctx, start));
    json_set_text(data, "back", back);
    json_set_bool(data, "warned", account->warned != 0);
    json_set_bool(data, "must_encrypt", start->must_encrypt);
    json_set_bool(data, "draft_encrypted", start->draft_encrypted);
    json_set(data, "files",
             start->files != NULL ? json_share(start->files)
                                  : json_array_new());
    return set_policy(ctx, context, data, error) &&
           set_certificates(ctx, data, error);
}

Json *
compose_context(const Context *ctx, const Request *req,
                const ComposeStart *start, GError **error)
{
    g_autoptr(Json) context = shell_context(ctx, req, "compose");
    g_autofree char *fresh = secret_token_new();
    json_set(context, "form", json_share(start->form));
    json_set_text(context, "send_key",
                  start->send_key != NULL ? start->send_key : fresh);
    set_sender(ctx, context);
    shell_set_true(context, "must_encrypt", start->must_encrypt);
    const char *draft = json_text(json_member(start->form, "draft"));
    if (draft != NULL && *draft != '\0')
        json_set(context, "draft",
                 shell_code(start->draft_encrypted ? "encrypted" : "clear"));
    if (start->left_out != NULL)
        json_set(context, "left_out", shell_code(start->left_out));
    gint64 unaware = 0;
    if (!giving_count(&ctx->world, &unaware, error))
        return NULL;
    shell_set_true(context, "to_tell", unaware > 0);
    if (!set_data(ctx, context, start, error))
        return NULL;
    /* One can write while the mail server does not answer. */
    if (!shell_nav_load(ctx, context, NULL))
        shell_nav(ctx, context, NULL, NULL, 0);
    return g_steal_pointer(&context);
}
