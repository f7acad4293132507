#include "core/mime/scan.h"

#include <string.h>

#include "core/base/error.h"
#include "core/mime/boundary.h"

typedef struct {
    Boundary boundary; /* of a multipart; text is NULL for a message */
    gboolean digest;   /* its parts are messages unless they say otherwise */
    guint part; /* whose header it is from: one may be read in several ways */
} Level;

typedef struct {
    Level levels[SCAN_MAX_DEPTH];
    guint depth;
    guint deepest;
    guint parts;
    guint all_fields;

    /* The header block being read, if in_header. */
    gboolean in_header;
    guint outside; /* levels around it: its own begin behind it */
    gboolean has_type;
    gboolean odd_type;   /* no reading of it is certain */
    gboolean is_message; /* its body is a header block again */
    gsize header_size;
    guint fields;
    const guint8 *field; /* the field being read, or NULL */

    ScanSink sink;
    gpointer user;
} Scan;

static gboolean
too_complex(GError **error, const char *what, guint limit)
{
    g_set_error(error, APP_ERROR, APP_ERROR_TOO_COMPLEX,
                "message has more than %u %s", limit, what);
    return FALSE;
}

gsize
scan_line(const guint8 *data, gsize size)
{
    const guint8 *end = memchr(data, '\n', size);
    return end == NULL ? size : (gsize)(end - data) + 1;
}

gsize
scan_line_text(const guint8 *line, gsize size)
{
    if (size > 0 && line[size - 1] == '\n')
        size--;
    while (size > 0 && line[size - 1] == '\r')
        size--;
    return size;
}

gsize
scan_mbox_line(const guint8 *data, gsize size)
{
    if (size >= 5 && memcmp(data, "From ", 5) == 0)
        return scan_line(data, size);
    if (size >= 6 && memcmp(data, ">From ", 6) == 0)
        return scan_line(data, size);
    return 0;
}

gsize
scan_body(const guint8 *data, gsize size)
{
    gsize at = scan_mbox_line(data, size);
    while (at < size) {
        gsize line = scan_line(data + at, size - at);
        gsize text = scan_line_text(data + at, line);
        at += line;
        if (text == 0)
            break;
    }
    return at;
}

gboolean
scan_name_is(const ScanField *field, const char *name)
{
    return strlen(name) == field->name_size &&
           g_ascii_strncasecmp(name, (const char *)field->name,
                               field->name_size) == 0;
}

gboolean
scan_value_has(const ScanField *field, const char *word)
{
    gsize n = strlen(word);
    for (gsize i = 0; i + n <= field->value_size; i++)
        if (g_ascii_strncasecmp((const char *)field->value + i, word, n) == 0)
            return TRUE;
    return FALSE;
}

static gboolean
same_boundary(const Level *a, const Level *b)
{
    return a->boundary.size == b->boundary.size &&
           memcmp(a->boundary.text, b->boundary.text, a->boundary.size) == 0;
}

static gboolean
push(Scan *scan, const Boundary *boundary, gboolean digest, GError **error)
{
    if (scan->depth == SCAN_MAX_DEPTH)
        return too_complex(error, "levels", SCAN_MAX_DEPTH);
    Level *level = &scan->levels[scan->depth++];
    scan->deepest = MAX(scan->deepest, scan->depth);
    *level = (Level){.digest = digest, .part = scan->parts};
    if (boundary == NULL)
        return TRUE;
    level->boundary = *boundary;
    /* Delimiters of both levels are the same lines. */
    for (const Level *outer = scan->levels; outer < level; outer++)
        if (outer->digest && same_boundary(outer, level))
            level->digest = TRUE;
    return TRUE;
}

static gboolean
begin_header(Scan *scan, GError **error)
{
    if (scan->parts > SCAN_MAX_PARTS)
        return too_complex(error, "parts", SCAN_MAX_PARTS);
    scan->parts++;
    scan->in_header = TRUE;
    scan->outside = scan->depth;
    scan->has_type = FALSE;
    scan->odd_type = FALSE;
    scan->is_message = FALSE;
    scan->header_size = 0;
    scan->fields = 0;
    scan->field = NULL;
    return TRUE;
}

/* Message types whose body is no header block; any other may be one. */
static gboolean
is_message_type(const guint8 *value, gsize size)
{
    static const char *const leaves[] = {
        "partial",         "delivery-status", "disposition-notification",
        "feedback-report", "external-body",   "global-delivery-status",
    };
    g_autofree char *text =
        g_ascii_strdown((const char *)value, (gssize)MIN(size, 128));
    g_strstrip(text);
    if (!g_str_has_prefix(text, "message") && text[0] != '(')
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(leaves); i++)
        if (g_str_has_prefix(text, "message/") &&
            g_str_has_prefix(text + 8, leaves[i]))
            return FALSE;
    return TRUE;
}

/* "type/subtype": what does not even begin so is no type to some parsers, and
 * a part of a digest without a type is a message. */
static gboolean
is_media_type(const guint8 *value, gsize size)
{
    gsize at = 0, slash = 0;
    while (at < size && value[at] <= ' ')
        at++;
    for (slash = at; slash < size && g_ascii_isalnum((char)value[slash]);)
        slash++;
    return slash > at && slash + 1 < size && value[slash] == '/' &&
           g_ascii_isalnum((char)value[slash + 1]);
}

static gboolean
read_content_type(Scan *scan, const ScanField *field, GError **error)
{
    Boundary found[2];
    int n = boundary_find(field->value, field->value_size, found);
    if (n < 0) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_TOO_COMPLEX,
                            "a boundary can be read in several ways");
        return FALSE;
    }
    gboolean digest = n > 0 && scan_value_has(field, "digest");
    for (int i = 0; i < n; i++)
        if (!push(scan, &found[i], digest, error))
            return FALSE;
    scan->has_type = TRUE;
    if (!is_media_type(field->value, field->value_size))
        scan->odd_type = TRUE;
    if (is_message_type(field->value, field->value_size))
        scan->is_message = TRUE;
    return TRUE;
}

