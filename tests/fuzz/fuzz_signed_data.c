/* Any bytes as SignedData, alone and beside a content; nothing verifies that
 * is not one of the seeds. */
#include <stdint.h>
#include <stdlib.h>

#include "core/cms/signed_data.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
read_once(GBytes *der, const Span *content, gsize n)
{
    SignedData *read = signed_data_read(der, content, n, NULL, 1024, 224);
    if (read->opaque && n == 0) {
        GBytes *inner = signed_data_take_content(read, g_bytes_ref(der));
        if (g_bytes_get_size(inner) > g_bytes_get_size(der))
            abort();
        g_bytes_unref(inner);
    }
    if (read->verdicts == 0 && read->signer == NULL)
        abort();
    signed_data_free(read);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const Span content[] = {{(const guint8 *)"Content-Type: te", 16},
                                   {(const guint8 *)"xt/plain\n\nHi\n", 13}};
    GBytes *der = g_bytes_new(data, size);
    read_once(der, NULL, 0);
    read_once(der, content, G_N_ELEMENTS(content));
    g_bytes_unref(der);
    return 0;
}
