/* The browser's answer to a key request (DESIGN §3). */
#include "core/mail/outgoing.h"
#include "fcgi/page.h"

/* POST /key-requests/signature: the message goes out. */
PAGE(page_keyreq_sign)
{
    const char *ticket = request_json_text(req, "ticket", error);
    if (ticket == NULL)
        return FALSE;
    g_autoptr(GBytes) signature = request_json_bytes(req, "signature", error);
    if (signature == NULL)
        return FALSE;
    g_autofree char *sent =
        outgoing_finish(&ctx->world, ticket, signature, error);
    return sent != NULL && response_json(res, sent);
}
