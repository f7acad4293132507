#include "core/pki/authority.h"

#include <gnutls/crypto.h>
#include <string.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/pki/authority_key.h"
#include "core/pki/cert_fields.h"
#include "core/pki/signature.h"

#define NAME_MAX_CHARACTERS 64 /* ub-common-name, ub-organization-name */

static gnutls_datum_t
datum_of(Der der)
{
    return (gnutls_datum_t){(guint8 *)(guintptr)der.data, (unsigned)der.size};
}

char *
authority_serial_new(void)
{
    guint8 raw[AUTHORITY_SERIAL_BYTES];
    secret_random(raw, sizeof raw);
    /* Positive, and always of the same length: no leading zero octet. */
    raw[0] = (guint8)((raw[0] & 0x3f) | 0x40);
    GString *hex = g_string_sized_new(2 * sizeof raw + 1);
    for (gsize i = 0; i < sizeof raw; i++)
        g_string_append_printf(hex, "%02x", raw[i]);
    return g_string_free(hex, FALSE);
}

gboolean
authority_serial_bytes(const char *hex, GByteArray *out)
{
    gsize size = strlen(hex);
    if (size == 0 || size % 2 != 0 || size > 40)
        return FALSE;
    for (gsize i = 0; i < size; i += 2) {
        gint high = g_ascii_xdigit_value(hex[i]);
        gint low = g_ascii_xdigit_value(hex[i + 1]);
        guint8 octet = (guint8)(high << 4 | low);
        if (high < 0 || low < 0)
            return FALSE;
        g_byte_array_append(out, &octet, 1);
    }
    return TRUE;
}

gboolean
authority_key_id(Der public_key, guint8 out[20])
{
    guint8 digest[32];
    Der sequence, algorithm, bits, key;
    if (!der_only(public_key, DER_SEQUENCE, &sequence) ||
        !der_take(&sequence, DER_SEQUENCE, &algorithm) ||
        !der_only(sequence, DER_BIT_STRING, &bits) ||
        !der_bit_octets(bits, &key) ||
        gnutls_hash_fast(GNUTLS_DIG_SHA256, key.data, key.size, digest) < 0)
        return FALSE;
    memcpy(out, digest, 20);
    return TRUE;
}

static GBytes *
public_key_der(gnutls_pubkey_t key)
{
    gnutls_datum_t der = {NULL, 0};
    if (gnutls_pubkey_export2(key, GNUTLS_X509_FMT_DER, &der) < 0)
        return NULL;
    GBytes *bytes = g_bytes_new(der.data, der.size);
    gnutls_free(der.data);
    return bytes;
}

gboolean
authority_key_fits(const AuthorityKey *key, const Cert *cert)
{
    g_autoptr(GBytes) own = public_key_der(key->public);
    return own != NULL && der_equal(der_of(own), cert->public_key);
}

GBytes *
authority_export(gnutls_x509_crt_t crt, GError **error)
{
    gnutls_datum_t der = {NULL, 0};
    int status = gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_DER, &der);
    if (status < 0) {
        authority_fail(error, "writing a certificate", status);
        return NULL;
    }
    GBytes *bytes = g_bytes_new(der.data, der.size);
    gnutls_free(der.data);
    return bytes;
}

static int
set_name(gnutls_x509_crt_t crt, const char *oid, const char *text)
{
    if (text == NULL || *text == '\0')
        return 0;
    g_autofree char *cut = g_utf8_substring(
        text, 0, MIN(g_utf8_strlen(text, -1), NAME_MAX_CHARACTERS));
    return gnutls_x509_crt_set_dn_by_oid(crt, oid, 0, cut,
                                         (unsigned)strlen(cut));
}

/* Version, serial number, times and both key identifiers. */
static int
set_frame(gnutls_x509_crt_t crt, const char *serial, gint64 not_before,
          gint64 not_after, Der subject_key, GBytes *authority_id)
{
    guint8 id[20];
    g_autoptr(GByteArray) raw = g_byte_array_new();
    if (!authority_serial_bytes(serial, raw) ||
        !authority_key_id(subject_key, id))
        return GNUTLS_E_INVALID_REQUEST;
    gsize size = sizeof id;
    const guint8 *above = id;
    if (authority_id != NULL)
        above = g_bytes_get_data(authority_id, &size);
    int status = gnutls_x509_crt_set_version(crt, 3);
    if (status >= 0)
        status = gnutls_x509_crt_set_serial(crt, raw->data, raw->len);
    if (status >= 0)
        status = gnutls_x509_crt_set_activation_time(crt, not_before);
    if (status >= 0)
        status = gnutls_x509_crt_set_expiration_time(crt, not_after);
    if (status >= 0)
        status = gnutls_x509_crt_set_subject_key_id(crt, id, sizeof id);
    if (status >= 0)
        status = gnutls_x509_crt_set_authority_key_id(crt, above, size);
    return status;
}

