#include "core/mail/contacts_words.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/words.h"
#include "core/mime/address.h"
#include "core/mime/names.h"
#include "core/pki/cert.h"

#define NAME_MAX_BYTES 256
#define ADDRESS_MAX_BYTES 254

static char **
finish(GPtrArray *words)
{
    g_ptr_array_add(words, NULL);
    return (char **)g_ptr_array_steal(words, NULL);
}

static gboolean
refuse(GError **error, const char *what)
{
    g_set_error(error, APP_ERROR, APP_ERROR_INPUT, "contact: %s", what);
    return FALSE;
}

gboolean
contact_describe(Contact *contact, const char *name, const char *address,
                 char ***words, GError **error)
{
    if (name == NULL)
        name = "";
    if (!g_utf8_validate(name, -1, NULL) || strlen(name) > NAME_MAX_BYTES)
        return refuse(error, "the name is too long or no text");
    if (!address_is_plain(address) || strlen(address) > ADDRESS_MAX_BYTES)
        return refuse(error, "the address is none");
    g_autofree char *match = cert_address_key(address);
    if (match == NULL)
        return refuse(error, "the address is none");

    char *clean = display_name_clean(name);
    contact->name = clean != NULL ? clean : g_strdup("");
    contact->address = g_strdup(address);
    contact->match = g_steal_pointer(&match);
    contact->place = words_fold(clean != NULL ? clean : address);
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);
    words_add(found, contact->match);
    words_add(found, contact->name);
    *words = finish(found);
    return TRUE;
}

char **
contact_query_words(const char *query)
{
    return words_of_query(query);
}
