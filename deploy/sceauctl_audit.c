/* sceauctl audit: the journal at a terminal. */
#include <stdio.h>
#include <string.h>

#include "core/admin/journal.h"
#include "core/base/error.h"
#include "deploy/sceauctl_words.h"

#define LIST_MAX 100

/* "2026-11-25", its first second in UTC, or a whole RFC 3339 time. */
static gboolean
read_time(const char *text, gint64 *out, GError **error)
{
    g_autofree char *whole = strlen(text) == 10
                                 ? g_strconcat(text, "T00:00:00Z", NULL)
                                 : g_strdup(text);
    if (time_from_rfc3339(whole, out))
        return TRUE;
    g_autofree char *quoted = error_quote(text, -1, 40);
    g_set_error(error, APP_ERROR, APP_ERROR_INPUT,
                "%s: not a day like 2026-11-25", quoted);
    return FALSE;
}

static gboolean
read_limit(const char *text, guint *out, GError **error)
{
    guint64 number = 0;
    if (!g_ascii_string_to_unsigned(text, 10, 1, 100000, &number, NULL)) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                            "--limit: not a number from 1 to 100000");
        return FALSE;
    }
    *out = (guint)number;
    return TRUE;
}

/* The rows that the options ask for. */
static gboolean
read_query(const Verb *verb, AuditQuery *query, GError **error)
{
    const char *from = verb_option(verb, "from");
    const char *until = verb_option(verb, "until");
    const char *limit = verb_option(verb, "limit");
    *query = (AuditQuery){.actor = verb_option(verb, "actor"),
                          .subject = verb_option(verb, "subject"),
                          .act = verb_option(verb, "act"),
                          .limit = LIST_MAX};
    return (from == NULL || read_time(from, &query->from, error)) &&
           (until == NULL || read_time(until, &query->until, error)) &&
           (limit == NULL || read_limit(limit, &query->limit, error));
}

static gboolean
print(gpointer user, const char *text, gsize size, GError **error)
{
    if (fwrite(text, 1, size, stdout) == size)
        return TRUE;
    g_set_error_literal(error, APP_ERROR, APP_ERROR_FILE,
                        "standard output cannot be written");
    return FALSE;
}

static void
print_row(const AuditRow *row)
{
    g_autofree char *time = time_to_rfc3339(row->created);
    printf("%" G_GINT64_FORMAT "\t%s\t", row->id, time);
    verb_print_value(row->actor, '\t');
    verb_print_value(row->act, '\t');
    verb_print_value(*row->subject != '\0' ? row->subject : NULL, '\t');
    verb_print_value(row->before, '\t');
    verb_print_value(row->after, '\n');
}

static gboolean
list(const Verb *verb, GError **error)
{
    AuditQuery query;
    if (!read_query(verb, &query, error))
        return FALSE;
    g_autoptr(GPtrArray) rows = journal_list(verb->office, &query, error);
    if (rows == NULL)
        return FALSE;
    g_autoptr(Json) array = json_array_new();
    for (guint i = 0; i < rows->len; i++) {
        const AuditRow *row = g_ptr_array_index(rows, i);
        if (verb->json)
            json_append(array, journal_json(row));
        else
            print_row(row);
    }
    return !verb->json || verb_print(array, error);
}

static gboolean export(const Verb *verb, GError **error)
{
    AuditQuery query;
    return read_query(verb, &query, error) &&
           journal_export(verb->office, &query,
                          verb->json ? JOURNAL_JSON : JOURNAL_CSV, print,
                          NULL, error);
}

static gboolean
verify(const Verb *verb, GError **error)
{
    AuditChain chain = {0};
    if (!journal_verify(verb->office, 0, &chain, error))
        return FALSE;
    if (chain.bad != 0)
        *verb->status = 1;
    if (verb->json) {
        g_autoptr(Json) json = json_object_new();
        json_set_bool(json, "whole", chain.bad == 0);
        json_set_int(json, "rows", chain.last);
        if (chain.bad != 0)
            json_set_int(json, "row", chain.bad);
        return verb_print(json, error);
    }
    if (chain.bad == 0)
        printf("whole: %" G_GINT64_FORMAT " rows\n", chain.last);
    else
        printf("broken at row %" G_GINT64_FORMAT
               ": it was changed, or rows are missing before it\n",
               chain.bad);
    return TRUE;
}

#define ROWS "actor= subject= act= from= until= limit= "

int
sceauctl_audit(const SceauctlContext *context, int argc, char **argv)
{
    static const VerbRow rows[] = {
        {"list", 0, 0, ROWS, list, 0},
        {"export", 0, 0, ROWS "csv", export, 0},
        {"verify", 0, 0, "", verify, 0},
        {NULL, 0, 0, NULL, NULL, 0},
    };
    return verb_run(context, rows, argc, argv);
}
