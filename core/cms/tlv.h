/*
 * BER, read in place over bytes that belong to someone else: nothing is
 * copied, nothing is allocated, every length stays inside its parent and no
 * nesting goes beyond TLV_DEPTH (SEC-04). Indefinite lengths and constructed
 * OCTET STRINGs are BER that mailers do send, so they are read too.
 */
#ifndef SCEAU_CMS_TLV_H
#define SCEAU_CMS_TLV_H

#include <glib.h>

#define TLV_DEPTH 24

/* Bytes of someone else's. */
typedef struct {
    const guint8 *data;
    gsize size;
} Span;

enum {
    TLV_INTEGER = 0x02,
    TLV_BITS = 0x03,
    TLV_OCTETS = 0x04,
    TLV_NULL = 0x05,
    TLV_OID = 0x06,
    TLV_UTC_TIME = 0x17,
    TLV_GENERALIZED_TIME = 0x18,
    TLV_OCTETS_BER = 0x24, /* constructed */
    TLV_SEQUENCE = 0x30,
    TLV_SET = 0x31,
    TLV_CONTEXT = 0x80,  /* [0] IMPLICIT, primitive; + n for [n] */
    TLV_EXPLICIT = 0xa0, /* [0], constructed; + n for [n] */
};

typedef struct {
    guint8 tag;
    Span body;  /* contents, without end-of-contents octets */
    Span whole; /* header, contents and end-of-contents octets */
} Tlv;

/*
 * Walks the first value in bytes down to its leaves and gives its size: FALSE
 * if a length leaves its parent, nesting is too deep, or the end is missing.
 * Whoever reads outside bytes asks this once, before tlv_read().
 */
gboolean tlv_measure(Span bytes, gsize *size);

/* TRUE if only zeros and white space follow: what mailers pad with. */
gboolean tlv_is_padding(Span rest);

/* Takes the next value off in; FALSE at the end and on anything malformed. */
gboolean tlv_read(Span *in, Tlv *out);

/* The same, if its tag is tag; otherwise in stays as it was. */
gboolean tlv_take(Span *in, guint8 tag, Span *body);

/* The tag that comes next, 0 at the end. */
guint8 tlv_peek(Span in);

/* A non-negative INTEGER below 2^31. */
gboolean tlv_take_int(Span *in, guint *value);

gboolean span_equal(Span a, Span b);
Span span_of(GBytes *bytes);
GBytes *span_copy(Span span);
char *span_hex(Span span); /* lower case */

/*
 * The pieces of an OCTET STRING, primitive or constructed, in order. tag is
 * of the outer value, which may be implicit; body is its contents.
 */
typedef struct {
    Span levels[TLV_DEPTH];
    guint depth;
    gboolean primitive;
    gboolean broken; /* something else than an OCTET STRING inside */
} OctetReader;

void octets_start(OctetReader *reader, const Tlv *value);
gboolean octets_next(OctetReader *reader, Span *piece);

/* Its length in all; FALSE if it is no OCTET STRING down to the leaves. */
gboolean octets_measure(const Tlv *value, gsize *size);

#endif
