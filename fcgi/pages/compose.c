/* Writing a message: the form, and what is posted of it. */
#include <string.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/mail/enrol.h"
#include "core/mail/incoming.h"
#include "core/mail/outgoing.h"
#include "core/mail/protection.h"
#include "fcgi/pages/list.h"
#include "fcgi/pages/reply.h"

#define ATTACHMENTS_MAX (25 * 1024 * 1024)

static const char *const text_fields[] = {
    "to", "cc", "bcc", "subject", "text", "in_reply_to", "references", "from",
};

/* The form's members, all there, from the fields of a query or a post. */
static Json *
form_json(const Context *ctx, GHashTable *fields)
{
    Json *form = json_object_new();
    for (gsize i = 0; i < G_N_ELEMENTS(text_fields); i++) {
        const char *value = g_hash_table_lookup(fields, text_fields[i]);
        json_set_text(form, text_fields[i], value != NULL ? value : "");
    }
    const char *cc = g_hash_table_lookup(fields, "cc");
    const char *bcc = g_hash_table_lookup(fields, "bcc");
    shell_set_true(form, "show_cc", cc != NULL && *cc != '\0');
    shell_set_true(form, "show_bcc", bcc != NULL && *bcc != '\0');
    if (*json_text(json_member(form, "from")) == '\0')
        json_set_text(form, "from", ctx->world.account->address);
    return form;
}

static void
set_sender(const Context *ctx, Json *context)
{
    const Account *account = ctx->world.account;
    Json *sender = json_object_new();
    json_set_text(sender, "name", account->name);
    json_set_text(sender, "address", account->address);
    Json *address = json_share(sender);
    Json *addresses = json_array_new();
    json_append(addresses, address);
    json_set(context, "addresses", addresses);
    json_set(context, "sender", sender);
}

static gboolean
set_data(const Context *ctx, Json *context, GError **error)
{
    const Account *account = ctx->world.account;
    gboolean sign =
        account->allowed && protection_first(account) == PROTECTION_SIGN;
    g_autofree char *back = site_url(ctx->site, "/mail/INBOX");
    Json *data = json_object_new();
    json_set(context, "data", data);
    json_set_int(data, "max_bytes", ATTACHMENTS_MAX);
    json_set_text(data, "choice", sign ? "sign" : "none");
    json_set_text(data, "back", back);
    if (!account->allowed) {
        json_set(data, "certificates", json_array_new());
        return TRUE;
    }
    json_set(context, "choice", shell_code(sign ? "sign" : "none"));
    g_autofree char *text = enrol_list(&ctx->world, error);
    if (text == NULL)
        return FALSE;
    g_autoptr(Json) list = json_read(text, strlen(text), error);
    if (list == NULL)
        return FALSE;
    json_set(data, "certificates",
             json_share(json_member(list, "certificates")));
    return TRUE;
}

/* Steals form. */
static Json *
compose_context(const Context *ctx, const Request *req, Json *form,
                const char *send_key, GError **error)
{
    g_autoptr(Json) context = shell_context(ctx, req, "compose");
    json_set(context, "form", form);
    json_set_text(context, "send_key", send_key);
    set_sender(ctx, context);
    if (!set_data(ctx, context, error))
        return NULL;
    /* One can write while the mail server does not answer. */
    if (!shell_nav_load(ctx, context, NULL))
        shell_nav(ctx, context, NULL, NULL, 0);
    return g_steal_pointer(&context);
}

/* reply=FOLDER/UIDVALIDITY-UID, decoded by now. */
static gboolean
fill_from(const Context *ctx, const Request *req, Json *form,
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
    if (incoming == NULL)
        return FALSE;
    reply_fill(ctx, form, incoming,
               g_strcmp0(mode, "all") == 0       ? REPLY_ALL
               : g_strcmp0(mode, "forward") == 0 ? REPLY_FORWARD
                                                 : REPLY_ONE);
    return TRUE;
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
    g_autoptr(Json) form = form_json(ctx, fields);
    const char *reply = request_query(req, "reply");
    if (reply != NULL && !fill_from(ctx, req, form, reply, error))
        return FALSE;
    g_autofree char *send_key = secret_token_new();
    g_autoptr(Json) context =
        compose_context(ctx, req, g_steal_pointer(&form), send_key, error);
    return context != NULL && shell_show(ctx, res, "compose", context);
}

