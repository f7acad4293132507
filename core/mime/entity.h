/*
 * The signed part and the message around it (DESIGN §3, entity profile). The
 * bytes are fully determined by the draft, the boundaries and the message id:
 * static/vault/entity.js composes the same bytes from the form, and the two
 * must be equal. Header rules, identical on both sides, are written at the
 * top of entity.c. GMime builds the tree; raw header values are ours.
 */
#ifndef SCEAU_MIME_ENTITY_H
#define SCEAU_MIME_ENTITY_H

#include "core/mime/draft.h"

typedef struct {
    char *text; /* literal, or NULL for a file */
    guint file; /* index into draft->files when text is NULL */
} EntityPiece;

typedef struct Entity Entity;

typedef enum {
    PROTECT_NONE,   /* a plain message body: no header fields inside */
    PROTECT_CLEAR,  /* to be signed: the fields inside, hp="clear" */
    PROTECT_CIPHER, /* to be encrypted: hp="cipher", and HP-Outer fields */
} Protect;

/* Borrows the draft, which must outlive it. */
Entity *entity_build(const Draft *draft, Protect protect, GError **error);
/* The same with a given boundary, which the shared vectors need. */
Entity *entity_build_with(const Draft *draft, Protect protect,
                          const char *boundary, GError **error);
void entity_free(Entity *entity);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Entity, entity_free)

/* EntityPieces, borrowed. */
GPtrArray *entity_pieces(const Entity *entity);
/* Exact size in bytes, files included as base64. */
gsize entity_size(const Entity *entity);

/* Gives the exact bytes in order, in chunks of at most 64 KiB, never holding
 * the whole. */
typedef gboolean (*ByteSink)(gpointer user, const guint8 *data, gsize size,
                             GError **error);
gboolean entity_write(const Entity *entity, ByteSink sink, gpointer user,
                      GError **error);

/* The same bytes, asked for piece by piece. Borrows the entity. */
typedef struct EntityReader EntityReader;
EntityReader *entity_reader_new(const Entity *entity);
void entity_reader_free(EntityReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EntityReader, entity_reader_free)
/* At most size bytes, which are at least 78; 0 at the end. */
gsize entity_reader_read(EntityReader *reader, guint8 *buffer, gsize size);

/*
 * The whole message: outer header fields (From, To, Cc, Subject, Date,
 * Message-ID, In-Reply-To, References, MIME-Version), CRLF only, lines ≤ 998.
 * The draft has passed draft_check; the finished header is read again and
 * must have exactly the fields intended, or the program ends (SEC-51). For an
 * unsigned message: prefix is the outer header minus the entity's own
 * Content-* fields, and the entity follows directly.
 */
char *message_prefix_plain(const Draft *draft);
/* Header, multipart/signed start up to the first byte of the entity; micalg
 * "sha-256" or "sha-384". */
char *message_prefix_signed(const Draft *draft, const char *boundary,
                            const char *micalg);
/* From the delimiter after the entity to the end: smime.p7s in base64. */
char *message_suffix_signed(const char *boundary, GBytes *signed_data);
/* Header and empty line of an encrypted message; its base64 follows and ends
 * it. The subject is "[...]", all other fields are those inside (RFC 9788).
 * smime_type: "enveloped-data" or "authEnveloped-data". */
char *message_prefix_encrypted(const Draft *draft, const char *smime_type);
/* What is encrypted of a signed message: its Content-Type, and on to the
 * first byte of the entity; message_suffix_signed() ends it too. */
char *message_inner_signed(const char *boundary, const char *micalg);
char *boundary_new(void); /* "=_" and 24 alphanumerics */
#endif
