/*
 * Helpdesk (B11, SEC-62): what may be seen of a person whom secure mail does
 * not serve, and the few acts that get them going again. What is not a member
 * here is not shown: no mail, no contacts, no address written to, no key.
 * Every act is a row of the audit and a notice to the person.
 */
#ifndef SCEAU_ADMIN_HELPDESK_H
#define SCEAU_ADMIN_HELPDESK_H

#include "core/admin/office.h"
#include "core/store/support_code.h"

#define HELPDESK_FOUND_MAX 20
#define HELPDESK_CODES_MAX 10

/* The account's own certificate: its dates, and what keeps it from signing.
 */
typedef struct {
    char *kid;
    gint64 not_before, not_after;
    char **problems; /* as signing_problems() */
    gboolean can_sign;
    gint64 stolen; /* when it was reported; 0: it was not */
} HelpdeskCertificate;

typedef struct {
    Account *account;
    GPtrArray *certificates; /* HelpdeskCertificate */
    GPtrArray *codes;        /* SupportCode: the last errors */
} HelpdeskView;

void helpdesk_view_free(HelpdeskView *view);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HelpdeskView, helpdesk_view_free)

/* Accounts within reach by the beginning of an address or of a name, at most
 * HELPDESK_FOUND_MAX. GPtrArray of Account. */
GPtrArray *helpdesk_find(const Office *office, const char *words,
                         GError **error);
HelpdeskView *helpdesk_view(const Office *office, gint64 account,
                            GError **error);

/*
 * What a code that somebody reads out stands for. APP_ERROR_INPUT when it was
 * misheard, APP_ERROR_NOT_FOUND for one that is not there, or no longer, or
 * of an account out of reach. *account, the caller's, is NULL of a code of
 * before sign-in.
 */
SupportCode *helpdesk_decode(const Office *office, const char *code,
                             Account **account, GError **error);

/* Auto again, and no last choice; keys and certificates stay. */
gboolean helpdesk_reset_preferences(const Office *office, gint64 account,
                                    GError **error);
/* The person's next page opens the guide to the first steps. */
gboolean helpdesk_guide(const Office *office, gint64 account, GError **error);
/* Forgets the correspondent's certificate that the code is about, so that it
 * is taken anew from the next signed message. APP_ERROR_CONFLICT when it is
 * there no more, APP_ERROR_INPUT when the code is about none. */
gboolean helpdesk_invalidate(const Office *office, const char *code,
                             GError **error);
#endif
