/* sceauctl audit: listed, exported, and a row that went away is found. */
#include "core/base/json.h"
#include "core/store/audit.h"
#include "tests/interop/command.h"

#define NOW 1790000000

static void
add(Db *db, const char *act, const char *after)
{
    g_autoptr(GError) error = NULL;
    const AuditAct row = {.actor = "root@demo.test",
                          .source = "192.0.2.1",
                          .account = 7,
                          .subject = "alice@demo.test",
                          .act = act,
                          .after = after};
    expect_fine(audit_add(db, &row, NOW, &error), error, act);
}

static void
spoil(const CommandSite *site, const char *sql)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Db) db = command_db(site);
    g_autoptr(Stmt) st = db_prepare(db, sql, &error);
    expect_fine(st != NULL && stmt_run(st, &error), error, sql);
}

static void
three_rows(const CommandSite *site)
{
    g_autoptr(Db) db = command_db(site);
    add(db, "account-allow", "allowed");
    add(db, "account-name", "a\r\n\033[2J\"b\"\t=1+1");
    add(db, "preference-reset", "=HYPERLINK(\"http://x\")");
}

/* The promise of the audit: no row can be removed unseen. */
static void
a_row_that_was_removed_is_found(void **state)
{
    static const struct {
        const char *name, *sql, *want, *json;
        int status;
    } cases[] = {
        {"whole", NULL, "whole: 3 rows\n", "{\"whole\":true,\"rows\":3}\n",
         0},
        {"middle", "DELETE FROM audit WHERE id = 2",
         "broken at row 3: it was changed, or rows are missing before it\n",
         "{\"whole\":false,\"rows\":1,\"row\":3}\n", 1},
        {"the rest", "DELETE FROM audit WHERE id = 3",
         "broken at row 2: it was changed, or rows are missing before it\n",
         "{\"whole\":false,\"rows\":1,\"row\":2}\n", 1},
    };
    three_rows(*state);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        if (cases[i].sql != NULL)
            spoil(*state, cases[i].sql);
        g_autofree char *words = NULL, *json = NULL;
        int status = run_command(*state, "audit verify", &words, NULL);
        if (status != cases[i].status || strcmp(words, cases[i].want) != 0)
            fail_msg("%s: %d, %s", cases[i].name, status, words);
        status = run_command(*state, "audit verify --json", &json, NULL);
        if (status != cases[i].status || strcmp(json, cases[i].json) != 0)
            fail_msg("%s: %d, %s", cases[i].name, status, json);
    }
}

/* SEC-59: what a value holds moves no cursor and makes no line. */
static void
sec_59_a_list_is_a_line_for_each_row(void **state)
{
    three_rows(*state);
    g_autofree char *list = NULL, *wrong = NULL;
    assert_int_equal(run_command(*state, "audit list", &list, &wrong), 0);
    assert_string_equal(wrong, "");
    g_auto(GStrv) lines = g_strsplit(list, "\n", -1);
    assert_int_equal(g_strv_length(lines), 4);
    assert_true(g_str_has_prefix(lines[0], "3\t2026-09-21T"));
    assert_true(g_str_has_suffix(
        lines[1], "\troot@demo.test\taccount-name\talice@demo.test\t-\t"
                  "a???[2J\"b\"?=1+1"));
    assert_null(strchr(list, '\033'));
}

static void
what_is_asked_for_is_shown(void **state)
{
    three_rows(*state);
    static const struct {
        const char *arguments;
        gsize want;
    } cases[] = {
        {"audit list --json", 3},
        {"audit list --json --act account", 2},
        {"audit list --json --subject bob", 0},
        {"audit list --json --actor root --limit 1", 1},
        {"audit list --json --from 2026-09-22", 0},
        {"audit list --json --until 2026-09-22", 3},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *out = NULL;
        assert_int_equal(run_command(*state, cases[i].arguments, &out, NULL),
                         0);
        g_autoptr(Json) json = json_read(out, strlen(out), NULL);
        assert_int_equal(json_kind(json), JSON_KIND_ARRAY);
        if (json_array_length(json) != cases[i].want)
            fail_msg("%s: %s", cases[i].arguments, out);
    }
}

/* Read back by another program, value for value. */
static void
an_export_is_read_by_others(void **state)
{
    three_rows(*state);
    static const char *const reader =
        "import csv,io,json,sys;"
        "rows=list(csv.DictReader(io.StringIO(sys.argv[1],newline='')));"
        "lines=[json.loads(l) for l in sys.argv[2].splitlines()];"
        "assert [r['id'] for r in rows]==['3','2','1'];"
        "assert [l['id'] for l in lines]==[3,2,1];"
        "assert lines[0]['after']=='=HYPERLINK(\"http://x\")';"
        "assert rows[0]['after']=='\\''+lines[0]['after'];"
        "assert rows[1]['after']==lines[1]['after'];"
        "assert '\\x1b' in lines[1]['after'];"
        "assert all(r['hash']==l['hash'] for r,l in zip(rows,lines));"
        "assert lines[2]['before'] is None and rows[2]['before']==''";
    g_autofree char *csv = NULL, *lines = NULL;
    assert_int_equal(run_command(*state, "audit export --csv", &csv, NULL),
                     0);
    assert_int_equal(run_command(*state, "audit export --json", &lines, NULL),
                     0);
    const char *const argv[] = {"python3", "-c", reader, csv, lines, NULL};
    int status = -1;
    g_autofree char *wrong = NULL;
    assert_true(g_spawn_sync(NULL, (char **)(guintptr)argv, NULL,
                             G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, &wrong,
                             &status, NULL));
    if (status != 0)
        fail_msg("%s", wrong);
}

static void
wrong_arguments_are_refused_in_one_line(void **state)
{
    static const char *const cases[] = {
        "audit list --limit 0",  "audit list --from yesterday",
        "audit list --colour x", "audit list x",
        "audit list --act",      "audit",
        "audit forget",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *out = NULL, *wrong = NULL;
        int status = run_command(*state, cases[i], &out, &wrong);
        const char *end = strchr(wrong, '\n');
        if (status != 2 || *out != '\0' || end == NULL || end[1] != '\0')
            fail_msg("%s: %d, %s%s", cases[i], status, out, wrong);
    }
}

int
main(int argc, char **argv)
{
    find_command(argv[0]);
    const struct CMUnitTest tests[] = {
        TEST(a_row_that_was_removed_is_found),
        TEST(sec_59_a_list_is_a_line_for_each_row),
        TEST(what_is_asked_for_is_shown),
        TEST(an_export_is_read_by_others),
        TEST(wrong_arguments_are_refused_in_one_line),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    g_free(command);
    return failed;
}
