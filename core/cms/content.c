#include "core/cms/content.h"

#include <gnutls/crypto.h>
#include <string.h>

typedef void (*PieceSink)(gpointer user, Span piece);

static void
each_exact(const Content *content, PieceSink sink, gpointer user)
{
    for (gsize i = 0; content->octets == NULL && i < content->n_spans; i++)
        sink(user, content->spans[i]);
    if (content->octets == NULL)
        return;

    OctetReader reader;
    Span piece;
    octets_start(&reader, content->octets);
    while (octets_next(&reader, &piece))
        sink(user, piece);
}

/* Line ends are mended in blocks, so that hashing gets long runs. */
typedef struct {
    PieceSink sink;
    gpointer user;
    gsize used;
    guint8 last; /* the octet before */
    guint8 block[32768];
} LineEnds;

static void
lines_flush(LineEnds *lines)
{
    lines->sink(lines->user, (Span){lines->block, lines->used});
    lines->used = 0;
}

static void
lines_put(LineEnds *lines, Span run)
{
    while (run.size > 0) {
        gsize room = MIN(run.size, sizeof lines->block - lines->used);
        memcpy(lines->block + lines->used, run.data, room);
        lines->used += room;
        lines->last = run.data[room - 1];
        run = (Span){run.data + room, run.size - room};
        if (lines->used == sizeof lines->block)
            lines_flush(lines);
    }
}

static void
lines_feed(gpointer user, Span piece)
{
    static const guint8 cr = '\r', lf = '\n';
    LineEnds *lines = user;
    while (piece.size > 0) {
        const guint8 *end = memchr(piece.data, '\n', piece.size);
        gsize run = end == NULL ? piece.size : (gsize)(end - piece.data);
        lines_put(lines, (Span){piece.data, run});
        if (end == NULL)
            return;
        if (lines->last != '\r')
            lines_put(lines, (Span){&cr, 1});
        lines_put(lines, (Span){&lf, 1});
        piece = (Span){end + 1, piece.size - run - 1};
    }
}

static void
each_piece(const Content *content, ContentForm form, PieceSink sink,
           gpointer user)
{
    if (form == CONTENT_EXACT) {
        each_exact(content, sink, user);
        return;
    }
    LineEnds lines = {.sink = sink, .user = user};
    each_exact(content, lines_feed, &lines);
    lines_flush(&lines);
}

typedef struct {
    guint8 last;
    gboolean found;
} BareLf;

static void
bare_lf_feed(gpointer user, Span piece)
{
    BareLf *search = user;
    if (piece.size == 0)
        return;
    const guint8 *at = piece.data, *end = at + piece.size, *lf;
    while (!search->found && at < end &&
           (lf = memchr(at, '\n', (gsize)(end - at))) != NULL) {
        guint8 before = lf == piece.data ? search->last : lf[-1];
        search->found = before != '\r';
        at = lf + 1;
    }
    search->last = end[-1];
}

gboolean
content_has_bare_lf(const Content *content)
{
    BareLf search = {0};
    each_exact(content, bare_lf_feed, &search);
    return search.found;
}

static void
hash_feed(gpointer user, Span piece)
{
    gnutls_hash_hd_t hash = user;
    gnutls_hash(hash, piece.data, piece.size);
}

gsize
content_digest(const Content *content, ContentForm form, const Digest *digest,
               guint8 out[DIGEST_MAX])
{
    gnutls_hash_hd_t hash;
    int made = gnutls_hash_init(&hash, digest->gnutls);
    g_assert(made >= 0);
    each_piece(content, form, hash_feed, hash);
    gnutls_hash_deinit(hash, out);
    return gnutls_hash_get_len(digest->gnutls);
}

static gboolean
is_attributes(Span bytes)
{
    Span set, attribute, type, values;
    gsize size;
    if (!tlv_measure(bytes, &size) || size != bytes.size ||
        !tlv_take(&bytes, TLV_SET, &set) || set.size == 0)
        return FALSE;
    while (set.size > 0) {
        if (!tlv_take(&set, TLV_SEQUENCE, &attribute) ||
            !tlv_take(&attribute, TLV_OID, &type) ||
            !tlv_take(&attribute, TLV_SET, &values) || attribute.size > 0)
            return FALSE;
    }
    return TRUE;
}

static void
collect_feed(gpointer user, Span piece)
{
    der_put_raw(user, piece);
}

static guint8
first_octet(const Content *content)
{
    for (gsize i = 0; content->octets == NULL && i < content->n_spans; i++)
        if (content->spans[i].size > 0)
            return content->spans[i].data[0];
    OctetReader reader;
    Span piece = {NULL, 0};
    if (content->octets == NULL)
        return 0;
    octets_start(&reader, content->octets);
    octets_next(&reader, &piece);
    return tlv_peek(piece);
}

/* Mail does not begin like a SET, so that hardly ever is anything copied. */
gboolean
content_is_attributes(const Content *content, ContentForm form)
{
    if (first_octet(content) != TLV_SET)
        return FALSE;
    g_autoptr(DerWriter) bytes = der_new();
    each_piece(content, form, collect_feed, bytes);
    return is_attributes((Span){bytes->data, bytes->len});
}
