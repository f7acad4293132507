#include <string.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/mail/connection.h"
#include "core/mail/drafts_internal.h"
#include "core/mail/form.h"
#include "core/mail/incoming.h"
#include "core/mime/gate.h"
#include "core/mime/html_text.h"
#include "core/mime/names.h"
#include "core/mime/view.h"

#define MAX_DRAFT (50 * 1024 * 1024)

void
draft_form_free(DraftForm *form)
{
    if (form == NULL)
        return;
    g_free(form->to);
    g_free(form->cc);
    g_free(form->bcc);
    secret_text_free(form->subject);
    secret_text_free(form->text);
    g_free(form->in_reply_to);
    g_free(form->references);
    g_free(form->folder);
    g_clear_pointer(&form->files, g_ptr_array_unref);
    g_free(form);
}

static void
file_free(gpointer data)
{
    FormFile *file = data;
    g_free(file->name);
    g_free(file->type);
    g_clear_pointer(&file->data, g_bytes_unref);
    g_free(file);
}

gboolean
drafts_type_is_encrypted(const char *type)
{
    return g_str_has_prefix(type, "application/pkcs7-mime") ||
           g_str_has_prefix(type, "application/x-pkcs7-mime");
}

/* "Ann <ann@x>" in the form that mailboxes_parse() reads. */
static void
add_mailbox(GString *out, const Mailbox *mailbox)
{
    if (out->len > 0)
        g_string_append(out, ", ");
    g_autofree char *name = person_name_clean(mailbox->name);
    if (name == NULL) {
        g_string_append(out, mailbox->address);
        return;
    }
    g_string_append_c(out, '"');
    for (const char *at = name; *at != '\0'; at++) {
        if (*at == '"' || *at == '\\')
            g_string_append_c(out, '\\');
        g_string_append_c(out, *at);
    }
    g_string_append_printf(out, "\" <%s>", mailbox->address);
}

/* As it was typed, if it was no address yet. */
static char *
people_of(const Headers *headers, const char *name, const char *typed)
{
    char *text = headers_text(headers, typed);
    if (text != NULL)
        return text;
    g_autoptr(GPtrArray) list = headers_mailboxes(headers, name);
    GString *out = g_string_new(NULL);
    for (guint i = 0; list != NULL && i < list->len; i++)
        add_mailbox(out, g_ptr_array_index(list, i));
    return g_string_free(out, FALSE);
}

/* The profile ends every text with a line end that nobody typed. */
static void
add_text(GString *out, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\r\n", -1);
    g_autofree char *joined = g_strjoinv("\n", lines);
    gsize size = strlen(joined);
    if (size > 0 && joined[size - 1] == '\n')
        size--;
    if (out->len > 0)
        g_string_append_c(out, '\n');
    g_string_append_len(out, joined, (gssize)size);
}

/* Of other programs' drafts HTML is read as text, where it stands alone. */
static void
add_shown(GString *out, const Part *part)
{
    if (part->text == NULL)
        return;
    if (part->role == PART_TEXT) {
        add_text(out, part->text);
    } else if (part->role == PART_HTML && !part->alternative) {
        gboolean hidden;
        g_autofree char *text = html_to_text(part->text, &hidden);
        add_text(out, text);
    }
}

static gboolean
add_file(DraftForm *form, const Part *part, const guint8 *data, gsize size,
         GError **error)
{
    GBytes *content = view_part_data(data, size, part->path, error);
    if (content == NULL)
        return FALSE;
    FormFile *file = g_new0(FormFile, 1);
    file->name = g_strdup(part->name != NULL ? part->name : "file");
    file->type = g_strdup(part->type);
    file->data = content;
    g_ptr_array_add(form->files, file);
    return TRUE;
}

static gboolean
read_parts(DraftForm *form, const guint8 *data, gsize size, GError **error)
{
    g_autoptr(View) view = view_build(data, size, error);
    if (view == NULL)
        return FALSE;
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < view->parts->len; i++) {
        const Part *part = g_ptr_array_index(view->parts, i);
        if (part->role == PART_ATTACHMENT &&
            !add_file(form, part, data, size, error))
            return FALSE;
        add_shown(text, part);
    }
    form->text = g_string_free(g_steal_pointer(&text), FALSE);
    return TRUE;
}

