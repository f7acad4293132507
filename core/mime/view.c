#include "core/mime/view.h"

#include <string.h>

#include "core/base/error.h"
#include "core/mime/flowed.h"
#include "core/mime/legacy.h"
#include "core/mime/mime.h"
#include "core/mime/names.h"
#include "core/mime/parsed.h"
#include "core/mime/part_name.h"
#include "core/mime/remote.h"
#include "core/mime/scan.h"

typedef struct {
    View *view;
    gsize budget;       /* bytes of text that may still be decoded (SEC-03) */
    gboolean seen_text; /* later texts with a file name are files */
    gboolean drop_legacy;
} Walk;

static void
part_free(gpointer data)
{
    Part *part = data;
    g_free(part->path);
    g_free(part->type);
    g_free(part->charset);
    g_free(part->name);
    g_free(part->content_id);
    g_free(part->disposition);
    g_free(part->text);
    g_free(part);
}

void
view_free(View *view)
{
    if (view == NULL)
        return;
    g_ptr_array_unref(view->parts);
    g_free(view);
}

static char *
lower_or_null(const char *text)
{
    return text == NULL ? NULL : g_ascii_strdown(text, -1);
}

static char *
media_type(GMimeObject *object)
{
    GMimeContentType *type = g_mime_object_get_content_type(object);
    g_autofree char *full = g_mime_content_type_get_mime_type(type);
    g_autofree char *valid = g_utf8_make_valid(full, -1);
    return g_ascii_strdown(valid, -1);
}

static char *
disposition_of(GMimeObject *object)
{
    g_autofree char *lower =
        lower_or_null(g_mime_object_get_disposition(object));
    if (lower == NULL || strcmp(lower, "inline") == 0)
        return g_steal_pointer(&lower);
    /* RFC 2183 §2.8: an unknown one is an attachment. */
    return g_strdup("attachment");
}

static PartRole
role_of(const Walk *walk, const Part *part, GMimeObject *object)
{
    if (g_str_has_suffix(part->type, "pkcs7-signature") ||
        g_str_has_suffix(part->type, "/pgp-signature"))
        return PART_SIGNATURE;
    if (g_str_has_suffix(part->type, "pkcs7-mime")) {
        const char *kind =
            g_mime_object_get_content_type_parameter(object, "smime-type");
        return g_strcmp0(kind, "certs-only") == 0 ? PART_ATTACHMENT
                                                  : PART_ENCRYPTED;
    }
    gboolean html = strcmp(part->type, "text/html") == 0;
    if (!html && strcmp(part->type, "text/plain") != 0)
        return PART_ATTACHMENT;
    if (g_strcmp0(part->disposition, "attachment") == 0 ||
        (part->name != NULL && walk->seen_text))
        return PART_ATTACHMENT;
    return html ? PART_HTML : PART_TEXT;
}

/* One line end, no control characters, so that a page can show it. */
static char *
plain_text(const char *text)
{
    GString *out = g_string_new(NULL);
    for (const char *at = text; *at != '\0'; at = utf8_next(at)) {
        gunichar c = g_utf8_get_char(at);
        if (c == '\r' && at[1] == '\n')
            continue;
        if (c == '\r')
            c = '\n';
        if (c == '\n' || c == '\t' || !g_unichar_iscntrl(c))
            g_string_append_unichar(out, c);
    }
    return g_string_free(out, FALSE);
}

static gboolean
parameter_is(GMimeObject *leaf, const char *name, const char *want)
{
    const char *value = g_mime_object_get_content_type_parameter(leaf, name);
    return value != NULL && g_ascii_strcasecmp(value, want) == 0;
}

static char *
reading_text(GMimeObject *leaf, const char *text, gboolean drop_legacy)
{
    g_autofree char *plain = plain_text(text);
    const char *kept = drop_legacy ? legacy_skip_text(plain) : plain;
    if (!parameter_is(leaf, "format", "flowed"))
        return g_strdup(kept);
    return flowed_unwrap(kept, parameter_is(leaf, "delsp", "yes"));
}

static char *
reading_html(const char *html, gboolean drop_legacy)
{
    return drop_legacy ? legacy_drop_html(html) : g_strdup(html);
}

