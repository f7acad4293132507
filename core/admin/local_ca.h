/*
 * The local authority as administrators of the whole site run it (S3): made,
 * shown, given a rule for approving by itself. What it certifies is
 * certify's, how it goes is reset's.
 */
#ifndef SCEAU_ADMIN_LOCAL_CA_H
#define SCEAU_ADMIN_LOCAL_CA_H

#include "core/admin/certify.h"
#include "core/base/json.h"

typedef struct {
    const char *name;         /* 1 to 64 characters */
    const char *organisation; /* or "" */
    const char *algorithm;    /* "p-256", "p-384", "rsa-3072", "rsa-4096" */
    guint years;              /* 2 to 20 */
} LocalCaPlan;

/*
 * Has sceau-ca make it, trusts it, and takes its first list. One that was
 * begun and not answered is gone on with, as it was then asked for.
 * APP_ERROR_CONFLICT when there is one; APP_ERROR_UNREACHABLE without
 * sceau-ca.
 */
gboolean local_ca_make(const Office *office, const LocalCaPlan *plan,
                       GError **error);

/* Approves requests from now on: of all, or of these domains (with spaces
 * between). */
gboolean local_ca_set_rule(const Office *office, gboolean automatic,
                           const char *domains, GError **error);

/* A new list now. */
gboolean local_ca_refresh(const Office *office, GError **error);

/*
 * {"authority": null | {"state","name","subject","algorithm","fingerprint",
 * "not_before","not_after","automatic","domains","crl_url","crl_number",
 * "crl_this","crl_next","issued","revoked","waiting","approved","exported"},
 * "ca": null | {"domains", "key", "authority"}, "problem": null | a code}: ca
 * as sceau-ca says it; problem "unreachable", "key-gone", or "other" when
 * sceau-ca has an authority that this site does not know, or none where it
 * knows one. Where there is no problem, what waited for sceau-ca is finished
 * first. The role administrator is enough.
 */
Json *local_ca_show(const Office *office, GError **error);

/* Its certificate, for everybody; NULL with APP_ERROR_NOT_FOUND. */
GBytes *local_ca_certificate(const Office *office, GError **error);

/* Goes on with what was begun, then certify_resume(). Nothing to do without
 * an authority. */
gboolean local_ca_resume(const Office *office, CertifyCount *count,
                         GError **error);

#endif
