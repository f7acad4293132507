/* sceauctl revocation: where revocations are asked for, and asking. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "core/admin/revocation_admin.h"
#include "core/admin/revocation_fetch.h"
#include "core/base/error.h"
#include "deploy/sceauctl_trusting.h"

typedef struct {
    gboolean hard, allow_private, force, json;
    int argc; /* what is left after the options */
    char **argv;
} Options;

static gboolean
read_options(Options *options, int argc, char **argv, GError **error)
{
    static const struct option known[] = {
        {"hard", no_argument, NULL, 'h'},
        {"allow-private", no_argument, NULL, 'p'},
        {"force", no_argument, NULL, 'f'},
        {"json", no_argument, NULL, 'j'},
        {NULL, 0, NULL, 0},
    };
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", known, NULL)) >= 0) {
        options->hard |= option == 'h';
        options->allow_private |= option == 'p';
        options->force |= option == 'f';
        options->json |= option == 'j';
        if (option != '?')
            continue;
        g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                            "unknown option; the manual page sceauctl(1) has"
                            " them");
        return FALSE;
    }
    options->argc = argc - optind;
    options->argv = argv + optind;
    return TRUE;
}

static gboolean
read_id(const char *text, gint64 *id, GError **error)
{
    guint64 number = 0;
    if (g_ascii_string_to_unsigned(text, 10, 1, G_MAXINT64, &number, NULL)) {
        *id = (gint64)number;
        return TRUE;
    }
    g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                        "the source is given by its number in the list");
    return FALSE;
}

static void
set_moment(Json *json, const char *name, gint64 moment)
{
    if (moment != 0)
        json_set_time(json, name, moment);
    else
        json_set_text(json, name, NULL);
}

static Json *
line_json(const RevocationLine *line)
{
    const RevocationSource *source = line->source;
    Json *json = json_object_new();
    json_set_int(json, "id", source->id);
    json_set_text(json, "issuer", source->issuer);
    json_set_text(json, "issuer_name", line->issuer_name);
    json_set_text(json, "kind", source->kind);
    json_set_text(json, "url", source->url);
    json_set_bool(json, "hard", source->hard);
    json_set_bool(json, "allow_private", source->allow_private);
    json_set_text(json, "result", source->result);
    set_moment(json, "tried", source->tried);
    set_moment(json, "succeeded", source->succeeded);
    set_moment(json, "next", source->next);
    json_set_int(json, "kept", line->kept);
    set_moment(json, "this_update", line->this_update);
    set_moment(json, "next_update", line->next_update);
    return json;
}

static void
print_line(const RevocationLine *line)
{
    const RevocationSource *source = line->source;
    g_autofree char *tried =
        source->tried != 0 ? time_to_rfc3339(source->tried) : g_strdup("-");
    printf("%" G_GINT64_FORMAT "\t%.16s\t%s\t%s\t%s\t%s\t%u\t", source->id,
           source->issuer, source->kind, source->hard ? "hard" : "soft",
           source->result != NULL ? source->result : "-", tried, line->kept);
    sceauctl_print_value(source->url, '\n');
}

static int
list(const Office *office, const Options *options, GError **error)
{
    g_autoptr(GPtrArray) lines = revocation_admin_list(office, NULL, error);
    g_autoptr(Json) array = json_array_new();
    for (guint i = 0; lines != NULL && i < lines->len; i++) {
        const RevocationLine *line = g_ptr_array_index(lines, i);
        if (options->json)
            json_append(array, line_json(line));
        else
            print_line(line);
    }
    if (lines != NULL && options->json)
        sceauctl_print_json(array);
    return lines != NULL ? 0 : 2;
}

static void
say(const Options *options, const char *word, gint64 id)
{
    if (!options->json) {
        printf("%s: %" G_GINT64_FORMAT "\n", word, id);
        return;
    }
    g_autoptr(Json) json = json_object_new();
    json_set_int(json, word, id);
    sceauctl_print_json(json);
}

static int
add(const Office *office, const Options *options, GError **error)
{
    gint64 id = 0;
    g_autofree char *issuer = g_ascii_strdown(options->argv[0], -1);
    const RevocationSource source = {
        .issuer = issuer,
        .kind = options->argv[1],
        .url = options->argv[2],
        .hard = options->hard,
        .allow_private = options->allow_private,
    };
    if (!revocation_admin_save(office, &source, 0, &id, error))
        return 2;
    say(options, "added", id);
    return 0;
}

static int
remove_one(const Office *office, const Options *options, GError **error)
{
    gint64 id = 0;
    if (!read_id(options->argv[0], &id, error) ||
        !revocation_admin_remove(office, id, 0, error))
        return 2;
    say(options, "removed", id);
    return 0;
}

static Json *
fetched_json(const RevocationFetched *fetched)
{
    Json *json = json_object_new();
    json_set_int(json, "id", fetched->source);
    json_set_text(json, "issuer_name", fetched->issuer);
    json_set_text(json, "kind", fetched->kind);
    json_set_text(json, "url", fetched->url);
    json_set_text(json, "result", fetched->result);
    json_set_int(json, "asked", fetched->asked);
    json_set_int(json, "kept", fetched->kept);
    return json;
}

static gboolean
is_good(const RevocationFetched *fetched)
{
    return strcmp(fetched->result, "ok") == 0 ||
           strcmp(fetched->result, "unchanged") == 0;
}

/* 1: one that was tried is not in order. */
static int
fetch(const Office *office, const Options *options, GError **error)
{
    RevocationOrder order = {.force = options->force};
    int status = 0;
    if (options->argc == 1) {
        order.force = TRUE;
        if (!read_id(options->argv[0], &order.source, error))
            return 2;
    }
    g_autoptr(GPtrArray) all = revocation_fetch(office, &order, error);
    g_autoptr(Json) array = json_array_new();
    for (guint i = 0; all != NULL && i < all->len; i++) {
        const RevocationFetched *fetched = g_ptr_array_index(all, i);
        json_append(array, fetched_json(fetched));
        if (!is_good(fetched))
            status = 1;
    }
    if (all != NULL && options->json)
        sceauctl_print_json(array);
    return all != NULL ? status : 2;
}

static const struct {
    const char *name;
    int least, most; /* arguments besides options */
    int (*run)(const Office *office, const Options *options, GError **error);
} acts[] = {
    {"list", 0, 0, list},
    {"add", 3, 3, add},
    {"remove", 1, 1, remove_one},
    {"fetch", 0, 1, fetch},
};

int
sceauctl_revocation(const SceauctlContext *context, int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    for (gsize i = 0; argc >= 2 && i < G_N_ELEMENTS(acts); i++) {
        if (strcmp(argv[1], acts[i].name) != 0)
            continue;
        Options options = {0};
        if (!read_options(&options, argc - 1, argv + 1, &error))
            return sceauctl_fail("revocation", error);
        if (options.argc < acts[i].least || options.argc > acts[i].most)
            break;
        g_autoptr(SceauctlTrusting) self =
            sceauctl_trusting_open(context, &error);
        int status =
            self != NULL ? acts[i].run(&self->office, &options, &error) : 2;
        return error != NULL ? sceauctl_fail("revocation", error) : status;
    }
    fputs("usage: sceauctl revocation list | add FINGERPRINT crl|ocsp URL"
          " [--hard] [--allow-private] |\n"
          "       remove ID | fetch [ID] [--force]  [--json]\n",
          stderr);
    return 2;
}
