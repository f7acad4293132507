/*
 * DER, written from the inside out, as the lists of the authority need it:
 * parts are appended, then what was appended since a mark gets its header.
 */
#ifndef SCEAU_PKI_AUTHORITY_DER_H
#define SCEAU_PKI_AUTHORITY_DER_H

#include "core/pki/der.h"

void authority_der_put(GByteArray *out, guint8 tag, const void *body,
                       gsize size);
/* Puts tag and length before everything since mark (out->len then). */
void authority_der_wrap(GByteArray *out, guint mark, guint8 tag);
/* The shortest INTEGER or ENUMERATED for a number that is not negative. */
void authority_der_number(GByteArray *out, guint8 tag, guint64 number);
/* UTCTime until 2049, then GeneralizedTime (RFC 5280 §4.1.2.5). */
void authority_der_time(GByteArray *out, gint64 unix_seconds);
/* oid: the contents of one that is known, as bytes. */
void authority_der_extension(GByteArray *out, const guint8 oid[3],
                             gboolean critical, const GByteArray *value);

#endif
