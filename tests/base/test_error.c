#include "core/base/error.h"

#include "tests/base/expect.h"

static void
quoting_leaves_printable_ascii_only(void **state)
{
    static const struct {
        const char *name, *text;
        gssize len;
        gsize max;
        const char *want;
    } cases[] = {
        {"plain", "hello", -1, 80, "hello"},
        {"line ends", "a\r\nb", -1, 80, "a\\x0d\\x0ab"},
        {"escape", "\033[2J", -1, 80, "\\x1b[2J"},
        {"backslash", "\\x0a", -1, 80, "\\x5cx0a"},
        {"UTF-8", "\xc3\xa9", -1, 80, "\\xc3\\xa9"},
        {"delete", "\x7f", -1, 80, "\\x7f"},
        {"NUL", "a\0b", 3, 80, "a\\x00b"},
        {"cut", "abcdef", -1, 3, "abc"},
        {"nothing", NULL, -1, 3, ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got =
            error_quote(cases[i].text, cases[i].len, cases[i].max);
        if (strcmp(got, cases[i].want) != 0)
            fail_msg("%s: got %s", cases[i].name, got);
    }
}

static void
every_code_has_its_own_name(void **state)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (int code = APP_ERROR_INPUT; code <= APP_ERROR_INTERNAL; code++)
        assert_true(g_hash_table_add(
            seen, (gpointer)(guintptr)app_error_name((AppError)code)));
}

static void
foreign_error_is_internal(void **state)
{
    g_autoptr(GError) foreign =
        g_error_new_literal(G_FILE_ERROR, G_FILE_ERROR_NOENT, "x");
    g_autoptr(GError) own =
        g_error_new_literal(APP_ERROR, APP_ERROR_BUSY, "x");
    assert_int_equal(app_error_code(foreign), APP_ERROR_INTERNAL);
    assert_int_equal(app_error_code(NULL), APP_ERROR_INTERNAL);
    assert_int_equal(app_error_code(own), APP_ERROR_BUSY);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quoting_leaves_printable_ascii_only),
        cmocka_unit_test(every_code_has_its_own_name),
        cmocka_unit_test(foreign_error_is_internal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
