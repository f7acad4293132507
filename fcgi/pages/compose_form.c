/* The compose form as it was posted, by the scripts or by the browser. */
#include <string.h>

#include "core/base/error.h"
#include "fcgi/pages/compose_page.h"

static void
form_file_free(gpointer data)
{
    FormFile *file = data;
    g_free(file->name);
    g_free(file->type);
    g_bytes_unref(file->data);
    g_free(file);
}

static FormFile *
form_file_new(const RequestFile *part, const char *name, const char *type)
{
    FormFile *file = g_new0(FormFile, 1);
    file->name = g_strdup(name);
    file->type = g_strdup(type);
    file->data = g_bytes_ref(part->data);
    return file;
}

/* The field `files`, NULL without an error when a plain form has none. */
static gboolean
read_names(const Request *req, Json **names, GError **error)
{
    const char *text = request_field(req, "files");
    if (text == NULL)
        return TRUE;
    *names = json_read(text, strlen(text), error);
    if (*names == NULL)
        return FALSE;
    if (json_array_length(*names) == req->files->len)
        return TRUE;
    g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                        "files: not as many names as files");
    return FALSE;
}

/*
 * The scripts say names and types in the field files, as JSON: how browsers
 * write them into multipart headers differs, and both are signed.
 */
GPtrArray *
compose_files(const Request *req, GError **error)
{
    g_autoptr(Json) names = NULL;
    if (!read_names(req, &names, error))
        return NULL;
    g_autoptr(GPtrArray) files =
        g_ptr_array_new_with_free_func(form_file_free);
    for (guint i = 0; i < req->files->len; i++) {
        const RequestFile *part = g_ptr_array_index(req->files, i);
        const char *name = part->name;
        const char *type = part->type;
        if (names != NULL) {
            const Json *said = json_array_item(names, i);
            name = json_get_text(said, "name", error);
            type = name != NULL ? json_get_text(said, "type", error) : NULL;
            if (type == NULL)
                return NULL;
        }
        g_ptr_array_add(files, form_file_new(part, name, type));
    }
    return g_steal_pointer(&files);
}

ComposeForm
compose_form(const Request *req, GPtrArray *files)
{
    return (ComposeForm){
        .from = request_field(req, "from"),
        .to = request_field(req, "to"),
        .cc = request_field(req, "cc"),
        .bcc = request_field(req, "bcc"),
        .subject = request_field(req, "subject"),
        .text = request_field(req, "text"),
        .in_reply_to = request_field(req, "in_reply_to"),
        .references = request_field(req, "references"),
        .files = files,
        .send_key = request_field(req, "send_key"),
    };
}
