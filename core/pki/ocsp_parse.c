/* OCSPResponse (RFC 6960 §4.2.1), within limits. */
#include "core/pki/ocsp.h"

#include "core/base/error.h"
#include "core/pki/crl.h"

#define OID_BASIC "1.3.6.1.5.5.7.48.1.1"
#define OID_NONCE "1.3.6.1.5.5.7.48.1.2"
#define MAX_STATUSES 64
#define MAX_CERTS 8
/* An answer that does not say how long it lasts could be asked for anew at
 * any time; we ask more than once a day. */
#define USUAL_LIFE (24 * 60 * 60)

static gboolean
refuse(GError **error, const char *what)
{
    g_set_error(error, APP_ERROR, APP_ERROR_CERTIFICATE, "OCSP answer: %s",
                what);
    return FALSE;
}

static gboolean
read_cert_id(Der id, OcspStatus *status)
{
    Der algorithm;
    return der_take(&id, DER_SEQUENCE, &algorithm) &&
           der_take(&algorithm, DER_OID, &status->hash) &&
           der_take(&id, DER_OCTET_STRING, &status->name_hash) &&
           der_take(&id, DER_OCTET_STRING, &status->key_hash) &&
           der_take(&id, DER_INTEGER, &status->serial) && id.size == 0;
}

static gboolean
read_revoked(Der info, OcspStatus *status)
{
    Der tagged, number;
    guint reason = 0;
    status->state = OCSP_REVOKED;
    if (!der_take_time(&info, &status->revoked))
        return FALSE;
    if (der_take(&info, DER_CONTEXT | DER_CONSTRUCTED | 0, &tagged)) {
        if (!der_only(tagged, DER_ENUMERATED, &number) ||
            !der_uint(number, &reason))
            return FALSE;
        status->reason = (gint)MIN(reason, 255);
    }
    return info.size == 0;
}

static gboolean
read_state(Der *single, OcspStatus *status)
{
    Der value;
    if (der_take(single, DER_CONTEXT | DER_CONSTRUCTED | 1, &value))
        return read_revoked(value, status);
    if (der_take(single, DER_CONTEXT | 0, &value))
        status->state = OCSP_GOOD;
    else if (der_take(single, DER_CONTEXT | 2, &value))
        status->state = OCSP_UNKNOWN;
    else
        return FALSE;
    return value.size == 0;
}

/* None of those we know of changes what an answer means, but one that is
 * critical might. *nonce is left alone where there is none. */
static gboolean
read_extensions(Der tagged, Der *nonce)
{
    Der list, extension, oid, mark, value;
    if (!der_only(tagged, DER_SEQUENCE, &list))
        return FALSE;
    while (list.size > 0) {
        gboolean critical = FALSE;
        if (!der_take(&list, DER_SEQUENCE, &extension) ||
            !der_take(&extension, DER_OID, &oid))
            return FALSE;
        if (der_take(&extension, DER_BOOLEAN, &mark) &&
            !der_boolean(mark, &critical))
            return FALSE;
        if (!der_only(extension, DER_OCTET_STRING, &value))
            return FALSE;
        if (nonce != NULL && der_is_oid(oid, OID_NONCE))
            der_only(value, DER_OCTET_STRING, nonce);
        else if (critical)
            return FALSE;
    }
    return TRUE;
}

static gboolean
read_status(Der single, OcspStatus *status)
{
    Der id, tagged;
    *status = (OcspStatus){.reason = REASON_NONE};
    if (!der_take(&single, DER_SEQUENCE, &id) || !read_cert_id(id, status) ||
        !read_state(&single, status) ||
        !der_take_time(&single, &status->this_update))
        return FALSE;
    status->next_update = status->this_update + USUAL_LIFE;
    if (der_take(&single, DER_CONTEXT | DER_CONSTRUCTED | 0, &tagged) &&
        (!der_take_time(&tagged, &status->next_update) || tagged.size != 0))
        return FALSE;
    if (der_take(&single, DER_CONTEXT | DER_CONSTRUCTED | 1, &tagged) &&
        !read_extensions(tagged, NULL))
        return FALSE;
    return single.size == 0;
}

static gboolean
read_statuses(Ocsp *ocsp, Der list, GError **error)
{
    Der single;
    while (list.size > 0) {
        OcspStatus status;
        if (ocsp->statuses->len == MAX_STATUSES)
            return refuse(error, "it speaks of more than 64 certificates");
        if (!der_take(&list, DER_SEQUENCE, &single) ||
            !read_status(single, &status))
            return refuse(error, "what it says of one cannot be read");
        g_array_append_val(ocsp->statuses, status);
    }
    return TRUE;
}

