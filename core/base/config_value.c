#include "core/base/config_value.h"

#include <string.h>

#include "core/base/error.h"

gboolean
config_refuse(const ConfigPlace *at, GError **error, const char *what,
              const char *value)
{
    g_autofree char *quoted = error_quote(value, -1, 80);
    g_set_error(error, APP_ERROR, APP_ERROR_CONFIG, "%s:%u: %s: \"%s\"",
                at->path, at->line, what, quoted);
    return FALSE;
}

const char *
config_check_url_path(const char *value)
{
    gsize size = strlen(value);
    if (size == 0 || value[0] != '/' || value[size - 1] != '/')
        return "must begin and end with '/'";
    if (strspn(value, "/-._~abcdefghijklmnopqrstuvwxyz"
                      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != size)
        return "has a character that no path should have";
    if (strstr(value, "//") != NULL || strstr(value, "/.") != NULL)
        return "has an empty or dotted step";
    return NULL;
}

const char *
config_check_origin(const char *value)
{
    const char *host = strstr(value, "://");
    if (!g_str_has_prefix(value, "https://") &&
        !g_str_has_prefix(value, "http://"))
        return "must be like https://mail.example.org";
    host += 3;
    if (*host == '\0' || strspn(host, "abcdefghijklmnopqrstuvwxyz0123456789"
                                      "-.:[]") != strlen(host))
        return "must be a scheme and a host in lower case, without a path";
    return NULL;
}

const char *
config_check_host(const char *value)
{
    if (strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                      "0123456789-.:") != strlen(value))
        return "is not a host name or address";
    return NULL;
}

/* Long enough that nobody guesses it, and nothing that would need quotes in
 * a header: RFC 6750's b64token. */
const char *
config_check_token(const char *value)
{
    if (*value == '/')
        return NULL;
    if (strlen(value) < 32 || strlen(value) > 256)
        return "must have 32 to 256 characters, or be a file's path";
    if (strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                      "0123456789-._~+/=") != strlen(value))
        return "has a character that no token may have";
    return NULL;
}

const char *
config_check_log(const char *value)
{
    if (strcmp(value, "stderr") == 0 || strcmp(value, "syslog") == 0)
        return NULL;
    return "must be stderr or syslog";
}

static gboolean
set_tls(TlsMode *mode, const ConfigPlace *at, const char *value,
        GError **error)
{
    if (strcmp(value, "implicit") == 0)
        *mode = TLS_IMPLICIT;
    else if (strcmp(value, "starttls") == 0)
        *mode = TLS_STARTTLS;
    else if (strcmp(value, "none") == 0)
        *mode = TLS_NONE;
    else
        return config_refuse(at, error, "must be implicit, starttls or none",
                             value);
    return TRUE;
}

static gboolean
set_number(const ConfigKey *key, gpointer member, const ConfigPlace *at,
           const char *value, GError **error)
{
    guint64 number = 0;
    if (!g_ascii_string_to_unsigned(value, 10, key->min, key->max, &number,
                                    NULL)) {
        g_autofree char *what =
            g_strdup_printf("%s must be a number from %u to %u", key->name,
                            key->min, key->max);
        return config_refuse(at, error, what, value);
    }
    if (key->type == TYPE_PORT)
        *(guint16 *)member = (guint16)number;
    else
        *(guint *)member = (guint)number;
    return TRUE;
}

static gboolean
set_text(const ConfigKey *key, char **member, const ConfigPlace *at,
         const char *value, GError **error)
{
    const char *wrong = key->check != NULL ? key->check(value) : NULL;
    if (*value == '\0')
        wrong = "is empty";
    if (wrong != NULL) {
        g_autofree char *what = g_strdup_printf("%s %s", key->name, wrong);
        /* Half a secret is one still. */
        gboolean secret = key->check == config_check_token;
        return config_refuse(at, error, what, secret ? "..." : value);
    }
    g_free(*member);
    *member = g_strdup(value);
    return TRUE;
}

static gboolean
set_bool(gboolean *member, const ConfigPlace *at, const char *value,
         GError **error)
{
    if (strcmp(value, "true") == 0)
        *member = TRUE;
    else if (strcmp(value, "false") == 0)
        *member = FALSE;
    else
        return config_refuse(at, error, "must be true or false", value);
    return TRUE;
}

gboolean
config_set_value(Config *config, const ConfigKey *key, const ConfigPlace *at,
                 const char *value, GError **error)
{
    gpointer member = G_STRUCT_MEMBER_P(config, key->offset);
    switch (key->type) {
    case TYPE_TEXT:
        return set_text(key, member, at, value, error);
    case TYPE_BOOL:
        return set_bool(member, at, value, error);
    case TYPE_UINT:
    case TYPE_PORT:
        return set_number(key, member, at, value, error);
    case TYPE_TLS:
        return set_tls(member, at, value, error);
    }
    g_assert_not_reached();
}
