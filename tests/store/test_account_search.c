#include "core/store/account_search.h"

#include "tests/store/store_test.h"

/* Many of two kinds, so that what selects few and what selects many are
 * found by their own ways. */
#define MANY 5000

static Db *
many(void)
{
    g_autoptr(GError) error = NULL;
    Db *db = memory_db();
    assert_true(db_begin(db, NULL));
    for (guint i = 0; i < MANY; i++) {
        g_autofree char *login = g_strdup_printf(
            "person.%05u@%s.test", i, i % 100 == 0 ? "small" : "large");
        gint64 id = new_account(db, login);
        if (i % 10 == 0) {
            g_autofree char *name =
                g_strdup_printf("Zoé Lefèvre %u", MANY - i);
            assert_true(account_set_name(db, id, name, NULL));
        }
        if (i % 7 == 0)
            assert_true(account_set_seen(db, id, NOW + i, NULL));
        if (i % 1000 == 3)
            assert_true(account_set_suspended(db, id, TRUE, NULL));
        if (i % 1000 == 4)
            assert_true(account_set_role(db, id, ROLE_HELPDESK, NULL, NULL));
        if (i % 3 == 0)
            expect_fine(account_set_allowed(db, login, TRUE, NOW, &error),
                        error, login);
    }
    assert_true(db_commit(db, NULL));
    return db;
}

/* Follows the pages to the end; each account once, in order. */
static guint
walk(Db *db, AccountQuery query, const char *name)
{
    g_autoptr(GHashTable) seen =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autofree char *after = NULL;
    g_autofree char *last = NULL;
    gint64 last_seen = G_MAXINT64;
    query.limit = 97;
    do {
        g_autoptr(GError) error = NULL;
        query.after = after;
        g_autoptr(AccountPage) page = account_search(db, &query, &error);
        expect_fine(page != NULL, error, name);
        for (guint i = 0; i < page->accounts->len; i++) {
            const Account *one = g_ptr_array_index(page->accounts, i);
            if (!g_hash_table_add(seen, g_strdup(one->login)))
                fail_msg("%s: %s comes twice", name, one->login);
            if (query.order == ACCOUNT_BY_ADDRESS && last != NULL)
                assert_true(strcmp(last, one->login) < 0);
            if (query.order == ACCOUNT_BY_SEEN)
                assert_true(one->seen <= last_seen);
            last_seen = one->seen;
            g_free(last);
            last = g_strdup(one->login);
        }
        g_free(after);
        after = g_steal_pointer(&page->next);
    } while (after != NULL);
    return g_hash_table_size(seen);
}

static void
every_way_and_order_finds_the_same(void **state)
{
    const struct {
        const char *name;
        AccountQuery query;
        guint want;
    } cases[] = {
        {"all", {0}, MANY},
        {"a word of few", {.words = "00042"}, 1},
        {"the beginning of a word of many", {.words = "pers"}, MANY},
        {"two words", {.words = "lefevre zo"}, MANY / 10},
        {"accents", {.words = "LEFÈVRE"}, MANY / 10},
        {"nobody", {.words = "nobody"}, 0},
        {"the beginning of an address", {.words = "person.00042@l"}, 1},
        {"an address of nobody", {.words = "x@"}, 0},
        {"option", {.option = "allowed"}, (MANY + 2) / 3},
        {"role", {.role = "helpdesk"}, 5},
        {"staff", {.role = "staff"}, MANY - 5},
        {"domain", {.domain = "small.test"}, MANY / 100},
        {"suspended", {.suspended = TRUE}, 5},
        {"two filters", {.option = "allowed", .domain = "small.test"}, 17},
        {"a filter and a word", {.role = "helpdesk", .words = "p"}, 5},
        {"a role of nothing", {.role = "king"}, 0},
        {"not for SQL", {.words = "%_' OR 1=1 --"}, 0},
    };
    Db *db = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        for (int order = 0; order <= ACCOUNT_BY_SEEN; order++) {
            AccountQuery query = cases[i].query;
            query.order = (AccountOrder)order;
            guint got = walk(db, query, cases[i].name);
            if (got != cases[i].want)
                fail_msg("%s, order %d: %u", cases[i].name, order, got);
        }
    }
}

/* SEC-62: a list never holds an account out of reach. */
static void
sec_62_a_scope_bounds_every_list(void **state)
{
    static const char *const domains[] = {"small.test", NULL};
    Db *db = *state;
    gint64 who = new_account(db, "who@small.test");
    assert_true(account_set_role(db, who, ROLE_ADMINISTRATOR, domains, NULL));
    const AccountQuery queries[] = {
        {.scope = who},
        {.scope = who, .words = "person"},
        {.scope = who, .option = "forbidden"},
        {.scope = who, .domain = "large.test"},
        {.scope = who, .suspended = TRUE},
        {.scope = who, .words = "person.00042@large.test"},
    };
    static const guint want[] = {MANY / 100 + 1, MANY / 100, 34, 0, 0, 0};
    for (gsize i = 0; i < G_N_ELEMENTS(queries); i++)
        for (int order = 0; order <= ACCOUNT_BY_SEEN; order++) {
            AccountQuery query = queries[i];
            query.order = (AccountOrder)order;
            assert_int_equal(walk(db, query, "scope"), want[i]);
        }
    assert_int_equal(account_count(db, who, NULL), MANY / 100 + 1);
    g_auto(GStrv) seen = account_domains(db, who, 9, NULL);
    assert_int_equal(g_strv_length(seen), 1);
    g_auto(GStrv) all = account_domains(db, 0, 9, NULL);
    assert_int_equal(g_strv_length(all), 2);
    number_of(db, "DELETE FROM account WHERE login = 'who@small.test'"
                  " RETURNING 1");
}

static void
a_place_that_is_none_is_refused(void **state)
{
    static const char *const places[] = {"x", "/", "x/-1", "x/1a", "\xff/1"};
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
        const AccountQuery query = {.after = places[i], .limit = 9};
        g_autoptr(GError) error = NULL;
        assert_null(account_search(*state, &query, &error));
        expect_app_error(error, APP_ERROR_INPUT, places[i]);
    }
}

static int
many_setup(void **state)
{
    *state = many();
    return 0;
}

static int
many_teardown(void **state)
{
    db_close(*state);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_way_and_order_finds_the_same),
        cmocka_unit_test(sec_62_a_scope_bounds_every_list),
        cmocka_unit_test(a_place_that_is_none_is_refused),
    };
    return cmocka_run_group_tests(tests, many_setup, many_teardown);
}
