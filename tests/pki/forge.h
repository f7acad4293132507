/*
 * Certificates and CRLs made to order, good and bad: a DER writer and
 * GnuTLS's signature. Every function takes the GBytes it is given.
 */
#ifndef SCEAU_TESTS_FORGE_H
#define SCEAU_TESTS_FORGE_H

#include "tests/pki/pki_test.h"

#include <gnutls/abstract.h>

#define DAY G_GINT64_CONSTANT(86400)
#define ANY_PURPOSE "2.5.29.37.0"
#define MAIL_PURPOSE "1.3.6.1.5.5.7.3.4"
#define SERVER_PURPOSE "1.3.6.1.5.5.7.3.1"

static inline GBytes *
raw(const char *text)
{
    return g_bytes_new(text, strlen(text));
}

static inline void
put(GByteArray *out, GBytes *part)
{
    gsize size;
    const guint8 *data = g_bytes_get_data(part, &size);
    g_byte_array_append(out, data, (guint)size);
    g_bytes_unref(part);
}

static inline GBytes *
wrap_array(guint8 tag, GByteArray *body)
{
    guint8 head[6] = {tag};
    guint used = 1, octets = 0;
    if (body->len < 0x80) {
        head[used++] = (guint8)body->len;
    } else {
        while (body->len >> 8 * octets)
            octets++;
        head[used++] = (guint8)(0x80 | octets);
        while (octets-- > 0)
            head[used++] = (guint8)(body->len >> 8 * octets);
    }
    g_byte_array_prepend(body, head, used);
    return g_byte_array_free_to_bytes(body);
}

/* tag around the parts, up to NULL. */
static inline GBytes *
wrap(guint8 tag, ...)
{
    GByteArray *body = g_byte_array_new();
    va_list parts;
    GBytes *part;
    va_start(parts, tag);
    while ((part = va_arg(parts, GBytes *)) != NULL)
        put(body, part);
    va_end(parts);
    return wrap_array(tag, body);
}

static inline GBytes *
join(GPtrArray *parts, guint8 tag)
{
    GByteArray *body = g_byte_array_new();
    for (guint i = 0; i < parts->len; i++)
        put(body, g_bytes_ref(g_ptr_array_index(parts, i)));
    g_ptr_array_unref(parts);
    return wrap_array(tag, body);
}

static inline GBytes *
oid(const char *text)
{
    GByteArray *body = g_byte_array_new();
    g_auto(GStrv) arcs = g_strsplit(text, ".", -1);
    guint64 first = g_ascii_strtoull(arcs[0], NULL, 10) * 40;
    for (guint i = 1; arcs[i] != NULL; i++) {
        guint64 arc = first + g_ascii_strtoull(arcs[i], NULL, 10);
        guint8 digits[10];
        guint n = 0;
        first = 0;
        do {
            digits[n] = (guint8)((arc & 0x7f) | (n > 0 ? 0x80 : 0));
            n++;
            arc >>= 7;
        } while (arc > 0);
        while (n-- > 0)
            g_byte_array_append(body, &digits[n], 1);
    }
    return wrap_array(DER_OID, body);
}

static inline GBytes *
number(guint8 tag, guint value)
{
    guint8 octets[5] = {0, (guint8)(value >> 24), (guint8)(value >> 16),
                        (guint8)(value >> 8), (guint8)value};
    guint from = 0;
    while (from < 4 && octets[from] == 0 && octets[from + 1] < 0x80)
        from++;
    return wrap(tag, g_bytes_new(octets + from, 5 - from), NULL);
}

/* A BIT STRING's contents with bit n as 1 << n. */
static inline GBytes *
named_bits(guint8 tag, guint bits)
{
    guint8 octets[3] = {0, 0, 0};
    gsize size = bits > 0xff ? 3 : 2;
    for (guint i = 0; i < 16; i++) {
        if (bits & 1U << i)
            octets[1 + i / 8] |= (guint8)(0x80 >> i % 8);
    }
    while (!(octets[size - 1] & 1U << octets[0]) && octets[0] < 7)
        octets[0]++;
    return wrap(tag, g_bytes_new(octets, size), NULL);
}

static inline GBytes *
true_mark(guint8 tag)
{
    return wrap(tag, g_bytes_new("\xff", 1), NULL);
}

static inline GBytes *
moment(gint64 at)
{
    g_autoptr(GDateTime) when = g_date_time_new_from_unix_utc(at);
    g_autofree char *text = g_date_time_format(when, "%Y%m%d%H%M%SZ");
    gint year = g_date_time_get_year(when);
    if (year >= 1950 && year < 2050)
        return wrap(DER_UTC_TIME, raw(text + 2), NULL);
    return wrap(DER_GENERALIZED_TIME, raw(text), NULL);
}

static inline GBytes *
attribute(const char *type, guint8 tag, const char *value)
{
    return wrap(
        DER_SET,
        wrap(DER_SEQUENCE, oid(type), wrap(tag, raw(value), NULL), NULL),
        NULL);
}

