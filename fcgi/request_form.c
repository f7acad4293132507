#include "fcgi/request_form.h"

#include <string.h>

#include "core/base/error.h"

#define PART_HEADER_MAX 4096

static gboolean
fail(GError **error, const char *what)
{
    g_set_error(error, APP_ERROR, APP_ERROR_INPUT, "form: %s", what);
    return FALSE;
}

static gboolean
add_field(GHashTable *fields, char *name, char *value, GError **error)
{
    g_autofree char *key = name;
    g_autofree char *text = value;
    if (key == NULL || text == NULL)
        return fail(error, "not UTF-8 or badly encoded");
    if (g_hash_table_contains(fields, key))
        return fail(error, "a field given twice");
    if (g_hash_table_size(fields) >= FORM_FIELDS_MAX)
        return fail(error, "too many fields");
    g_hash_table_insert(fields, g_steal_pointer(&key),
                        g_steal_pointer(&text));
    return TRUE;
}

gboolean
form_read_urlencoded(const char *text, gsize size, GHashTable *out,
                     GError **error)
{
    const char *end = text + size;
    while (text < end) {
        const char *stop = memchr(text, '&', (gsize)(end - text));
        if (stop == NULL)
            stop = end;
        const char *equals = memchr(text, '=', (gsize)(stop - text));
        const char *name_end = equals != NULL ? equals : stop;
        const char *value = equals != NULL ? equals + 1 : stop;
        if (stop > text &&
            !add_field(
                out, request_decode(text, (gsize)(name_end - text), TRUE),
                request_decode(value, (gsize)(stop - value), TRUE), error))
            return FALSE;
        text = stop + 1;
    }
    return TRUE;
}

/* The boundary parameter, which browsers write as a token. */
static char *
boundary_of(const char *content_type)
{
    const char *at = strstr(content_type, "boundary=");
    if (at == NULL)
        return NULL;
    at += strlen("boundary=");
    gboolean quoted = *at == '"';
    at += quoted;
    gsize length = strcspn(at, quoted ? "\"" : "; \t");
    if (length == 0 || length > 70)
        return NULL;
    return g_strndup(at, length);
}

/* name="…" of a part's header line; browsers write '"' inside as %22. */
static char *
parameter(const char *line, const char *name)
{
    g_autofree char *mark = g_strdup_printf("; %s=\"", name);
    const char *at = strstr(line, mark);
    if (at == NULL)
        return NULL;
    at += strlen(mark);
    const char *close = strchr(at, '"');
    if (close == NULL || !g_utf8_validate(at, close - at, NULL))
        return NULL;
    g_autofree char *raw = g_strndup(at, (gsize)(close - at));
    g_autoptr(GString) text = g_string_new(raw);
    g_string_replace(text, "%22", "\"", 0);
    g_string_replace(text, "%0D", "", 0);
    g_string_replace(text, "%0A", "", 0);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

typedef struct {
    char *name, *file, *type;
} PartHead;

static void
part_head_clear(PartHead *head)
{
    g_free(head->name);
    g_free(head->file);
    g_free(head->type);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PartHead, part_head_clear)

static void
part_head_read(PartHead *head, const char *text, gsize size)
{
    g_autofree char *copy = g_strndup(text, size);
    g_auto(GStrv) lines = g_strsplit(copy, "\r\n", 16);
    for (gsize i = 0; lines[i] != NULL; i++) {
        const char *colon = strchr(lines[i], ':');
        if (colon == NULL)
            continue;
        gsize length = (gsize)(colon - lines[i]);
        if (length == 19 && head->name == NULL &&
            g_ascii_strncasecmp(lines[i], "Content-Disposition", 19) == 0) {
            head->name = parameter(colon, "name");
            head->file = parameter(colon, "filename");
        } else if (length == 12 && head->type == NULL &&
                   g_ascii_strncasecmp(lines[i], "Content-Type", 12) == 0) {
            head->type = g_strstrip(g_strdup(colon + 1));
        }
    }
}

static gboolean
add_file(PartHead *head, GBytes *data, GPtrArray *files, GError **error)
{
    /* A file field left empty is posted as a part without name and bytes. */
    if (*head->file == '\0' && g_bytes_get_size(data) == 0)
        return TRUE;
    if (files->len >= FORM_FILES_MAX)
        return fail(error, "too many files");
    RequestFile *file = g_new0(RequestFile, 1);
    file->name = g_steal_pointer(&head->file);
    file->type = head->type != NULL ? g_steal_pointer(&head->type)
                                    : g_strdup("application/octet-stream");
    file->data = g_bytes_ref(data);
    g_ptr_array_add(files, file);
    return TRUE;
}

/* One part: its header lines, a blank line, its bytes. */
static gboolean
add_part(GBytes *body, gsize start, gsize end, GHashTable *fields,
         GPtrArray *files, GError **error)
{
    const char *data = g_bytes_get_data(body, NULL);
    const char *part = data + start;
    const char *blank =
        memmem(part, MIN(end - start, PART_HEADER_MAX), "\r\n\r\n", 4);
    if (blank == NULL)
        return fail(error, "a part without a header");
    g_auto(PartHead) head = {NULL, NULL, NULL};
    part_head_read(&head, part, (gsize)(blank - part));
    if (head.name == NULL)
        return fail(error, "a part without a name");

    gsize at = (gsize)(blank - data) + 4;
    g_autoptr(GBytes) content = g_bytes_new_from_bytes(body, at, end - at);
    if (head.file != NULL && strcmp(head.name, "file") == 0)
        return add_file(&head, content, files, error);
    if (head.file != NULL)
        return fail(error, "a file in a field that is none");
    /* Line ends of a text stay as typed; control characters go no further. */
    gsize size = end - at;
    const char *text = data + at;
    char *value = NULL;
    if (memchr(text, '\0', size) == NULL &&
        g_utf8_validate(text, (gssize)size, NULL))
        value = g_strndup(text, size);
    return add_field(fields, g_steal_pointer(&head.name), value, error);
}

gboolean
form_read_multipart(const char *content_type, GBytes *body,
                    GHashTable *fields, GPtrArray *files, GError **error)
{
    g_autofree char *boundary = boundary_of(content_type);
    if (boundary == NULL)
        return fail(error, "no boundary");
    g_autofree char *mark = g_strdup_printf("\r\n--%s", boundary);
    gsize mark_size = strlen(mark);
    gsize size = 0;
    const char *data = g_bytes_get_data(body, &size);
    /* The first delimiter has no line end before it. */
    if (size < mark_size || memcmp(data, mark + 2, mark_size - 2) != 0)
        return fail(error, "it does not begin with its boundary");

    gsize at = mark_size - 2;
    while (size - at >= 2 && memcmp(data + at, "\r\n", 2) == 0) {
        gsize start = at + 2;
        const char *next = memmem(data + at, size - at, mark, mark_size);
        if (next == NULL || (gsize)(next - data) < start)
            return fail(error, "a part that does not end");
        if (!add_part(body, start, (gsize)(next - data), fields, files,
                      error))
            return FALSE;
        at = (gsize)(next - data) + mark_size;
    }
    if (size - at < 2 || memcmp(data + at, "--", 2) != 0)
        return fail(error, "its end is missing");
    return TRUE;
}
