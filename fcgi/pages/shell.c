#include "fcgi/pages/shell.h"

#include <string.h>

#include "core/base/error.h"
#include "core/mail/mailbox.h"
#include "core/mail/outgoing.h"
#include "core/store/authority.h"
#include "core/store/policy.h"
#include "fcgi/pages/notices.h"
#include "fcgi/template_escape.h"

/* static/vault/store.js */
#define VAULT_IDLE_MINUTES 15

void
shell_set_true(Json *object, const char *name, gboolean really)
{
    if (really)
        json_set_bool(object, name, TRUE);
}

Json *
shell_code(const char *code)
{
    g_autofree char *name = g_strdelimit(g_strdup(code), "-+", '_');
    Json *object = json_object_new();
    json_set_bool(object, name, TRUE);
    return object;
}

static gboolean
append_initial(GString *out, const char *word)
{
    gunichar first = g_utf8_get_char(word);
    if (!g_unichar_isalnum(first))
        return FALSE;
    g_string_append_unichar(out, g_unichar_toupper(first));
    return TRUE;
}

char *
shell_initials(const char *name, const char *address)
{
    g_autoptr(GString) out = g_string_new(NULL);
    const char *text = name != NULL && *name != '\0' ? name : address;
    g_autofree char *own =
        text != NULL ? g_strndup(text, strcspn(text, "@")) : g_strdup("");
    g_auto(GStrv) parts = g_strsplit_set(own, " .-_", -1);
    guint last = g_strv_length(parts);
    guint taken = 0;
    for (guint i = 0; i < last && taken < 2; i++)
        if (append_initial(out, parts[i]))
            taken++;
    if (taken == 0)
        g_string_append(out, "?");
    return g_string_free(g_steal_pointer(&out), FALSE);
}

const char *
shell_folder_label(const Context *ctx, const char *kind, const char *name)
{
    static const struct {
        const char *kind, *label;
    } labels[] = {
        {"inbox", N_("Inbox")}, {"drafts", N_("Drafts")},
        {"sent", N_("Sent")},   {"archive", N_("Archive")},
        {"junk", N_("Junk")},   {"trash", N_("Trash")},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(labels); i++)
        if (strcmp(labels[i].kind, kind) == 0)
            return catalogue_text(ctx->words, labels[i].label);
    return name;
}

char *
shell_folder_url(const Context *ctx, const char *name)
{
    g_autofree char *coded = g_uri_escape_string(name, NULL, FALSE);
    g_autofree char *path = g_strconcat("/mail/", coded, NULL);
    return site_url(ctx->site, path);
}

static Json *
folder_json(const Context *ctx, const MailFolder *folder, gboolean current,
            guint unread)
{
    gboolean other = strcmp(folder->kind, "other") == 0;
    g_autofree char *url = shell_folder_url(ctx, folder->name);
    Json *json = json_object_new();
    json_set_text(json, "name", folder->name);
    json_set_text(json, "url", url);
    json_set_text(json, "label",
                  shell_folder_label(ctx, folder->kind, folder->name));
    json_set_text(json, "icon", other ? "folder" : folder->kind);
    if (current && unread > 0) {
        g_autofree char *count = g_strdup_printf("%u", unread);
        json_set_text(json, "unread", count);
    }
    shell_set_true(json, "current", current);
    return json;
}

/* How many messages have not left: waiting, unknown or failed. */
static void
set_outbox(const Context *ctx, Json *nav, const char *page)
{
    gint64 waiting = outgoing_count(&ctx->world, NULL);
    gboolean current = g_strcmp0(page, "outbox") == 0;
    if (waiting <= 0 && !current)
        return;
    g_autofree char *count = g_strdup_printf("%" G_GINT64_FORMAT, waiting);
    Json *outbox = json_object_new();
    json_set_text(outbox, "count", waiting > 0 ? count : NULL);
    shell_set_true(outbox, "current", current);
    json_set(nav, "outbox", outbox);
}

/* The entry below the folders that this page is one of. */
static void
set_current(Json *nav, const char *page)
{
    static const char *const entries[] = {"contacts",    "security", "keys",
                                          "preferences", "helpdesk", "admin",
                                          "help"};
    const char *entry = page;
    if (g_strcmp0(page, "contact") == 0)
        entry = "contacts";
    if (page != NULL && g_str_has_prefix(page, "admin_"))
        entry = "admin";
    if (page != NULL && g_str_has_prefix(page, "helpdesk"))
        entry = "helpdesk";
    for (gsize i = 0; i < G_N_ELEMENTS(entries); i++)
        shell_set_true(nav, entries[i], g_strcmp0(entry, entries[i]) == 0);
}

void
shell_nav(const Context *ctx, Json *context, const GPtrArray *folders,
          const char *current, guint unread)
{
    const char *page = json_text(json_member(context, "page"));
    Json *nav = json_object_new();
    Json *list = json_array_new();
    for (guint i = 0; folders != NULL && i < folders->len; i++) {
        const MailFolder *folder = g_ptr_array_index(folders, i);
        json_append(list, folder_json(ctx, folder,
                                      g_strcmp0(folder->name, current) == 0,
                                      unread));
    }
    json_set(nav, "folders", list);
    g_autofree char *inbox = site_url(ctx->site, "/mail/INBOX");
    json_set_text(nav, "inbox", inbox);
    set_current(nav, page);
    set_outbox(ctx, nav, page);
    json_set(context, "nav", nav);
}

