/* sceauctl trust: what is trusted, at a terminal. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "core/admin/trust_admin.h"
#include "core/base/error.h"
#include "core/base/json.h"
#include "deploy/sceauctl_file.h"
#include "deploy/sceauctl_trusting.h"

#define KID_SHORTEST 8

typedef struct {
    TrustPlan plan;
    gboolean json;
    int argc; /* what is left after the options */
    char **argv;
} Options;

static gboolean
refuse(GError **error, const char *what)
{
    g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT, what);
    return FALSE;
}

static gboolean
take_option(Options *options, int option, const char *value, GError **error)
{
    switch (option) {
    case 'a':
        options->plan.role = value;
        return strcmp(value, "anchor") == 0 ||
               strcmp(value, "intermediate") == 0 ||
               refuse(error, "--as: anchor or intermediate");
    case 'p':
        options->plan.purpose = value;
        return TRUE;
    case 'n':
        options->plan.name = value;
        return TRUE;
    case 'w':
        options->plan.withdraw = value;
        return TRUE;
    case 'e':
        options->plan.accept_expired = TRUE;
        return TRUE;
    case 'j':
        options->json = TRUE;
        return TRUE;
    default:
        return refuse(error, "unknown or incomplete option; the manual page"
                             " sceauctl(1) has them");
    }
}

static gboolean
read_options(Options *options, int argc, char **argv, GError **error)
{
    static const struct option known[] = {
        {"as", required_argument, NULL, 'a'},
        {"purpose", required_argument, NULL, 'p'},
        {"name", required_argument, NULL, 'n'},
        {"withdraw", required_argument, NULL, 'w'},
        {"accept-expired", no_argument, NULL, 'e'},
        {"json", no_argument, NULL, 'j'},
        {NULL, 0, NULL, 0},
    };
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", known, NULL)) >= 0)
        if (!take_option(options, option, optarg, error))
            return FALSE;
    options->argc = argc - optind;
    options->argv = argv + optind;
    return TRUE;
}

/* The one certificate whose fingerprint begins so; colons do not count. */
static char *
find_kid(const Office *office, const char *text, GError **error)
{
    g_autoptr(GPtrArray) lines = trust_admin_list(office, error);
    if (lines == NULL)
        return NULL;
    g_autoptr(GString) begin = g_string_new(text);
    g_string_replace(begin, ":", "", 0);
    g_string_ascii_down(begin);
    const char *found = NULL;
    guint count = 0;
    for (guint i = 0; i < lines->len; i++) {
        const TrustLine *line = g_ptr_array_index(lines, i);
        if (!g_str_has_prefix(line->kid, begin->str))
            continue;
        found = line->kid;
        count++;
    }
    if (count == 1 && begin->len >= KID_SHORTEST)
        return g_strdup(found);
    refuse(error, count > 1 || begin->len < KID_SHORTEST
                      ? "fingerprint: give more of its digits"
                      : "fingerprint: no trusted certificate has it");
    return NULL;
}

static Json *
line_json(const TrustLine *line)
{
    Json *json = json_object_new(), *problems = json_array_new();
    json_set_text(json, "fingerprint", line->kid);
    json_set_text(json, "role", line->role);
    json_set_text(json, "name", line->name);
    json_set_text(json, "subject", line->subject);
    json_set_text(json, "issuer", line->issuer);
    json_set_text(json, "algorithm", line->algorithm);
    json_set_text(json, "purpose", line->purpose);
    json_set_text(json, "from", line->from);
    json_set_text(json, "added_by", line->added_by);
    json_set_time(json, "not_before", line->not_before);
    json_set_time(json, "not_after", line->not_after);
    json_set_bool(json, "withdrawn", line->withdrawn != 0);
    for (gsize i = 0; line->problems[i] != NULL; i++)
        json_append_text(problems, line->problems[i]);
    json_set(json, "problems", problems);
    return json;
}

static void
print_lines(GPtrArray *lines, gboolean as_json)
{
    g_autoptr(Json) array = json_array_new();
    for (guint i = 0; i < lines->len; i++) {
        const TrustLine *line = g_ptr_array_index(lines, i);
        if (as_json) {
            json_append(array, line_json(line));
            continue;
        }
        g_autofree char *until = time_to_rfc3339(line->not_after);
        g_autofree char *problems = g_strjoinv(",", line->problems);
        printf("%.16s\t%s\t%s\t%s\t%.10s\t%s\t", line->kid,
               line->withdrawn != 0 ? "withdrawn" : line->role, line->purpose,
               line->from, until, *problems != '\0' ? problems : "-");
        sceauctl_print_value(line->name, '\n');
    }
    if (as_json)
        sceauctl_print_json(array);
}

static gboolean
list(const Office *office, Options *options, GError **error)
{
    g_autoptr(GPtrArray) lines = trust_admin_list(office, error);
    if (lines != NULL)
        print_lines(lines, options->json);
    return lines != NULL;
}

static gboolean
say_done(const Options *options, const char *word, gint64 count)
{
    if (!options->json) {
        printf("%s: %" G_GINT64_FORMAT "\n", word, count);
        return TRUE;
    }
    g_autoptr(Json) json = json_object_new();
    json_set_int(json, word, count);
    sceauctl_print_json(json);
    return TRUE;
}

