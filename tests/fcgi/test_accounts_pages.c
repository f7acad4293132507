/* Accounts, lists of them, and policy, page by page over a real database: as
 * an administrator uses them. The mail server does not answer. */
#include "core/store/policy.h"
#include "tests/fcgi/pages_test.h"

static gint64 bob;

/* Whoever is signed in is an administrator of these domains (NULL: all). */
static Pages *
office(const char *domain)
{
    Pages *pages = pages_new();
    World1 *world = pages->world;
    const char *const domains[] = {domain, NULL};
    g_autoptr(GError) error = NULL;
    expect_fine(account_set_role(world->db, world->account,
                                 ROLE_ADMINISTRATOR, domains, &error),
                error, "role");
    g_free(world->cookie);
    g_free(world->csrf);
    world->cookie =
        session_create(world->db, world->site.server_key, world->account,
                       "alice@demo.test", "secret", NOW, &error);
    g_autoptr(Session) session =
        session_find(world->db, world->site.server_key, world->cookie, NOW,
                     30, 12, &error);
    expect_fine(session != NULL, error, "session");
    world->csrf = g_strdup(session->csrf);
    bob = new_account(world->db, "bob@other.test");
    return pages;
}

static char *
path_of(const char *format, gint64 id)
{
    g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, id);
    g_auto(GStrv) parts = g_strsplit(format, "#", 2);
    return g_strjoinv(number, parts);
}

/* The value of a hidden field. */
static char *
field_of(const char *html, const char *name)
{
    g_autofree char *begin = g_strdup_printf("name=\"%s\" value=\"", name);
    const char *at = strstr(html, begin);
    assert_non_null(at);
    at += strlen(begin);
    return g_strndup(at, strcspn(at, "\""));
}

static void
an_account_is_found_shown_and_saved(void **state)
{
    Pages *pages = office(NULL);
    g_autofree char *path = path_of("/admin/accounts/#", bob);
    g_autofree char *link = g_strdup_printf("href=\"%s\"", path);
    (void)state;
    expect_page(page_get(pages, "/admin/accounts?q=bo&order=seen"), 200,
                link);
    expect_page(page_get(pages, "/admin/accounts?q=nobody"), 200,
                "No account is like this.");
    expect_page(page_get(pages, "/admin/accounts?after=x"), 400, "");
    g_autofree char *page = page_get(pages, path);
    expect_has(page, "bob@other.test", "page");
    g_autofree char *version = field_of(page, "version");
    g_autofree char *body = g_strdup_printf(
        "version=%s&option=pre-enabled&role=helpdesk&domains=Other.test",
        version);
    g_autofree char *saved = g_strconcat(path, "?saved=account", NULL);
    expect_leads(page_post(pages, path, body), saved);
    g_autoptr(Account) got = account_load(pages->world->db, bob, NULL);
    assert_string_equal(got->option, "pre-enabled");
    assert_int_equal(got->role, ROLE_HELPDESK);
    g_auto(GStrv) scope = account_scope(pages->world->db, bob, NULL);
    assert_string_equal(scope[0], "other.test");
    expect_page(page_get(pages, saved), 200, "Option of secure mail set");
    /* The same page again: somebody, here oneself, was faster. */
    expect_page(page_post(pages, path, body), 409,
                "Somebody else saved in the meantime");
    g_autofree char *wrong = g_strdup_printf("version=%" G_GINT64_FORMAT
                                             "&option=allowed&role=helpdesk"
                                             "&domains=a%%40b",
                                             got->version);
    expect_page(page_post(pages, path, wrong), 400, "is no domain");
    pages_free(pages);
}

static void
ones_own_page_has_no_role_to_give(void **state)
{
    Pages *pages = office(NULL);
    (void)state;
    g_autofree char *path =
        path_of("/admin/accounts/#", pages->world->account);
    g_autofree char *page = page_get(pages, path);
    assert_null(strstr(page, "name=\"role\""));
    g_autofree char *version = field_of(page, "version");
    g_autofree char *body =
        g_strdup_printf("version=%s&option=pre-enabled", version);
    g_autofree char *saved = g_strconcat(path, "?saved=account", NULL);
    expect_leads(page_post(pages, path, body), saved);
    g_autoptr(Account) got =
        account_load(pages->world->db, pages->world->account, NULL);
    assert_int_equal(got->role, ROLE_ADMINISTRATOR);
    assert_string_equal(got->option, "pre-enabled");
    pages_free(pages);
}

