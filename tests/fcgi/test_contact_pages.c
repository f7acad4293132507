/* The pages of contacts over a real database and a real authority: Z14, Z25,
 * Z26, S5, and what a person sees when something is wrong. */
#include "core/mail/contacts_certificate.h"
#include "tests/fcgi/pages_test.h"

/* A contact made by its form; the path of its page, "/contacts/7". */
static char *
contact_new(const Pages *pages, const char *address)
{
    g_autofree char *body =
        g_strdup_printf("name=Ana+Lima&address=%s", address);
    g_autofree char *answer = page_post(pages, "/contacts", body);
    const char *at = strstr(answer, "Location: ");
    if (at == NULL || strstr(at, "?saved=created") == NULL)
        fail_msg("%s: %s", address, answer);
    at += strlen("Location: ");
    return g_strndup(at, strcspn(at, "?"));
}

static char *
below(const char *contact, const char *path)
{
    return g_strconcat(contact, path, NULL);
}

/* The kid of the n-th certificate on a contact's page. */
static char *
kid_on(const Pages *pages, const char *contact, guint n)
{
    g_autofree char *page = page_get(pages, contact);
    const char *at = page;
    for (guint i = 0; i <= n; i++) {
        at = strstr(at, "data-kid=\"");
        if (at == NULL)
            fail_msg("%s has no certificate %u", contact, n);
        at += strlen("data-kid=\"");
    }
    return g_strndup(at, 64);
}

static void
a_contact_is_made_changed_and_removed(void **state)
{
    Pages *pages = *state;
    g_autofree char *contact = contact_new(pages, "ana@one.example");
    g_autofree char *edit = below(contact, "/edit");
    g_autofree char *remove = below(contact, "/remove");
    g_autofree char *edited = below(contact, "?saved=edited");
    expect_page(page_get(pages, contact), 200, "ana@one.example");
    expect_page(page_get(pages, "/contacts?q=lim"), 200, "ana@one.example");
    expect_page(page_get(pages, "/contacts?q=zzz"), 200, "Nobody found for");
    expect_leads(page_post(pages, edit, "name=Bea&address=bea%40one.example"),
                 edited);
    expect_page(page_get(pages, contact), 200, "bea@one.example");
    g_free(page_post(pages, edit,
                     "name=Bea&address=bea%40one.example&book=emailed"));
    expect_page(page_get(pages, "/contacts?book=emailed"), 200,
                "bea@one.example");
    expect_lacks(page_get(pages, "/contacts"), "bea@one.example");
    expect_page(page_post(pages, edit, "address=a%40b.example&book=x"), 400,
                "not understood");
    expect_leads(page_post(pages, remove, "a=1"), "/contacts?saved=removed");
    expect_page(page_get(pages, contact), 404, "not there");
}

static void
what_cannot_be_kept_is_shown_again(void **state)
{
    Pages *pages = *state;
    g_autofree char *contact = contact_new(pages, "ana@two.example");
    g_autofree char *edit = below(contact, "/edit");
    g_free(contact_new(pages, "bea@two.example"));
    expect_page(page_post(pages, "/contacts", "name=Zo&address=nobody"), 400,
                "value=\"nobody\"");
    expect_page(
        page_post(pages, "/contacts", "name=&address=ana%40two.example"), 409,
        "with this address already");
    expect_page(page_post(pages, edit, "name=A&address=x"), 400,
                "not an e-mail address");
    expect_page(page_post(pages, edit, "address=bea%40two.example"), 409,
                "with this address already");
    /* The page after a refused post can be loaded again. */
    expect_leads(page_get(pages, edit), contact);
}

static void
sec_44_what_was_typed_is_escaped(void **state)
{
    static const char nasty[] =
        "name=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E&address=x";
    g_autofree char *page = page_post(*state, "/contacts", nasty);
    expect_lacks(g_strdup(page), "<script>alert");
    expect_has(page, "&lt;script&gt;alert(1)", "the name, escaped");
    expect_lacks(page_get(*state, "/contacts?q=%3Cscript%3Ealert(1)"),
                 "<script>alert");
}

