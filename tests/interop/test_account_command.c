/* sceauctl account as an administrator or a script calls it (S1, Z8). */
#include <sys/wait.h>

#include "tests/base/expect.h"

static const char *command;

typedef struct {
    char *folder, *config;
} Office;

static int
set_up(void **state)
{
    Office *office = g_new0(Office, 1);
    office->folder = temporary_folder();
    office->config = g_build_filename(office->folder, "sceau.conf", NULL);
    g_autofree char *text = g_strdup_printf(
        "[site]\norigin = https://mail.example.org\n"
        "[store]\ndatabase = %s/state/sceau.db\nserver_key = %s/key\n"
        "[mail]\nimap_host = imap.example.org\nsubmission_host = smtp\n",
        office->folder, office->folder);
    assert_true(g_file_set_contents(office->config, text, -1, NULL));
    *state = office;
    return 0;
}

static int
tear_down(void **state)
{
    Office *office = *state;
    g_autofree char *state_folder =
        g_build_filename(office->folder, "state", NULL);
    remove_folder(state_folder);
    remove_folder(office->folder);
    g_free(office->folder);
    g_free(office->config);
    g_free(office);
    return 0;
}

/* The exit status of "sceauctl account …"; *out, if asked for, what it says.
 */
static int
account(const Office *office, const char *arguments, char **out)
{
    g_auto(GStrv) words = g_strsplit(arguments, " ", -1);
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    const char *const first[] = {command, "-c", office->config, "account"};
    for (gsize i = 0; i < G_N_ELEMENTS(first); i++)
        g_ptr_array_add(argv, (gpointer)(guintptr)first[i]);
    for (char **word = words; *word != NULL; word++)
        g_ptr_array_add(argv, *word);
    g_ptr_array_add(argv, NULL);
    g_autofree char *said = NULL, *wrong = NULL;
    int status = -1;
    assert_true(g_spawn_sync(NULL, (char **)argv->pdata, NULL, 0, NULL, NULL,
                             &said, &wrong, &status, NULL));
    assert_true(WIFEXITED(status));
    if (out != NULL)
        *out = g_steal_pointer(&said);
    return WEXITSTATUS(status);
}

static void
z8_allowing_offers_and_on_ticks(void **state)
{
    static const struct {
        const char *arguments, *want;
    } steps[] = {
        {"allow alice@demo.test", "allowed, off"},
        {"allow alice@demo.test --on", "allowed, on"},
        {"deny alice@demo.test", "not allowed"},
        {"allow alice@demo.test", "allowed, on"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
        g_autofree char *list = NULL;
        assert_int_equal(account(*state, steps[i].arguments, NULL), 0);
        assert_int_equal(account(*state, "list", &list), 0);
        g_autofree char *want =
            g_strdup_printf("alice@demo.test\t%s\t\n", steps[i].want);
        assert_string_equal(list, want);
    }
}

static void
other_words_are_refused(void **state)
{
    static const char *const cases[] = {
        "allow",
        "allow bob@demo.test --off",
        "allow --on",
        "allow bob@demo.test --on more",
        "deny bob@demo.test --on",
        "deny bob@demo.test",
        "enable bob@demo.test",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        if (account(*state, cases[i], NULL) != 2)
            fail_msg("%s", cases[i]);
    }
    g_autofree char *list = NULL;
    assert_int_equal(account(*state, "list", &list), 0);
    assert_string_equal(list, "");
}

int
main(int argc, char **argv)
{
    g_autofree char *here = g_path_get_dirname(argv[0]);
    g_autofree char *path = g_build_filename(here, "../../sceauctl", NULL);
    command = path;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(z8_allowing_offers_and_on_ticks,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(other_words_are_refused, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
