/*
 * The page of accounts among 100,000: from the request to the whole HTML, in
 * this process, for each way of searching and each order; 10,000 accounts
 * allowed by a list; and searches of the journal among 100,000 rows. The
 * middle of several runs.
 */
#include "core/admin/accounts_csv.h"
#include "core/store/audit.h"
#include "tests/fcgi/pages_test.h"

#define ACCOUNTS 100000
#define LINES 10000
#define ROWS 100000
#define RUNS 9

static void
fill(Db *db)
{
    static const char *const roles[] = {"ana", "bruno", "chlo\xc3\xa9",
                                        "david", "emma"};
    assert_true(db_begin(db, NULL));
    for (guint i = 0; i < ACCOUNTS; i++) {
        g_autofree char *login =
            g_strdup_printf("person.%06u@d%02u.test", i, i % 37);
        g_autofree char *name =
            g_strdup_printf("%s Lef\xc3\xa8vre %u", roles[i % 5], i);
        gint64 id = new_account(db, login);
        assert_true(account_set_name(db, id, name, NULL));
        if (i % 3 == 0)
            assert_true(account_set_allowed(db, login, TRUE, NOW, NULL));
        if (i % 2 == 0)
            assert_true(account_set_seen(db, id, NOW - i, NULL));
        if (i % 20000 == 7)
            assert_true(account_set_role(db, id, ROLE_HELPDESK, NULL, NULL));
        if (i % 500 == 11)
            assert_true(account_set_suspended(db, id, TRUE, NULL));
    }
    assert_true(db_commit(db, NULL));
}

/* Somebody left long ago, somebody acts seldom, and most is a list's. */
static void
fill_journal(Db *db)
{
    static const char *const acts[] = {"account-option", "account-option",
                                       "account-option", "group-join",
                                       "certificate-issue"};
    assert_true(db_begin(db, NULL));
    for (guint i = 0; i < ROWS; i++) {
        g_autofree char *subject =
            g_strdup_printf("person.%06u@d%02u.test", i / 3, i / 3 % 37);
        const AuditAct act = {.actor = i < ROWS / 5      ? "former@d00.test"
                                       : i % 1000 == 999 ? "seldom@d01.test"
                                                         : "root@d02.test",
                              .source = "192.0.2.1",
                              .account = 7,
                              .subject = subject,
                              .act =
                                  i % 5000 == 77 ? "key-stolen" : acts[i % 5],
                              .after = "allowed"};
        assert_true(audit_add(db, &act, NOW - ROWS + i, NULL));
    }
    assert_true(db_commit(db, NULL));
}

static gint
by_value(gconstpointer a, gconstpointer b)
{
    gdouble one = *(const gdouble *)a;
    gdouble other = *(const gdouble *)b;
    return one < other ? -1 : one > other;
}

static void
measure(const Pages *pages, const char *query)
{
    gdouble times[RUNS];
    g_autofree char *path = g_strconcat("/admin/accounts", query, NULL);
    for (guint i = 0; i < RUNS; i++) {
        gint64 begin = g_get_monotonic_time();
        g_autofree char *page = page_get(pages, path);
        times[i] = (gdouble)(g_get_monotonic_time() - begin) / 1000;
        expect_status(page, 200, path);
    }
    qsort(times, RUNS, sizeof *times, by_value);
    printf("accounts page of 100,000, %-42s %6.1f ms (limit 30)\n",
           *query != '\0' ? query : "first", times[RUNS / 2]);
}

static void
search(Db *db, const AuditQuery *query)
{
    gdouble times[RUNS];
    for (guint i = 0; i < RUNS; i++) {
        gint64 begin = g_get_monotonic_time();
        g_autoptr(GPtrArray) rows = audit_list(db, query, NULL);
        times[i] = (gdouble)(g_get_monotonic_time() - begin) / 1000;
        assert_non_null(rows);
    }
    qsort(times, RUNS, sizeof *times, by_value);
    printf("journal of 100,000, actor %-8s subject %-14s act %-12s"
           " %4.1f ms (limit 10)\n",
           query->actor, query->subject, query->act, times[RUNS / 2]);
}

static void
allow_many(Db *db)
{
    const Office office = {
        .db = db, .actor = "terminal", .source = "terminal", .now = NOW};
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < LINES; i++)
        g_string_append_printf(text, "person.%06u@d%02u.test,%s\n", i, i % 37,
                               i % 3 == 0 ? "pre-enabled" : "allowed");
    g_autoptr(GBytes) file = g_bytes_new(text->str, text->len);
    g_autoptr(GError) error = NULL;
    gint64 begin = g_get_monotonic_time();
    g_autoptr(AccountsCsv) csv = accounts_csv_read(&office, file, &error);
    expect_fine(csv != NULL && accounts_csv_apply(&office, csv, &error),
                error, "list");
    printf("accounts by a list of 10,000: %.2f s (limit 3)\n",
           (gdouble)(g_get_monotonic_time() - begin) / G_USEC_PER_SEC);
}

int
main(void)
{
    static const char *const queries[] = {
        "",
        "?order=name",
        "?order=seen",
        "?q=person.054321",
        "?q=p",
        "?q=lefevre&order=seen",
        "?q=emma+9&order=name",
        "?option=allowed&order=seen",
        "?option=forbidden&domain=d07.test&order=name",
        "?role=helpdesk",
        "?suspended=1&order=seen",
        "?domain=d36.test&order=seen",
        "?q=nobody",
        "?after=person.090000%40d99.test%2F1",
        "?order=seen&after=0%2F50000",
    };
    static const AuditQuery searches[] = {
        {.actor = "", .subject = "", .act = "", .limit = 51},
        {.actor = "root", .subject = "", .act = "", .limit = 51},
        {.actor = "former", .subject = "", .act = "", .limit = 51},
        {.actor = "seldom", .subject = "", .act = "", .limit = 51},
        {.actor = "nobody", .subject = "", .act = "", .limit = 51},
        {.actor = "", .subject = "person.01", .act = "", .limit = 51},
        {.actor = "", .subject = "person.031234", .act = "", .limit = 51},
        {.actor = "", .subject = "", .act = "account", .limit = 51},
        {.actor = "", .subject = "", .act = "key-stolen", .limit = 51},
        {.actor = "former", .subject = "", .act = "group", .limit = 51},
        {.actor = "root", .subject = "", .act = "key", .limit = 51},
    };
    Pages *pages = pages_new();
    World1 *world = pages->world;
    assert_true(account_set_role(world->db, world->account,
                                 ROLE_ADMINISTRATOR, NULL, NULL));
    g_free(world->cookie);
    world->cookie =
        session_create(world->db, world->site.server_key, world->account,
                       "alice@demo.test", "secret", NOW, NULL);
    fill(world->db);
    for (gsize i = 0; i < G_N_ELEMENTS(queries); i++)
        measure(pages, queries[i]);
    allow_many(world->db);
    fill_journal(world->db);
    for (gsize i = 0; i < G_N_ELEMENTS(searches); i++)
        search(world->db, &searches[i]);
    pages_free(pages);
    return 0;
}
