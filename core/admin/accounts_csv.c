#include "core/admin/accounts_csv.h"

#include <string.h>

#include "core/admin/accounts.h"
#include "core/admin/groups.h"
#include "core/base/error.h"
#include "core/store/group.h"
#include "core/store/policy.h"

#define COLUMNS_MAX 3
#define SHOWN_MAX 80

static void
row_free(gpointer data)
{
    AccountsCsvRow *row = data;
    g_free(row->address);
    g_free(row->option);
    g_free(row);
}

static void
fault_free(gpointer data)
{
    AccountsCsvFault *fault = data;
    g_free(fault->text);
    g_free(fault);
}

void
accounts_csv_free(AccountsCsv *csv)
{
    if (csv == NULL)
        return;
    g_clear_pointer(&csv->rows, g_ptr_array_unref);
    g_clear_pointer(&csv->faults, g_ptr_array_unref);
    g_free(csv);
}

/* What is known while the lines are read. */
typedef struct {
    const Office *office;
    AccountsCsv *csv;
    GHashTable *seen;    /* addresses of before, lower case */
    GHashTable *domains; /* domain → "reach" or "" */
    GHashTable *groups;  /* name → id */
    char separator;
} Reading;

static void
reading_clear(Reading *reading)
{
    g_clear_pointer(&reading->seen, g_hash_table_unref);
    g_clear_pointer(&reading->domains, g_hash_table_unref);
    g_clear_pointer(&reading->groups, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reading, reading_clear)

/* A quoted column, as spreadsheets write one that needs none. */
static char *
column_of(const char *text)
{
    char *column = g_strstrip(g_strdup(text));
    gsize size = strlen(column);
    if (size >= 2 && column[0] == '"' && column[size - 1] == '"') {
        column[size - 1] = '\0';
        memmove(column, column + 1, size - 1);
    }
    return g_strstrip(column);
}

/* Who may not act on a domain is told per line; asked once per domain. */
static gboolean
reaches(Reading *reading, const char *domain, gboolean *yes, GError **error)
{
    const char *known = g_hash_table_lookup(reading->domains, domain);
    if (known == NULL) {
        g_autoptr(GError) why = NULL;
        known = "yes";
        if (!office_reach(reading->office, ROLE_ADMINISTRATOR, domain,
                          &why)) {
            if (!g_error_matches(why, APP_ERROR, APP_ERROR_FORBIDDEN)) {
                g_propagate_error(error, g_steal_pointer(&why));
                return FALSE;
            }
            known = "no";
        }
        g_hash_table_insert(reading->domains, g_strdup(domain),
                            (gpointer)(guintptr)known);
    }
    *yes = strcmp(known, "yes") == 0;
    return TRUE;
}

/* "reason", or NULL for an address that is fine. */
static gboolean
judge_address(Reading *reading, const char *address, const char **reason,
              GError **error)
{
    *reason = "address";
    if (!account_check_address(address, NULL))
        return TRUE;
    *reason = "twice";
    char *lower = g_ascii_strdown(address, -1);
    if (!g_hash_table_add(reading->seen, lower))
        return TRUE;
    gboolean within = FALSE;
    if (!reaches(reading, strchr(lower, '@') + 1, &within, error))
        return FALSE;
    *reason = within ? NULL : "reach";
    return TRUE;
}

static gint64
group_id(const Reading *reading, const char *name)
{
    g_autofree char *lower = g_utf8_strdown(name, -1);
    const gint64 *id = g_hash_table_lookup(reading->groups, lower);
    return id != NULL ? *id : 0;
}

/* The option and the group of a line whose address is fine. */
static const char *
judge_rest(const Reading *reading, AccountsCsvRow *row, const char *option,
           const char *group)
{
    if (*option != '\0') {
        row->option = g_ascii_strcasecmp(option, "inherit") == 0
                          ? g_strdup("inherit")
                          : policy_value(POLICY_OPTION, option, NULL);
        if (row->option == NULL)
            return "option";
    }
    if (*group != '\0') {
        row->group = group_id(reading, group);
        if (row->group == 0)
            return "group";
    }
    return *option == '\0' && *group == '\0' ? "option" : NULL;
}

static void
add_fault(Reading *reading, guint line, const char *reason, const char *text)
{
    AccountsCsvFault *fault = g_new0(AccountsCsvFault, 1);
    fault->line = line;
    fault->reason = reason;
    fault->text = error_quote(text, -1, SHOWN_MAX);
    g_ptr_array_add(reading->csv->faults, fault);
}

static gboolean
count_fresh(Reading *reading, const char *address, GError **error)
{
    g_autoptr(GError) why = NULL;
    g_autoptr(Account) known =
        account_find(reading->office->db, address, &why);
    if (why != NULL) {
        g_propagate_error(error, g_steal_pointer(&why));
        return FALSE;
    }
    if (known == NULL)
        reading->csv->fresh++;
    return TRUE;
}

static gboolean
read_columns(Reading *reading, guint line, const char *text,
             char *const *columns, guint n, GError **error)
{
    const char *reason = n < 2 || n > COLUMNS_MAX ? "columns" : NULL;
    if (reason == NULL && !judge_address(reading, columns[0], &reason, error))
        return FALSE;
    AccountsCsvRow *row = g_new0(AccountsCsvRow, 1);
    row->line = line;
    row->address = g_strdup(columns[0]);
    if (reason == NULL)
        reason =
            judge_rest(reading, row, columns[1], n > 2 ? columns[2] : "");
    if (reason == NULL) {
        g_ptr_array_add(reading->csv->rows, row);
        return count_fresh(reading, row->address, error);
    }
    row_free(row);
    add_fault(reading, line, reason, text);
    return TRUE;
}

static gboolean
is_heading(guint line, const char *first)
{
    return line == 1 && strchr(first, '@') == NULL &&
           (g_ascii_strcasecmp(first, "address") == 0 ||
            g_ascii_strcasecmp(first, "adresse") == 0);
}

static gboolean
read_line(Reading *reading, guint line, const char *text, GError **error)
{
    const char separator[] = {reading->separator, '\0'};
    g_auto(GStrv) parts = g_strsplit(text, separator, COLUMNS_MAX + 2);
    guint n = g_strv_length(parts);
    for (guint i = 0; i < n; i++) {
        char *column = column_of(parts[i]);
        g_free(parts[i]);
        parts[i] = column;
    }
    /* A separator at the end makes no column. */
    while (n > 2 && *parts[n - 1] == '\0')
        n--;
    if (n == 0 || (n == 1 && *parts[0] == '\0') || is_heading(line, parts[0]))
        return TRUE;
    return read_columns(reading, line, text, parts, n, error);
}

static char
separator_of(const char *text)
{
    gsize end = strcspn(text, "\r\n");
    gsize at = strcspn(text, ",;\t");
    return at < end ? text[at] : ',';
}

/* The text of the file, without a byte order mark. */
static char *
text_of(GBytes *file, GError **error)
{
    gsize size;
    const char *data = g_bytes_get_data(file, &size);
    if (size > ACCOUNTS_CSV_MAX_BYTES) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_TOO_LARGE,
                            "list: longer than 2 MiB");
        return NULL;
    }
    if (size >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0) {
        data += 3;
        size -= 3;
    }
    if (size > 0 && g_utf8_validate_len(data, size, NULL))
        return g_strndup(data, size);
    g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                        "list: empty, or not a text in UTF-8");
    return NULL;
}

