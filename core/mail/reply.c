#include "core/mail/reply.h"

#include "core/base/error.h"

Reply *
reply_make(const World *world, const Incoming *incoming, const char *mode,
           GError **error)
{
    g_set_error_literal(error, APP_ERROR, APP_ERROR_INTERNAL, "not yet");
    return NULL;
}

void
reply_free(Reply *reply)
{
    g_free(reply);
}
