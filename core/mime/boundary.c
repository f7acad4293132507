#include "core/mime/boundary.h"

#include <string.h>

#include "core/mime/scan.h"

static gboolean
is_space(guint8 c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Ends a token for some parsers, though many mailers leave quotes away. */
static gboolean
is_special(guint8 c)
{
    return c <= ' ' || c == 127 || strchr("()<>@,;:\\\"/[]?=", c) != NULL;
}

static gboolean
is_plain(const guint8 *text, gsize size)
{
    gsize question = size;
    for (gsize i = 0; i < size; i++) {
        if (text[i] < ' ' || text[i] > '~' || text[i] == '\\')
            return FALSE;
        if (text[i] == '=' && i + 1 < size && text[i + 1] == '?')
            question = MIN(question, i + 2);
        /* An encoded word: some parsers decode it even here. */
        if (text[i] == '?' && i > question && i + 1 < size &&
            text[i + 1] == '=')
            return FALSE;
    }
    return TRUE;
}

static int
read_value(const guint8 *at, const guint8 *end, Boundary out[2])
{
    gboolean quoted = at < end && *at == '"';
    const guint8 *start = quoted ? at + 1 : at;
    const guint8 *stop = start;
    while (stop < end &&
           (quoted ? *stop != '"' : !is_space(*stop) && *stop != ';'))
        stop++;
    if (stop - start > SCAN_MAX_BOUNDARY || !is_plain(start, stop - start))
        return -1;

    out[0] = (Boundary){start, (gsize)(stop - start)};
    if (quoted)
        return 1;
    const guint8 *early = start;
    while (early < stop && !is_special(*early))
        early++;
    out[1] = (Boundary){start, (gsize)(early - start)};
    return early < stop ? 2 : 1;
}

/* NUL, or CR that is no line end: some parsers leave them out, others stop.
 */
static gboolean
has_stray_control(const guint8 *value, gsize size)
{
    for (gsize i = 0; i < size; i++)
        if (value[i] == '\0' ||
            (value[i] == '\r' && i + 1 < size && value[i + 1] != '\n' &&
             value[i + 1] != '\r'))
            return TRUE;
    return FALSE;
}

int
boundary_find(const guint8 *value, gsize size, Boundary out[2])
{
    static const char word[] = "boundary";
    const gsize n = sizeof word - 1;
    const guint8 *end = value + size;
    int found = 0;

    if (has_stray_control(value, size))
        return -1;
    for (gsize i = 1; i + n < size; i++) {
        if ((value[i] | 0x20) != 'b' ||
            g_ascii_strncasecmp((const char *)value + i, word, n) != 0)
            continue;
        if (!is_space(value[i - 1]) && value[i - 1] != ';' &&
            value[i - 1] != ')')
            continue;
        const guint8 *at = value + i + n;
        while (at < end && is_space(*at))
            at++;
        if (at < end && (*at == '*' || *at == '('))
            return -1;
        if (at == end || *at != '=')
            continue;
        at++;
        while (at < end && is_space(*at))
            at++;
        if (found > 0 || (at < end && *at == '('))
            return -1;
        found = read_value(at, end, out);
        if (found < 0)
            return -1;
    }
    return found;
}

BoundaryLine
boundary_line(const guint8 *line, gsize size, const Boundary *boundary)
{
    gsize n = boundary->size;
    if (size < n + 2 || line[0] != '-' || line[1] != '-' ||
        memcmp(line + 2, boundary->text, n) != 0)
        return LINE_OTHER;

    gsize at = n + 2;
    gboolean closes =
        size >= at + 2 && line[at] == '-' && line[at + 1] == '-';
    if (closes)
        at += 2;
    while (at < size &&
           (line[at] == ' ' || (line[at] >= 9 && line[at] <= 13)))
        at++;
    if (at < size)
        return LINE_OTHER;
    return closes ? LINE_CLOSE : LINE_DELIMITER;
}
