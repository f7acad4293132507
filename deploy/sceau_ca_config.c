#include <string.h>

#include "core/base/error.h"
#include "core/base/file.h"
#include "deploy/sceau_ca.h"

#define MAX_DAYS 825

static gboolean
refuse(const char *path, guint line, const char *what, GError **error)
{
    g_set_error(error, APP_ERROR, APP_ERROR_CONFIG, "%s:%u: %s", path, line,
                what);
    return FALSE;
}

static char **
words_of(const char *value)
{
    g_auto(GStrv) parts = g_strsplit_set(value, " \t", -1);
    g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
    for (char **p = parts; *p != NULL; p++) {
        if (**p != '\0')
            g_ptr_array_add(words, g_strdup(*p));
    }
    g_ptr_array_add(words, NULL);
    return (char **)g_ptr_array_steal(words, NULL);
}

/* A domain is compared as cert_address_key() writes it. */
static gboolean
set_domains(CaConfig *config, const char *value)
{
    g_strfreev(config->domains);
    config->domains = words_of(value);
    for (char **p = config->domains; *p != NULL; p++) {
        char *lower = g_ascii_strdown(*p, -1);
        g_free(*p);
        *p = lower;
        if (strspn(lower, "abcdefghijklmnopqrstuvwxyz0123456789-.") !=
                strlen(lower) ||
            lower[0] == '.')
            return FALSE;
    }
    return config->domains[0] != NULL;
}

static gboolean
set_days(guint *days, const char *value, guint max)
{
    guint64 number = 0;
    if (!g_ascii_string_to_unsigned(value, 10, 1, max, &number, NULL))
        return FALSE;
    *days = (guint)number;
    return TRUE;
}

static gboolean
set_text(char **text, const char *value, const char *prefix)
{
    g_free(*text);
    *text = g_strdup(value);
    return g_str_has_prefix(value, prefix);
}

static gboolean
set(CaConfig *config, const char *name, const char *value, gboolean *known)
{
    *known = TRUE;
    if (strcmp(name, "socket") == 0)
        return set_text(&config->socket, value, "/");
    if (strcmp(name, "folder") == 0)
        return set_text(&config->folder, value, "/");
    if (strcmp(name, "key") == 0)
        return set_text(&config->key, value, "pkcs11:");
    if (strcmp(name, "domains") == 0)
        return set_domains(config, value);
    if (strcmp(name, "days") == 0)
        return set_days(&config->days, value, MAX_DAYS);
    if (strcmp(name, "crl_days") == 0)
        return set_days(&config->crl_days, value, 90);
    if (strcmp(name, "peers") != 0)
        return *known = FALSE;
    g_strfreev(config->peers);
    config->peers = words_of(value);
    return TRUE;
}

static gboolean
read_line(CaConfig *config, const char *path, guint number, char *line,
          GError **error)
{
    gboolean known = FALSE;
    g_strstrip(line);
    if (*line == '\0' || *line == '#')
        return TRUE;
    char *equals = strchr(line, '=');
    if (equals == NULL)
        return refuse(path, number, "not like key = value", error);
    *equals = '\0';
    g_strchomp(line);
    if (set(config, line, g_strchug(equals + 1), &known))
        return TRUE;
    return refuse(path, number, known ? "a bad value" : "unknown key", error);
}

CaConfig *
ca_config_load(const char *path, GError **error)
{
    g_autofree char *text = NULL;
    if (!file_read(path, &text, NULL, error))
        return NULL;
    g_autoptr(CaConfig) config = g_new0(CaConfig, 1);
    config->days = 365;
    config->crl_days = 7;
    config->folder = g_strdup("/var/lib/sceau-ca");
    config->socket = g_strdup("/run/sceau-ca/socket");
    config->peers = words_of("root sceau");
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++) {
        if (!read_line(config, path, i + 1, lines[i], error))
            return NULL;
    }
    if (config->domains == NULL) {
        refuse(path, 0, "domains is missing: whose addresses to certify",
               error);
        return NULL;
    }
    return g_steal_pointer(&config);
}

void
ca_config_free(CaConfig *config)
{
    if (config == NULL)
        return;
    g_free(config->socket);
    g_free(config->folder);
    g_free(config->key);
    g_strfreev(config->domains);
    g_strfreev(config->peers);
    g_free(config);
}