/* An administrator of one domain meets nothing of another on any page. */
static void
sec_62_pages_keep_to_ones_domains(void **state)
{
    Pages *pages = office("demo.test");
    Db *db = pages->world->db;
    (void)state;
    g_autofree char *account = path_of("/admin/accounts/#", bob);
    g_autofree char *lines = path_of("/admin/policy/account/#", bob);
    static const char *const lists[] = {"/admin/accounts", "/admin/policy",
                                        "/admin/accounts?domain=other.test",
                                        "/admin/accounts?q=bob"};
    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++) {
        g_autofree char *page = page_get(pages, lists[i]);
        expect_status(page, 200, lists[i]);
        assert_null(strstr(page, "bob@other.test"));
    }
    const struct {
        const char *path, *body; /* NULL: GET */
        guint want;
    } cases[] = {
        {account, NULL, 404},
        {account, "version=0&option=allowed&role=staff", 404},
        {lines, NULL, 404},
        {lines, "sign-always=yes&act=try", 404},
        {"/admin/policy/domain/demo.test", NULL, 200},
        {"/admin/policy/domain/other.test", NULL, 403},
        {"/admin/policy/domain/other.test", "sign-always=yes&act=try", 403},
        {"/admin/policy/site/all", NULL, 403},
        {"/admin/policy/site/all", "sign-always=yes&act=save", 403},
        {"/admin/groups", "name=x", 403},
        {"/admin/groups/1", "act=remove", 403},
        {"/admin/policy/king/all", NULL, 404},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got =
            cases[i].body == NULL
                ? page_get(pages, cases[i].path)
                : page_post(pages, cases[i].path, cases[i].body);
        expect_status(got, cases[i].want, cases[i].path);
    }
    g_autofree char *import = page_post(pages, "/admin/accounts/import",
                                        "list=bob%40other.test,allowed");
    expect_has(import, "an address of another domain than yours", "import");
    assert_int_equal(number_of(db, "SELECT count(*) FROM policy WHERE"
                                   " subject <> '1'"),
                     0);
    pages_free(pages);
}

static void
a_list_is_shown_before_it_is_applied(void **state)
{
    Pages *pages = office(NULL);
    Db *db = pages->world->db;
    (void)state;
    static const char list[] = "eve@demo.test,allowed\nnobody,allowed\n";
    g_autofree char *shown =
        page_post_file(pages, "/admin/accounts/import", list);
    expect_status(shown, 200, "shown");
    expect_has(shown, "Good lines: 1.", "good");
    expect_has(shown, "Wrong lines, which are left out: 1.", "wrong");
    expect_has(shown, "<code>nobody,allowed</code>", "which");
    assert_null(account_find(db, "eve@demo.test", NULL));
    expect_leads(page_post(pages, "/admin/accounts/import",
                           "act=apply&list=eve%40demo.test,allowed%0d%0a"
                           "nobody,allowed"),
                 "/admin/accounts/import?saved=import&n=1");
    g_autoptr(Account) eve = account_find(db, "eve@demo.test", NULL);
    assert_true(eve->allowed);
    expect_page(page_post(pages, "/admin/accounts/import", "list="), 400,
                "The list is empty");
    pages_free(pages);
}

