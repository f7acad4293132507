/* The two address books, what compose asks of them while one types, and a new
 * contact. */
#include "fcgi/pages/contacts.h"

#include <string.h>

#include "core/base/error.h"
#include "core/mail/addressee.h"
#include "fcgi/dates.h"
#include "fcgi/support.h"

#define ASKED_MAX 100

Json *
contact_books(const Context *ctx, const char *book)
{
    static const char *const all[][2] = {
        {"personal", N_("Address book")},
        {"emailed", N_("Emailed contacts")},
    };
    Json *books = json_array_new();
    for (gsize i = 0; i < G_N_ELEMENTS(all); i++) {
        Json *item = json_object_new();
        json_set_text(item, "code", all[i][0]);
        json_set_text(item, "label", catalogue_text(ctx->words, all[i][1]));
        shell_set_true(item, "current", strcmp(all[i][0], book) == 0);
        json_append(books, item);
    }
    return books;
}

gboolean
contact_id_read(const Request *req, guint index, gint64 *out, GError **error)
{
    const char *text = req->captures[index];
    gsize digits = strspn(text, "0123456789");
    if (digits > 0 && digits < 18 && text[digits] == '\0') {
        *out = (gint64)g_ascii_strtoull(text, NULL, 10);
        return TRUE;
    }
    g_set_error_literal(error, APP_ERROR, APP_ERROR_NOT_FOUND,
                        "contact: not a number");
    return FALSE;
}

gboolean
contact_redirect(Response *res, gint64 id, const char *saved)
{
    g_autofree char *path = g_strdup_printf(
        "/contacts/%" G_GINT64_FORMAT "%s%s", id,
        saved != NULL ? "?saved=" : "", saved != NULL ? saved : "");
    return response_redirect(res, path);
}

gboolean
contact_fault(const GError *error, ContactFault *fault)
{
    if (g_error_matches(error, APP_ERROR, APP_ERROR_INPUT)) {
        *fault = (ContactFault){N_("This is not an e-mail address."),
                                N_("Correct it, then try again."), 400};
        return TRUE;
    }
    if (g_error_matches(error, APP_ERROR, APP_ERROR_CONFLICT)) {
        *fault = (ContactFault){
            N_("There is a contact with this address already."),
            N_("Search for it, and change that one."), 409};
        return TRUE;
    }
    return FALSE;
}

/* What a status that a form answers with stands for. */
static char *
fault_code(const Context *ctx, const Request *req, const ContactFault *fault)
{
    AppError code = fault->status == 409   ? APP_ERROR_CONFLICT
                    : fault->status == 422 ? APP_ERROR_CERTIFICATE
                                           : APP_ERROR_INPUT;
    g_autoptr(GError) error =
        g_error_new_literal(APP_ERROR, code, fault->message);
    return support_of_error(ctx, req, error);
}

void
contact_set_fault(const Context *ctx, const Request *req, Response *res,
                  Json *context, const ContactFault *fault)
{
    g_autofree char *code = fault_code(ctx, req, fault);
    Json *json = json_object_new();
    json_set_text(json, "message",
                  catalogue_text(ctx->words, fault->message));
    json_set_text(json, "action", catalogue_text(ctx->words, fault->action));
    json_set_text(json, "reference", code);
    json_set(context, "error", json);
    response_status(res, fault->status);
}

static Json *
row_json(const Context *ctx, const Contact *contact,
         const Addressee *addressee)
{
    const char *name = *contact->name != '\0' ? contact->name : NULL;
    g_autofree char *initials = shell_initials(name, contact->address);
    g_autofree char *path =
        g_strdup_printf("/contacts/%" G_GINT64_FORMAT, contact->id);
    g_autofree char *url = site_url(ctx->site, path);
    const char *problem = addressee->problem;
    gboolean bare = g_strcmp0(problem, "no-certificate") == 0;
    gboolean offered = g_strcmp0(problem, "offered") == 0;
    Json *json = json_object_new();
    json_set_text(json, "url", url);
    json_set_text(json, "name", name);
    json_set_text(json, "shown", name != NULL ? name : contact->address);
    json_set_text(json, "address", contact->address);
    json_set_text(json, "initials", initials);
    shell_set_true(json, "usable", problem == NULL);
    shell_set_true(json, "bare", bare);
    shell_set_true(json, "offered", offered);
    shell_set_true(json, "unusable", problem != NULL && !bare && !offered);
    if (problem == NULL) {
        g_autofree char *until = date_plain(ctx->words, addressee->not_after);
        json_set_text(json, "until", until);
    }
    return json;
}

static Json *
rows_json(const Context *ctx, const GPtrArray *contacts, GError **error)
{
    g_autoptr(Json) rows = json_array_new();
    for (guint i = 0; i < contacts->len; i++) {
        const Contact *contact = g_ptr_array_index(contacts, i);
        g_autoptr(Addressee) addressee =
            addressee_find(&ctx->world, contact->address, error);
        if (addressee == NULL)
            return NULL;
        json_append(rows, row_json(ctx, contact, addressee));
    }
    return g_steal_pointer(&rows);
}

/* "/contacts?book=emailed&q=nad", and where the page begins. */
static char *
list_url(const Context *ctx, const char *book, const char *query,
         const char *after)
{
    GString *path = g_string_new("/contacts?book=");
    g_string_append(path, book);
    const struct {
        const char *name, *value;
    } parts[] = {{"&q=", query}, {"&after=", after}};
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
        if (parts[i].value == NULL || *parts[i].value == '\0')
            continue;
        g_string_append(path, parts[i].name);
        g_string_append_uri_escaped(path, parts[i].value, NULL, FALSE);
    }
    char *url = site_url(ctx->site, path->str);
    g_string_free(path, TRUE);
    return url;
}

