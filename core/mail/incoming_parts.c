#include <string.h>

#include "core/mail/incoming_fill.h"
#include "core/mime/html_text.h"

static const char *
part_name(const Part *part)
{
    if (part->name != NULL)
        return part->name;
    if (g_str_has_prefix(part->type, "message/"))
        return "message.eml";
    if (part->role == PART_ENCRYPTED)
        return "smime.p7m";
    return "file";
}

const char *
incoming_part_name(const View *view, const char *path)
{
    for (guint i = 0; i < view->parts->len; i++) {
        const Part *part = g_ptr_array_index(view->parts, i);
        if (strcmp(part->path, path) == 0)
            return part_name(part);
    }
    return "file";
}

static void
add_file(Incoming *incoming, const Part *part, gboolean covered)
{
    IncomingFile *file = g_new0(IncomingFile, 1);
    file->path = g_strdup(part->path);
    file->name = g_strdup(part_name(part));
    file->type = g_strdup(part->type);
    file->content_id = g_strdup(part->content_id);
    file->size = part->size;
    file->image = part->image;
    file->covered = covered;
    g_ptr_array_add(incoming->files, file);
}

static void
add_text_as_html(Incoming *incoming, const char *text)
{
    g_autofree char *escaped = g_markup_escape_text(text, -1);
    g_ptr_array_add(incoming->htmls,
                    g_strdup_printf("<pre>%s</pre>", escaped));
}

static gboolean
has_part(const View *view, PartRole role, gboolean alternative)
{
    for (guint i = 0; i < view->parts->len; i++) {
        const Part *part = g_ptr_array_index(view->parts, i);
        if (part->role == role && (!alternative || part->alternative))
            return TRUE;
    }
    return FALSE;
}

/* SEC-35: what is quoted is text that was to be seen, whether as text or as
 * HTML that has no text beside it. */
static void
add_quotable(Incoming *incoming, const View *view, const Part *part)
{
    gboolean has_text = part->alternative && has_part(view, PART_TEXT, TRUE);
    if (part->role == PART_TEXT)
        g_ptr_array_add(incoming->quotable, g_strdup(part->text));
    else if (part->role == PART_HTML && !has_text)
        g_ptr_array_add(incoming->quotable,
                        html_to_text(part->text, &incoming->hidden));
}

static void
add_text(Incoming *incoming, const View *view, const Part *part)
{
    add_quotable(incoming, view, part);
    if (part->role == PART_HTML) {
        g_ptr_array_add(incoming->htmls, g_strdup(part->text));
        return;
    }
    g_ptr_array_add(incoming->texts, g_strdup(part->text));
    if (!part->alternative && has_part(view, PART_HTML, FALSE))
        add_text_as_html(incoming, part->text);
}

/* "a%40b" after cid: is a@b (RFC 2392). */
static void
note_reference(GHashTable *references, const char *at)
{
    g_autofree char *raw = g_strndup(at, strcspn(at, "\"'<> \t\r\n)"));
    char *id = g_uri_unescape_string(raw, NULL);
    g_hash_table_add(references, id != NULL ? id : g_steal_pointer(&raw));
}

/* Content-IDs that the HTML shows images of. */
static GHashTable *
references_of(const GPtrArray *htmls)
{
    GHashTable *references =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < htmls->len; i++) {
        const char *at = g_ptr_array_index(htmls, i);
        for (; *at != '\0'; at++)
            if (g_ascii_strncasecmp(at, "cid:", 4) == 0)
                note_reference(references, at + 4);
    }
    return references;
}

static void
mark_embedded(Incoming *incoming)
{
    g_autoptr(GHashTable) references = references_of(incoming->htmls);
    for (guint i = 0; i < incoming->files->len; i++) {
        IncomingFile *file = g_ptr_array_index(incoming->files, i);
        file->embedded = file->image != NULL && file->content_id != NULL &&
                         g_hash_table_contains(references, file->content_id);
    }
}

/* SEC-30: nothing but text comes out of what nobody vouches for. */
static void
leave_text_only(Incoming *incoming)
{
    incoming->html_allowed = FALSE;
    g_ptr_array_set_size(incoming->htmls, 0);
    g_ptr_array_set_size(incoming->texts, 0);
    g_ptr_array_extend_and_steal(incoming->texts,
                                 g_steal_pointer(&incoming->quotable));
    incoming->quotable = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < incoming->files->len; i++) {
        IncomingFile *file = g_ptr_array_index(incoming->files, i);
        file->image = NULL;
    }
}

void
incoming_fill_parts(Incoming *incoming, const View *view)
{
    const Judgement *judgement = incoming->judgement;
    gboolean covered = strcmp(judgement->signature, "verified") == 0;
    for (guint i = 0; i < view->parts->len; i++) {
        const Part *part = g_ptr_array_index(view->parts, i);
        switch (part->role) {
        case PART_TEXT:
        case PART_HTML:
            add_text(incoming, view, part);
            break;
        case PART_ATTACHMENT:
            add_file(incoming, part, covered);
            break;
        case PART_ENCRYPTED:
            if (!incoming->encrypted)
                add_file(incoming, part, covered);
            break;
        case PART_SIGNATURE:
            break;
        }
    }
    /* SEC-40: what was encrypted never asks another server for anything. */
    incoming->remote = view->remote && !judgement->opened;
    if (judgement->text_only)
        leave_text_only(incoming);
    mark_embedded(incoming);
}
