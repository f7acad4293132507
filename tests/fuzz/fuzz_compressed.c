/* Any bytes as CompressedData and as SMIMECapabilities: never more than was
 * allowed, nor than a hundred times what came (SEC-03). */
#include <stdint.h>
#include <stdlib.h>

#include "core/cms/capabilities.h"
#include "core/cms/compressed.h"

#define ROOM (256 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    GBytes *der = g_bytes_new(data, size);
    GBytes *text = compressed_data_read(der, ROOM, NULL);
    if (text != NULL && (g_bytes_get_size(text) > ROOM ||
                         g_bytes_get_size(text) > 100 * size))
        abort();
    g_clear_pointer(&text, g_bytes_unref);
    g_bytes_unref(der);
    capabilities_read((Span){data, size});
    return 0;
}
