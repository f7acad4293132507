/*
 * Signers and SignedData of every shape for tests, the wrong ones above all:
 * keys and certificates are made here and now, and each part of the structure
 * can be replaced before it is signed.
 */
#ifndef SCEAU_TESTS_CMS_FORGE_H
#define SCEAU_TESTS_CMS_FORGE_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#include <string.h>

#include "core/cms/algorithm.h"
#include "core/cms/signed_data.h"

#define FORGE_TIME G_GINT64_CONSTANT(1795600000) /* 2026-11-25 */

typedef struct {
    Cert *cert;
    gnutls_privkey_t key;
} Identity;

G_GNUC_UNUSED static Identity *
identity_new(gnutls_pk_algorithm_t kind, guint bits, guint8 serial)
{
    gnutls_x509_privkey_t secret;
    gnutls_x509_crt_t crt;
    gnutls_datum_t der = {NULL, 0};
    assert_true(gnutls_x509_privkey_init(&secret) >= 0);
    assert_true(gnutls_x509_privkey_generate(secret, kind, bits, 0) >= 0);
    assert_true(gnutls_x509_crt_init(&crt) >= 0);
    gnutls_x509_crt_set_version(crt, 3);
    gnutls_x509_crt_set_serial(crt, &serial, 1);
    gnutls_x509_crt_set_dn(crt, "CN=Forge", NULL);
    gnutls_x509_crt_set_issuer_dn(crt, "CN=Forge", NULL);
    gnutls_x509_crt_set_activation_time(crt, FORGE_TIME - 86400);
    gnutls_x509_crt_set_expiration_time(crt, FORGE_TIME + 86400);
    gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_RFC822NAME,
                                         "forge@demo.test", 15, 0);
    gnutls_x509_crt_set_key(crt, secret);
    guint8 key_id[20];
    gsize size = sizeof key_id;
    gnutls_x509_crt_get_key_id(crt, 0, key_id, &size);
    gnutls_x509_crt_set_subject_key_id(crt, key_id, size);
    gnutls_digest_algorithm_t digest = GNUTLS_DIG_SHA256;
    if (kind == GNUTLS_PK_EDDSA_ED25519)
        digest = GNUTLS_DIG_SHA512;
    assert_true(gnutls_x509_crt_sign2(crt, crt, secret, digest, 0) >= 0);
    assert_true(gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_DER, &der) >= 0);

    Identity *identity = g_new0(Identity, 1);
    g_autoptr(GBytes) bytes = g_bytes_new(der.data, der.size);
    identity->cert = cert_parse(bytes, NULL);
    assert_non_null(identity->cert);
    gnutls_privkey_init(&identity->key);
    gnutls_privkey_import_x509(identity->key, secret,
                               GNUTLS_PRIVKEY_IMPORT_AUTO_RELEASE);
    gnutls_x509_crt_deinit(crt);
    gnutls_free(der.data);
    return identity;
}

G_GNUC_UNUSED static void
identity_free(Identity *identity)
{
    cert_unref(identity->cert);
    gnutls_privkey_deinit(identity->key);
    g_free(identity);
}

G_GNUC_UNUSED static GBytes *
identity_sign(const Identity *signer, gnutls_sign_algorithm_t algorithm,
              guint flags, Span message)
{
    gnutls_datum_t text = {(guint8 *)(gsize)message.data,
                           (guint)message.size};
    gnutls_datum_t value = {NULL, 0};
    assert_true(gnutls_privkey_sign_data2(signer->key, algorithm, flags,
                                          &text, &value) >= 0);
    GBytes *out = g_bytes_new(value.data, value.size);
    gnutls_free(value.data);
    return out;
}

/* An attribute with the given values, each DER, NULL at the end. */
G_GNUC_UNUSED static GBytes *
attribute_of(Oid oid, ...)
{
    DerWriter *der = der_new();
    der_put(der, TLV_OID, oid_body(oid));
    guint values = der->len;
    va_list list;
    GBytes *value;
    va_start(list, oid);
    while ((value = va_arg(list, GBytes *)) != NULL) {
        der_put_raw(der, span_of(value));
        g_bytes_unref(value);
    }
    va_end(list);
    der_wrap(der, values, TLV_SET);
    der_wrap(der, 0, TLV_SEQUENCE);
    return der_finish(der);
}

