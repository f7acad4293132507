/*
 * The entity profile (DESIGN §3), the same here and in static/vault. Where
 * the contract leaves a choice, this is what both sides do:
 *
 * - "Control" is U+0000–001F and U+007F–009F, "space" is U+0020, "bidi" is
 *   U+061C, 200E, 200F, 202A–202E, 2066–2069, "printable ASCII" is
 * U+0020–007E.
 * - Lengths of names, subjects and values are in UTF-8 bytes of the text
 * before quoting or encoding; a subject is written as is up to 67 bytes,
 * since "Subject: " and 67 make a line of 76.
 * - Encoded words are filled greedily: as many whole characters as fit in 39
 *   bytes. An encoded name is followed by CRLF, space and "<address>".
 * - A quoted name escapes each '"' and '\' with '\'.
 * - Days of the month in Date have two digits.
 * - In-Reply-To and References hold the ids found in the text: '<', 1 to 250
 *   printable ASCII characters other than space, '<' and '>', '>'. Anything
 *   between them is dropped, of more than 50 the last 50 are kept, without
 * any the field is absent. The reading goes on behind a found id; at a '<'
 * that begins none, behind that '<'.
 * - A file name: the part after the last '/' or '\'; controls and bidi
 * removed; spaces at the ends removed; cut to 255 bytes at a character; if
 * empty, "file". Percent encoding is of UTF-8 bytes in upper case. The 60
 * characters of a piece do not count "utf-8''"; pieces are filled greedily
 * and may cut between the bytes of one character.
 * - The name of a person: controls removed, runs of spaces made one, spaces
 * at the ends removed; nothing left is no name.
 * - Text: CRLF, CR and LF become CRLF, all line ends at the end are removed,
 *   then one CRLF is added.
 * - To be encrypted, hp is "cipher" and after the protected fields comes one
 *   "HP-Outer: <Name>: <value>" for each of them as it stands outside, in the
 *   same order and folded alike: Subject is "[...]" whatever it is inside,
 *   all others are equal to the inner ones (RFC 9788 §2.2, §3.2).
 */
#include "core/mime/entity.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/mime/base64.h"
#include "core/mime/tree.h"

#define MAX_LINE 998
#define CHUNK (64 * 1024)

struct Entity {
    const Draft *draft;
    GPtrArray *pieces;
};

static void
piece_free(gpointer data)
{
    EntityPiece *piece = data;
    g_free(piece->text);
    g_free(piece);
}

void
entity_free(Entity *entity)
{
    if (entity == NULL)
        return;
    g_ptr_array_unref(entity->pieces);
    g_free(entity);
}

GPtrArray *
entity_pieces(const Entity *entity)
{
    return entity->pieces;
}

char *
boundary_new(void)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "abcdefghijklmnopqrstuvwxyz0123456789";
    GString *out = g_string_new("=_");
    while (out->len < 26) {
        guint8 random;
        secret_random(&random, 1);
        /* 248 is a multiple of 62: every letter is equally likely. */
        if (random < 248)
            g_string_append_c(out, letters[random % 62]);
    }
    return g_string_free(out, FALSE);
}

static char *
canonical_text(const char *text)
{
    GString *out = g_string_new(NULL);
    while (*text != '\0') {
        gsize size = strcspn(text, "\r\n");
        g_string_append_len(out, text, (gssize)size);
        text += size;
        if (text[0] == '\r' && text[1] == '\n')
            text++;
        if (*text != '\0') {
            g_string_append(out, "\r\n");
            text++;
        }
    }
    while (out->len > 0 && strchr("\r\n", out->str[out->len - 1]) != NULL)
        g_string_truncate(out, out->len - 1);
    g_string_append(out, "\r\n");
    return g_string_free(out, FALSE);
}

static void
add_text_body(GString *out, const char *text)
{
    g_autofree char *body = canonical_text(text);
    base64_append_lines(out, (const guint8 *)body, strlen(body));
}

static void
add_piece(Entity *entity, char *text, guint file)
{
    EntityPiece *piece = g_new0(EntityPiece, 1);
    piece->text = text;
    piece->file = file;
    g_ptr_array_add(entity->pieces, piece);
}

static void
add_header(GString *out, GMimeObject *object)
{
    g_autofree char *header = tree_header(object);
    g_string_append_printf(out, "%s\r\n", header);
}

/* The delimiters' CRLF belongs to them: a body may be empty. */
static void
add_multipart(Entity *entity, GString *out, GMimeMultipart *mixed)
{
    const char *boundary = g_mime_multipart_get_boundary(mixed);
    g_string_append_printf(out, "--%s\r\n", boundary);
    add_header(out, g_mime_multipart_get_part(mixed, 0));
    add_text_body(out, entity->draft->text);
    for (guint i = 0; i < entity->draft->files->len; i++) {
        g_string_append_printf(out, "\r\n--%s\r\n", boundary);
        add_header(out, g_mime_multipart_get_part(mixed, (int)i + 1));
        add_piece(entity, g_strdup(out->str), 0);
        add_piece(entity, NULL, i);
        g_string_truncate(out, 0);
    }
    g_string_append_printf(out, "\r\n--%s--\r\n", boundary);
}

