/*
 * Groups of accounts, across domains: a list of people that policy lines are
 * laid down for ("direction", "finance": O9). A group's name is compared
 * without regard to case.
 */
#ifndef SCEAU_STORE_GROUP_H
#define SCEAU_STORE_GROUP_H

#include "core/store/account.h"

typedef struct {
    gint64 id, members;
    char *name;
} Group;

void group_free(Group *group);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Group, group_free)

/* Its id; 0 with APP_ERROR_CONFLICT for a name that is taken, APP_ERROR_INPUT
 * for one that is empty, too long or not to be read. */
gint64 group_create(Db *db, const char *name, gint64 now, GError **error);
/* With its policy lines; who was in it is settled by the caller. */
gboolean group_delete(Db *db, gint64 id, GError **error);
/* Its name alone, which costs no count. APP_ERROR_NOT_FOUND, as below, where
 * there is none. */
char *group_name(Db *db, gint64 id, GError **error);
Group *group_load(Db *db, gint64 id, GError **error);
Group *group_find(Db *db, const char *name, GError **error);
GPtrArray *group_list(Db *db, GError **error); /* Group, by name */
/* Those that an account is in. */
GPtrArray *group_of_account(Db *db, gint64 account, GError **error);

/* Already in, or not in, is fine; the caller settles the account. */
gboolean group_add(Db *db, gint64 group, gint64 account, GError **error);
gboolean group_drop(Db *db, gint64 group, gint64 account, GError **error);
/* Account, by address, from after (a login, or NULL) on; scope as in
 * AccountQuery. */
GPtrArray *group_members(Db *db, gint64 group, gint64 scope,
                         const char *after, guint limit, GError **error);

#endif
