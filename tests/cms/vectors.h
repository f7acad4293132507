/* Wycheproof's files, where SCEAU_CORPORA says they are. */
#ifndef SCEAU_TESTS_CMS_VECTORS_H
#define SCEAU_TESTS_CMS_VECTORS_H

#include <jansson.h>

#include "tests/cms/forge.h"

G_GNUC_UNUSED static GBytes *
vector_hex(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    assert_non_null(text);
    gsize size = strlen(text) / 2;
    guint8 *out = g_malloc(size + 1);
    for (gsize i = 0; i < size; i++)
        out[i] = (guint8)(g_ascii_xdigit_value(text[2 * i]) << 4 |
                          g_ascii_xdigit_value(text[2 * i + 1]));
    return g_bytes_new_take(out, size);
}

G_GNUC_UNUSED static gboolean
vector_has_flag(const json_t *test, const char *flag)
{
    const json_t *flags = json_object_get(test, "flags");
    for (gsize i = 0; i < json_array_size(flags); i++)
        if (g_str_equal(json_string_value(json_array_get(flags, i)), flag))
            return TRUE;
    return FALSE;
}

/* FALSE from a test: it is not about what we do; counted apart. */
typedef gboolean (*VectorTest)(const json_t *group, const json_t *test,
                               gboolean *accepted);

/* "acceptable" may go either way. */
static void
vector_expect(const char *file, const json_t *test, gboolean accepted)
{
    const char *want = json_string_value(json_object_get(test, "result"));
    if ((accepted && g_str_equal(want, "invalid")) ||
        (!accepted && g_str_equal(want, "valid")))
        fail_msg("%s, test %" JSON_INTEGER_FORMAT ": %s (%s)", file,
                 json_integer_value(json_object_get(test, "tcId")), want,
                 json_string_value(json_object_get(test, "comment")));
}

G_GNUC_UNUSED static void
vectors_run(const char *file, VectorTest run)
{
    const char *corpora = g_getenv("SCEAU_CORPORA");
    if (corpora == NULL) {
        print_message("skipped: SCEAU_CORPORA is not set\n");
        skip();
    }
    g_autofree char *path =
        g_build_filename(corpora, "wycheproof", file, NULL);
    json_error_t why;
    json_t *root = json_load_file(path, 0, &why);
    if (root == NULL)
        fail_msg("%s: %s", path, why.text);
    guint done = 0, apart = 0;
    const json_t *groups = json_object_get(root, "testGroups");
    for (gsize i = 0; i < json_array_size(groups); i++) {
        const json_t *group = json_array_get(groups, i);
        const json_t *tests = json_object_get(group, "tests");
        for (gsize j = 0; j < json_array_size(tests); j++) {
            const json_t *test = json_array_get(tests, j);
            gboolean accepted = FALSE;
            if (!run(group, test, &accepted)) {
                apart++;
                continue;
            }
            vector_expect(file, test, accepted);
            done++;
        }
    }
    print_message("%s: %u run, %u about what we do not do\n", file, done,
                  apart);
    assert_true(done > 0);
    json_decref(root);
}

#endif
