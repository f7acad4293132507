#include "core/mail/contacts.h"

#include <string.h>

#include "core/base/error.h"
#include "core/mail/addressee.h"
#include "core/mail/contacts_keep.h"
#include "core/mail/contacts_words.h"

#define SUGGESTIONS 8

static const char *const books[] = {
    [BOOK_PERSONAL] = "personal",
    [BOOK_EMAILED] = "emailed",
};

const char *
book_name(Book book)
{
    return books[book];
}

gboolean
book_from_name(const char *name, Book *out, GError **error)
{
    *out = BOOK_PERSONAL;
    if (name == NULL || *name == '\0')
        return TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(books); i++) {
        if (strcmp(books[i], name) == 0) {
            *out = (Book)i;
            return TRUE;
        }
    }
    g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                        "contacts: no such book");
    return FALSE;
}

void
contact_page_free(ContactPage *page)
{
    if (page == NULL)
        return;
    g_clear_pointer(&page->contacts, g_ptr_array_unref);
    g_free(page->next);
    g_free(page);
}

/* "<id>:<text>"; mark->text is borrowed from after. */
static gboolean
mark_read(const char *after, ContactMark *mark, GError **error)
{
    *mark = (ContactMark){(char *)(guintptr) "", 0};
    if (after == NULL || *after == '\0')
        return TRUE;
    char *end;
    mark->id = g_ascii_strtoll(after, &end, 10);
    mark->text = end + 1;
    if (*end == ':' && mark->id > 0 && g_utf8_validate(after, -1, NULL))
        return TRUE;
    g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                        "contacts: no such page");
    return FALSE;
}

/* One more than a page was asked for: it tells whether there is another. */
static void
page_end(ContactPage *page, GPtrArray *words)
{
    if (page->contacts->len <= CONTACTS_PAGE)
        return;
    g_ptr_array_set_size(page->contacts, CONTACTS_PAGE);
    const Contact *last =
        g_ptr_array_index(page->contacts, CONTACTS_PAGE - 1);
    const char *text = words != NULL
                           ? g_ptr_array_index(words, CONTACTS_PAGE - 1)
                           : last->place;
    page->next = g_strdup_printf("%" G_GINT64_FORMAT ":%s", last->id, text);
}

ContactPage *
contacts_list(const World *world, Book book, const char *query,
              const char *after, GError **error)
{
    ContactMark mark;
    if (!mark_read(after, &mark, error))
        return NULL;
    gint64 account = world->account->id;
    g_auto(GStrv) asked = contact_query_words(query != NULL ? query : "");
    g_autoptr(ContactPage) page = g_new0(ContactPage, 1);
    g_autoptr(GPtrArray) words = NULL;
    if (asked[0] == NULL)
        page->contacts = contact_list(world->db, account, books[book], &mark,
                                      CONTACTS_PAGE + 1, error);
    else
        page->contacts =
            contact_search(world->db, account, books[book], asked[0],
                           asked[1], &mark, CONTACTS_PAGE + 1, &words, error);
    if (page->contacts == NULL)
        return NULL;
    page_end(page, words);
    return g_steal_pointer(&page);
}

/* Ends the transaction that an act was done in. */
static gboolean
finish(const World *world, gboolean done, GError **error)
{
    if (done && db_commit(world->db, error))
        return TRUE;
    db_rollback(world->db);
    return FALSE;
}

static gint64
create_or_move(const World *world, Contact *contact, const char *const *words,
               GError **error)
{
    g_autoptr(GError) problem = NULL;
    g_autoptr(Contact) old =
        contact_find(world->db, world->account->id, contact->match, &problem);
    if (problem != NULL) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return 0;
    }
    if (old == NULL)
        return contact_create(world->db, world->account->id, contact, words,
                              world->now, error);
    if (strcmp(old->book, books[BOOK_EMAILED]) != 0 ||
        strcmp(contact->book, books[BOOK_PERSONAL]) != 0) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_CONFLICT,
                            "contacts: the address stands in a book");
        return 0;
    }
    contact->id = old->id;
    return contact_edit(world->db, world->account->id, contact, words, error)
               ? old->id
               : 0;
}

gint64
contacts_create(const World *world, Book book, const char *name,
                const char *address, GError **error)
{
    g_autoptr(Contact) contact = g_new0(Contact, 1);
    g_auto(GStrv) words = NULL;
    contact->book = g_strdup(books[book]);
    if (!contact_describe(contact, name, address, &words, error) ||
        !db_begin(world->db, error))
        return 0;
    gint64 id =
        create_or_move(world, contact, (const char *const *)words, error);
    return finish(world, id != 0, error) ? id : 0;
}

static gboolean
edit(const World *world, const Contact *contact, const char *const *words,
     GError **error)
{
    gint64 account = world->account->id;
    g_autoptr(Contact) old =
        contact_get(world->db, account, contact->id, error);
    return old != NULL &&
           contact_edit(world->db, account, contact, words, error) &&
           (strcmp(old->match, contact->match) == 0 ||
            contacts_drop_others(world, contact, old->pinned, error));
}

gboolean
contacts_edit(const World *world, gint64 id, Book book, const char *name,
              const char *address, GError **error)
{
    g_autoptr(Contact) contact = g_new0(Contact, 1);
    g_auto(GStrv) words = NULL;
    contact->id = id;
    contact->book = g_strdup(books[book]);
    if (!contact_describe(contact, name, address, &words, error) ||
        !db_begin(world->db, error))
        return FALSE;
    return finish(world,
                  edit(world, contact, (const char *const *)words, error),
                  error);
}

gboolean
contacts_remove(const World *world, gint64 id, GError **error)
{
    return contact_delete(world->db, world->account->id, id, error);
}

void
contact_suggestion_free(ContactSuggestion *suggestion)
{
    if (suggestion == NULL)
        return;
    g_free(suggestion->name);
    g_free(suggestion->address);
    g_free(suggestion);
}

static gboolean
suggest(const World *world, const Contact *contact, GPtrArray *out,
        GError **error)
{
    g_autoptr(Addressee) addressee =
        addressee_find(world, contact->address, error);
    if (addressee == NULL)
        return FALSE;
    ContactSuggestion *suggestion = g_new0(ContactSuggestion, 1);
    suggestion->name = g_strdup(contact->name);
    suggestion->address = g_strdup(contact->address);
    suggestion->usable = addressee->problem == NULL;
    g_ptr_array_add(out, suggestion);
    return TRUE;
}

static gboolean
suggest_from(const World *world, Book book, char **words, GPtrArray *out,
             GError **error)
{
    const ContactMark begin = {(char *)(guintptr) "", 0};
    g_autoptr(GPtrArray) contacts =
        contact_search(world->db, world->account->id, books[book], words[0],
                       words[1], &begin, SUGGESTIONS - out->len, NULL, error);
    if (contacts == NULL)
        return FALSE;
    for (guint i = 0; i < contacts->len; i++) {
        if (!suggest(world, g_ptr_array_index(contacts, i), out, error))
            return FALSE;
    }
    return TRUE;
}

GPtrArray *
contacts_suggest(const World *world, const char *query, GError **error)
{
    g_auto(GStrv) words = contact_query_words(query);
    g_autoptr(GPtrArray) out = g_ptr_array_new_with_free_func(
        (GDestroyNotify)contact_suggestion_free);
    if (words[0] != NULL &&
        (!suggest_from(world, BOOK_PERSONAL, words, out, error) ||
         !suggest_from(world, BOOK_EMAILED, words, out, error)))
        return NULL;
    return g_steal_pointer(&out);
}
