/*
 * People's rights: all that is kept about one person, given out in one file
 * and deleted; by the person, who needs no role for it, and by an
 * administrator within their domains. Says what stays and why.
 */
#ifndef SCEAU_ADMIN_RIGHTS_H
#define SCEAU_ADMIN_RIGHTS_H

#include "core/admin/office.h"
#include "core/base/json.h"

/* What it would be wrong to delete, or is not here to be deleted. what and
 * why are texts to be translated. */
typedef struct {
    const char *code, *what, *why;
} RightsNote;

/* What stays after a deletion; NULL code at the end. */
const RightsNote *rights_stays(void);
/* What is not in an export because it is not ours to give. */
const RightsNote *rights_elsewhere(void);

/* The account, for whoever may do this to it: its person, or an
 * administrator. APP_ERROR_NOT_FOUND for anybody else's. */
Account *rights_account(const Office *office, gint64 id, GError **error);

/* Why it cannot be deleted yet: "outbox" (messages have not left), "role"
 * (take it first), "suspended" (a deletion would lift it). NULL-terminated
 * and static texts; free the array alone. */
const char **rights_obstacles(const Office *office, const Account *account,
                              GError **error);

typedef const char *(*RightsSay)(gconstpointer user, const char *english);

/* JSON to be read by a person and by programs; say translates the notes, NULL
 * leaves them in English. Noted in the journal. */
char *rights_export(const Office *office, gint64 id, RightsSay say,
                    gconstpointer user, GError **error);

/*
 * typed must be the address: APP_ERROR_INPUT. APP_ERROR_CONFLICT while there
 * is an obstacle. Signs the person out everywhere.
 */
gboolean rights_delete(const Office *office, gint64 id, const char *typed,
                       GError **error);

#endif
