#include "core/pki/authority_der.h"

#include <string.h>

static gsize
header(guint8 out[6], guint8 tag, gsize size)
{
    gsize octets = 0;
    out[0] = tag;
    if (size < 0x80) {
        out[1] = (guint8)size;
        return 2;
    }
    while (size >> (8 * octets) != 0)
        octets++;
    out[1] = (guint8)(0x80 | octets);
    for (gsize i = 0; i < octets; i++)
        out[2 + i] = (guint8)(size >> (8 * (octets - 1 - i)));
    return 2 + octets;
}

void
authority_der_put(GByteArray *out, guint8 tag, const void *body, gsize size)
{
    guint8 head[6];
    g_byte_array_append(out, head, (guint)header(head, tag, size));
    if (size > 0)
        g_byte_array_append(out, body, (guint)size);
}

void
authority_der_wrap(GByteArray *out, guint mark, guint8 tag)
{
    guint8 head[6];
    gsize body = out->len - mark;
    gsize size = header(head, tag, body);
    g_byte_array_set_size(out, out->len + (guint)size);
    memmove(out->data + mark + size, out->data + mark, body);
    memcpy(out->data + mark, head, size);
}

void
authority_der_number(GByteArray *out, guint8 tag, guint64 number)
{
    guint8 raw[9] = {0};
    for (gsize i = 0; i < 8; i++)
        raw[1 + i] = (guint8)(number >> (56 - 8 * i));
    gsize skip = 0;
    while (skip < 8 && raw[skip] == 0 && raw[skip + 1] < 0x80)
        skip++;
    authority_der_put(out, tag, raw + skip, sizeof raw - skip);
}

void
authority_der_time(GByteArray *out, gint64 unix_seconds)
{
    g_autoptr(GDateTime) when = g_date_time_new_from_unix_utc(unix_seconds);
    gboolean short_year = g_date_time_get_year(when) < 2050;
    g_autofree char *text = g_date_time_format(
        when, short_year ? "%y%m%d%H%M%SZ" : "%Y%m%d%H%M%SZ");
    authority_der_put(out, short_year ? DER_UTC_TIME : DER_GENERALIZED_TIME,
                      text, strlen(text));
}

void
authority_der_extension(GByteArray *out, const guint8 oid[3],
                        gboolean critical, const GByteArray *value)
{
    guint mark = out->len;
    authority_der_put(out, DER_OID, oid, 3);
    if (critical)
        authority_der_put(out, DER_BOOLEAN, "\xff", 1);
    authority_der_put(out, DER_OCTET_STRING, value->data, value->len);
    authority_der_wrap(out, mark, DER_SEQUENCE);
}
