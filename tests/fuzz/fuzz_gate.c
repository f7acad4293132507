/*
 * What the gate lets through, GMime must find of the size that the gate
 * counted, in GMime's own reading. Broken headers can be read in several
 * ways, and GMime counts a nested message and its content as two objects: so
 * up to twice the parts, which bounds the work all the same.
 */
#include <stddef.h>
#include <stdint.h>

#include "core/mime/gate.h"
#include "core/mime/parsed.h"
#include "core/mime/scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct {
    guint parts;
    guint depth;
} Count;

static void
count_object(GMimeObject *object, guint depth, Count *count)
{
    count->parts++;
    count->depth = MAX(count->depth, depth);
    if (GMIME_IS_MULTIPART(object)) {
        GMimeMultipart *multipart = GMIME_MULTIPART(object);
        for (int i = 0; i < g_mime_multipart_get_count(multipart); i++)
            count_object(g_mime_multipart_get_part(multipart, i), depth + 1,
                         count);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!gate_check(data, size, NULL))
        return 0;
    g_autoptr(Parsed) parsed = parsed_new(data, size, NULL);
    Count count = {0, 0};
    if (parsed != NULL)
        count_object(parsed_root(parsed), 0, &count);
    ScanTotals totals;
    g_assert(scan_fields(data, size, NULL, NULL, &totals, NULL));
    g_assert(count.parts <= 2 * totals.parts);
    g_assert(count.depth <= totals.depth + 1);
    return 0;
}