/* RFC 5322 §2.1.1, SEC-56: CRLF alone ends a line, 998 bytes are the most. */
static gboolean
lines_are_sound(const char *text)
{
    while (*text != '\0') {
        gsize size = strcspn(text, "\r\n");
        if (size > MAX_LINE || text[size] != '\r' || text[size + 1] != '\n')
            return FALSE;
        text += size + 2;
    }
    return TRUE;
}

static gboolean
check_entity(const Entity *entity, const char *root, Protect protect,
             GError **error)
{
    static const char *const before[] = {"Content-Type", NULL};
    static const char *const after[] = {"Content-Transfer-Encoding", NULL};
    const char *const *end = entity->draft->files->len == 0 ? after : NULL;
    gboolean sound = protect == PROTECT_NONE ||
                     tree_header_is(root, entity->draft,
                                    protect == PROTECT_CIPHER ? FIELDS_CIPHER
                                                              : FIELDS_CLEAR,
                                    before, end);
    for (guint i = 0; sound && i < entity->pieces->len; i++) {
        const EntityPiece *piece = g_ptr_array_index(entity->pieces, i);
        sound = piece->text == NULL || lines_are_sound(piece->text);
    }
    if (!sound)
        g_set_error_literal(error, APP_ERROR, APP_ERROR_INTERNAL,
                            "the message built is not the one intended");
    return sound;
}

Entity *
entity_build_with(const Draft *draft, Protect protect, const char *boundary,
                  GError **error)
{
    g_autoptr(GMimeObject) root = tree_new(draft, protect, boundary);
    g_autoptr(Entity) entity = g_new0(Entity, 1);
    entity->draft = draft;
    entity->pieces = g_ptr_array_new_with_free_func(piece_free);

    g_autofree char *header = tree_header(root);
    g_autoptr(GString) out = g_string_new(header);
    g_string_append(out, "\r\n");
    if (GMIME_IS_MULTIPART(root))
        add_multipart(entity, out, GMIME_MULTIPART(root));
    else
        add_text_body(out, draft->text);
    add_piece(entity, g_strdup(out->str), 0);
    if (!check_entity(entity, header, protect, error))
        return NULL;
    return g_steal_pointer(&entity);
}

Entity *
entity_build(const Draft *draft, Protect protect, GError **error)
{
    g_autofree char *boundary = boundary_new();
    return entity_build_with(draft, protect, boundary, error);
}

static const DraftFile *
piece_file(const Entity *entity, const EntityPiece *piece)
{
    return g_ptr_array_index(entity->draft->files, piece->file);
}

gsize
entity_size(const Entity *entity)
{
    gsize size = 0;
    for (guint i = 0; i < entity->pieces->len; i++) {
        const EntityPiece *piece = g_ptr_array_index(entity->pieces, i);
        if (piece->text != NULL)
            size += strlen(piece->text);
        else
            size += base64_lines_size(
                g_bytes_get_size(piece_file(entity, piece)->data));
    }
    return size;
}

struct EntityReader {
    const Entity *entity;
    guint piece;
    gsize at; /* of the piece's text or file */
    GString *lines;
};

EntityReader *
entity_reader_new(const Entity *entity)
{
    EntityReader *reader = g_new0(EntityReader, 1);
    reader->entity = entity;
    reader->lines = g_string_sized_new(CHUNK);
    return reader;
}

void
entity_reader_free(EntityReader *reader)
{
    if (reader == NULL)
        return;
    g_string_free(reader->lines, TRUE);
    g_free(reader);
}

static gsize
read_text(EntityReader *reader, const char *text, guint8 *buffer, gsize size)
{
    gsize part = MIN(size, strlen(text + reader->at));
    memcpy(buffer, text + reader->at, part);
    reader->at += part;
    return part;
}

/* Whole lines only, so that the base64 of a file is one. */
static gsize
read_file(EntityReader *reader, GBytes *data, guint8 *buffer, gsize size)
{
    gsize have;
    const guint8 *bytes = g_bytes_get_data(data, &have);
    gsize step = BASE64_LINE_BYTES * (MIN(size, CHUNK) / BASE64_LINE_SIZE);
    gsize part = MIN(step, have - reader->at);
    g_string_truncate(reader->lines, 0);
    base64_append_lines(reader->lines, bytes + reader->at, part);
    memcpy(buffer, reader->lines->str, reader->lines->len);
    reader->at += part;
    return reader->lines->len;
}

gsize
entity_reader_read(EntityReader *reader, guint8 *buffer, gsize size)
{
    g_assert(size >= BASE64_LINE_SIZE);
    const GPtrArray *pieces = reader->entity->pieces;
    for (; reader->piece < pieces->len; reader->piece++, reader->at = 0) {
        const EntityPiece *piece = g_ptr_array_index(pieces, reader->piece);
        gsize got =
            piece->text != NULL
                ? read_text(reader, piece->text, buffer, size)
                : read_file(reader, piece_file(reader->entity, piece)->data,
                            buffer, size);
        if (got > 0)
            return got;
    }
    return 0;
}

gboolean
entity_write(const Entity *entity, ByteSink sink, gpointer user,
             GError **error)
{
    g_autoptr(EntityReader) reader = entity_reader_new(entity);
    g_autofree guint8 *chunk = g_malloc(CHUNK);
    gsize got;
    while ((got = entity_reader_read(reader, chunk, CHUNK)) > 0)
        if (!sink(user, chunk, got, error))
            return FALSE;
    return TRUE;
}