static gboolean
add(const Office *office, Options *options, GError **error)
{
    guint added = 0;
    g_autoptr(GBytes) file = sceauctl_read(options->argv[0], NULL, error);
    if (file == NULL)
        return FALSE;
    options->plan.file = file;
    g_autoptr(GPtrArray) lines =
        trust_admin_read(office, &options->plan, error);
    if (lines == NULL)
        return FALSE;
    if (!options->json)
        print_lines(lines, FALSE);
    return trust_admin_add(office, &options->plan, &added, error) &&
           say_done(options, "added", added);
}

static gboolean
rename_one(const Office *office, Options *options, GError **error)
{
    g_autofree char *kid = find_kid(office, options->argv[0], error);
    return kid != NULL &&
           trust_admin_rename(office, kid, options->argv[1], 0, error) &&
           say_done(options, "renamed", 1);
}

static gboolean
withdraw(const Office *office, Options *options, GError **error)
{
    g_autofree char *kid = find_kid(office, options->argv[0], error);
    if (kid == NULL)
        return FALSE;
    options->plan.withdraw = kid;
    return trust_admin_withdraw(office, &options->plan, error) &&
           say_done(options, "withdrawn", 1);
}

static Json *
effect_json(const TrustEffect *effect)
{
    Json *json = json_object_new(), *domains = json_array_new();
    Json *reasons = json_object_new();
    GHashTableIter iter;
    gpointer code, count;
    for (guint i = 0; i < effect->domains->len; i++) {
        const TrustDomain *domain = g_ptr_array_index(effect->domains, i);
        Json *item = json_object_new();
        json_set_text(item, "domain", domain->domain);
        json_set_int(item, "usable", domain->gained);
        json_set_int(item, "unusable", domain->lost);
        json_append(domains, item);
    }
    g_hash_table_iter_init(&iter, effect->reasons);
    while (g_hash_table_iter_next(&iter, &code, &count))
        json_set_int(reasons, code, GPOINTER_TO_UINT(count));
    json_set_int(json, "checked", effect->checked);
    json_set_bool(json, "partial", effect->partial);
    json_set_int(json, "usable", effect->gained);
    json_set_int(json, "unusable", effect->lost);
    json_set(json, "domains", domains);
    json_set(json, "reasons", reasons);
    return json;
}

static void
print_effect(const TrustEffect *effect)
{
    printf("of %u contacts' certificates%s: %u become usable, %u unusable\n",
           effect->checked, effect->partial ? " (the newest)" : "",
           effect->gained, effect->lost);
    for (guint i = 0; i < effect->domains->len; i++) {
        const TrustDomain *domain = g_ptr_array_index(effect->domains, i);
        printf("%u\t%u\t", domain->gained, domain->lost);
        sceauctl_print_value(domain->domain, '\n');
    }
}

static gboolean
try(const Office *office, Options *options, GError **error)
{
    TrustPlan *plan = &options->plan;
    g_autofree char *kid = NULL;
    g_autoptr(GBytes) file = NULL;
    if (plan->withdraw != NULL)
        plan->withdraw = kid = find_kid(office, plan->withdraw, error);
    else if (options->argc == 1)
        plan->file = file = sceauctl_read(options->argv[0], NULL, error);
    else
        return refuse(error, "try: a file, or --withdraw FINGERPRINT");
    if (kid == NULL && file == NULL)
        return FALSE;
    g_autoptr(TrustEffect) effect = trust_admin_effect(office, plan, error);
    if (effect == NULL)
        return FALSE;
    g_autoptr(Json) json = effect_json(effect);
    if (options->json)
        sceauctl_print_json(json);
    else
        print_effect(effect);
    return TRUE;
}

static const struct {
    const char *name;
    int least, most; /* arguments besides options */
    gboolean (*run)(const Office *office, Options *options, GError **error);
} acts[] = {
    {"list", 0, 0, list},         {"add", 1, 1, add},
    {"rename", 2, 2, rename_one}, {"withdraw", 1, 1, withdraw},
    {"try", 0, 1, try},
};

int
sceauctl_trust(const SceauctlContext *context, int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    for (gsize i = 0; argc >= 2 && i < G_N_ELEMENTS(acts); i++) {
        if (strcmp(argv[1], acts[i].name) != 0)
            continue;
        Options options = {0};
        if (!read_options(&options, argc - 1, argv + 1, &error))
            return sceauctl_fail("trust", error);
        if (options.argc < acts[i].least || options.argc > acts[i].most)
            break;
        g_autoptr(SceauctlTrusting) self =
            sceauctl_trusting_open(context, &error);
        if (self != NULL && acts[i].run(&self->office, &options, &error))
            return 0;
        return sceauctl_fail("trust", error);
    }
    fputs("usage: sceauctl trust list | add FILE [--as ROLE] [--purpose P]"
          " [--name NAME] [--accept-expired] |\n"
          "       rename FINGERPRINT NAME | withdraw FINGERPRINT | try FILE |"
          " try --withdraw FINGERPRINT  [--json]\n",
          stderr);
    return 2;
}
