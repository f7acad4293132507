/* A site of its own in a folder, and sceauctl called on it as an
 * administrator or a script calls it. */
#ifndef SCEAU_TESTS_INTEROP_COMMAND_H
#define SCEAU_TESTS_INTEROP_COMMAND_H

#include <sys/wait.h>

#include "core/store/db.h"
#include "tests/base/expect.h"

typedef struct {
    char *folder, *config, *database;
} CommandSite;

/* Set by main from argv[0]. */
static char *command;

static inline void
find_program(const char *test, const char *name)
{
    g_autofree char *here = g_path_get_dirname(test);
    g_free(command);
    command = g_build_filename(here, "../..", name, NULL);
}

static inline void
find_command(const char *test)
{
    find_program(test, "sceauctl");
}

static inline int
command_setup(void **state)
{
    CommandSite *site = g_new0(CommandSite, 1);
    site->folder = temporary_folder();
    site->config = g_build_filename(site->folder, "sceau.conf", NULL);
    site->database =
        g_build_filename(site->folder, "state", "sceau.db", NULL);
    g_autofree char *text = g_strdup_printf(
        "[site]\norigin = https://mail.example.org\n"
        "[store]\ndatabase = %s\nserver_key = %s/key\n"
        "[mail]\nimap_host = imap.example.org\nsubmission_host = smtp\n",
        site->database, site->folder);
    assert_true(g_file_set_contents(site->config, text, -1, NULL));
    *state = site;
    return 0;
}

static inline int
command_teardown(void **state)
{
    CommandSite *site = *state;
    g_autofree char *folder = g_path_get_dirname(site->database);
    remove_folder(folder);
    remove_folder(site->folder);
    g_free(site->folder);
    g_free(site->config);
    g_free(site->database);
    g_free(site);
    return 0;
}

static inline Db *
command_db(const CommandSite *site)
{
    g_autoptr(GError) error = NULL;
    Db *db = db_open(site->database, &error);
    expect_fine(db != NULL, error, "database");
    return db;
}

/* The exit status of "sceauctl arguments"; *out and *wrong, if asked for,
 * what it says on standard output and error. */
static inline int
run_command(const CommandSite *site, const char *arguments, char **out,
            char **wrong)
{
    g_auto(GStrv) words = g_strsplit(arguments, " ", -1);
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    const char *const first[] = {command, "-c", site->config};
    for (gsize i = 0; i < G_N_ELEMENTS(first); i++)
        g_ptr_array_add(argv, (gpointer)(guintptr)first[i]);
    for (char **word = words; *word != NULL; word++)
        g_ptr_array_add(argv, *word);
    g_ptr_array_add(argv, NULL);
    g_autofree char *said = NULL, *complaint = NULL;
    int status = -1;
    assert_true(g_spawn_sync(NULL, (char **)argv->pdata, NULL, 0, NULL, NULL,
                             &said, &complaint, &status, NULL));
    if (!WIFEXITED(status))
        fail_msg("%s: did not end by itself", arguments);
    if (out != NULL)
        *out = g_steal_pointer(&said);
    if (wrong != NULL)
        *wrong = g_steal_pointer(&complaint);
    return WEXITSTATUS(status);
}

/* One call after the other, on one site. */
typedef struct {
    const char *arguments;
    int status;
    const char *want; /* of what it says, or complains of where it refuses */
} Step;

static inline void
walk(const CommandSite *site, const Step *steps, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        g_autofree char *out = NULL, *wrong = NULL;
        int got = run_command(site, steps[i].arguments, &out, &wrong);
        if (got != steps[i].status)
            fail_msg("%s: %d: %s", steps[i].arguments, got, wrong);
        if (strstr(got == 2 ? wrong : out, steps[i].want) == NULL)
            fail_msg("%s: %s%s", steps[i].arguments, out, wrong);
    }
}

/* A test with a configuration and a database of its own. */
#define TEST(name)                                                           \
    cmocka_unit_test_setup_teardown(name, command_setup, command_teardown)

#endif
