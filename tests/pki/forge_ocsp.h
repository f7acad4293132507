/* Answers about one certificate made to order, out of the pieces of forge.h.
 */
#ifndef SCEAU_TESTS_FORGE_OCSP_H
#define SCEAU_TESTS_FORGE_OCSP_H

#include "tests/pki/forge_cert.h"

#define OCSP_PURPOSE "1.3.6.1.5.5.7.3.9"

/* What is not said: good, by the key of its issuer, an hour ago, for a week.
 */
typedef struct {
    const Cert *issuer, *cert;
    const Key *signer;
    const Cert *delegate;            /* named and sent along */
    gint64 this_update, next_update; /* next -1: none */
    gint64 produced;
    gint64 revoked; /* 0: not */
    gint reason;    /* 0: none */
    gboolean unknown, by_key;
    const char *hash; /* of the CertID; NULL: SHA-1 */
    GChecksumType hash_type;
    guint serial;      /* instead of cert's */
    gboolean critical; /* an extension nobody knows */
    gnutls_digest_algorithm_t digest;
} OcspSpec;

static inline GBytes *
general_moment(gint64 at)
{
    g_autoptr(GDateTime) when = g_date_time_new_from_unix_utc(at);
    g_autofree char *text = g_date_time_format(when, "%Y%m%d%H%M%SZ");
    return wrap(DER_GENERALIZED_TIME, raw(text), NULL);
}

static inline GBytes *
hash_bytes(GChecksumType type, const guint8 *data, gsize size)
{
    guint8 digest[64];
    gsize length = sizeof digest;
    g_autoptr(GChecksum) sum = g_checksum_new(type);
    g_checksum_update(sum, data, (gssize)size);
    g_checksum_get_digest(sum, digest, &length);
    return g_bytes_new(digest, length);
}

/* The BIT STRING of a SubjectPublicKeyInfo, without its count of bits. */
static inline Der
octets_of_key(const Cert *cert)
{
    Der sequence, algorithm, bits, octets = {NULL, 0};
    assert_true(der_only(cert->public_key, DER_SEQUENCE, &sequence) &&
                der_take(&sequence, DER_SEQUENCE, &algorithm) &&
                der_only(sequence, DER_BIT_STRING, &bits) &&
                der_bit_octets(bits, &octets));
    return octets;
}

static inline GBytes *
forge_cert_id(const OcspSpec *spec)
{
    const char *hash = spec->hash != NULL ? spec->hash : "1.3.14.3.2.26";
    GChecksumType type =
        spec->hash != NULL ? spec->hash_type : G_CHECKSUM_SHA1;
    Der name = spec->issuer->subject_name, key = octets_of_key(spec->issuer);
    GBytes *serial =
        spec->serial != 0
            ? number(DER_INTEGER, spec->serial)
            : wrap(DER_INTEGER, g_bytes_ref(spec->cert->serial_der), NULL);
    return wrap(
        DER_SEQUENCE, wrap(DER_SEQUENCE, oid(hash), NULL),
        wrap(DER_OCTET_STRING, hash_bytes(type, name.data, name.size), NULL),
        wrap(DER_OCTET_STRING, hash_bytes(type, key.data, key.size), NULL),
        serial, NULL);
}

static inline GBytes *
forge_state(const OcspSpec *spec)
{
    if (spec->unknown)
        return wrap(DER_CONTEXT | 2, raw(""), NULL);
    if (spec->revoked == 0)
        return wrap(DER_CONTEXT | 0, raw(""), NULL);
    return wrap(DER_CONTEXT | DER_CONSTRUCTED | 1,
                general_moment(spec->revoked),
                spec->reason != 0
                    ? wrap(DER_CONTEXT | DER_CONSTRUCTED | 0,
                           number(DER_ENUMERATED, (guint)spec->reason), NULL)
                    : raw(""),
                NULL);
}

static inline GBytes *
forge_status(const OcspSpec *spec)
{
    gint64 from = spec->this_update ? spec->this_update : TEST_NOW - 3600;
    gint64 next = spec->next_update ? spec->next_update : TEST_NOW + 7 * DAY;
    return wrap(DER_SEQUENCE, forge_cert_id(spec), forge_state(spec),
                general_moment(from),
                next < 0 ? raw("")
                         : wrap(DER_CONTEXT | DER_CONSTRUCTED | 0,
                                general_moment(next), NULL),
                spec->critical ? wrap(DER_CONTEXT | DER_CONSTRUCTED | 1,
                                      wrap(DER_SEQUENCE,
                                           extension("1.3.6.1.4.1.99999.1",
                                                     TRUE, raw("\x05")),
                                           NULL),
                                      NULL)
                               : raw(""),
                NULL);
}

static inline GBytes *
forge_responder(const OcspSpec *spec)
{
    const Cert *who = spec->delegate ? spec->delegate : spec->issuer;
    Der name = who->subject_name, key = octets_of_key(who);
    if (!spec->by_key)
        return wrap(DER_CONTEXT | DER_CONSTRUCTED | 1, der_copy(name), NULL);
    return wrap(DER_CONTEXT | DER_CONSTRUCTED | 2,
                wrap(DER_OCTET_STRING,
                     hash_bytes(G_CHECKSUM_SHA1, key.data, key.size), NULL),
                NULL);
}

static inline GBytes *
forge_response_of(GBytes *basic)
{
    return wrap(DER_SEQUENCE, number(DER_ENUMERATED, 0),
                wrap(DER_CONTEXT | DER_CONSTRUCTED | 0,
                     wrap(DER_SEQUENCE, oid("1.3.6.1.5.5.7.48.1.1"),
                          wrap(DER_OCTET_STRING, basic, NULL), NULL),
                     NULL),
                NULL);
}

static inline GBytes *
forge_ocsp(const OcspSpec *spec)
{
    gnutls_digest_algorithm_t digest =
        spec->digest ? spec->digest : GNUTLS_DIG_SHA256;
    gint64 produced = spec->produced ? spec->produced : TEST_NOW - 3600;
    GBytes *tbs =
        wrap(DER_SEQUENCE, forge_responder(spec), general_moment(produced),
             wrap(DER_SEQUENCE, forge_status(spec), NULL), NULL);
    GBytes *whole = sign(tbs, spec->signer, digest);
    if (spec->delegate == NULL)
        return forge_response_of(whole);
    /* certs stand inside the SEQUENCE that sign has closed. */
    Der contents;
    assert_true(der_only(der_of(whole), DER_SEQUENCE, &contents));
    GBytes *basic = wrap(
        DER_SEQUENCE, der_copy(contents),
        wrap(DER_CONTEXT | DER_CONSTRUCTED | 0,
             wrap(DER_SEQUENCE, g_bytes_ref(cert_der(spec->delegate)), NULL),
             NULL),
        NULL);
    g_bytes_unref(whole);
    return forge_response_of(basic);
}

#endif
