#include "fcgi/pages/read_files.h"

#include <string.h>

#include "fcgi/dates.h"

char *
read_parts_url(const Reading *view)
{
    g_autofree char *url = message_url(view->ctx, &view->id);
    return g_strconcat(url, view->incoming->opened ? "/open" : "", NULL);
}

/* Images of the message itself, which its HTML names by Content-ID. */
static Json *
images_json(const Reading *view, const char *message)
{
    const GPtrArray *files = view->incoming->files;
    Json *images = json_object_new();
    for (guint i = 0; files != NULL && i < files->len; i++) {
        const IncomingFile *file = g_ptr_array_index(files, i);
        if (file->content_id == NULL || file->image == NULL)
            continue;
        g_autofree char *url =
            g_strdup_printf("%s/image/%s", message, file->path);
        json_set_text(images, file->content_id, url);
    }
    return images;
}

void
read_html_add(const Reading *view, Json *message, Json *data)
{
    const GPtrArray *htmls = view->incoming->htmls;
    if (htmls == NULL || htmls->len == 0)
        return;
    Json *list = json_array_new();
    for (guint i = 0; i < htmls->len; i++)
        json_append_text(list, g_ptr_array_index(htmls, i));
    g_autofree char *url = read_parts_url(view);
    json_set(data, "htmls", list);
    json_set(data, "images", images_json(view, url));
    json_set_bool(data, "ask", view->danger);
    /* Never offered for encrypted mail (SEC-40). */
    json_set_bool(data, "remote",
                  view->incoming->remote && !view->incoming->opened);
    json_set_bool(message, "html", TRUE);
}

/* "PDF" for rapport.pdf: the end of the name, if it looks like one. */
static char *
file_kind(const IncomingFile *file)
{
    const char *dot = file->name != NULL ? strrchr(file->name, '.') : NULL;
    gsize length = dot != NULL ? strlen(dot + 1) : 0;
    if (length == 0 || length > 5)
        return g_strdup("FILE");
    for (const char *c = dot + 1; *c != '\0'; c++)
        if (!g_ascii_isalnum(*c))
            return g_strdup("FILE");
    return g_ascii_strup(dot + 1, -1);
}

/* Z26: a certificate that came as a file may be kept with its contact. */
static gboolean
is_certificate(const char *name)
{
    static const char *const ends[] = {".cer", ".crt", ".der",
                                       ".pem", ".p7b", ".p7c"};
    g_autofree char *lower = g_ascii_strdown(name, -1);
    for (gsize i = 0; i < G_N_ELEMENTS(ends); i++)
        if (g_str_has_suffix(lower, ends[i]))
            return TRUE;
    return FALSE;
}

static void
set_take(const Reading *view, Json *json, const IncomingFile *file)
{
    if (file->name == NULL || !is_certificate(file->name))
        return;
    g_autofree char *url = message_url(view->ctx, &view->id);
    g_autofree char *take =
        g_strdup_printf("%s/part/%s/certificate", url, file->path);
    json_set_text(json, "take", take);
}

static Json *
file_json(const Reading *view, const IncomingFile *file, const char *parts)
{
    g_autofree char *part = g_strdup_printf("%s/part/%s", parts, file->path);
    g_autofree char *kind = file_kind(file);
    g_autofree char *size = size_words(view->ctx->words, file->size);
    Json *json = json_object_new();
    json_set_text(json, "url", part);
    json_set_text(json, "name", file->name);
    json_set_text(json, "kind", kind);
    json_set_text(json, "size", size);
    shell_set_true(json, "covered", view->verified && file->covered);
    set_take(view, json, file);
    return json;
}

void
read_files_add(const Reading *view, Json *message)
{
    g_autofree char *parts = read_parts_url(view);
    const GPtrArray *files = view->incoming->files;
    gboolean all = view->verified;
    Json *list = json_array_new();
    for (guint i = 0; files != NULL && i < files->len; i++) {
        const IncomingFile *file = g_ptr_array_index(files, i);
        if (file->embedded)
            continue;
        json_append(list, file_json(view, file, parts));
        all = all && file->covered;
    }
    gsize n = json_array_length(list);
    json_set(message, "files", list);
    shell_set_true(message, "files_one", n == 1);
    if (n > 1) {
        g_autofree char *many = g_strdup_printf("%" G_GSIZE_FORMAT, n);
        json_set_text(message, "files_many", many);
    }
    shell_set_true(message, "files_covered", n > 0 && all);
}
