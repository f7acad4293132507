#include "core/mime/draft.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/mime/address.h"
#include "core/mime/encode.h"
#include "core/mime/names.h"

#define MAX_FILES 500
#define MAX_ATTACHED (25 * 1024 * 1024)
#define MAX_TEXT (25 * 1024 * 1024)
#define MAX_SUBJECT 4096
/* Our own gate takes fields of 16 KiB. */
#define MAX_FIELD (15 * 1024)
#define MAX_RECIPIENTS 1000

static void
file_free(gpointer data)
{
    DraftFile *file = data;
    g_free(file->name);
    g_free(file->type);
    g_clear_pointer(&file->data, g_bytes_unref);
    g_free(file);
}

static GPtrArray *
mailbox_list(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)mailbox_free);
}

Draft *
draft_new(void)
{
    Draft *draft = g_new0(Draft, 1);
    draft->to = mailbox_list();
    draft->cc = mailbox_list();
    draft->bcc = mailbox_list();
    draft->files = g_ptr_array_new_with_free_func(file_free);
    return draft;
}

static void
field_free(gpointer data)
{
    DraftField *field = data;
    g_free(field->value);
    g_free(field);
}

static void
keep(Draft *draft, const char *name, char *value)
{
    if (draft->kept == NULL)
        draft->kept = g_ptr_array_new_with_free_func(field_free);
    DraftField *field = g_new0(DraftField, 1);
    field->name = name;
    field->value = value;
    g_ptr_array_add(draft->kept, field);
}

void
draft_keep(Draft *draft, const char *name, const char *text)
{
    keep(draft, name, encode_subject(text));
}

void
draft_keep_mailboxes(Draft *draft, const char *name,
                     const GPtrArray *mailboxes)
{
    keep(draft, name, encode_mailboxes(mailboxes));
}

void
draft_free(Draft *draft)
{
    if (draft == NULL)
        return;
    mailbox_free(draft->from);
    g_clear_pointer(&draft->to, g_ptr_array_unref);
    g_clear_pointer(&draft->cc, g_ptr_array_unref);
    g_clear_pointer(&draft->bcc, g_ptr_array_unref);
    g_clear_pointer(&draft->files, g_ptr_array_unref);
    g_free(draft->subject);
    g_free(draft->text);
    g_free(draft->in_reply_to);
    g_free(draft->references);
    g_free(draft->message_id);
    g_clear_pointer(&draft->kept, g_ptr_array_unref);
    g_free(draft);
}

static gboolean
refuse(GError **error, AppError code, const char *field, const char *why)
{
    g_set_error(error, APP_ERROR, code, "%s: %s", field, why);
    return FALSE;
}

/* SEC-51: whatever becomes a header is one line of UTF-8. */
static gboolean
check_line(const char *field, const char *text, GError **error)
{
    if (text == NULL)
        return TRUE;
    if (strpbrk(text, "\r\n") != NULL)
        return refuse(error, APP_ERROR_INPUT, field, "contains a line end");
    if (!g_utf8_validate(text, -1, NULL))
        return refuse(error, APP_ERROR_INPUT, field, "is not valid UTF-8");
    return TRUE;
}

static gboolean
check_mailbox(const char *field, Mailbox *mailbox, GError **error)
{
    if (!check_line(field, mailbox->name, error))
        return FALSE;
    if (mailbox->address == NULL || !address_is_plain(mailbox->address)) {
        g_autofree char *quoted =
            error_quote(mailbox->address ? mailbox->address : "", -1, 80);
        g_set_error(error, APP_ERROR, APP_ERROR_INPUT,
                    "%s: \"%s\" is no address", field, quoted);
        return FALSE;
    }
    char *clean = person_name_clean(mailbox->name);
    g_free(mailbox->name);
    mailbox->name = clean;
    return TRUE;
}

static gboolean
check_mailboxes(const char *field, GPtrArray *mailboxes, GError **error)
{
    for (guint i = 0; i < mailboxes->len; i++)
        if (!check_mailbox(field, g_ptr_array_index(mailboxes, i), error))
            return FALSE;
    g_autofree char *encoded = encode_mailboxes(mailboxes);
    if (strlen(encoded) > MAX_FIELD)
        return refuse(error, APP_ERROR_TOO_LARGE, field,
                      "too many recipients");
    return TRUE;
}

