/* Z4, Z6, Z8, Z9, Z21 to Z23: what a person set, and what a message changes.
 */
#include "core/mail/preference.h"

#include "core/store/notice.h"
#include "core/store/own_cert.h"
#include "tests/store/store_test.h"

#define OWNER "alice@demo.test"

typedef struct {
    World world;
} Office;

/* The account as the next page would load it. */
static void
reload(Office *office)
{
    account_free((Account *)(guintptr)office->world.account);
    office->world.account = account_find(office->world.db, OWNER, NULL);
}

static int
setup(void **state)
{
    Office *office = g_new0(Office, 1);
    office->world = (World){.db = memory_db(), .now = NOW};
    assert_true(
        account_set_allowed(office->world.db, OWNER, TRUE, NOW, NULL));
    reload(office);
    assert_true(preference_enable(&office->world, TRUE, NULL));
    reload(office);
    *state = office;
    return 0;
}

static int
teardown(void **state)
{
    Office *office = *state;
    account_free((Account *)(guintptr)office->world.account);
    db_close(office->world.db);
    g_free(office);
    return 0;
}

static void
z21_exactly_four_choices(void **state)
{
    static const char *const names[] = {"auto", "none", "sign",
                                        "sign+encrypt"};
    Office *office = *state;
    assert_int_equal(preference_get(office->world.account), PREFERENCE_AUTO);
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        Preference preference;
        assert_true(preference_from_name(names[i], &preference, NULL));
        assert_int_equal(preference, i);
        assert_true(preference_set(&office->world, preference, NULL));
        reload(office);
        assert_int_equal(preference_get(office->world.account), i);
        assert_string_equal(preference_name(preference), names[i]);
    }
    static const char *const others[] = {"", "Auto", "encrypt", "sign "};
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        Preference preference;
        g_autoptr(GError) error = NULL;
        assert_false(preference_from_name(others[i], &preference, &error));
        expect_app_error(error, APP_ERROR_INPUT, others[i]);
    }
}

/* Z22: under Auto the last message decides. Z23: a fixed setting stays. */
static void
z22_z23_what_a_message_changes(void **state)
{
    static const struct {
        const char *name;
        Preference preference;
        Protection sent, want;
    } steps[] = {
        {"auto: signed", PREFERENCE_AUTO, PROTECTION_SIGN, PROTECTION_SIGN},
        {"auto: encrypted", PREFERENCE_AUTO, PROTECTION_SIGN_ENCRYPT,
         PROTECTION_SIGN_ENCRYPT},
        {"fixed on nothing", PREFERENCE_NONE, PROTECTION_SIGN,
         PROTECTION_NONE},
        {"fixed on signing", PREFERENCE_SIGN, PROTECTION_NONE,
         PROTECTION_SIGN},
        {"fixed on encrypting", PREFERENCE_SIGN_ENCRYPT, PROTECTION_SIGN,
         PROTECTION_SIGN_ENCRYPT},
        {"auto: plain", PREFERENCE_AUTO, PROTECTION_NONE, PROTECTION_NONE},
    };
    Office *office = *state;
    assert_int_equal(preference_first(office->world.account),
                     PROTECTION_NONE);
    for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
        assert_true(
            preference_set(&office->world, steps[i].preference, NULL));
        reload(office);
        assert_true(preference_sent(&office->world, steps[i].sent, NULL));
        reload(office);
        if (preference_first(office->world.account) != steps[i].want ||
            preference_get(office->world.account) != steps[i].preference)
            fail_msg("%s", steps[i].name);
    }
}

/* What Auto remembered comes back when a fixed setting is left. */
static void
z22_a_fixed_time_changes_no_memory(void **state)
{
    Office *office = *state;
    assert_true(preference_sent(&office->world, PROTECTION_SIGN, NULL));
    assert_true(preference_set(&office->world, PREFERENCE_NONE, NULL));
    reload(office);
    assert_true(
        preference_sent(&office->world, PROTECTION_SIGN_ENCRYPT, NULL));
    assert_true(preference_set(&office->world, PREFERENCE_AUTO, NULL));
    reload(office);
    assert_int_equal(preference_first(office->world.account),
                     PROTECTION_SIGN);
}

static void
z9_off_hides_and_forgets_nothing(void **state)
{
    Office *office = *state;
    const World *world = &office->world;
    g_autoptr(GBytes) der = g_bytes_new("der", 3);
    g_autoptr(GBytes) none = g_bytes_new(NULL, 0);
    assert_true(own_cert_save(world->db, world->account->id, "k", der, none,
                              NOW, NULL));
    assert_true(preference_set(world, PREFERENCE_SIGN, NULL));
    assert_true(preference_enable(world, FALSE, NULL));
    reload(office);
    assert_int_equal(preference_first(world->account), PROTECTION_NONE);
    g_autoptr(GError) set = NULL, accept = NULL;
    assert_false(preference_set(world, PREFERENCE_AUTO, &set));
    expect_app_error(set, APP_ERROR_FORBIDDEN, "set while off");
    assert_false(preference_accept(world, &accept));
    expect_app_error(accept, APP_ERROR_FORBIDDEN, "accept while off");
    assert_true(preference_sent(world, PROTECTION_NONE, NULL));

    assert_true(notice_add(world->db, world->account->id, "option-allowed",
                           NULL, "admin@demo.test", NOW, NULL));
    assert_true(preference_enable(world, TRUE, NULL));
    reload(office);
    assert_int_equal(preference_first(world->account), PROTECTION_SIGN);
    /* That it may be turned on is no news to who has done so. */
    assert_int_equal(number_of(world->db, "SELECT count(*) FROM notice"), 0);
    assert_int_equal(number_of(world->db, "SELECT count(*) FROM own_cert"),
                     1);
}

static void
s1_only_an_allowed_account_ticks_it(void **state)
{
    Office *office = *state;
    const World *world = &office->world;
    assert_true(account_set_allowed(world->db, OWNER, FALSE, NOW, NULL));
    reload(office);
    static const gboolean both[] = {TRUE, FALSE};
    for (gsize i = 0; i < G_N_ELEMENTS(both); i++) {
        g_autoptr(GError) error = NULL;
        assert_false(preference_enable(world, both[i], &error));
        expect_app_error(error, APP_ERROR_FORBIDDEN, "not allowed");
    }
}

static void
z4_z6_warnings_are_accepted_once(void **state)
{
    Office *office = *state;
    World *world = &office->world;
    assert_false(preference_warned(world->account));
    assert_true(preference_accept(world, NULL));
    reload(office);
    assert_true(preference_warned(world->account));
    world->now = NOW + 99;
    assert_true(preference_accept(world, NULL));
    reload(office);
    assert_int_equal(world->account->warned, NOW);
}

/* A later version's word in the database is no fault of this one's. */
static void
an_unknown_word_is_the_default(void **state)
{
    Office *office = *state;
    const World *world = &office->world;
    gint64 id = world->account->id;
    assert_true(account_set_preference(world->db, id, "encrypt-all", NULL));
    assert_true(account_set_choice(world->db, id, "encrypt-all", NULL));
    reload(office);
    assert_int_equal(preference_get(world->account), PREFERENCE_AUTO);
    assert_int_equal(preference_first(world->account), PROTECTION_NONE);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(z21_exactly_four_choices),
        TEST(z22_z23_what_a_message_changes),
        TEST(z22_a_fixed_time_changes_no_memory),
        TEST(z9_off_hides_and_forgets_nothing),
        TEST(s1_only_an_allowed_account_ticks_it),
        TEST(z4_z6_warnings_are_accepted_once),
        TEST(an_unknown_word_is_the_default),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
