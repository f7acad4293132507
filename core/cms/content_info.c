#include "core/cms/content_info.h"

#include "core/cms/cipher.h"
#include "core/cms/enveloped_data.h"

Oid
content_info_read(Span der, Span *content)
{
    Span rest = der, body, type;
    gsize size;
    if (!tlv_measure(der, &size) ||
        !tlv_is_padding((Span){der.data + size, der.size - size}) ||
        !tlv_take(&rest, TLV_SEQUENCE, &body) ||
        !tlv_take(&body, TLV_OID, &type) ||
        !tlv_take(&body, TLV_EXPLICIT, content) || body.size > 0)
        return OID_UNKNOWN;
    return oid_find(type);
}

static const struct {
    Oid oid;
    const char *kind;
} kinds[] = {
    {OID_SIGNED_DATA, "signed"},
    {OID_ENVELOPED_DATA, "enveloped"},
    {OID_AUTH_ENVELOPED_DATA, "auth-enveloped"},
    {OID_COMPRESSED_DATA, "compressed"},
};

/* Only the beginning is read: a cut SignedData is still a signed layer. */
const char *
cms_content_kind(GBytes *der)
{
    Span bytes = span_of(der);
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        Span oid = oid_body(kinds[i].oid);
        for (gsize at = 2; at <= 10 && at + 2 + oid.size <= bytes.size; at++)
            if (bytes.data[0] == TLV_SEQUENCE && bytes.data[at] == TLV_OID &&
                bytes.data[at + 1] == oid.size &&
                span_equal((Span){bytes.data + at + 2, oid.size}, oid))
                return kinds[i].kind;
    }
    return NULL;
}

/* EnvelopedData and AuthEnvelopedData begin alike (RFC 5652 §6.1). */
static gboolean
cipher_find(Span content, AlgorithmId *cipher)
{
    Span body, origin, recipients, encrypted, type;
    Tlv one;
    guint version, count = 0;
    if (!tlv_take(&content, TLV_SEQUENCE, &body) ||
        !tlv_take_int(&body, &version))
        return FALSE;
    tlv_take(&body, TLV_EXPLICIT, &origin);
    if (!tlv_take(&body, TLV_SET, &recipients))
        return FALSE;
    while (recipients.size > 0)
        if (++count > RECIPIENTS_MAX || !tlv_read(&recipients, &one))
            return FALSE;
    return tlv_take(&body, TLV_SEQUENCE, &encrypted) &&
           tlv_take(&encrypted, TLV_OID, &type) &&
           algorithm_take(&encrypted, cipher);
}

const char *
cms_cipher(GBytes *der, gboolean *weak)
{
    Span content;
    AlgorithmId cipher;
    *weak = FALSE;
    Oid kind = content_info_read(span_of(der), &content);
    if ((kind != OID_ENVELOPED_DATA && kind != OID_AUTH_ENVELOPED_DATA) ||
        !cipher_find(content, &cipher))
        return NULL;
    const ContentCipher *known = content_cipher_find(cipher.oid);
    *weak = known != NULL && known->weak;
    return known == NULL ? NULL : known->name;
}
