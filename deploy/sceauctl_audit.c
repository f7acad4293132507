/* sceauctl audit: the journal at a terminal. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "core/admin/journal.h"
#include "core/base/error.h"
#include "core/base/json.h"
#include "deploy/sceauctl_office.h"

#define LIST_MAX 100

typedef struct {
    AuditQuery query;
    gboolean json, csv;
} Options;

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

static gboolean
take_option(Options *options, int option, const char *value, GError **error)
{
    AuditQuery *query = &options->query;
    switch (option) {
    case 'a':
        query->actor = value;
        return TRUE;
    case 's':
        query->subject = value;
        return TRUE;
    case 'c':
        query->act = value;
        return TRUE;
    case 'f':
        return read_time(value, &query->from, error);
    case 'u':
        return read_time(value, &query->until, error);
    case 'n':
        return read_limit(value, &query->limit, error);
    case 'j':
        options->json = TRUE;
        return TRUE;
    case 'v':
        options->csv = TRUE;
        return TRUE;
    default:
        g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                            "unknown or incomplete option; see sceauctl "
                            "help audit");
        return FALSE;
    }
}

static gboolean
read_options(Options *options, int argc, char **argv, GError **error)
{
    static const struct option known[] = {
        {"actor", required_argument, NULL, 'a'},
        {"subject", required_argument, NULL, 's'},
        {"act", required_argument, NULL, 'c'},
        {"from", required_argument, NULL, 'f'},
        {"until", required_argument, NULL, 'u'},
        {"limit", required_argument, NULL, 'n'},
        {"json", no_argument, NULL, 'j'},
        {"csv", no_argument, NULL, 'v'},
        {NULL, 0, NULL, 0},
    };
    int option;
    opterr = 0;
    options->query.limit = LIST_MAX;
    while ((option = getopt_long(argc, argv, "", known, NULL)) >= 0)
        if (!take_option(options, option, optarg, error))
            return FALSE;
    if (optind == argc)
        return TRUE;
    g_autofree char *quoted = error_quote(argv[optind], -1, 40);
    g_set_error(error, APP_ERROR, APP_ERROR_INPUT, "what is \"%s\"?", quoted);
    return FALSE;
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

/* One value of a line; a tab or line end in it would make two of it. */
static void
print_value(const char *value, char after)
{
    g_autofree char *text =
        value != NULL ? g_utf8_make_valid(value, -1) : g_strdup("-");
    for (char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        if (g_unichar_iscntrl(c) || !g_unichar_isprint(c))
            putchar('?');
        else
            fwrite(p, 1, (gsize)(g_utf8_next_char(p) - p), stdout);
    }
    putchar(after);
}

static void
print_row(const AuditRow *row)
{
    g_autofree char *time = time_to_rfc3339(row->created);
    printf("%" G_GINT64_FORMAT "\t%s\t", row->id, time);
    print_value(row->actor, '\t');
    print_value(row->act, '\t');
    print_value(*row->subject != '\0' ? row->subject : NULL, '\t');
    print_value(row->before, '\t');
    print_value(row->after, '\n');
}

static int
list(const Office *office, const Options *options, GError **error)
{
    g_autoptr(GPtrArray) rows = journal_list(office, &options->query, error);
    if (rows == NULL)
        return 2;
    g_autoptr(Json) array = json_array_new();
    for (guint i = 0; i < rows->len; i++) {
        const AuditRow *row = g_ptr_array_index(rows, i);
        if (options->json)
            json_append(array, journal_json(row));
        else
            print_row(row);
    }
    if (!options->json)
        return 0;
    g_autofree char *text = json_write(array);
    puts(text);
    return 0;
}

static int export(const Office *office, const Options *options,
                  GError **error)
{
    JournalFormat format = options->json ? JOURNAL_JSON : JOURNAL_CSV;
    gboolean ok =
        journal_export(office, &options->query, format, print, NULL, error);
    return ok ? 0 : 2;
}

static int
verify(const Office *office, const Options *options, GError **error)
{
    AuditChain chain = {0};
    if (!journal_verify(office, 0, &chain, error))
        return 2;
    if (options->json) {
        g_autoptr(Json) json = json_object_new();
        json_set_bool(json, "whole", chain.bad == 0);
        json_set_int(json, "rows", chain.last);
        if (chain.bad != 0)
            json_set_int(json, "row", chain.bad);
        g_autofree char *text = json_write(json);
        puts(text);
    } else if (chain.bad == 0) {
        printf("whole: %" G_GINT64_FORMAT " rows\n", chain.last);
    } else {
        printf("broken at row %" G_GINT64_FORMAT
               ": it was changed, or rows are missing before it\n",
               chain.bad);
    }
    return chain.bad == 0 ? 0 : 1;
}

static const struct {
    const char *name;
    int (*run)(const Office *office, const Options *options, GError **error);
} acts[] = {{"list", list}, {"export", export}, {"verify", verify}};

int
sceauctl_audit(const SceauctlContext *context, int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    for (gsize i = 0; argc >= 2 && i < G_N_ELEMENTS(acts); i++) {
        if (strcmp(argv[1], acts[i].name) != 0)
            continue;
        Options options = {0};
        if (!read_options(&options, argc - 1, argv + 1, &error))
            return sceauctl_fail("audit", error);
        g_autoptr(SceauctlOffice) self =
            sceauctl_office_open(context, &error);
        int status =
            self != NULL ? acts[i].run(&self->office, &options, &error) : 2;
        return error != NULL ? sceauctl_fail("audit", error) : status;
    }
    fputs("usage: sceauctl audit list | export | verify [OPTION]...\n",
          stderr);
    return 2;
}