static void
read_text(Walk *walk, Part *part, GMimeObject *leaf)
{
    GByteArray *bytes = parsed_content(leaf);
    g_autofree char *text =
        mime_to_utf8(bytes->data, bytes->len, part->charset, walk->budget);
    part->size = bytes->len;
    g_byte_array_unref(bytes);
    gboolean drop = walk->drop_legacy && legacy_is_marked(leaf);
    part->text = part->role == PART_TEXT ? reading_text(leaf, text, drop)
                                         : reading_html(text, drop);
    walk->budget -= MIN(walk->budget, strlen(part->text));
    walk->seen_text = TRUE;
    if (part->role == PART_HTML && html_has_remote(part->text))
        walk->view->remote = TRUE;
}

static void
read_image(Part *part, GMimeObject *leaf)
{
    g_autoptr(GBytes) data = g_byte_array_free_to_bytes(parsed_content(leaf));
    part->size = g_bytes_get_size(data);
    part->image = view_image_type(data);
}

static void
add_leaf(Walk *walk, GMimeObject *leaf, const char *path,
         gboolean alternative)
{
    Part *part = g_new0(Part, 1);
    part->path = g_strdup(path[0] == '\0' ? "1" : path);
    part->type = media_type(leaf);
    part->alternative = alternative;
    g_autofree char *charset = lower_or_null(
        g_mime_object_get_content_type_parameter(leaf, "charset"));
    part->charset = charset ? g_utf8_make_valid(charset, -1) : NULL;
    part->disposition = disposition_of(leaf);
    const char *id = g_mime_object_get_content_id(leaf);
    part->content_id = id ? g_utf8_make_valid(id, -1) : NULL;
    part->name = part_name(leaf);
    part->role = role_of(walk, part, leaf);
    if (part->role == PART_TEXT || part->role == PART_HTML)
        read_text(walk, part, leaf);
    else if (g_str_has_prefix(part->type, "image/"))
        read_image(part, leaf);
    else
        part->size = parsed_size(leaf);
    g_ptr_array_add(walk->view->parts, part);
}

static char *
child_path(const char *path, int index)
{
    return path[0] == '\0' ? g_strdup_printf("%d", index + 1)
                           : g_strdup_printf("%s.%d", path, index + 1);
}

/* An alternative without HTML replaces nothing. */
static void
end_alternative(const Walk *walk, guint first)
{
    const GPtrArray *parts = walk->view->parts;
    for (guint i = first; i < parts->len; i++) {
        const Part *part = g_ptr_array_index(parts, i);
        if (part->role == PART_HTML)
            return;
    }
    for (guint i = first; i < parts->len; i++) {
        Part *part = g_ptr_array_index(parts, i);
        part->alternative = FALSE;
    }
}

/* Recursion ends at the gate's depth. */
static void
walk_object(Walk *walk, GMimeObject *object, const char *path,
            gboolean alternative)
{
    if (!GMIME_IS_MULTIPART(object)) {
        add_leaf(walk, object, path, alternative);
        return;
    }
    GMimeMultipart *multipart = GMIME_MULTIPART(object);
    GMimeContentType *type = g_mime_object_get_content_type(object);
    gboolean begins = !alternative && g_mime_content_type_is_type(
                                          type, "multipart", "alternative");
    guint first = walk->view->parts->len;
    for (int i = 0; i < g_mime_multipart_get_count(multipart); i++) {
        g_autofree char *below = child_path(path, i);
        GMimeObject *part = g_mime_multipart_get_part(multipart, i);
        if (i > 0 || !walk->drop_legacy || !legacy_is_part(multipart, part))
            walk_object(walk, part, below, alternative || begins);
    }
    if (begins)
        end_alternative(walk, first);
}

/* A multipart in which no part begins, or what is no MIME at all: what is
 * there is shown as it is, since other readers would show nothing. */
static void
add_body(Walk *walk, const guint8 *entity, gsize size, gsize body)
{
    g_autofree char *text =
        mime_to_utf8(entity + body, size - body, NULL, walk->budget);
    Part *part = g_new0(Part, 1);
    part->path = g_strdup("0");
    part->type = g_strdup("text/plain");
    part->size = size - body;
    part->role = PART_TEXT;
    part->text = plain_text(text);
    g_ptr_array_add(walk->view->parts, part);
}

static View *
build(const guint8 *entity, gsize size, gboolean drop_legacy, GError **error)
{
    g_autoptr(GError) problem = NULL;
    g_autoptr(Parsed) parsed = parsed_new(entity, size, &problem);
    if (parsed == NULL &&
        !g_error_matches(problem, APP_ERROR, APP_ERROR_MALFORMED)) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return NULL;
    }
    View *view = g_new0(View, 1);
    view->parts = g_ptr_array_new_with_free_func(part_free);
    Walk walk = {.view = view,
                 .budget = 2 * size + 1024 * 1024,
                 .drop_legacy = drop_legacy};
    if (parsed == NULL)
        add_body(&walk, entity, size, 0);
    else
        walk_object(&walk, parsed_root(parsed), "", FALSE);
    if (view->parts->len == 0)
        add_body(&walk, entity, size, scan_body(entity, size));
    return view;
}

