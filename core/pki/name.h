/*
 * Distinguished names compared as RFC 5280 §7.1 says: the relative names in
 * order, the attributes of each as a set, text without regard to case, to
 * repeated spaces or to which string type carries it.
 */
#ifndef SCEAU_PKI_NAME_H
#define SCEAU_PKI_NAME_H

#include "core/pki/der.h"

typedef struct Name Name; /* immutable */

/* whole: the Name with its tag. NULL if it is not one, or is immense. */
Name *name_parse(Der whole);
/* base with one more relative name (set: a SET's contents), §4.2.1.13. */
Name *name_parse_below(const Name *base, Der set);
void name_free(Name *name);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Name, name_free)

gboolean name_is_empty(const Name *name);
gboolean name_equal(const Name *a, const Name *b);
/* TRUE if name is base or lies below it. */
gboolean name_is_within(const Name *name, const Name *base);

#define NAME_COMMON_NAME "2.5.4.3"
#define NAME_ORGANISATION "2.5.4.10"
#define NAME_EMAIL "1.2.840.113549.1.9.1"

/* Values of one attribute as UTF-8, in order; of whole, a Name with its tag.
 * Values that are no text are left out. */
GPtrArray *name_values(Der whole, const char *oid);

#endif
