/* The journal, the overview, /metrics, and what is kept about a person, page
 * by page over a real database. */
#include "core/store/audit.h"
#include "core/store/tally.h"
#include "fcgi/pages/admin/journal.h"
#include "tests/fcgi/pages_test.h"

#define TOKEN "0123456789abcdef0123456789abcdef"

static void
make_admin(const Pages *pages, const char *domain)
{
    g_autoptr(GError) error = NULL;
    World1 *world = pages->world;
    const char *const domains[] = {domain, NULL};
    expect_fine(account_set_role(world->db, world->account,
                                 ROLE_ADMINISTRATOR, domains, &error),
                error, "role");
    /* A role ends the sessions: one signs in again. */
    g_free(world->cookie);
    g_free(world->csrf);
    world->cookie =
        session_create(world->db, world->site.server_key, world->account,
                       "alice@demo.test", "secret", NOW, &error);
    expect_fine(world->cookie != NULL, error, "session");
    g_autoptr(Session) session =
        session_find(world->db, world->site.server_key, world->cookie, NOW,
                     30, 12, &error);
    expect_fine(session != NULL, error, "session");
    world->csrf = g_strdup(session->csrf);
}

static void
note(const Pages *pages, gint64 account, const char *subject,
     const char *after)
{
    g_autoptr(GError) error = NULL;
    const AuditAct act = {.actor = "root@demo.test",
                          .source = "192.0.2.1",
                          .account = account,
                          .subject = subject,
                          .act = "account-name",
                          .after = after};
    expect_fine(audit_add(pages->world->db, &act, NOW, &error), error,
                subject);
}

static void
the_journal_is_searched_and_exported(void **state)
{
    Pages *pages = *state;
    gint64 eve = new_account(pages->world->db, "eve@other.test");
    note(pages, eve, "eve@other.test", "Eve");
    note(pages, pages->world->account, "alice@demo.test",
         "<script>alert(1)</script>");
    make_admin(pages, "demo.test");
    g_autofree char *page = page_get(pages, "/admin/audit");
    expect_has(page, "Chain verified up to row", "chain");
    expect_has(page, "Name set", "words");
    expect_has(page, "&lt;script&gt;alert(1)", "escaped");
    expect_lacks(g_strdup(page), "eve@other.test");
    expect_page(page_get(pages, "/admin/audit?actor=nobody"), 200,
                "No act is like this.");
    expect_page(page_get(pages, "/admin/audit?from=2026-13-01"), 400,
                "not understood");
    expect_page(page_get(pages, "/admin/audit?before=x"), 400,
                "not understood");
    g_autofree char *csv = page_get(pages, "/admin/audit/export?format=csv");
    expect_has(csv, "attachment; filename=\"sceau-journal.csv\"", "csv");
    expect_has(csv, "\"alice@demo.test\"", "csv");
    expect_lacks(g_strdup(csv), "eve@other.test");
    expect_page(page_get(pages, "/admin/audit/export?format=xml"), 400,
                "not understood");
    make_admin(pages, NULL);
    expect_page(page_get(pages, "/admin/audit?subject=eve"), 200,
                "eve@other.test");
}

