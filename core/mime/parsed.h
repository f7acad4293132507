/*
 * A MIME entity parsed by GMime over borrowed bytes, without a copy, and the
 * decoded contents of its parts. Nested messages stay files: GMime never
 * reads an address field.
 */
#ifndef SCEAU_MIME_PARSED_H
#define SCEAU_MIME_PARSED_H

#include "core/mime/gmime_auto.h"

typedef struct Parsed Parsed;

/* Runs the gate first; entity must outlive the result. */
Parsed *parsed_new(const guint8 *entity, gsize size, GError **error);
void parsed_free(Parsed *parsed);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Parsed, parsed_free)

GMimeObject *parsed_root(const Parsed *parsed);

/* Decoded bytes of a leaf; parsed_size() without holding them. */
GByteArray *parsed_content(GMimeObject *leaf);
gsize parsed_size(GMimeObject *leaf);
#endif
