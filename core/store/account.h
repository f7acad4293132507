/*
 * Accounts: made at the first sign-in or by `sceauctl account allow`. Secure
 * mail is on when the administrator allows it (S1, by a line of the policy)
 * and the person ticked it (Z8). An account's addresses are those it may
 * write From (T15): its login address and aliases.
 */
#ifndef SCEAU_STORE_ACCOUNT_H
#define SCEAU_STORE_ACCOUNT_H

#include "core/store/db.h"

typedef enum { ROLE_STAFF, ROLE_HELPDESK, ROLE_ADMINISTRATOR } Role;

typedef struct {
    gint64 id;
    char *login;       /* the mail server's user name, lower case */
    char *address;     /* main address */
    char *name;        /* display name or NULL */
    char *language;    /* "fr", "en" or NULL: Accept-Language */
    gboolean allowed;  /* the option is offered: the administrator's word */
    gboolean enabled;  /* the option is ticked: the person's */
    char *mode;        /* "assisted"; "sealed" later (DESIGN §3) */
    char *last_choice; /* a protection: remembered (Auto) or NULL */
    char *preference;  /* "auto", or a protection to begin with (Z21) */
    gint64 warned;     /* when the warnings were accepted, 0: never (Z4) */
    Role role;
    char *domain;       /* of address, lower case */
    gboolean suspended; /* may not sign in */
    gint64 seen;        /* last sign-in, 0: never */
    char *option;       /* what the policy comes to: "forbidden", "allowed" or
                           "pre-enabled"; allowed follows it */
    gint64 version;     /* of what administrators set */
} Account;

void account_free(Account *account);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Account, account_free)

/* Allowed and ticked: what keys, signing and encrypting ask for. */
gboolean account_is_secure(const Account *account);
/* The same; if not, APP_ERROR_FORBIDDEN says whether the administrator or the
 * person could change that. account may be NULL. */
gboolean account_need_secure(const Account *account, GError **error);

const char *role_name(Role role); /* "staff", "helpdesk", "administrator" */
/* APP_ERROR_INPUT for a name of nothing. */
gboolean role_from_name(const char *name, Role *out, GError **error);
/* This role or a higher one. */
gboolean account_has_role(const Account *account, Role least);
/* Does it act on accounts of this domain (NULL: on all)? Roles are asked
 * elsewhere. */
gboolean account_reaches(Db *db, gint64 id, const char *domain,
                         gboolean *reaches, GError **error);
/* Ends its sessions: a role is taken up at a sign-in (SEC-45). domains:
 * NULL-terminated; empty or NULL: all. */
gboolean account_set_role(Db *db, gint64 id, Role role,
                          const char *const *domains, GError **error);
/* The domains it acts on; empty: all. Free with g_strfreev. */
char **account_scope(Db *db, gint64 id, GError **error);
/* Ends its sessions too. */
gboolean account_set_suspended(Db *db, gint64 id, gboolean suspended,
                               GError **error);
gboolean account_set_seen(Db *db, gint64 id, gint64 now, GError **error);

Account *account_load(Db *db, gint64 id, GError **error);
/* Finds by login, or makes one, with the option that the policy gives. */
Account *account_ensure(Db *db, const char *login, const char *address,
                        gint64 now, GError **error);
/* NULL without error when there is none. */
Account *account_find(Db *db, const char *login, GError **error);
/* Sets the account's own line of the policy; an address that is unknown and
 * allowed becomes an account. */
gboolean account_set_allowed(Db *db, const char *address, gboolean allowed,
                             gint64 now, GError **error);
/* An administrator names people whom the mail server knows: a word without a
 * domain, or two of them, is APP_ERROR_INPUT. */
gboolean account_check_address(const char *address, GError **error);
/* One more change; APP_ERROR_CONFLICT when it was not at version any more.
 */
gboolean account_next_version(Db *db, gint64 id, gint64 version,
                              GError **error);
/* The same, whatever version it was at. */
gboolean account_changed(Db *db, gint64 id, GError **error);
GPtrArray *account_list(Db *db, GError **error); /* Account */
gboolean account_set_language(Db *db, gint64 id, const char *language,
                              GError **error);
gboolean account_set_choice(Db *db, gint64 id, const char *choice,
                            GError **error);
gboolean account_set_enabled(Db *db, gint64 id, gboolean enabled,
                             GError **error);
gboolean account_set_preference(Db *db, gint64 id, const char *preference,
                                GError **error);
gboolean account_set_warned(Db *db, gint64 id, gint64 now, GError **error);
gboolean account_set_name(Db *db, gint64 id, const char *name,
                          GError **error);
#endif
