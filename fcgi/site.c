#include "fcgi/site.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/secret.h"

#define FRENCH 1
#define METRICS_TOKEN_MIN 32

static const char *const page_names[] = {
    "sign_in",
    "mailbox",
    "read",
    "compose",
    "sent",
    "outbox",
    "keys",
    "help",
    "error",
    "contacts",
    "contact",
    "preferences",
    "security_page",
    "opened",
    "helpdesk",
    "helpdesk_person",
    "helpdesk_act",
    "admin_accounts",
    "admin_account",
    "admin_import",
    "admin_policy",
    "admin_place",
    "admin_audit",
    "admin_person",
    "admin_overview",
    "data",
    "admin_authority",
    "admin_issued",
    "admin_reset",
    "admin_trust",
    "admin_trust_cert",
    "admin_trust_upload",
    "admin_trust_withdraw",
    NULL,
};

static const char *const asset_names[] = {
    "frame.html",
    "frame.js",
    "vault-worker.js",
};

/* build/static-version, or share/sceau/static-version: beside templates. */
static gboolean
load_static(Site *site, const char *share, GError **error)
{
    g_autofree char *path = g_build_filename(share, "static-version", NULL);
    g_autofree char *hash = NULL;
    if (!g_file_get_contents(path, &hash, NULL, NULL)) {
        g_set_error(error, APP_ERROR, APP_ERROR_CONFIG,
                    "static files: %s cannot be read", path);
        return FALSE;
    }
    g_strstrip(hash);
    const Config *config = site->config;
    gboolean slash = g_str_has_suffix(config->static_path, "/");
    site->static_url = g_strdup_printf("%s%s%s", config->static_path,
                                       slash ? "" : "/", hash);
    for (gsize i = 0; i < G_N_ELEMENTS(asset_names); i++) {
        g_autofree char *file =
            g_build_filename(share, "static", hash, asset_names[i], NULL);
        char *data = NULL;
        gsize size = 0;
        if (!g_file_get_contents(file, &data, &size, NULL)) {
            g_set_error(error, APP_ERROR, APP_ERROR_CONFIG,
                        "static files: %s cannot be read", file);
            return FALSE;
        }
        g_hash_table_insert(site->assets, g_strdup(asset_names[i]),
                            g_bytes_new_take(data, size));
    }
    return TRUE;
}

const char *const *
site_page_names(void)
{
    return page_names;
}

GHashTable *
site_pages_load(const char *folder, const Catalogue *words, GError **error)
{
    g_autoptr(GHashTable) pages = g_hash_table_new_full(
        g_str_hash, g_str_equal, NULL, (GDestroyNotify)template_free);
    for (const char *const *name = page_names; *name != NULL; name++) {
        Template *page = template_compile(*name, template_from_folder, folder,
                                          words, error);
        if (page == NULL)
            return NULL;
        g_hash_table_insert(pages, (gpointer)(guintptr)*name, page);
    }
    return g_steal_pointer(&pages);
}

static gboolean
load_pages(Site *site, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(site->pages); i++) {
        site->pages[i] =
            site_pages_load(site->config->templates, site->words[i], error);
        if (site->pages[i] == NULL)
            return FALSE;
    }
    return TRUE;
}

/* Itself, or the path of a file that holds it on one line. */
static gboolean
load_metrics_token(Site *site, GError **error)
{
    const char *value = site->config->metrics_token;
    if (value == NULL || *value != '/') {
        site->metrics_token = g_strdup(value);
        return TRUE;
    }
    if (!g_file_get_contents(value, &site->metrics_token, NULL, NULL)) {
        g_set_error(error, APP_ERROR, APP_ERROR_CONFIG,
                    "[site] metrics_token: %s cannot be read", value);
        return FALSE;
    }
    g_strstrip(site->metrics_token);
    if (strlen(site->metrics_token) >= METRICS_TOKEN_MIN)
        return TRUE;
    g_set_error(error, APP_ERROR, APP_ERROR_CONFIG,
                "[site] metrics_token: %s holds less than %d characters",
                value, METRICS_TOKEN_MIN);
    return FALSE;
}

Site *
site_load(const Config *config, GError **error)
{
    g_autoptr(Site) site = g_new0(Site, 1);
    site->config = config;
    site->assets = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                         (GDestroyNotify)g_bytes_unref);
    site->frame_script =
        g_strdup_printf("%s%sframe.js", config->origin, config->base_path);
    g_autofree char *share = g_path_get_dirname(config->templates);
    g_autofree char *words = g_build_filename(share, "locale", "fr.mo", NULL);
    site->words[FRENCH] = catalogue_load(words, error);
    if (site->words[FRENCH] == NULL || !load_static(site, share, error) ||
        !load_pages(site, error))
        return NULL;

    if (!load_metrics_token(site, error))
        return NULL;
    site->server_key = secret_server_key_load(config->server_key, error);
    if (site->server_key == NULL)
        return NULL;
    site->trust = world_keeper_new(config, error);
    if (site->trust == NULL)
        return NULL;
    site->pool = world_pool_new(config);
    return g_steal_pointer(&site);
}

void
site_free(Site *site)
{
    if (site == NULL)
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(site->pages); i++) {
        g_clear_pointer(&site->pages[i], g_hash_table_unref);
        catalogue_free(site->words[i]);
    }
    g_clear_pointer(&site->server_key, g_bytes_unref);
    if (site->pool != NULL)
        world_pool_free(site->pool);
    world_keeper_free(site->trust);
    g_hash_table_unref(site->assets);
    g_free(site->static_url);
    g_free(site->frame_script);
    secret_text_free(site->metrics_token);
    g_free(site);
}

static gsize
language_index(const char *language)
{
    return g_strcmp0(language, "fr") == 0 ? FRENCH : 0;
}

const Template *
site_page(const Site *site, const char *language, const char *name)
{
    const Template *page =
        g_hash_table_lookup(site->pages[language_index(language)], name);
    g_assert(page != NULL);
    return page;
}

const Catalogue *
site_words(const Site *site, const char *language)
{
    return site->words[language_index(language)];
}

char *
site_url(const Site *site, const char *path)
{
    return g_strconcat(site->config->base_path, path + 1, NULL);
}
