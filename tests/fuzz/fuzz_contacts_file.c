/*
 * A file of certificates as somebody sends it, and what a contact is made of
 * with the names that stand in it; the file's own text as a search.
 */
#include <string.h>

#include "core/mail/contacts_file.h"
#include "core/mail/contacts_words.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void
describe(const char *name, const char *address)
{
    g_autoptr(Contact) contact = g_new0(Contact, 1);
    g_auto(GStrv) words = NULL;
    if (!contact_describe(contact, name, address, &words, NULL))
        return;
    g_autofree char *match = cert_address_key(address);
    g_assert(strcmp(match, contact->match) == 0);
    g_autofree char *again = cert_address_key(match);
    g_assert(g_strcmp0(again, match) == 0);
    for (char **word = words; *word != NULL; word++)
        g_assert(g_utf8_validate(*word, -1, NULL) && strlen(*word) <= 48);
}

static void
use(const Cert *cert)
{
    const char *const *address = cert_addresses(cert);
    for (; *address != NULL; address++) {
        g_autofree char *key = cert_address_key(*address);
        g_assert(cert_has_address(cert, *address) == (key != NULL));
        describe(cert_name(cert), *address);
    }
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autoptr(GBytes) file = g_bytes_new_static(data, size);
    g_autoptr(GPtrArray) certs = contacts_file_read(file, NULL);
    for (guint i = 0; certs != NULL && i < certs->len; i++)
        use(g_ptr_array_index(certs, i));
    g_autofree char *text = g_strndup((const char *)data, size);
    g_auto(GStrv) words = contact_query_words(text);
    describe(text, text);
    describe("Ana", text);
    return 0;
}
