/*
 * Legacy display elements: subject and addresses written once more at the
 * head of an encrypted text, for readers that know no header protection (RFC
 * 9788 §5.2, and the first part that older programs put there). Who shows the
 * protected fields shows them twice if these stay.
 */
#ifndef SCEAU_MIME_LEGACY_H
#define SCEAU_MIME_LEGACY_H

#include "core/mime/gmime_auto.h"

/* Is it marked as beginning with such an element? */
gboolean legacy_is_marked(GMimeObject *leaf);
/* text behind the element; text itself where there is none. */
const char *legacy_skip_text(const char *text);
/* html without the element. */
char *legacy_drop_html(const char *html);
/* The first part of a multipart with protected-headers="v1" that only repeats
 * the fields. */
gboolean legacy_is_part(GMimeMultipart *parent, GMimeObject *first);

#endif
