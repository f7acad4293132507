#include "core/admin/policy_admin.h"

#include <string.h>

#include "core/base/error.h"
#include "core/store/group.h"
#include "core/store/policy_reach.h"

void
policy_place_free(PolicyPlace *place)
{
    if (place == NULL)
        return;
    g_free(place->subject);
    g_free(place->name);
    g_free(place);
}

static PolicyPlace *
place_new(PolicyScope scope, const char *subject, const char *name)
{
    PolicyPlace *place = g_new0(PolicyPlace, 1);
    place->scope = scope;
    place->subject = g_strdup(subject);
    place->name = g_strdup(name);
    return place;
}

static gboolean
is_number(const char *text, gint64 *out)
{
    guint64 number = 0;
    if (!g_ascii_string_to_unsigned(text, 10, 1, G_MAXINT64, &number, NULL))
        return FALSE;
    *out = (gint64)number;
    return TRUE;
}

static PolicyPlace *
domain_place(const Office *office, const char *typed, GError **error)
{
    g_autofree char *domain =
        policy_value(POLICY_ENCRYPT_DOMAINS, typed, NULL);
    if (domain == NULL || strchr(domain, ' ') != NULL) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                            "policy: this is no domain");
        return NULL;
    }
    if (!office_reach(office, ROLE_ADMINISTRATOR, domain, error))
        return NULL;
    return place_new(POLICY_DOMAIN, domain, domain);
}

static PolicyPlace *
group_place(const Office *office, const char *typed, GError **error)
{
    if (!office_reach(office, ROLE_ADMINISTRATOR, NULL, error))
        return NULL;
    gint64 id = 0;
    g_autoptr(Group) group = is_number(typed, &id)
                                 ? group_load(office->db, id, error)
                                 : group_find(office->db, typed, error);
    if (group == NULL)
        return NULL;
    g_autofree char *subject =
        g_strdup_printf("%" G_GINT64_FORMAT, group->id);
    return place_new(POLICY_GROUP, subject, group->name);
}

static PolicyPlace *
account_place(const Office *office, const char *typed, GError **error)
{
    gint64 id = 0;
    g_autoptr(Account) account =
        is_number(typed, &id)
            ? office_account(office, ROLE_ADMINISTRATOR, id, error)
            : office_find(office, ROLE_ADMINISTRATOR, typed, error);
    if (account == NULL)
        return NULL;
    g_autofree char *subject =
        g_strdup_printf("%" G_GINT64_FORMAT, account->id);
    return place_new(POLICY_ACCOUNT, subject, account->address);
}

PolicyPlace *
policy_admin_place(const Office *office, PolicyScope scope,
                   const char *subject, GError **error)
{
    switch (scope) {
    case POLICY_DOMAIN:
        return domain_place(office, subject, error);
    case POLICY_GROUP:
        return group_place(office, subject, error);
    case POLICY_ACCOUNT:
        return account_place(office, subject, error);
    case POLICY_BUILT_IN:
    case POLICY_SITE:
        break;
    }
    if (!office_reach(office, ROLE_ADMINISTRATOR, NULL, error))
        return NULL;
    return place_new(POLICY_SITE, "", "");
}

void
policy_sheet_free(PolicySheet *sheet)
{
    if (sheet == NULL)
        return;
    for (gsize i = 0; i < POLICY_LINES; i++)
        g_free(sheet->values[i]);
    g_free(sheet->state);
    g_free(sheet);
}

PolicySheet *
policy_admin_sheet(const Office *office, const PolicyPlace *place,
                   GError **error)
{
    g_autoptr(PolicySheet) sheet = g_new0(PolicySheet, 1);
    g_autoptr(GChecksum) state = g_checksum_new(G_CHECKSUM_SHA256);
    for (gsize i = 0; i < POLICY_LINES; i++) {
        g_autoptr(GError) why = NULL;
        sheet->values[i] = policy_get(office->db, place->scope,
                                      place->subject, (PolicyLine)i, &why);
        if (why != NULL) {
            g_propagate_error(error, g_steal_pointer(&why));
            return NULL;
        }
        const char *value = sheet->values[i] != NULL ? sheet->values[i] : "-";
        g_checksum_update(state, (const guchar *)value,
                          (gssize)strlen(value) + 1);
    }
    sheet->state = g_strdup(g_checksum_get_string(state));
    return g_steal_pointer(&sheet);
}

/* The value of an edit: NULL without error for no line. */
static gboolean
value_of(const PolicyEdit *edit, char **value, GError **error)
{
    g_autofree char *typed =
        g_strstrip(g_strdup(edit->typed != NULL ? edit->typed : ""));
    *value = NULL;
    if (*typed == '\0')
        return TRUE;
    *value = policy_value(edit->line, typed, error);
    return *value != NULL;
}

static void
effect_free(gpointer data)
{
    PolicyEffect *effect = data;
    g_free(effect->before);
    g_free(effect->after);
    g_free(effect);
}

void
policy_trial_free(PolicyTrial *trial)
{
    if (trial == NULL)
        return;
    g_clear_pointer(&trial->effects, g_ptr_array_unref);
    g_clear_pointer(&trial->names, g_ptr_array_unref);
    g_free(trial);
}

