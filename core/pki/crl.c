#include "core/pki/crl.h"

#include "core/base/error.h"
#include "core/pki/signature.h"

#include <string.h>

#define MAX_BYTES (32 * 1024 * 1024)
#define MAX_EXTENSIONS 64

static gboolean
refuse(GError **error, const char *what)
{
    g_set_error(error, APP_ERROR, APP_ERROR_CERTIFICATE, "CRL: %s", what);
    return FALSE;
}

/* Extension ::= SEQUENCE { OID, critical, OCTET STRING }. */
static gboolean
take_extension(Der *list, char oid[DER_OID_MAX], gboolean *critical,
               Der *value)
{
    Der extension, type, mark;
    *critical = FALSE;
    if (!der_take(list, DER_SEQUENCE, &extension) ||
        !der_take(&extension, DER_OID, &type) || !der_oid(type, oid))
        return FALSE;
    if (der_take(&extension, DER_BOOLEAN, &mark) &&
        !der_boolean(mark, critical))
        return FALSE;
    return der_only(extension, DER_OCTET_STRING, value);
}

static gboolean
take_mark(Der *in, guint number, gboolean *out)
{
    Der value;
    return !der_take(in, (guint8)(DER_CONTEXT | number), &value) ||
           der_boolean(value, out);
}

/* IssuingDistributionPoint, §5.2.5. */
static gboolean
read_scope(CrlScope *scope, Der contents)
{
    Der sequence, value;
    scope->present = TRUE;
    if (!der_only(contents, DER_SEQUENCE, &sequence))
        return FALSE;
    if (der_at(sequence, DER_CONTEXT | DER_CONSTRUCTED | 0) &&
        !der_take(&sequence, DER_CONTEXT | DER_CONSTRUCTED | 0,
                  &scope->names))
        return FALSE;
    if (!take_mark(&sequence, 1, &scope->only_user) ||
        !take_mark(&sequence, 2, &scope->only_authority))
        return FALSE;
    if (der_take(&sequence, DER_CONTEXT | 3, &value)) {
        if (!der_bits(value, &scope->reasons))
            return FALSE;
        scope->reasons &= CRL_ALL_REASONS;
    }
    return take_mark(&sequence, 4, &scope->indirect) &&
           take_mark(&sequence, 5, &scope->only_attribute) &&
           sequence.size == 0;
}

static gboolean
read_authority_key_id(Crl *crl, Der contents)
{
    Der sequence;
    if (!der_only(contents, DER_SEQUENCE, &sequence))
        return FALSE;
    der_take(&sequence, DER_CONTEXT | 0, &crl->authority_key_id);
    return TRUE;
}

static gboolean
read_extension(Crl *crl, const char *oid, gboolean critical, Der value)
{
    if (strcmp(oid, "2.5.29.20") == 0)
        return der_only(value, DER_INTEGER, &crl->number);
    if (strcmp(oid, "2.5.29.27") == 0)
        return der_only(value, DER_INTEGER, &crl->base_number);
    if (strcmp(oid, "2.5.29.35") == 0)
        return read_authority_key_id(crl, value);
    if (strcmp(oid, "2.5.29.28") == 0) {
        crl->scope_der = value;
        return !crl->scope.present && read_scope(&crl->scope, value);
    }
    /* freshestCRL and issuerAltName say nothing of who is revoked. */
    if (strcmp(oid, "2.5.29.46") != 0 && strcmp(oid, "2.5.29.18") != 0)
        crl->unknown_critical |= critical;
    return TRUE;
}

static gboolean
read_extensions(Crl *crl, Der tagged)
{
    char oid[DER_OID_MAX];
    gboolean critical;
    guint count = 0;
    Der list, value;
    if (!der_only(tagged, DER_SEQUENCE, &list))
        return FALSE;
    while (list.size > 0) {
        if (++count > MAX_EXTENSIONS ||
            !take_extension(&list, oid, &critical, &value) ||
            !read_extension(crl, oid, critical, value))
            return FALSE;
    }
    return TRUE;
}

/* certificateIssuer, §5.3.3: GeneralNames with one directoryName. */
static const Name *
read_entry_issuer(Crl *crl, Der contents)
{
    Der names, directory;
    if (!der_only(contents, DER_SEQUENCE, &names) ||
        !der_take(&names, DER_CONTEXT | DER_CONSTRUCTED | 4, &directory))
        return NULL;
    Name *name = name_parse(directory);
    if (name != NULL)
        g_ptr_array_add(crl->issuers, name);
    return name;
}

static gboolean
read_reason(Der contents, gint *reason)
{
    Der value;
    guint number;
    if (!der_only(contents, DER_ENUMERATED, &value) ||
        !der_uint(value, &number))
        return FALSE;
    *reason = (gint)MIN(number, 255);
    return TRUE;
}

/* *issuer goes on from entry to entry until another is named. */
static gboolean
read_entry_extensions(Crl *crl, Der list, CrlEntry *entry,
                      const Name **issuer)
{
    char oid[DER_OID_MAX];
    gboolean critical;
    Der value;
    while (list.size > 0) {
        if (!take_extension(&list, oid, &critical, &value))
            return FALSE;
        if (strcmp(oid, "2.5.29.21") == 0) {
            if (!read_reason(value, &entry->reason))
                return FALSE;
        } else if (strcmp(oid, "2.5.29.24") == 0) {
            if (!der_take_time(&value, &entry->invalid_since))
                return FALSE;
        } else if (strcmp(oid, "2.5.29.29") == 0) {
            *issuer = read_entry_issuer(crl, value);
            if (*issuer == NULL)
                return FALSE;
        } else {
            crl->unknown_critical |= critical;
        }
    }
    return TRUE;
}