static gboolean
load_groups(Reading *reading, GError **error)
{
    g_autoptr(GPtrArray) groups = group_list(reading->office->db, error);
    if (groups == NULL)
        return FALSE;
    for (guint i = 0; i < groups->len; i++) {
        const Group *group = g_ptr_array_index(groups, i);
        g_hash_table_insert(reading->groups, g_strdup(group->name),
                            g_memdup2(&group->id, sizeof group->id));
    }
    return TRUE;
}

static gboolean
read_lines(Reading *reading, const char *text, GError **error)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", ACCOUNTS_CSV_MAX_LINES + 1);
    if (g_strv_length(lines) > ACCOUNTS_CSV_MAX_LINES) {
        g_set_error(error, APP_ERROR, APP_ERROR_TOO_LARGE,
                    "list: more than %d lines", ACCOUNTS_CSV_MAX_LINES);
        return FALSE;
    }
    for (guint i = 0; lines[i] != NULL; i++)
        if (!read_line(reading, i + 1, g_strchomp(lines[i]), error))
            return FALSE;
    const AccountsCsv *csv = reading->csv;
    if (csv->rows->len + csv->faults->len > 0)
        return TRUE;
    g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                        "list: there is no line in it");
    return FALSE;
}

AccountsCsv *
accounts_csv_read(const Office *office, GBytes *file, GError **error)
{
    if (!office_need(office, ROLE_ADMINISTRATOR, error))
        return NULL;
    g_autofree char *text = text_of(file, error);
    if (text == NULL)
        return NULL;
    g_autoptr(AccountsCsv) csv = g_new0(AccountsCsv, 1);
    csv->rows = g_ptr_array_new_with_free_func(row_free);
    csv->faults = g_ptr_array_new_with_free_func(fault_free);
    g_auto(Reading) reading = {
        .office = office,
        .csv = csv,
        .seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
        .domains =
            g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
        .groups =
            g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
        .separator = separator_of(text),
    };
    if (!load_groups(&reading, error) || !read_lines(&reading, text, error))
        return NULL;
    return g_steal_pointer(&csv);
}

static gboolean
apply_row(const Office *office, const AccountsCsvRow *row, GError **error)
{
    g_autoptr(Account) account = accounts_ensure(office, row->address, error);
    if (account == NULL)
        return FALSE;
    if (row->group != 0 && !groups_join(office, account, row->group, error))
        return FALSE;
    return row->option == NULL ||
           accounts_set_option(office, account, row->option, error);
}

gboolean
accounts_csv_apply(const Office *office, const AccountsCsv *csv,
                   GError **error)
{
    if (!db_begin(office->db, error))
        return FALSE;
    gboolean fine = TRUE;
    for (guint i = 0; fine && i < csv->rows->len; i++)
        fine = apply_row(office, g_ptr_array_index(csv->rows, i), error);
    if (fine && db_commit(office->db, error))
        return TRUE;
    db_rollback(office->db);
    return FALSE;
}

const char *
accounts_csv_reason(const char *reason)
{
    static const struct {
        const char *code, *words;
    } reasons[] = {
        {"columns", "not of the form address,option[,group]"},
        {"address", "the address is none"},
        {"option",
         "the option is not forbidden, allowed, pre-enabled or inherit"},
        {"group", "there is no such group"},
        {"twice", "the address stands in an earlier line too"},
        {"reach", "an address of another domain than yours"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(reasons); i++)
        if (strcmp(reasons[i].code, reason) == 0)
            return reasons[i].words;
    return reason;
}
