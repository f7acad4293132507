#include "core/pki/der.h"

#include <string.h>

Der
der_of(GBytes *bytes)
{
    Der der;
    der.data = g_bytes_get_data(bytes, &der.size);
    return der;
}

GBytes *
der_copy(Der der)
{
    return g_bytes_new(der.data, der.size);
}

gboolean
der_equal(Der a, Der b)
{
    return a.size == b.size &&
           (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

/* X.690 §10.1: the shortest form, and never more than the bytes there are. */
static gboolean
read_length(Der in, gsize *header, gsize *length)
{
    if (in.size < 2)
        return FALSE;
    guint8 first = in.data[1];
    if (first < 0x80) {
        *header = 2;
        *length = first;
        return *length <= in.size - 2;
    }
    gsize octets = first & 0x7f;
    if (octets == 0 || octets > 4 || in.size < 2 + octets || in.data[2] == 0)
        return FALSE;
    gsize value = 0;
    for (gsize i = 0; i < octets; i++)
        value = value << 8 | in.data[2 + i];
    if (value < 0x80)
        return FALSE;
    *header = 2 + octets;
    *length = value;
    return value <= in.size - *header;
}

gboolean
der_next(Der *in, DerItem *item)
{
    gsize header, length;
    /* Tags of more than one octet do not occur in X.509. */
    if (in->size == 0 || (in->data[0] & 0x1f) == 0x1f ||
        !read_length(*in, &header, &length))
        return FALSE;
    item->tag = in->data[0];
    item->value = (Der){in->data + header, length};
    item->whole = (Der){in->data, header + length};
    in->data += header + length;
    in->size -= header + length;
    return TRUE;
}

gboolean
der_at(Der in, guint8 tag)
{
    return in.size > 0 && in.data[0] == tag;
}

gboolean
der_take_item(Der *in, guint8 tag, DerItem *item)
{
    return der_at(*in, tag) && der_next(in, item);
}

gboolean
der_take(Der *in, guint8 tag, Der *value)
{
    DerItem item;
    if (!der_take_item(in, tag, &item))
        return FALSE;
    *value = item.value;
    return TRUE;
}

gboolean
der_only(Der in, guint8 tag, Der *value)
{
    return der_take(&in, tag, value) && in.size == 0;
}

gboolean
der_boolean(Der value, gboolean *out)
{
    if (value.size != 1)
        return FALSE;
    /* DER wants 0xff for true; older authorities wrote 1. */
    *out = value.data[0] != 0;
    return TRUE;
}

gboolean
der_uint(Der value, guint *out)
{
    if (value.size == 0 || value.size > 4 || value.data[0] >= 0x80)
        return FALSE;
    guint number = 0;
    for (gsize i = 0; i < value.size; i++)
        number = number << 8 | value.data[i];
    *out = number;
    return TRUE;
}

/* An arc beyond 32 bits, as in those made of a UUID, is only compared. */
static gboolean
write_hex(Der value, char out[DER_OID_MAX])
{
    if (2 * value.size + 2 > DER_OID_MAX)
        return FALSE;
    out[0] = 'x';
    for (gsize i = 0; i < value.size; i++)
        g_snprintf(out + 1 + 2 * i, 3, "%02x", value.data[i]);
    return TRUE;
}

/* Appends one number of an OID; the first holds two arcs. */
static gboolean
write_arc(char out[DER_OID_MAX], gsize *used, guint64 arc)
{
    if (*used == 0) {
        guint top = (guint)MIN(arc / 40, 2);
        *used = (gsize)g_snprintf(out, DER_OID_MAX, "%u", top);
        arc -= 40 * top;
    }
    *used += (gsize)g_snprintf(out + *used, DER_OID_MAX - *used,
                               ".%" G_GUINT64_FORMAT, arc);
    return *used < DER_OID_MAX;
}

gboolean
der_oid(Der value, char out[DER_OID_MAX])
{
    if (value.size == 0 || value.data[value.size - 1] >= 0x80)
        return FALSE;
    gsize used = 0;
    guint64 arc = 0;
    for (gsize i = 0; i < value.size; i++) {
        if (arc > G_MAXUINT32)
            return write_hex(value, out);
        arc = arc << 7 | (value.data[i] & 0x7f);
        if (value.data[i] >= 0x80)
            continue;
        if (!write_arc(out, &used, arc))
            return FALSE;
        arc = 0;
    }
    return TRUE;
}

gboolean
der_is_oid(Der value, const char *oid)
{
    char text[DER_OID_MAX];
    return der_oid(value, text) && strcmp(text, oid) == 0;
}

gboolean
der_bits(Der value, guint *out)
{
    if (value.size == 0 || value.size > 3 || value.data[0] > 7 ||
        (value.size == 1 && value.data[0] != 0))
        return FALSE;
    guint bits = 0;
    for (guint i = 0; i < 8 * (value.size - 1); i++) {
        if (value.data[1 + i / 8] & 0x80 >> i % 8)
            bits |= 1U << i;
    }
    *out = bits;
    return TRUE;
}

gboolean
der_bit_octets(Der value, Der *out)
{
    if (value.size == 0 || value.data[0] != 0)
        return FALSE;
    *out = (Der){value.data + 1, value.size - 1};
    return TRUE;
}

static gint
two_digits(const guint8 *at)
{
    if (!g_ascii_isdigit(at[0]) || !g_ascii_isdigit(at[1]))
        return -1;
    return (at[0] - '0') * 10 + (at[1] - '0');
}

/* Month, day, hour, minute, second and Z, after the year. */
static gboolean
read_rest_of_time(const guint8 *at, gint year, gint64 *unix_seconds)
{
    gint part[5];
    for (gsize i = 0; i < G_N_ELEMENTS(part); i++)
        part[i] = two_digits(at + 2 * i);
    if (at[10] != 'Z' || part[4] < 0)
        return FALSE;
    g_autoptr(GDateTime) when = g_date_time_new_utc(
        year, part[0], part[1], part[2], part[3], (gdouble)part[4]);
    if (when == NULL)
        return FALSE;
    *unix_seconds = g_date_time_to_unix(when);
    return TRUE;
}

gboolean
der_take_time(Der *in, gint64 *unix_seconds)
{
    Der text;
    if (der_take(in, DER_UTC_TIME, &text)) {
        gint year = text.size == 13 ? two_digits(text.data) : -1;
        if (year < 0)
            return FALSE;
        year += year < 50 ? 2000 : 1900;
        return read_rest_of_time(text.data + 2, year, unix_seconds);
    }
    if (!der_take(in, DER_GENERALIZED_TIME, &text) || text.size != 15)
        return FALSE;
    gint century = two_digits(text.data);
    gint year = two_digits(text.data + 2);
    return century >= 0 && year >= 0 &&
           read_rest_of_time(text.data + 4, century * 100 + year,
                             unix_seconds);
}
