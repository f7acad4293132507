/*
 * One encrypted content key of an envelope (RFC 5652 §6.2, RFC 5753), read in
 * place: for whom it is and all that his browser needs to unwrap it. Nothing
 * is unwrapped here.
 */
#ifndef SCEAU_CMS_RECIPIENT_H
#define SCEAU_CMS_RECIPIENT_H

#include "core/cms/tlv.h"
#include "core/pki/cert.h"

typedef enum {
    RECIPIENT_RSA15,
    RECIPIENT_OAEP,
    RECIPIENT_ECDH,
    RECIPIENT_OTHER, /* a password, a shared key, or an algorithm not ours */
} RecipientKind;

const char *recipient_kind_name(RecipientKind kind); /* "rsa15"; static */

typedef struct {
    RecipientKind kind;
    Span issuer, serial; /* whole Name, INTEGER's contents; or */
    Span key_id;
    Span encrypted_key;
    const char *hash, *mgf_hash; /* OAEP: "sha256" */
    Span label;                  /* OAEP */
    const char *curve;           /* ECDH: "p256"; NULL where it is left out */
    Span public_point;           /* ECDH: the sender's, raw */
    const char *kdf_hash;        /* ECDH */
    GBytes *shared_info;         /* ECDH: ECC-CMS-SharedInfo, DER */
    guint kek_bits;              /* ECDH */
    const char *wrap;            /* ECDH: "aes256" */
} Recipient;

/*
 * Takes one RecipientInfo off in and adds a Recipient for each encrypted key
 * in it, up to max in all; FALSE if it is malformed or there are more.
 */
gboolean recipients_take(Span *in, guint max, GPtrArray *out);
void recipient_free(Recipient *recipient);

/*
 * Is it cert's? By issuer and serial number or by key identifier only, never
 * by trying (SEC-26), and of a form that cert's key can unwrap.
 */
gboolean recipient_is_for(const Recipient *recipient, const Cert *cert);

/* For people and for JSON, as cert_issuer() and cert_serial() write them;
 * NULL where the recipient is named in the other way. */
char *recipient_issuer(const Recipient *recipient); /* RFC 4514 */
char *recipient_serial(const Recipient *recipient); /* lower hex */
char *recipient_key_id(const Recipient *recipient); /* lower hex */

/* Lower hex SHA-256 of the encrypted key (SEC-29). */
char *recipient_key_hash(const Recipient *recipient);

#endif
