/* The authority's key as GnuTLS has it, for core/pki/authority* alone. */
#ifndef SCEAU_PKI_AUTHORITY_KEY_H
#define SCEAU_PKI_AUTHORITY_KEY_H

#include "core/pki/authority.h"
#include "core/pki/gnutls_auto.h"

G_DEFINE_AUTO_CLEANUP_FREE_FUNC(gnutls_privkey_t, gnutls_privkey_deinit, NULL)
G_DEFINE_AUTO_CLEANUP_FREE_FUNC(gnutls_x509_privkey_t,
                                gnutls_x509_privkey_deinit, NULL)

struct AuthorityKey {
    gnutls_privkey_t handle;
    gnutls_pubkey_t public;
    gnutls_digest_algorithm_t digest; /* what it signs under */
    char *pin_file;                   /* of a token; NULL: none is needed */
};

/* Sets error from GnuTLS's status; always FALSE. */
gboolean authority_fail(GError **error, const char *what, int status);
/* RFC 7093 §2: the first 160 bits of the key's SHA-256. public_key: a
 * SubjectPublicKeyInfo with its tag. */
gboolean authority_key_id(Der public_key, guint8 out[20]);
/* The bytes of a hex serial number; FALSE if it is none. */
gboolean authority_serial_bytes(const char *hex, GByteArray *out);
GBytes *authority_export(gnutls_x509_crt_t crt, GError **error);

#endif
