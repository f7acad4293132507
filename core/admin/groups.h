/*
 * Groups of accounts (O9). A group is of the whole site, and so are those who
 * make and remove one; who is in it is also for whoever reaches the account.
 */
#ifndef SCEAU_ADMIN_GROUPS_H
#define SCEAU_ADMIN_GROUPS_H

#include "core/admin/office.h"
#include "core/store/group.h"

/* Its id; 0 with error, as group_create(). */
gint64 groups_create(const Office *office, const char *name, GError **error);
/* With its policy lines, which hold for its members no longer. */
gboolean groups_remove(const Office *office, gint64 id, GError **error);

/* Inside the caller's transaction. */
gboolean groups_join(const Office *office, const Account *account,
                     gint64 group, GError **error);
/* By address (NULL at the end), in a transaction of their own: all of them,
 * or none. */
gboolean groups_add(const Office *office, gint64 group,
                    const char *const *addresses, GError **error);
gboolean groups_drop(const Office *office, gint64 group,
                     const char *const *addresses, GError **error);
/* As groups_add(), the group being made when there is none of that name. */
gboolean groups_fill(const Office *office, const char *name,
                     const char *const *addresses, GError **error);

#endif
