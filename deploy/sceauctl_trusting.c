#include "deploy/sceauctl_trusting.h"

#include <stdio.h>

#include "core/mail/world_trust.h"

SceauctlTrusting *
sceauctl_trusting_open(const SceauctlContext *context, GError **error)
{
    g_autoptr(SceauctlTrusting) self = g_new0(SceauctlTrusting, 1);
    self->open = sceauctl_office_open(context, error);
    if (self->open == NULL)
        return NULL;
    self->trust = world_trust_now(self->open->config, self->open->db, error);
    if (self->trust == NULL)
        return NULL;
    self->office = self->open->office;
    self->office.trust = self->trust;
    return g_steal_pointer(&self);
}

void
sceauctl_trusting_free(SceauctlTrusting *self)
{
    if (self == NULL)
        return;
    world_trust_free(self->trust);
    sceauctl_office_free(self->open);
    g_free(self);
}

void
sceauctl_print_value(const char *value, char after)
{
    g_autofree char *text = g_utf8_make_valid(value, -1);
    for (char *at = text; *at != '\0'; at = g_utf8_next_char(at)) {
        if (g_unichar_isprint(g_utf8_get_char(at)))
            fwrite(at, 1, (gsize)(g_utf8_next_char(at) - at), stdout);
        else
            putchar('?');
    }
    putchar(after);
}

void
sceauctl_print_json(const Json *json)
{
    g_autofree char *text = json_write(json);
    puts(text);
}
