#include "core/mail/judge_source.h"

#include <string.h>

#include "core/mime/scan.h"

/* A SEQUENCE of long or indefinite length: no header line begins so. */
static gboolean
is_der(const guint8 *data, gsize size)
{
    return size > 2 && data[0] == 0x30 && data[1] >= 0x80;
}

/* The first PEM block, whatever its label; NULL if there is none. */
static GBytes *
pem_decode(const guint8 *data, gsize size)
{
    static const char begin[] = "-----BEGIN ", end[] = "-----END ";
    if (size < sizeof begin || memcmp(data, begin, sizeof begin - 1) != 0)
        return NULL;

    gsize line = scan_line(data, size);
    const guint8 *last =
        memmem(data + line, size - line, end, sizeof end - 1);
    gsize body = last == NULL ? size - line : (gsize)(last - data) - line;
    g_autofree char *text = g_strndup((const char *)data + line, body);
    gsize length = 0;
    guchar *der = g_base64_decode(text, &length);
    return g_bytes_new_take(der, length);
}

JudgeSource
judge_source_find(GBytes *file)
{
    gsize size;
    const guint8 *data = g_bytes_get_data(file, &size);
    if (is_der(data, size))
        return (JudgeSource){.cms = g_bytes_ref(file)};

    GBytes *cms = pem_decode(data, size);
    if (cms != NULL)
        return (JudgeSource){.cms = cms};

    gsize skip = scan_mbox_line(data, size);
    return (JudgeSource){.entity =
                             g_bytes_new_from_bytes(file, skip, size - skip)};
}

void
judge_source_clear(JudgeSource *source)
{
    g_clear_pointer(&source->entity, g_bytes_unref);
    g_clear_pointer(&source->cms, g_bytes_unref);
}
