/*
 * sceauctl's sub-commands: each is one file beside this one and gets its own
 * arguments, argv[0] being the sub-command's name. Refusals are one line on
 * standard error that names what and where.
 */
#ifndef SCEAU_DEPLOY_SCEAUCTL_H
#define SCEAU_DEPLOY_SCEAUCTL_H

#include <glib.h>

typedef struct {
    const char *config; /* path of the configuration file */
    gint64 now;
} SceauctlContext;

/* The S/MIME toolkit needs no configuration; they return the exit status. */
int sceauctl_open(int argc, char **argv);
int sceauctl_recipients(int argc, char **argv);
int sceauctl_seal(int argc, char **argv);
int sceauctl_verify(int argc, char **argv);
int sceauctl_show(int argc, char **argv);
int sceauctl_account(const SceauctlContext *context, int argc, char **argv);
int sceauctl_policy(const SceauctlContext *context, int argc, char **argv);
int sceauctl_group(const SceauctlContext *context, int argc, char **argv);
int sceauctl_helpdesk(const SceauctlContext *context, int argc, char **argv);
int sceauctl_ca(const SceauctlContext *context, int argc, char **argv);
int sceauctl_audit(const SceauctlContext *context, int argc, char **argv);
int sceauctl_person(const SceauctlContext *context, int argc, char **argv);
int sceauctl_trust(const SceauctlContext *context, int argc, char **argv);
int sceauctl_revocation(const SceauctlContext *context, int argc,
                        char **argv);

/* One line on standard error: "sceauctl <command>: <message>"; returns 2. A
 * message that begins with the command does not name it twice. */
int sceauctl_fail(const char *command, const GError *error);

#endif