/* No name turns what stands around it, or passes for an address. */
static void
sec_43_names_are_cleaned(void **state)
{
    static const char *const bodies[] = {
        "name=Ana%E2%80%AEMalo&address=ana%40bidi.example",
        "name=Ana%E2%80%8BMalo&address=ana%40zero.example",
        "name=Ana%0D%0AMalo&address=ana%40lines.example",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(bodies); i++)
        g_free(page_post(*state, "/contacts", bodies[i]));
    g_autofree char *page = page_get(*state, "/contacts?q=malo");
    expect_lacks(g_strdup(page), "\xe2\x80\xae");
    expect_lacks(g_strdup(page), "\xe2\x80\x8b");
    expect_lacks(g_strdup(page), "Ana\r\nMalo");
}

static void
z26_a_certificate_comes_from_a_file(void **state)
{
    Pages *pages = *state;
    g_autofree char *contact = contact_new(pages, "ana@three.example");
    g_autofree char *post = below(contact, "/certificates");
    g_autofree char *added = below(contact, "?saved=added");
    g_autofree char *known = below(contact, "?saved=known");
    g_autofree char *good =
        certificate_of(pages, "ana@three.example", FALSE, 200, 11);
    g_autofree char *others =
        certificate_of(pages, "bea@three.example", FALSE, 200, 12);
    expect_page(page_get(pages, contact), 200, "None yet.");
    expect_leads(page_post_file(pages, post, good), added);
    expect_leads(page_post_file(pages, post, good), known);
    g_autofree char *page = page_get(pages, contact);
    expect_has(page, ">Used<", "state");
    expect_has(page, "a file you added", "source");
    expect_has(page, "Root", "issuer");
    expect_has(page, "13 June 2027", "its end");

    expect_page(page_post_file(pages, post, others), 422,
                "names another address");
    expect_page(page_post_file(pages, post, "no certificate"), 422,
                "not a certificate");
    expect_page(page_post_file(pages, post, ""), 400, "No file came");
    expect_page(page_post(pages, post, "a=1"), 400, "No file came");
    /* None of that was kept. */
    g_autofree char *after = page_get(pages, contact);
    g_auto(GStrv) cards = g_strsplit(after, "data-kid=", -1);
    assert_int_equal(g_strv_length(cards), 2);
}

static void
z25_several_are_kept_and_one_is_used(void **state)
{
    Pages *pages = *state;
    g_autofree char *contact = contact_new(pages, "ana@four.example");
    g_autofree char *post = below(contact, "/certificates");
    g_autofree char *older =
        certificate_of(pages, "ana@four.example", FALSE, 50, 21);
    g_autofree char *newer =
        certificate_of(pages, "ana@four.example", FALSE, 300, 22);
    g_free(page_post_file(pages, post, older));
    g_free(page_post_file(pages, post, newer));
    g_autofree char *kept = kid_on(pages, contact, 1);
    g_autofree char *act = g_strconcat(post, "/", kept, NULL);
    g_autofree char *used = below(contact, "?saved=used");
    g_autofree char *newest = below(contact, "?saved=newest");
    g_autofree char *removed = below(contact, "?saved=removed");

    expect_leads(page_post(pages, act, "act=use"), used);
    expect_page(page_get(pages, contact), 200, "Used, chosen by you");
    g_autofree char *first = kid_on(pages, contact, 0);
    assert_string_equal(first, kept);
    expect_leads(page_post(pages, act, "act=newest"), newest);
    expect_lacks(page_get(pages, contact), "chosen by you");
    expect_page(page_post(pages, act, "act=anything"), 400, "understood");
    expect_leads(page_post(pages, act, "act=remove"), removed);
    expect_page(page_post(pages, act, "act=use"), 404, "not there");
}

