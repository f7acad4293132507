/* The certificates of a contact: brought from a file or an attachment (Z26),
 * chosen, accepted, removed, and handed on (S5, S6). */
#include <string.h>

#include "core/base/error.h"
#include "core/mail/incoming.h"
#include "fcgi/pages/certificate_file.h"
#include "fcgi/pages/contacts.h"
#include "fcgi/pages/list.h"

/* The words for each refusal of contacts_upload; the last is for the rest. */
static const struct {
    const char *refused, *message, *action;
} refusals[] = {
    {"unreadable", N_("This file is not a certificate."),
     N_("Ask the person for the certificate as a .cer, .crt, .der, .pem, "
        ".p7b or .p7c file.")},
    {"no-certificate", N_("There is no certificate in this file."),
     N_("Ask the person for the certificate alone, as .cer, .pem or .p7b.")},
    {"several-people", N_("This file holds certificates of several people."),
     N_("Ask for a file with the certificate of this person alone.")},
    {"address-mismatch",
     N_("This certificate names another address than this contact’s."),
     N_("Check the address of the contact, or add the certificate to the "
        "contact that it names.")},
    {"weak", N_("The key of this certificate is too weak to keep a secret."),
     N_("Ask the person for a new one, RSA 2048 bits or more.")},
    {"wrong-usage", N_("This certificate is not made for encrypting mail."),
     N_("Ask the person for their certificate for encryption; it may be "
        "another than the one for signing.")},
    {NULL, N_("This certificate cannot be used for this person."),
     N_("Ask the person for another one, or your administrator for help.")},
};

static ContactFault
refusal(const char *refused)
{
    gsize i = 0;
    while (refusals[i].refused != NULL &&
           g_strcmp0(refused, refusals[i].refused) != 0)
        i++;
    return (ContactFault){refusals[i].message, refusals[i].action, 422};
}

PAGE(page_contact_certificate_add)
{
    gint64 id = 0;
    if (!contact_id_read(req, 0, &id, error))
        return FALSE;
    const RequestFile *file =
        req->files->len == 1 ? g_ptr_array_index(req->files, 0) : NULL;
    if (file == NULL || g_bytes_get_size(file->data) == 0) {
        const ContactFault none = {N_("No file came with this."),
                                   N_("Choose one file, then add it."), 400};
        return contact_show(ctx, req, res, id, &none, FALSE, error);
    }
    g_auto(Upload) upload = {0};
    g_autoptr(GError) problem = NULL;
    if (contacts_upload(&ctx->world, id, file->data, UPLOAD_FILE, &upload,
                        &problem))
        return contact_redirect(res, upload.contact, upload.outcome);
    if (g_error_matches(problem, APP_ERROR, APP_ERROR_CERTIFICATE)) {
        const ContactFault fault = refusal(upload.refused);
        return contact_show(ctx, req, res, id, &fault, FALSE, error);
    }
    g_propagate_error(error, g_steal_pointer(&problem));
    return FALSE;
}

static gboolean
act_on(const World *world, gint64 id, const char *kid, const char *act,
       const char **saved, GError **error)
{
    static const struct {
        const char *act, *saved;
        gboolean (*run)(const World *, gint64, const char *, GError **);
        gboolean any; /* of no certificate in particular */
    } acts[] = {
        {"use", "used", contacts_use, FALSE},
        {"newest", "newest", contacts_use, TRUE},
        {"accept", "accepted", contacts_accept, FALSE},
        {"remove", "removed", contacts_forget, FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(acts); i++) {
        if (g_strcmp0(act, acts[i].act) != 0)
            continue;
        *saved = acts[i].saved;
        return acts[i].run(world, id, acts[i].any ? NULL : kid, error);
    }
    g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                        "act: none that a certificate has");
    return FALSE;
}

PAGE(page_contact_certificate_act)
{
    gint64 id = 0;
    const char *saved = NULL;
    return contact_id_read(req, 0, &id, error) &&
           act_on(&ctx->world, id, req->captures[1],
                  request_field(req, "act"), &saved, error) &&
           contact_redirect(res, id, saved);
}

/* Public certificates alone, never opened in place. */
static gboolean
hand_out(const Context *ctx, Response *res, gint64 contact, const char *kid,
         const char *format, const char *password, GError **error)
{
    g_autofree char *name = NULL;
    g_autoptr(GBytes) bytes = contacts_export(&ctx->world, contact, kid,
                                              format, password, &name, error);
    if (bytes == NULL)
        return FALSE;
    return certificate_file_show(res, bytes, name);
}

