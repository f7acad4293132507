/*
 * The office of a command: who sits at the terminal, the configuration, the
 * database. What core/admin asks for as its first argument.
 */
#ifndef SCEAU_DEPLOY_SCEAUCTL_OFFICE_H
#define SCEAU_DEPLOY_SCEAUCTL_OFFICE_H

#include "core/admin/office.h"
#include "deploy/sceauctl.h"

typedef struct {
    Config *config;
    Db *db;
    GBytes *server_key;  /* NULL when it cannot be read: few acts need it */
    char *actor;         /* "terminal:root" */
    struct Trust *trust; /* NULL unless asked for */
    Office office;
} SceauctlOffice;

/* NULL with error: the configuration or the database cannot be opened. */
SceauctlOffice *sceauctl_office_open(const SceauctlContext *context,
                                     GError **error);
/* What is trusted, files and store together, for office.trust. */
gboolean sceauctl_office_trust(SceauctlOffice *self, GError **error);
void sceauctl_office_free(SceauctlOffice *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SceauctlOffice, sceauctl_office_free)

#endif
