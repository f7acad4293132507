/*
 * A message in Drafts, written by any program: it becomes a form or is
 * refused, and what is in the form can be written as a draft again.
 */
#include "core/mail/drafts_internal.h"
#include "core/mail/form.h"
#include "core/mime/entity.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void
write_again(const DraftForm *form)
{
    Account account = {.address = (char *)(guintptr) "a@example.org"};
    const World world = {.account = &account, .now = 1795581000};
    const ComposeForm typed = {
        .to = form->to,
        .cc = form->cc,
        .bcc = form->bcc,
        .subject = form->subject,
        .text = form->text,
        .in_reply_to = form->in_reply_to,
        .references = form->references,
        .files = form->files,
    };
    g_autoptr(Draft) draft =
        form_unfinished(&world, &typed, form->protection, NULL);
    if (draft == NULL)
        return; /* too large, or no line of text: said so */
    g_autoptr(GError) error = NULL;
    g_autoptr(Entity) entity = entity_build(draft, PROTECT_CIPHER, &error);
    g_assert_no_error(error);
    g_autofree char *prefix = message_prefix_plain(draft);
    g_assert(prefix != NULL);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autoptr(GBytes) message = g_bytes_new_static(data, size);
    g_autoptr(DraftForm) form = drafts_read_message(message, "Drafts", NULL);
    if (form == NULL)
        return 0;
    g_assert(form->to != NULL && form->cc != NULL && form->bcc != NULL);
    g_assert(g_utf8_validate(form->subject, -1, NULL));
    g_assert(g_utf8_validate(form->text, -1, NULL));
    write_again(form);
    return 0;
}
