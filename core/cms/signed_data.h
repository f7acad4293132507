/*
 * SignedData (RFC 5652 §5): written detached from the browser's signature,
 * read detached or opaque, DER or BER, in place. What is read borrows from
 * the bytes it was given.
 */
#ifndef SCEAU_CMS_SIGNED_DATA_H
#define SCEAU_CMS_SIGNED_DATA_H

#include "core/cms/attributes.h"
#include "core/cms/tlv.h"
#include "core/pki/verdict.h"

/* TRUE if signature (ECDSA as raw r||s) is signer's over the SET. */
gboolean signed_data_check(SignAlgorithm algorithm, const Cert *signer,
                           GBytes *attributes, GBytes *signature);

/*
 * The ContentInfo, DER, detached. chain: Certs added besides the signer; a
 * root among them is left out. APP_ERROR_SIGNATURE if signature cannot be
 * one; whether it is right is signed_data_check()'s question.
 */
GBytes *signed_data_write(SignAlgorithm algorithm, const Cert *signer,
                          GPtrArray *chain, GBytes *attributes,
                          GBytes *signature, GError **error);

typedef struct {
    VerdictSet verdicts; /* malformed, several-signers, altered, weak, … */
    Cert *signer;        /* NULL when not found or below the limits */
    GPtrArray *certs;    /* Certs that came along */
    gboolean has_signing_time;
    gint64 signing_time;
    char *digest;    /* "sha256", NULL when unknown */
    char *algorithm; /* "rsa-sha256" …; for the layer and for people */
    gboolean opaque;
    Tlv content; /* eContent of an opaque one, inside der */
    /* SMIMECapabilities' value, inside der; size 0 if there is none, or more
     * than one (RFC 8551 §2.5.2). Copy it before signed_data_take_content().
     */
    Span capabilities;
} SignedData;

/*
 * Reads der and checks everything that does not need trust: structure,
 * attributes, digest, signature (SEC-04, 09 to 13). content covers a detached
 * signature, hashed in order, with LF as CRLF where that is how it was
 * signed; for an opaque one pass n_content 0. extra: certificates the message
 * may lack, or NULL. Never fails: what is wrong is in verdicts. der must
 * outlive the result's content.
 */
SignedData *signed_data_read(GBytes *der, const Span *content,
                             gsize n_content, GPtrArray *extra,
                             guint floor_rsa_bits, guint floor_ec_bits);
void signed_data_free(SignedData *data);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SignedData, signed_data_free)

/*
 * The content of an opaque one as bytes of their own. Steals der, which was
 * read, and where nobody else holds it moves the pieces together in that
 * memory instead of copying them.
 */
GBytes *signed_data_take_content(SignedData *data, GBytes *der);

#endif
