/*
 * What every act of an administrator or of helpdesk needs: who acts, from
 * where, when, and on what. The one place that says who may do what to whom
 * (role and domains), and the one way into the audit chain. Made by the page
 * layer for a request and by sceauctl for a command; nothing in it is owned.
 */
#ifndef SCEAU_ADMIN_OFFICE_H
#define SCEAU_ADMIN_OFFICE_H

#include "core/base/config.h"
#include "core/store/account.h"

struct Trust;

typedef struct {
    const Config *config;
    Db *db;
    GBytes *server_key;
    const struct Trust *trust; /* as this process has it; NULL: none loaded */
    const Account *who;        /* NULL: the terminal, which may do all */
    const char *actor;         /* for the audit: a login, "terminal:root" */
    const char *source;        /* network address, or "terminal" */
    gint64 now;
} Office;

/* APP_ERROR_FORBIDDEN unless who has this role or a higher one. */
gboolean office_need(const Office *office, Role least, GError **error);

/* The same, and who acts on accounts of this domain; NULL: on all of them
 * (site-wide settings, the authority). */
gboolean office_reach(const Office *office, Role least, const char *domain,
                      GError **error);

/* For lists: *scope is the account whose domains bound what is shown (store
 * modules take it so), 0 when it is everything. */
gboolean office_scope(const Office *office, gint64 *scope, GError **error);

/* The account, which must be within reach. APP_ERROR_NOT_FOUND for one that
 * is not there or not within reach: which of the two is not told. */
Account *office_account(const Office *office, Role least, gint64 id,
                        GError **error);
/* The same by address. */
Account *office_find(const Office *office, Role least, const char *address,
                     GError **error);

/* A row of the audit chain, inside the transaction of the act; account may be
 * NULL, and its address is then not the subject but subject is. */
gboolean office_note(const Office *office, const Account *account,
                     const char *subject, const char *act, const char *before,
                     const char *after, GError **error);

#endif
