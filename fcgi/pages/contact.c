/* One contact: who it is, and the field Certificate with every one that is
 * kept (Z14, Z25). */
#include <string.h>

#include "core/base/error.h"
#include "fcgi/dates.h"
#include "fcgi/pages/contacts.h"
#include "fcgi/pages/signature.h"
#include "fcgi/support.h"

static char *
certificate_url(const Context *ctx, gint64 contact, const char *kid)
{
    g_autofree char *path = g_strdup_printf(
        "/contacts/%" G_GINT64_FORMAT "/certificates/%s", contact, kid);
    return site_url(ctx->site, path);
}

static void
set_dates(const Context *ctx, Json *json, const ContactCertificate *cert)
{
    g_autofree char *begins = date_plain(ctx->words, cert->not_before);
    g_autofree char *ends = date_plain(ctx->words, cert->not_after);
    g_autofree char *seen =
        date_full(ctx->words, cert->created, ctx->world.now);
    json_set_text(json, "not_before", begins);
    json_set_text(json, "not_after", ends);
    json_set_text(json, "seen_on", seen);
}

/* What can be done with it follows from its state and what is wrong. */
static void
set_acts(Json *json, const ContactCertificate *cert)
{
    gboolean sound = cert->problem == NULL;
    gboolean offered = strcmp(cert->state, "offered") == 0;
    gboolean kept = strcmp(cert->state, "kept") == 0;
    shell_set_true(json, "can_accept", offered && sound);
    shell_set_true(json, "can_use", kept && sound);
    shell_set_true(json, "pinned", cert->pinned);
    if (cert->problem != NULL)
        json_set(json, "problem", shell_code(cert->problem));
}

/* What helpdesk is told to forget this certificate by. */
static void
set_support(const Context *ctx, Json *json, const ContactCertificate *cert)
{
    if (cert->problem == NULL)
        return;
    g_autofree char *code =
        support_of_certificate(ctx, "/contacts/{}", cert->kid, cert->problem);
    json_set_text(json, "support", code);
}

static Json *
certificate_json(const Context *ctx, gint64 contact,
                 const ContactCertificate *cert)
{
    gboolean used = strcmp(cert->state, "used") == 0;
    g_autofree char *url = certificate_url(ctx, contact, cert->kid);
    g_autofree char *addresses = g_strjoinv(", ", cert->addresses);
    g_autofree char *method = signature_method(ctx, cert->algorithm, NULL);
    g_autofree char *print = signature_fingerprint(cert->kid);
    Json *json = json_object_new();
    json_set_text(json, "kid", cert->kid);
    json_set_text(json, "url", url);
    json_set_text(json, "take", url);
    json_set(json, "state", shell_code(cert->state));
    json_set_text(json, "icon", used ? "envelope" : "key");
    json_set_text(json, "holder", cert->name);
    json_set_text(json, "address", addresses);
    json_set_text(json, "issuer", cert->issuer);
    json_set_text(json, "method", method);
    json_set_text(json, "fingerprint", print);
    json_set(json, "source", shell_code(cert->source));
    set_dates(ctx, json, cert);
    set_acts(json, cert);
    set_support(ctx, json, cert);
    return json;
}

/* Where one writes to this person; asking for a certificate is a message
 * with the request in it. */
static void
set_write(const Context *ctx, Json *json, const Contact *contact)
{
    const char *subject =
        catalogue_text(ctx->words, N_("Your certificate for encrypted mail"));
    g_autofree char *text = g_strjoin(
        "\n\n", catalogue_text(ctx->words, N_("Hello,")),
        catalogue_text(
            ctx->words,
            N_("I would like to write to you in encrypted mail. Please "
               "answer with a signed message (S/MIME): your certificate "
               "comes with the signature, and nothing else is needed.")),
        catalogue_text(ctx->words, N_("Thank you.")), NULL);
    g_autofree char *to = g_uri_escape_string(contact->address, NULL, FALSE);
    g_autofree char *about = g_uri_escape_string(subject, NULL, FALSE);
    g_autofree char *body = g_uri_escape_string(text, NULL, FALSE);
    g_autofree char *write = g_strconcat("/compose?to=", to, NULL);
    g_autofree char *request =
        g_strconcat(write, "&subject=", about, "&body=", body, NULL);
    g_autofree char *write_url = site_url(ctx->site, write);
    g_autofree char *request_url = site_url(ctx->site, request);
    json_set_text(json, "write_url", write_url);
    json_set_text(json, "request_url", request_url);
}

