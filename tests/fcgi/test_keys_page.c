/* The keys page: what each own certificate does, how long it lasts, and how
 * it is handed on. */
#include "core/store/cert_request.h"
#include "core/store/issued.h"
#include "tests/fcgi/pages_test.h"

#define ALICE "alice@demo.test"

/* Posts alice's certificate as an import does; its kid. */
static char *
enrol(const Pages *pages, const char *pem)
{
    g_auto(GStrv) lines = g_strsplit(pem, "\n", 3);
    g_autofree char *body =
        g_strdup_printf("{\"certificate\":\"%s\",\"chain\":[]}", lines[1]);
    g_autofree char *answer =
        page_send(pages, "/certificates", "application/json", body);
    expect_status(answer, 200, "enrol");
    const char *at = strstr(answer, "\"kid\":\"");
    assert_non_null(at);
    return g_strndup(at + strlen("\"kid\":\""), 64);
}

static void
drop(const Pages *pages, const char *kid)
{
    g_autofree char *body = g_strdup_printf("{\"kid\":\"%s\"}", kid);
    g_free(
        page_send(pages, "/certificates/remove", "application/json", body));
}

/* The card of this certificate on the keys page. */
static char *
card_of(const Pages *pages, const char *kid)
{
    g_autofree char *page = page_get(pages, "/keys");
    g_autofree char *begins = g_strdup_printf("data-kid=\"%s\"", kid);
    expect_status(page, 200, kid);
    const char *card = strstr(page, begins);
    assert_non_null(card);
    const char *end = strstr(card, "</li>");
    return g_strndup(card, (gsize)(end - card));
}

static void
card_lacks(const char *text, const char *word, const char *name)
{
    if (*word != '\0' && strstr(text, word) != NULL)
        fail_msg("%s: '%s' is there", name, word);
}

static void
the_end_is_counted_down(void **state)
{
    static const struct {
        const char *name, *want, *lacks;
        gint64 days;
    } cases[] = {
        {"61 days", "Signs", "It ends", 61},
        {"60 days", "It ends in 60 days. There is time", " wrong\"", 60},
        {"31 days", "It ends in 31 days. There is time", " wrong\"", 31},
        {"30 days", "It ends in 30 days. Ask your administrator", " wrong\"",
         30},
        {"15 days", "It ends in 15 days. Ask your administrator", " wrong\"",
         15},
        {"14 days", "It ends in 14 days. Ask for a new certificate now", "",
         14},
        {"4 days", "It ends in 4 days. Ask for a new certificate now", "", 4},
        {"3 days", "It ends in 3 days. Then you cannot sign", "", 3},
        {"a day", "It ends tomorrow. Then you cannot sign", "1 days", 1},
        {"today", "It ends today.", "0 days", 0},
        {"over", "Reads old mail", "It ends", -1},
    };
    Pages *pages = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *pem =
            certificate_of(pages, ALICE, FALSE, cases[i].days, 50 + (guint)i);
        g_autofree char *kid = enrol(pages, pem);
        g_autofree char *card = card_of(pages, kid);
        expect_has(card, cases[i].want, cases[i].name);
        card_lacks(card, cases[i].lacks, cases[i].name);
        drop(pages, kid);
    }
}

/* What the site's own authority issued is renewed here; another's is asked
 * for where it came from. */
static void
b12_renewal_is_offered_for_what_was_issued_here(void **state)
{
    Pages *pages = *state;
    g_autofree char *pem = certificate_of(pages, ALICE, FALSE, 10, 80);
    g_autofree char *kid = enrol(pages, pem);
    g_autofree char *elsewhere = card_of(pages, kid);
    expect_has(elsewhere, "and import it here", "another's");
    card_lacks(elsewhere, "data-renew", "another's");

    g_autoptr(GBytes) der = g_bytes_new_static("der", 3);
    const Issued issued = {
        .serial = kid,
        .kid = kid,
        .request = kid,
        .account = pages->world->account,
        .address = (char *)(guintptr)ALICE,
        .key = kid,
        .algorithm = kid,
        .der = der,
        .created = NOW,
    };
    assert_true(issued_create(pages->world->db, &issued, NULL));
    g_autofree char *here = card_of(pages, kid);
    expect_has(here, "Renew it now", "issued here");
    expect_has(here, "data-renew", "issued here");
    card_lacks(here, "import it here", "issued here");
    drop(pages, kid);
}

static void
b12_what_was_renewed_is_kept_without_alarm(void **state)
{
    static const struct {
        const char *name, *want, *lacks;
        gboolean other;
        gint64 days;
    } cases[] = {
        {"renewed", "Keep this one", "It ends", FALSE, 300},
        {"another authority's", "It ends in 3 days", "Keep this one", TRUE,
         300},
        {"over sooner", "It ends in 3 days", "Keep this one", FALSE, 2},
    };
    Pages *pages = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        guint serial = 90 + 2 * (guint)i;
        g_autofree char *pem = certificate_of(pages, ALICE, FALSE, 3, serial);
        g_autofree char *next = certificate_of(pages, ALICE, cases[i].other,
                                               cases[i].days, serial + 1);
        g_autofree char *kid = enrol(pages, pem);
        g_autofree char *later = enrol(pages, next);
        g_autofree char *card = card_of(pages, kid);
        expect_has(card, cases[i].want, cases[i].name);
        card_lacks(card, cases[i].lacks, cases[i].name);
        g_autofree char *newer = card_of(pages, later);
        expect_has(newer, "Signs", cases[i].name);
        drop(pages, kid);
        drop(pages, later);
    }
}

