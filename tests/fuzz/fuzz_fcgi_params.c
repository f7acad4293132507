/*
 * What a browser can send: the parameters, then a body of the type they say.
 * Input: parameters as lines up to an empty one, then the body. The first
 * byte chooses what is always there, so that most inputs get far.
 */
#include <stdint.h>
#include <string.h>

#include "fcgi/request.h"
#include "fcgi/routes.h"

static const char *const types[] = {
    "CONTENT_TYPE=application/x-www-form-urlencoded",
    "CONTENT_TYPE=multipart/form-data; boundary=b",
    "CONTENT_TYPE=application/json",
};

static void
body(Request *req, const uint8_t *data, size_t size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = g_bytes_new(data, size);
    req->content_length = size;
    if (!request_take_body(req, bytes, &error))
        return;
    /* What was taken is UTF-8 throughout. */
    GHashTableIter fields;
    gpointer name;
    gpointer value;
    g_hash_table_iter_init(&fields, req->form);
    while (g_hash_table_iter_next(&fields, &name, &value))
        g_assert_true(g_utf8_validate(name, -1, NULL) &&
                      g_utf8_validate(value, -1, NULL));
}

static void
parameters(GPtrArray *env, const uint8_t *data, size_t size)
{
    g_autofree char *text = g_strndup((const char *)data, size);
    g_auto(GStrv) lines = g_strsplit(text, "\n", 64);
    for (gsize i = 0; lines[i] != NULL; i++)
        if (*lines[i] != '\0')
            g_ptr_array_add(env, g_strdup(lines[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    guint kind = data[0] % 4;
    data++;
    size--;
    const uint8_t *blank = memmem(data, size, "\n\n", 2);
    size_t head = blank != NULL ? (size_t)(blank - data) : size;
    g_autoptr(GPtrArray) env = g_ptr_array_new_with_free_func(g_free);
    parameters(env, data, head);
    if (kind < G_N_ELEMENTS(types)) {
        g_ptr_array_add(env, g_strdup("REQUEST_METHOD=POST"));
        g_ptr_array_add(env, g_strdup("CONTENT_LENGTH=0"));
        g_ptr_array_add(env, g_strdup(types[kind]));
    }
    g_ptr_array_add(env, NULL);

    g_autoptr(GError) error = NULL;
    g_autoptr(Request) req =
        request_new((char *const *)env->pdata, "/", &error);
    g_assert_true((req == NULL) == (error != NULL));
    if (req == NULL)
        return 0;
    gboolean other = FALSE;
    const Route *route = routes_find(req, &other, NULL);
    g_assert_true(route == NULL || req->captures != NULL);
    if (blank != NULL)
        body(req, blank + 2, size - head - 2);
    return 0;
}
