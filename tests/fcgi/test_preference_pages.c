/* The option of secure mail, the security preference and the warnings, page
 * by page over a real database (Z4, Z6, Z8, Z9, Z21 to Z24). */
#include "core/store/notice.h"
#include "tests/fcgi/pages_test.h"

static Account *
account_now(const Pages *pages)
{
    g_autoptr(GError) error = NULL;
    Account *account =
        account_load(pages->world->db, pages->world->account, &error);
    expect_fine(account != NULL, error, "account");
    return account;
}

static void
z8_z9_the_option_is_ticked_and_the_pages_come_and_go(void **state)
{
    Pages *pages = *state;
    expect_page(page_get(pages, "/security"), 200, "name=\"choice\"");
    expect_leads(page_post(pages, "/preferences", "language=en"),
                 "/preferences?saved=off");
    g_autofree char *off = page_get(pages, "/preferences?saved=off");
    expect_has(off, "Your keys and certificates are kept", "off");
    expect_lacks(g_strdup(off), "href=\"/security\"");
    expect_lacks(g_strdup(off), "href=\"/keys\"");
    expect_page(page_get(pages, "/security"), 403, "Secure mail is off");
    expect_page(page_get(pages, "/keys"), 403, "Secure mail is off");

    expect_leads(page_post(pages, "/preferences", "language=en&secure=on"),
                 "/preferences?saved=on");
    g_autofree char *on = page_get(pages, "/preferences?saved=on");
    expect_has(on, "href=\"/security\"", "on");
    expect_has(on, "href=\"/keys\"", "on");
    expect_leads(page_post(pages, "/preferences", "language=en&secure=on"),
                 "/preferences?saved=same");
}

static void
z8_it_is_offered_only_where_it_is_allowed(void **state)
{
    Pages *pages = *state;
    g_autoptr(GError) error = NULL;
    assert_true(account_set_allowed(pages->world->db, "alice@demo.test",
                                    FALSE, NOW, &error));
    g_autofree char *denied = page_get(pages, "/preferences");
    expect_has(denied, "Your administrator can allow them", "denied");
    expect_lacks(g_strdup(denied), "name=\"secure\"");
    expect_leads(page_post(pages, "/preferences", "language=en&secure=on"),
                 "/preferences?saved=same");
    expect_page(page_get(pages, "/security"), 403, "not allowed");
    assert_true(account_set_allowed(pages->world->db, "alice@demo.test", TRUE,
                                    NOW, &error));
}

/* Where one can be asked for, nobody is sent to look for a file alone. */
static void
o12_both_ways_to_a_key_are_told(void **state)
{
    static const struct {
        const char *path, *alone, *ours;
    } cases[] = {
        {"/preferences", "a file ending in .p12 or .pfx from your admin",
         "Your organisation gives you its certificate on the page"},
        {"/preferences?saved=on", "Import your key", "Get your certificate"},
        {"/security", "You have not imported a key yet",
         "Ask for your certificate, or import a key that you have"},
        {"/help", "You need a file with your key",
         "press “I have a .p12 file” there"},
    };
    Pages *pages = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *alone = page_get(pages, cases[i].path);
        expect_has(alone, cases[i].alone, cases[i].path);
        pages_authority(pages);
        g_autofree char *ours = page_get(pages, cases[i].path);
        expect_has(ours, cases[i].ours, cases[i].path);
        expect_lacks(g_strdup(ours), cases[i].alone);
        expect_lacks(g_strdup(alone), cases[i].ours);
        assert_true(local_authority_delete(pages->world->db, NULL));
    }
}

static void
several_notices_take_one_line(void **state)
{
    static const char *const codes[] = {"first-guide", "preference-reset",
                                        "option-on"};
    const Pages *pages = *state;
    Db *db = pages->world->db;
    gint64 alice = pages->world->account;
    for (gsize i = 0; i < G_N_ELEMENTS(codes); i++)
        assert_true(notice_add(db, alice, codes[i], NULL, "help@demo.test",
                               NOW, NULL));
    g_autofree char *page = page_get(pages, "/contacts");
    g_auto(GStrv) parts = g_strsplit(page, "class=\"notices\"", 2);
    expect_has(parts[1], "3 messages about your account", "how many");
    expect_has(parts[1], "Secure mail is on for you</strong>", "newest");
    expect_has(parts[1], "the option is turned on", "its words");
    for (gsize i = 0; i < G_N_ELEMENTS(codes); i++)
        assert_true(notice_settle(db, alice, codes[i], NULL, NULL));
    expect_lacks(page_get(pages, "/contacts"), "class=\"notices\"");
}

