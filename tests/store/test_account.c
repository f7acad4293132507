#include "core/store/account.h"

#include <sqlite3.h>

#include "core/store/own_cert.h"
#include "core/store/schema.h"
#include "core/store/seen_verdict.h"
#include "tests/store/store_test.h"

static void
login_is_one_account_whatever_its_case(void **state)
{
    g_autoptr(Db) db = memory_db();
    gint64 first = new_account(db, "Alice@Demo.test");
    gint64 second = new_account(db, "alice@demo.test");
    assert_int_equal(first, second);
    g_autoptr(Account) got = account_load(db, first, NULL);
    assert_string_equal(got->login, "alice@demo.test");
    assert_string_equal(got->mode, "assisted");
    assert_false(got->allowed);
    assert_false(got->enabled);
    assert_false(account_is_secure(got));
    assert_string_equal(got->preference, "auto");
    assert_int_equal(got->warned, 0);
    assert_null(got->name);
    assert_null(got->last_choice);
}

static void
s1_administrator_allows_and_denies(void **state)
{
    g_autoptr(Db) db = memory_db();
    g_autoptr(GError) error = NULL;
    /* Before the first sign-in and after it alike. */
    new_account(db, "bob@demo.test");
    static const char *const addresses[] = {"alice@demo.test",
                                            "BOB@demo.test"};
    for (gsize i = 0; i < G_N_ELEMENTS(addresses); i++) {
        expect_fine(account_set_allowed(db, addresses[i], TRUE, NOW, &error),
                    error, addresses[i]);
        g_autoptr(Account) got = account_find(db, addresses[i], NULL);
        assert_true(got->allowed);
    }
    expect_fine(account_set_allowed(db, "bob@demo.test", FALSE, NOW, &error),
                error, "deny");
    g_autoptr(GPtrArray) list = account_list(db, NULL);
    assert_int_equal(list->len, 2);
    assert_true(((Account *)g_ptr_array_index(list, 0))->allowed);
    assert_false(((Account *)g_ptr_array_index(list, 1))->allowed);
}

static void
allowing_refuses(void **state)
{
    static const struct {
        const char *name, *address;
        gboolean allowed;
        AppError want;
    } cases[] = {
        {"no domain", "alice", TRUE, APP_ERROR_INPUT},
        {"two domains", "a@b@c", TRUE, APP_ERROR_INPUT},
        {"nobody", "@demo.test", TRUE, APP_ERROR_INPUT},
        {"space", "a b@demo.test", TRUE, APP_ERROR_INPUT},
        {"line end", "a@demo.test\n", TRUE, APP_ERROR_INPUT},
        {"not UTF-8", "\xff@demo.test", TRUE, APP_ERROR_INPUT},
        {"unknown", "a@demo.test", FALSE, APP_ERROR_NOT_FOUND},
    };
    g_autoptr(Db) db = memory_db();
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        assert_false(account_set_allowed(db, cases[i].address,
                                         cases[i].allowed, NOW, &error));
        expect_app_error(error, cases[i].want, cases[i].name);
    }
    assert_int_equal(number_of(db, "SELECT count(*) FROM account"), 0);
}

static void
preferences_are_kept(void **state)
{
    g_autoptr(Db) db = memory_db();
    gint64 id = new_account(db, "alice@demo.test");
    assert_true(account_set_language(db, id, "fr", NULL));
    assert_true(account_set_choice(db, id, "sign", NULL));
    assert_true(account_set_name(db, id, "Alice Martin", NULL));
    assert_true(account_set_preference(db, id, "sign+encrypt", NULL));
    assert_true(account_set_warned(db, id, NOW, NULL));
    g_autoptr(Account) got = account_load(db, id, NULL);
    assert_string_equal(got->language, "fr");
    assert_string_equal(got->last_choice, "sign");
    assert_string_equal(got->name, "Alice Martin");
    assert_string_equal(got->preference, "sign+encrypt");
    assert_int_equal(got->warned, NOW);
    assert_true(account_set_language(db, id, NULL, NULL));
    g_autoptr(Account) again = account_load(db, id, NULL);
    assert_null(again->language);
}

static void
z8_secure_mail_needs_both_words(void **state)
{
    static const struct {
        const char *name;
        gboolean allowed, enabled, want;
    } cases[] = {
        {"neither", FALSE, FALSE, FALSE},
        {"the administrator's", TRUE, FALSE, FALSE},
        {"the person's", FALSE, TRUE, FALSE},
        {"both", TRUE, TRUE, TRUE},
        {"taken away", FALSE, TRUE, FALSE},
        {"given back", TRUE, TRUE, TRUE},
    };
    g_autoptr(Db) db = memory_db();
    gint64 id = new_account(db, "alice@demo.test");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        assert_true(account_set_allowed(db, "alice@demo.test",
                                        cases[i].allowed, NOW, NULL));
        assert_true(account_set_enabled(db, id, cases[i].enabled, NULL));
        g_autoptr(Account) got = account_load(db, id, NULL);
        if (account_is_secure(got) != cases[i].want)
            fail_msg("%s", cases[i].name);
    }
}