PAGE(page_contact_certificate_take)
{
    gint64 id = 0;
    return contact_id_read(req, 0, &id, error) &&
           certificate_file_check(req->captures[2], error) &&
           hand_out(ctx, res, id, req->captures[1], req->captures[2], NULL,
                    error);
}

PAGE(page_contact_certificate_p12)
{
    gint64 id = 0;
    return contact_id_read(req, 0, &id, error) &&
           hand_out(ctx, res, id, req->captures[1], "p12",
                    request_field(req, "password"), error);
}

/* The account's own: 0 is nobody's number. */
PAGE(page_certificate_take)
{
    return certificate_file_check(req->captures[1], error) &&
           hand_out(ctx, res, 0, req->captures[0], req->captures[1], NULL,
                    error);
}

PAGE(page_certificate_p12)
{
    return hand_out(ctx, res, 0, req->captures[0], "p12",
                    request_field(req, "password"), error);
}

/* An attachment; of an opened message with the key that the page holds. */
static IncomingPart *
attachment(const Context *ctx, const Request *req, GError **error)
{
    MessageId id;
    if (!message_id_parse(req, &id, error))
        return NULL;
    const char *path = req->captures[2];
    if (req->json == NULL)
        return incoming_part(&ctx->world, id.folder, id.uid_validity, id.uid,
                             path, error);
    g_autoptr(GBytes) key = request_json_bytes(req, "content_key", error);
    if (key == NULL)
        return NULL;
    return incoming_part_opened(&ctx->world, id.folder, id.uid_validity,
                                id.uid, key, path, error);
}

static Json *
back_json(const Context *ctx, const Request *req)
{
    g_autofree char *folder = shell_folder_url(ctx, req->captures[0]);
    g_autofree char *url = g_strconcat(folder, "/", req->captures[1], NULL);
    Json *action = json_object_new();
    json_set_text(action, "label",
                  catalogue_text(ctx->words, N_("Back to the message")));
    json_set_text(action, "url", url);
    return action;
}

static gboolean
say_refused(const Context *ctx, const Request *req, Response *res,
            const char *refused)
{
    const ContactFault fault = refusal(refused);
    const char *message = catalogue_text(ctx->words, fault.message);
    const char *action = catalogue_text(ctx->words, fault.action);
    response_status(res, fault.status);
    if (request_wants_json(req)) {
        g_autoptr(Json) json = json_object_new();
        json_set_text(json, "error", "certificate");
        json_set_text(json, "message", message);
        json_set_text(json, "action", action);
        g_autofree char *text = json_write(json);
        return response_json(res, text);
    }
    g_autofree char *status = g_strdup_printf("%u", fault.status);
    g_autoptr(Json) context = shell_context(ctx, req, "error");
    json_set_text(context, "title", message);
    json_set_text(context, "message", action);
    json_set_text(context, "status", status);
    json_set(context, "action", back_json(ctx, req));
    return shell_show_beside(ctx, res, "error", context);
}

static gboolean
say_added(const Context *ctx, const Request *req, Response *res,
          const Upload *upload)
{
    if (!request_wants_json(req))
        return contact_redirect(res, upload->contact, upload->outcome);
    g_autofree char *path =
        g_strdup_printf("/contacts/%" G_GINT64_FORMAT "?saved=%s",
                        upload->contact, upload->outcome);
    g_autofree char *url = site_url(ctx->site, path);
    g_autoptr(Json) json = json_object_new();
    json_set_int(json, "contact", upload->contact);
    json_set_text(json, "url", url);
    json_set_text(json, "outcome", upload->outcome);
    g_autofree char *text = json_write(json);
    return response_json(res, text);
}

/* The certificate goes to the contact that it names. */
PAGE(page_part_certificate)
{
    g_autoptr(IncomingPart) part = attachment(ctx, req, error);
    if (part == NULL)
        return FALSE;
    g_auto(Upload) upload = {0};
    g_autoptr(GError) problem = NULL;
    if (contacts_upload(&ctx->world, 0, part->data, UPLOAD_ATTACHMENT,
                        &upload, &problem))
        return say_added(ctx, req, res, &upload);
    if (g_error_matches(problem, APP_ERROR, APP_ERROR_CERTIFICATE))
        return say_refused(ctx, req, res, upload.refused);
    g_propagate_error(error, g_steal_pointer(&problem));
    return FALSE;
}
