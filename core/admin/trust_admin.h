/*
 * What an administrator trusts: certificates of authorities, looked at before
 * they are taken in, named, and withdrawn; and what a change would do to the
 * certificates of contacts that are stored already, by counts and domains
 * only. It is of the whole site: an administrator of some domains may look
 * but not change. Certificates of files are shown; they are the operator's.
 */
#ifndef SCEAU_ADMIN_TRUST_ADMIN_H
#define SCEAU_ADMIN_TRUST_ADMIN_H

#include "core/admin/office.h"

#define TRUST_UPLOAD_MAX 200
#define TRUST_NAME_MAX 128

typedef struct {
    char *kid, *name, *subject, *issuer, *algorithm;
    char *role;     /* "anchor" or "intermediate" */
    char *purpose;  /* "mail", "signing" or "encryption" */
    char *from;     /* "file" or "upload" */
    char *added_by; /* of an uploaded one, or NULL */
    gint64 not_before, not_after;
    gint64 created, withdrawn; /* 0: a file's; in force */
    /* "known", "not-authority", "other-purpose", "below-floor": it is not
     * taken in; "expired", "not-yet-valid", "weak": it is, after a warning.
     * NULL-terminated. */
    char **problems;
    gboolean refused, expired; /* what of problems decides */
} TrustLine;

void trust_line_free(TrustLine *line);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TrustLine, trust_line_free)

/* Anchors first, by name, the withdrawn last. */
GPtrArray *trust_admin_list(const Office *office, GError **error);
/* APP_ERROR_NOT_FOUND for one that is neither a file's nor was uploaded. */
TrustLine *trust_admin_get(const Office *office, const char *kid,
                           GError **error);

/* A change, before it is made: certificates to add, or one to withdraw. */
typedef struct {
    GBytes *file;        /* PEM, DER or PKCS #7; NULL: withdraw */
    const char *role;    /* "anchor", "intermediate"; else as each says */
    const char *purpose; /* NULL: mail */
    const char *name;    /* of the only one; NULL or "": its own */
    gboolean accept_expired;
    const char *withdraw; /* a kid */
    gint64 edition;       /* of what the change was made from; 0: any */
} TrustPlan;

/*
 * The file's certificates as they would be taken in, each with its problems:
 * APP_ERROR_CERTIFICATE where it holds none or one that cannot be read,
 * APP_ERROR_TOO_LARGE for more than 200.
 */
GPtrArray *trust_admin_read(const Office *office, const TrustPlan *plan,
                            GError **error);

typedef struct {
    char *domain;
    guint gained, lost;
} TrustDomain;

typedef struct {
    guint checked;
    gboolean partial; /* there are more: the newest were looked at */
    guint gained, lost;
    GPtrArray *domains;  /* TrustDomain, those with most first, at most 10 */
    GHashTable *reasons; /* verdict's code → count, of those lost */
} TrustEffect;

void trust_effect_free(TrustEffect *effect);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TrustEffect, trust_effect_free)

/* What it would do to stored certificates of contacts. Changes nothing. */
TrustEffect *trust_admin_effect(const Office *office, const TrustPlan *plan,
                                GError **error);

/* What the pages' forms carry along, see TrustPlan. */
gboolean trust_admin_edition(const Office *office, gint64 *edition,
                             GError **error);

/* All or none, each with a row of the audit. APP_ERROR_CONFLICT where another
 * administrator was first, APP_ERROR_CERTIFICATE where nothing can be added.
 * *added counts; what is refused is left out. */
gboolean trust_admin_add(const Office *office, const TrustPlan *plan,
                         guint *added, GError **error);
gboolean trust_admin_withdraw(const Office *office, const TrustPlan *plan,
                              GError **error);
gboolean trust_admin_rename(const Office *office, const char *kid,
                            const char *name, gint64 edition, GError **error);

#endif
