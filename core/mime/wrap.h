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
    const guint8 *encoded; /* body of the .p7s or .p7m; borrowed */
    gsize encoded_size;
    char *encoding; /* its Content-Transfer-Encoding, or NULL */
    /* Text after the closing delimiter. No reader shows it, but it came with
     * the message and nobody signed it. (Text before the first one is what
     * mailers write for readers without MIME.) */
    gboolean outside;
} Layer;

/* entity: a whole message or MIME entity, header first, that passed the gate.
 * LF line ends and a leading mbox line are tolerated. Of an opaque layer only
 * the header is read. */
Layer *layer_find(const guint8 *entity, gsize size);
void layer_free(Layer *layer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Layer, layer_free)

/* Told of each piece of the entity that is decoded and not needed again. */
typedef void (*LayerForget)(const guint8 *data, gsize size);
/* The decoded .p7s or .p7m, new bytes each time; NULL when it is not in the
 * encoding it claims, or empty. forget may be NULL. */
GBytes *layer_cms(const Layer *layer, LayerForget forget);

/* TRUE if a signed or encrypted part is somewhere below mixed or rfc822: an
 * errant layer (SEC-19). */
gboolean layer_is_errant(const guint8 *entity, gsize size);
#endif