static void
sec_22_a_key_for_both_is_said_to_be_one(void **state)
{
    Pages *pages = *state;
    g_autofree char *pem = certificate_of(pages, ALICE, FALSE, 200, 70);
    g_autofree char *kid = enrol(pages, pem);
    g_autofree char *page = page_get(pages, "/keys");
    expect_has(page, "signs your mail and opens mail encrypted for you",
               "what it does");
    expect_has(page, "One key does both.", "shared");
    drop(pages, kid);
}

static void
an_unsuitable_one_says_why(void **state)
{
    Pages *pages = *state;
    g_autofree char *pem =
        certificate_of(pages, "bob@demo.test", FALSE, 200, 71);
    g_autofree char *kid = enrol(pages, pem);
    g_autofree char *page = page_get(pages, "/keys");
    expect_has(page, "Cannot sign", "tag");
    expect_has(page, "It names an address that is not yours here", "why");
    drop(pages, kid);
}

/* After a reset of the site's authority its certificates are still there;
 * those of an authority that others trust are as unknown here. */
static void
one_of_an_unknown_authority_says_so(void **state)
{
    Pages *pages = *state;
    g_autoptr(Cert) cert = forge(&(CertSpec){
        .subject = dn("Ana"),
        .issuer = dn("Former"),
        .key = pages->key,
        .signer = pages->key,
        .serial = 73,
        .not_before = NOW - 100 * DAY,
        .not_after = NOW + 10 * DAY,
        .extensions = {
            ext_usage(USAGE_DIGITAL_SIGNATURE | USAGE_KEY_AGREEMENT),
            ext_purpose(MAIL_PURPOSE), ext_alt(mail_name(ALICE))}});
    g_autofree char *pem = pem_of(cert);
    g_autofree char *kid = enrol(pages, pem);
    g_autofree char *page = page_get(pages, "/keys");
    expect_has(page, "Signs</span>", "tag");
    expect_has(page, "Nobody known to this server vouches for it", "why");
    expect_has(page, "Keep it: it still opens your old mail.", "why");
    expect_has(page, "Ask your administrator which authority", "what to do");
    expect_has(page, "\"problems\":[\"unknown-issuer\"],\"can_sign\":true",
               "for scripts");
    if (strstr(page, "It ends in") != NULL)
        fail_msg("the end of what is of no use is counted down");
    drop(pages, kid);
}

static void
a_waiting_request_is_taken_back(void **state)
{
    Pages *pages = *state;
    g_autoptr(GBytes) csr = g_bytes_new_static("csr", 3);
    const CertRequest request = {
        .id = (char *)(guintptr) "ab",
        .account = pages->world->account,
        .key = (char *)(guintptr) "k",
        .algorithm = (char *)(guintptr) "P-256",
        .csr = csr,
        .renews = (char *)(guintptr) "",
        .state = (char *)(guintptr)REQUEST_WAITING,
        .created = NOW,
    };
    assert_true(cert_request_create(pages->world->db, &request, NULL));
    static const char path[] = "/certificates/cancel";
    static const char json[] = "application/json";
    g_autofree char *before = page_get(pages, "/certificates/requests");
    expect_has(before, "\"can_cancel\":true", "before");
    expect_page(page_send(pages, path, json, "{\"id\":\"cd\"}"), 404, "");
    expect_page(page_send(pages, path, json, "{\"id\":\"ab\"}"), 200, "{}");
    g_autofree char *after = page_get(pages, "/certificates/requests");
    expect_has(after, "\"state\":\"cancelled\"", "after");
    expect_has(after, "\"can_cancel\":false", "after");
    expect_page(page_send(pages, path, json, "{\"id\":\"ab\"}"), 409, "");
}

static void
s5_s6_ones_own_is_handed_on_without_its_key(void **state)
{
    Pages *pages = *state;
    g_autofree char *pem = certificate_of(pages, ALICE, FALSE, 200, 72);
    g_autofree char *kid = enrol(pages, pem);
    g_autofree char *base = g_strconcat("/certificates/", kid, NULL);
    g_autofree char *take = g_strconcat(base, "/pem", NULL);
    g_autofree char *p12 = g_strconcat(base, "/p12", NULL);
    g_autofree char *page = page_get(pages, "/keys");
    expect_has(page, take, "a link");
    g_autofree char *got = page_get(pages, take);
    expect_status(got, 200, take);
    expect_has(got, "-----BEGIN CERTIFICATE-----", take);
    expect_page(page_post(pages, p12, "password=a+long+enough+one"), 200,
                "Content-Disposition: attachment");
    expect_page(page_post(pages, p12, "password="), 400, "not understood");
    drop(pages, kid);
    expect_page(page_get(pages, take), 404, "not there");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_end_is_counted_down),
        cmocka_unit_test(b12_renewal_is_offered_for_what_was_issued_here),
        cmocka_unit_test(b12_what_was_renewed_is_kept_without_alarm),
        cmocka_unit_test(sec_22_a_key_for_both_is_said_to_be_one),
        cmocka_unit_test(an_unsuitable_one_says_why),
        cmocka_unit_test(one_of_an_unknown_authority_says_so),
        cmocka_unit_test(a_waiting_request_is_taken_back),
        cmocka_unit_test(s5_s6_ones_own_is_handed_on_without_its_key),
    };
    return cmocka_run_group_tests(tests, pages_setup, pages_teardown);
}