G_GNUC_UNUSED static GBytes *
value_of(guint8 tag, const void *data, gsize size)
{
    DerWriter *der = der_new();
    der_put(der, tag, (Span){data, size});
    return der_finish(der);
}

G_GNUC_UNUSED static GBytes *
value_oid(Oid oid)
{
    return value_of(TLV_OID, oid_body(oid).data, oid_body(oid).size);
}

G_GNUC_UNUSED static GBytes *
value_digest(Oid oid, GBytes *content)
{
    guint8 hash[64];
    gnutls_digest_algorithm_t digest = digest_find(oid)->gnutls;
    Span bytes = span_of(content);
    gnutls_hash_fast(digest, bytes.data, bytes.size, hash);
    return value_of(TLV_OCTETS, hash, gnutls_hash_get_len(digest));
}

typedef struct {
    const Identity *signer;
    Oid digest;                   /* SHA-256 if unset */
    Oid scheme;                   /* with NULL parameters; by key if unset */
    GBytes *scheme_body;          /* the whole contents instead */
    gnutls_sign_algorithm_t sign; /* by key and digest if unset */
    guint sign_flags;
    GBytes *content; /* what is signed */
    gboolean attached;
    guint segments; /* BER: eContent in so many pieces */
    gboolean no_attributes;
    GPtrArray *attributes; /* GBytes; the usual three if NULL */
    gboolean unsorted;     /* attributes in the order given */
    Oid type;              /* eContentType; data if unset */
    gboolean by_key_id;
    guint signers, certs, digests; /* how many of each, 1 if unset */
    const Identity *stranger;      /* whose certificate is attached instead */
    GBytes *signature;             /* instead of signing */
    GBytes *unsigned_attribute;
} Forge;

static gnutls_sign_algorithm_t
forge_sign_number(const Forge *forge, Oid digest)
{
    if (forge->sign != 0)
        return forge->sign;
    int kind = gnutls_privkey_get_pk_algorithm(forge->signer->key, NULL);
    if (kind == GNUTLS_PK_EDDSA_ED25519)
        return GNUTLS_SIGN_EDDSA_ED25519;
    return gnutls_pk_to_sign((gnutls_pk_algorithm_t)kind,
                             digest_find(digest)->gnutls);
}

static void
forge_scheme(DerWriter *der, const Forge *forge)
{
    static const struct {
        KeyKind kind;
        Oid oid;
    } usual[] = {
        {KEY_EC, OID_EC_KEY}, {KEY_ED25519, OID_ED25519}, {KEY_DSA, OID_DSA}};
    guint mark = der->len;
    Oid oid = forge->scheme;
    KeyKind kind = cert_key_kind(forge->signer->cert);
    for (gsize i = 0; oid == OID_UNKNOWN && i < G_N_ELEMENTS(usual); i++)
        if (usual[i].kind == kind)
            oid = usual[i].oid;
    if (forge->scheme_body != NULL)
        der_put_raw(der, span_of(forge->scheme_body));
    else if (oid == OID_UNKNOWN)
        algorithm_put_null(der, OID_RSA);
    else if (kind == KEY_RSA)
        algorithm_put_null(der, oid);
    else
        algorithm_put_plain(der, oid);
    der_wrap(der, mark, TLV_SEQUENCE);
}

static GBytes *
forge_attributes(const Forge *forge, Oid digest)
{
    g_autoptr(GPtrArray) usual =
        g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    const GPtrArray *list = forge->attributes;
    if (list == NULL) {
        g_ptr_array_add(
            usual, attribute_of(OID_CONTENT_TYPE, value_oid(OID_DATA), NULL));
        g_ptr_array_add(
            usual,
            attribute_of(OID_SIGNING_TIME,
                         value_of(TLV_UTC_TIME, "261125120000Z", 13), NULL));
        g_ptr_array_add(
            usual, attribute_of(OID_MESSAGE_DIGEST,
                                value_digest(digest, forge->content), NULL));
        list = usual;
    }
    DerWriter *der = der_new();
    for (guint i = 0; i < list->len; i++)
        der_put_raw(der, span_of(g_ptr_array_index(list, i)));
    if (!forge->unsorted)
        der_sort(der, 0);
    der_wrap(der, 0, TLV_SET);
    return der_finish(der);
}