/* O=Test, CN=cn. */
static inline GBytes *
dn(const char *cn)
{
    return wrap(DER_SEQUENCE,
                attribute("2.5.4.10", DER_PRINTABLE_STRING, "Test"),
                attribute("2.5.4.3", DER_UTF8_STRING, cn), NULL);
}

static inline GBytes *
extension(const char *type, gboolean critical, GBytes *value)
{
    return wrap(DER_SEQUENCE, oid(type),
                critical ? true_mark(DER_BOOLEAN) : raw(""),
                wrap(DER_OCTET_STRING, value, NULL), NULL);
}

/* basicConstraints; path_len -1: none. */
static inline GBytes *
ext_ca(gboolean is_ca, gint path_len)
{
    GBytes *length =
        path_len < 0 ? raw("") : number(DER_INTEGER, (guint)path_len);
    return extension("2.5.29.19", TRUE,
                     wrap(DER_SEQUENCE,
                          is_ca ? true_mark(DER_BOOLEAN) : raw(""), length,
                          NULL));
}

static inline GBytes *
ext_usage(guint bits)
{
    return extension("2.5.29.15", TRUE, named_bits(DER_BIT_STRING, bits));
}

static inline GBytes *
ext_purpose(const char *purpose)
{
    return extension("2.5.29.37", FALSE,
                     wrap(DER_SEQUENCE, oid(purpose), NULL));
}

static inline GBytes *
ext_alt(GBytes *name)
{
    return extension("2.5.29.17", FALSE, wrap(DER_SEQUENCE, name, NULL));
}

static inline GBytes *
ext_key_id(const char *id)
{
    return extension("2.5.29.14", FALSE,
                     wrap(DER_OCTET_STRING, raw(id), NULL));
}

static inline GBytes *
ext_issuer_key_id(const char *id)
{
    return extension("2.5.29.35", FALSE,
                     wrap(DER_SEQUENCE, wrap(0x80, raw(id), NULL), NULL));
}

static inline GBytes *
mail_name(const char *address)
{
    return wrap(GENERAL_EMAIL, raw(address), NULL);
}

static inline GBytes *
other_name(const char *type, guint8 tag, GBytes *value)
{
    return wrap(GENERAL_OTHER, oid(type),
                wrap(0xa0, wrap(tag, value, NULL), NULL), NULL);
}

/* A key pair and its SubjectPublicKeyInfo. */
typedef struct {
    gnutls_privkey_t own;
    GBytes *spki;
    gnutls_pk_algorithm_t kind;
} Key;

static inline Key *
key_new(gnutls_pk_algorithm_t kind, guint bits)
{
    Key *key = g_new0(Key, 1);
    gnutls_pubkey_t public_key;
    gnutls_datum_t der;
    key->kind = kind;
    assert_int_equal(gnutls_privkey_init(&key->own), 0);
    assert_int_equal(gnutls_privkey_generate(key->own, kind, bits, 0), 0);
    assert_int_equal(gnutls_pubkey_init(&public_key), 0);
    gnutls_pubkey_import_privkey(public_key, key->own, 0, 0);
    gnutls_pubkey_export2(public_key, GNUTLS_X509_FMT_DER, &der);
    key->spki = g_bytes_new(der.data, der.size);
    gnutls_free(der.data);
    gnutls_pubkey_deinit(public_key);
    return key;
}

static inline Key *
ec_key_new(void)
{
    return key_new(GNUTLS_PK_ECDSA,
                   GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1));
}

static inline void
key_free(Key *key)
{
    if (key == NULL)
        return;
    gnutls_privkey_deinit(key->own);
    g_bytes_unref(key->spki);
    g_free(key);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Key, key_free)

static inline GBytes *
signature_algorithm(const Key *key, gnutls_digest_algorithm_t digest)
{
    if (key->kind == GNUTLS_PK_EDDSA_ED25519)
        return wrap(DER_SEQUENCE, oid("1.3.101.112"), NULL);
    gnutls_sign_algorithm_t sign = gnutls_pk_to_sign(key->kind, digest);
    GBytes *parameters =
        key->kind == GNUTLS_PK_RSA ? wrap(0x05, NULL) : raw("");
    return wrap(DER_SEQUENCE, oid(gnutls_sign_get_oid(sign)), parameters,
                NULL);
}

/* SEQUENCE { tbs, algorithm, BIT STRING signature }. */
static inline GBytes *
sign(GBytes *tbs, const Key *key, gnutls_digest_algorithm_t digest)
{
    gsize size;
    const void *data = g_bytes_get_data(tbs, &size);
    gnutls_datum_t bytes = {(guint8 *)(guintptr)data, (unsigned)size};
    gnutls_datum_t value;
    assert_int_equal(
        gnutls_privkey_sign_data(key->own, digest, 0, &bytes, &value), 0);
    GByteArray *bits = g_byte_array_new();
    g_byte_array_append(bits, (const guint8 *)"", 1);
    g_byte_array_append(bits, value.data, value.size);
    gnutls_free(value.data);
    return wrap(DER_SEQUENCE, tbs, signature_algorithm(key, digest),
                wrap_array(DER_BIT_STRING, bits), NULL);
}

#endif
