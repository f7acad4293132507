/*
 * Accounts found among very many: by the beginnings of an address or of the
 * words of a name, by option, role, domain and suspension, in an order, a
 * page at a time. A page is never dearer than a few thousand rows.
 */
#ifndef SCEAU_STORE_ACCOUNT_SEARCH_H
#define SCEAU_STORE_ACCOUNT_SEARCH_H

#include "core/store/account.h"

typedef enum {
    ACCOUNT_BY_ADDRESS,
    ACCOUNT_BY_NAME, /* the address of who has none */
    ACCOUNT_BY_SEEN, /* who signed in last first */
} AccountOrder;

/* A NULL or empty text, or 0, asks for any. */
typedef struct {
    const char *words;  /* with an @: the beginning of an address */
    const char *option; /* "forbidden" … */
    const char *role;   /* role_name() */
    const char *domain;
    gint64 scope;       /* only the domains of this account's scope */
    gboolean suspended; /* only those */
    AccountOrder order;
    const char *after; /* AccountPage.next, or NULL: from the beginning */
    guint limit;
} AccountQuery;

typedef struct {
    GPtrArray *accounts; /* Account */
    char *next;          /* NULL: this was the last page */
} AccountPage;

void account_page_free(AccountPage *page);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AccountPage, account_page_free)

/* APP_ERROR_INPUT for an after that is none. */
AccountPage *account_search(Db *db, const AccountQuery *query,
                            GError **error);
/* All, or of the scope of an account. */
gint64 account_count(Db *db, gint64 scope, GError **error);
/* Domains of accounts, the first limit of them; scope as above. */
char **account_domains(Db *db, gint64 scope, guint limit, GError **error);

/* Writes down by which words an account is found. */
gboolean account_index(Db *db, gint64 id, const char *login, const char *name,
                       GError **error);

#endif