View *
view_build(const guint8 *entity, gsize size, GError **error)
{
    return build(entity, size, FALSE, error);
}

View *
view_build_protected(const guint8 *entity, gsize size, GError **error)
{
    return build(entity, size, TRUE, error);
}

static gboolean
object_has_remote(GMimeObject *object)
{
    if (GMIME_IS_MULTIPART(object)) {
        GMimeMultipart *multipart = GMIME_MULTIPART(object);
        for (int i = 0; i < g_mime_multipart_get_count(multipart); i++)
            if (object_has_remote(g_mime_multipart_get_part(multipart, i)))
                return TRUE;
        return FALSE;
    }
    g_autofree char *type = media_type(object);
    g_autofree char *disposition = disposition_of(object);
    if (strcmp(type, "text/html") != 0 ||
        g_strcmp0(disposition, "attachment") == 0)
        return FALSE;
    GByteArray *bytes = parsed_content(object);
    g_autofree char *html = mime_to_utf8(
        bytes->data, bytes->len,
        g_mime_object_get_content_type_parameter(object, "charset"),
        2 * (gsize)bytes->len + 1024 * 1024);
    g_byte_array_unref(bytes);
    return html_has_remote(html);
}

/* Everything that GMime may take for the type of a part passes here. */
static gboolean
note_html(gpointer user, const ScanField *field, GError **error)
{
    gboolean *found = user;
    *found |=
        scan_name_is(field, "Content-Type") && scan_value_has(field, "html");
    return TRUE;
}

gboolean
view_has_remote(const guint8 *entity, gsize size)
{
    gboolean has_html = FALSE;
    if (!scan_fields(entity, size, note_html, &has_html, NULL, NULL) ||
        !has_html)
        return FALSE;
    g_autoptr(Parsed) parsed = parsed_new(entity, size, NULL);
    return parsed != NULL && object_has_remote(parsed_root(parsed));
}

/* The object at "1.2", or NULL. */
static GMimeObject *
find_object(GMimeObject *object, const char *path)
{
    if (!GMIME_IS_MULTIPART(object) && strcmp(path, "1") == 0)
        return object;
    while (GMIME_IS_MULTIPART(object)) {
        char *end = NULL;
        guint64 number =
            g_ascii_isdigit(*path) ? g_ascii_strtoull(path, &end, 10) : 0;
        GMimeMultipart *multipart = GMIME_MULTIPART(object);
        if (number == 0 ||
            number > (guint64)g_mime_multipart_get_count(multipart))
            return NULL;
        object = g_mime_multipart_get_part(multipart, (int)number - 1);
        if (*end == '\0')
            return GMIME_IS_MULTIPART(object) ? NULL : object;
        if (*end != '.')
            return NULL;
        path = end + 1;
    }
    return NULL;
}

GBytes *
view_part_data(const guint8 *entity, gsize size, const char *path,
               GError **error)
{
    g_autoptr(Parsed) parsed = parsed_new(entity, size, error);
    if (parsed == NULL)
        return NULL;
    GMimeObject *object = find_object(parsed_root(parsed), path);
    if (object == NULL) {
        g_autofree char *quoted = error_quote(path, -1, 40);
        g_set_error(error, APP_ERROR, APP_ERROR_NOT_FOUND,
                    "the message has no part \"%s\"", quoted);
        return NULL;
    }
    return g_byte_array_free_to_bytes(parsed_content(object));
}

const char *
view_image_type(GBytes *data)
{
    gsize n = 0;
    const guint8 *d = g_bytes_get_data(data, &n);
    if (n >= 8 && memcmp(d, "\x89PNG\r\n\x1a\n", 8) == 0)
        return "image/png";
    if (n >= 3 && memcmp(d, "\xff\xd8\xff", 3) == 0)
        return "image/jpeg";
    if (n >= 6 &&
        (memcmp(d, "GIF87a", 6) == 0 || memcmp(d, "GIF89a", 6) == 0))
        return "image/gif";
    if (n >= 12 && memcmp(d, "RIFF", 4) == 0 && memcmp(d + 8, "WEBP", 4) == 0)
        return "image/webp";
    return NULL;
}