/* A trial while it is made. */
typedef struct {
    PolicyTrial *trial;
    GHashTable *accounts; /* ids */
    PolicyLine line;
} Trying;

static PolicyEffect *
effect_of(Trying *trying, const char *before, const char *after)
{
    GPtrArray *effects = trying->trial->effects;
    for (guint i = 0; i < effects->len; i++) {
        PolicyEffect *effect = g_ptr_array_index(effects, i);
        if (effect->line == trying->line &&
            g_strcmp0(effect->before, before) == 0 &&
            g_strcmp0(effect->after, after) == 0)
            return effect;
    }
    PolicyEffect *effect = g_new0(PolicyEffect, 1);
    effect->line = trying->line;
    effect->before = g_strdup(before);
    effect->after = g_strdup(after);
    g_ptr_array_add(effects, effect);
    return effect;
}

static gboolean
touched(gpointer user, gint64 id, const char *address, const char *before,
        const char *after, GError **error)
{
    Trying *trying = user;
    (void)error;
    effect_of(trying, before, after)->count++;
    if (!g_hash_table_add(trying->accounts, g_memdup2(&id, sizeof id)))
        return TRUE;
    PolicyTrial *trial = trying->trial;
    trial->touched++;
    if (trial->names->len < POLICY_TRIAL_NAMES)
        g_ptr_array_add(trial->names, g_strdup(address));
    return TRUE;
}

static gboolean
try_edit(const Office *office, const PolicyPlace *place,
         const PolicySheet *sheet, const PolicyEdit *edit, Trying *trying,
         GError **error)
{
    g_autofree char *value = NULL;
    if (!value_of(edit, &value, error))
        return FALSE;
    if (g_strcmp0(value, sheet->values[edit->line]) == 0)
        return TRUE;
    trying->trial->edits++;
    trying->line = edit->line;
    return policy_reach(office->db, place->scope, place->subject, edit->line,
                        value, touched, trying, error);
}

PolicyTrial *
policy_admin_try(const Office *office, const PolicyPlace *place,
                 const PolicyEdit *edits, gsize n, GError **error)
{
    g_autoptr(PolicySheet) sheet = policy_admin_sheet(office, place, error);
    if (sheet == NULL)
        return NULL;
    g_autoptr(PolicyTrial) trial = g_new0(PolicyTrial, 1);
    trial->effects = g_ptr_array_new_with_free_func(effect_free);
    trial->names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GHashTable) accounts =
        g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    Trying trying = {.trial = trial, .accounts = accounts};
    for (gsize i = 0; i < n; i++)
        if (!try_edit(office, place, sheet, &edits[i], &trying, error))
            return NULL;
    return g_steal_pointer(&trial);
}

static gboolean
note(const Office *office, const PolicyPlace *place, PolicyLine line,
     const char *before, const char *after, GError **error)
{
    g_autofree char *act =
        g_strconcat("policy-", policy_line_name(line), NULL);
    g_autofree char *subject =
        place->scope == POLICY_SITE
            ? g_strdup("site")
            : g_strdup_printf("%s %s", policy_scope_name(place->scope),
                              place->name);
    gint64 id = 0;
    g_autoptr(Account) account = NULL;
    if (place->scope == POLICY_ACCOUNT && is_number(place->subject, &id)) {
        account = account_load(office->db, id, error);
        if (account == NULL || !account_changed(office->db, id, error))
            return FALSE;
    }
    return office_note(office, account, subject, act, before, after, error);
}

static gboolean
set_one(const Office *office, const PolicyPlace *place,
        const PolicySheet *sheet, const PolicyEdit *edit, GError **error)
{
    g_autofree char *value = NULL;
    if (!value_of(edit, &value, error))
        return FALSE;
    const char *before = sheet->values[edit->line];
    if (g_strcmp0(value, before) == 0)
        return TRUE;
    return policy_save(office->db, place->scope, place->subject, edit->line,
                       value, office->now, error) &&
           (edit->line != POLICY_OPTION ||
            policy_settle(office->db, place->scope, place->subject, NULL,
                          error)) &&
           note(office, place, edit->line, before, value, error);
}

static gboolean
set_all(const Office *office, const PolicyPlace *place,
        const PolicyEdit *edits, gsize n, const char *state, GError **error)
{
    g_autoptr(PolicySheet) sheet = policy_admin_sheet(office, place, error);
    if (sheet == NULL)
        return FALSE;
    if (state != NULL && strcmp(state, sheet->state) != 0) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_CONFLICT,
                            "another administrator changed these lines");
        return FALSE;
    }
    for (gsize i = 0; i < n; i++)
        if (!set_one(office, place, sheet, &edits[i], error))
            return FALSE;
    return TRUE;
}

gboolean
policy_admin_set(const Office *office, const PolicyPlace *place,
                 const PolicyEdit *edits, gsize n, const char *state,
                 GError **error)
{
    if (!db_begin(office->db, error))
        return FALSE;
    if (set_all(office, place, edits, n, state, error) &&
        db_commit(office->db, error))
        return TRUE;
    db_rollback(office->db);
    return FALSE;
}
