/* Header blocks and what people type: no input may crash, and what is written
 * back as addresses must be read as the same addresses. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/mail/search_words.h"
#include "core/mime/encode.h"
#include "core/mime/gate.h"
#include "core/mime/headers.h"
#include "core/mime/protected.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
read_all(const Headers *headers)
{
    static const char *const people[] = {"From", "To", "Cc", "Sender",
                                         "Reply-To"};
    gint64 date = 0;
    headers_date(headers, &date);
    headers_are_sound(headers);
    for (guint i = 0; i < headers_length(headers); i++) {
        g_autofree char *text =
            headers_text(headers, headers_name_at(headers, i));
        g_assert(text == NULL || g_utf8_validate(text, -1, NULL));
    }
    for (gsize i = 0; i < G_N_ELEMENTS(people); i++) {
        g_autoptr(GPtrArray) list = headers_mailboxes(headers, people[i]);
        for (guint j = 0; j < list->len; j++) {
            const Mailbox *mailbox = g_ptr_array_index(list, j);
            g_autofree char *clean = display_name_clean(mailbox->name);
            g_autofree char *claim =
                display_name_claim(mailbox->name, mailbox->address);
            g_assert(strchr(mailbox->address, '@') != NULL);
            g_assert(clean == NULL || strchr(clean, '@') == NULL);
        }
    }
}

/* What is typed to find a message: no term is empty, no day out of order. */
static void
look_for(const char *text)
{
    g_autoptr(GArray) terms = search_words_parse(text, NULL);
    for (guint i = 0; terms != NULL && i < terms->len; i++) {
        const ImapTerm *term = &g_array_index(terms, ImapTerm, i);
        g_assert(*term->text != '\0' &&
                 g_utf8_validate(term->text, -1, NULL));
        g_assert(term->before == 0 || term->since < term->before);
    }
}

static void
type_and_read_back(const char *text)
{
    g_autoptr(GPtrArray) typed = mailboxes_parse(text, NULL);
    if (typed == NULL)
        return;
    g_autofree char *value = encode_mailboxes(typed);
    g_autofree char *field = g_strdup_printf("To: %s\r\n\r\n", value);
    g_autoptr(Headers) headers =
        headers_parse((const guint8 *)field, strlen(field));
    g_autoptr(GPtrArray) back = headers_mailboxes(headers, "To");
    g_assert(headers_length(headers) == 1);
    g_assert(back->len == typed->len);
    for (guint i = 0; i < back->len; i++) {
        const Mailbox *one = g_ptr_array_index(typed, i);
        const Mailbox *other = g_ptr_array_index(back, i);
        g_assert_cmpstr(one->address, ==, other->address);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (gate_check(data, size, NULL)) {
        g_autoptr(Headers) headers = headers_parse(data, size);
        read_all(headers);
        g_autoptr(Protected) inside = protected_find(data, size);
        g_assert((inside->fields == NULL) ==
                 (inside->kind == PROTECTED_NONE));
        g_assert(inside->entity >= data &&
                 inside->entity + inside->size == data + size);
    }
    g_autofree char *text = g_strndup((const char *)data, MIN(size, 4096));
    type_and_read_back(text);
    look_for(text);
    return 0;
}
