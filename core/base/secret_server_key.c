#include "core/base/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/error.h"

#define HEX_SIZE (2 * SECRET_KEY_SIZE)

static GBytes *
fail(GError **error, const char *path, const char *what)
{
    g_set_error(error, APP_ERROR, APP_ERROR_CONFIG, "server key %s: %s", path,
                what);
    return NULL;
}

static gboolean
write_all(int file, const char *data, gsize size)
{
    while (size > 0) {
        gssize done = write(file, data, size);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return FALSE;
        data += done;
        size -= (gsize)done;
    }
    return fsync(file) == 0;
}

/*
 * Under a name of its own first, then linked: two processes that start
 * together agree on one key, and nobody reads half of one.
 */
static gboolean
make_key(const char *path, GError **error)
{
    guint8 raw[SECRET_KEY_SIZE];
    char text[HEX_SIZE + 2];
    secret_random(raw, sizeof raw);
    for (gsize i = 0; i < sizeof raw; i++)
        g_snprintf(text + 2 * i, 3, "%02x", raw[i]);
    text[HEX_SIZE] = '\n';
    secret_wipe(raw, sizeof raw);

    g_autofree char *draft = g_strdup_printf("%s.%d", path, (int)getpid());
    int file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) {
        fail(error, path, g_strerror(errno));
        return FALSE;
    }
    gboolean ok = write_all(file, text, HEX_SIZE + 1);
    secret_wipe(text, sizeof text);
    if (close(file) != 0)
        ok = FALSE;
    if (ok && link(draft, path) != 0 && errno != EEXIST)
        ok = FALSE;
    if (!ok)
        fail(error, path, g_strerror(errno));
    unlink(draft);
    return ok;
}

static GBytes *
decode(const char *text, gsize size, const char *path, GError **error)
{
    if (size == HEX_SIZE + 1 && text[HEX_SIZE] == '\n')
        size--;
    if (size != HEX_SIZE)
        return fail(error, path, "is not 64 hexadecimal digits");

    guint8 raw[SECRET_KEY_SIZE];
    for (gsize i = 0; i < sizeof raw; i++) {
        int high = g_ascii_xdigit_value(text[2 * i]);
        int low = g_ascii_xdigit_value(text[2 * i + 1]);
        if (high < 0 || low < 0)
            return fail(error, path, "is not 64 hexadecimal digits");
        raw[i] = (guint8)(high << 4 | low);
    }
    GBytes *key = secret_bytes_new(raw, sizeof raw);
    secret_wipe(raw, sizeof raw);
    return key;
}

static GBytes *
read_key(int file, const char *path, GError **error)
{
    struct stat status;
    if (fstat(file, &status) != 0)
        return fail(error, path, g_strerror(errno));
    if (!S_ISREG(status.st_mode))
        return fail(error, path, "is no ordinary file");
    if ((status.st_mode & 077) != 0)
        return fail(error, path, "others may read it: chmod 600");

    char text[HEX_SIZE + 2];
    gssize size = read(file, text, sizeof text);
    if (size < 0)
        return fail(error, path, g_strerror(errno));
    GBytes *key = decode(text, (gsize)size, path, error);
    secret_wipe(text, sizeof text);
    return key;
}

GBytes *
secret_server_key_load(const char *path, GError **error)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (file < 0 && errno == ENOENT) {
        if (!make_key(path, error))
            return NULL;
        file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    }
    if (file < 0)
        return fail(error, path, g_strerror(errno));

    GBytes *key = read_key(file, path, error);
    close(file);
    return key;
}