/* Codes are for the export; a name that looks like one is a name. */
static void
what_was_chosen_is_said_in_words(void **state)
{
    Pages *pages = *state;
    const gint64 alice = pages->world->account;
    const AuditAct acts[] = {
        {"terminal:marie", "terminal", alice, "alice@demo.test",
         "account-option", "inherit", "pre-enabled"},
        {"root@demo.test", "192.0.2.1", alice, "alice@demo.test",
         "preference-reset", "auto", "auto"},
        {"root@demo.test", "192.0.2.1", alice, "alice@demo.test",
         "account-name", NULL, "forbidden"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(acts); i++)
        assert_true(audit_add(pages->world->db, &acts[i], NOW, NULL));
    g_autofree char *page = page_get(pages, "/preferences/data");
    expect_has(page, "by marie, at the server itself", "who");
    expect_has(page, "<del><bdi>as the policy has it</bdi></del>", "before");
    expect_has(page, "<ins><bdi>pre-enabled</bdi></ins>", "after");
    expect_has(page, "<ins><bdi>forbidden</bdi></ins>", "a name");
    expect_has(page, "<p class=\"values\"><ins><bdi>Auto (remember last)",
               "the same");
}

static void
a_broken_chain_is_said_loudly(void **state)
{
    Pages *pages = *state;
    g_autoptr(GError) error = NULL;
    make_admin(pages, NULL);
    for (guint i = 0; i < 3; i++)
        note(pages, pages->world->account, "alice@demo.test", "A");
    g_autoptr(Stmt) st = db_prepare(pages->world->db,
                                    "DELETE FROM audit WHERE id = 2", &error);
    expect_fine(st != NULL && stmt_run(st, &error), error, "delete");
    expect_page(page_get(pages, "/admin/audit"), 200,
                "The chain is broken at row 3");
}

static void
a_failure_is_counted_once_it_was_shown(void **state)
{
    Pages *pages = *state;
    g_autoptr(GError) error = NULL;
    g_free(page_post(pages, "/security", "choice=all"));
    g_free(page_get(pages, "/nowhere"));
    g_autoptr(GPtrArray) tallies =
        tally_since(pages->world->db, "failure-", 0, &error);
    expect_fine(tallies != NULL, error, "tallies");
    assert_int_equal(tally_of(tallies, "failure-input"), 1);
    assert_int_equal(tally_of(tallies, "failure-not-found"), 0);
}

static void
the_overview_draws_what_was_counted(void **state)
{
    Pages *pages = *state;
    g_autoptr(GError) error = NULL;
    make_admin(pages, NULL);
    static const char *const names[] = {"sent",
                                        "sent",
                                        "sent",
                                        "sent",
                                        "sent-signed",
                                        "sent-encrypted",
                                        "failure-unreachable"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        assert_true(tally_add(pages->world->db, names[i], NOW, &error));
    g_autofree char *page = page_get(pages, "/admin");
    expect_has(page,
               "Messages by day: of 4, 0 percent signed only, 25 "
               "percent signed and encrypted",
               "text in place of the drawing");
    /* One of four encrypted, the other three plain. */
    expect_has(page,
               "<rect class=\"fill-encrypted\" x=\"583\" y=\"75\""
               " width=\"14\" height=\"25\"/>",
               "encrypted");
    expect_has(page,
               "<rect class=\"fill-plain\" x=\"583\" y=\"0\""
               " width=\"14\" height=\"75\"/>",
               "plain");
    expect_has(page, "The mail server does not answer", "cause");
}

static char *
metrics(const Pages *pages, const char *header)
{
    const char *const env[] = {"REQUEST_METHOD=GET", "REQUEST_URI=/metrics",
                               header, NULL};
    return ask(pages->world, env, NULL);
}

static void
metrics_are_for_whoever_has_the_token(void **state)
{
    Pages *pages = *state;
    expect_page(metrics(pages, "HTTP_AUTHORIZATION=Bearer " TOKEN), 404,
                "not there");
    pages->world->site.metrics_token = g_strdup(TOKEN);
    static const char *const refused[] = {
        NULL,
        "HTTP_AUTHORIZATION=Bearer ",
        "HTTP_AUTHORIZATION=Bearer 0123456789abcdef0123456789abcdeF",
        "HTTP_AUTHORIZATION=Bearer " TOKEN "0",
        "HTTP_AUTHORIZATION=Basic " TOKEN,
        "HTTP_AUTHORIZATION=" TOKEN,
    };
    for (gsize i = 0; i < G_N_ELEMENTS(refused); i++)
        expect_page(metrics(pages, refused[i]), 401,
                    "WWW-Authenticate: Bearer");
    g_autofree char *page =
        metrics(pages, "HTTP_AUTHORIZATION=bearer " TOKEN);
    expect_status(page, 200, "the token");
    expect_has(page, "Content-Type: text/plain; version=0.0.4", "type");
    expect_has(page, "\nsceau_accounts{option=\"on\"} 1\n", "accounts");
    expect_lacks(g_strdup(page), "demo.test");
    g_clear_pointer(&pages->world->site.metrics_token, g_free);
}

static void
a_person_sees_takes_and_deletes_what_is_kept(void **state)
{
    Pages *pages = *state;
    g_autoptr(GError) error = NULL;
    note(pages, pages->world->account, "alice@demo.test", "Alice");
    g_autofree char *page = page_get(pages, "/preferences/data");
    expect_has(page, "Name set", "acts");
    expect_has(page, "Private keys", "what is elsewhere");
    expect_has(page, "Each row of the journal vouches", "what stays");
    g_autofree char *copy =
        page_post(pages, "/preferences/data/export", "a=1");
    expect_has(copy, "attachment; filename=\"sceau-data.json\"", "copy");
    expect_has(copy, "\"about\": \"alice@demo.test\"", "copy");
    expect_lacks(g_strdup(copy), pages->world->cookie);

    expect_page(page_post(pages, "/preferences/data/delete",
                          "address=bob%40demo.test"),
                400, "This is not the address");
    g_autofree char *answer = page_post(pages, "/preferences/data/delete",
                                        "address=Alice%40demo.test");
    expect_status(answer, 303, "deleted");
    expect_has(answer, "Location: /sign-in?saved=deleted", "deleted");
    expect_has(answer, "Max-Age=0", "signed out");
    g_autoptr(Account) gone =
        account_find(pages->world->db, "alice@demo.test", &error);
    assert_null(gone);
    assert_null(error);
    expect_page(page_get(pages, "/sign-in?saved=deleted"), 200,
                "Everything kept here about you was deleted");
}

static void
an_administrator_deletes_within_their_domains(void **state)
{
    Pages *pages = *state;
    Db *db = pages->world->db;
    gint64 bob = new_account(db, "bob@demo.test");
    gint64 eve = new_account(db, "eve@other.test");
    make_admin(pages, "demo.test");
    g_autofree char *theirs =
        g_strdup_printf("/admin/people/%" G_GINT64_FORMAT, eve);
    g_autofree char *theirs_delete = g_strconcat(theirs, "/delete", NULL);
    g_autofree char *theirs_export = g_strconcat(theirs, "/export", NULL);
    expect_page(page_get(pages, theirs), 404, "not there");
    expect_page(page_post(pages, theirs_export, "a=1"), 404, "not there");
    expect_page(page_post(pages, theirs_delete, "address=eve%40other.test"),
                404, "not there");

    g_autofree char *own =
        g_strdup_printf("/admin/people/%" G_GINT64_FORMAT, bob);
    g_autofree char *own_delete = g_strconcat(own, "/delete", NULL);
    expect_page(page_get(pages, own), 200, "bob@demo.test");
    expect_page(page_post(pages, own_delete, "address=bob"), 400,
                "This is not the address");
    expect_leads(page_post(pages, own_delete, "address=bob%40demo.test"),
                 "/admin/audit?saved=deleted");
    expect_page(page_get(pages, own), 404, "not there");
    /* One's own role is in the way. */
    expect_page(page_get(pages, "/preferences/data"), 200,
                "The account has a role");
    expect_page(page_post(pages, "/preferences/data/delete",
                          "address=alice%40demo.test"),
                409, "something stands in the way");
}

/* What core/admin writes into the journal, found in its source. */
static void
every_act_has_words(void **state)
{
    g_autoptr(GRegex) call = g_regex_new(
        "office_note\\([^;]*?,\\s*\"([a-z]+(?:-[a-z]+)*)\",", 0, 0, NULL);
    g_autoptr(GDir) dir = g_dir_open("core/admin", 0, NULL);
    const char *name;
    guint acts = 0;
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename("core/admin", name, NULL);
        g_autofree char *text = NULL;
        assert_true(g_file_get_contents(path, &text, NULL, NULL));
        g_autoptr(GMatchInfo) match = NULL;
        g_regex_match(call, text, 0, &match);
        for (; g_match_info_matches(match); g_match_info_next(match, NULL)) {
            g_autofree char *code = g_match_info_fetch(match, 1);
            acts++;
            if (strcmp(journal_act_words(NULL, code), code) == 0)
                fail_msg("%s: no words for %s", name, code);
        }
    }
    assert_true(acts >= 15);
    (void)state;
}

#define TEST(name)                                                           \
    cmocka_unit_test_setup_teardown(name, pages_setup, pages_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_act_has_words),
        TEST(the_journal_is_searched_and_exported),
        TEST(what_was_chosen_is_said_in_words),
        TEST(a_broken_chain_is_said_loudly),
        TEST(a_failure_is_counted_once_it_was_shown),
        TEST(the_overview_draws_what_was_counted),
        TEST(metrics_are_for_whoever_has_the_token),
        TEST(a_person_sees_takes_and_deletes_what_is_kept),
        TEST(an_administrator_deletes_within_their_domains),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
