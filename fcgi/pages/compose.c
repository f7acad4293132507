/* Writing a message: how the page begins, and sending what is posted. */
#include <string.h>

#include "core/base/error.h"
#include "core/mail/drafts.h"
#include "fcgi/pages/drafts.h"
#include "fcgi/pages/list.h"
#include "fcgi/pages/reply.h"
#include "fcgi/support.h"

/* reply=FOLDER/UIDVALIDITY-UID, decoded by now. */
static gboolean
fill_from(const Context *ctx, const Request *req, ComposeStart *start,
          const char *reply, GError **error)
{
    const char *slash = strrchr(reply, '/');
    const char *mode = request_query(req, "mode");
    if (slash == NULL || slash == reply) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                            "reply: no folder and number");
        return FALSE;
    }
    g_autofree char *folder = g_strndup(reply, (gsize)(slash - reply));
    MessageId id;
    if (!message_id_read(folder, slash + 1, &id, error))
        return FALSE;
    g_autoptr(Incoming) incoming =
        incoming_open(&ctx->world, id.folder, id.uid_validity, id.uid, error);
    return incoming != NULL &&
           reply_fill(ctx, start, &id, incoming,
                      mode != NULL ? mode : "reply", error);
}

PAGE(page_compose_show)
{
    /* mailto: gives to, cc, subject and body as text and nothing else. */
    g_autoptr(GHashTable) fields = g_hash_table_new(g_str_hash, g_str_equal);
    static const char *const taken[][2] = {
        {"to", "to"}, {"cc", "cc"}, {"subject", "subject"}, {"body", "text"}};
    for (gsize i = 0; i < G_N_ELEMENTS(taken); i++) {
        const char *value = request_query(req, taken[i][0]);
        if (value != NULL)
            g_hash_table_insert(fields, (gpointer)(guintptr)taken[i][1],
                                (gpointer)(guintptr)value);
    }
    g_auto(ComposeStart) start = {0};
    compose_start_fields(ctx, &start, fields);
    const char *draft = request_query(req, "draft");
    const char *reply = request_query(req, "reply");
    if (draft != NULL)
        return drafts_resume(ctx, req, res, &start, draft, error);
    if (reply != NULL && !fill_from(ctx, req, &start, reply, error))
        return FALSE;
    g_autoptr(Json) context = compose_context(ctx, req, &start, error);
    return context != NULL && shell_show(ctx, res, "compose", context);
}

/* Shows the form again with what was typed; files must be chosen anew. */
static gboolean
show_again(const Context *ctx, const Request *req, Response *res,
           const GError *problem, GError **error)
{
    const Message *message = message_for(problem);
    g_auto(ComposeStart) start = {0};
    compose_start_fields(ctx, &start, req->form);
    g_autoptr(Json) context = compose_context(ctx, req, &start, error);
    if (context == NULL)
        return FALSE;
    Json *refusal = json_object_new();
    json_set_text(refusal, "message",
                  catalogue_text(ctx->words, message->message));
    json_set_text(refusal, "action",
                  catalogue_text(ctx->words, message->action));
    g_autofree char *code = support_of_error(ctx, req, problem);
    json_set_text(refusal, "reference", code);
    json_set(context, "error", refusal);
    response_status(res, message->status);
    return shell_show(ctx, res, "compose", context);
}

static gboolean
can_mend(const GError *problem)
{
    AppError code = app_error_code(problem);
    return code == APP_ERROR_INPUT || code == APP_ERROR_TOO_LARGE ||
           code == APP_ERROR_CERTIFICATE || code == APP_ERROR_FORBIDDEN;
}

static char *
post(const Context *ctx, const Request *req, const ComposeForm *form,
     GError **error)
{
    Protection protection = PROTECTION_NONE;
    if (!protection_from_name(request_field(req, "mode"), &protection, error))
        return NULL;
    if (protection == PROTECTION_NONE)
        return outgoing_send(&ctx->world, form, error);
    const char *kid = request_field(req, "kid");
    if (kid != NULL)
        return outgoing_prepare(&ctx->world, form, kid, protection, error);
    g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                        "compose: signing needs a key in the browser");
    return NULL;
}

/* Of a plain form the draft that it came from goes with the sending; the
 * scripts see to it themselves once everything has left. */
static void
drop_draft(const Context *ctx, const Request *req)
{
    const char *draft = request_field(req, "draft");
    if (draft != NULL && *draft != '\0' && !request_wants_json(req))
        drafts_discard(&ctx->world, draft, NULL);
}

PAGE(page_compose)
{
    g_autoptr(GError) problem = NULL;
    g_autoptr(GPtrArray) files = compose_files(req, &problem);
    g_autofree char *result = NULL;
    const ComposeForm form = compose_form(req, files);
    if (files != NULL)
        result = post(ctx, req, &form, &problem);
    if (result != NULL && request_wants_json(req))
        return response_json(res, result);
    if (result != NULL) {
        drop_draft(ctx, req);
        g_autofree char *coded =
            g_uri_escape_string(form.send_key, NULL, FALSE);
        g_autofree char *path = g_strconcat("/sent?key=", coded, NULL);
        return response_redirect(res, path);
    }
    if (!request_wants_json(req) && can_mend(problem))
        return show_again(ctx, req, res, problem, error);
    g_propagate_error(error, g_steal_pointer(&problem));
    return FALSE;
}
