#include "core/base/config.h"

#include <string.h>

#include "core/base/config_value.h"
#include "core/base/error.h"
#include "core/base/file.h"

#ifndef SCEAU_SHARE
#define SCEAU_SHARE "/usr/share/sceau"
#endif

#define AT(member) G_STRUCT_OFFSET(Config, member)

static const ConfigKey keys[] = {
    {"site", "base_path", TYPE_TEXT, AT(base_path), 0, 0,
     config_check_url_path},
    {"site", "origin", TYPE_TEXT, AT(origin), 0, 0, config_check_origin},
    {"site", "organisation", TYPE_TEXT, AT(organisation), 0, 0, NULL},
    {"site", "static_path", TYPE_TEXT, AT(static_path), 0, 0,
     config_check_url_path},
    {"site", "insecure_localhost", TYPE_BOOL, AT(insecure_localhost), 0, 0,
     NULL},
    {"site", "metrics_token", TYPE_TEXT, AT(metrics_token), 0, 0,
     config_check_token},
    {"server", "log", TYPE_TEXT, AT(log), 0, 0, config_check_log},
    {"server", "workers", TYPE_UINT, AT(workers), 1, 64, NULL},
    {"server", "threads", TYPE_UINT, AT(threads), 1, 128, NULL},
    {"store", "database", TYPE_TEXT, AT(database), 0, 0, NULL},
    {"store", "server_key", TYPE_TEXT, AT(server_key), 0, 0, NULL},
    {"mail", "imap_host", TYPE_TEXT, AT(imap.host), 0, 0, config_check_host},
    {"mail", "imap_port", TYPE_PORT, AT(imap.port), 1, 65535, NULL},
    {"mail", "imap_tls", TYPE_TLS, AT(imap.tls), 0, 0, NULL},
    {"mail", "imap_ca_file", TYPE_TEXT, AT(imap.ca_file), 0, 0, NULL},
    {"mail", "submission_host", TYPE_TEXT, AT(submission.host), 0, 0,
     config_check_host},
    {"mail", "submission_port", TYPE_PORT, AT(submission.port), 1, 65535,
     NULL},
    {"mail", "submission_tls", TYPE_TLS, AT(submission.tls), 0, 0, NULL},
    {"mail", "submission_ca_file", TYPE_TEXT, AT(submission.ca_file), 0, 0,
     NULL},
    {"mail", "default_domain", TYPE_TEXT, AT(default_domain), 0, 0,
     config_check_host},
    {"trust", "anchors", TYPE_TEXT, AT(anchors), 0, 0, NULL},
    {"trust", "intermediates", TYPE_TEXT, AT(intermediates), 0, 0, NULL},
    {"trust", "crls", TYPE_TEXT, AT(crls), 0, 0, NULL},
    {"trust", "system_roots", TYPE_BOOL, AT(system_roots), 0, 0, NULL},
    {"trust", "require_revocation", TYPE_BOOL, AT(require_revocation), 0, 0,
     NULL},
    {"trust", "min_rsa_bits", TYPE_UINT, AT(min_rsa_bits), 1024, 8192, NULL},
    {"trust", "floor_rsa_bits", TYPE_UINT, AT(floor_rsa_bits), 1024, 8192,
     NULL},
    {"trust", "min_ec_bits", TYPE_UINT, AT(min_ec_bits), 224, 521, NULL},
    {"trust", "floor_ec_bits", TYPE_UINT, AT(floor_ec_bits), 224, 521, NULL},
    {"authority", "socket", TYPE_TEXT, AT(ca_socket), 0, 0, NULL},
    {"session", "idle_minutes", TYPE_UINT, AT(idle_minutes), 1, 1440, NULL},
    {"session", "hours", TYPE_UINT, AT(hours), 1, 168, NULL},
    {"paths", "templates", TYPE_TEXT, AT(templates), 0, 0, NULL},
};

#define N_KEYS G_N_ELEMENTS(keys)

/* Where each key was set, 0 if nowhere; for refusals that name the line. */
typedef struct {
    Config *config;
    const char *path;
    guint lines[N_KEYS];
} Reader;

static gsize
key_index(const char *group, const char *name)
{
    for (gsize i = 0; i < N_KEYS; i++) {
        if (strcmp(keys[i].group, group) == 0 &&
            (name == NULL || strcmp(keys[i].name, name) == 0))
            return i;
    }
    return N_KEYS;
}

static gboolean
read_group(char *line, const ConfigPlace *at, const char **group,
           GError **error)
{
    char *end = strchr(line, ']');
    if (end == NULL || end[1] != '\0')
        return config_refuse(at, error, "a group must be like [site]", line);
    *end = '\0';

    gsize index = key_index(line + 1, NULL);
    if (index == N_KEYS)
        return config_refuse(at, error, "unknown group", line + 1);
    *group = keys[index].group;
    return TRUE;
}

static gboolean
read_line(Reader *reader, char *line, const ConfigPlace *at,
          const char **group, GError **error)
{
    g_strstrip(line);
    if (*line == '\0' || *line == '#')
        return TRUE;
    if (*line == '[')
        return read_group(line, at, group, error);

    char *equals = strchr(line, '=');
    if (equals == NULL)
        return config_refuse(at, error, "neither key = value nor [group]",
                             line);
    *equals = '\0';
    g_strchomp(line);
    if (*group == NULL)
        return config_refuse(at, error, "key before the first [group]", line);

    gsize index = key_index(*group, line);
    if (index == N_KEYS)
        return config_refuse(at, error, "unknown key", line);
    if (reader->lines[index] != 0)
        return config_refuse(at, error, "key is set twice", line);
    reader->lines[index] = at->line;
    return config_set_value(reader->config, &keys[index], at,
                            g_strchug(equals + 1), error);
}

