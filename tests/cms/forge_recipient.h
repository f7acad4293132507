/* People and single RecipientInfos for tests of how they are read. */
#ifndef SCEAU_TESTS_CMS_FORGE_RECIPIENT_H
#define SCEAU_TESTS_CMS_FORGE_RECIPIENT_H

#include "tests/cms/forge_envelope.h"

#define TEXT(text) ((Span){(const guint8 *)(text), sizeof(text) - 1})

typedef struct {
    Identity *rsa, *twin, *p256, *p384;
} World;

G_GNUC_UNUSED static int
set_up(void **state)
{
    World *w = g_new0(World, 1);
    w->rsa = identity_new(GNUTLS_PK_RSA, 2048, 1);
    w->twin = identity_new(GNUTLS_PK_RSA, 2048, 2);
    w->p256 = identity_new(
        GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 3);
    w->p384 = identity_new(
        GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP384R1), 4);
    *state = w;
    return 0;
}

G_GNUC_UNUSED static int
tear_down(void **state)
{
    World *w = *state;
    identity_free(w->rsa);
    identity_free(w->twin);
    identity_free(w->p256);
    identity_free(w->p384);
    g_free(w);
    return 0;
}

G_GNUC_UNUSED static GPtrArray *
take(const DerWriter *der)
{
    Span in = {der->data, der->len};
    g_autoptr(GPtrArray) out =
        g_ptr_array_new_with_free_func((GDestroyNotify)recipient_free);
    while (in.size > 0)
        if (!recipients_take(&in, 5, out))
            return NULL;
    return g_steal_pointer(&out);
}

G_GNUC_UNUSED static void
put_issuer(DerWriter *der, const Cert *cert)
{
    guint mark = der->len;
    der_put_raw(der, span_of(cert_issuer_der(cert)));
    der_put(der, TLV_INTEGER, span_of(cert_serial_der(cert)));
    der_wrap(der, mark, TLV_SEQUENCE);
}

#endif
