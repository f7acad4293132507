/* Whole certificates and CRLs out of the pieces of forge.h. */
#ifndef SCEAU_TESTS_FORGE_CERT_H
#define SCEAU_TESTS_FORGE_CERT_H

#include "tests/pki/forge.h"

/* What is not said: version 3, one year around TEST_NOW, SHA-256, serial 1,
 * issuer like subject, signed by its own key. */
typedef struct {
    GBytes *subject, *issuer; /* Names, taken; issuer NULL: the subject */
    const Key *key, *signer;
    GBytes *spki; /* instead of the key's own, taken */
    gint64 not_before, not_after;
    gnutls_digest_algorithm_t digest;
    gnutls_digest_algorithm_t inner; /* what is said inside; 0: the same */
    guint version, serial;
    GBytes *extensions[10]; /* taken */
} CertSpec;

static inline GBytes *
forge_extensions(GBytes *const *extensions)
{
    g_autoptr(GPtrArray) list =
        g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    for (guint i = 0; extensions[i] != NULL; i++)
        g_ptr_array_add(list, extensions[i]);
    if (list->len == 0)
        return raw("");
    return wrap(0xa3, join(g_steal_pointer(&list), DER_SEQUENCE), NULL);
}

static inline GBytes *
forge_der(const CertSpec *spec)
{
    const Key *signer = spec->signer ? spec->signer : spec->key;
    gnutls_digest_algorithm_t digest =
        spec->digest ? spec->digest : GNUTLS_DIG_SHA256;
    guint version = spec->version ? spec->version : 3;
    gint64 from = spec->not_before ? spec->not_before : TEST_NOW - 180 * DAY;
    gint64 until = spec->not_after ? spec->not_after : TEST_NOW + 180 * DAY;
    GBytes *issuer = spec->issuer ? spec->issuer : g_bytes_ref(spec->subject);
    GBytes *tbs = wrap(
        DER_SEQUENCE,
        version > 1 ? wrap(0xa0, number(DER_INTEGER, version - 1), NULL)
                    : raw(""),
        number(DER_INTEGER, spec->serial ? spec->serial : 1),
        signature_algorithm(signer, spec->inner ? spec->inner : digest),
        issuer, wrap(DER_SEQUENCE, moment(from), moment(until), NULL),
        spec->subject, spec->spki ? spec->spki : g_bytes_ref(spec->key->spki),
        forge_extensions(spec->extensions), NULL);
    return sign(tbs, signer, digest);
}

static inline Cert *
forge(const CertSpec *spec)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) der = forge_der(spec);
    Cert *cert = cert_parse(der, &error);
    if (cert == NULL)
        fail_msg("%s", error->message);
    return cert;
}

/* A root named cn that may sign certificates and CRLs. */
static inline Cert *
forge_root(const char *cn, const Key *key)
{
    return forge(&(CertSpec){
        .subject = dn(cn),
        .key = key,
        .extensions = {ext_ca(TRUE, -1),
                       ext_usage(USAGE_CERT_SIGN | USAGE_CRL_SIGN)}});
}

static inline Cert *
forge_authority(const char *cn, const Key *key, const char *issuer,
                const Key *signer)
{
    return forge(&(CertSpec){
        .subject = dn(cn),
        .issuer = dn(issuer),
        .key = key,
        .signer = signer,
        .serial = 2,
        .extensions = {ext_ca(TRUE, -1),
                       ext_usage(USAGE_CERT_SIGN | USAGE_CRL_SIGN)}});
}

/* Ana, who may sign mail. */
static inline Cert *
forge_person(const Key *key, const char *issuer, const Key *signer)
{
    return forge(
        &(CertSpec){.subject = dn("Ana"),
                    .issuer = dn(issuer),
                    .key = key,
                    .signer = signer,
                    .serial = 7,
                    .extensions = {ext_usage(USAGE_DIGITAL_SIGNATURE),
                                   ext_purpose(MAIL_PURPOSE),
                                   ext_alt(mail_name("ana@example.org"))}});
}

typedef struct {
    GBytes *issuer; /* taken */
    const Key *signer;
    gint64 this_update, next_update; /* 0: a day before, a week after now;
                                        next -1: none */
    guint serial;                    /* of the one entry; 0: no entry */
    gint64 revoked;                  /* 0: a day before now */
    GBytes *entry_extensions[4];     /* taken */
    GBytes *extensions[6];           /* taken */
    gnutls_digest_algorithm_t digest, inner;
} CrlSpec;

static inline GBytes *
forge_entry(const CrlSpec *spec)
{
    g_autoptr(GPtrArray) list =
        g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    if (spec->serial == 0)
        return raw("");
    for (guint i = 0; spec->entry_extensions[i] != NULL; i++)
        g_ptr_array_add(list, spec->entry_extensions[i]);
    GBytes *more =
        list->len == 0 ? raw("") : join(g_steal_pointer(&list), DER_SEQUENCE);
    gint64 date = spec->revoked ? spec->revoked : TEST_NOW - DAY;
    return wrap(DER_SEQUENCE,
                wrap(DER_SEQUENCE, number(DER_INTEGER, spec->serial),
                     moment(date), more, NULL),
                NULL);
}

static inline GBytes *
forge_crl(const CrlSpec *spec)
{
    gnutls_digest_algorithm_t digest =
        spec->digest ? spec->digest : GNUTLS_DIG_SHA256;
    g_autoptr(GPtrArray) list =
        g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    for (guint i = 0; spec->extensions[i] != NULL; i++)
        g_ptr_array_add(list, spec->extensions[i]);
    GBytes *more =
        list->len == 0
            ? raw("")
            : wrap(0xa0, join(g_steal_pointer(&list), DER_SEQUENCE), NULL);
    gint64 from = spec->this_update ? spec->this_update : TEST_NOW - DAY;
    gint64 next = spec->next_update ? spec->next_update : TEST_NOW + 7 * DAY;
    GBytes *tbs = wrap(
        DER_SEQUENCE, number(DER_INTEGER, 1),
        signature_algorithm(spec->signer, spec->inner ? spec->inner : digest),
        spec->issuer, moment(from), next < 0 ? raw("") : moment(next),
        forge_entry(spec), more, NULL);
    return sign(tbs, spec->signer, digest);
}

#endif
