/*
 * A small reader of DER for certificates and CRLs. It knows tags and lengths
 * and the few universal types of X.509; it reads in place, copies nothing and
 * takes definite, minimal lengths only. Every function returns FALSE on bytes
 * that are not what it was asked for.
 */
#ifndef SCEAU_PKI_DER_H
#define SCEAU_PKI_DER_H

#include <glib.h>

typedef struct {
    const guint8 *data;
    gsize size;
} Der;

typedef struct {
    guint8 tag;
    Der value;
    Der whole; /* tag and length included */
} DerItem;

enum {
    DER_BOOLEAN = 0x01,
    DER_INTEGER = 0x02,
    DER_BIT_STRING = 0x03,
    DER_OCTET_STRING = 0x04,
    DER_OID = 0x06,
    DER_ENUMERATED = 0x0a,
    DER_UTF8_STRING = 0x0c,
    DER_PRINTABLE_STRING = 0x13,
    DER_TELETEX_STRING = 0x14,
    DER_IA5_STRING = 0x16,
    DER_UTC_TIME = 0x17,
    DER_GENERALIZED_TIME = 0x18,
    DER_UNIVERSAL_STRING = 0x1c,
    DER_BMP_STRING = 0x1e,
    DER_SEQUENCE = 0x30,
    DER_SET = 0x31,
    DER_CONTEXT = 0x80,     /* [n], primitive: add n */
    DER_CONSTRUCTED = 0x20, /* add for [n] constructed */
};

#define DER_OID_MAX 96

Der der_of(GBytes *bytes);
GBytes *der_copy(Der der);
gboolean der_equal(Der a, Der b);

/* Removes the next value from *in. */
gboolean der_next(Der *in, DerItem *item);
/* The same, if it has this tag; *in is untouched otherwise. */
gboolean der_take(Der *in, guint8 tag, Der *value);
gboolean der_take_item(Der *in, guint8 tag, DerItem *item);
/* The one value of which in consists. */
gboolean der_only(Der in, guint8 tag, Der *value);
/* TRUE if something is left and begins with tag. */
gboolean der_at(Der in, guint8 tag);

/* The following read the contents of a value. */
gboolean der_boolean(Der value, gboolean *out);
gboolean der_uint(Der value, guint *out); /* 0 to 2^31-1 */
/* Dotted; "x" and hex if a number in it is beyond 32 bits. */
gboolean der_oid(Der value, char out[DER_OID_MAX]);
gboolean der_is_oid(Der value, const char *oid);
/* Named bits of a BIT STRING, bit 0 as 1 << 0, up to 16. */
gboolean der_bits(Der value, guint *out);
/* The octets of a BIT STRING that has no unused bits. */
gboolean der_bit_octets(Der value, Der *out);
/* Takes a UTCTime or GeneralizedTime, in the form of RFC 5280 §4.1.2.5. */
gboolean der_take_time(Der *in, gint64 *unix_seconds);

#endif
