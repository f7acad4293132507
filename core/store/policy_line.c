/* The lines of a policy: names, and what each may hold. */
#include "core/store/policy.h"

#include <string.h>

#include "core/base/error.h"

#define DOMAINS_MAX 100
#define DOMAIN_MAX 253

typedef enum { KIND_OPTION, KIND_YES, KIND_DOMAINS, KIND_NUMBER } Kind;

static const struct {
    const char *name;
    Kind kind;
    guint least, most;
} lines[] = {
    [POLICY_OPTION] = {"option", KIND_OPTION, 0, 0},
    [POLICY_SIGN_ALWAYS] = {"sign-always", KIND_YES, 0, 0},
    [POLICY_ENCRYPT_POSSIBLE] = {"encrypt-when-possible", KIND_YES, 0, 0},
    [POLICY_ENCRYPT_DOMAINS] = {"encrypt-domains", KIND_DOMAINS, 0, 0},
    [POLICY_UNSIGNED_DOMAINS] = {"never-unsigned-to", KIND_DOMAINS, 0, 0},
    [POLICY_IDLE_MINUTES] = {"idle-minutes", KIND_NUMBER, 5, 720},
    [POLICY_MIN_RSA] = {"min-rsa-bits", KIND_NUMBER, 2048, 8192},
    [POLICY_MIN_EC] = {"min-ec-bits", KIND_NUMBER, 256, 521},
    [POLICY_FLOOR_RSA] = {"floor-rsa-bits", KIND_NUMBER, 1024, 8192},
    [POLICY_FLOOR_EC] = {"floor-ec-bits", KIND_NUMBER, 224, 521},
    [POLICY_TLS] = {"tls-required", KIND_YES, 0, 0},
};

static const char *const scopes[] = {
    [POLICY_BUILT_IN] = "built-in", [POLICY_SITE] = "site",
    [POLICY_DOMAIN] = "domain",     [POLICY_GROUP] = "group",
    [POLICY_ACCOUNT] = "account",
};

const char *
policy_line_name(PolicyLine line)
{
    return lines[line].name;
}

const char *
policy_scope_name(PolicyScope scope)
{
    return scopes[scope];
}

gboolean
policy_scope_from_name(const char *name, PolicyScope *out, GError **error)
{
    for (gsize i = POLICY_SITE; i < G_N_ELEMENTS(scopes); i++) {
        if (g_strcmp0(name, scopes[i]) == 0) {
            *out = (PolicyScope)i;
            return TRUE;
        }
    }
    g_set_error_literal(
        error, APP_ERROR, APP_ERROR_INPUT,
        "policy: the scope is site, domain, group or account");
    return FALSE;
}

gboolean
policy_line_from_name(const char *name, PolicyLine *out, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
        if (g_strcmp0(name, lines[i].name) == 0) {
            *out = (PolicyLine)i;
            return TRUE;
        }
    }
    g_autofree char *quoted = error_quote(name != NULL ? name : "", -1, 40);
    g_set_error(error, APP_ERROR, APP_ERROR_INPUT,
                "policy: there is no line \"%s\"", quoted);
    return FALSE;
}

static char *
refuse(PolicyLine line, const char *takes, GError **error)
{
    g_set_error(error, APP_ERROR, APP_ERROR_INPUT, "policy: %s takes %s",
                lines[line].name, takes);
    return NULL;
}

static char *
one_of(PolicyLine line, const char *typed, const char *const *words,
       const char *takes, GError **error)
{
    g_autofree char *word = g_ascii_strdown(typed, -1);
    if (g_strv_contains(words, g_strstrip(word)))
        return g_steal_pointer(&word);
    return refuse(line, takes, error);
}

static gboolean
is_domain(const char *text)
{
    gsize size = strlen(text);
    if (size == 0 || size > DOMAIN_MAX || text[0] == '.' || text[0] == '-' ||
        text[size - 1] == '.' || strstr(text, "..") != NULL)
        return FALSE;
    return strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789.-") == size;
}

