#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/net/utf7.h"

static void
names_go_both_ways(void **state)
{
    /* The first two are RFC 3501's own. */
    static const struct {
        const char *utf8;
        const char *utf7;
    } cases[] = {
        {"~peter/mail/\xe5\x8f\xb0\xe5\x8c\x97/\xe6\x97\xa5\xe6\x9c\xac\xe8"
         "\xaa\x9e",
         "~peter/mail/&U,BTFw-/&ZeVnLIqe-"},
        {"Archives & Co", "Archives &- Co"},
        {"Envoy\xc3\xa9s", "Envoy&AOk-s"},
        {"\xc3\xa9t\xc3\xa9", "&AOk-t&AOk-"},
        {"\xc3\xa9\xc3\xa8", "&AOkA6A-"},
        {"\xf0\x9f\x93\xac", "&2D3c7A-"},
        {"&&", "&-&-"},
        {"a\"b\\c", "a\"b\\c"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *out = utf7_from_utf8(cases[i].utf8);
        g_autofree char *back = utf7_to_utf8(cases[i].utf7);
        assert_non_null(out);
        assert_non_null(back);
        assert_string_equal(out, cases[i].utf7);
        assert_string_equal(back, cases[i].utf8);
    }
}

static void
a_second_spelling_is_refused(void **state)
{
    static const struct {
        const char *name;
        const char *utf7;
    } cases[] = {
        {"open shift", "a&AOk"},
        {"empty shift at the end", "a&"},
        {"ASCII shifted", "&AGE-"},
        {"ampersand shifted", "&ACY-"},
        {"two shifts for one", "&AOk-&AOg-"},
        {"bits left over", "&AOl-"},
        {"too few bits", "&AA-"},
        {"lone surrogate", "&2D0-"},
        {"wrong digit", "&AO!-"},
        {"8 bits", "Envoy\xc3\xa9s"},
        {"newline shifted", "&AAo-"},
        {"C1 control shifted", "&AIU-"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got = utf7_to_utf8(cases[i].utf7);
        if (got != NULL)
            fail_msg("%s: read as %s", cases[i].name, got);
    }
}

static void
names_no_server_may_get(void **state)
{
    const char *const names[] = {"a\r\nb", "a\nb",         "\x01",    "a\x7f",
                                 "\xff",   "\xed\xa0\x80", "\xc2\x85"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *got = utf7_from_utf8(names[i]);
        if (got != NULL)
            fail_msg("name %zu: written as %s", i, got);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_go_both_ways),
        cmocka_unit_test(a_second_spelling_is_refused),
        cmocka_unit_test(names_no_server_may_get),
    };
    return cmocka_run_group_tests_name("net/utf7", tests, NULL, NULL);
}
