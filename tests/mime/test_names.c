#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "core/base/error.h"
#include "core/mime/headers.h"
#include "core/mime/names.h"

typedef struct {
    const char *in;
    const char *want; /* NULL: nothing to show */
} Name;

static const Name people[] = {
    {"Ann Lee", "Ann Lee"},
    {"  Ann   Lee ", "Ann Lee"},
    {"Ann\tLee", "Ann Lee"},
    {"Ann\r\nLee", "Ann Lee"},
    {"Zoë Lefèvre", "Zoë Lefèvre"},
    {"ليلى حداد", "ليلى حداد"},
    {"漢字", "漢字"},
    {"O'Neil-Smith", "O'Neil-Smith"},
    {"Ann \U0001f511", "Ann \U0001f511"},
    {"Ann\u00a0Lee", "Ann Lee"},
    {"Ann\u3000Lee", "Ann Lee"},
    {"", NULL},
    {" ", NULL},
    {"\t\r\n", NULL},
    {"\x01\x02", NULL},
    {"A\x07nn", "Ann"},
    {"A\x7fnn", "Ann"},
    {"A\xc2\x85nn", "Ann"},
    {"A\xc2\x9bnn", "Ann"},
    {"A\u200bnn", "Ann"},
    {"A\u200cnn", "Ann"},
    {"A\u200dnn", "Ann"},
    {"A\u2060nn", "Ann"},
    {"A\ufeffnn", "Ann"},
    {"A\u00adnn", "Ann"},
    {"A\u200enn", "Ann"},
    {"A\u200fnn", "Ann"},
    {"A\u061cnn", "Ann"},
    {"\u202eeeL nnA", "eeL nnA"},
    {"A\u202ann\u202c", "Ann"},
    {"A\u202bnn", "Ann"},
    {"A\u202dnn", "Ann"},
    {"\u2066Ann\u2069", "Ann"},
    {"\u2067Ann\u2068", "Ann"},
    {"A\u2028nn", "A nn"},
    {"A\u2029nn", "A nn"},
    {"A\u034fnn", "Ann"},
    {"A\u3164nn", "Ann"},
    {"A\uffa0nn", "Ann"},
    {"A\u115fnn", "Ann"},
    {"A\u2800nn", "Ann"},
    {"A\U000e0041nn", "Ann"},
    {"\u200b\u202e", NULL},
    {"boss@bank.example", NULL},
    {"The Boss <boss@bank.example>", NULL},
    {"boss\uff20bank.example", NULL},
    {"boss\ufe6b"
     "bank.example",
     NULL},
    {"bo\u200bss@bank", NULL},
    {"@", NULL},
    {"bad \xff byte", "bad \xef\xbf\xbd byte"},
};

static const struct {
    const char *name, *claim;
} claims[] = {
    {NULL, NULL},
    {"Bob", NULL},
    {"bob@demo.test", NULL},
    {"Bob (BOB@Demo.Test)", NULL},
    {"<bob@demo.test>", NULL},
    {"bob@demo.test, bob@demo.test", NULL},
    {"Bob @ Work", NULL},
    {"@bob", NULL},
    {"bob\uff20demo.test", NULL},
    {"boss@bank.example", "boss@bank.example"},
    {"The Boss <boss@bank.example>", "The Boss <boss@bank.example>"},
    {"bo\u200bss@bank.example", "boss@bank.example"},
    {"boss\uff20bank.example", "boss\uff20bank.example"},
    {"bob@demo.test boss@bank", "bob@demo.test boss@bank"},
    {"bob@demo.test.example", "bob@demo.test.example"},
    {"jim-bob@demo.test", "jim-bob@demo.test"},
    {"bébob@demo.test", "bébob@demo.test"},
    {"bob@demo.testé", "bob@demo.testé"},
};

static void
o7_a_name_that_shows_another_address_is_told(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(claims); i++) {
        g_autofree char *got =
            display_name_claim(claims[i].name, "bob@demo.test");
        if (g_strcmp0(got, claims[i].claim) != 0)
            fail_msg("%u %s: %s", (guint)i, claims[i].name, got);
    }
    assert_null(display_name_claim("boss@bank.example", ""));
}

static void
sec_43_fifty_display_names_are_clean_or_hidden(void **state)
{
    assert_true(G_N_ELEMENTS(people) >= 50);
    for (gsize i = 0; i < G_N_ELEMENTS(people); i++) {
        g_autofree char *got = display_name_clean(people[i].in);
        if (g_strcmp0(got, people[i].want) != 0)
            fail_msg("%u %s: got %s, want %s", (guint)i, people[i].in, got,
                     people[i].want);
    }
    assert_null(display_name_clean(NULL));
}

