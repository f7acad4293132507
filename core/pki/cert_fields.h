/*
 * The members of a certificate, for the modules of this folder only. Spans
 * point into der; what they hold has been walked through once by cert_parse,
 * so that a later reader meets no surprise, only content.
 */
#ifndef SCEAU_PKI_CERT_FIELDS_H
#define SCEAU_PKI_CERT_FIELDS_H

#include "core/pki/cert.h"
#include "core/pki/name.h"

/* SEC-05. */
#define CERT_MAX_BYTES 65536
#define CERT_MAX_RSA_BITS 8192
#define CERT_MAX_ALT_NAMES 64
#define CERT_MAX_CONSTRAINTS 64
#define CERT_MAX_CHAIN 8
/* Ours: what the policy graph and the extension list may hold. */
#define CERT_MAX_POLICIES 64
#define CERT_MAX_EXTENSIONS 64

/* Bits of keyUsage (RFC 5280 §4.2.1.3). */
enum {
    USAGE_DIGITAL_SIGNATURE = 1 << 0,
    USAGE_NON_REPUDIATION = 1 << 1,
    USAGE_KEY_ENCIPHERMENT = 1 << 2,
    USAGE_KEY_AGREEMENT = 1 << 4,
    USAGE_CERT_SIGN = 1 << 5,
    USAGE_CRL_SIGN = 1 << 6,
};

#define PURPOSE_EMAIL "1.3.6.1.5.5.7.3.4"
#define PURPOSE_ANY "2.5.29.37.0"
#define POLICY_ANY "2.5.29.32.0"
#define OTHER_NAME_SMTP_UTF8 "1.3.6.1.5.5.7.8.9"

/* GeneralName, RFC 5280 §4.2.1.6. */
enum {
    GENERAL_OTHER = DER_CONTEXT | DER_CONSTRUCTED | 0,
    GENERAL_EMAIL = DER_CONTEXT | 1,
    GENERAL_DNS = DER_CONTEXT | 2,
    GENERAL_DIRECTORY = DER_CONTEXT | DER_CONSTRUCTED | 4,
    GENERAL_URI = DER_CONTEXT | 6,
    GENERAL_IP = DER_CONTEXT | 7,
};

typedef struct {
    gboolean has_basic_constraints, is_ca;
    gint path_len; /* -1: none */
    gboolean has_key_usage;
    guint key_usage;
    char **purposes; /* OIDs of extKeyUsage, or NULL */
    Der alt_names;   /* contents of GeneralNames; size 0: none */
    gboolean has_policies;
    char **policies;                                     /* OIDs */
    char **mappings;                                     /* pairs of OIDs */
    gint require_explicit, inhibit_mapping, inhibit_any; /* -1: none */
    guint alt_name_count, constraint_count;
    Der constraints; /* contents of NameConstraints */
    Der crl_points;  /* contents of CRLDistributionPoints */
    Der key_id, authority_key_id;
    gboolean unknown_critical;
} CertExtensions;

struct Cert {
    gatomicrefcount refs;
    GBytes *der;
    char *fingerprint, *name, *subject, *issuer, *issuer_name, *serial;
    char *algorithm;
    GBytes *issuer_der, *serial_der, *key_id;
    char **addresses;
    gint64 not_before, not_after;
    KeyKind kind;
    guint bits;
    guint version; /* 1 to 3 */
    Der tbs, signature_algorithm, signature, public_key, subject_name;
    Name *subject_key, *issuer_key; /* for comparing */
    CertExtensions extensions;
    char **trusted, **rejected; /* purposes, of a TRUSTED CERTIFICATE */
};

gboolean cert_extensions_read(CertExtensions *extensions, Der contents,
                              GError **error);
void cert_extensions_clear(CertExtensions *extensions);

/* Fills the texts and the kind of key; refuses what GnuTLS cannot read. */
gboolean cert_describe(Cert *cert, GError **error);

/* Fills addresses from the alternative names. */
void cert_addresses_read(Cert *cert);

/* TRUE if public_key keeps to SEC-05's sizes (RSA), before GnuTLS sees it. */
gboolean cert_key_within_limits(Der public_key, GError **error);

gboolean cert_equal(const Cert *a, const Cert *b);
gboolean cert_is_self_issued(const Cert *cert);
/* The extKeyUsage is absent, names purpose, or allows any. */
gboolean cert_has_purpose(const Cert *cert, const char *purpose);
/* The keyUsage bit under which its key may wrap another, 0 if it cannot. */
guint cert_wrapping_usage(const Cert *cert);

/*
 * A certificate followed by OpenSSL's trust settings, as bundles of systems
 * have them ("TRUSTED CERTIFICATE").
 */
Cert *cert_parse_trusted(GBytes *der, GError **error);

/* Do such settings take trust away for purpose? Without settings: no. */
gboolean cert_is_distrusted(const Cert *cert, const char *purpose);

/* The same name and the same key, whatever else the certificate says. */
gboolean cert_same_authority(const Cert *a, const Cert *b);

/* Takes an OtherName's OID and value out of a GeneralName's contents. */
gboolean cert_other_name(Der value, char oid[DER_OID_MAX], DerItem *content);

/* Compares two mailboxes, or two domains, as SEC-15 says. */
gboolean address_equal(const char *a, const char *b);
/* Domain as lower-case A-labels; NULL if it is none. */
char *address_domain_ascii(const char *domain);
/* A SmtpUTF8Mailbox or rfc822Name's text, or NULL if it can match nothing. */
char *address_of_rfc822(Der value);
char *address_of_smtp_utf8(const DerItem *content);

#endif
