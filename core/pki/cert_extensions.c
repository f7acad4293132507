#include "core/pki/cert_fields.h"

#include "core/base/error.h"

typedef gboolean (*ExtensionReader)(CertExtensions *to, Der contents);

static gboolean
read_basic_constraints(CertExtensions *to, Der contents)
{
    Der sequence, value;
    guint length;
    if (!der_only(contents, DER_SEQUENCE, &sequence))
        return FALSE;
    to->has_basic_constraints = TRUE;
    if (der_take(&sequence, DER_BOOLEAN, &value) &&
        !der_boolean(value, &to->is_ca))
        return FALSE;
    if (der_take(&sequence, DER_INTEGER, &value)) {
        if (!der_uint(value, &length))
            return FALSE;
        to->path_len = (gint)MIN(length, 1000);
    }
    return sequence.size == 0;
}

static gboolean
read_key_usage(CertExtensions *to, Der contents)
{
    Der bits;
    to->has_key_usage = TRUE;
    return der_only(contents, DER_BIT_STRING, &bits) &&
           der_bits(bits, &to->key_usage);
}

/* A SEQUENCE OF OBJECT IDENTIFIER. */
static gboolean
read_purposes(CertExtensions *to, Der contents)
{
    g_autoptr(GPtrArray) oids = g_ptr_array_new_with_free_func(g_free);
    Der sequence, value;
    char oid[DER_OID_MAX];
    if (!der_only(contents, DER_SEQUENCE, &sequence))
        return FALSE;
    while (sequence.size > 0) {
        if (oids->len == CERT_MAX_POLICIES ||
            !der_take(&sequence, DER_OID, &value) || !der_oid(value, oid))
            return FALSE;
        g_ptr_array_add(oids, g_strdup(oid));
    }
    g_ptr_array_add(oids, NULL);
    to->purposes = (char **)g_ptr_array_steal(oids, NULL);
    return TRUE;
}

static gboolean
read_alt_names(CertExtensions *to, Der contents)
{
    DerItem item;
    if (!der_only(contents, DER_SEQUENCE, &to->alt_names))
        return FALSE;
    for (Der rest = to->alt_names; rest.size > 0;) {
        if (++to->alt_name_count > CERT_MAX_ALT_NAMES ||
            !der_next(&rest, &item))
            return FALSE;
    }
    return TRUE;
}

static gboolean
read_policies(CertExtensions *to, Der contents)
{
    g_autoptr(GPtrArray) oids = g_ptr_array_new_with_free_func(g_free);
    Der sequence, information, value;
    char oid[DER_OID_MAX];
    if (!der_only(contents, DER_SEQUENCE, &sequence))
        return FALSE;
    while (sequence.size > 0) {
        if (oids->len == CERT_MAX_POLICIES ||
            !der_take(&sequence, DER_SEQUENCE, &information) ||
            !der_take(&information, DER_OID, &value) || !der_oid(value, oid))
            return FALSE;
        g_ptr_array_add(oids, g_strdup(oid));
    }
    g_ptr_array_add(oids, NULL);
    to->policies = (char **)g_ptr_array_steal(oids, NULL);
    return TRUE;
}

static gboolean
read_mappings(CertExtensions *to, Der contents)
{
    g_autoptr(GPtrArray) oids = g_ptr_array_new_with_free_func(g_free);
    Der sequence, pair, from, into;
    char a[DER_OID_MAX], b[DER_OID_MAX];
    if (!der_only(contents, DER_SEQUENCE, &sequence))
        return FALSE;
    while (sequence.size > 0) {
        if (oids->len == 2 * CERT_MAX_POLICIES ||
            !der_take(&sequence, DER_SEQUENCE, &pair) ||
            !der_take(&pair, DER_OID, &from) || !der_oid(from, a) ||
            !der_take(&pair, DER_OID, &into) || !der_oid(into, b))
            return FALSE;
        g_ptr_array_add(oids, g_strdup(a));
        g_ptr_array_add(oids, g_strdup(b));
    }
    g_ptr_array_add(oids, NULL);
    to->mappings = (char **)g_ptr_array_steal(oids, NULL);
    return TRUE;
}

/* An INTEGER, implicitly tagged or not, as a count of certificates. */
static gboolean
read_skip(Der value, gint *out)
{
    guint number;
    if (!der_uint(value, &number))
        return FALSE;
    *out = (gint)MIN(number, 1000);
    return TRUE;
}

static gboolean
read_policy_constraints(CertExtensions *to, Der contents)
{
    Der sequence, value;
    if (!der_only(contents, DER_SEQUENCE, &sequence))
        return FALSE;
    if (der_take(&sequence, DER_CONTEXT | 0, &value) &&
        !read_skip(value, &to->require_explicit))
        return FALSE;
    if (der_take(&sequence, DER_CONTEXT | 1, &value) &&
        !read_skip(value, &to->inhibit_mapping))
        return FALSE;
    return sequence.size == 0;
}

