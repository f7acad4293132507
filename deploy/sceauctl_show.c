/*
 * sceauctl show: what a message holds, as the read page would list it
 * (DESIGN §7). The whole file is shown, no layer is taken off.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/mime/headers.h"
#include "core/mime/names.h"
#include "core/mime/view.h"
#include "deploy/sceauctl.h"
#include "deploy/sceauctl_file.h"

static const char *
role_name(PartRole role)
{
    switch (role) {
    case PART_TEXT:
        return "text";
    case PART_HTML:
        return "html";
    case PART_ATTACHMENT:
        return "attachment";
    case PART_SIGNATURE:
        return "signature";
    case PART_ENCRYPTED:
        return "encrypted";
    }
    g_assert_not_reached();
}

/* A name that comes once gives a text, one that repeats an array. */
static Json *
headers_object(const Headers *headers)
{
    Json *object = json_object_new();
    for (guint i = 0; i < headers_length(headers); i++) {
        const char *name = headers_name_at(headers, i);
        g_autofree char *key = text_line_clean(name);
        if (json_member(object, key) != NULL)
            continue;
        guint count = headers_count(headers, name);
        if (count == 1) {
            g_autofree char *text = headers_text(headers, name);
            json_set_text(object, key, text);
            continue;
        }
        Json *all = json_array_new();
        for (guint j = 0; j < count; j++) {
            g_autofree char *text = headers_text_at(headers, name, j);
            json_append_text(all, text);
        }
        json_set(object, key, all);
    }
    return object;
}

static Json *
parts_array(const View *view)
{
    Json *array = json_array_new();
    for (guint i = 0; i < view->parts->len; i++) {
        const Part *part = g_ptr_array_index(view->parts, i);
        Json *one = json_object_new();
        json_set_text(one, "path", part->path);
        json_set_text(one, "type", part->type);
        json_set_text(one, "charset", part->charset);
        json_set_text(one, "name", part->name);
        json_set_int(one, "size", (gint64)part->size);
        json_set_text(one, "disposition", part->disposition);
        json_set_text(one, "role", role_name(part->role));
        json_append(array, one);
    }
    return array;
}

static void
print_json(const Headers *headers, const View *view)
{
    g_autoptr(Json) object = json_object_new();
    json_set(object, "headers", headers_object(headers));
    json_set(object, "parts", parts_array(view));
    g_autofree char *text = json_write(object);
    puts(text);
}

static void
print_lines(const Headers *headers, const View *view)
{
    static const char *const names[] = {"From", "To", "Cc", "Subject",
                                        "Date"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *text = headers_text(headers, names[i]);
        if (text != NULL)
            printf("%s: %s\n", names[i], text);
    }
    for (guint i = 0; i < view->parts->len; i++) {
        const Part *part = g_ptr_array_index(view->parts, i);
        g_autofree char *type = text_line_clean(part->type);
        printf("%s\t%s\t%s\t%" G_GSIZE_FORMAT " bytes\t%s\n", part->path,
               role_name(part->role), type, part->size,
               part->name == NULL ? "" : part->name);
    }
}

static gboolean
show(const char *path, gboolean json, GError **error)
{
    g_autoptr(GBytes) message = sceauctl_read(path, NULL, error);
    if (message == NULL)
        return FALSE;
    gsize size = 0;
    const guint8 *data = g_bytes_get_data(message, &size);
    g_autoptr(View) view = view_build(data, size, error);
    if (view == NULL) {
        g_prefix_error(error, "%s: ", path);
        return FALSE;
    }
    g_autoptr(Headers) headers = headers_parse(data, size);
    if (json)
        print_json(headers, view);
    else
        print_lines(headers, view);
    if (fflush(stdout) == 0)
        return TRUE;
    g_set_error(error, APP_ERROR, APP_ERROR_FILE, "standard output: %s",
                g_strerror(errno));
    return FALSE;
}

int
sceauctl_show(int argc, char **argv)
{
    gboolean json = FALSE;
    const char *path = NULL;
    gboolean wrong = FALSE;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0)
            json = TRUE;
        else if (path != NULL || g_str_has_prefix(argv[i], "--"))
            wrong = TRUE;
        else
            path = argv[i];
    }
    if (wrong || path == NULL) {
        fputs("usage: sceauctl show [--json] FILE|-\n", stderr);
        return 2;
    }
    g_autoptr(GError) error = NULL;
    return show(path, json, &error) ? 0 : sceauctl_fail("show", error);
}
