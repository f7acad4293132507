/* sceauctl account import: a list of accounts. */
#include <stdio.h>

#include "core/admin/accounts_csv.h"
#include "deploy/sceauctl_file.h"
#include "deploy/sceauctl_words.h"

static Json *
faults_json(const AccountsCsv *csv)
{
    Json *list = json_array_new();
    for (guint i = 0; i < csv->faults->len; i++) {
        const AccountsCsvFault *fault = g_ptr_array_index(csv->faults, i);
        Json *json = json_object_new();
        json_set_int(json, "line", fault->line);
        json_set_text(json, "reason", fault->reason);
        json_set_text(json, "text", fault->text);
        json_append(list, json);
    }
    return list;
}

static gboolean
print_json(const AccountsCsv *csv, gboolean applied, GError **error)
{
    g_autoptr(Json) json = json_object_new();
    json_set_int(json, "good", csv->rows->len);
    json_set_int(json, "new", csv->fresh);
    json_set_bool(json, "applied", applied);
    json_set(json, "faults", faults_json(csv));
    return verb_print(json, error);
}

static void
print_faults(const AccountsCsv *csv)
{
    for (guint i = 0; i < csv->faults->len; i++) {
        const AccountsCsvFault *fault = g_ptr_array_index(csv->faults, i);
        fprintf(stderr, "line %u: %s: %s\n", fault->line,
                accounts_csv_reason(fault->reason), fault->text);
    }
}

/* Applied when every line is good, or when that was asked for. */
gboolean
sceauctl_account_import(const Verb *verb, GError **error)
{
    g_autoptr(GBytes) file = sceauctl_read(verb->words[0], NULL, error);
    g_autoptr(AccountsCsv) csv =
        file != NULL ? accounts_csv_read(verb->office, file, error) : NULL;
    if (csv == NULL)
        return FALSE;
    gboolean all = csv->faults->len == 0;
    gboolean apply = csv->rows->len > 0 &&
                     (all || verb_option(verb, "apply-good") != NULL);
    if (apply && !accounts_csv_apply(verb->office, csv, error))
        return FALSE;
    if (!all)
        *verb->status = 1;
    if (verb->json)
        return print_json(csv, apply, error);
    print_faults(csv);
    printf("%u good lines, %u of them of new accounts, %s\n", csv->rows->len,
           csv->fresh,
           apply ? "applied"
                 : "not applied: mend the others, or "
                   "--apply-good");
    return TRUE;
}