static gboolean
read_lines(Reader *reader, const char *text, GError **error)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    const char *group = NULL;
    for (guint i = 0; lines[i] != NULL; i++) {
        const ConfigPlace at = {reader->path, i + 1};
        if (!read_line(reader, lines[i], &at, &group, error))
            return FALSE;
    }
    return TRUE;
}

/* Refuses a key for its place among the others. */
static gboolean
refuse_key(const Reader *reader, const char *group, const char *name,
           const char *what, GError **error)
{
    guint line = reader->lines[key_index(group, name)];
    g_autofree char *where =
        line != 0 ? g_strdup_printf("%s:%u", reader->path, line)
                  : g_strdup(reader->path);
    g_set_error(error, APP_ERROR, APP_ERROR_CONFIG, "%s: [%s] %s %s", where,
                group, name, what);
    return FALSE;
}

static gboolean
is_loopback(const char *host)
{
    return strcmp(host, "localhost") == 0 || strcmp(host, "::1") == 0 ||
           (g_str_has_prefix(host, "127.") && g_hostname_is_ip_address(host));
}

static gboolean
check_required(const Reader *reader, GError **error)
{
    static const char *const required[][2] = {
        {"site", "origin"},          {"store", "database"},
        {"store", "server_key"},     {"mail", "imap_host"},
        {"mail", "submission_host"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(required); i++) {
        if (reader->lines[key_index(required[i][0], required[i][1])] == 0)
            return refuse_key(reader, required[i][0], required[i][1],
                              "is missing", error);
    }
    return TRUE;
}

static gboolean
check_origin_scheme(const Reader *reader, GError **error)
{
    const Config *config = reader->config;
    if (g_str_has_prefix(config->origin, "https://")) {
        if (config->insecure_localhost)
            return refuse_key(reader, "site", "insecure_localhost",
                              "is for an http origin only", error);
        return TRUE;
    }
    if (!config->insecure_localhost)
        return refuse_key(reader, "site", "origin", "must be https", error);

    /* Browsers call http secure on these names alone. */
    g_autofree char *host = g_strdup(config->origin + strlen("http://"));
    host[strcspn(host, ":")] = '\0';
    if (!is_loopback(host) &&
        !g_str_has_prefix(config->origin, "http://[::1]"))
        return refuse_key(reader, "site", "origin",
                          "may be http on localhost only", error);
    return TRUE;
}

static gboolean
check_relations(const Reader *reader, GError **error)
{
    const Config *config = reader->config;
    if (!check_origin_scheme(reader, error))
        return FALSE;
    if (config->imap.tls == TLS_NONE && !is_loopback(config->imap.host))
        return refuse_key(reader, "mail", "imap_tls",
                          "may be none on the loopback host only", error);
    if (config->submission.tls == TLS_NONE &&
        !is_loopback(config->submission.host))
        return refuse_key(reader, "mail", "submission_tls",
                          "may be none on the loopback host only", error);
    if (config->floor_rsa_bits > config->min_rsa_bits)
        return refuse_key(reader, "trust", "floor_rsa_bits",
                          "is above min_rsa_bits", error);
    if (config->floor_ec_bits > config->min_ec_bits)
        return refuse_key(reader, "trust", "floor_ec_bits",
                          "is above min_ec_bits", error);
    return TRUE;
}

static Config *
config_defaults(void)
{
    Config *config = g_new0(Config, 1);
    config->base_path = g_strdup("/");
    config->log = g_strdup("stderr");
    config->workers = 2;
    config->threads = 16;
    config->min_rsa_bits = 2048;
    config->floor_rsa_bits = 1024;
    config->min_ec_bits = 256;
    config->floor_ec_bits = 224;
    config->ca_socket = g_strdup("/run/sceau-ca/socket");
    config->idle_minutes = 30;
    config->hours = 12;
    config->templates = g_strdup(SCEAU_SHARE "/templates");
    return config;
}

static void
fill_in(Config *config)
{
    if (config->static_path == NULL)
        config->static_path = g_strconcat(config->base_path, "static/", NULL);
    if (config->organisation == NULL)
        config->organisation = g_strdup("");
    if (config->imap.port == 0)
        config->imap.port = config->imap.tls == TLS_IMPLICIT ? 993 : 143;
    if (config->submission.port == 0)
        config->submission.port =
            config->submission.tls == TLS_IMPLICIT ? 465 : 587;
}

Config *
config_load(const char *path, GError **error)
{
    g_autofree char *text = NULL;
    gsize size = 0;
    if (!file_read(path, &text, &size, error))
        return NULL;
    if (!g_utf8_validate_len(text, size, NULL)) {
        g_set_error(error, APP_ERROR, APP_ERROR_CONFIG, "%s: is not UTF-8",
                    path);
        return NULL;
    }

    g_autoptr(Config) config = config_defaults();
    Reader reader = {config, path, {0}};
    if (!read_lines(&reader, text, error) || !check_required(&reader, error))
        return NULL;
    if (!check_relations(&reader, error))
        return NULL;
    fill_in(config);
    return g_steal_pointer(&config);
}

void
config_free(Config *config)
{
    if (config == NULL)
        return;
    for (gsize i = 0; i < N_KEYS; i++) {
        if (keys[i].type == TYPE_TEXT)
            g_free(G_STRUCT_MEMBER(char *, config, keys[i].offset));
    }
    g_free(config);
}