static gboolean
check_people(Draft *draft, GError **error)
{
    if (draft->from == NULL)
        return refuse(error, APP_ERROR_INPUT, "From", "is missing");
    if (!check_mailbox("From", draft->from, error) ||
        !check_mailboxes("To", draft->to, error) ||
        !check_mailboxes("Cc", draft->cc, error) ||
        !check_mailboxes("Bcc", draft->bcc, error))
        return FALSE;
    if (draft->to->len + draft->cc->len + draft->bcc->len > MAX_RECIPIENTS)
        return refuse(error, APP_ERROR_TOO_LARGE, "To",
                      "too many recipients");
    return TRUE;
}

static gboolean
check_words(Draft *draft, GError **error)
{
    if (draft->subject == NULL)
        draft->subject = g_strdup("");
    if (draft->text == NULL)
        draft->text = g_strdup("");
    if (!check_line("Subject", draft->subject, error))
        return FALSE;
    if (strlen(draft->subject) > MAX_SUBJECT)
        return refuse(error, APP_ERROR_TOO_LARGE, "Subject", "is too long");
    if (strlen(draft->text) > MAX_TEXT)
        return refuse(error, APP_ERROR_TOO_LARGE, "text", "is too long");
    /* Valid UTF-8 has no lone surrogate. */
    if (!g_utf8_validate(draft->text, -1, NULL))
        return refuse(error, APP_ERROR_INPUT, "text", "is not valid UTF-8");
    return TRUE;
}

static gboolean
check_files(Draft *draft, GError **error)
{
    gsize total = 0;
    for (guint i = 0; i < draft->files->len; i++) {
        DraftFile *file = g_ptr_array_index(draft->files, i);
        if (!check_line("attachment", file->name, error))
            return FALSE;
        char *name = file_name_clean(file->name == NULL ? "" : file->name);
        g_free(file->name);
        file->name = name;
        char *type = encode_type(file->type);
        g_free(file->type);
        file->type = type;
        total += g_bytes_get_size(file->data);
    }
    if (total > MAX_ATTACHED)
        return refuse(error, APP_ERROR_TOO_LARGE, "attachments",
                      "are larger than 25 MiB in all");
    if (draft->files->len > MAX_FILES)
        return refuse(error, APP_ERROR_TOO_LARGE, "attachments",
                      "are more than 500");
    return TRUE;
}

static gboolean
check_ids(const char *field, char **ids, GError **error)
{
    if (!check_line(field, *ids, error))
        return FALSE;
    if (*ids != NULL && strlen(*ids) > MAX_FIELD)
        return refuse(error, APP_ERROR_TOO_LARGE, field, "is too long");
    char *kept = encode_ids(*ids, " ");
    g_free(*ids);
    *ids = kept;
    return TRUE;
}

/* Random, so that it tells nothing about this machine. */
static char *
message_id_new(const Mailbox *from)
{
    guint8 random[16];
    secret_random(random, sizeof random);
    GString *id = g_string_new(NULL);
    for (gsize i = 0; i < sizeof random; i++)
        g_string_append_printf(id, "%02x", random[i]);
    g_string_append(id, strchr(from->address, '@'));
    return g_string_free(id, FALSE);
}

static gboolean
check_message_id(Draft *draft, GError **error)
{
    if (draft->message_id == NULL)
        draft->message_id = message_id_new(draft->from);
    const char *id = draft->message_id;
    if (strspn(id, "0123456789abcdef") != 32 ||
        strcmp(id + 32, strchr(draft->from->address, '@')) != 0)
        return refuse(error, APP_ERROR_INPUT, "Message-ID",
                      "is not of the form used here");
    return TRUE;
}

gboolean
draft_check_unfinished(Draft *draft, GError **error)
{
    /* Years a date field can say. */
    if (draft->date < 0 || draft->date >= G_GINT64_CONSTANT(253402300800))
        return refuse(error, APP_ERROR_INPUT, "Date", "is out of range");
    return check_people(draft, error) && check_words(draft, error) &&
           check_files(draft, error) &&
           check_ids("In-Reply-To", &draft->in_reply_to, error) &&
           check_ids("References", &draft->references, error) &&
           check_message_id(draft, error);
}

gboolean
draft_check(Draft *draft, GError **error)
{
    if (!draft_check_unfinished(draft, error))
        return FALSE;
    if (draft->to->len + draft->cc->len + draft->bcc->len > 0)
        return TRUE;
    return refuse(error, APP_ERROR_INPUT, "To", "has no recipient");
}
