/*
 * The RecipientInfo that gives a content key to one certificate: RSA v1.5 or
 * OAEP for RSA, an ephemeral agreement for elliptic curves.
 */
#ifndef SCEAU_CMS_RECIPIENT_WRITE_H
#define SCEAU_CMS_RECIPIENT_WRITE_H

#include "core/cms/der_writer.h"
#include "core/cms/enveloped_write.h"

/* APP_ERROR_CERTIFICATE says whose certificate cannot be encrypted to. */
gboolean recipient_put(DerWriter *der, const EnvelopeRecipient *recipient,
                       Span key, GError **error);
/* Does recipient_put() write a KeyAgreeRecipientInfo for it? */
gboolean recipient_agrees(const EnvelopeRecipient *recipient);

#endif
