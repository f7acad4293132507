/* sceauctl revocation: where revocations are asked for. Asking them is the
 * work of sceau-revocation. */
#include <stdio.h>

#include "core/admin/revocation_admin.h"
#include "core/base/error.h"
#include "deploy/sceauctl_words.h"

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
    verb_set_moment(json, "tried", source->tried);
    verb_set_moment(json, "succeeded", source->succeeded);
    verb_set_moment(json, "next", source->next);
    json_set_int(json, "kept", line->kept);
    verb_set_moment(json, "this_update", line->this_update);
    verb_set_moment(json, "next_update", line->next_update);
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
    verb_print_value(source->url, '\n');
}

static gboolean
list(const Verb *verb, GError **error)
{
    g_autoptr(GPtrArray) lines =
        revocation_admin_list(verb->office, NULL, error);
    if (lines == NULL)
        return FALSE;
    g_autoptr(Json) array = json_array_new();
    for (guint i = 0; i < lines->len; i++) {
        const RevocationLine *line = g_ptr_array_index(lines, i);
        if (verb->json)
            json_append(array, line_json(line));
        else
            print_line(line);
    }
    return !verb->json || verb_print(array, error);
}

static gboolean
add(const Verb *verb, GError **error)
{
    gint64 id = 0;
    g_autofree char *issuer = g_ascii_strdown(verb->words[0], -1);
    const RevocationSource source = {
        .issuer = issuer,
        .kind = (char *)(guintptr)verb->words[1],
        .url = (char *)(guintptr)verb->words[2],
        .hard = verb_option(verb, "hard") != NULL,
        .allow_private = verb_option(verb, "allow-private") != NULL,
    };
    return revocation_admin_save(verb->office, &source, 0, &id, error) &&
           verb_count(verb, "added", id, error);
}

static gboolean
remove_one(const Verb *verb, GError **error)
{
    gint64 id = 0;
    return read_id(verb->words[0], &id, error) &&
           revocation_admin_remove(verb->office, id, 0, error) &&
           verb_count(verb, "removed", id, error);
}

int
sceauctl_revocation(const SceauctlContext *context, int argc, char **argv)
{
    static const VerbRow rows[] = {
        {"list", 0, 0, "", list, VERB_TRUSTS},
        {"add", 3, 3, "hard allow-private", add, VERB_TRUSTS},
        {"remove", 1, 1, "", remove_one, VERB_TRUSTS},
        {NULL, 0, 0, NULL, NULL, 0},
    };
    return verb_run(context, rows, argc, argv);
}
