#include "core/mail/form.h"

#include <string.h>

#include "core/base/error.h"

/* Encoded it still is a field that the gate lets through. */
#define MAX_TYPED (8 * 1024)

static gboolean
set_from(const World *world, Draft *draft, const char *from, GError **error)
{
    const Account *account = world->account;
    if (from != NULL && *from != '\0') {
        g_autoptr(GPtrArray) given = mailboxes_parse(from, error);
        if (given == NULL) {
            g_prefix_error(error, "From: ");
            return FALSE;
        }
        const Mailbox *first =
            given->len == 1 ? g_ptr_array_index(given, 0) : NULL;
        if (first == NULL ||
            g_ascii_strcasecmp(first->address, account->address) != 0) {
            g_set_error_literal(error, APP_ERROR, APP_ERROR_FORBIDDEN,
                                "From: not an address of this account");
            return FALSE;
        }
    }
    draft->from = g_new0(Mailbox, 1);
    draft->from->name = g_strdup(account->name);
    draft->from->address = g_strdup(account->address);
    return TRUE;
}

static gboolean
set_mailboxes(GPtrArray **list, const char *field, const char *text,
              GError **error)
{
    GPtrArray *parsed = mailboxes_parse(text != NULL ? text : "", error);
    if (parsed == NULL) {
        g_prefix_error(error, "%s: ", field);
        return FALSE;
    }
    g_ptr_array_unref(*list);
    *list = parsed;
    return TRUE;
}

static void
add_files(Draft *draft, GPtrArray *files)
{
    for (guint i = 0; files != NULL && i < files->len; i++) {
        const FormFile *given = g_ptr_array_index(files, i);
        DraftFile *file = g_new0(DraftFile, 1);
        file->name = g_strdup(given->name);
        file->type = g_strdup(given->type);
        file->data = g_bytes_ref(given->data);
        g_ptr_array_add(draft->files, file);
    }
}

static char *
text_or_null(const char *text)
{
    return text != NULL && *text != '\0' ? g_strdup(text) : NULL;
}

/* All but the recipients. */
static void
set_words(const World *world, Draft *draft, const ComposeForm *form)
{
    draft->subject = g_strdup(form->subject != NULL ? form->subject : "");
    draft->text = g_strdup(form->text != NULL ? form->text : "");
    draft->in_reply_to = text_or_null(form->in_reply_to);
    draft->references = text_or_null(form->references);
    draft->date = world->now;
    add_files(draft, form->files);
}

Draft *
form_draft(const World *world, const ComposeForm *form, GError **error)
{
    g_autoptr(Draft) draft = draft_new();
    if (!set_from(world, draft, form->from, error) ||
        !set_mailboxes(&draft->to, "To", form->to, error) ||
        !set_mailboxes(&draft->cc, "Cc", form->cc, error) ||
        !set_mailboxes(&draft->bcc, "Bcc", form->bcc, error))
        return NULL;
    set_words(world, draft, form);
    if (!draft_check(draft, error))
        return NULL;
    return g_steal_pointer(&draft);
}

/* Addresses if that is what they are, else the text as it was typed. */
static gboolean
keep_people(Draft *draft, GPtrArray **list, const char *typed_name,
            const char *text, GError **error)
{
    if (text == NULL || *text == '\0')
        return TRUE;
    if (strlen(text) > MAX_TYPED || !g_utf8_validate(text, -1, NULL)) {
        g_set_error(error, APP_ERROR, APP_ERROR_INPUT,
                    "%s: too long, or no text", typed_name);
        return FALSE;
    }
    if (!set_mailboxes(list, typed_name, text, NULL))
        draft_keep(draft, typed_name, text);
    return TRUE;
}

Draft *
form_unfinished(const World *world, const ComposeForm *form,
                Protection protection, GError **error)
{
    g_autoptr(Draft) draft = draft_new();
    if (!set_from(world, draft, form->from, error) ||
        !keep_people(draft, &draft->to, DRAFT_TO, form->to, error) ||
        !keep_people(draft, &draft->cc, DRAFT_CC, form->cc, error) ||
        !keep_people(draft, &draft->bcc, DRAFT_BCC, form->bcc, error))
        return NULL;
    if (draft->bcc->len > 0)
        draft_keep_mailboxes(draft, "Bcc", draft->bcc);
    draft_keep(draft, DRAFT_CHOICE, protection_name(protection));
    set_words(world, draft, form);
    if (!draft_check_unfinished(draft, error))
        return NULL;
    return g_steal_pointer(&draft);
}

/* Addresses of one mailbox that differ in case are one recipient: two copies
 * help nobody (DESIGN §4, addresses compare without regard to case). */
static void
add_recipients(GPtrArray *out, GHashTable *seen, const GPtrArray *mailboxes)
{
    for (guint i = 0; i < mailboxes->len; i++) {
        const Mailbox *mailbox = g_ptr_array_index(mailboxes, i);
        char *folded = g_ascii_strdown(mailbox->address, -1);
        if (g_hash_table_add(seen, folded))
            g_ptr_array_add(out, g_strdup(mailbox->address));
    }
}

static char **
recipients(const Draft *draft, guint *visible)
{
    g_autoptr(GHashTable) seen =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    GPtrArray *out = g_ptr_array_new();
    add_recipients(out, seen, draft->to);
    add_recipients(out, seen, draft->cc);
    *visible = out->len;
    add_recipients(out, seen, draft->bcc);
    g_ptr_array_add(out, NULL);
    return (char **)g_ptr_array_free(out, FALSE);
}

char **
draft_recipients(const Draft *draft)
{
    guint visible;
    return recipients(draft, &visible);
}

guint
draft_visible_recipients(const Draft *draft)
{
    guint visible;
    g_auto(GStrv) all = recipients(draft, &visible);
    return visible;
}
