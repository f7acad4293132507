/* sceauctl person and help: all is given out, all goes, every command is
 * described. */
#include "core/base/json.h"
#include "core/store/account.h"
#include "core/store/audit.h"
#include "core/store/outbox.h"
#include "tests/interop/command.h"

#define NOW 1790000000
#define ALICE "alice@demo.test"

static gint64
make_alice(Db *db)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Account) account =
        account_ensure(db, ALICE, ALICE, NOW, &error);
    expect_fine(account != NULL, error, "account");
    return account->id;
}

static Json *
export_of(const CommandSite *site, char **text)
{
    assert_int_equal(run_command(site, "person export " ALICE, text, NULL),
                     0);
    g_autoptr(GError) error = NULL;
    Json *json = json_read(*text, strlen(*text), &error);
    expect_fine(json != NULL, error, "export");
    return json;
}

static void
an_export_says_what_is_kept_and_what_is_not(void **state)
{
    {
        g_autoptr(Db) db = command_db(*state);
        make_alice(db);
    }
    g_autofree char *text = NULL;
    g_autoptr(Json) json = export_of(*state, &text);
    const Json *account = json_array_item(json_member(json, "account"), 0);
    assert_string_equal(json_text(json_member(account, "address")), ALICE);
    /* The export is itself an act, and is in it. */
    const Json *act = json_array_item(json_member(json, "acts"), 0);
    assert_string_equal(json_text(json_member(act, "act")), "person-export");
    assert_true(json_array_length(json_member(json, "not_in_this_file")) > 2);
    assert_true(json_array_length(json_member(json, "stays_after_deletion")) >
                1);
}

static void
a_deletion_needs_the_address_twice(void **state)
{
    {
        g_autoptr(Db) db = command_db(*state);
        make_alice(db);
    }
    static const struct {
        const char *arguments;
        int status;
    } steps[] = {
        {"person delete " ALICE, 2},
        {"person delete " ALICE " --yes bob@demo.test", 2},
        {"person delete bob@demo.test --yes bob@demo.test", 2},
        {"person delete " ALICE " --yes " ALICE " --json", 0},
        {"person delete " ALICE " --yes " ALICE, 2},
        {"person export " ALICE, 2},
        {"audit verify", 0},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
        g_autofree char *out = NULL;
        int status = run_command(*state, steps[i].arguments, &out, NULL);
        if (status != steps[i].status)
            fail_msg("%s: %d", steps[i].arguments, status);
        if (strstr(steps[i].arguments, "--json") != NULL)
            assert_string_equal(out, "{\"deleted\":\"" ALICE "\"}\n");
    }
    g_autofree char *list = NULL;
    assert_int_equal(
        run_command(*state, "audit list --act person-delete", &list, NULL),
        0);
    assert_non_null(strstr(list, ALICE));
}

/* Each of these is in the way until it is taken away. */
static void
what_stands_in_the_way_is_named(void **state)
{
    static const struct {
        const char *name, *set, *unset, *want;
    } cases[] = {
        {"outbox",
         "INSERT INTO outbox (account, name, state, message_id, created,"
         " changed) SELECT id, 'x', 0, 'm', 1, 1 FROM account",
         "DELETE FROM outbox", "outbox"},
        {"role", "UPDATE account SET role = 'helpdesk'",
         "UPDATE account SET role = 'staff'", "role"},
        {"suspended", "UPDATE account SET suspended = 1",
         "UPDATE account SET suspended = 0", "suspended"},
    };
    g_autoptr(Db) db = command_db(*state);
    make_alice(db);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Stmt) set = db_prepare(db, cases[i].set, &error);
        expect_fine(set != NULL && stmt_run(set, &error), error, "set");
        g_autofree char *wrong = NULL;
        int status = run_command(
            *state, "person delete " ALICE " --yes " ALICE, NULL, &wrong);
        if (status != 2 || strstr(wrong, cases[i].want) == NULL)
            fail_msg("%s: %d %s", cases[i].name, status, wrong);
        g_autoptr(Stmt) unset = db_prepare(db, cases[i].unset, &error);
        expect_fine(unset != NULL && stmt_run(unset, &error), error, "unset");
    }
    assert_int_equal(run_command(*state,
                                 "person delete " ALICE " --yes " ALICE, NULL,
                                 NULL),
                     0);
}

/* The part of the manual page on one command. */
static char *
manual_of(const char *manual, const char *name)
{
    g_autofree char *head = g_strdup_printf("\n.SS %s\n", name);
    const char *at = strstr(manual, head);
    if (at == NULL)
        fail_msg("sceauctl(1) has no section on %s", name);
    at += strlen(head);
    const char *end = strstr(at, "\n.S");
    return end != NULL ? g_strndup(at, (gsize)(end - at)) : g_strdup(at);
}

/* Verbs begin the alternatives of a usage: "list | show ADDRESS". */
static void
check_verbs(const char *manual, const char *name, const char *usage)
{
    g_autofree char *part = manual_of(manual, name);
    g_auto(GStrv) alternatives = g_strsplit(usage, " | ", -1);
    for (char **at = alternatives; *at != NULL; at++) {
        g_auto(GStrv) words = g_strsplit(g_strstrip(*at), " ", 2);
        if (words[0] == NULL || !g_ascii_islower(words[0][0]) ||
            strpbrk(words[0], "[<|") != NULL)
            continue;
        g_auto(GStrv) pieces = g_strsplit(words[0], "-", -1);
        g_autofree char *dashed = g_strjoinv("\\-", pieces);
        if (strstr(part, dashed) == NULL)
            fail_msg("sceauctl(1), %s: nothing on %s", name, words[0]);
    }
}

/* Every command is in the manual with its verbs, and answers programs too:
 * but for two whose output is octets. */
static void
every_verb_is_described_and_has_json(void **state)
{
    g_autofree char *help = NULL, *manual = NULL;
    assert_int_equal(run_command(*state, "help", &help, NULL), 0);
    assert_true(
        g_file_get_contents("deploy/man/sceauctl.1", &manual, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(help, "\n", -1);
    guint commands = 0;
    for (char **line = lines; *line != NULL; line++) {
        if (!g_str_has_prefix(*line, "  "))
            continue;
        g_auto(GStrv) parts = g_strsplit(*line + 2, " ", 2);
        commands++;
        check_verbs(manual, parts[0], parts[1]);
        static const char *const octets[] = {"open", "seal", "help", NULL};
        if (!g_strv_contains(octets, parts[0]) &&
            strstr(*line, "--json") == NULL)
            fail_msg("%s has no --json", parts[0]);
        g_autofree char *ask = g_strconcat("help ", parts[0], NULL);
        g_autofree char *one = NULL;
        int status = run_command(*state, ask, &one, NULL);
        if (strcmp(parts[0], "help") != 0 &&
            (status != 0 || strstr(one, parts[1]) == NULL))
            fail_msg("%s: %d %s", ask, status, one);
    }
    assert_true(commands >= 12);
    assert_non_null(strstr(manual, "\n.SH EXIT STATUS\n"));
    assert_int_equal(run_command(*state, "help nothing", NULL, NULL), 2);
}

int
main(int argc, char **argv)
{
    find_command(argv[0]);
    const struct CMUnitTest tests[] = {
        TEST(an_export_says_what_is_kept_and_what_is_not),
        TEST(a_deletion_needs_the_address_twice),
        TEST(what_stands_in_the_way_is_named),
        TEST(every_verb_is_described_and_has_json),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    g_free(command);
    return failed;
}
