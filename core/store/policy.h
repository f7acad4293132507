/*
 * Policy lines: what administrators lay down for the site, a domain, a group
 * or one account (S8). The nearest line counts: account before group before
 * domain before site before what is built in; of several groups the
 * strictest. Knows values and where they come from; who may set them is
 * core/admin/policy's to say. `account.option` and `account.allowed` follow
 * the lines: whatever changes one calls policy_settle in its transaction.
 */
#ifndef SCEAU_STORE_POLICY_H
#define SCEAU_STORE_POLICY_H

#include "core/store/account.h"

typedef enum {
    POLICY_OPTION,           /* "forbidden", "allowed", "pre-enabled" */
    POLICY_SIGN_ALWAYS,      /* "yes", "no" */
    POLICY_ENCRYPT_POSSIBLE, /* "yes", "no" */
    POLICY_ENCRYPT_DOMAINS,  /* domains, with spaces between */
    POLICY_UNSIGNED_DOMAINS, /* never send unsigned to these */
    POLICY_IDLE_MINUTES,
    POLICY_MIN_RSA,
    POLICY_MIN_EC,
    POLICY_FLOOR_RSA,
    POLICY_FLOOR_EC,
    POLICY_TLS,
    POLICY_LINES
} PolicyLine;

typedef enum {
    POLICY_BUILT_IN, /* no line */
    POLICY_SITE,
    POLICY_DOMAIN,
    POLICY_GROUP,
    POLICY_ACCOUNT
} PolicyScope;

/* "sign-always"; a line's name in commands, pages and the audit. */
const char *policy_line_name(PolicyLine line);
gboolean policy_line_from_name(const char *name, PolicyLine *out,
                               GError **error);
const char *policy_scope_name(PolicyScope scope); /* "built-in", "site" … */
/* All but "built-in". */
gboolean policy_scope_from_name(const char *name, PolicyScope *out,
                                GError **error);
/* A value as it is kept: lower case, one space between, sorted. NULL with
 * APP_ERROR_INPUT, whose message says what the line takes. */
char *policy_value(PolicyLine line, const char *typed, GError **error);
/* Of the values that two groups have, what a member of both is held to. */
char *policy_strictest(PolicyLine line, const char *one, const char *other);

/* What holds for one account. A number 0 is: as the configuration has it;
 * another only ever tightens it (policy_bits, policy_minutes). */
typedef struct {
    char *option;
    gboolean sign_always;
    gboolean encrypt_when_possible;
    char **encrypt_domains;   /* strv, never NULL */
    char **never_unsigned_to; /* strv, never NULL */
    guint idle_minutes;
    guint min_rsa_bits, min_ec_bits;
    guint floor_rsa_bits, floor_ec_bits;
    gboolean tls_required;
    struct {
        PolicyScope scope;
        char *subject; /* domain, name of the group, address; or NULL */
        char *value;   /* as kept; NULL: built in */
    } origin[POLICY_LINES];
} Policy;

Policy *policy_effective(Db *db, const Account *account, GError **error);
void policy_free(Policy *policy);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Policy, policy_free)

/* The line idle-minutes alone, for every request; 0: none. */
gboolean policy_idle(Db *db, gint64 account, guint *minutes, GError **error);

/* The longer of the configured size and the policy's. */
guint policy_bits(guint configured, guint policy);
/* The shorter of the configured time and the policy's (0: none). */
guint policy_minutes(guint configured, guint policy);
/* Is the domain of address one of domains, or below one? */
gboolean policy_names_domain(char *const *domains, const char *address);

/* A line as it is set. subject: "" for the site, a domain, a group's id or
 * an account's. value NULL removes the line. Followed by policy_settle. */
gboolean policy_save(Db *db, PolicyScope scope, const char *subject,
                     PolicyLine line, const char *value, gint64 now,
                     GError **error);
/* The value or NULL, without error where there is none. */
char *policy_get(Db *db, PolicyScope scope, const char *subject,
                 PolicyLine line, GError **error);

typedef struct {
    PolicyScope scope;
    char *subject; /* as policy_save takes it */
    char *name;    /* as a person reads it */
    PolicyLine line;
    char *value;
} PolicyRow;

void policy_row_free(PolicyRow *row);
/* PolicyRow, by scope, name and line; those of one account are left out
 * unless scope asks for them. scope POLICY_BUILT_IN: site, domain and
 * group. */
GPtrArray *policy_list(Db *db, PolicyScope scope, const char *subject,
                       GError **error);

/*
 * Brings account.option and account.allowed of those whom a line of this
 * scope and subject reaches in line with the policy; who becomes pre-enabled
 * finds the option ticked. *changed, unless NULL, counts them.
 */
gboolean policy_settle(Db *db, PolicyScope scope, const char *subject,
                       gint64 *changed, GError **error);

#endif