gboolean
shell_nav_load(const Context *ctx, Json *context, GError **error)
{
    g_autoptr(GPtrArray) folders = mailbox_folders(&ctx->world, error);
    if (folders == NULL)
        return FALSE;
    shell_nav(ctx, context, folders, NULL, 0);
    return TRUE;
}

static Json *
site_json(const Context *ctx)
{
    const Site *site = ctx->site;
    g_autofree char *worker = site_url(site, "/vault-worker.js");
    Json *json = json_object_new();
    json_set_text(json, "base", site->config->base_path);
    json_set_text(json, "static", site->static_url);
    json_set_text(json, "worker", worker);
    json_set_text(json, "organisation", site->config->organisation);
    json_set_text(json, "version", SCEAU_VERSION);
    return json;
}

/* How soon the vault closes, where the administrator asks for sooner than it
 * does by itself. */
static void
set_idle(const Context *ctx, Json *user)
{
    guint minutes = 0;
    if (!policy_idle(ctx->world.db, ctx->world.account->id, &minutes, NULL) ||
        minutes == 0 || minutes >= VAULT_IDLE_MINUTES)
        return;
    g_autofree char *text = g_strdup_printf("%u", minutes);
    json_set_text(user, "idle_minutes", text);
}

static Json *
user_json(const Context *ctx)
{
    const Account *account = ctx->world.account;
    const char *name = account->name;
    g_autofree char *initials = shell_initials(name, account->address);
    Json *json = json_object_new();
    gboolean differs = g_strcmp0(name, account->address) != 0;
    json_set_text(json, "name", differs ? name : NULL);
    json_set_text(json, "address", account->address);
    json_set_text(json, "initials", initials);
    json_set_bool(json, "allowed", account->allowed);
    json_set_bool(json, "secure", account_is_secure(account));
    shell_set_true(json, "helpdesk",
                   account_has_role(account, ROLE_HELPDESK));
    shell_set_true(json, "admin",
                   account_has_role(account, ROLE_ADMINISTRATOR));
    set_idle(ctx, json);
    return json;
}

static void
set_language(const Context *ctx, const Request *req, Json *context)
{
    gboolean french = strcmp(ctx->language, "fr") == 0;
    Json *other = json_object_new();
    json_set_text(other, "code", french ? "en" : "fr");
    json_set_text(other, "name", french ? "English" : "Français");
    json_set_text(context, "lang", ctx->language);
    json_set(context, "other_lang", other);
    /* After a POST there is nothing to come back to. */
    const char *here = NULL;
    if (req != NULL && req->method == METHOD_GET)
        here = g_hash_table_lookup(req->parameters, "REQUEST_URI");
    if (here == NULL || !escape_is_safe_url(here))
        here = ctx->site->config->base_path;
    json_set_text(context, "here", here);
}

Json *
shell_context(const Context *ctx, const Request *req, const char *page)
{
    Json *context = json_object_new();
    json_set_bool(context, "partial", req != NULL && req->navigate);
    json_set_text(context, "page", page);
    set_language(ctx, req, context);
    json_set_text(context, "csrf",
                  ctx->visitor != NULL ? ctx->visitor->csrf : NULL);
    json_set(context, "site", site_json(ctx));
    if (ctx->world.account != NULL)
        json_set(context, "user", user_json(ctx));
    notices_add(ctx, context);
    return context;
}

Office
shell_office(const Context *ctx, const Request *req)
{
    const World *world = &ctx->world;
    return (Office){
        .config = world->config,
        .db = world->db,
        .server_key = world->server_key,
        .trust = world->trust,
        .who = world->account,
        .actor = world->account->login,
        .source = req->remote != NULL ? req->remote : "unknown",
        .now = world->now,
    };
}

void
shell_authority(const Context *ctx, Json *context)
{
    g_autoptr(LocalAuthority) authority =
        local_authority_find(ctx->world.db, NULL);
    shell_set_true(context, "authority",
                   authority != NULL &&
                       strcmp(authority->state, AUTHORITY_ACTIVE) == 0);
}

gboolean
shell_show(const Context *ctx, Response *res, const char *page,
           const Json *context)
{
    const Template *template = site_page(ctx->site, ctx->language, page);
    return response_html(res, template, context);
}

gboolean
shell_show_beside(const Context *ctx, Response *res, const char *page,
                  Json *context)
{
    if (!shell_nav_load(ctx, context, NULL))
        shell_nav(ctx, context, NULL, NULL, 0);
    return shell_show(ctx, res, page, context);
}

void
shell_saved(const Request *req, Json *context, const char *const *known)
{
    const char *saved = request_query(req, "saved");
    for (; saved != NULL && *known != NULL; known++)
        if (strcmp(saved, *known) == 0)
            json_set(context, "saved", shell_code(saved));
}