static void
s8_a_change_is_shown_before_it_is_saved(void **state)
{
    Pages *pages = office(NULL);
    Db *db = pages->world->db;
    static const char path[] = "/admin/policy/domain/other.test";
    (void)state;
    g_autofree char *page = page_get(pages, path);
    g_autofree char *was = field_of(page, "state");
    g_autofree char *edits =
        g_strdup_printf("state=%s&option=allowed&idle-minutes=10", was);
    /* Saving what was not shown shows it. */
    g_autofree char *hasty = g_strconcat(edits, "&act=save", NULL);
    g_autofree char *shown = page_post(pages, path, hasty);
    expect_status(shown, 200, "shown");
    expect_has(shown, "This touches one account", "whom");
    expect_has(shown, "<bdi>bob@other.test</bdi>", "first names");
    assert_int_equal(number_of(db, "SELECT count(*) FROM policy WHERE"
                                   " scope = 'domain'"),
                     0);
    g_autofree char *tried = field_of(shown, "tried");
    g_autofree char *other = g_strdup_printf(
        "state=%s&tried=%s&option=pre-enabled&act=save", was, tried);
    expect_page(page_post(pages, path, other), 200,
                "This touches one account");
    g_autofree char *right =
        g_strdup_printf("%s&tried=%s&act=save", edits, tried);
    expect_leads(page_post(pages, path, right),
                 "/admin/policy/domain/other.test?saved=policy");
    g_autoptr(Account) got = account_load(db, bob, NULL);
    assert_true(got->allowed);
    expect_page(page_post(pages, path, right), 409,
                "Somebody else saved in the meantime");
    expect_page(page_post(pages, path, "floor-rsa-bits=1023&act=try"), 400,
                "id=\"floor-rsa-bits-wrong\"");
    pages_free(pages);
}

static void
groups_are_made_filled_and_removed(void **state)
{
    Pages *pages = office(NULL);
    (void)state;
    expect_leads(page_post(pages, "/admin/groups", "name=Direction"),
                 "/admin/policy/group/1");
    expect_page(page_post(pages, "/admin/groups", "name=direction"), 409,
                "There is a group of this name already.");
    expect_page(page_post(pages, "/admin/groups", "name=12"), 400,
                "This cannot be a group");
    expect_leads(page_post(pages, "/admin/groups/1",
                           "act=add&address=bob%40other.test"),
                 "/admin/policy/group/1?saved=member");
    expect_page(page_get(pages, "/admin/policy/group/1"), 200,
                "<bdi>bob@other.test</bdi>");
    expect_page(
        page_post(pages, "/admin/groups/1", "act=add&address=x%40other.test"),
        404, "There is no account of this address.");
    expect_leads(page_post(pages, "/admin/groups/1",
                           "act=drop&address=bob%40other.test"),
                 "/admin/policy/group/1?saved=member-gone");
    expect_leads(page_post(pages, "/admin/groups/1", "act=remove"),
                 "/admin/policy?saved=removed");
    expect_page(page_get(pages, "/admin/policy/group/1"), 404, "");
    pages_free(pages);
}

/* The compose page names what is fixed, with and without scripts. */
static void
s8_compose_says_what_the_administrator_decided(void **state)
{
    Pages *pages = office(NULL);
    Db *db = pages->world->db;
    (void)state;
    g_autofree char *before = page_get(pages, "/compose");
    expect_has(before, "id=\"policy-why\" role=\"status\" hidden", "before");
    assert_true(policy_save(db, POLICY_SITE, "", POLICY_SIGN_ALWAYS, "yes",
                            NOW, NULL));
    assert_true(policy_save(db, POLICY_SITE, "", POLICY_ENCRYPT_DOMAINS,
                            "bank.test", NOW, NULL));
    g_autofree char *page = page_get(pages, "/compose");
    expect_has(page, "id=\"policy-why\" role=\"status\">", "shown");
    expect_has(page, "\"encrypt_domains\":[\"bank.test\"]", "for scripts");
    g_autofree char *refused = page_post(
        pages, "/compose",
        "mode=none&to=x%40else.test&text=x&send_key=abcdefghijklmnopqrstuvw");
    expect_status(refused, 403, "refused");
    expect_has(refused, "that every message of this account is signed",
               "why");
    pages_free(pages);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_account_is_found_shown_and_saved),
        cmocka_unit_test(ones_own_page_has_no_role_to_give),
        cmocka_unit_test(sec_62_pages_keep_to_ones_domains),
        cmocka_unit_test(a_list_is_shown_before_it_is_applied),
        cmocka_unit_test(s8_a_change_is_shown_before_it_is_saved),
        cmocka_unit_test(groups_are_made_filled_and_removed),
        cmocka_unit_test(s8_compose_says_what_the_administrator_decided),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
