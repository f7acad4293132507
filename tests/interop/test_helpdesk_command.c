/* sceauctl helpdesk, called as somebody at the terminal calls it; and that
 * no verb or route opens a message or recovers a key (Z5). */
#include "core/store/account.h"
#include "core/store/notice.h"
#include "core/store/support_code.h"
#include "tests/interop/command.h"

#define NOW (g_get_real_time() / G_USEC_PER_SEC)

static void
allow(const CommandSite *site)
{
    assert_int_equal(
        run_command(site, "account allow ana@demo.test --on", NULL, NULL), 0);
}

static Account *
ana(Db *db)
{
    Account *account = account_find(db, "ana@demo.test", NULL);
    assert_non_null(account);
    return account;
}

static void
expect_said(const CommandSite *site, const char *arguments, int status,
            const char *want)
{
    g_autofree char *out = NULL, *wrong = NULL;
    int got = run_command(site, arguments, &out, &wrong);
    if (got != status)
        fail_msg("%s: %d, want %d: %s", arguments, got, status, wrong);
    if (strstr(status == 2 ? wrong : out, want) == NULL)
        fail_msg("%s: %s%s, want %s", arguments, out, wrong, want);
}

static void
b11_a_person_is_found_and_helped(void **state)
{
    const CommandSite *site = *state;
    allow(site);
    g_autoptr(Db) db = command_db(site);
    g_autoptr(Account) account = ana(db);
    account_set_preference(db, account->id, "sign", NULL);
    expect_said(site, "helpdesk find an", 0,
                "ana@demo.test\tstaff\ton\tsign");
    expect_said(site, "helpdesk find an --json", 0,
                "[{\"address\":\"ana@demo.test\"");
    expect_said(site, "helpdesk show ana@demo.test --json", 0,
                "\"certificates\":[]");
    expect_said(site, "helpdesk reset-preferences ana@demo.test --json", 0,
                "{\"done\":true}");
    expect_said(site, "helpdesk show ana@demo.test", 0, "\tauto\t");
    expect_said(site, "helpdesk guide ana@demo.test", 0, "");
    expect_said(site, "helpdesk stolen ana@demo.test", 2, "no certificate");
    expect_said(site, "helpdesk show nobody@demo.test", 2, "no account");
    expect_said(site, "helpdesk read ana@demo.test", 2, "");
    g_autoptr(GPtrArray) notices = notice_list(db, account->id, 5, NULL);
    assert_int_equal(notices->len, 2);
    const Notice *first = g_ptr_array_index(notices, 0);
    assert_string_equal(first->code, "first-guide");
    assert_true(g_str_has_prefix(first->actor, "terminal:"));
}

static void
b11_a_code_is_decoded(void **state)
{
    const CommandSite *site = *state;
    allow(site);
    g_autoptr(Db) db = command_db(site);
    g_autoptr(Account) account = ana(db);
    g_autofree char *text = support_code_new();
    const SupportCode code = {.code = text,
                              .account = account->id,
                              .error = (char *)(guintptr) "expired",
                              .route = (char *)(guintptr) "/contacts/status",
                              .kid = (char *)(guintptr) "canary-kid"};
    assert_true(support_code_save(db, &code, NOW, NULL));
    g_autofree char *lower = g_ascii_strdown(text, -1);
    g_autofree char *ask = g_strconcat("helpdesk code ", lower, NULL);
    g_autofree char *json = g_strconcat(ask, " --json", NULL);
    g_autofree char *forget = g_strconcat("helpdesk invalidate ", text, NULL);
    expect_said(site, ask, 0, "about a stored certificate\tana@demo.test");
    expect_said(site, json, 0, "\"certificate\":true");
    g_autofree char *out = NULL;
    run_command(site, json, &out, NULL);
    assert_null(strstr(out, "canary"));
    expect_said(site, forget, 2, "kept no longer");
    expect_said(site, "helpdesk code K7QM", 2, "read it out once more");
}

/* Every verb there is, from what the program says of itself: the ones that
 * decrypt take a content key that they are given, and none has a word for
 * what nobody here can do. */
static void
z5_no_verb_decrypts_unasked_or_recovers_a_key(void **state)
{
    static const char *const never[] = {
        "decrypt", "unwrap",     "unlock",      "recover",
        "escrow",  "passphrase", "private-key", "vault",
        "restore", "read-mail",  "--key ",
    };
    const CommandSite *site = *state;
    g_autofree char *help = NULL;
    assert_int_equal(run_command(site, "--help", &help, NULL), 0);
    assert_non_null(strstr(help, "  helpdesk find"));
    for (gsize i = 0; i < G_N_ELEMENTS(never); i++)
        if (strstr(help, never[i]) != NULL)
            fail_msg("sceauctl has \"%s\"", never[i]);
    g_auto(GStrv) lines = g_strsplit(help, "\n", -1);
    guint opens = 0;
    for (char **line = lines; *line != NULL; line++) {
        if (!g_str_has_prefix(*line, "  open "))
            continue;
        opens++;
        assert_non_null(strstr(*line, "--content-key HEX"));
    }
    assert_int_equal(opens, 1);
}

int
main(int argc, char **argv)
{
    find_command(argv[0]);
    const struct CMUnitTest tests[] = {
        TEST(b11_a_person_is_found_and_helped),
        TEST(b11_a_code_is_decoded),
        TEST(z5_no_verb_decrypts_unasked_or_recovers_a_key),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    g_free(command);
    return failed;
}