/* The same search in the other book is one step away. */
static Json *
books_json(const Context *ctx, const char *book, const char *query)
{
    g_autoptr(Json) books = contact_books(ctx, book);
    Json *linked = json_array_new();
    for (gsize i = 0; i < json_array_length(books); i++) {
        Json *item = json_object_new();
        json_merge(item, json_array_item(books, i));
        g_autofree char *url =
            list_url(ctx, json_text(json_member(item, "code")), query, NULL);
        json_set_text(item, "url", url);
        json_append(linked, item);
    }
    return linked;
}

static void
set_pager(const Context *ctx, Json *context, const char *book,
          const char *query, const char *after, const char *next)
{
    gboolean later = after != NULL && *after != '\0';
    if (!later && next == NULL)
        return;
    g_autofree char *first = list_url(ctx, book, query, NULL);
    g_autofree char *on = list_url(ctx, book, query, next);
    Json *pager = json_object_new();
    json_set_text(pager, "first", later ? first : NULL);
    json_set_text(pager, "next", next != NULL ? on : NULL);
    json_set(context, "pager", pager);
}

/* fault and the form are of a contact that could not be made, or NULL. */
static gboolean
show_list(const Context *ctx, const Request *req, Response *res,
          const ContactFault *fault, GError **error)
{
    static const char *const known[] = {"removed", NULL};
    Book book = BOOK_PERSONAL;
    if (!book_from_name(request_query(req, "book"), &book, error))
        return FALSE;
    const char *code = book_name(book);
    const char *query = request_query(req, "q");
    const char *after = request_query(req, "after");
    g_autoptr(ContactPage) page =
        contacts_list(&ctx->world, book, query, after, error);
    if (page == NULL)
        return FALSE;
    Json *rows = rows_json(ctx, page->contacts, error);
    if (rows == NULL)
        return FALSE;
    g_autoptr(Json) context = shell_context(ctx, req, "contacts");
    json_set(context, "contacts", rows);
    json_set_text(context, "book", code);
    json_set_text(context, "query", query);
    json_set(context, "books", books_json(ctx, code, query));
    shell_set_true(context, "emailed", book == BOOK_EMAILED);
    shell_set_true(context, "any", page->contacts->len > 0);
    set_pager(ctx, context, code, query, after, page->next);
    shell_saved(req, context, known);
    if (fault != NULL) {
        Json *form = json_object_new();
        json_set_text(form, "name", request_field(req, "name"));
        json_set_text(form, "address", request_field(req, "address"));
        json_set(context, "form", form);
        contact_set_fault(ctx, req, res, context, fault);
    }
    return shell_show_beside(ctx, res, "contacts", context);
}

PAGE(page_contacts)
{
    return show_list(ctx, req, res, NULL, error);
}

PAGE(page_contacts_create)
{
    const char *name = request_field(req, "name");
    const char *address = request_field(req, "address");
    g_autoptr(GError) problem = NULL;
    gint64 id =
        contacts_create(&ctx->world, BOOK_PERSONAL, name != NULL ? name : "",
                        address != NULL ? address : "", &problem);
    ContactFault fault;
    if (id > 0)
        return contact_redirect(res, id, "created");
    if (contact_fault(problem, &fault))
        return show_list(ctx, req, res, &fault, error);
    g_propagate_error(error, g_steal_pointer(&problem));
    return FALSE;
}

static Json *
status_json(const Context *ctx, const Addressee *addressee)
{
    Json *json = json_object_new();
    json_set_text(json, "address", addressee->address);
    json_set_bool(json, "usable", addressee->problem == NULL);
    json_set_text(json, "problem", addressee->problem);
    json_set_text(json, "name", addressee->name);
    if (addressee->not_after != 0)
        json_set_time(json, "not_after", addressee->not_after);
    else
        json_set_text(json, "not_after", NULL);
    if (addressee->problem != NULL && addressee->kid != NULL) {
        g_autofree char *code = support_of_certificate(
            ctx, "/contacts/status", addressee->kid, addressee->problem);
        json_set_text(json, "support", code);
    }
    if (addressee->to_tell != 0)
        json_set_time(json, "to_tell", addressee->to_tell);
    return json;
}

static gboolean
answer_list(Response *res, Json *list)
{
    g_autoptr(Json) owned = list;
    g_autofree char *text = json_write(owned);
    return response_json(res, text);
}

/* Can each of address=a@x,b@y be encrypted to, and if not why (Z29, B7)? */
PAGE(page_contacts_status)
{
    const char *asked = request_query(req, "address");
    g_auto(GStrv) addresses =
        g_strsplit(asked != NULL ? asked : "", ",", ASKED_MAX + 1);
    if (g_strv_length(addresses) > ASKED_MAX) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                            "address: more than 100 at once");
        return FALSE;
    }
    g_autoptr(GPtrArray) found =
        addressees_find(&ctx->world, (const char *const *)addresses, error);
    if (found == NULL)
        return FALSE;
    Json *list = json_array_new();
    for (guint i = 0; i < found->len; i++)
        json_append(list, status_json(ctx, g_ptr_array_index(found, i)));
    return answer_list(res, list);
}

PAGE(page_contacts_suggest)
{
    const char *query = request_query(req, "q");
    g_autoptr(GPtrArray) found =
        contacts_suggest(&ctx->world, query != NULL ? query : "", error);
    if (found == NULL)
        return FALSE;
    Json *list = json_array_new();
    for (guint i = 0; i < found->len; i++) {
        const ContactSuggestion *one = g_ptr_array_index(found, i);
        Json *json = json_object_new();
        json_set_text(json, "name", one->name);
        json_set_text(json, "address", one->address);
        json_set_bool(json, "usable", one->usable);
        json_append(list, json);
    }
    return answer_list(res, list);
}