static void
read_fields(DraftForm *form, const Headers *headers)
{
    form->to = people_of(headers, "To", DRAFT_TO);
    form->cc = people_of(headers, "Cc", DRAFT_CC);
    form->bcc = people_of(headers, "Bcc", DRAFT_BCC);
    form->subject = headers_text(headers, "Subject");
    if (form->subject == NULL)
        form->subject = g_strdup("");
    form->in_reply_to = g_strdup(headers_raw(headers, "In-Reply-To"));
    form->references = g_strdup(headers_raw(headers, "References"));
    /* Another program's draft, or nonsense, is an ordinary message. */
    protection_from_name(headers_raw(headers, DRAFT_CHOICE),
                         &form->protection, NULL);
}

static DraftForm *
form_new(const char *folder)
{
    DraftForm *form = g_new0(DraftForm, 1);
    form->files = g_ptr_array_new_with_free_func(file_free);
    form->folder = g_strdup(folder);
    return form;
}

static gboolean
is_encrypted(const Headers *headers)
{
    const char *type = headers_raw(headers, "Content-Type");
    g_autofree char *lower = g_ascii_strdown(type != NULL ? type : "", -1);
    return drafts_type_is_encrypted(g_strstrip(lower));
}

DraftForm *
drafts_read_message(GBytes *message, const char *folder, GError **error)
{
    gsize size = 0;
    const guint8 *data = g_bytes_get_data(message, &size);
    if (!gate_check(data, size, error))
        return NULL;
    g_autoptr(Headers) headers = headers_parse(data, size);
    g_autoptr(DraftForm) form = form_new(folder);
    form->locked = is_encrypted(headers);
    if (form->locked) {
        form->protection = PROTECTION_SIGN_ENCRYPT;
        form->to = g_strdup("");
        form->cc = g_strdup("");
        form->bcc = g_strdup("");
        form->subject = g_strdup("");
        form->text = g_strdup("");
        return g_steal_pointer(&form);
    }
    read_fields(form, headers);
    if (!read_parts(form, data, size, error))
        return NULL;
    return g_steal_pointer(&form);
}

DraftForm *
drafts_load(const World *world, const char *draft, GError **error)
{
    ImapPlace place;
    if (!drafts_read_id(draft, &place, error))
        return NULL;
    g_auto(Connection) connection = connection_take(world, error);
    if (connection.imap == NULL)
        return NULL;
    g_autofree char *folder = drafts_folder(connection.imap, error);
    if (folder == NULL)
        return NULL;
    gint64 date;
    gboolean seen;
    g_autoptr(GBytes) message =
        imap_fetch(connection.imap, folder, place.uid_validity, place.uid,
                   MAX_DRAFT, &date, &seen, NULL, error);
    return message != NULL ? drafts_read_message(message, folder, error)
                           : NULL;
}

/*
 * Only what drafts_save() makes: one layer, authenticated, unsigned, with our
 * mark inside. Anything else that this key opens is a message, and its text
 * must not find its way into a form that says where to send it (SEC-36).
 */
static gboolean
is_ours(const Judgement *judgement, const Headers *headers)
{
    return judgement->opened && judgement->authenticated &&
           judgement->layers->len == 1 &&
           strcmp(judgement->signature, "none") == 0 &&
           headers_count(headers, DRAFT_CHOICE) == 1;
}

DraftForm *
drafts_load_opened(const World *world, const char *folder,
                   guint32 uid_validity, guint32 uid, const char *ticket,
                   GBytes *content_key, GError **error)
{
    g_autoptr(Incoming) incoming = incoming_finish(
        world, folder, uid_validity, uid, ticket, content_key, error);
    if (incoming == NULL)
        return NULL;
    gsize size = 0;
    const guint8 *data = NULL;
    const Judgement *judgement = incoming->judgement;
    if (judgement != NULL && !incoming->copied)
        data = g_bytes_get_data(judgement->payload, &size);
    g_autoptr(Headers) headers = headers_parse(data, size);
    if (data == NULL || !is_ours(judgement, headers)) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_MALFORMED,
                            "draft: not one that was encrypted here");
        return NULL;
    }
    g_autoptr(DraftForm) form = form_new(folder);
    read_fields(form, headers);
    form->protection = PROTECTION_SIGN_ENCRYPT;
    if (!read_parts(form, data, size, error))
        return NULL;
    return g_steal_pointer(&form);
}
