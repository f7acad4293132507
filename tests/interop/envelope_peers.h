/* Files, programs and people for the tests of envelopes against others. */
#ifndef SCEAU_TESTS_INTEROP_ENVELOPE_PEERS_H
#define SCEAU_TESTS_INTEROP_ENVELOPE_PEERS_H

#include "tests/cms/browser.h"
#include "tests/cms/forge_envelope.h"

/* TRUE if the program ended with 0. */
G_GNUC_UNUSED static gboolean
run_program(GPtrArray *words)
{
    int status = 1;
    g_autoptr(GError) error = NULL;
    g_ptr_array_add(words, NULL);
    if (!g_spawn_sync(NULL, (char **)words->pdata, NULL,
                      G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL |
                          G_SPAWN_STDERR_TO_DEV_NULL,
                      NULL, NULL, NULL, NULL, &status, &error))
        fail_msg("%s", error->message);
    return status == 0;
}

/* line: words parted by single spaces; @ stands for the folder. */
G_GNUC_UNUSED static gboolean
run_line(const char *dir, const char *line)
{
    g_auto(GStrv) words = g_strsplit(line, " ", -1);
    g_autoptr(GPtrArray) argv = g_ptr_array_new_with_free_func(g_free);
    for (char **word = words; *word != NULL; word++)
        g_ptr_array_add(argv, **word == '@'
                                  ? g_strconcat(dir, *word + 1, NULL)
                                  : g_strdup(*word));
    return run_program(argv);
}

G_GNUC_UNUSED static void
put_file(const char *dir, const char *name, Span bytes)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    assert_true(g_file_set_contents(path, (const char *)bytes.data,
                                    (gssize)bytes.size, NULL));
}

G_GNUC_UNUSED static GBytes *
get_file(const char *dir, const char *name)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    char *data = NULL;
    gsize size;
    assert_true(g_file_get_contents(path, &data, &size, NULL));
    return g_bytes_new_take(data, size);
}

G_GNUC_UNUSED static Identity *
load_person(const char *dir, const char *name)
{
    g_autofree char *cert = g_strdup_printf("%s/%s.pem", dir, name);
    g_autofree char *key = g_strdup_printf("%s/%s.key", dir, name);
    return identity_load(cert, key);
}

/* Octets that no compression and no line end has touched. */
G_GNUC_UNUSED static GBytes *
octets_of(gsize size)
{
    guint8 *data = g_malloc(size + 1);
    for (gsize i = 0; i < size; i++)
        data[i] = (guint8)(i * 2654435761U >> 13);
    return g_bytes_new_take(data, size);
}

G_GNUC_UNUSED static void
remove_folder(char *dir)
{
    g_autofree char *remove = g_strdup_printf("rm -rf %s", dir);
    g_spawn_command_line_sync(remove, NULL, NULL, NULL, NULL);
    g_free(dir);
}

#endif
