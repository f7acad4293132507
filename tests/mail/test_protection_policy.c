/* S8: what the administrator's policy asks of a message, where it is sent. */
#include "core/mail/protection_policy.h"

#include "tests/mail/secure_desk.h"

static void
set_line(Desk *desk, PolicyLine line, const char *value)
{
    g_autoptr(GError) error = NULL;
    expect_fine(policy_save(desk->world.db, POLICY_SITE, "", line, value,
                            desk->world.now, &error),
                error, policy_line_name(line));
}

/* "" when it may go; else the beginning of the refusal. */
static char *
refusal(Desk *desk, Protection protection, const char *to)
{
    const char *const recipients[] = {to, NULL};
    g_autoptr(GError) error = NULL;
    if (protection_check(&desk->world, protection, recipients, &error))
        return g_strdup("");
    return g_strdup(error->message);
}

static void
s8_lines_ask_for_what_they_say(void **state)
{
    Desk *desk = secure_desk(state);
    g_autofree char *kid = secure_own(desk);
    secure_contact(desk, "bob", FALSE, FALSE);
    static const struct {
        const char *name;
        PolicyLine line;
        const char *value, *to;
        Protection least;
    } cases[] = {
        {"no line", POLICY_SIGN_ALWAYS, NULL, "bob@demo.test",
         PROTECTION_NONE},
        {"sign always", POLICY_SIGN_ALWAYS, "yes", "x@else.test",
         PROTECTION_SIGN},
        {"said to be no", POLICY_SIGN_ALWAYS, "no", "x@else.test",
         PROTECTION_NONE},
        {"never unsigned", POLICY_UNSIGNED_DOMAINS, "bank.test",
         "x@bank.test", PROTECTION_SIGN},
        {"never unsigned, below", POLICY_UNSIGNED_DOMAINS, "bank.test",
         "x@a.bank.test", PROTECTION_SIGN},
        {"never unsigned, others", POLICY_UNSIGNED_DOMAINS, "bank.test",
         "x@mybank.test", PROTECTION_NONE},
        {"encrypt to a domain", POLICY_ENCRYPT_DOMAINS, "bank.test",
         "X@Bank.Test", PROTECTION_SIGN_ENCRYPT},
        {"whatever the domain's spelling", POLICY_ENCRYPT_DOMAINS,
         "xn--bcher-kva.example",
         "x@b\xc3\xbc"
         "cher.example",
         PROTECTION_SIGN_ENCRYPT},
        {"encrypt when possible: it is", POLICY_ENCRYPT_POSSIBLE, "yes",
         "bob@demo.test", PROTECTION_SIGN_ENCRYPT},
        {"encrypt when possible: it is not", POLICY_ENCRYPT_POSSIBLE, "yes",
         "nobody@demo.test", PROTECTION_NONE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        set_line(desk, cases[i].line, cases[i].value);
        for (int p = PROTECTION_NONE; p <= PROTECTION_SIGN_ENCRYPT; p++) {
            g_autofree char *got = refusal(desk, (Protection)p, cases[i].to);
            gboolean may = (Protection)p >= cases[i].least;
            if (may != (*got == '\0'))
                fail_msg("%s, %s: %s", cases[i].name,
                         protection_name((Protection)p), got);
            g_autofree char *begin = g_strdup_printf(
                "policy: %s", policy_line_name(cases[i].line));
            if (!may && !g_str_has_prefix(got, begin))
                fail_msg("%s: %s", cases[i].name, got);
        }
        set_line(desk, cases[i].line, NULL);
    }
    secure_close(desk);
}

static void
s8_who_may_not_sign_is_not_asked_to(void **state)
{
    Desk *desk = secure_desk(state);
    desk_allow(desk, FALSE);
    secure_account_again(desk);
    set_line(desk, POLICY_SIGN_ALWAYS, "yes");
    g_autofree char *plain = refusal(desk, PROTECTION_NONE, "x@else.test");
    assert_string_equal(plain, "");
    /* A domain that takes nothing unsigned is closed to them. */
    set_line(desk, POLICY_UNSIGNED_DOMAINS, "bank.test");
    g_autofree char *bank = refusal(desk, PROTECTION_NONE, "x@bank.test");
    assert_true(g_str_has_prefix(bank, "policy: never-unsigned-to"));
    secure_close(desk);
}

static void
s8_nothing_leaves_that_the_policy_forbids(void **state)
{
    Desk *desk = secure_desk(state);
    g_autofree char *kid = secure_own(desk);
    secure_contact(desk, "bob", FALSE, FALSE);
    g_autofree char *key = secret_token_new();
    const ComposeForm form = {
        .to = "bob@demo.test", .text = "x", .send_key = key};
    g_autoptr(GError) error = NULL;
    set_line(desk, POLICY_ENCRYPT_DOMAINS, "demo.test");
    assert_null(outgoing_send(&desk->world, &form, &error));
    expect_app_error(error, APP_ERROR_FORBIDDEN, "plain");
    g_clear_error(&error);
    assert_null(
        outgoing_prepare(&desk->world, &form, kid, PROTECTION_SIGN, &error));
    expect_app_error(error, APP_ERROR_FORBIDDEN, "signed");
    g_clear_error(&error);
    assert_int_equal(outgoing_count(&desk->world, NULL), 0);

    /* Bcc counts like any other. */
    const ComposeForm hidden = {.to = "x@else.test",
                                .bcc = "bob@demo.test",
                                .text = "x",
                                .send_key = key};
    assert_null(outgoing_send(&desk->world, &hidden, &error));
    expect_app_error(error, APP_ERROR_FORBIDDEN, "bcc");
    g_clear_error(&error);

    /* Decided while the browser was signing: it does not leave either. */
    set_line(desk, POLICY_ENCRYPT_DOMAINS, NULL);
    g_autoptr(Json) request = json_of(
        outgoing_prepare(&desk->world, &form, kid, PROTECTION_SIGN, &error),
        &error, "prepare");
    set_line(desk, POLICY_ENCRYPT_DOMAINS, "demo.test");
    g_autoptr(GBytes) signature =
        desk_signature(desk, "alice", FALSE, request);
    assert_null(outgoing_finish(&desk->world,
                                json_get_text(request, "ticket", NULL),
                                signature, &error));
    expect_app_error(error, APP_ERROR_FORBIDDEN, "finish");
    assert_int_equal(outgoing_count(&desk->world, NULL), 0);

    /* As it is asked for, it goes. */
    g_autoptr(Json) sealed = secure_prepare(desk, &form, kid);
    g_autoptr(Json) sent = secure_finish(desk, sealed);
    assert_string_equal(json_get_text(sent, "state", NULL), "sent");
    secure_close(desk);
}

static void
s8_tls_that_is_required_is_not_done_without(void **state)
{
    Desk *desk = secure_desk(state);
    const World *world = &desk->world;
    const char *const to[] = {"bob@demo.test", NULL};
    g_autoptr(Policy) policy =
        policy_effective(world->db, world->account, NULL);
    policy->tls_required = TRUE;
    ProtectionDemand demand;
    g_autoptr(GError) error = NULL;
    desk->config.submission.tls = TLS_STARTTLS;
    assert_true(protection_demand(world, policy, to, &demand, &error));
    desk->config.submission.tls = TLS_NONE;
    assert_false(protection_demand(world, policy, to, &demand, &error));
    expect_app_error(error, APP_ERROR_INSECURE, "tls none");
    policy->tls_required = FALSE;
    g_clear_error(&error);
    assert_true(protection_demand(world, policy, to, &demand, &error));
    secure_close(desk);
}

/* S14: floors are settings; the policy's are longer, never shorter. */
static void
s14_key_floors_of_the_policy_hold(void **state)
{
    Desk *desk = secure_desk(state);
    g_autofree char *kid = secure_own(desk); /* RSA 2048 */
    const ComposeForm form = {.to = "bob@demo.test", .text = "x"};
    g_autoptr(GError) error = NULL;
    set_line(desk, POLICY_MIN_RSA, "3072");
    assert_null(
        outgoing_prepare(&desk->world, &form, kid, PROTECTION_SIGN, &error));
    expect_app_error(error, APP_ERROR_CERTIFICATE, "below what signs");
    g_clear_error(&error);
    set_line(desk, POLICY_MIN_RSA, "2048");
    g_autofree char *fine =
        outgoing_prepare(&desk->world, &form, kid, PROTECTION_SIGN, &error);
    expect_fine(fine != NULL, error, "long enough");

    set_line(desk, POLICY_FLOOR_RSA, "2049");
    g_autoptr(GBytes) der = desk_file(desk, "alice.der");
    g_autoptr(GPtrArray) chain = g_ptr_array_new();
    assert_null(enrol_certificate(&desk->world, der, chain, &error));
    expect_app_error(error, APP_ERROR_CERTIFICATE, "below the floor");
    secure_close(desk);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(s8_lines_ask_for_what_they_say),
        cmocka_unit_test(s8_who_may_not_sign_is_not_asked_to),
        cmocka_unit_test(s8_nothing_leaves_that_the_policy_forbids),
        cmocka_unit_test(s8_tls_that_is_required_is_not_done_without),
        cmocka_unit_test(s14_key_floors_of_the_policy_hold),
    };
    return cmocka_run_group_tests(tests, real_setup, real_teardown);
}
