#include "core/admin/groups.h"

#include "core/admin/accounts.h"
#include "core/base/error.h"
#include "core/store/policy.h"

static gboolean
finish(const Office *office, gboolean fine, GError **error)
{
    if (fine && db_commit(office->db, error))
        return TRUE;
    db_rollback(office->db);
    return FALSE;
}

static gint64
create(const Office *office, const char *name, GError **error)
{
    if (!office_reach(office, ROLE_ADMINISTRATOR, NULL, error))
        return 0;
    gint64 id = group_create(office->db, name, office->now, error);
    g_autoptr(Group) group =
        id != 0 ? group_load(office->db, id, error) : NULL;
    gboolean fine =
        group != NULL && office_note(office, NULL, group->name,
                                     "group-create", NULL, NULL, error);
    return fine ? id : 0;
}

gint64
groups_create(const Office *office, const char *name, GError **error)
{
    if (!db_begin(office->db, error))
        return 0;
    gint64 id = create(office, name, error);
    return finish(office, id != 0, error) ? id : 0;
}

/* The lines go with the group: who was in it is settled without them. */
static gboolean
drop_lines(const Office *office, gint64 id, GError **error)
{
    g_autofree char *subject = g_strdup_printf("%" G_GINT64_FORMAT, id);
    for (gsize line = 0; line < POLICY_LINES; line++)
        if (!policy_save(office->db, POLICY_GROUP, subject, (PolicyLine)line,
                         NULL, office->now, error))
            return FALSE;
    return policy_settle(office->db, POLICY_GROUP, subject, NULL, error);
}

static gboolean
remove_group(const Office *office, gint64 id, GError **error)
{
    g_autoptr(Group) group = group_load(office->db, id, error);
    return group != NULL && drop_lines(office, id, error) &&
           group_delete(office->db, id, error) &&
           office_note(office, NULL, group->name, "group-remove", NULL, NULL,
                       error);
}

gboolean
groups_remove(const Office *office, gint64 id, GError **error)
{
    return office_reach(office, ROLE_ADMINISTRATOR, NULL, error) &&
           db_begin(office->db, error) &&
           finish(office, remove_group(office, id, error), error);
}

/* account is in the group now, or no longer. */
static gboolean
settle(const Office *office, const Account *account, const char *group,
       gboolean in, GError **error)
{
    g_autofree char *subject =
        g_strdup_printf("%" G_GINT64_FORMAT, account->id);
    return policy_settle(office->db, POLICY_ACCOUNT, subject, NULL, error) &&
           accounts_tell(office, account, error) &&
           office_note(office, account, NULL,
                       in ? "group-join" : "group-leave", in ? NULL : group,
                       in ? group : NULL, error);
}

gboolean
groups_join(const Office *office, const Account *account, gint64 group,
            GError **error)
{
    g_autofree char *name = group_name(office->db, group, error);
    if (name == NULL || !group_add(office->db, group, account->id, error))
        return FALSE;
    /* It was in it. */
    if (db_changes(office->db) == 0)
        return TRUE;
    return settle(office, account, name, TRUE, error);
}

static gboolean
leave(const Office *office, const Account *account, gint64 group,
      GError **error)
{
    g_autofree char *name = group_name(office->db, group, error);
    if (name == NULL || !group_drop(office->db, group, account->id, error))
        return FALSE;
    if (db_changes(office->db) == 0)
        return TRUE;
    return settle(office, account, name, FALSE, error);
}

typedef gboolean (*Move)(const Office *office, const Account *account,
                         gint64 group, GError **error);

static gboolean
move_all(const Office *office, gint64 group, const char *const *addresses,
         Move move, GError **error)
{
    for (; *addresses != NULL; addresses++) {
        g_autoptr(Account) account =
            office_find(office, ROLE_ADMINISTRATOR, *addresses, error);
        if (account == NULL || !move(office, account, group, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
groups_add(const Office *office, gint64 group, const char *const *addresses,
           GError **error)
{
    return db_begin(office->db, error) &&
           finish(office,
                  move_all(office, group, addresses, groups_join, error),
                  error);
}

gboolean
groups_drop(const Office *office, gint64 group, const char *const *addresses,
            GError **error)
{
    return db_begin(office->db, error) &&
           finish(office, move_all(office, group, addresses, leave, error),
                  error);
}

/* The group's id, made when it is not there; 0 with error. */
static gint64
find_or_create(const Office *office, const char *name, GError **error)
{
    g_autoptr(GError) why = NULL;
    g_autoptr(Group) group = group_find(office->db, name, &why);
    if (group != NULL)
        return group->id;
    if (g_error_matches(why, APP_ERROR, APP_ERROR_NOT_FOUND))
        return create(office, name, error);
    g_propagate_error(error, g_steal_pointer(&why));
    return 0;
}

gboolean
groups_fill(const Office *office, const char *name,
            const char *const *addresses, GError **error)
{
    if (!db_begin(office->db, error))
        return FALSE;
    gint64 id = find_or_create(office, name, error);
    gboolean fine =
        id != 0 && move_all(office, id, addresses, groups_join, error);
    return finish(office, fine, error);
}
