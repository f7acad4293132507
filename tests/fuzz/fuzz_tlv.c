/* Any bytes as BER: every value read lies inside, and reading ends. */
#include <stdint.h>
#include <stdlib.h>

#include "core/cms/content_info.h"
#include "core/cms/tlv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(gboolean condition)
{
    if (!condition)
        abort();
}

static gboolean
is_inside(Span inner, Span outer)
{
    return inner.data >= outer.data &&
           inner.data + inner.size <= outer.data + outer.size;
}

static void
walk_pieces(const Tlv *value)
{
    OctetReader reader;
    Span piece;
    gsize total, sum = 0;
    gboolean sound = octets_measure(value, &total);
    octets_start(&reader, value);
    while (octets_next(&reader, &piece)) {
        require(is_inside(piece, value->body));
        sum += piece.size;
    }
    require(sound == !reader.broken && sum == total);
}

static void
walk(Span in, guint depth)
{
    Tlv value;
    while (depth < TLV_DEPTH && tlv_read(&in, &value)) {
        require(is_inside(value.body, value.whole));
        walk_pieces(&value);
        if (value.tag & 0x20)
            walk(value.body, depth + 1);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Span all = {data, size}, content;
    gsize length = 0;
    if (size == 0)
        return 0;
    if (tlv_measure(all, &length)) {
        require(length > 0 && length <= size);
        walk((Span){data, length}, 0);
        content_info_read(all, &content);
    }
    GBytes *bytes = g_bytes_new_static(data, size);
    gboolean weak;
    cms_content_kind(bytes);
    cms_cipher(bytes, &weak);
    g_bytes_unref(bytes);
    return 0;
}
