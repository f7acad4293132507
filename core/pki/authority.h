/*
 * The local certificate authority's hand: its key, and what is signed with
 * it. Only sceau-ca sees this module. It knows no request, no account and no
 * ledger: what may be issued is authority_profile's to say, and what was is
 * the ledger's.
 */
#ifndef SCEAU_PKI_AUTHORITY_H
#define SCEAU_PKI_AUTHORITY_H

#include "core/pki/csr.h"

#define AUTHORITY_SERIAL_BYTES 16

typedef struct AuthorityKey AuthorityKey;

/* Makes a key, "p-256", "p-384", "rsa-3072" or "rsa-4096", and writes it to
 * path, which must not exist, mode 0400. */
gboolean authority_key_make(const char *algorithm, const char *path,
                            GError **error);
/* A file of authority_key_make(), or a "pkcs11:" URL whose PIN, if any, is
 * in it (pin-source). APP_ERROR_CONFIG when it has gone. */
AuthorityKey *authority_key_load(const char *source, GError **error);
void authority_key_free(AuthorityKey *key);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AuthorityKey, authority_key_free)
/* Is it the key of this certificate? */
gboolean authority_key_fits(const AuthorityKey *key, const Cert *cert);

/* 128 random bits as lower hex, positive. */
char *authority_serial_new(void);

typedef struct {
    const char *name, *organisation; /* organisation may be "" */
    gint64 not_before, not_after;
} AuthorityRoot;

/* Its own certificate, self-signed: DER. */
GBytes *authority_make_root(const AuthorityKey *key,
                            const AuthorityRoot *root, GError **error);

typedef struct {
    const char *serial;  /* hex */
    const char *address; /* the one name in it */
    const char *name;    /* CN; NULL or "": the address */
    const char *crl_url; /* where revocations are published, or NULL */
    gint64 not_before, not_after;
} AuthorityLeaf;

/* A certificate for mail in the profile of RFC 8550 and RFC 5280: DER. */
GBytes *authority_issue(const AuthorityKey *key, const Cert *issuer,
                        const Csr *csr, const AuthorityLeaf *leaf,
                        GError **error);

typedef struct {
    char *serial; /* hex */
    gint64 revoked;
    gint reason; /* of RFC 5280 §5.3.1 */
} AuthorityRevoked;

/* A full CRL: DER. revoked: array of AuthorityRevoked. */
GBytes *authority_make_crl(const AuthorityKey *key, const Cert *issuer,
                           const GArray *revoked, gint64 number,
                           gint64 this_update, gint64 next_update,
                           GError **error);

#endif
