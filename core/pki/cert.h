/*
 * One certificate, read within the limits of SEC-05. Everything the rest of
 * the program asks of a certificate is a member here: GnuTLS does not show.
 */
#ifndef SCEAU_PKI_CERT_H
#define SCEAU_PKI_CERT_H

#include <glib.h>

typedef enum {
    KEY_RSA,
    KEY_RSA_PSS,
    KEY_EC,
    KEY_ED25519,
    KEY_DSA,
    KEY_X25519,
    KEY_OTHER
} KeyKind;

typedef struct Cert Cert; /* reference counted, immutable, thread safe */

/* DER of one certificate; APP_ERROR_CERTIFICATE says what is wrong. */
Cert *cert_parse(GBytes *der, GError **error);
Cert *cert_ref(Cert *cert);
void cert_unref(Cert *cert);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Cert, cert_unref)

/*
 * Certificates of a file's bytes: DER, PEM with any number of blocks, or a
 * certs-only PKCS #7 (DER or PEM). GPtrArray of Cert, which owns them.
 */
GPtrArray *cert_parse_file(GBytes *bytes, GError **error);
/* Certs of a stored chain, PEM; never NULL. */
GPtrArray *cert_chain_read(GBytes *pem);

GBytes *cert_der(const Cert *cert);         /* borrowed */
const char *cert_fingerprint(const Cert *); /* SHA-256, lower hex; borrowed */
const char *cert_name(const Cert *cert);    /* CN, else the subject DN */
const char *cert_subject(const Cert *cert); /* RFC 4514 */
const char *cert_issuer(const Cert *cert);  /* RFC 4514 */
const char *
cert_issuer_name(const Cert *); /* the issuer's CN or O, for people */
const char *cert_serial(const Cert *cert); /* hex */
GBytes *cert_issuer_der(const Cert *cert); /* borrowed: raw Name */
GBytes *cert_serial_der(const Cert *cert); /* borrowed: INTEGER contents */
GBytes *cert_key_id(const Cert *cert);     /* borrowed SKI or NULL */
gint64 cert_not_before(const Cert *cert);
gint64 cert_not_after(const Cert *cert);
KeyKind cert_key_kind(const Cert *cert);
/* SHA-256 of the SubjectPublicKeyInfo, lower hex: the key, whatever
 * certificate names it. The caller frees. */
char *cert_key_print(const Cert *cert);
guint cert_key_bits(const Cert *cert);
const char *
cert_algorithm(const Cert *cert); /* "RSA 2048", "P-256"; borrowed */
/* rfc822Name and SmtpUTF8Mailbox of the SAN, NULL-terminated; borrowed. */
const char *const *cert_addresses(const Cert *cert);
/* SEC-15: does the certificate name this mailbox? */
gboolean cert_has_address(const Cert *cert, const char *address);
/* One text for every way to write a mailbox, by the rule of SEC-15: local
 * part and A-labels in lower case. NULL for what is no mailbox. */
char *cert_address_key(const char *address);
/* keyUsage and extendedKeyUsage allow signing / key wrapping of mail; for the
 * latter the key is of a kind that can. */
gboolean cert_may_sign_mail(const Cert *cert);
gboolean cert_may_encrypt_mail(const Cert *cert);
/* The same issuer, and the issuer's name, by RFC 5280 §7.1. */
gboolean cert_same_issuer(const Cert *a, const Cert *b);
gboolean cert_names_issuer(const Cert *cert, const Cert *issuer);
gboolean cert_is_authority(const Cert *cert);
/* Says nothing that keeps it from vouching for others, and for mail. */
gboolean cert_may_vouch(const Cert *cert);
gboolean cert_may_vouch_for_mail(const Cert *cert);
/* The first usage that cert_may_sign_mail misses: "digitalSignature",
 * "emailProtection" or "X.509v3"; NULL if none; static. */
const char *cert_missing_usage(const Cert *cert);

/* What keeps a certificate from signing for address at now; codes for people:
 * "address", "expired", "not-yet-valid", "usage", "weak", "unsupported-key".
 * NULL-terminated, empty when nothing does; free with g_strfreev. */
char **cert_signing_problems(const Cert *cert, const char *address,
                             gint64 now, guint min_rsa_bits,
                             guint min_ec_bits);
#endif
