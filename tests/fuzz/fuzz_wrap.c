/* Layers and views: spans stay inside the message, every path that a view
 * names has data, and HTML is looked through without a crash. */
#include <stddef.h>
#include <stdint.h>

#include "core/mime/gate.h"
#include "core/mime/view.h"
#include "core/mime/wrap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_inside(const uint8_t *data, size_t size, const guint8 *span, gsize n)
{
    g_assert(span == NULL || (span >= data && span + n <= data + size));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!gate_check(data, size, NULL))
        return 0;
    g_autoptr(Layer) layer = layer_find(data, size);
    check_inside(data, size, layer->payload, layer->payload_size);
    check_inside(data, size, layer->encoded, layer->encoded_size);
    g_autoptr(GBytes) cms = layer_cms(layer, NULL);
    g_assert(cms == NULL || g_bytes_get_size(cms) <= size);
    layer_is_errant(data, size);

    g_autoptr(View) view = view_build(data, size, NULL);
    if (view == NULL)
        return 0;
    g_assert(view_has_remote(data, size) == view->remote);
    for (guint i = 0; i < view->parts->len && i < 20; i++) {
        const Part *part = g_ptr_array_index(view->parts, i);
        if (part->path[0] == '0')
            continue;
        g_autoptr(GBytes) part_data =
            view_part_data(data, size, part->path, NULL);
        g_assert(part_data != NULL);
        g_assert(g_bytes_get_size(part_data) == part->size);
        g_assert(part->text == NULL || g_utf8_validate(part->text, -1, NULL));
    }
    return 0;
}
