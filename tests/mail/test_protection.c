#include "core/mail/protection.h"

#include "core/mail/preference.h"
#include "tests/mail/secure_desk.h"

static void
names_come_back(void **state)
{
    static const struct {
        const char *name;
        gboolean good;
        Protection want;
    } cases[] = {
        {NULL, TRUE, PROTECTION_NONE},
        {"", TRUE, PROTECTION_NONE},
        {"none", TRUE, PROTECTION_NONE},
        {"sign", TRUE, PROTECTION_SIGN},
        {"sign+encrypt", TRUE, PROTECTION_SIGN_ENCRYPT},
        {"encrypt", FALSE, PROTECTION_NONE}, /* SEC-32: never alone */
        {"Sign", FALSE, PROTECTION_NONE},
        {"sign_encrypt", FALSE, PROTECTION_NONE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Protection got = PROTECTION_SIGN;
        g_autoptr(GError) error = NULL;
        assert_int_equal(protection_from_name(cases[i].name, &got, &error),
                         cases[i].good);
        assert_int_equal(got, cases[i].want);
        if (!cases[i].good)
            expect_app_error(error, APP_ERROR_INPUT, cases[i].name);
        else if (cases[i].name != NULL && *cases[i].name != '\0')
            assert_string_equal(protection_name(got), cases[i].name);
    }
}

static void
one_place_says_who_may_do_what(void **state)
{
    static const struct {
        const char *name;
        gboolean allowed, enabled;
        gint64 warned;
        gboolean none, sign, encrypt;
    } cases[] = {
        {"s1 not allowed", FALSE, TRUE, 1, TRUE, FALSE, FALSE},
        {"z8 not ticked", TRUE, FALSE, 1, TRUE, FALSE, FALSE},
        {"z4 not warned", TRUE, TRUE, 0, TRUE, TRUE, FALSE},
        {"all", TRUE, TRUE, 1, TRUE, TRUE, TRUE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Account account = {.allowed = cases[i].allowed,
                           .enabled = cases[i].enabled,
                           .warned = cases[i].warned};
        const World world = {.account = &account};
        const struct {
            Protection protection;
            gboolean want;
        } kinds[] = {
            {PROTECTION_NONE, cases[i].none},
            {PROTECTION_SIGN, cases[i].sign},
            {PROTECTION_SIGN_ENCRYPT, cases[i].encrypt},
        };
        for (gsize k = 0; k < G_N_ELEMENTS(kinds); k++) {
            g_autoptr(GError) error = NULL;
            gboolean got =
                protection_check(&world, kinds[k].protection, NULL, &error);
            if (got != kinds[k].want)
                fail_msg("%s: %s", cases[i].name,
                         protection_name(kinds[k].protection));
            if (!got)
                expect_app_error(error, APP_ERROR_FORBIDDEN, cases[i].name);
        }
    }
}

static void
send_plain(Desk *desk)
{
    g_autofree char *key = secret_token_new();
    const ComposeForm form = {.to = "bob@demo.test", .send_key = key};
    g_autoptr(GError) error = NULL;
    g_autofree char *result = outgoing_send(&desk->world, &form, &error);
    expect_fine(result != NULL, error, "plain");
}

/* Z22: what was sent last is offered first; Z23: a fixed setting stays. */
static void
z22_z23_next_message_begins_as_the_last_was_sent(void **state)
{
    Desk *desk = secure_desk(state);
    World *world = &desk->world;
    g_autofree char *kid = secure_own(desk);
    secure_contact(desk, "bob", FALSE, FALSE);
    assert_int_equal(protection_first(world->account), PROTECTION_NONE);
    const ComposeForm form = {.to = "bob@demo.test", .text = "x"};
    g_autoptr(Json) request = secure_prepare(desk, &form, kid);
    /* Nothing was sent yet. */
    secure_account_again(desk);
    assert_int_equal(protection_first(world->account), PROTECTION_NONE);
    g_autoptr(Json) sent = secure_finish(desk, request);
    expect_result(sent, "sent", "encrypted");
    secure_account_again(desk);
    assert_int_equal(protection_first(world->account),
                     PROTECTION_SIGN_ENCRYPT);
    send_plain(desk);
    secure_account_again(desk);
    assert_int_equal(protection_first(world->account), PROTECTION_NONE);

    assert_true(preference_set(world, PREFERENCE_SIGN, NULL));
    secure_account_again(desk);
    send_plain(desk);
    secure_account_again(desk);
    assert_int_equal(protection_first(world->account), PROTECTION_SIGN);
    secure_close(desk);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_come_back),
        cmocka_unit_test(one_place_says_who_may_do_what),
        cmocka_unit_test(z22_z23_next_message_begins_as_the_last_was_sent),
    };
    return cmocka_run_group_tests(tests, real_setup, real_teardown);
}