/* byName holds a Name, byKey an OCTET STRING. */
static gboolean
read_responder(Ocsp *ocsp, Der *data)
{
    Der key;
    if (der_take(data, DER_CONTEXT | DER_CONSTRUCTED | 1,
                 &ocsp->responder_name))
        return ocsp->responder_name.size > 0;
    return der_take(data, DER_CONTEXT | DER_CONSTRUCTED | 2, &key) &&
           der_only(key, DER_OCTET_STRING, &ocsp->responder_key) &&
           ocsp->responder_key.size > 0;
}

static gboolean
read_data(Ocsp *ocsp, Der data, GError **error)
{
    Der part;
    der_take(&data, DER_CONTEXT | DER_CONSTRUCTED | 0, &part);
    if (!read_responder(ocsp, &data) ||
        !der_take_time(&data, &ocsp->produced) ||
        !der_take(&data, DER_SEQUENCE, &part))
        return refuse(error, "responder or date cannot be read");
    if (!read_statuses(ocsp, part, error))
        return FALSE;
    if (der_take(&data, DER_CONTEXT | DER_CONSTRUCTED | 1, &part) &&
        !read_extensions(part, &ocsp->nonce))
        return refuse(error, "its extensions are broken or not known");
    return data.size == 0 || refuse(error, "something follows its contents");
}

/* One that cannot be read cannot have signed either: it is passed over. */
static gboolean
read_certs(Ocsp *ocsp, Der tagged, GError **error)
{
    Der list;
    DerItem item;
    if (!der_only(tagged, DER_SEQUENCE, &list))
        return refuse(error, "its certificates cannot be read");
    while (list.size > 0) {
        if (ocsp->certs->len == MAX_CERTS)
            return refuse(error, "more than 8 certificates");
        if (!der_take_item(&list, DER_SEQUENCE, &item))
            return refuse(error, "its certificates cannot be read");
        g_autoptr(GBytes) der = der_copy(item.whole);
        Cert *cert = cert_parse(der, NULL);
        if (cert != NULL)
            g_ptr_array_add(ocsp->certs, cert);
    }
    return TRUE;
}

static gboolean
read_basic(Ocsp *ocsp, Der bytes, GError **error)
{
    Der whole, bits, tagged;
    DerItem data;
    if (!der_only(bytes, DER_SEQUENCE, &whole) ||
        !der_take_item(&whole, DER_SEQUENCE, &data) ||
        !der_take(&whole, DER_SEQUENCE, &ocsp->signature_algorithm) ||
        !der_take(&whole, DER_BIT_STRING, &bits) ||
        !der_bit_octets(bits, &ocsp->signature))
        return refuse(error, "no DER");
    ocsp->tbs = data.whole;
    if (der_take(&whole, DER_CONTEXT | DER_CONSTRUCTED | 0, &tagged) &&
        !read_certs(ocsp, tagged, error))
        return FALSE;
    if (whole.size != 0)
        return refuse(error, "something follows its signature");
    return read_data(ocsp, data.value, error);
}

static gboolean
read_whole(Ocsp *ocsp, GError **error)
{
    Der whole, status, tagged, response, oid, basic;
    guint code = 0;
    if (!der_only(der_of(ocsp->der), DER_SEQUENCE, &whole) ||
        !der_take(&whole, DER_ENUMERATED, &status) ||
        !der_uint(status, &code))
        return refuse(error, "no DER");
    if (code != 0) {
        g_set_error(error, APP_ERROR, APP_ERROR_REFUSED,
                    "OCSP answer: the responder refuses (status %u)", code);
        return FALSE;
    }
    if (!der_only(whole, DER_CONTEXT | DER_CONSTRUCTED | 0, &tagged) ||
        !der_only(tagged, DER_SEQUENCE, &response) ||
        !der_take(&response, DER_OID, &oid) || !der_is_oid(oid, OID_BASIC) ||
        !der_only(response, DER_OCTET_STRING, &basic))
        return refuse(error, "not of the basic kind");
    return read_basic(ocsp, basic, error);
}

Ocsp *
ocsp_parse(GBytes *der, GError **error)
{
    if (g_bytes_get_size(der) > OCSP_MAX_BYTES) {
        refuse(error, "more than 256 KiB");
        return NULL;
    }
    g_autoptr(Ocsp) ocsp = g_new0(Ocsp, 1);
    ocsp->der = g_bytes_ref(der);
    ocsp->statuses = g_array_new(FALSE, FALSE, sizeof(OcspStatus));
    ocsp->certs = g_ptr_array_new_with_free_func((GDestroyNotify)cert_unref);
    return read_whole(ocsp, error) ? g_steal_pointer(&ocsp) : NULL;
}

void
ocsp_free(Ocsp *ocsp)
{
    if (ocsp == NULL)
        return;
    g_array_unref(ocsp->statuses);
    g_ptr_array_unref(ocsp->certs);
    g_bytes_unref(ocsp->der);
    g_free(ocsp);
}