static void
sec_43_file_names_lose_folders_controls_and_direction(void **state)
{
    static const Name names[] = {
        {"a.pdf", "a.pdf"},
        {"/etc/passwd", "passwd"},
        {"..\\..\\a.pdf", "a.pdf"},
        {"C:\\x\\a.pdf", "a.pdf"},
        {"a/", "file"},
        {"", "file"},
        {"   ", "file"},
        {" a.pdf ", "a.pdf"},
        {"a\r\nb", "ab"},
        {"ann\u202efdp.exe", "annfdp.exe"},
        {"\u2066a\u2069.pdf", "a.pdf"},
        {"été.pdf", "été.pdf"},
        {"bad\xff.pdf", "bad\xef\xbf\xbd.pdf"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *got = file_name_clean(names[i].in);
        if (g_strcmp0(got, names[i].want) != 0)
            fail_msg("%s: got %s", names[i].in, got);
    }
    g_autofree char *wide = g_strnfill(600, '\xc3');
    for (gsize i = 1; i < 600; i += 2)
        wide[i] = '\xa9';
    g_autofree char *cut = file_name_clean(wide);
    assert_int_equal(strlen(cut), 254);
    assert_true(g_utf8_validate(cut, -1, NULL));
}

static const struct {
    const char *text;
    const char *want; /* "name|address" joined by "; " */
} typed[] = {
    {"", ""},
    {" , ;", ""},
    {"a@b", "-|a@b"},
    {"Ann <a@b>, c@d", "Ann|a@b; -|c@d"},
    {"a@b; c@d", "-|a@b; -|c@d"},
    {"\"Lee, Ann\" <a@b>", "Lee, Ann|a@b"},
    {"\"A \\\"B\\\"; C\" <a@b>", "A \"B\"; C|a@b"},
    {"Dr. Ann Lee, Jr <a@b>", NULL},
    {"Dr. Ann (work) <a@b>", "Dr. Ann (work)|a@b"},
    {"<a@b>", "-|a@b"},
    {"  Ann   Lee  < a@b > ", "Ann Lee|a@b"},
    {"Zoë <zoe@exämple.org>", "Zoë|zoe@exämple.org"},
    {"用户@例子.测试", "-|用户@例子.测试"},
    {"a.b+c@d-e.f", "-|a.b+c@d-e.f"},
    {"O'Neil <o'neil@b>", "O'Neil|o'neil@b"},
    {"Ann", NULL},
    {"a@b c@d", NULL},
    {"a@b, Ann, c@d", NULL},
    {"Ann <a@b> x", NULL},
    {"Ann <a@b", NULL},
    {"\"Ann <a@b>", NULL},
    {"a@", NULL},
    {"@b", NULL},
    {"a@b@c", NULL},
    {"a..b@c", NULL},
    {".a@b", NULL},
    {"a@b.", NULL},
    {"a@b..c", NULL},
    {"a\u200b@b", NULL},
    {"a@b\u202e", NULL},
    {"a@b:c", NULL},
    {"team: a@b;", NULL},
    {"a@b\r\nBcc: c@d", NULL},
    {"a@b\n", NULL},
    {"a@\xff", NULL},
};

static void
typed_addresses_are_read(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(typed); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GPtrArray) list = mailboxes_parse(typed[i].text, &error);
        if (typed[i].want == NULL) {
            if (!g_error_matches(error, APP_ERROR, APP_ERROR_INPUT))
                fail_msg("%s was read", typed[i].text);
            continue;
        }
        g_autoptr(GString) got = g_string_new(NULL);
        for (guint j = 0; list != NULL && j < list->len; j++) {
            const Mailbox *one = g_ptr_array_index(list, j);
            g_string_append_printf(got, "%s%s|%s", j > 0 ? "; " : "",
                                   one->name ? one->name : "-", one->address);
        }
        if (list == NULL || strcmp(got->str, typed[i].want) != 0)
            fail_msg("%s: got %s", typed[i].text, got->str);
    }
}

static void
the_offender_is_named(void **state)
{
    g_autoptr(GError) error = NULL;
    assert_null(mailboxes_parse("a@b, Ann\033, c@d", &error));
    assert_string_equal(error->message, "\"Ann\\x1b\" is no address");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sec_43_fifty_display_names_are_clean_or_hidden),
        cmocka_unit_test(o7_a_name_that_shows_another_address_is_told),
        cmocka_unit_test(
            sec_43_file_names_lose_folders_controls_and_direction),
        cmocka_unit_test(typed_addresses_are_read),
        cmocka_unit_test(the_offender_is_named),
    };
    return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