static gboolean
read_inhibit_any(CertExtensions *to, Der contents)
{
    Der value;
    return der_only(contents, DER_INTEGER, &value) &&
           read_skip(value, &to->inhibit_any);
}

/* Counts the GeneralSubtrees of one side. */
static gboolean
count_subtrees(Der side, guint *count)
{
    Der subtree;
    while (side.size > 0) {
        if (!der_take(&side, DER_SEQUENCE, &subtree) ||
            ++*count > CERT_MAX_CONSTRAINTS)
            return FALSE;
    }
    return TRUE;
}

static gboolean
read_name_constraints(CertExtensions *to, Der contents)
{
    guint *count = &to->constraint_count;
    Der side;
    if (!der_only(contents, DER_SEQUENCE, &to->constraints))
        return FALSE;
    Der rest = to->constraints;
    if (der_take(&rest, DER_CONTEXT | DER_CONSTRUCTED | 0, &side) &&
        !count_subtrees(side, count))
        return FALSE;
    if (der_take(&rest, DER_CONTEXT | DER_CONSTRUCTED | 1, &side) &&
        !count_subtrees(side, count))
        return FALSE;
    return rest.size == 0 && *count > 0;
}

static gboolean
read_crl_points(CertExtensions *to, Der contents)
{
    return der_only(contents, DER_SEQUENCE, &to->crl_points);
}

static gboolean
read_key_id(CertExtensions *to, Der contents)
{
    return der_only(contents, DER_OCTET_STRING, &to->key_id);
}

/* Only the key identifier is of use, as a hint: issuer and serial are not. */
static gboolean
read_authority_key_id(CertExtensions *to, Der contents)
{
    Der sequence;
    if (!der_only(contents, DER_SEQUENCE, &sequence))
        return FALSE;
    if (der_at(sequence, DER_CONTEXT | 0))
        return der_take(&sequence, DER_CONTEXT | 0, &to->authority_key_id);
    return TRUE;
}

/* Nothing in these bears on whether the certificate may be used. */
static gboolean
read_nothing(CertExtensions *to, Der contents)
{
    return TRUE;
}

static const struct {
    const char *oid;
    ExtensionReader read;
} readers[] = {
    {"2.5.29.14", read_key_id},
    {"2.5.29.15", read_key_usage},
    {"2.5.29.17", read_alt_names},
    {"2.5.29.18", read_nothing}, /* issuerAltName */
    {"2.5.29.19", read_basic_constraints},
    {"2.5.29.30", read_name_constraints},
    {"2.5.29.31", read_crl_points},
    {"2.5.29.32", read_policies},
    {"2.5.29.33", read_mappings},
    {"2.5.29.35", read_authority_key_id},
    {"2.5.29.36", read_policy_constraints},
    {"2.5.29.37", read_purposes},
    {"2.5.29.46", read_nothing}, /* freshestCRL: where, not what */
    {"2.5.29.54", read_inhibit_any},
    {"1.3.6.1.5.5.7.48.1.5", read_nothing}, /* id-pkix-ocsp-nocheck */
};

static gboolean
refuse(GError **error, const char *what)
{
    g_set_error(error, APP_ERROR, APP_ERROR_CERTIFICATE,
                "certificate: extension %s", what);
    return FALSE;
}

/* One Extension; seen has a bit for each reader already used. */
static gboolean
read_extension(CertExtensions *to, Der extension, guint *seen, GError **error)
{
    char oid[DER_OID_MAX];
    gboolean critical = FALSE;
    Der type, value;
    if (!der_take(&extension, DER_OID, &type) || !der_oid(type, oid))
        return refuse(error, "without a name");
    if (der_take(&extension, DER_BOOLEAN, &value) &&
        !der_boolean(value, &critical))
        return refuse(error, "with a bad critical mark");
    if (!der_only(extension, DER_OCTET_STRING, &value))
        return refuse(error, oid);

    for (guint i = 0; i < G_N_ELEMENTS(readers); i++) {
        if (g_strcmp0(oid, readers[i].oid) != 0)
            continue;
        if (*seen & 1U << i || !readers[i].read(to, value))
            return refuse(error, oid);
        *seen |= 1U << i;
        return TRUE;
    }
    to->unknown_critical |= critical;
    return TRUE;
}

gboolean
cert_extensions_read(CertExtensions *to, Der contents, GError **error)
{
    guint seen = 0, count = 0;
    Der extension;
    while (contents.size > 0) {
        if (++count > CERT_MAX_EXTENSIONS ||
            !der_take(&contents, DER_SEQUENCE, &extension))
            return refuse(error, "list is broken or too long");
        if (!read_extension(to, extension, &seen, error))
            return FALSE;
    }
    return TRUE;
}

void
cert_extensions_clear(CertExtensions *extensions)
{
    g_strfreev(extensions->purposes);
    g_strfreev(extensions->policies);
    g_strfreev(extensions->mappings);
}
