/* What the administrator's policy asks of a message (S8), by its recipients;
 * bob has a certificate, carol has none. */
#include "core/mail/protection_policy.h"
#include "tests/mail/secure_desk.h"

static void
lay_down(const Desk *desk, PolicyLine line, const char *value)
{
    g_autoptr(GError) error = NULL;
    expect_fine(policy_save(desk->world.db, POLICY_SITE, "", line, value,
                            desk->world.now, &error),
                error, value);
}

static Desk *
desk_with_bob(void **state)
{
    Desk *desk = secure_desk(state);
    g_autofree char *kid = secure_own(desk);
    secure_contact(desk, "bob", FALSE, FALSE);
    secure_account_again(desk);
    return desk;
}

/* The least that is let through, and which line says so. */
static void
expect_least(const Desk *desk, const char *name, const char *to,
             Protection want, const char *line)
{
    const char *const recipients[] = {to, NULL};
    g_autofree char *begins = g_strdup_printf("policy: %s ", line);
    for (int p = PROTECTION_NONE; p <= PROTECTION_SIGN_ENCRYPT; p++) {
        g_autoptr(GError) error = NULL;
        gboolean got =
            protection_check(&desk->world, (Protection)p, recipients, &error);
        if (got != (p >= (int)want))
            fail_msg("%s: %s to %s: %s", name, protection_name((Protection)p),
                     to, got ? "let through" : error->message);
        if (got)
            continue;
        expect_app_error(error, APP_ERROR_FORBIDDEN, name);
        if (!g_str_has_prefix(error->message, begins))
            fail_msg("%s: %s", name, error->message);
    }
}

static void
s8_a_line_asks_for_what_it_says(void **state)
{
    static const struct {
        const char *name;
        PolicyLine line;
        const char *value, *to;
        Protection want;
    } cases[] = {
        {"sign always", POLICY_SIGN_ALWAYS, "yes", "x@other.test",
         PROTECTION_SIGN},
        {"or not", POLICY_SIGN_ALWAYS, "no", "x@other.test", PROTECTION_NONE},
        {"to a domain, encrypted", POLICY_ENCRYPT_DOMAINS, "demo.test",
         "bob@demo.test", PROTECTION_SIGN_ENCRYPT},
        {"in capitals", POLICY_ENCRYPT_DOMAINS, "demo.test", "bob@DEMO.Test",
         PROTECTION_SIGN_ENCRYPT},
        {"and below it", POLICY_ENCRYPT_DOMAINS, "demo.test",
         "b@sub.demo.test", PROTECTION_SIGN_ENCRYPT},
        {"not one that ends so", POLICY_ENCRYPT_DOMAINS, "demo.test",
         "b@xdemo.test", PROTECTION_NONE},
        {"with accents", POLICY_ENCRYPT_DOMAINS, "xn--bcher-kva.example",
         "b@bücher.example", PROTECTION_SIGN_ENCRYPT},
        {"never unsigned", POLICY_UNSIGNED_DOMAINS, "a.test demo.test",
         "bob@demo.test", PROTECTION_SIGN},
        {"elsewhere as one likes", POLICY_UNSIGNED_DOMAINS, "demo.test",
         "x@other.test", PROTECTION_NONE},
        {"where possible", POLICY_ENCRYPT_POSSIBLE, "yes", "bob@demo.test",
         PROTECTION_SIGN_ENCRYPT},
        {"where it is not", POLICY_ENCRYPT_POSSIBLE, "yes", "carol@demo.test",
         PROTECTION_NONE},
    };
    Desk *desk = desk_with_bob(state);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        lay_down(desk, cases[i].line, cases[i].value);
        expect_least(desk, cases[i].name, cases[i].to, cases[i].want,
                     policy_line_name(cases[i].line));
        lay_down(desk, cases[i].line, NULL);
    }
    secure_close(desk);
}

/* One of many recipients is enough; the stricter of two lines counts. */
static void
s8_the_strictest_recipient_decides(void **state)
{
    Desk *desk = desk_with_bob(state);
    lay_down(desk, POLICY_SIGN_ALWAYS, "yes");
    lay_down(desk, POLICY_ENCRYPT_DOMAINS, "demo.test");
    const char *const recipients[] = {"x@other.test", "bob@demo.test", NULL};
    g_autoptr(GError) error = NULL;
    assert_false(
        protection_check(&desk->world, PROTECTION_SIGN, recipients, &error));
    expect_app_error(error, APP_ERROR_FORBIDDEN, "signed only");
    assert_true(protection_check(&desk->world, PROTECTION_SIGN_ENCRYPT,
                                 recipients, NULL));
    secure_close(desk);
}

static void
s8_without_tls_nothing_leaves_where_it_is_required(void **state)
{
    Desk *desk = desk_with_bob(state);
    const char *const recipients[] = {"bob@demo.test", NULL};
    Config config = *desk->world.config;
    World world = desk->world;
    world.config = &config;
    config.submission.tls = TLS_NONE;
    assert_true(protection_check(&world, PROTECTION_NONE, recipients, NULL));
    lay_down(desk, POLICY_TLS, "yes");
    g_autoptr(GError) error = NULL;
    assert_false(
        protection_check(&world, PROTECTION_NONE, recipients, &error));
    expect_app_error(error, APP_ERROR_INSECURE, "no TLS");
    config.submission.tls = TLS_IMPLICIT;
    assert_true(protection_check(&world, PROTECTION_NONE, recipients, NULL));
    secure_close(desk);
}

/* The page may be old: what sends asks again, and keeps nothing. */
static void
s8_what_is_posted_all_the_same_is_refused(void **state)
{
    Desk *desk = desk_with_bob(state);
    lay_down(desk, POLICY_SIGN_ALWAYS, "yes");
    g_autofree char *key = secret_token_new();
    const ComposeForm form = {.to = "bob@demo.test", .send_key = key};
    g_autoptr(GError) error = NULL;
    assert_null(outgoing_send(&desk->world, &form, &error));
    expect_app_error(error, APP_ERROR_FORBIDDEN, "posted unsigned");
    assert_int_equal(outgoing_count(&desk->world, NULL), 0);
    secure_close(desk);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(s8_a_line_asks_for_what_it_says),
        cmocka_unit_test(s8_the_strictest_recipient_decides),
        cmocka_unit_test(s8_without_tls_nothing_leaves_where_it_is_required),
        cmocka_unit_test(s8_what_is_posted_all_the_same_is_refused),
    };
    return cmocka_run_group_tests(tests, few_servers, real_teardown);
}
