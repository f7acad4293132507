#include "deploy/sceauctl_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/base/error.h"

#define INPUT_MAX (50 * 1024 * 1024) /* SEC-01 */
#define PIECE (1024 * 1024)

static void
set_errno(GError **error, const char *path)
{
    int why = errno;
    g_autofree char *quoted = error_quote(path, -1, 200);
    g_set_error(error, APP_ERROR, APP_ERROR_FILE, "%s: %s", quoted,
                g_strerror(why));
}

static gboolean
size_is_allowed(gsize size, const char *path, GError **error)
{
    if (size <= INPUT_MAX)
        return TRUE;
    g_autofree char *quoted = error_quote(path, -1, 200);
    g_set_error(error, APP_ERROR, APP_ERROR_TOO_LARGE,
                "%s: larger than 50 MiB", quoted);
    return FALSE;
}

/* Standard input, or what cannot be mapped: a pipe. */
static GBytes *
read_stream(int fd, const char *path, GError **error)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    guint8 block[65536];
    gssize got;
    while ((got = read(fd, block, sizeof block)) > 0) {
        g_byte_array_append(out, block, (guint)got);
        if (!size_is_allowed(out->len, path, error))
            return NULL;
    }
    if (got < 0) {
        set_errno(error, path);
        return NULL;
    }
    return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}

static GBytes *
read_descriptor(int fd, const char *path, gboolean *mapped, GError **error)
{
    g_autoptr(GMappedFile) map = g_mapped_file_new_from_fd(fd, FALSE, NULL);
    *mapped = map != NULL && g_mapped_file_get_length(map) > 0;
    if (!*mapped)
        return read_stream(fd, path, error);
    if (!size_is_allowed(g_mapped_file_get_length(map), path, error))
        return NULL;
    return g_mapped_file_get_bytes(map);
}

GBytes *
sceauctl_read(const char *path, gboolean *mapped, GError **error)
{
    gboolean usable = FALSE;
    if (g_str_equal(path, "-"))
        return read_descriptor(STDIN_FILENO, path,
                               mapped == NULL ? &usable : mapped, error);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        set_errno(error, path);
        return NULL;
    }
    GBytes *bytes =
        read_descriptor(fd, path, mapped == NULL ? &usable : mapped, error);
    close(fd);
    return bytes;
}

void
sceauctl_forget(const guint8 *data, gsize size)
{
    gsize page = (gsize)sysconf(_SC_PAGESIZE);
    gsize begin = ((gsize)data + page - 1) / page * page;
    gsize end = ((gsize)data + size) / page * page;
    if (begin < end)
        madvise((void *)begin, end - begin, MADV_DONTNEED);
}

GBytes *
sceauctl_own(GBytes *mapped)
{
    gsize size;
    const guint8 *from = g_bytes_get_data(mapped, &size);
    guint8 *out = g_malloc(size);
    for (gsize at = 0; at < size; at += PIECE) {
        gsize piece = MIN(PIECE, size - at);
        memcpy(out + at, from + at, piece);
        sceauctl_forget(from + at, piece);
    }
    g_bytes_unref(mapped);
    return g_bytes_new_take(out, size);
}

gboolean
sceauctl_write(const void *data, gsize size, GError **error)
{
    const guint8 *at = data;
    while (size > 0) {
        gssize put = write(STDOUT_FILENO, at, size);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0) {
            set_errno(error, "standard output");
            return FALSE;
        }
        at += put;
        size -= (gsize)put;
    }
    return TRUE;
}
