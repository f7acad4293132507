/*
 * EFAIL's gadgets, made of a message that was delivered: its wrapped key
 * around another content. The maker knows the content key, which an attacker
 * does not: so these decrypt, and only the envelope gives them away.
 */
#ifndef SCEAU_TESTS_MAIL_GADGET_H
#define SCEAU_TESTS_MAIL_GADGET_H

#include "core/cms/content_info.h"
#include "core/cms/der_writer.h"
#include "tests/mail/open_test.h"

G_GNUC_UNUSED static GBytes *
cms_of(GBytes *message)
{
    GBytes *cms = NULL;
    assert_true(recipients_find_layer(message, NULL, &cms, NULL));
    assert_non_null(cms);
    return cms;
}

/* A pkcs7-mime entity that holds cms. */
G_GNUC_UNUSED static GBytes *
entity_of_cms(const guint8 *data, gsize size)
{
    g_autofree char *base64 = g_base64_encode(data, size);
    g_autoptr(GString) out = g_string_new(
        "MIME-Version: 1.0\r\nContent-Type: application/pkcs7-mime;"
        " smime-type=enveloped-data; name=smime.p7m\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n");
    for (const char *at = base64; *at != '\0'; at += MIN(strlen(at), 76))
        g_string_append_printf(out, "%.76s\r\n", at);
    return g_string_free_to_bytes(g_steal_pointer(&out));
}

/* The encrypted content with one bit turned. */
G_GNUC_UNUSED static GBytes *
gadget_flip(GBytes *message, gsize octet)
{
    g_autoptr(GBytes) cms = cms_of(message);
    g_autoptr(EnvelopedData) data = enveloped_data_read(cms, NULL);
    gsize size;
    const guint8 *from = g_bytes_get_data(cms, &size);
    g_autofree guint8 *copy = g_memdup2(from, size);
    gsize at = (gsize)(data->content.body.data - from);
    assert_true(octet < data->content.body.size);
    copy[at + octet] ^= 1;
    return entity_of_cms(copy, size);
}

/* text in AES-CBC under key, by openssl. */
static GBytes *
encrypt_cbc(const People *people, GBytes *key, const char *iv,
            const char *text)
{
    g_autofree char *in = g_strdup_printf("%s/plain", people->dir);
    g_autoptr(GString) hex = g_string_new(NULL);
    gsize size;
    const guint8 *data = g_bytes_get_data(key, &size);
    for (gsize i = 0; i < size; i++)
        g_string_append_printf(hex, "%02x", data[i]);
    assert_true(g_file_set_contents(in, text, -1, NULL));
    GBytes *out = NULL;
    run((const char *const[]){"openssl", "enc", "-aes-256-cbc", "-K",
                              hex->str, "-iv", iv, "-in", in, "-out", "<",
                              NULL},
        &out);
    return out;
}

/* The SET OF RecipientInfo of cms, with its header. */
static Span
recipient_infos(GBytes *cms)
{
    Span content, body, skip;
    Tlv infos;
    guint version;
    assert_int_not_equal(content_info_read(span_of(cms), &content),
                         OID_UNKNOWN);
    assert_true(tlv_take(&content, TLV_SEQUENCE, &body));
    assert_true(tlv_take_int(&body, &version));
    tlv_take(&body, TLV_EXPLICIT, &skip);
    assert_true(tlv_read(&body, &infos));
    return infos.whole;
}

/* An EnvelopedData in AES-256-CBC: message's wrapped keys, another text. */
G_GNUC_UNUSED static GBytes *
gadget_cbc(const People *people, GBytes *message, GBytes *key,
           const char *text)
{
    static const guint8 iv[16] = {0};
    g_autoptr(GBytes) cms = cms_of(message);
    g_autoptr(GBytes) content =
        encrypt_cbc(people, key, "00000000000000000000000000000000", text);
    DerWriter *der = der_new();
    der_put(der, TLV_OID, oid_body(OID_ENVELOPED_DATA));
    guint explicit = der->len;
    der_put_int(der, 0);
    der_put_raw(der, recipient_infos(cms));
    guint encrypted = der->len;
    der_put(der, TLV_OID, oid_body(OID_DATA));
    guint algorithm = der->len;
    der_put(der, TLV_OID, oid_body(OID_AES256_CBC));
    der_put(der, TLV_OCTETS, (Span){iv, sizeof iv});
    der_wrap(der, algorithm, TLV_SEQUENCE);
    der_put(der, TLV_CONTEXT, span_of(content));
    der_wrap(der, encrypted, TLV_SEQUENCE);
    der_wrap(der, explicit, TLV_SEQUENCE);
    der_wrap(der, explicit, TLV_EXPLICIT);
    der_wrap(der, 0, TLV_SEQUENCE);
    g_autoptr(GBytes) all = der_finish(der);
    gsize size;
    const guint8 *data = g_bytes_get_data(all, &size);
    return entity_of_cms(data, size);
}

#endif
