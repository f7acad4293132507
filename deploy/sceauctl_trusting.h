/*
 * The office of a command that also needs what is trusted, files and store
 * together; and how trust and revocation print.
 */
#ifndef SCEAU_DEPLOY_SCEAUCTL_TRUSTING_H
#define SCEAU_DEPLOY_SCEAUCTL_TRUSTING_H

#include "core/base/json.h"
#include "deploy/sceauctl_office.h"

typedef struct {
    SceauctlOffice *open;
    struct Trust *trust;
    Office office;
} SceauctlTrusting;

SceauctlTrusting *sceauctl_trusting_open(const SceauctlContext *context,
                                         GError **error);
void sceauctl_trusting_free(SceauctlTrusting *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SceauctlTrusting, sceauctl_trusting_free)

/* A value of a line, what is no printable text as '?', then after. */
void sceauctl_print_value(const char *value, char after);
void sceauctl_print_json(const Json *json);

#endif
