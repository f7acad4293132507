/* The example contexts of tests/fcgi/contexts, for tests and the tool. */
#ifndef SCEAU_TESTS_FCGI_CONTEXTS_H
#define SCEAU_TESTS_FCGI_CONTEXTS_H

#include <glib.h>
#include <string.h>

#include "core/base/json.h"

/* Puts the members of the file at path into context; later ones win. */
static gboolean
context_lay(Json *context, const char *path, GError **error)
{
    g_autofree char *text = NULL;
    gsize size = 0;
    if (!g_file_get_contents(path, &text, &size, error))
        return FALSE;
    g_autoptr(Json) layer = json_read(text, size, error);
    if (layer == NULL)
        return FALSE;
    json_merge(context, layer);
    return TRUE;
}

static Json *
context_load(const char *path, const char *language, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *name = g_path_get_basename(path);
    g_autofree char *common = g_build_filename(folder, "common.json", NULL);
    g_autofree char *mailbox = g_build_filename(folder, "mailbox.json", NULL);
    g_autoptr(Json) context = json_object_new();
    if (!context_lay(context, common, error) ||
        (g_str_has_prefix(name, "read") &&
         !context_lay(context, mailbox, error)) ||
        !context_lay(context, path, error))
        return NULL;
    json_set_text(context, "lang", language);
    Json *other = json_object_new();
    gboolean french = strcmp(language, "fr") == 0;
    json_set_text(other, "code", french ? "en" : "fr");
    json_set_text(other, "name", french ? "English" : "Français");
    json_set(context, "other_lang", other);
    return g_steal_pointer(&context);
}

#endif
