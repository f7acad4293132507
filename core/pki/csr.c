#include "core/pki/csr.h"

#include <string.h>

#include "core/base/error.h"
#include "core/pki/cert_fields.h"
#include "core/pki/pem.h"
#include "core/pki/signature.h"

#define OID_EXTENSION_REQUEST "1.2.840.113549.1.9.14"
#define OID_ALT_NAME "2.5.29.17"
#define OID_RSA "1.2.840.113549.1.1.1"
#define OID_EC "1.2.840.10045.2.1"
#define MAX_ATTRIBUTES 32
#define MAX_EXTENSIONS 64

static gboolean
refuse(GError **error, const char *what)
{
    g_set_error(error, APP_ERROR, APP_ERROR_CERTIFICATE, "request: %s", what);
    return FALSE;
}

/* Bits of the modulus, leading zeros apart. */
static guint
modulus_bits(Der key)
{
    Der sequence, modulus;
    if (!der_only(key, DER_SEQUENCE, &sequence) ||
        !der_take(&sequence, DER_INTEGER, &modulus))
        return 0;
    while (modulus.size > 0 && modulus.data[0] == 0) {
        modulus.data++;
        modulus.size--;
    }
    if (modulus.size == 0)
        return 0;
    guint bits = 8 * (guint)(modulus.size - 1);
    return bits + g_bit_storage(modulus.data[0]);
}

static const struct {
    const char *oid;
    guint bits;
} curves[] = {
    {"1.2.840.10045.3.1.1", 192}, {"1.3.132.0.33", 224},
    {"1.2.840.10045.3.1.7", 256}, {"1.3.132.0.34", 384},
    {"1.3.132.0.35", 521},
};

/* Only the named NIST curves; any other is a key of another kind. */
static void
describe_curve(Csr *csr, Der parameters)
{
    Der name;
    for (gsize i = 0; i < G_N_ELEMENTS(curves); i++) {
        if (der_only(parameters, DER_OID, &name) &&
            der_is_oid(name, curves[i].oid)) {
            csr->kind = KEY_EC;
            csr->bits = curves[i].bits;
        }
    }
}

/* cert_key_within_limits() has walked through it. */
static void
describe_key(Csr *csr)
{
    Der sequence, algorithm, oid, bits, key;
    csr->kind = KEY_OTHER;
    if (der_only(csr->public_key, DER_SEQUENCE, &sequence) &&
        der_take(&sequence, DER_SEQUENCE, &algorithm) &&
        der_take(&algorithm, DER_OID, &oid) &&
        der_only(sequence, DER_BIT_STRING, &bits) &&
        der_bit_octets(bits, &key)) {
        if (der_is_oid(oid, OID_RSA)) {
            csr->kind = KEY_RSA;
            csr->bits = modulus_bits(key);
        } else if (der_is_oid(oid, OID_EC)) {
            describe_curve(csr, algorithm);
        }
    }
    csr->algorithm =
        csr->kind == KEY_RSA  ? g_strdup_printf("RSA %u", csr->bits)
        : csr->kind == KEY_EC ? g_strdup_printf("P-%u", csr->bits)
                              : g_strdup("?");
    csr->key = g_compute_checksum_for_data(
        G_CHECKSUM_SHA256, csr->public_key.data, csr->public_key.size);
}

/* Another kind of name is ignored; a mailbox that is none is remembered. */
static void
read_alt_name(Csr *csr, const DerItem *name, GPtrArray *found)
{
    char oid[DER_OID_MAX];
    DerItem content;
    char *address = NULL;
    if (name->tag == GENERAL_EMAIL)
        address = address_of_rfc822(name->value);
    else if (name->tag == GENERAL_OTHER &&
             cert_other_name(name->value, oid, &content) &&
             strcmp(oid, OTHER_NAME_SMTP_UTF8) == 0)
        address = address_of_smtp_utf8(&content);
    else
        return;
    if (address != NULL)
        g_ptr_array_add(found, address);
    else
        csr->strange = TRUE;
}

static gboolean
read_alt_names(Csr *csr, Der contents, GPtrArray *found)
{
    Der names;
    DerItem name;
    guint count = 0;
    if (!der_only(contents, DER_SEQUENCE, &names))
        return FALSE;
    while (names.size > 0) {
        if (++count > CERT_MAX_ALT_NAMES || !der_next(&names, &name))
            return FALSE;
        read_alt_name(csr, &name, found);
    }
    return TRUE;
}