static void
form_file_free(FormFile *file)
{
    g_free(file->name);
    g_free(file->type);
    g_bytes_unref(file->data);
    g_free(file);
}

/*
 * The scripts say names and types in the field files, as JSON: how browsers
 * write them into multipart headers differs, and both are signed.
 */
static GPtrArray *
form_files(const Request *req, GError **error)
{
    const char *text = request_field(req, "files");
    g_autoptr(Json) names = NULL;
    if (text != NULL) {
        names = json_read(text, strlen(text), error);
        if (names == NULL)
            return NULL;
        if (json_array_length(names) != req->files->len) {
            g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                                "files: not as many names as files");
            return NULL;
        }
    }
    g_autoptr(GPtrArray) files =
        g_ptr_array_new_with_free_func((GDestroyNotify)form_file_free);
    for (guint i = 0; i < req->files->len; i++) {
        const RequestFile *part = g_ptr_array_index(req->files, i);
        const Json *said = names != NULL ? json_array_item(names, i) : NULL;
        const char *name = part->name;
        const char *type = part->type;
        if (names != NULL) {
            name = json_get_text(said, "name", error);
            type = name != NULL ? json_get_text(said, "type", error) : NULL;
            if (type == NULL)
                return NULL;
        }
        FormFile *file = g_new0(FormFile, 1);
        file->name = g_strdup(name);
        file->type = g_strdup(type);
        file->data = g_bytes_ref(part->data);
        g_ptr_array_add(files, file);
    }
    return g_steal_pointer(&files);
}

/* Shows the form again with what was typed; files must be chosen anew. */
static gboolean
show_again(const Context *ctx, const Request *req, Response *res,
           const GError *problem, GError **error)
{
    const Message *message = message_for(problem);
    g_autofree char *send_key = secret_token_new();
    g_autoptr(Json) context =
        compose_context(ctx, req, form_json(ctx, req->form), send_key, error);
    if (context == NULL)
        return FALSE;
    Json *refusal = json_object_new();
    json_set_text(refusal, "message",
                  catalogue_text(ctx->words, message->message));
    json_set_text(refusal, "action",
                  catalogue_text(ctx->words, message->action));
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
    const char *mode = request_field(req, "mode");
    if (mode == NULL || strcmp(mode, "none") == 0)
        return outgoing_send(&ctx->world, form, error);
    const char *kid = request_field(req, "kid");
    if (strcmp(mode, "sign") == 0 && kid != NULL)
        return outgoing_prepare(&ctx->world, form, kid, error);
    g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                        "compose: signing needs a key in the browser");
    return NULL;
}

PAGE(page_compose)
{
    g_autoptr(GError) problem = NULL;
    g_autoptr(GPtrArray) files = form_files(req, &problem);
    g_autofree char *result = NULL;
    const char *key = request_field(req, "send_key");
    if (files != NULL) {
        const ComposeForm form = {
            .from = request_field(req, "from"),
            .to = request_field(req, "to"),
            .cc = request_field(req, "cc"),
            .bcc = request_field(req, "bcc"),
            .subject = request_field(req, "subject"),
            .text = request_field(req, "text"),
            .in_reply_to = request_field(req, "in_reply_to"),
            .references = request_field(req, "references"),
            .files = files,
            .send_key = key,
        };
        result = post(ctx, req, &form, &problem);
    }
    if (result != NULL && request_wants_json(req))
        return response_json(res, result);
    if (result != NULL) {
        g_autofree char *coded = g_uri_escape_string(key, NULL, FALSE);
        g_autofree char *path = g_strconcat("/sent?key=", coded, NULL);
        return response_redirect(res, path);
    }
    if (!request_wants_json(req) && can_mend(problem))
        return show_again(ctx, req, res, problem, error);
    g_propagate_error(error, g_steal_pointer(&problem));
    return FALSE;
}
