/* Small files of ours, read whole: configuration, catalogues, templates. */
#ifndef SCEAU_BASE_FILE_H
#define SCEAU_BASE_FILE_H

#include <glib.h>

/*
 * The whole of a file: *text has size bytes and a NUL after them, and is the
 * caller's. FALSE with error, "PATH: reason" and the code APP_ERROR_CONFIG,
 * which a file of the administrator's is: also when it is over 16 MiB.
 */
gboolean file_read(const char *path, char **text, gsize *size,
                   GError **error);

#endif
