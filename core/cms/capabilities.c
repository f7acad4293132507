#include "core/cms/capabilities.h"

#include "core/cms/algorithm.h"

#define CAPABILITIES_MAX 64

static void
remember(Capabilities *out, Oid oid)
{
    const struct {
        Oid oid;
        gboolean *member;
    } known[] = {
        {OID_AES256_GCM, &out->aes256_gcm},
        {OID_AES128_GCM, &out->aes128_gcm},
        {OID_AES256_CBC, &out->aes256_cbc},
        {OID_AES128_CBC, &out->aes128_cbc},
        {OID_OAEP, &out->oaep},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(known); i++)
        if (known[i].oid == oid)
            *known[i].member = TRUE;
}

Capabilities
capabilities_read(Span value)
{
    Capabilities out = {0};
    AlgorithmId one;
    Span list;
    gsize size;
    if (!tlv_measure(value, &size) || size != value.size ||
        !tlv_take(&value, TLV_SEQUENCE, &list))
        return out;
    for (guint i = 0; i < CAPABILITIES_MAX && list.size > 0; i++) {
        if (!algorithm_take(&list, &one))
            return (Capabilities){0};
        remember(&out, one.oid);
    }
    return out;
}

void
capabilities_put(DerWriter *der)
{
    static const Oid ours[] = {OID_AES256_GCM, OID_AES256_CBC, OID_AES128_GCM,
                               OID_AES128_CBC, OID_OAEP};
    guint list = der->len;
    for (gsize i = 0; i < G_N_ELEMENTS(ours); i++) {
        guint one = der->len;
        algorithm_put_plain(der, ours[i]);
        der_wrap(der, one, TLV_SEQUENCE);
    }
    der_wrap(der, list, TLV_SEQUENCE);
}
