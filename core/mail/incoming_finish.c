#include "core/base/error.h"
#include "core/mail/incoming.h"

Incoming *
incoming_finish(const World *world, const char *folder, guint32 uid_validity,
                guint32 uid, const char *ticket, GBytes *content_key,
                GError **error)
{
    g_set_error_literal(error, APP_ERROR, APP_ERROR_INTERNAL, "not yet");
    return NULL;
}

Incoming *
incoming_opened(const World *world, const char *folder, guint32 uid_validity,
                guint32 uid, GBytes *content_key, GError **error)
{
    g_set_error_literal(error, APP_ERROR, APP_ERROR_INTERNAL, "not yet");
    return NULL;
}

IncomingPart *
incoming_part_opened(const World *world, const char *folder,
                     guint32 uid_validity, guint32 uid, GBytes *content_key,
                     const char *path, GError **error)
{
    g_set_error_literal(error, APP_ERROR, APP_ERROR_INTERNAL, "not yet");
    return NULL;
}
