/*
 * render TEMPLATE CONTEXT.json LANG: the page on standard output, for tests
 * and pictures. The context is laid over common.json beside it, and read-*
 * over mailbox.json too. SCEAU_TEMPLATES and SCEAU_LOCALE name the folders
 * (default: templates and build/locale).
 */
#include <stdio.h>
#include <string.h>

#include "core/base/error.h"
#include "fcgi/template.h"
#include "tests/fcgi/contexts.h"

static Template *
compile(const char *name, const char *language, GError **error)
{
    const char *folder = g_getenv("SCEAU_TEMPLATES");
    const char *locale = g_getenv("SCEAU_LOCALE");
    g_autoptr(Catalogue) words = NULL;
    if (strcmp(language, "en") != 0) {
        g_autofree char *path = g_strdup_printf(
            "%s/%s.mo", locale != NULL ? locale : "build/locale", language);
        words = catalogue_load(path, error);
        if (words == NULL)
            return NULL;
    }
    return template_compile(name, template_from_folder,
                            folder != NULL ? folder : "templates", words,
                            error);
}

int
main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: render TEMPLATE CONTEXT.json LANG\n");
        return 2;
    }
    g_autoptr(GError) error = NULL;
    g_autoptr(Template) template = compile(argv[1], argv[3], &error);
    g_autoptr(Json) context = NULL;
    if (template != NULL)
        context = context_load(argv[2], argv[3], &error);
    if (context == NULL) {
        fprintf(stderr, "render: %s\n", error->message);
        return 1;
    }
    g_autoptr(GString) page = g_string_new(NULL);
    template_render(template, context, page);
    fputs(page->str, stdout);
    return 0;
}