static Json *
contact_json(const Context *ctx, const Contact *contact)
{
    const char *name = *contact->name != '\0' ? contact->name : NULL;
    g_autofree char *initials = shell_initials(name, contact->address);
    g_autofree char *path =
        g_strdup_printf("/contacts/%" G_GINT64_FORMAT, contact->id);
    g_autofree char *url = site_url(ctx->site, path);
    Json *json = json_object_new();
    json_set_text(json, "url", url);
    json_set_text(json, "name", name);
    json_set_text(json, "shown", name != NULL ? name : contact->address);
    json_set_text(json, "address", contact->address);
    json_set_text(json, "initials", initials);
    set_write(ctx, json, contact);
    return json;
}

/* Name and address as they are, or as they were typed. */
static Json *
form_json(const Request *req, const Contact *contact, gboolean edited)
{
    Json *form = json_object_new();
    json_set_text(form, "name",
                  edited ? request_field(req, "name") : contact->name);
    json_set_text(form, "address",
                  edited ? request_field(req, "address") : contact->address);
    return form;
}

gboolean
contact_show(const Context *ctx, const Request *req, Response *res, gint64 id,
             const ContactFault *fault, gboolean edited, GError **error)
{
    static const char *const known[] = {"created",  "edited",  "added",
                                        "known",    "used",    "newest",
                                        "accepted", "removed", NULL};
    g_autoptr(ContactView) view = contacts_get(&ctx->world, id, error);
    if (view == NULL)
        return FALSE;
    const Contact *contact = view->contact;
    g_autofree char *path =
        g_strconcat("/contacts?book=", contact->book, NULL);
    g_autofree char *back = site_url(ctx->site, path);
    g_autoptr(Json) context = shell_context(ctx, req, "contact");
    json_set_text(context, "back", back);
    json_set(context, "contact", contact_json(ctx, contact));
    json_set(context, "form", form_json(req, contact, edited));
    json_set(context, "books", contact_books(ctx, contact->book));
    shell_set_true(context, "edit_open", edited);
    shell_set_true(context, "none", view->certificates->len == 0);
    Json *list = json_array_new();
    for (guint i = 0; i < view->certificates->len; i++)
        json_append(
            list, certificate_json(ctx, id,
                                   g_ptr_array_index(view->certificates, i)));
    json_set(context, "certificates", list);
    shell_saved(req, context, known);
    if (fault != NULL)
        contact_set_fault(ctx, req, res, context, fault);
    return shell_show_beside(ctx, res, "contact", context);
}

PAGE(page_contact)
{
    gint64 id = 0;
    return contact_id_read(req, 0, &id, error) &&
           contact_show(ctx, req, res, id, NULL, FALSE, error);
}

/* Where a form was posted that could not be kept, and the page is reloaded.
 */
PAGE(page_contact_back)
{
    gint64 id = 0;
    return contact_id_read(req, 0, &id, error) &&
           contact_redirect(res, id, NULL);
}

PAGE(page_contact_edit)
{
    gint64 id = 0;
    if (!contact_id_read(req, 0, &id, error))
        return FALSE;
    Book book = BOOK_PERSONAL;
    if (!book_from_name(request_field(req, "book"), &book, error))
        return FALSE;
    const char *name = request_field(req, "name");
    const char *address = request_field(req, "address");
    g_autoptr(GError) problem = NULL;
    ContactFault fault;
    if (contacts_edit(&ctx->world, id, book, name != NULL ? name : "",
                      address != NULL ? address : "", &problem))
        return contact_redirect(res, id, "edited");
    if (contact_fault(problem, &fault))
        return contact_show(ctx, req, res, id, &fault, TRUE, error);
    g_propagate_error(error, g_steal_pointer(&problem));
    return FALSE;
}

PAGE(page_contact_remove)
{
    gint64 id = 0;
    return contact_id_read(req, 0, &id, error) &&
           contacts_remove(&ctx->world, id, error) &&
           response_redirect(res, "/contacts?saved=removed");
}