static void
the_language_is_kept_with_the_account(void **state)
{
    Pages *pages = *state;
    g_autofree char *answer =
        page_post(pages, "/preferences", "language=fr&secure=on");
    expect_has(answer, "Set-Cookie: __Host-sceau-language=fr", "cookie");
    expect_page(page_get(pages, "/preferences"), 200, "<html lang=\"fr\">");
    expect_leads(page_post(pages, "/preferences", "language=xx&secure=on"),
                 "/preferences?saved=same");
    expect_page(page_get(pages, "/preferences"), 200, "<html lang=\"fr\">");
    g_free(page_post(pages, "/preferences", "language=en&secure=on"));
}

static void
z21_there_are_exactly_four_choices(void **state)
{
    static const char *const choices[] = {"auto", "none", "sign",
                                          "sign+encrypt"};
    Pages *pages = *state;
    g_autofree char *page = page_get(pages, "/security");
    g_auto(GStrv) pieces = g_strsplit(page, "type=\"radio\"", -1);
    assert_int_equal(g_strv_length(pieces) - 1, G_N_ELEMENTS(choices));
    for (gsize i = 0; i < G_N_ELEMENTS(choices); i++) {
        g_autofree char *want =
            g_strdup_printf("name=\"choice\" value=\"%s\"", choices[i]);
        expect_has(page, want, choices[i]);
    }
    expect_has(page, "value=\"auto\" checked", "auto is the first");
}

static void
z23_z24_a_choice_is_saved_and_shown(void **state)
{
    static const struct {
        const char *body, *kept;
    } cases[] = {
        {"choice=none", "none"},
        {"choice=sign", "sign"},
        {"choice=sign%2Bencrypt", "sign+encrypt"},
        {"choice=auto", "auto"},
    };
    Pages *pages = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        expect_leads(page_post(pages, "/security", cases[i].body),
                     "/security?saved=same");
        g_autoptr(Account) account = account_now(pages);
        assert_string_equal(account->preference, cases[i].kept);
        g_autofree char *want =
            g_strdup_printf("value=\"%s\" checked", cases[i].kept);
        expect_page(page_get(pages, "/security"), 200, want);
    }
    expect_page(page_post(pages, "/security", "choice=all"), 400,
                "not understood");
    expect_page(page_post(pages, "/security", "x=1"), 400, "not understood");
}

static void
z4_z6_the_warnings_are_accepted_once(void **state)
{
    Pages *pages = *state;
    g_autofree char *before = page_get(pages, "/security");
    expect_has(before, "A lost key is lost mail", "Z4");
    expect_has(before, "not even your administrator", "Z4");
    expect_has(before, "cannot be searched", "Z6");
    expect_has(before, "No virus check", "Z6");
    expect_has(before, "action=\"/security/accept\"", "a button");
    expect_leads(page_post(pages, "/security/accept", "a=1"),
                 "/security?saved=accepted");
    g_autofree char *after = page_get(pages, "/security?saved=accepted");
    expect_has(after, "Read and accepted", "accepted");
    expect_lacks(g_strdup(after), "action=\"/security/accept\"");
    g_autoptr(Account) account = account_now(pages);
    assert_true(account->warned > 0);
}

/* SECURITY §2: the sentence, and the mode, are on the page. */
static void
the_page_says_what_it_cannot_promise(void **state)
{
    g_autofree char *page = page_get(*state, "/security");
    expect_has(page,
               "Your private keys do not leave this browser. But this "
               "browser receives its program from this server: a hacked "
               "server could serve you another one.",
               "the sentence");
    expect_has(page, "decoded by the server", "the mode");
    static const char *const never[] = {"zero knowledge", "end-to-end",
                                        "unbreakable", "can never read"};
    for (gsize i = 0; i < G_N_ELEMENTS(never); i++)
        expect_lacks(g_strdup(page), never[i]);
}

static void
t9_the_help_says_what_tls_hides_and_what_stays_visible(void **state)
{
    g_autofree char *page = page_get(*state, "/help");
    expect_has(page, "every server on the way can read an ordinary message",
               "what TLS does not hide");
    expect_has(page, "they hide neither who writes to whom",
               "what S/MIME does not hide");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            z8_z9_the_option_is_ticked_and_the_pages_come_and_go),
        cmocka_unit_test(z8_it_is_offered_only_where_it_is_allowed),
        cmocka_unit_test(o12_both_ways_to_a_key_are_told),
        cmocka_unit_test(several_notices_take_one_line),
        cmocka_unit_test(the_language_is_kept_with_the_account),
        cmocka_unit_test(z21_there_are_exactly_four_choices),
        cmocka_unit_test(z23_z24_a_choice_is_saved_and_shown),
        cmocka_unit_test(z4_z6_the_warnings_are_accepted_once),
        cmocka_unit_test(the_page_says_what_it_cannot_promise),
        cmocka_unit_test(
            t9_the_help_says_what_tls_hides_and_what_stays_visible),
    };
    return cmocka_run_group_tests(tests, pages_setup, pages_teardown);
}
