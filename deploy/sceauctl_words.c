#include "deploy/sceauctl_words.h"

#include <stdio.h>
#include <string.h>

#include "core/base/error.h"
#include "deploy/sceauctl_office.h"

const char *
verb_option(const Verb *verb, const char *name)
{
    gsize size = strlen(name);
    for (guint i = 0; i < verb->options->len; i++) {
        const char *given = g_ptr_array_index(verb->options, i);
        if (strncmp(given, name, size) == 0 && given[size] == '=')
            return given + size + 1;
        if (strcmp(given, name) == 0)
            return "";
    }
    return NULL;
}

char *
verb_words(const Verb *verb, guint from)
{
    return g_strjoinv(" ", (char **)(guintptr)verb->words + from);
}

char *
verb_option_all(const Verb *verb, const char *name)
{
    GString *out = g_string_new(NULL);
    gsize size = strlen(name);
    for (guint i = 0; i < verb->options->len; i++) {
        const char *given = g_ptr_array_index(verb->options, i);
        if (strncmp(given, name, size) == 0 && given[size] == '=')
            g_string_append_printf(out, "%s ", given + size + 1);
    }
    return g_string_free(out, FALSE);
}

gboolean
verb_print(const Json *json, GError **error)
{
    g_autofree char *text = json_write(json);
    if (puts(text) >= 0)
        return TRUE;
    g_set_error_literal(error, APP_ERROR, APP_ERROR_FILE,
                        "standard output cannot be written");
    return FALSE;
}

gboolean
verb_done(const Verb *verb, GError **error)
{
    g_autoptr(Json) done = json_object_new();
    json_set_bool(done, "done", TRUE);
    return !verb->json || verb_print(done, error);
}

gboolean
verb_count(const Verb *verb, const char *word, gint64 count, GError **error)
{
    g_autoptr(Json) json = json_object_new();
    json_set_int(json, word, count);
    if (verb->json)
        return verb_print(json, error);
    printf("%s: %" G_GINT64_FORMAT "\n", word, count);
    return TRUE;
}

/* A tab or a line end in a value would make two of it. */
void
verb_print_value(const char *value, char after)
{
    g_autofree char *text =
        value != NULL ? g_utf8_make_valid(value, -1) : g_strdup("-");
    for (char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
        if (g_unichar_isprint(g_utf8_get_char(p)))
            fwrite(p, 1, (gsize)(g_utf8_next_char(p) - p), stdout);
        else
            putchar('?');
    }
    putchar(after);
}

void
verb_set_moment(Json *json, const char *name, gint64 moment)
{
    if (moment != 0)
        json_set_time(json, name, moment);
    else
        json_set_text(json, name, NULL);
}

Json *
verb_texts(char *const *texts)
{
    Json *list = json_array_new();
    for (; *texts != NULL; texts++)
        json_append_text(list, *texts);
    return list;
}

static gboolean
refuse(GError **error, const char *format, const char *text)
{
    g_autofree char *quoted = error_quote(text, -1, 80);
    g_autofree char *message = g_strconcat(format, " \"", quoted, "\"", NULL);
    g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT, message);
    return FALSE;
}

/* "--domain", "x" or "--domain=x" as "domain=x". */
static gboolean
take_option(const VerbRow *row, Verb *verb, const char *given,
            const char *next, gboolean *took_next, GError **error)
{
    if (strcmp(given, "json") == 0) {
        verb->json = TRUE;
        return TRUE;
    }
    g_auto(GStrv) known = g_strsplit(row->options, " ", -1);
    for (char **one = known; *one != NULL; one++) {
        gsize size = strlen(*one);
        gboolean valued = size > 0 && (*one)[size - 1] == '=';
        if (valued && strncmp(given, *one, size) == 0) {
            g_ptr_array_add(verb->options, g_strdup(given));
            return TRUE;
        }
        if (valued && strncmp(given, *one, size - 1) == 0 &&
            given[size - 1] == '\0' && next != NULL) {
            *took_next = TRUE;
            g_ptr_array_add(verb->options, g_strconcat(*one, next, NULL));
            return TRUE;
        }
        if (!valued && size > 0 && strcmp(given, *one) == 0) {
            g_ptr_array_add(verb->options, g_strdup(given));
            return TRUE;
        }
    }
    return refuse(error, "unknown or incomplete option", given);
}

static gboolean
split(const VerbRow *row, Verb *verb, GPtrArray *words, int argc, char **argv,
      GError **error)
{
    for (int i = 2; i < argc; i++) {
        gboolean took_next = FALSE;
        if (!g_str_has_prefix(argv[i], "--")) {
            g_ptr_array_add(words, argv[i]);
            continue;
        }
        if (!take_option(row, verb, argv[i] + 2,
                         i + 1 < argc ? argv[i + 1] : NULL, &took_next,
                         error))
            return FALSE;
        i += took_next ? 1 : 0;
    }
    verb->n_words = words->len;
    if (words->len < row->least || words->len > row->most) {
        g_set_error(error, APP_ERROR, APP_ERROR_INPUT,
                    "%s takes other arguments; see sceauctl help %s",
                    row->name, argv[0]);
        return FALSE;
    }
    g_ptr_array_add(words, NULL);
    verb->words = (const char *const *)words->pdata;
    return TRUE;
}

static gboolean
run_row(const VerbRow *row, const Verb *verb, GError **error)
{
    Db *db = verb->office->db;
    if ((row->how & VERB_CHANGES) == 0)
        return row->run(verb, error);
    if (!db_begin(db, error))
        return FALSE;
    if (row->run(verb, error) && db_commit(db, error))
        return verb_done(verb, error);
    db_rollback(db);
    return FALSE;
}

static int
run(const SceauctlContext *context, const VerbRow *row, int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) options = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    int status = 0;
    Verb verb = {.options = options, .status = &status};
    if (!split(row, &verb, words, argc, argv, &error))
        return sceauctl_fail(argv[0], error);
    g_autoptr(SceauctlOffice) self = sceauctl_office_open(context, &error);
    if (self == NULL || ((row->how & VERB_TRUSTS) != 0 &&
                         !sceauctl_office_trust(self, &error)))
        return sceauctl_fail(argv[0], error);
    verb.office = &self->office;
    return run_row(row, &verb, &error) ? status
                                       : sceauctl_fail(argv[0], error);
}

int
verb_run(const SceauctlContext *context, const VerbRow *rows, int argc,
         char **argv)
{
    for (; argc >= 2 && rows->name != NULL; rows++)
        if (strcmp(argv[1], rows->name) == 0)
            return run(context, rows, argc, argv);
    fprintf(stderr, "sceauctl %s: unknown verb; see sceauctl help %s\n",
            argv[0], argv[0]);
    return 2;
}
