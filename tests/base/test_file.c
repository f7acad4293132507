#include "core/base/file.h"

#include <glib/gstdio.h>
#include <unistd.h>

#include "tests/base/expect.h"

static char *
temporary(const char *data, gsize size)
{
    char *path = NULL;
    int fd = g_file_open_tmp("sceau-file-XXXXXX", &path, NULL);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, data, size), size);
    close(fd);
    return path;
}

static void
assert_refused(const char *path, const char *reason)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;
    g_autofree char *message = g_strdup_printf("%s: %s", path, reason);
    assert_false(file_read(path, &text, NULL, &error));
    assert_null(text);
    assert_int_equal(app_error_code(error), APP_ERROR_CONFIG);
    assert_string_equal(error->message, message);
}

static void
a_file_is_read_whole(void **state)
{
    g_autofree char *path = temporary("a\0b", 3);
    g_autofree char *text = NULL;
    gsize size = 0;
    assert_true(file_read(path, &text, &size, NULL));
    assert_int_equal(size, 3);
    assert_memory_equal(text, "a\0b", 4);
    g_unlink(path);
}

static void
refusals_name_the_file(void **state)
{
    assert_refused("/nowhere/at/all", "No such file or directory");
    assert_refused("/", "Is a directory");

    g_autofree char *path = temporary("", 0);
    assert_int_equal(truncate(path, 16 * 1024 * 1024 + 1), 0);
    assert_refused(path, "File too large");
    g_unlink(path);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_read_whole),
        cmocka_unit_test(refusals_name_the_file),
    };
    return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
