#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "core/mime/flowed.h"
#include "core/mime/view.h"

static const struct {
    const char *name;
    const char *text;
    gboolean delsp;
    const char *want;
} cases[] = {
    {"fixed lines stay", "a\nb\n", FALSE, "a\nb\n"},
    {"flowed lines join", "a \nb \nc\nd\n", FALSE, "a b c\nd\n"},
    {"blank lines stay", "a \nb\n\nc\n", FALSE, "a b\n\nc\n"},
    {"signature", "a\n-- \nAnn\n", FALSE, "a\n-- \nAnn\n"},
    {"signature after a flowed line", "a \n-- \nAnn\n", FALSE,
     "a \n-- \nAnn\n"},
    {"stuffing", " From here\n >x\n", FALSE, "From here\n>x\n"},
    {"quotes join at one depth", "> a \n> b\n>> c \n>> d\ne\n", FALSE,
     "> a b\n>> c d\ne\n"},
    {"depth ends a paragraph", "> a \nb\n", FALSE, "> a \nb\n"},
    {"delsp", "\xe6\xbc\xa2 \n\xe5\xad\x97\n", TRUE,
     "\xe6\xbc\xa2\xe5\xad\x97\n"},
    {"open end", "a ", FALSE, "a \n"},
    {"no final line end", "a", FALSE, "a"},
    {"empty", "", FALSE, ""},
};

static void
lines_are_joined_as_rfc_3676_says(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got = flowed_unwrap(cases[i].text, cases[i].delsp);
        if (strcmp(got, cases[i].want) != 0)
            fail_msg("%s: got %s", cases[i].name, got);
    }
}

static void
only_flowed_text_is_joined(void **state)
{
    static const char *const heads[] = {
        "Content-Type: text/plain; charset=utf-8; Format=Flowed\r\n\r\n",
        "Content-Type: text/plain; charset=utf-8\r\n\r\n",
    };
    static const char *const wants[] = {"a b\n", "a \nb\n"};
    for (gsize i = 0; i < G_N_ELEMENTS(heads); i++) {
        g_autofree char *message = g_strconcat(heads[i], "a \r\nb\r\n", NULL);
        g_autoptr(View) view =
            view_build((const guint8 *)message, strlen(message), NULL);
        const Part *part = g_ptr_array_index(view->parts, 0);
        assert_string_equal(part->text, wants[i]);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_joined_as_rfc_3676_says),
        cmocka_unit_test(only_flowed_text_is_joined),
    };
    return cmocka_run_group_tests_name("flowed", tests, NULL, NULL);
}
