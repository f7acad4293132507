/*
 * KeyAgreeRecipientInfo (RFC 5652 §6.2.2, RFC 5753, RFC 8418): the part of
 * recipient.c that knows elliptic curves. For recipient.c alone.
 */
#ifndef SCEAU_CMS_RECIPIENT_AGREE_H
#define SCEAU_CMS_RECIPIENT_AGREE_H

#include "core/cms/algorithm.h"
#include "core/cms/recipient.h"

/* Adds a Recipient for each key in body. */
gboolean recipient_agree_read(Span body, guint max, GPtrArray *out);
/* Is cert's key on the curve? */
gboolean recipient_agree_fits(const Recipient *recipient, const Cert *cert);

/* The ECC-CMS-SharedInfo of RFC 5753 §7.2. wrap: the contents of the key-wrap
 * AlgorithmIdentifier; ukm: size 0 if there is none. */
GBytes *shared_info_write(Span wrap, Span ukm, guint kek_bits);

/* From recipient.c. */
Recipient *recipient_copy(const Recipient *recipient);
gboolean recipient_take_issuer(Span *in, Recipient *out);

#endif
