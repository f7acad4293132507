/* Every example context renders with its template, in both languages, to a
 * whole page and to a part of one; nothing of it is left unescaped. */
#include "tests/base/expect.h"

#include "fcgi/template.h"
#include "tests/fcgi/contexts.h"

#define FOLDER "tests/fcgi/contexts"

/* "read" of "read-altered.json". */
static char *
template_of(const char *file)
{
    return g_strndup(file, strcspn(file, "-."));
}

static void
render(const char *file, const char *language, gboolean partial)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *name = template_of(file);
    g_autoptr(Template) template = template_compile(
        name, template_from_folder, "templates", NULL, &error);
    expect_fine(template != NULL, error, file);
    g_autofree char *path = g_build_filename(FOLDER, file, NULL);
    g_autoptr(Json) context = context_load(path, language, &error);
    expect_fine(context != NULL, error, file);
    json_set_bool(context, "partial", partial);
    g_autoptr(GString) out = g_string_new(NULL);
    template_render(template, context, out);

    const char *const parts[] = {"<title>", "<main id=\"main\"", "</main>"};
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
        if (strstr(out->str, parts[i]) == NULL)
            fail_msg("%s: no %s", file, parts[i]);
    gboolean whole = strstr(out->str, "<!doctype html>") != NULL;
    if (whole == partial)
        fail_msg("%s: a part is whole or the other way round", file);
    if (strstr(out->str, "<script>alert") != NULL ||
        strstr(out->str, "{{") != NULL)
        fail_msg("%s: something was left as it is", file);
    g_autofree char *lang = g_strdup_printf("<html lang=\"%s\">", language);
    if (!partial && strstr(out->str, lang) == NULL)
        fail_msg("%s: not %s", file, lang);
}

static void
every_example_renders(void **state)
{
    g_autoptr(GDir) dir = g_dir_open(FOLDER, 0, NULL);
    assert_non_null(dir);
    const char *file;
    guint count = 0;
    while ((file = g_dir_read_name(dir)) != NULL) {
        if (strcmp(file, "common.json") == 0)
            continue;
        render(file, "fr", FALSE);
        render(file, "fr", TRUE);
        render(file, "en", FALSE);
        count++;
    }
    assert_true(count >= 15);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_example_renders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
