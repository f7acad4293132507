/* sceauctl policy and group, as an administrator or a script calls them (S8,
 * O9). */
#include "tests/interop/command.h"

static void
s8_lines_are_set_tried_and_told(void **state)
{
    static const Step steps[] = {
        {"account allow ana@demo.test", 0, ""},
        {"policy try domain demo.test sign-always yes --json", 0,
         "{\"accounts\":1,"},
        {"policy show --json", 0, "[]"},
        {"policy set domain demo.test sign-always yes", 0, ""},
        {"policy show", 0, "domain\tdemo.test\tsign-always\tyes\n"},
        {"policy effective ana@demo.test", 0,
         "sign-always\tyes\tdomain demo.test\n"},
        {"policy set account ana@demo.test sign-always no", 0, ""},
        {"policy effective ana@demo.test", 0,
         "sign-always\tno\taccount ana@demo.test\n"},
        {"policy unset domain demo.test sign-always", 0, ""},
        {"policy show --json", 0, "[]"},
        /* The command is named once. */
        {"policy set site min-rsa-bits many", 2,
         "sceauctl policy: min-rsa-bits takes a number from 2048 to 8192\n"},
        {"policy set site nonsense yes", 2, "no line \"nonsense\""},
        {"policy set nowhere sign-always yes", 2, ""},
        {"policy effective no@demo.test", 2, "no account"},
    };
    walk(*state, steps, G_N_ELEMENTS(steps));
}

static void
o9_a_group_is_made_filled_and_emptied(void **state)
{
    static const Step steps[] = {
        {"account allow ana@demo.test", 0, ""},
        {"account allow bob@other.test", 0, ""},
        {"group add finance ana@demo.test no@demo.test", 2,
         "no account \"no@demo.test\""},
        {"group list --json", 0, "[]"},
        {"group add finance ana@demo.test bob@other.test", 0, ""},
        {"group list --json", 0, "[{\"name\":\"finance\",\"members\":2}]"},
        {"policy try group finance encrypt-domains bank.test b.test", 0,
         "accounts touched: 2\n"},
        {"policy set group finance encrypt-domains bank.test b.test", 0, ""},
        {"policy effective bob@other.test", 0,
         "encrypt-domains\tb.test bank.test\tgroup finance\n"},
        {"group remove finance bob@other.test no@demo.test", 2, ""},
        {"group list finance", 0, "ana@demo.test\nbob@other.test\n"},
        {"group remove finance bob@other.test", 0, ""},
        {"policy effective bob@other.test", 0, "encrypt-domains\tbuilt-in"},
        {"group remove finance --json", 0, "{\"done\":true}"},
        {"group remove finance", 2, "no such group"},
        {"policy show --json", 0, "[]"},
    };
    walk(*state, steps, G_N_ELEMENTS(steps));
}

int
main(int argc, char **argv)
{
    (void)argc;
    find_command(argv[0]);
    const struct CMUnitTest tests[] = {
        TEST(s8_lines_are_set_tried_and_told),
        TEST(o9_a_group_is_made_filled_and_emptied),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    g_free(command);
    return failed;
}
