/*
 * DER, written from the inside out: the parts are appended, then what was
 * appended since a mark gets its header. Only small things are written so;
 * content never is.
 */
#ifndef SCEAU_CMS_DER_WRITER_H
#define SCEAU_CMS_DER_WRITER_H

#include "core/cms/tlv.h"

typedef GByteArray DerWriter;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DerWriter, g_byte_array_unref)

DerWriter *der_new(void);
/* Steals der. */
GBytes *der_finish(DerWriter *der);

void der_put(DerWriter *der, guint8 tag, Span body);
void der_put_raw(DerWriter *der, Span encoded);
void der_put_int(DerWriter *der, guint8 value);
/* Puts tag and length before everything since mark (der->len then). */
void der_wrap(DerWriter *der, guint mark, guint8 tag);
/* The same around something longer: so many octets, or an unknown number,
 * come after what was put (then two zeros end it). */
#define DER_INDEFINITE G_MAXUINT64
void der_wrap_ahead(DerWriter *der, guint mark, guint8 tag,
                    guint64 following);
/* Sorts the values since mark as DER wants the members of a SET OF. */
void der_sort(DerWriter *der, guint mark);
/* UTCTime until 2049, then GeneralizedTime (RFC 5652 §11.3). */
void der_put_time(DerWriter *der, gint64 unix_seconds);

#endif
