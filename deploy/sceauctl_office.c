#include "deploy/sceauctl_office.h"

#include <pwd.h>
#include <unistd.h>

#include "core/base/secret.h"
#include "core/mail/world_trust.h"

/* By sudo too it is a person who acts; the word is the machine's, not proof.
 */
static char *
actor_new(void)
{
    const char *name = g_getenv("SUDO_USER");
    const struct passwd *user = getpwuid(getuid());
    if (name == NULL || *name == '\0')
        name = user != NULL ? user->pw_name : "unknown";
    g_autofree char *valid = g_utf8_make_valid(name, -1);
    return g_strconcat("terminal:", valid, NULL);
}

SceauctlOffice *
sceauctl_office_open(const SceauctlContext *context, GError **error)
{
    g_autoptr(SceauctlOffice) self = g_new0(SceauctlOffice, 1);
    self->config = config_load(context->config, error);
    if (self->config == NULL)
        return NULL;
    self->db = db_open(self->config->database, error);
    if (self->db == NULL)
        return NULL;
    /* Loading one that is not there would make it, for the wrong user. */
    if (access(self->config->server_key, R_OK) == 0)
        self->server_key =
            secret_server_key_load(self->config->server_key, NULL);
    self->actor = actor_new();
    self->office = (Office){.config = self->config,
                            .db = self->db,
                            .server_key = self->server_key,
                            .actor = self->actor,
                            .source = "terminal",
                            .now = context->now};
    return g_steal_pointer(&self);
}

gboolean
sceauctl_office_trust(SceauctlOffice *self, GError **error)
{
    self->trust = world_trust_now(self->config, self->db, error);
    self->office.trust = self->trust;
    return self->trust != NULL;
}

void
sceauctl_office_free(SceauctlOffice *self)
{
    if (self == NULL)
        return;
    world_trust_free(self->trust);
    db_close(self->db);
    g_clear_pointer(&self->server_key, g_bytes_unref);
    config_free(self->config);
    g_free(self->actor);
    g_free(self);
}