static void
forge_identifier(DerWriter *der, const Forge *forge)
{
    const Cert *cert = forge->signer->cert;
    if (forge->by_key_id) {
        der_put(der, TLV_CONTEXT, span_of(cert_key_id(cert)));
        return;
    }
    guint mark = der->len;
    der_put_raw(der, span_of(cert_issuer_der(cert)));
    der_put(der, TLV_INTEGER, span_of(cert_serial_der(cert)));
    der_wrap(der, mark, TLV_SEQUENCE);
}

static void
forge_digest(DerWriter *der, Oid digest)
{
    guint mark = der->len;
    algorithm_put_plain(der, digest);
    der_wrap(der, mark, TLV_SEQUENCE);
}

static void
forge_signer(DerWriter *der, const Forge *forge, Oid digest)
{
    guint mark = der->len;
    g_autoptr(GBytes) set = forge_attributes(forge, digest);
    g_autoptr(GBytes) value =
        forge->signature != NULL
            ? g_bytes_ref(forge->signature)
            : identity_sign(
                  forge->signer, forge_sign_number(forge, digest),
                  forge->sign_flags,
                  span_of(forge->no_attributes ? forge->content : set));
    der_put_int(der, forge->by_key_id ? 3 : 1);
    forge_identifier(der, forge);
    forge_digest(der, digest);
    if (!forge->no_attributes) {
        guint at = der->len;
        der_put_raw(der, span_of(set));
        der->data[at] = TLV_EXPLICIT;
    }
    forge_scheme(der, forge);
    der_put(der, TLV_OCTETS, span_of(value));
    if (forge->unsigned_attribute != NULL)
        der_put(der, TLV_EXPLICIT + 1, span_of(forge->unsigned_attribute));
    der_wrap(der, mark, TLV_SEQUENCE);
}

/* eContent in pieces is constructed, the outer lengths indefinite. */
static void
forge_content(DerWriter *der, const Forge *forge)
{
    guint mark = der->len;
    Span rest = span_of(forge->content);
    gsize piece = forge->segments == 0 ? 0 : rest.size / forge->segments + 1;
    if (forge->segments == 0) {
        der_put(der, TLV_OCTETS, rest);
        der_wrap(der, mark, TLV_EXPLICIT);
        return;
    }
    der_put_raw(der, (Span){(const guint8 *)"\xa0\x80\x24\x80", 4});
    while (rest.size > 0) {
        gsize size = MIN(piece, rest.size);
        der_put(der, TLV_OCTETS, (Span){rest.data, size});
        rest = (Span){rest.data + size, rest.size - size};
    }
    der_put_raw(der, (Span){(const guint8 *)"\0\0\0\0", 4});
}

static void
forge_certs(DerWriter *der, const Forge *forge)
{
    guint mark = der->len;
    const Identity *whose =
        forge->stranger != NULL ? forge->stranger : forge->signer;
    for (guint i = 0; i < MAX(forge->certs, 1); i++)
        der_put_raw(der, span_of(cert_der(whose->cert)));
    der_wrap(der, mark, TLV_EXPLICIT);
}

/* signers: G_MAXUINT for none at all. */
G_GNUC_UNUSED static GBytes *
forge_build(const Forge *forge)
{
    Oid digest = forge->digest == OID_UNKNOWN ? OID_SHA256 : forge->digest;
    DerWriter *der = der_new();
    der_put(der, TLV_OID, oid_body(OID_SIGNED_DATA));
    guint content = der->len;
    der_put_int(der, 1);
    guint mark = der->len;
    for (guint i = 0; i < MAX(forge->digests, 1); i++)
        forge_digest(der, digest);
    der_wrap(der, mark, TLV_SET);
    mark = der->len;
    der_put(der, TLV_OID,
            oid_body(forge->type == OID_UNKNOWN ? OID_DATA : forge->type));
    if (forge->attached)
        forge_content(der, forge);
    der_wrap(der, mark, TLV_SEQUENCE);
    forge_certs(der, forge);
    mark = der->len;
    guint signers = forge->signers == G_MAXUINT ? 0 : MAX(forge->signers, 1);
    for (guint i = 0; i < signers; i++)
        forge_signer(der, forge, digest);
    der_wrap(der, mark, TLV_SET);
    der_wrap(der, content, TLV_SEQUENCE);
    der_wrap(der, content, TLV_EXPLICIT);
    der_wrap(der, 0, TLV_SEQUENCE);
    return der_finish(der);
}

#endif
