#include "fcgi/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/base/error.h"

#define BACKLOG 511
#define SYSTEMD_FIRST 3

static int
fail(GError **error, const char *what, const char *path)
{
    g_set_error(error, APP_ERROR, APP_ERROR_CONFIG, "socket %s: %s", path,
                what);
    return -1;
}

/* TRUE if somebody answers at the address; else the name may be taken. */
static gboolean
is_alive(const struct sockaddr_un *address)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    gboolean alive = fd >= 0 && connect(fd, (const struct sockaddr *)address,
                                        sizeof *address) == 0;
    if (fd >= 0)
        close(fd);
    return alive;
}

static int
open_path(const char *path, GError **error)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path)
        return fail(error, "the path is too long", path);
    memcpy(address.sun_path, path, strlen(path));

    struct stat old;
    if (lstat(path, &old) == 0) {
        if (!S_ISSOCK(old.st_mode))
            return fail(error, "there is something that is no socket", path);
        if (is_alive(&address))
            return fail(error, "another process listens there", path);
        unlink(path);
    }
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return fail(error, g_strerror(errno), path);
    /* 0660 from its first moment: no chmod afterwards. */
    mode_t before = umask(0117);
    int bound = bind(fd, (const struct sockaddr *)&address, sizeof address);
    int problem = errno;
    umask(before);
    if (bound != 0 || listen(fd, BACKLOG) != 0) {
        close(fd);
        return fail(error, g_strerror(problem), path);
    }
    return fd;
}

static gboolean
is_unix_listener(int fd)
{
    struct sockaddr_storage name = {0};
    socklen_t size = sizeof name;
    int listening = 0;
    socklen_t length = sizeof listening;
    return getsockname(fd, (struct sockaddr *)&name, &size) == 0 &&
           name.ss_family == AF_UNIX &&
           getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &length) ==
               0 &&
           listening;
}

/* systemd passes descriptors to the process it names, and to no child. */
static gboolean
has_systemd(void)
{
    const char *pid = getenv("LISTEN_PID");
    const char *fds = getenv("LISTEN_FDS");
    return pid != NULL && fds != NULL && atoi(pid) == (int)getpid() &&
           strcmp(fds, "1") == 0;
}

int
listen_open(const char *path, GError **error)
{
    if (path != NULL)
        return open_path(path, error);
    int fd = has_systemd() ? SYSTEMD_FIRST : STDIN_FILENO;
    unsetenv("LISTEN_PID");
    unsetenv("LISTEN_FDS");
    if (!is_unix_listener(fd))
        return fail(error,
                    "not a listening unix socket: give -s PATH, or start "
                    "from systemd or a web server",
                    fd == STDIN_FILENO ? "on descriptor 0" : "of systemd");
    if (fd != STDIN_FILENO)
        fcntl(fd, F_SETFD, FD_CLOEXEC);
    return fd;
}
