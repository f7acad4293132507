/*
 * A key that was stolen (O10): the person says so, or helpdesk on the
 * person's word, in one act. From that moment no certificate of that key
 * signs for the account; what our authority issued is revoked. Only an
 * administrator takes it back.
 */
#ifndef SCEAU_ADMIN_THEFT_H
#define SCEAU_ADMIN_THEFT_H

#include "core/admin/office.h"

typedef struct {
    gboolean local;   /* one of them at least is of our authority */
    gboolean revoked; /* and every such one is revoked */
    /* What remains for the person: "other-authority" (have it revoked where
     * it came from), "later" (our authority could not be asked: it is done
     * when it answers), or NULL. Static. */
    const char *instructions;
} TheftOutcome;

/*
 * kid: one of the account's certificates, NULL for all. APP_ERROR_NOT_FOUND
 * when there is none such. Once more changes nothing, and asks our authority
 * again if it did not answer. The person is told unless it was them.
 */
gboolean theft_report(const Office *office, const Account *account,
                      const char *kid, TheftOutcome *out, GError **error);

/* An administrator, for a report that was wrong: the key signs again; a
 * certificate that was revoked stays so. APP_ERROR_CONFLICT if it was not
 * reported. */
gboolean theft_withdraw(const Office *office, const Account *account,
                        const char *kid, GError **error);
#endif
