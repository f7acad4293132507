#include "core/admin/journal.h"

#include <string.h>

#include "core/base/error.h"

#define PIECE 500

GPtrArray *
journal_list(const Office *office, const AuditQuery *query, GError **error)
{
    AuditQuery within = *query;
    if (!office_need(office, ROLE_ADMINISTRATOR, error) ||
        !office_scope(office, &within.scope, error))
        return NULL;
    if (within.account == 0 || within.scope == 0)
        return audit_list(office->db, &within, error);
    /* One account's rows are chosen by it alone: is it within reach? */
    g_autoptr(Account) account =
        office_account(office, ROLE_ADMINISTRATOR, within.account, error);
    return account != NULL ? audit_list(office->db, &within, error) : NULL;
}

GPtrArray *
journal_own(const Office *office, gint64 before_id, guint limit,
            GError **error)
{
    g_assert(office->who != NULL);
    const AuditQuery query = {
        .account = office->who->id, .before_id = before_id, .limit = limit};
    return audit_list(office->db, &query, error);
}

gboolean
journal_verify(const Office *office, gint64 newest, AuditChain *chain,
               GError **error)
{
    return office_need(office, ROLE_ADMINISTRATOR, error) &&
           audit_verify(office->db, newest, chain, error);
}

static void
csv_value(GString *out, const char *value, gboolean last)
{
    const char *text = value != NULL ? value : "";
    g_string_append_c(out, '"');
    if (*text != '\0' && strchr("=+-@\t\r", *text) != NULL)
        g_string_append_c(out, '\'');
    for (; *text != '\0'; text++) {
        if (*text == '"')
            g_string_append_c(out, '"');
        g_string_append_c(out, *text);
    }
    g_string_append(out, last ? "\"\r\n" : "\",");
}

static void
csv_row(GString *out, const AuditRow *row)
{
    g_autofree char *time = time_to_rfc3339(row->created);
    const char *const values[] = {
        time,         row->actor,  row->source, row->act,
        row->subject, row->before, row->after,  row->hash,
    };
    g_string_append_printf(out, "%" G_GINT64_FORMAT ",", row->id);
    for (gsize i = 0; i < G_N_ELEMENTS(values); i++)
        csv_value(out, values[i], i + 1 == G_N_ELEMENTS(values));
}

Json *
journal_json(const AuditRow *row)
{
    Json *json = json_object_new();
    json_set_int(json, "id", row->id);
    json_set_time(json, "time", row->created);
    json_set_text(json, "actor", row->actor);
    json_set_text(json, "source", row->source);
    json_set_text(json, "act", row->act);
    json_set_text(json, "subject", row->subject);
    json_set_text(json, "before", row->before);
    json_set_text(json, "after", row->after);
    json_set_text(json, "hash", row->hash);
    return json;
}

static void
json_row(GString *out, const AuditRow *row)
{
    g_autoptr(Json) json = journal_json(row);
    g_autofree char *line = json_write(json);
    g_string_append(out, line);
    g_string_append_c(out, '\n');
}

static GString *
piece_of(const GPtrArray *rows, JournalFormat format)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < rows->len; i++) {
        const AuditRow *row = g_ptr_array_index(rows, i);
        if (format == JOURNAL_CSV)
            csv_row(out, row);
        else
            json_row(out, row);
    }
    return out;
}

gboolean
journal_export(const Office *office, const AuditQuery *query,
               JournalFormat format, JournalWrite write, gpointer user,
               GError **error)
{
    static const char names[] =
        "id,time,actor,source,act,subject,before,after,hash\r\n";
    AuditQuery piece = *query;
    piece.limit = PIECE;
    gboolean begun = format != JOURNAL_CSV;
    for (;;) {
        g_autoptr(GPtrArray) rows = journal_list(office, &piece, error);
        if (rows == NULL)
            return FALSE;
        /* Nothing is written before it is known that one may look. */
        if (!begun && !write(user, names, strlen(names), error))
            return FALSE;
        begun = TRUE;
        if (rows->len == 0)
            return TRUE;
        g_autoptr(GString) text = piece_of(rows, format);
        if (!write(user, text->str, text->len, error))
            return FALSE;
        const AuditRow *last = g_ptr_array_index(rows, rows->len - 1);
        piece.before_id = last->id;
    }
}