static gboolean
read_extensions(Csr *csr, Der values, GPtrArray *found)
{
    Der list, extension, oid, mark, value;
    guint count = 0;
    if (!der_only(values, DER_SEQUENCE, &list))
        return FALSE;
    while (list.size > 0) {
        if (++count > MAX_EXTENSIONS ||
            !der_take(&list, DER_SEQUENCE, &extension) ||
            !der_take(&extension, DER_OID, &oid))
            return FALSE;
        der_take(&extension, DER_BOOLEAN, &mark);
        if (!der_only(extension, DER_OCTET_STRING, &value))
            return FALSE;
        if (der_is_oid(oid, OID_ALT_NAME) &&
            !read_alt_names(csr, value, found))
            return FALSE;
    }
    return TRUE;
}

/* [0] IMPLICIT SET OF Attribute; absent from what some programs write. */
static gboolean
read_attributes(Csr *csr, Der info, GPtrArray *found)
{
    Der list, attribute, oid, values;
    guint count = 0;
    if (info.size == 0)
        return TRUE;
    if (!der_only(info, DER_CONTEXT | DER_CONSTRUCTED | 0, &list))
        return FALSE;
    while (list.size > 0) {
        if (++count > MAX_ATTRIBUTES ||
            !der_take(&list, DER_SEQUENCE, &attribute) ||
            !der_take(&attribute, DER_OID, &oid) ||
            !der_only(attribute, DER_SET, &values))
            return FALSE;
        if (der_is_oid(oid, OID_EXTENSION_REQUEST) &&
            !read_extensions(csr, values, found))
            return FALSE;
    }
    return TRUE;
}

/* CertificationRequestInfo: version, subject, key, attributes. */
static gboolean
read_info(Csr *csr, Der info, GError **error)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);
    Der version, subject;
    DerItem key;
    guint number;
    if (!der_take(&info, DER_INTEGER, &version) ||
        !der_uint(version, &number) || number != 0 ||
        !der_take(&info, DER_SEQUENCE, &subject) ||
        !der_take_item(&info, DER_SEQUENCE, &key))
        return refuse(error, "version, name or key cannot be read");
    if (!cert_key_within_limits(key.whole, error))
        return FALSE;
    csr->public_key = key.whole;
    describe_key(csr);
    if (!read_attributes(csr, info, found))
        return refuse(error, "attributes cannot be read");
    g_ptr_array_add(found, NULL);
    csr->addresses = (char **)g_ptr_array_steal(found, NULL);
    return TRUE;
}

Csr *
csr_parse(GBytes *der, GError **error)
{
    Der whole, algorithm, bits, signature;
    DerItem info;
    if (g_bytes_get_size(der) > CSR_MAX_BYTES) {
        refuse(error, "more than 8 KiB");
        return NULL;
    }
    if (!der_only(der_of(der), DER_SEQUENCE, &whole) ||
        !der_take_item(&whole, DER_SEQUENCE, &info) ||
        !der_take(&whole, DER_SEQUENCE, &algorithm) ||
        !der_only(whole, DER_BIT_STRING, &bits) ||
        !der_bit_octets(bits, &signature)) {
        refuse(error, "no PKCS #10");
        return NULL;
    }
    g_autoptr(Csr) csr = g_new0(Csr, 1);
    csr->der = g_bytes_ref(der);
    if (!read_info(csr, info.value, error))
        return NULL;
    csr->proved =
        signature_digest_is_strong(algorithm) &&
        signature_verify(csr->public_key, algorithm, info.whole, signature);
    return g_steal_pointer(&csr);
}

static gboolean
keep_request(const char *label, GBytes *der, gpointer data, GError **error)
{
    GBytes **kept = data;
    if (strcmp(label, "CERTIFICATE REQUEST") != 0 &&
        strcmp(label, "NEW CERTIFICATE REQUEST") != 0)
        return TRUE;
    if (*kept != NULL)
        return refuse(error, "more than one in the file");
    *kept = g_bytes_ref(der);
    return TRUE;
}

Csr *
csr_parse_file(GBytes *bytes, GError **error)
{
    if (!pem_is(bytes))
        return csr_parse(bytes, error);
    g_autoptr(GBytes) der = NULL;
    if (!pem_each(bytes, keep_request, &der, error))
        return NULL;
    if (der != NULL)
        return csr_parse(der, error);
    refuse(error, "none in the file");
    return NULL;
}

void
csr_free(Csr *csr)
{
    if (csr == NULL)
        return;
    g_strfreev(csr->addresses);
    g_free(csr->algorithm);
    g_free(csr->key);
    g_bytes_unref(csr->der);
    g_free(csr);
}

gboolean
csr_is_for(const Csr *csr, const char *address)
{
    if (csr->strange)
        return FALSE;
    for (char **own = csr->addresses; *own != NULL; own++) {
        if (!address_equal(*own, address))
            return FALSE;
    }
    return TRUE;
}
