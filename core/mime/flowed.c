#include "core/mime/flowed.h"

#include <string.h>

typedef struct {
    const char *text; /* without quote marks and stuffing */
    gsize size;
    guint depth;
    gboolean flows; /* the next line goes on with it */
} Line;

static Line
read_line(const char *at, gsize size)
{
    Line line = {at, size, 0, FALSE};
    while (line.size > 0 && *line.text == '>') {
        line.text++;
        line.size--;
        line.depth++;
    }
    if (line.size > 0 && *line.text == ' ') {
        line.text++;
        line.size--;
    }
    /* The signature's delimiter ends in a space and does not flow. */
    gboolean delimiter = line.size == 3 && memcmp(line.text, "-- ", 3) == 0;
    line.flows =
        line.size > 0 && line.text[line.size - 1] == ' ' && !delimiter;
    return line;
}

static void
begin_line(GString *out, guint depth)
{
    for (guint i = 0; i < depth; i++)
        g_string_append_c(out, '>');
    if (depth > 0)
        g_string_append_c(out, ' ');
}

char *
flowed_unwrap(const char *text, gboolean delsp)
{
    GString *out = g_string_new(NULL);
    gboolean open = FALSE; /* the last line flows */
    guint depth = 0;
    while (*text != '\0') {
        gsize size = strcspn(text, "\n");
        Line line = read_line(text, size);
        gboolean delimiter =
            line.size == 3 && memcmp(line.text, "-- ", 3) == 0;
        if (open && (line.depth != depth || delimiter)) {
            g_string_append_c(out, '\n');
            open = FALSE;
        }
        if (!open)
            begin_line(out, line.depth);
        gsize kept = line.flows && delsp ? line.size - 1 : line.size;
        g_string_append_len(out, line.text, (gssize)kept);
        text += size;
        if (!line.flows && *text == '\n')
            g_string_append_c(out, '\n');
        open = line.flows;
        depth = line.depth;
        text += *text == '\n' ? 1 : 0;
    }
    if (open)
        g_string_append_c(out, '\n');
    return g_string_free(out, FALSE);
}
