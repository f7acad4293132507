/* sceauctl show as a person or a script calls it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>

#include "core/base/json.h"

#define MESSAGE                                                              \
    "From: =?utf-8?q?Zo=C3=AB?= <zoe@example.org>\nReceived: a\n"            \
    "Received: b\nSubject: \033[2Jx\n"                                       \
    "Content-Type: multipart/mixed; boundary=m\n\n"                          \
    "--m\nContent-Type: text/plain; charset=ISO-8859-1\n\nhi\n"              \
    "--m\nContent-Type: application/pdf\nContent-Disposition: attachment; "  \
    "filename=\"../a.pdf\"\nContent-Transfer-Encoding: base64\n\nAAEC\n"     \
    "--m--\n"

static char *command; /* beside this test, where the build puts it */
static char *folder;

typedef struct {
    int status;
    char *out, *error;
} Outcome;

static void
outcome_clear(Outcome *outcome)
{
    g_free(outcome->out);
    g_free(outcome->error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Outcome, outcome_clear)

static Outcome
show(const char *option, const char *name)
{
    Outcome outcome = {0};
    g_autofree char *path = g_build_filename(folder, name, NULL);
    const char *const argv[] = {command, "show", option, path, NULL};
    int wait = 0;
    assert_true(g_spawn_sync(NULL, (char **)(gsize)argv, NULL,
                             G_SPAWN_DEFAULT, NULL, NULL, &outcome.out,
                             &outcome.error, &wait, NULL));
    outcome.status = WEXITSTATUS(wait);
    return outcome;
}

static void
save(const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    assert_true(g_file_set_contents(path, text, -1, NULL));
}

static int
set_up(void **state)
{
    folder = g_dir_make_tmp("sceau-show-XXXXXX", NULL);
    save("message", MESSAGE);
    g_autofree char *colons = g_strnfill(60000, ':');
    g_autofree char *complex = g_strconcat("To: ", colons, "\n\nx\n", NULL);
    save("complex", complex);
    return folder == NULL;
}

static int
tear_down(void **state)
{
    static const char *const names[] = {"message", "complex"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(folder, names[i], NULL);
        g_unlink(path);
    }
    g_rmdir(folder);
    g_clear_pointer(&folder, g_free);
    return 0;
}

static gboolean
is_built(void)
{
    gboolean built = g_file_test(command, G_FILE_TEST_IS_EXECUTABLE);
    if (!built)
        print_message("skipped: %s is not built\n", command);
    return built;
}

static void
check_member(const Json *object, const char *name, const char *want)
{
    const char *got = json_text(json_member(object, name));
    if (g_strcmp0(got, want) != 0)
        fail_msg("%s: got %s, want %s", name, got, want);
}

static void
json_lists_fields_and_parts(void **state)
{
    if (!is_built())
        return;
    g_auto(Outcome) outcome = show("--json", "message");
    assert_int_equal(outcome.status, 0);
    assert_string_equal(outcome.error, "");
    g_autoptr(Json) json = json_read(outcome.out, strlen(outcome.out), NULL);
    assert_non_null(json);
    const Json *headers = json_member(json, "headers");
    check_member(headers, "From", "Zoë <zoe@example.org>");
    check_member(headers, "Subject", "[2Jx");
    assert_int_equal(json_array_length(json_member(headers, "Received")), 2);

    const Json *parts = json_member(json, "parts");
    assert_int_equal(json_array_length(parts), 2);
    const Json *text = json_array_item(parts, 0);
    check_member(text, "path", "1");
    check_member(text, "type", "text/plain");
    check_member(text, "charset", "iso-8859-1");
    check_member(text, "name", NULL);
    check_member(text, "disposition", NULL);
    check_member(text, "role", "text");
    const Json *file = json_array_item(parts, 1);
    check_member(file, "path", "2");
    check_member(file, "name", "a.pdf");
    check_member(file, "disposition", "attachment");
    check_member(file, "role", "attachment");
    gint64 size = 0;
    assert_true(json_int(json_member(file, "size"), &size));
    assert_int_equal(size, 3);
}

static void
refusals_are_one_line_and_exit_2(void **state)
{
    static const struct {
        const char *option, *name, *want;
    } cases[] = {
        {"--json", "nothing", "nothing: No such file or directory"},
        {"--json", "complex",
         "complex: message has more than 16384 bytes in a"},
        {"--nix", "message", "usage: sceauctl show"},
    };
    if (!is_built())
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Outcome) outcome = show(cases[i].option, cases[i].name);
        const char *end = strchr(outcome.error, '\n');
        if (outcome.status != 2 || *outcome.out != '\0' || end == NULL ||
            end[1] != '\0' || strstr(outcome.error, cases[i].want) == NULL)
            fail_msg("%s: %d %s", cases[i].name, outcome.status,
                     outcome.error);
    }
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_lists_fields_and_parts),
        cmocka_unit_test(refusals_are_one_line_and_exit_2),
    };
    g_autofree char *here = g_path_get_dirname(argv[0]);
    command = g_build_filename(here, "..", "..", "sceauctl", NULL);
    int failed =
        cmocka_run_group_tests_name("show", tests, set_up, tear_down);
    g_free(command);
    return failed;
}
