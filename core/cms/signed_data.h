/*
 * SignedData (RFC 5652 §5): written detached from the browser's signature,
 * read detached or opaque, DER or BER, in place. What is read borrows from
 * the bytes it was given.
 */
#ifndef SCEAU_CMS_SIGNED_DATA_H
#define SCEAU_CMS_SIGNED_DATA_H

#include "core/cms/attributes.h"
#include "core/pki/verdict.h"

/* TRUE if signature (ECDSA as raw r||s) is signer's over the SET. */
gboolean signed_data_check(SignAlgorithm algorithm, const Cert *signer,
                           GBytes *attributes, GBytes *signature);

/* The ContentInfo, DER; chain: Certs added besides the signer (no root). */
GBytes *signed_data_write(SignAlgorithm algorithm, const Cert *signer,
                          GPtrArray *chain, GBytes *attributes,
                          GBytes *signature, GError **error);

/* Content as spans, hashed in order: what a detached signature covers. */
typedef struct { const guint8 *data; gsize size; } Span;

typedef struct {
    VerdictSet verdicts;   /* malformed, several-signers, altered, weak, … */
    Cert *signer;          /* NULL when not found or below the limits */
    GPtrArray *certs;      /* Certs that came along */
    gboolean has_signing_time;
    gint64 signing_time;
    char *digest;          /* "sha256", NULL when unknown */
    char *algorithm;       /* "rsa-sha256" …; for the layer and for people */
    gboolean opaque;
    GBytes *content;       /* eContent of an opaque one, else NULL */
} SignedData;

/*
 * Reads der and checks everything that does not need trust: structure,
 * attributes, digest, signature (SEC-04, 09 to 13). content covers a detached
 * signature; for an opaque one pass n_content 0. extra: certificates the
 * message may lack. Never fails: what is wrong is in verdicts.
 */
SignedData *signed_data_read(GBytes *der, const Span *content,
                             gsize n_content, GPtrArray *extra,
                             guint floor_rsa_bits, guint floor_ec_bits);
void signed_data_free(SignedData *data);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SignedData, signed_data_free)

/* The content type of a ContentInfo: "signed", "enveloped",
 * "auth-enveloped", "compressed", NULL for anything else; static. */
const char *cms_content_kind(GBytes *der);
#endif
