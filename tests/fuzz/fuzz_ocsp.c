/* OCSP answers from outside, read and held against the first certificate
 * that comes in them: no answer is long enough to crash on. */
#include "core/pki/cert_fields.h"
#include "core/pki/ocsp.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    static const TrustPolicy policy = TRUST_POLICY_DEFAULT;
    g_autoptr(GBytes) bytes = g_bytes_new_static(data, size);
    g_autoptr(Ocsp) ocsp = ocsp_parse(bytes, NULL);
    if (ocsp == NULL || ocsp->certs->len == 0)
        return 0;
    const Cert *cert = g_ptr_array_index(ocsp->certs, 0);
    guint checks = 16;
    ocsp_find(ocsp, cert, cert);
    ocsp_is_from(ocsp, cert, &policy, &checks, NULL);
    g_autoptr(GBytes) question = ocsp_question(cert, cert, bytes);
    g_assert(g_bytes_get_size(question) > 0);
    return 0;
}
