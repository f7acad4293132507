#include "core/store/policy.h"

#include "core/store/group.h"
#include "core/store/policy_reach.h"
#include "core/store/session.h"
#include "tests/store/store_test.h"

#define ACCOUNTS 24

static void
set(Db *db, PolicyScope scope, const char *subject, PolicyLine line,
    const char *value)
{
    g_autoptr(GError) error = NULL;
    expect_fine(policy_save(db, scope, subject, line, value, NOW, &error) &&
                    policy_settle(db, scope, subject, NULL, &error),
                error, policy_line_name(line));
}

static char *
subject_of(gint64 id)
{
    return g_strdup_printf("%" G_GINT64_FORMAT, id);
}

static gint64
group_with(Db *db, const char *name, gint64 account)
{
    g_autoptr(GError) error = NULL;
    gint64 id = group_create(db, name, NOW, &error);
    expect_fine(id != 0 && group_add(db, id, account, &error), error, name);
    return id;
}

/* Scope after scope a line is added: each is nearer than those before. */
static void
s8_nearest_line_counts(void **state)
{
    g_autoptr(Db) db = memory_db();
    gint64 id = new_account(db, "alice@demo.test");
    gint64 group = group_with(db, "direction", id);
    g_autofree char *of_group = subject_of(group);
    g_autofree char *own = subject_of(id);
    const struct {
        PolicyScope scope;
        const char *subject, *option, *from;
    } steps[] = {
        {POLICY_BUILT_IN, NULL, "forbidden", NULL},
        {POLICY_SITE, "", "allowed", NULL},
        {POLICY_DOMAIN, "demo.test", "forbidden", "demo.test"},
        {POLICY_GROUP, of_group, "pre-enabled", "direction"},
        {POLICY_ACCOUNT, own, "allowed", "alice@demo.test"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
        if (i > 0)
            set(db, steps[i].scope, steps[i].subject, POLICY_OPTION,
                steps[i].option);
        g_autoptr(Account) account = account_load(db, id, NULL);
        g_autoptr(Policy) got = policy_effective(db, account, NULL);
        assert_string_equal(got->option, steps[i].option);
        assert_string_equal(account->option, steps[i].option);
        assert_int_equal(account->allowed,
                         strcmp(steps[i].option, "forbidden") != 0);
        assert_int_equal(got->origin[POLICY_OPTION].scope, steps[i].scope);
        if (steps[i].from == NULL)
            assert_null(got->origin[POLICY_OPTION].subject);
        else
            assert_string_equal(got->origin[POLICY_OPTION].subject,
                                steps[i].from);
    }
    /* Another domain is not touched by any but the site's. */
    gint64 other = new_account(db, "ana@other.test");
    g_autoptr(Account) account = account_load(db, other, NULL);
    assert_string_equal(account->option, "allowed");
}

static void
s8_of_several_groups_the_strictest_counts(void **state)
{
    static const struct {
        PolicyLine line;
        const char *one, *other, *want;
    } cases[] = {
        {POLICY_OPTION, "allowed", "forbidden", "forbidden"},
        {POLICY_OPTION, "allowed", "pre-enabled", "pre-enabled"},
        {POLICY_OPTION, "pre-enabled", "forbidden", "forbidden"},
        {POLICY_SIGN_ALWAYS, "no", "yes", "yes"},
        {POLICY_ENCRYPT_DOMAINS, "b.test", "a.test b.test", "a.test b.test"},
        {POLICY_UNSIGNED_DOMAINS, "b.test", "a.test", "a.test b.test"},
        {POLICY_IDLE_MINUTES, "30", "9", "9"},
        {POLICY_MIN_RSA, "3072", "4096", "4096"},
        {POLICY_TLS, "yes", "no", "yes"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        for (int turned = 0; turned < 2; turned++) {
            g_autoptr(Db) db = memory_db();
            gint64 id = new_account(db, "alice@demo.test");
            g_autofree char *a = subject_of(group_with(db, "a", id));
            g_autofree char *b = subject_of(group_with(db, "b", id));
            set(db, POLICY_GROUP, a, cases[i].line,
                turned ? cases[i].one : cases[i].other);
            set(db, POLICY_GROUP, b, cases[i].line,
                turned ? cases[i].other : cases[i].one);
            g_autoptr(Account) account = account_load(db, id, NULL);
            g_autoptr(Policy) got = policy_effective(db, account, NULL);
            assert_string_equal(got->origin[cases[i].line].value,
                                cases[i].want);
            if (cases[i].line == POLICY_OPTION)
                assert_string_equal(account->option, cases[i].want);
        }
    }
}

/* Random lines and memberships: the column and the reading of the lines
 * agree, and a trial says exactly whom a change then touches. */
typedef struct {
    GHashTable *after; /* address → value or "" */
} Touched;

static gboolean
take_touched(gpointer user, gint64 id, const char *address,
             const char *before, const char *after, GError **error)
{
    Touched *touched = user;
    (void)id;
    (void)before;
    (void)error;
    g_hash_table_insert(touched->after, g_strdup(address),
                        g_strdup(after != NULL ? after : ""));
    return TRUE;
}

static char *
value_of(Db *db, gint64 id, PolicyLine line)
{
    g_autoptr(Account) account = account_load(db, id, NULL);
    g_autoptr(Policy) policy = policy_effective(db, account, NULL);
    assert_string_equal(policy->option, account->option);
    const char *value = policy->origin[line].value;
    return g_strdup(value != NULL ? value : "");
}

static void
s8_a_trial_names_exactly_whom_a_change_touches(void **state)
{
    static const char *const options[] = {"forbidden", "allowed",
                                          "pre-enabled", NULL};
    g_autoptr(GRand) rand = g_rand_new_with_seed(7);
    g_autoptr(Db) db = memory_db();
    gint64 ids[ACCOUNTS];
    char *groups[3];
    for (gsize i = 0; i < G_N_ELEMENTS(groups); i++) {
        g_autofree char *name = g_strdup_printf("group %u", (guint)i);
        groups[i] = subject_of(group_create(db, name, NOW, NULL));
    }
    for (gsize i = 0; i < ACCOUNTS; i++) {
        g_autofree char *login = g_strdup_printf("p%u@%s.test", (guint)i,
                                                 i % 2 == 0 ? "even" : "odd");
        ids[i] = new_account(db, login);
        for (gsize g = 0; g < G_N_ELEMENTS(groups); g++)
            if (g_rand_int_range(rand, 0, 3) == 0)
                assert_true(group_add(
                    db, g_ascii_strtoll(groups[g], NULL, 10), ids[i], NULL));
    }
    for (int turn = 0; turn < 60; turn++) {
        PolicyScope scope = (PolicyScope)g_rand_int_range(rand, POLICY_SITE,
                                                          POLICY_ACCOUNT + 1);
        g_autofree char *own =
            subject_of(ids[g_rand_int_range(rand, 0, ACCOUNTS)]);
        const char *const subjects[] = {
            [POLICY_SITE] = "",
            [POLICY_DOMAIN] = "even.test",
            [POLICY_GROUP] = groups[g_rand_int_range(rand, 0, 3)],
            [POLICY_ACCOUNT] = own};
        const char *value = options[g_rand_int_range(rand, 0, 4)];
        char *before[ACCOUNTS];
        for (gsize i = 0; i < ACCOUNTS; i++)
            before[i] = value_of(db, ids[i], POLICY_OPTION);
        g_autoptr(GHashTable) after =
            g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
        Touched touched = {after};
        assert_true(policy_reach(db, scope, subjects[scope], POLICY_OPTION,
                                 value, take_touched, &touched, NULL));
        set(db, scope, subjects[scope], POLICY_OPTION, value);
        guint changed = 0;
        for (gsize i = 0; i < ACCOUNTS; i++) {
            g_autofree char *now = value_of(db, ids[i], POLICY_OPTION);
            g_autoptr(Account) account = account_load(db, ids[i], NULL);
            const char *said = g_hash_table_lookup(after, account->address);
            gboolean differs = strcmp(now, before[i]) != 0;
            if (differs != (said != NULL) ||
                (differs && strcmp(said, now) != 0))
                fail_msg("turn %d: %s was %s, is %s, was told %s", turn,
                         account->address, before[i], now,
                         said != NULL ? said : "(not)");
            changed += differs;
            g_free(before[i]);
        }
        assert_int_equal(changed, g_hash_table_size(after));
    }
    for (gsize i = 0; i < G_N_ELEMENTS(groups); i++)
        g_free(groups[i]);
}

static void
values_are_kept_one_way(void **state)
{
    static const struct {
        PolicyLine line;
        const char *typed, *want; /* NULL: refused */
    } cases[] = {
        {POLICY_OPTION, " Allowed ", "allowed"},
        {POLICY_OPTION, "inherit", NULL},
        {POLICY_OPTION, "", NULL},
        {POLICY_SIGN_ALWAYS, "YES", "yes"},
        {POLICY_SIGN_ALWAYS, "1", NULL},
        {POLICY_ENCRYPT_DOMAINS, "@b.test, A.test;b.test", "a.test b.test"},
        {POLICY_ENCRYPT_DOMAINS, "a@b.test", NULL},
        {POLICY_ENCRYPT_DOMAINS,
         "b\xc3\xbc"
         "cher.example",
         NULL},
        {POLICY_ENCRYPT_DOMAINS, "a..b", NULL},
        {POLICY_ENCRYPT_DOMAINS, " , ", NULL},
        {POLICY_IDLE_MINUTES, "4", NULL},
        {POLICY_IDLE_MINUTES, "5", "5"},
        {POLICY_IDLE_MINUTES, "720", "720"},
        {POLICY_IDLE_MINUTES, "721", NULL},
        {POLICY_MIN_RSA, "2047", NULL},
        {POLICY_MIN_RSA, "2048", "2048"},
        {POLICY_FLOOR_RSA, "1023", NULL},
        {POLICY_FLOOR_RSA, "1024", "1024"},
        {POLICY_FLOOR_EC, "192", NULL},
        {POLICY_FLOOR_EC, "224", "224"},
        {POLICY_MIN_EC, "-256", NULL},
        {POLICY_MIN_EC, "256 ", "256"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *got =
            policy_value(cases[i].line, cases[i].typed, &error);
        if (g_strcmp0(got, cases[i].want) != 0)
            fail_msg("%s \"%s\": %s", policy_line_name(cases[i].line),
                     cases[i].typed, got != NULL ? got : "(refused)");
        if (got == NULL)
            expect_app_error(error, APP_ERROR_INPUT, cases[i].typed);
    }
}

static void
domains_are_those_and_below(void **state)
{
    char *domains[] = {(char *)(guintptr) "a.test", NULL};
    static const struct {
        const char *address;
        gboolean want;
    } cases[] = {
        {"x@a.test", TRUE},       {"x@A.Test", TRUE}, {"x@b.a.test", TRUE},
        {"x@ba.test", FALSE},     {"x@test", FALSE},  {"x@a.test.b", FALSE},
        {"a.test@b.test", FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        if (policy_names_domain(domains, cases[i].address) != cases[i].want)
            fail_msg("%s", cases[i].address);
}

/* The person may untick what was pre-enabled, and that stays. */
static void
o9_pre_enabled_is_ticked_once(void **state)
{
    g_autoptr(Db) db = memory_db();
    gint64 id = new_account(db, "alice@demo.test");
    set(db, POLICY_DOMAIN, "demo.test", POLICY_OPTION, "pre-enabled");
    g_autoptr(Account) ticked = account_load(db, id, NULL);
    assert_true(account_is_secure(ticked));
    assert_true(account_set_enabled(db, id, FALSE, NULL));
    set(db, POLICY_DOMAIN, "demo.test", POLICY_OPTION, "pre-enabled");
    g_autoptr(Account) unticked = account_load(db, id, NULL);
    assert_true(unticked->allowed);
    assert_false(unticked->enabled);
    /* Who first signs in later finds it ticked. */
    gint64 later = new_account(db, "bob@demo.test");
    g_autoptr(Account) bob = account_load(db, later, NULL);
    assert_true(account_is_secure(bob));
}

static void
s8_sessions_end_as_soon_as_the_policy_says(void **state)
{
    g_autoptr(Db) db = memory_db();
    g_autoptr(GBytes) key = some_key(3);
    gint64 id = new_account(db, "alice@demo.test");
    set(db, POLICY_SITE, "", POLICY_IDLE_MINUTES, "10");
    static const struct {
        gint64 later;
        gboolean want;
    } cases[] = {{599, TRUE}, {600, FALSE}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *cookie = session_create(
            db, key, id, "alice@demo.test", "secret", NOW, NULL);
        g_autoptr(GError) error = NULL;
        g_autoptr(Session) got = session_find(
            db, key, cookie, NOW + cases[i].later, 30, 12, &error);
        assert_int_equal(got != NULL, cases[i].want);
        if (got == NULL)
            expect_app_error(error, APP_ERROR_SIGN_IN, "idle");
    }
    /* A line that is longer than the configuration lengthens nothing. */
    set(db, POLICY_SITE, "", POLICY_IDLE_MINUTES, "60");
    g_autofree char *cookie =
        session_create(db, key, id, "alice@demo.test", "secret", NOW, NULL);
    assert_null(session_find(db, key, cookie, NOW + 1800, 30, 12, NULL));
}

static void
lines_go_with_what_they_are_about(void **state)
{
    g_autoptr(Db) db = memory_db();
    gint64 id = new_account(db, "alice@demo.test");
    g_autofree char *group = subject_of(group_with(db, "direction", id));
    g_autofree char *own = subject_of(id);
    set(db, POLICY_GROUP, group, POLICY_SIGN_ALWAYS, "yes");
    set(db, POLICY_ACCOUNT, own, POLICY_SIGN_ALWAYS, "yes");
    assert_true(group_delete(db, g_ascii_strtoll(group, NULL, 10), NULL));
    assert_int_equal(number_of(db, "SELECT count(*) FROM policy"), 1);
    assert_int_equal(
        number_of(db, "SELECT count(*) FROM account_group_member"), 0);
    number_of(db, "DELETE FROM account RETURNING 1");
    assert_int_equal(number_of(db, "SELECT count(*) FROM policy"), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(s8_nearest_line_counts),
        cmocka_unit_test(s8_of_several_groups_the_strictest_counts),
        cmocka_unit_test(s8_a_trial_names_exactly_whom_a_change_touches),
        cmocka_unit_test(values_are_kept_one_way),
        cmocka_unit_test(domains_are_those_and_below),
        cmocka_unit_test(o9_pre_enabled_is_ticked_once),
        cmocka_unit_test(s8_sessions_end_as_soon_as_the_policy_says),
        cmocka_unit_test(lines_go_with_what_they_are_about),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
