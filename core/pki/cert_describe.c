/* What a certificate is called and how its key is described, for people. */
#include "core/pki/cert_fields.h"

#include "core/base/error.h"
#include "core/pki/gnutls_auto.h"

#include <string.h>

typedef int (*DnReader)(gnutls_x509_crt_t crt, gnutls_datum_t *dn,
                        unsigned flags);

static char *
read_dn(gnutls_x509_crt_t crt, DnReader read)
{
    gnutls_datum_t dn = {NULL, 0};
    /* An empty name is an error to GnuTLS and none to RFC 5280. */
    if (read(crt, &dn, 0) < 0)
        return g_strdup("");
    g_autofree char *text = g_strndup((const char *)dn.data, dn.size);
    gnutls_free(dn.data);
    return g_utf8_make_valid(text, -1);
}

/* The last of an attribute's values, the most specific; or NULL. */
static char *
last_value(Der name, const char *oid)
{
    g_autoptr(GPtrArray) values = name_values(name, oid);
    if (values->len == 0)
        return NULL;
    return g_strdup(g_ptr_array_index(values, values->len - 1));
}

static char *
hex_of(GBytes *bytes)
{
    Der der = der_of(bytes);
    GString *hex = g_string_sized_new(2 * der.size + 1);
    for (gsize i = 0; i < der.size; i++)
        g_string_append_printf(hex, "%02x", der.data[i]);
    return g_string_free(hex, FALSE);
}

static KeyKind
kind_of(int algorithm)
{
    switch (algorithm) {
    case GNUTLS_PK_RSA:
        return KEY_RSA;
    case GNUTLS_PK_RSA_PSS:
        return KEY_RSA_PSS;
    case GNUTLS_PK_ECDSA:
        return KEY_EC;
    case GNUTLS_PK_EDDSA_ED25519:
        return KEY_ED25519;
    case GNUTLS_PK_DSA:
        return KEY_DSA;
    case GNUTLS_PK_ECDH_X25519:
        return KEY_X25519;
    default:
        return KEY_OTHER;
    }
}

static char *
describe_key(KeyKind kind, guint bits, const char *name)
{
    switch (kind) {
    case KEY_RSA:
        return g_strdup_printf("RSA %u", bits);
    case KEY_RSA_PSS:
        return g_strdup_printf("RSA-PSS %u", bits);
    case KEY_EC:
        return g_strdup_printf("P-%u", bits);
    case KEY_ED25519:
        return g_strdup("Ed25519");
    case KEY_DSA:
        return g_strdup_printf("DSA %u", bits);
    case KEY_X25519:
        return g_strdup("X25519");
    case KEY_OTHER:
        return g_strdup_printf("%s %u", name ? name : "?", bits);
    }
    g_assert_not_reached();
}

/* Only the NIST curves are called by their size; any other curve, and one
 * written out in numbers, is a key of another kind. */
static gboolean
is_nist_curve(gnutls_x509_crt_t crt)
{
    gnutls_ecc_curve_t curve = GNUTLS_ECC_CURVE_INVALID;
    gnutls_pk_algorithm_t algorithm;
    g_auto(gnutls_pubkey_t) key = NULL;
    if (gnutls_pubkey_init(&key) < 0 ||
        gnutls_pubkey_import_x509(key, crt, 0) < 0 ||
        gnutls_pubkey_export_ecc_raw2(key, &curve, NULL, NULL, 0) < 0)
        return FALSE;
    algorithm = gnutls_ecc_curve_get_pk(curve);
    return algorithm == GNUTLS_PK_ECDSA &&
           g_str_has_prefix(gnutls_ecc_curve_get_name(curve), "SECP");
}

static void
describe_public_key(Cert *cert, gnutls_x509_crt_t crt)
{
    unsigned bits = 0;
    int algorithm = gnutls_x509_crt_get_pk_algorithm(crt, &bits);
    cert->kind = kind_of(algorithm);
    if (cert->kind == KEY_EC && !is_nist_curve(crt))
        cert->kind = KEY_OTHER;
    /* GnuTLS counts the whole octets of a point: 528 for P-521. */
    cert->bits = cert->kind == KEY_EC && bits == 528 ? 521 : bits;
    cert->algorithm = describe_key(
        cert->kind, cert->bits,
        gnutls_pk_get_name((gnutls_pk_algorithm_t)MAX(algorithm, 0)));
}

gboolean
cert_describe(Cert *cert, GError **error)
{
    g_auto(gnutls_x509_crt_t) crt = NULL;
    gsize size;
    const void *data = g_bytes_get_data(cert->der, &size);
    gnutls_datum_t der = {(guint8 *)(guintptr)data, (unsigned)size};
    if (gnutls_x509_crt_init(&crt) < 0 ||
        gnutls_x509_crt_import(crt, &der, GNUTLS_X509_FMT_DER) < 0) {
        g_set_error(error, APP_ERROR, APP_ERROR_CERTIFICATE,
                    "certificate: its structure is not X.509");
        return FALSE;
    }
    cert->subject = read_dn(crt, gnutls_x509_crt_get_dn3);
    cert->issuer = read_dn(crt, gnutls_x509_crt_get_issuer_dn3);
    describe_public_key(cert, crt);

    Der issuer = der_of(cert->issuer_der);
    cert->name = last_value(cert->subject_name, NAME_COMMON_NAME);
    if (cert->name == NULL)
        cert->name = g_strdup(cert->subject);
    cert->issuer_name = last_value(issuer, NAME_COMMON_NAME);
    if (cert->issuer_name == NULL)
        cert->issuer_name = last_value(issuer, NAME_ORGANISATION);
    if (cert->issuer_name == NULL)
        cert->issuer_name = g_strdup(cert->issuer);
    cert->serial = hex_of(cert->serial_der);
    cert->fingerprint =
        g_compute_checksum_for_data(G_CHECKSUM_SHA256, data, size);
    return TRUE;
}
