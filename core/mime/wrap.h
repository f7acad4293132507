/*
 * Takes one cryptographic layer off a message or entity: exact byte spans,
 * never a re-serialisation (facts/cms.md §6).
 */
#ifndef SCEAU_MIME_WRAP_H
#define SCEAU_MIME_WRAP_H

#include "core/mime/headers.h"

typedef enum {
    LAYER_NONE,   /* an ordinary message */
    LAYER_SIGNED, /* multipart/signed with application/pkcs7-signature */
    LAYER_OPAQUE, /* application/pkcs7-mime: CMS tells what it holds */
    LAYER_BROKEN, /* looks like one and is not: SEC-10 */
} LayerKind;

typedef struct {
    LayerKind kind;
    const guint8 *payload; /* the signed part as it came; borrowed */
    gsize payload_size;
    GBytes *canonical; /* the same with CRLF, if it had bare LF; or NULL */
    GBytes *cms;       /* the decoded .p7s or .p7m; NULL for NONE */
    gboolean outside;  /* preamble or epilogue with text, parts outside */
} Layer;

/* entity: a whole message or MIME entity, header first, that passed the gate.
 */
Layer *layer_find(const guint8 *entity, gsize size);
void layer_free(Layer *layer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Layer, layer_free)

/* TRUE if a signed or encrypted part is somewhere below mixed or rfc822: an
 * errant layer (SEC-19). */
gboolean layer_is_errant(const guint8 *entity, gsize size);
#endif
