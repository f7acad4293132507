/*
 * What a correspondent's program says that it reads (SMIMECapabilities, RFC
 * 8551 §2.5.2), as far as it changes what we send.
 */
#ifndef SCEAU_CMS_CAPABILITIES_H
#define SCEAU_CMS_CAPABILITIES_H

#include "core/cms/der_writer.h"

typedef struct {
    gboolean aes256_gcm, aes128_gcm, aes256_cbc, aes128_cbc, oaep;
} Capabilities;

/* value: the attribute's value. What cannot be read announces nothing. */
Capabilities capabilities_read(Span value);

/* Our own, best first; the vault writes the same
 * (static/vault/attributes.js).
 */
void capabilities_put(DerWriter *der);

#endif