GBytes *
authority_make_root(const AuthorityKey *key, const AuthorityRoot *root,
                    GError **error)
{
    g_auto(gnutls_x509_crt_t) crt = NULL;
    g_autofree char *serial = authority_serial_new();
    g_autoptr(GBytes) public = public_key_der(key->public);
    int status = public != NULL ? gnutls_x509_crt_init(&crt)
                                : GNUTLS_E_INVALID_REQUEST;
    if (status >= 0)
        status = gnutls_x509_crt_set_pubkey(crt, key->public);
    if (status >= 0)
        status = set_name(crt, NAME_ORGANISATION, root->organisation);
    if (status >= 0)
        status = set_name(crt, NAME_COMMON_NAME, root->name);
    if (status >= 0)
        status = set_frame(crt, serial, root->not_before, root->not_after,
                           der_of(public), NULL);
    /* It signs people, never another authority: path length 0. */
    if (status >= 0)
        status = gnutls_x509_crt_set_basic_constraints(crt, 1, 0);
    if (status >= 0)
        status = gnutls_x509_crt_set_key_usage(crt, GNUTLS_KEY_KEY_CERT_SIGN |
                                                        GNUTLS_KEY_CRL_SIGN);
    if (status >= 0)
        status = gnutls_x509_crt_privkey_sign(crt, crt, key->handle,
                                              key->digest, 0);
    if (status < 0) {
        authority_fail(error, "making its certificate", status);
        return NULL;
    }
    return authority_export(crt, error);
}

/* rfc822Name where the address can be one, else SmtpUTF8Mailbox (RFC 9598);
 * the domain is in A-labels in both. */
static int
set_address(gnutls_x509_crt_t crt, const char *address)
{
    const char *at = strrchr(address, '@');
    g_autofree char *domain =
        at != NULL ? address_domain_ascii(at + 1) : NULL;
    if (domain == NULL)
        return GNUTLS_E_INVALID_REQUEST;
    g_autofree char *text =
        g_strdup_printf("%.*s@%s", (int)(at - address), address, domain);
    if (g_str_is_ascii(text))
        return gnutls_x509_crt_set_subject_alt_name(
            crt, GNUTLS_SAN_RFC822NAME, text, (unsigned)strlen(text),
            GNUTLS_FSAN_SET);
    return gnutls_x509_crt_set_subject_alt_othername(
        crt, OTHER_NAME_SMTP_UTF8, text, (unsigned)strlen(text),
        GNUTLS_FSAN_SET | GNUTLS_FSAN_ENCODE_UTF8_STRING);
}

static int
set_usage(gnutls_x509_crt_t crt, KeyKind kind)
{
    unsigned usage = GNUTLS_KEY_DIGITAL_SIGNATURE |
                     (kind == KEY_EC ? GNUTLS_KEY_KEY_AGREEMENT
                                     : GNUTLS_KEY_KEY_ENCIPHERMENT);
    int status = gnutls_x509_crt_set_basic_constraints(crt, 0, -1);
    if (status >= 0)
        status = gnutls_x509_crt_set_key_usage(crt, usage);
    if (status >= 0)
        status = gnutls_x509_crt_set_key_purpose_oid(crt, PURPOSE_EMAIL, 0);
    return status;
}

static int
fill_leaf(gnutls_x509_crt_t crt, const Cert *issuer, const Csr *csr,
          const AuthorityLeaf *leaf)
{
    g_auto(gnutls_pubkey_t) public = NULL;
    gnutls_datum_t spki = datum_of(csr->public_key);
    const char *name = leaf->name != NULL && *leaf->name != '\0'
                           ? leaf->name
                           : leaf->address;
    int status = gnutls_pubkey_init(&public);
    if (status >= 0)
        status = gnutls_pubkey_import(public, &spki, GNUTLS_X509_FMT_DER);
    if (status >= 0)
        status = gnutls_x509_crt_set_pubkey(crt, public);
    if (status >= 0)
        status = set_name(crt, NAME_COMMON_NAME, name);
    if (status >= 0)
        status = set_address(crt, leaf->address);
    if (status >= 0)
        status = set_usage(crt, csr->kind);
    if (status >= 0 && leaf->crl_url != NULL)
        status = gnutls_x509_crt_set_crl_dist_points2(
            crt, GNUTLS_SAN_URI, leaf->crl_url,
            (unsigned)strlen(leaf->crl_url), 0);
    if (status >= 0)
        status =
            set_frame(crt, leaf->serial, leaf->not_before, leaf->not_after,
                      csr->public_key, cert_key_id(issuer));
    return status;
}

/* What leaves must be what was meant: read back, and held to its issuer. */
static GBytes *
checked(gnutls_x509_crt_t crt, const Cert *issuer, const char *address,
        GError **error)
{
    g_autoptr(GBytes) der = authority_export(crt, error);
    g_autoptr(Cert) cert = der != NULL ? cert_parse(der, error) : NULL;
    if (cert == NULL)
        return NULL;
    if (!signature_verify(issuer->public_key, cert->signature_algorithm,
                          cert->tbs, cert->signature) ||
        !cert_has_address(cert, address) ||
        !cert_names_issuer(cert, issuer)) {
        authority_fail(error, "a certificate that came out wrong",
                       GNUTLS_E_INTERNAL_ERROR);
        return NULL;
    }
    return g_steal_pointer(&der);
}

GBytes *
authority_issue(const AuthorityKey *key, const Cert *issuer, const Csr *csr,
                const AuthorityLeaf *leaf, GError **error)
{
    g_auto(gnutls_x509_crt_t) crt = NULL, above = NULL;
    gnutls_datum_t der = datum_of(der_of(cert_der(issuer)));
    int status = gnutls_x509_crt_init(&crt);
    if (status >= 0)
        status = gnutls_x509_crt_init(&above);
    if (status >= 0)
        status = gnutls_x509_crt_import(above, &der, GNUTLS_X509_FMT_DER);
    if (status >= 0)
        status = fill_leaf(crt, issuer, csr, leaf);
    if (status >= 0)
        status = gnutls_x509_crt_privkey_sign(crt, above, key->handle,
                                              key->digest, 0);
    if (status < 0) {
        authority_fail(error, "making a certificate", status);
        return NULL;
    }
    return checked(crt, issuer, leaf->address, error);
}