static gboolean
read_entries(Crl *crl, Der list)
{
    const Name *issuer = NULL;
    Der item, extensions;
    while (list.size > 0) {
        CrlEntry entry = {.invalid_since = G_MININT64, .reason = REASON_NONE};
        if (!der_take(&list, DER_SEQUENCE, &item) ||
            !der_take(&item, DER_INTEGER, &entry.serial) ||
            !der_take_time(&item, &entry.date))
            return FALSE;
        if (der_take(&item, DER_SEQUENCE, &extensions) &&
            !read_entry_extensions(crl, extensions, &entry, &issuer))
            return FALSE;
        if (item.size != 0)
            return FALSE;
        entry.issuer = issuer;
        g_array_append_val(crl->entries, entry);
    }
    return TRUE;
}

static gint
compare_entries(gconstpointer a, gconstpointer b)
{
    const Der x = ((const CrlEntry *)a)->serial;
    const Der y = ((const CrlEntry *)b)->serial;
    if (x.size != y.size)
        return x.size < y.size ? -1 : 1;
    return x.size == 0 ? 0 : memcmp(x.data, y.data, x.size);
}

/* TBSCertList, §5.1.2. */
static gboolean
read_list(Crl *crl, Der tbs, GError **error)
{
    Der version, inner, part;
    DerItem issuer;
    der_take(&tbs, DER_INTEGER, &version);
    if (!der_take(&tbs, DER_SEQUENCE, &inner) ||
        !der_equal(inner, crl->signature_algorithm))
        return refuse(error, "two signature algorithms that differ");
    if (!der_take_item(&tbs, DER_SEQUENCE, &issuer) ||
        (crl->issuer = name_parse(issuer.whole)) == NULL ||
        !der_take_time(&tbs, &crl->this_update))
        return refuse(error, "issuer or date cannot be read");
    if ((der_at(tbs, DER_UTC_TIME) || der_at(tbs, DER_GENERALIZED_TIME)) &&
        !der_take_time(&tbs, &crl->next_update))
        return refuse(error, "date of the next list cannot be read");
    if (der_take(&tbs, DER_SEQUENCE, &part) && !read_entries(crl, part))
        return refuse(error, "an entry cannot be read");
    if (der_take(&tbs, DER_CONTEXT | DER_CONSTRUCTED | 0, &part) &&
        !read_extensions(crl, part))
        return refuse(error, "extensions cannot be read");
    return tbs.size == 0 || refuse(error, "something follows the extensions");
}

/* CertificateList, §5.1. */
static gboolean
read_whole(Crl *crl, GError **error)
{
    Der whole, bits;
    DerItem list;
    if (!der_only(der_of(crl->der), DER_SEQUENCE, &whole) ||
        !der_take_item(&whole, DER_SEQUENCE, &list) ||
        !der_take(&whole, DER_SEQUENCE, &crl->signature_algorithm) ||
        !der_only(whole, DER_BIT_STRING, &bits) ||
        !der_bit_octets(bits, &crl->signature))
        return refuse(error, "no DER list");
    crl->tbs = list.whole;
    return read_list(crl, list.value, error);
}

Crl *
crl_parse(GBytes *der, GError **error)
{
    if (g_bytes_get_size(der) > MAX_BYTES) {
        refuse(error, "more than 32 MiB");
        return NULL;
    }
    g_autoptr(Crl) crl = g_new0(Crl, 1);
    g_atomic_ref_count_init(&crl->refs);
    crl->der = g_bytes_ref(der);
    crl->entries = g_array_new(FALSE, FALSE, sizeof(CrlEntry));
    crl->issuers = g_ptr_array_new_with_free_func((GDestroyNotify)name_free);
    crl->next_update = G_MININT64;
    crl->scope.reasons = CRL_ALL_REASONS;
    if (!read_whole(crl, error))
        return NULL;
    g_array_sort(crl->entries, compare_entries);
    crl->digest = signature_digest(crl->signature_algorithm, crl->tbs);
    return g_steal_pointer(&crl);
}

Crl *
crl_ref(Crl *crl)
{
    g_atomic_ref_count_inc(&crl->refs);
    return crl;
}

void
crl_free(Crl *crl)
{
    if (crl == NULL || !g_atomic_ref_count_dec(&crl->refs))
        return;
    name_free(crl->issuer);
    g_array_unref(crl->entries);
    g_ptr_array_unref(crl->issuers);
    if (crl->digest != NULL)
        g_bytes_unref(crl->digest);
    g_bytes_unref(crl->der);
    g_free(crl);
}

/* The first entry whose serial is not before serial. */
static guint
lower_bound(const Crl *crl, Der serial)
{
    const CrlEntry wanted = {.serial = serial};
    guint low = 0, high = crl->entries->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        const CrlEntry *entry =
            &g_array_index(crl->entries, CrlEntry, middle);
        if (compare_entries(entry, &wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const CrlEntry *
crl_find(const Crl *crl, const Name *issuer, Der serial)
{
    for (guint i = lower_bound(crl, serial); i < crl->entries->len; i++) {
        const CrlEntry *entry = &g_array_index(crl->entries, CrlEntry, i);
        if (!der_equal(entry->serial, serial))
            break;
        const Name *own = entry->issuer ? entry->issuer : crl->issuer;
        if (name_equal(own, issuer))
            return entry;
    }
    return NULL;
}