static gint
by_text(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static char *
join_sorted(GPtrArray *words)
{
    GString *out = g_string_new(NULL);
    g_ptr_array_sort(words, by_text);
    for (guint i = 0; i < words->len; i++) {
        const char *word = g_ptr_array_index(words, i);
        if (i > 0 && strcmp(word, g_ptr_array_index(words, i - 1)) == 0)
            continue;
        if (out->len > 0)
            g_string_append_c(out, ' ');
        g_string_append(out, word);
    }
    return g_string_free(out, FALSE);
}

/* "@demo.test, Example.org" is as people write it. */
static char *
domains(PolicyLine line, const char *typed, GError **error)
{
    g_autofree char *lower = g_ascii_strdown(typed, -1);
    g_auto(GStrv) parts = g_strsplit_set(lower, " ,;\t\r\n", -1);
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    for (char **part = parts; *part != NULL; part++) {
        char *word = **part == '@' ? *part + 1 : *part;
        if (**part == '\0')
            continue;
        if (!is_domain(word))
            return refuse(line, "domains such as example.org", error);
        g_ptr_array_add(words, word);
    }
    if (words->len == 0 || words->len > DOMAINS_MAX)
        return refuse(line, "1 to 100 domains", error);
    return join_sorted(words);
}

static char *
number(PolicyLine line, const char *typed, GError **error)
{
    g_autofree char *text = g_strstrip(g_strdup(typed));
    guint64 value = 0;
    if (g_ascii_string_to_unsigned(text, 10, lines[line].least,
                                   lines[line].most, &value, NULL))
        return g_strdup_printf("%" G_GUINT64_FORMAT, value);
    g_autofree char *takes = g_strdup_printf(
        "a number from %u to %u", lines[line].least, lines[line].most);
    return refuse(line, takes, error);
}

char *
policy_value(PolicyLine line, const char *typed, GError **error)
{
    static const char *const options[] = {"forbidden", "allowed",
                                          "pre-enabled", NULL};
    static const char *const yes[] = {"yes", "no", NULL};
    switch (lines[line].kind) {
    case KIND_OPTION:
        return one_of(line, typed, options,
                      "forbidden, allowed or pre-enabled", error);
    case KIND_YES:
        return one_of(line, typed, yes, "yes or no", error);
    case KIND_DOMAINS:
        return domains(line, typed, error);
    case KIND_NUMBER:
        return number(line, typed, error);
    }
    return NULL;
}

/* The option's order is that of policy.c's settling too. */
static gboolean
option_is_stricter(const char *one, const char *other)
{
    static const char *const order[] = {"forbidden", "pre-enabled",
                                        "allowed"};
    for (gsize i = 0; i < G_N_ELEMENTS(order); i++) {
        if (strcmp(other, order[i]) == 0)
            return FALSE;
        if (strcmp(one, order[i]) == 0)
            return TRUE;
    }
    return FALSE;
}

static char *
all_domains(const char *one, const char *other)
{
    g_autofree char *both = g_strconcat(one, " ", other, NULL);
    g_auto(GStrv) parts = g_strsplit(both, " ", -1);
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    for (char **part = parts; *part != NULL; part++)
        g_ptr_array_add(words, *part);
    return join_sorted(words);
}

char *
policy_strictest(PolicyLine line, const char *one, const char *other)
{
    gboolean first = FALSE;
    switch (lines[line].kind) {
    case KIND_OPTION:
        first = option_is_stricter(one, other);
        break;
    case KIND_YES:
        first = strcmp(one, "yes") == 0;
        break;
    case KIND_DOMAINS:
        return all_domains(one, other);
    case KIND_NUMBER:
        first = g_ascii_strtoull(one, NULL, 10) >
                g_ascii_strtoull(other, NULL, 10);
        if (line == POLICY_IDLE_MINUTES)
            first = !first;
        break;
    }
    return g_strdup(first ? one : other);
}

guint
policy_bits(guint configured, guint policy)
{
    return MAX(configured, policy);
}

guint
policy_minutes(guint configured, guint policy)
{
    return policy == 0 ? configured : MIN(configured, policy);
}

gboolean
policy_names_domain(char *const *list, const char *address)
{
    const char *at = strrchr(address, '@');
    g_autofree char *domain =
        g_ascii_strdown(at != NULL ? at + 1 : address, -1);
    for (; *list != NULL; list++) {
        if (strcmp(domain, *list) == 0)
            return TRUE;
        gsize all = strlen(domain);
        gsize end = strlen(*list);
        if (all > end && domain[all - end - 1] == '.' &&
            strcmp(domain + all - end, *list) == 0)
            return TRUE;
    }
    return FALSE;
}
