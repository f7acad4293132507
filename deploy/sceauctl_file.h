/*
 * Files that sceauctl is given: mapped where they can be, so that what a
 * command costs is what it decodes of them.
 */
#ifndef SCEAU_DEPLOY_SCEAUCTL_FILE_H
#define SCEAU_DEPLOY_SCEAUCTL_FILE_H

#include <glib.h>

/*
 * The bytes of path, or of standard input for "-": at most 50 MiB (SEC-01).
 * *mapped, if asked for, says that pages may be dropped and come back.
 */
GBytes *sceauctl_read(const char *path, gboolean *mapped, GError **error);

/* Drops the whole pages of what was mapped; they come back when read. */
void sceauctl_forget(const guint8 *data, gsize size);

/* Steals what was mapped and gives the same in memory of our own, which can
 * be written over; the two are never whole side by side. */
GBytes *sceauctl_own(GBytes *mapped);

/* All of it to standard output. */
gboolean sceauctl_write(const void *data, gsize size, GError **error);

#endif
