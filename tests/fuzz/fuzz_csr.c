/* Certificate requests from outside, DER or PEM, as a person or a file brings
 * them; what is read of one is held to the authority's profile. */
#include "core/pki/authority_profile.h"
#include "core/pki/csr.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    static const char *const domains[] = {"example.org", NULL};
    g_autoptr(GBytes) bytes = g_bytes_new(data, size);
    g_autoptr(Csr) csr = csr_parse_file(bytes, NULL);
    if (csr == NULL)
        return 0;
    g_assert(csr->addresses != NULL && csr->algorithm != NULL);
    g_assert(csr->public_key.size <= size);
    csr_is_for(csr, "ana@example.org");
    authority_refusal(csr, "ana@example.org", domains);
    return 0;
}
