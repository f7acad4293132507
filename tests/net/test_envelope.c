#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/error.h"
#include "core/net/envelope.h"

static void
sec_56_addresses_cannot_end_their_line(void **state)
{
    const char *const bad[] = {
        "",
        "a",
        "@x.test",
        "a@",
        "a@x\r\nDATA",
        "a@x\n",
        "a\r@x",
        "<a@x.test>",
        "a@x.test>",
        "a b@x.test",
        "a@x.test SIZE",
        "\"a b\"@x.test",
        "a@\xff.test",
        "a@[1.2.3.4]",
        "a,b@x.test",
        "a@x\xc2\xa0y.test",
        "a@x\xe2\x80\xa8y.test",
        "a@x\xc2\x85.test",
        "\x01@x.test",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *got = envelope_address(bad[i], &error);
        if (got != NULL)
            fail_msg("%s: became %s", bad[i], got);
        assert_int_equal(app_error_code(error), APP_ERROR_INPUT);
    }
    g_autofree char *local = g_strnfill(320, 'a');
    g_autofree char *both = g_strconcat(local, "@x.test", NULL);
    assert_null(envelope_address(both, NULL));
}

static void
domains_go_as_a_labels(void **state)
{
    static const struct {
        const char *address;
        const char *want;
    } cases[] = {
        {"a@x.test", "a@x.test"},
        {"a.b+c=d/e@X.Test", "a.b+c=d/e@X.Test"},
        {"a@\xc3\xa9t\xc3\xa9.test", "a@xn--t-9fab.test"},
        {"zo\xc3\xa9@x.test", "zo\xc3\xa9@x.test"},
        {"zo\xc3\xa9@\xc3\xa9.test", "zo\xc3\xa9@xn--9ca.test"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got = envelope_address(cases[i].address, NULL);
        assert_non_null(got);
        assert_string_equal(got, cases[i].want);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sec_56_addresses_cannot_end_their_line),
        cmocka_unit_test(domains_go_as_a_labels),
    };
    return cmocka_run_group_tests_name("net/envelope", tests, NULL, NULL);
}
