/*
 * What a CMS object holds, as far as it can be told without opening it.
 */
#ifndef SCEAU_CMS_CONTENT_INFO_H
#define SCEAU_CMS_CONTENT_INFO_H

#include "core/cms/oid.h"

/* "signed", "enveloped", "auth-enveloped", "compressed", NULL for anything
 * else; static. */
const char *cms_content_kind(GBytes *der);

/*
 * The cipher of an enveloped or auth-enveloped one, "aes256-cbc"; static.
 * NULL if it is not known or cannot be read. *weak: SEC-31.
 */
const char *cms_cipher(GBytes *der, gboolean *weak);

/*
 * The content of the ContentInfo, in place, if all of der is sound within the
 * limits of SEC-04; OID_UNKNOWN otherwise.
 */
Oid content_info_read(Span der, Span *content);

#endif