static gboolean
end_field(Scan *scan, const guint8 *end, GError **error)
{
    const guint8 *start = scan->field;
    if (start == NULL)
        return TRUE;
    scan->field = NULL;
    gsize size = (gsize)(end - start);
    if (size > SCAN_MAX_FIELD)
        return too_complex(error, "bytes in a field", SCAN_MAX_FIELD);
    if (++scan->fields > SCAN_MAX_FIELDS)
        return too_complex(error, "fields", SCAN_MAX_FIELDS);
    if (++scan->all_fields > SCAN_MAX_ALL_FIELDS)
        return too_complex(error, "fields in all", SCAN_MAX_ALL_FIELDS);

    const guint8 *colon = memchr(start, ':', size);
    if (colon == NULL)
        return TRUE;
    gsize name_size = (gsize)(colon - start);
    while (name_size > 0 && start[name_size - 1] <= ' ')
        name_size--;
    ScanField field = {start, name_size, colon + 1,
                       scan_line_text(colon + 1, (gsize)(end - colon) - 1),
                       scan->parts - 1};
    if (scan_name_is(&field, "Content-Type") &&
        !read_content_type(scan, &field, error))
        return FALSE;
    return scan->sink == NULL || scan->sink(scan->user, &field, error);
}

static gboolean
end_header(Scan *scan, const guint8 *end, gboolean body, GError **error)
{
    guint outside = scan->outside;
    if (!end_field(scan, end, error))
        return FALSE;
    scan->in_header = FALSE;
    gboolean digest = outside > 0 && scan->levels[outside - 1].digest;
    if (!body || !(scan->is_message ||
                   (digest && (!scan->has_type || scan->odd_type))))
        return TRUE;
    return push(scan, NULL, FALSE, error) && begin_header(scan, error);
}

/* The innermost level that the line delimits, if any. */
static gboolean
find_delimiter(Scan *scan, const guint8 *line, gsize size, guint *level,
               BoundaryLine *kind)
{
    if (size < 2 || line[0] != '-' || line[1] != '-')
        return FALSE;
    guint inside = scan->in_header ? scan->outside : scan->depth;
    for (guint i = inside; i > 0; i--) {
        const Boundary *boundary = &scan->levels[i - 1].boundary;
        if (boundary->text == NULL)
            continue;
        *kind = boundary_line(line, size, boundary);
        *level = i;
        if (*kind != LINE_OTHER)
            return TRUE;
    }
    return FALSE;
}

static gboolean
read_header_line(Scan *scan, const guint8 *line, gsize size, gsize text,
                 GError **error)
{
    scan->header_size += size;
    if (scan->header_size > SCAN_MAX_HEADER)
        return too_complex(error, "bytes in a header", SCAN_MAX_HEADER);
    if (text == 0)
        return end_header(scan, line, TRUE, error);
    if (line[0] == ' ' || line[0] == '\t') {
        if (scan->field == NULL)
            scan->field = line;
        return TRUE;
    }
    if (!end_field(scan, line, error))
        return FALSE;
    scan->field = line;
    return TRUE;
}

/* A delimiter ends what is inside its level. All readings of one header stay,
 * as it is not known which of them another parser has; and where there are
 * several, the line may be none to that parser, so nothing inside ends. */
static guint
depth_after(const Scan *scan, guint level, gboolean closes)
{
    const Level *levels = scan->levels;
    guint part = levels[level - 1].part;
    guint first = level - 1, end = level;
    while (first > 0 && levels[first - 1].part == part)
        first--;
    while (end < scan->depth && levels[end].part == part)
        end++;
    if (end - first > 1)
        return scan->depth;
    return closes ? first : end;
}

static gboolean
read_line(Scan *scan, const guint8 *line, gsize size, GError **error)
{
    gsize text = scan_line_text(line, size);
    guint level = 0;
    BoundaryLine kind = LINE_OTHER;
    if (find_delimiter(scan, line, text, &level, &kind)) {
        /* A delimiter ends a header block too. */
        if (scan->in_header && !end_header(scan, line, FALSE, error))
            return FALSE;
        scan->depth = depth_after(scan, level, kind == LINE_CLOSE);
        return kind == LINE_CLOSE || begin_header(scan, error);
    }
    return !scan->in_header ||
           read_header_line(scan, line, size, text, error);
}

static gboolean
scan_lines(Scan *scan, const guint8 *data, gsize size, GError **error)
{
    gsize at = scan_mbox_line(data, size);
    if (!begin_header(scan, error))
        return FALSE;
    /* Outside every multipart no line of a body means anything, and a large
     * one need not be read at all. */
    while (at < size && (scan->in_header || scan->depth > 0)) {
        gsize line = scan_line(data + at, size - at);
        if (!read_line(scan, data + at, line, error))
            return FALSE;
        at += line;
    }
    return !scan->in_header || end_header(scan, data + size, FALSE, error);
}

gboolean
scan_fields(const guint8 *data, gsize size, ScanSink sink, gpointer user,
            ScanTotals *totals, GError **error)
{
    Scan scan = {.sink = sink, .user = user};
    /* An empty GBytes has no address. */
    gboolean done =
        scan_lines(&scan, size > 0 ? data : (const guint8 *)"", size, error);
    if (totals != NULL)
        *totals = (ScanTotals){scan.parts, scan.deepest};
    return done;
}
