#include "core/cms/der_writer.h"

#include <string.h>

DerWriter *
der_new(void)
{
    return g_byte_array_new();
}

GBytes *
der_finish(DerWriter *der)
{
    return g_byte_array_free_to_bytes(der);
}

/* The header of a value of size octets; returns its own length. */
static guint
header_write(guint8 out[10], guint8 tag, gsize size)
{
    out[0] = tag;
    if (size < 0x80) {
        out[1] = (guint8)size;
        return 2;
    }
    guint count = 0;
    for (gsize left = size; left > 0; left >>= 8)
        count++;
    out[1] = (guint8)(0x80 | count);
    for (guint i = 0; i < count; i++)
        out[2 + i] = (guint8)(size >> (8 * (count - 1 - i)));
    return 2 + count;
}

void
der_put_raw(DerWriter *der, Span encoded)
{
    if (encoded.size > 0)
        g_byte_array_append(der, encoded.data, (guint)encoded.size);
}

void
der_put(DerWriter *der, guint8 tag, Span body)
{
    guint8 header[10];
    g_byte_array_append(der, header, header_write(header, tag, body.size));
    der_put_raw(der, body);
}

void
der_put_int(DerWriter *der, guint8 value)
{
    g_assert(value < 0x80);
    der_put(der, TLV_INTEGER, (Span){&value, 1});
}

void
der_wrap(DerWriter *der, guint mark, guint8 tag)
{
    der_wrap_ahead(der, mark, tag, 0);
}

void
der_wrap_ahead(DerWriter *der, guint mark, guint8 tag, guint64 following)
{
    guint8 header[10] = {tag, 0x80}; /* of indefinite length */
    guint size = der->len - mark, length = 2;
    if (following != DER_INDEFINITE)
        length = header_write(header, tag, size + following);
    g_byte_array_set_size(der, der->len + length);
    memmove(der->data + mark + length, der->data + mark, size);
    memcpy(der->data + mark, header, length);
}

/* X.690 §11.6: as octet strings, the shorter padded with zeros. */
static gint
encoding_compare(gconstpointer a, gconstpointer b)
{
    const Span *left = a, *right = b;
    gint order =
        memcmp(left->data, right->data, MIN(left->size, right->size));
    if (order != 0)
        return order;
    return (left->size > right->size) - (left->size < right->size);
}

void
der_sort(DerWriter *der, guint mark)
{
    g_autofree guint8 *copy = g_memdup2(der->data + mark, der->len - mark);
    Span rest = {copy, der->len - mark};
    g_autoptr(GArray) values = g_array_new(FALSE, FALSE, sizeof(Span));
    Tlv value;
    while (tlv_read(&rest, &value))
        g_array_append_val(values, value.whole);
    g_assert(rest.size == 0);

    g_array_sort(values, encoding_compare);
    g_byte_array_set_size(der, mark);
    for (guint i = 0; i < values->len; i++)
        der_put_raw(der, g_array_index(values, Span, i));
}

void
der_put_time(DerWriter *der, gint64 unix_seconds)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(unix_seconds);
    g_assert(time != NULL);
    gboolean utc = g_date_time_get_year(time) < 2050;
    g_autofree char *text =
        g_date_time_format(time, utc ? "%y%m%d%H%M%SZ" : "%Y%m%d%H%M%SZ");
    der_put(der, utc ? TLV_UTC_TIME : TLV_GENERALIZED_TIME,
            (Span){(const guint8 *)text, strlen(text)});
}