/* A database of the first version, with two accounts. */
static void
old_database(const char *path)
{
    sqlite3 *old = NULL;
    assert_int_equal(sqlite3_open(path, &old), SQLITE_OK);
    assert_int_equal(sqlite3_exec(old, schema_files[0], NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(old,
                     "INSERT INTO account (login, address, allowed,"
                     " last_choice, created) VALUES"
                     " ('a@x.test', 'a@x.test', 1, 'sign', 1),"
                     " ('b@x.test', 'b@x.test', 0, NULL, 1);"
                     "PRAGMA user_version = 1",
                     NULL, NULL, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_close(old), SQLITE_OK);
}

static void
z8_accounts_allowed_before_stay_on(void **state)
{
    g_autofree char *folder = temporary_folder();
    g_autofree char *path = g_build_filename(folder, "sceau.db", NULL);
    old_database(path);
    g_autoptr(Db) db = folder_db(folder);
    g_autoptr(Account) allowed = account_find(db, "a@x.test", NULL);
    g_autoptr(Account) other = account_find(db, "b@x.test", NULL);
    assert_true(account_is_secure(allowed));
    assert_string_equal(allowed->last_choice, "sign");
    assert_string_equal(allowed->preference, "auto");
    assert_false(other->enabled);
    assert_true(account_set_allowed(db, "b@x.test", TRUE, NOW, NULL));
    g_autoptr(Account) now = account_find(db, "b@x.test", NULL);
    assert_true(now->allowed);
    assert_false(account_is_secure(now));
    remove_folder(folder);
}

static void
own_certificates_belong_to_one_account(void **state)
{
    g_autoptr(Db) db = memory_db();
    gint64 alice = new_account(db, "alice@demo.test");
    gint64 bob = new_account(db, "bob@demo.test");
    g_autoptr(GBytes) der = g_bytes_new("der", 3);
    g_autoptr(GBytes) none = g_bytes_new(NULL, 0);
    g_autoptr(GBytes) chain = g_bytes_new("chain", 5);
    assert_true(own_cert_save(db, alice, "k1", der, none, NOW, NULL));
    assert_true(own_cert_save(db, alice, "k2", der, none, NOW + 1, NULL));
    assert_true(own_cert_save(db, alice, "k1", der, chain, NOW + 2, NULL));

    g_autoptr(GPtrArray) list = own_cert_list(db, alice, NULL);
    assert_int_equal(list->len, 2);
    assert_string_equal(((OwnCert *)g_ptr_array_index(list, 0))->kid, "k2");
    g_autoptr(OwnCert) got = own_cert_get(db, alice, "k1", NULL);
    assert_true(g_bytes_equal(got->chain, chain));
    assert_int_equal(got->created, NOW);

    g_autoptr(GError) error = NULL;
    assert_null(own_cert_get(db, bob, "k1", &error));
    expect_app_error(error, APP_ERROR_NOT_FOUND, "another's");
    assert_true(own_cert_delete(db, bob, "k1", NULL));
    assert_true(own_cert_delete(db, alice, "k2", NULL));
    g_autoptr(GPtrArray) left = own_cert_list(db, alice, NULL);
    assert_int_equal(left->len, 1);
}

static void
o2_verdicts_belong_to_one_message(void **state)
{
    g_autoptr(Db) db = memory_db();
    gint64 alice = new_account(db, "alice@demo.test");
    gint64 bob = new_account(db, "bob@demo.test");
    const guint32 uids[] = {1, 2, 4000000000U};
    assert_true(
        seen_verdict_save(db, alice, "INBOX", 7, 1, "verified", NOW, NULL));
    assert_true(
        seen_verdict_save(db, alice, "INBOX", 7, 1, "altered", NOW, NULL));
    assert_true(seen_verdict_save(db, alice, "INBOX", 7, 4000000000U, "weak",
                                  NOW, NULL));
    assert_true(
        seen_verdict_save(db, alice, "INBOX", 8, 2, "verified", NOW, NULL));
    assert_true(
        seen_verdict_save(db, alice, "Sent", 7, 2, "verified", NOW, NULL));
    assert_true(
        seen_verdict_save(db, bob, "INBOX", 7, 2, "verified", NOW, NULL));

    g_autoptr(GHashTable) got =
        seen_verdict_load(db, alice, "INBOX", 7, uids, 3, NULL);
    assert_int_equal(g_hash_table_size(got), 2);
    assert_string_equal(g_hash_table_lookup(got, GUINT_TO_POINTER(1)),
                        "altered");
    assert_string_equal(
        g_hash_table_lookup(got, GUINT_TO_POINTER(4000000000U)), "weak");
}

/* However many are asked for, and none. */
static void
o2_verdicts_of_a_whole_page_are_found(void **state)
{
    static const gsize counts[] = {0, 1, 49, 50, 51, 100, 120};
    g_autoptr(Db) db = memory_db();
    gint64 alice = new_account(db, "alice@demo.test");
    guint32 uids[120];
    for (guint i = 0; i < G_N_ELEMENTS(uids); i++) {
        uids[i] = 1000 - i;
        assert_true(seen_verdict_save(db, alice, "INBOX", 7, uids[i],
                                      i % 2 ? "verified" : "altered", NOW,
                                      NULL));
    }
    for (gsize n = 0; n < G_N_ELEMENTS(counts); n++) {
        g_autoptr(GHashTable) got =
            seen_verdict_load(db, alice, "INBOX", 7, uids, counts[n], NULL);
        assert_int_equal(g_hash_table_size(got), counts[n]);
        for (gsize i = 0; i < counts[n]; i++)
            assert_string_equal(
                g_hash_table_lookup(got, GUINT_TO_POINTER(uids[i])),
                i % 2 ? "verified" : "altered");
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(login_is_one_account_whatever_its_case),
        cmocka_unit_test(s1_administrator_allows_and_denies),
        cmocka_unit_test(allowing_refuses),
        cmocka_unit_test(preferences_are_kept),
        cmocka_unit_test(z8_secure_mail_needs_both_words),
        cmocka_unit_test(z8_accounts_allowed_before_stay_on),
        cmocka_unit_test(own_certificates_belong_to_one_account),
        cmocka_unit_test(o2_verdicts_belong_to_one_message),
        cmocka_unit_test(o2_verdicts_of_a_whole_page_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
