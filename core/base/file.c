#include "core/base/file.h"

#include <errno.h>
#include <stdio.h>

#include "core/base/error.h"

#define FILE_MAX (16 * 1024 * 1024)

static gboolean
read_all(FILE *file, GString *out)
{
    char block[16384];
    gsize got;
    while ((got = fread(block, 1, sizeof block, file)) > 0) {
        if (out->len + got > FILE_MAX) {
            errno = EFBIG;
            return FALSE;
        }
        g_string_append_len(out, block, (gssize)got);
    }
    return !ferror(file);
}

gboolean
file_read(const char *path, char **text, gsize *size, GError **error)
{
    GString *out = g_string_new(NULL);
    FILE *file = fopen(path, "re");
    gboolean good = file != NULL && read_all(file, out);
    int why = errno;
    if (file != NULL)
        fclose(file);
    if (!good)
        g_set_error(error, APP_ERROR, APP_ERROR_CONFIG, "%s: %s", path,
                    g_strerror(why));
    if (size != NULL)
        *size = out->len;
    *text = g_string_free(out, !good);
    return good;
}