static void
s5_a_certificate_is_handed_on_in_each_format(void **state)
{
    static const struct {
        const char *format;
        guint8 first;
    } cases[] = {{"pem", '-'}, {"der", 0x30}, {"p7b", 0x30}};
    Pages *pages = *state;
    g_autofree char *contact = contact_new(pages, "ana@five.example");
    g_autofree char *post = below(contact, "/certificates");
    g_autofree char *pem =
        certificate_of(pages, "ana@five.example", FALSE, 200, 31);
    g_free(page_post_file(pages, post, pem));
    g_autofree char *kid = kid_on(pages, contact, 0);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path =
            g_strconcat(post, "/", kid, "/", cases[i].format, NULL);
        g_autofree char *got = page_get(pages, path);
        expect_status(got, 200, path);
        expect_has(got, "Content-Disposition: attachment", path);
        expect_has(got, "Content-Type: application/octet-stream", path);
        const char *body = strstr(got, "\r\n\r\n") + 4;
        assert_int_equal((guint8)*body, cases[i].first);
    }
    g_autofree char *p12 = g_strconcat(post, "/", kid, "/p12", NULL);
    g_autofree char *wrong = g_strconcat(post, "/", kid, "/jks", NULL);
    g_autofree char *closed =
        page_post(pages, p12, "password=a+long+enough+one");
    expect_status(closed, 200, p12);
    expect_page(page_get(pages, p12), 404, "not there");
    expect_page(page_get(pages, wrong), 404, "not there");
    expect_page(page_post(pages, p12, "a=1"), 400, "not understood");
}

static void
another_account_sees_none_of_it(void **state)
{
    Pages *pages = *state;
    g_autofree char *contact = contact_new(pages, "ana@six.example");
    g_autoptr(GError) error = NULL;
    World1 *world = pages->world;
    gint64 other = new_account(world->db, "mallory@demo.test");
    g_autofree char *cookie =
        session_create(world->db, world->site.server_key, other,
                       "mallory@demo.test", "secret", NOW, &error);
    expect_fine(cookie != NULL, error, "session");
    char *own = g_steal_pointer(&world->cookie);
    world->cookie = g_steal_pointer(&cookie);
    expect_page(page_get(pages, contact), 404, "not there");
    expect_lacks(page_get(pages, "/contacts?q=ana"), "ana@six.example");
    expect_lacks(page_get(pages, "/contacts/suggest?q=ana"), "six.example");
    cookie = world->cookie;
    world->cookie = own;
}

static void
z29_status_tells_who_can_be_encrypted_to(void **state)
{
    Pages *pages = *state;
    g_autofree char *contact = contact_new(pages, "ana@seven.example");
    g_autofree char *post = below(contact, "/certificates");
    g_autofree char *pem =
        certificate_of(pages, "ana@seven.example", FALSE, 200, 41);
    g_free(page_post_file(pages, post, pem));
    g_autofree char *got = page_get(
        pages, "/contacts/status?address=ana@seven.example,no@one.example");
    expect_has(got, "\"address\":\"ana@seven.example\",\"usable\":true", "a");
    expect_has(got, "\"not_after\":\"2027-06-13T", "its end");
    expect_has(got, "\"address\":\"no@one.example\",\"usable\":false", "b");
    expect_has(got, "\"problem\":\"no-certificate\"", "why");
    expect_page(page_get(pages, "/contacts/suggest?q=seven"), 200,
                "\"address\":\"ana@seven.example\",\"usable\":true");

    GString *many = g_string_new("/contacts/status?address=a@b.example");
    for (guint i = 0; i < 100; i++)
        g_string_append(many, ",a@b.example");
    expect_page(page_get(pages, many->str), 400, "not understood");
    g_string_free(many, TRUE);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_contact_is_made_changed_and_removed),
        cmocka_unit_test(what_cannot_be_kept_is_shown_again),
        cmocka_unit_test(sec_44_what_was_typed_is_escaped),
        cmocka_unit_test(sec_43_names_are_cleaned),
        cmocka_unit_test(z26_a_certificate_comes_from_a_file),
        cmocka_unit_test(z25_several_are_kept_and_one_is_used),
        cmocka_unit_test(s5_a_certificate_is_handed_on_in_each_format),
        cmocka_unit_test(another_account_sees_none_of_it),
        cmocka_unit_test(z29_status_tells_who_can_be_encrypted_to),
    };
    return cmocka_run_group_tests(tests, pages_setup, pages_teardown);
}
