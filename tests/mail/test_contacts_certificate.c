/* Z26, S5, S6, Z14: certificates that a person brings, chooses and hands on.
 */
#include "core/mail/contacts_certificate.h"

#include "core/mail/addressee.h"
#include "core/mail/contacts_file.h"
#include "core/mail/enrol.h"
#include "tests/mail/bureau.h"

static gint64
bruno(const Bureau *bureau)
{
    g_autoptr(GError) error = NULL;
    gint64 id = contacts_create(&bureau->world, BOOK_PERSONAL, "Bruno", BRUNO,
                                &error);
    expect_fine(id != 0, error, "contact");
    return id;
}

/* The outcome, or the reason of the refusal; contact: NULL for whoever. */
static const char *
bring(const Bureau *bureau, gint64 *contact, const char *file)
{
    g_autoptr(GBytes) bytes = bureau_file(bureau, file);
    g_autoptr(GError) error = NULL;
    g_auto(Upload) upload = {0};
    if (contacts_upload(&bureau->world, contact != NULL ? *contact : 0, bytes,
                        UPLOAD_FILE, &upload, &error)) {
        assert_null(upload.refused);
        assert_non_null(upload.kid);
        return upload.outcome;
    }
    if (app_error_code(error) != APP_ERROR_CERTIFICATE)
        fail_msg("%s: %s", file, error->message);
    assert_non_null(upload.refused);
    return upload.refused;
}

static void
expect_text(const char *got, const char *want, const char *name)
{
    if (g_strcmp0(got, want) != 0)
        fail_msg("%s: got %s, want %s", name, got, want);
}

static const char *
used(const Bureau *bureau)
{
    g_autoptr(Addressee) got = addressee_find(&bureau->world, BRUNO, NULL);
    static char name[80];
    g_strlcpy(name, got->cert != NULL ? cert_name(got->cert) : got->problem,
              sizeof name);
    return name;
}

/* What people have on their disks, with and without the chain. */
static void
z26_every_usual_file_is_read(void **state)
{
    static const struct {
        const char *name, *command;
    } cases[] = {
        {".pem", "cp b.pem file"},
        {".pem with CRLF and words around",
         "{ echo Hello; openssl x509 -in b.pem -text; echo Bye; } |"
         " sed 's/$/\\r/' >file"},
        {".pem, chain first", "cat one.pem b.pem >file"},
        {".cer, DER", "openssl x509 -in b.pem -outform DER -out file"},
        {".p7b, DER",
         "openssl crl2pkcs7 -nocrl -certfile one.pem -certfile b.pem"
         " -outform DER -out file"},
        {".p7b, PEM",
         "openssl crl2pkcs7 -nocrl -certfile b.pem -certfile one.pem"
         " -out file"},
        {".p7c, BER",
         "printf x >in; openssl cms -sign -binary -nodetach -stream -indef"
         " -signer b.pem -inkey b.key -in in -outform DER -out file"},
        {".pem with other blocks",
         "cat b.pem >file; openssl pkey -in b.key -pubout >>file"},
    };
    const Bureau *bureau = *state;
    gint64 id = bruno(bureau);
    bureau_person(bureau, "b", "one", BRUNO, BOTH, -1, 90);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        bureau_run(bureau, "%s", cases[i].command);
        expect_text(bring(bureau, &id, "file"), i == 0 ? "added" : "known",
                    cases[i].name);
        expect_text(used(bureau), "b", cases[i].name);
    }
    assert_int_equal(
        bureau_number(bureau, "SELECT count(*) FROM contact_cert"), 1);
}

static void
z26_what_does_not_suit_is_refused_with_the_reason(void **state)
{
    const Bureau *bureau = *state;
    gint64 id = bruno(bureau);
    bureau_person(bureau, "mallory", "one", "mallory@evil.test", BOTH, -1,
                  90);
    bureau_person(bureau, "signs", "one", BRUNO, SIGNS, -1, 90);
    bureau_person(bureau, "ended", "one", BRUNO, BOTH, -90, -1);
    bureau_run(bureau,
               "openssl req -x509 -newkey rsa:512 -nodes -keyout small.key"
               " -out small.pem -subj /CN=small"
               " -addext subjectAltName=email:" BRUNO
               " -addext keyUsage=keyEncipherment"
               " -addext basicConstraints=CA:FALSE");
    bureau_run(bureau, "openssl pkey -in one.key -pubout -out key.pem;"
                       "head -c 100 one.pem >cut.pem; : >empty;"
                       "head -c 300000 /dev/zero >zeros;"
                       "openssl x509 -in one.pem -outform DER |"
                       " head -c 200 >cut.der;"
                       "cat signs.pem mallory.pem >two.pem");
    static const struct {
        const char *name, *file, *want;
    } cases[] = {
        {"another address", "mallory.pem", "address-mismatch"},
        {"an authority's", "one.pem", "no-certificate"},
        {"for signing alone", "signs.pem", "wrong-usage"},
        {"ended", "ended.pem", "expired"},
        {"below the floor", "small.pem", "weak"},
        {"no certificate", "key.pem", "unreadable"},
        {"cut short", "cut.pem", "unreadable"},
        {"cut short, DER", "cut.der", "unreadable"},
        {"empty", "empty", "unreadable"},
        {"the best of two people's", "two.pem", "wrong-usage"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        expect_text(bring(bureau, &id, cases[i].file), cases[i].want,
                    cases[i].name);
    expect_text(bring(bureau, NULL, "two.pem"), "several-people",
                "nobody can say whose");
    g_autoptr(GBytes) zeros = bureau_file(bureau, "zeros");
    g_auto(Upload) upload = {0};
    g_autoptr(GError) error = NULL;
    assert_false(contacts_upload(&bureau->world, id, zeros, UPLOAD_FILE,
                                 &upload, &error));
    expect_app_error(error, APP_ERROR_TOO_LARGE, "300 kB");
    assert_int_equal(
        bureau_number(bureau, "SELECT count(*) FROM contact_cert"), 0);
    assert_int_equal(bureau_number(bureau, "SELECT count(*) FROM contact"),
                     1);
}

static void
z26_a_mismatch_says_whose_it_is(void **state)
{
    const Bureau *bureau = *state;
    gint64 id = bruno(bureau);
    bureau_person(bureau, "m", "one", "mallory@evil.test", BOTH, -1, 90);
    g_autoptr(GBytes) bytes = bureau_file(bureau, "m.pem");
    g_auto(Upload) upload = {0};
    g_autoptr(GError) error = NULL;
    assert_false(contacts_upload(&bureau->world, id, bytes, UPLOAD_ATTACHMENT,
                                 &upload, &error));
    assert_string_equal(upload.named, "mallory@evil.test");
}

static void
z26_whoever_is_named_becomes_a_contact(void **state)
{
    const Bureau *bureau = *state;
    const World *world = &bureau->world;
    bureau_person(bureau, "Bruno Petit", "one", BRUNO, BOTH, -1, 90);
    g_autoptr(GBytes) bytes = bureau_file(bureau, "Bruno Petit.pem");
    g_auto(Upload) upload = {0};
    g_autoptr(GError) error = NULL;
    expect_fine(
        contacts_upload(world, 0, bytes, UPLOAD_ATTACHMENT, &upload, &error),
        error, "upload");
    g_autoptr(ContactView) view = contacts_get(world, upload.contact, NULL);
    assert_string_equal(view->contact->book, "emailed");
    assert_string_equal(view->contact->name, "Bruno Petit");
    assert_string_equal(view->contact->address, BRUNO);
    const ContactCertificate *got = g_ptr_array_index(view->certificates, 0);
    assert_string_equal(got->source, "attachment");
    assert_string_equal(got->state, "used");
    expect_text(bring(bureau, NULL, "Bruno Petit.pem"), "known", "again");
}

/* An unknown authority's is kept for the day it is known, and takes nothing
 * away from what works. */
static void
what_cannot_be_used_displaces_nothing(void **state)
{
    const Bureau *bureau = *state;
    gint64 id = bruno(bureau);
    bureau_person(bureau, "stranger", "other", BRUNO, BOTH, -1, 90);
    bureau_person(bureau, "good", "one", BRUNO, BOTH, -9, 90);
    expect_text(bring(bureau, &id, "stranger.pem"), "added", "first");
    expect_text(used(bureau), "unknown-issuer", "it says why");
    expect_text(bring(bureau, &id, "good.pem"), "added", "a good one");
    expect_text(used(bureau), "good", "it is used");
    expect_text(bring(bureau, &id, "stranger.pem"), "known", "again");
    expect_text(used(bureau), "good", "still");
    g_autoptr(Cert) stranger = bureau_cert(bureau, "stranger");
    g_autoptr(GError) accept = NULL, use = NULL;
    assert_false(contacts_accept(&bureau->world, id,
                                 cert_fingerprint(stranger), &accept));
    expect_app_error(accept, APP_ERROR_CERTIFICATE, "accept");
    assert_false(
        contacts_use(&bureau->world, id, cert_fingerprint(stranger), &use));
    expect_app_error(use, APP_ERROR_CERTIFICATE, "use");
}

static void
z25_a_person_chooses_among_several(void **state)
{
    const Bureau *bureau = *state;
    const World *world = &bureau->world;
    gint64 id = bruno(bureau);
    bureau_person(bureau, "a", "one", BRUNO, BOTH, -9, 90);
    bureau_person(bureau, "b", "one", BRUNO, BOTH, -1, 90);
    bureau_person(bureau, "c", "two", BRUNO, BOTH, -1, 90);
    bring(bureau, &id, "a.pem");
    bring(bureau, &id, "b.pem");
    expect_text(used(bureau), "b", "the newest");
    g_autoptr(Cert) a = bureau_cert(bureau, "a");
    const char *kid = cert_fingerprint(a);
    assert_true(contacts_use(world, id, kid, NULL));
    expect_text(used(bureau), "a", "the chosen one");
    expect_text(bring(bureau, &id, "c.pem"), "added", "another identity");
    expect_text(used(bureau), "a", "the chosen one stays");
    g_autoptr(ContactView) view = contacts_get(world, id, NULL);
    const ContactCertificate *first =
        g_ptr_array_index(view->certificates, 0);
    assert_string_equal(first->kid, kid);
    assert_true(first->pinned);
    assert_int_equal(view->certificates->len, 3);
    assert_true(contacts_use(world, id, NULL, NULL));
    expect_text(used(bureau), "b", "none is chosen");
    assert_true(contacts_use(world, id, kid, NULL));
    assert_true(contacts_forget(world, id, kid, NULL));
    expect_text(used(bureau), "b", "the chosen one was removed");
}

static void
another_address_takes_its_certificates_away(void **state)
{
    const Bureau *bureau = *state;
    gint64 id = bruno(bureau);
    bureau_person(bureau, "b", "one", BRUNO, BOTH, -1, 90);
    bring(bureau, &id, "b.pem");
    assert_true(contacts_edit(&bureau->world, id, BOOK_PERSONAL, "B",
                              "BRUNO@demo.test", NULL));
    expect_text(used(bureau), "b", "the same in other letters");
    assert_true(contacts_edit(&bureau->world, id, BOOK_PERSONAL, "B",
                              "b@demo.test", NULL));
    assert_int_equal(
        bureau_number(bureau, "SELECT count(*) FROM contact_cert"), 0);
}

static void
another_accounts_contact_is_not_found(void **state)
{
    Bureau *bureau = *state;
    gint64 id = bruno(bureau);
    bureau_person(bureau, "b", "one", BRUNO, BOTH, -1, 90);
    bring(bureau, &id, "b.pem");
    g_autoptr(Cert) cert = bureau_cert(bureau, "b");
    g_autoptr(GBytes) bytes = bureau_file(bureau, "b.pem");
    const char *kid = cert_fingerprint(cert);
    World eve = bureau->world;
    g_autoptr(Account) account = account_ensure(
        eve.db, "eve@demo.test", "eve@demo.test", eve.now, NULL);
    eve.account = account;
    enum { UPLOAD, USE, RELEASE, ACCEPT, FORGET, EXPORT, ACTS };
    for (int act = UPLOAD; act < ACTS; act++) {
        g_autoptr(GError) error = NULL;
        g_auto(Upload) upload = {0};
        g_autofree char *name = NULL;
        gboolean done =
            act == UPLOAD    ? contacts_upload(&eve, id, bytes, UPLOAD_FILE,
                                               &upload, &error)
            : act == USE     ? contacts_use(&eve, id, kid, &error)
            : act == RELEASE ? contacts_use(&eve, id, NULL, &error)
            : act == ACCEPT  ? contacts_accept(&eve, id, kid, &error)
            : act == FORGET  ? contacts_forget(&eve, id, kid, &error)
                             : contacts_export(&eve, id, kid, "pem", NULL,
                                               &name, &error) != NULL;
        assert_false(done);
        expect_app_error(error, APP_ERROR_NOT_FOUND, "another's");
    }
    expect_text(used(bureau), "b", "as before");
}

static void
s5_a_contacts_certificate_is_handed_on(void **state)
{
    static const struct {
        const char *format, *password, *name;
    } cases[] = {
        {"pem", NULL, BRUNO ".pem"},
        {"der", NULL, BRUNO ".der"},
        {"p7b", NULL, BRUNO ".p7b"},
    };
    const Bureau *bureau = *state;
    gint64 id = bruno(bureau);
    bureau_person(bureau, "b", "one", BRUNO, BOTH, -1, 90);
    bring(bureau, &id, "b.pem");
    g_autoptr(Cert) cert = bureau_cert(bureau, "b");
    const char *kid = cert_fingerprint(cert);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *name = NULL;
        g_autoptr(GError) error = NULL;
        g_autoptr(GBytes) bytes =
            contacts_export(&bureau->world, id, kid, cases[i].format,
                            cases[i].password, &name, &error);
        expect_fine(bytes != NULL, error, cases[i].format);
        assert_string_equal(name, cases[i].name);
        /* What was handed on can be taken in again. */
        g_autoptr(GPtrArray) read = contacts_file_read(bytes, NULL);
        assert_string_equal(cert_fingerprint(g_ptr_array_index(read, 0)),
                            kid);
    }
    g_autoptr(GError) none = NULL, format = NULL;
    g_autofree char *name = NULL;
    assert_null(
        contacts_export(&bureau->world, id, kid, "p12", NULL, &name, &none));
    expect_app_error(none, APP_ERROR_INPUT, "s6 without a password");
    assert_null(contacts_export(&bureau->world, id, kid, "key", NULL, &name,
                                &format));
    expect_app_error(format, APP_ERROR_INPUT, "no such format");
}

static void
s5_ones_own_certificate_is_handed_on(void **state)
{
    const Bureau *bureau = *state;
    bureau_person(bureau, "me", "one", OWNER, BOTH, -1, 90);
    g_autoptr(Cert) cert = bureau_cert(bureau, "me");
    g_autoptr(GPtrArray) chain = g_ptr_array_new();
    g_autofree char *text =
        enrol_certificate(&bureau->world, cert_der(cert), chain, NULL);
    assert_non_null(text);
    g_autofree char *name = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes =
        contacts_export(&bureau->world, 0, cert_fingerprint(cert), "p12",
                        "a password", &name, &error);
    expect_fine(bytes != NULL, error, "p12");
    assert_string_equal(name, OWNER ".p12");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        BUREAU_TEST(z26_every_usual_file_is_read),
        BUREAU_TEST(z26_what_does_not_suit_is_refused_with_the_reason),
        BUREAU_TEST(z26_a_mismatch_says_whose_it_is),
        BUREAU_TEST(z26_whoever_is_named_becomes_a_contact),
        BUREAU_TEST(what_cannot_be_used_displaces_nothing),
        BUREAU_TEST(z25_a_person_chooses_among_several),
        BUREAU_TEST(another_address_takes_its_certificates_away),
        BUREAU_TEST(another_accounts_contact_is_not_found),
        BUREAU_TEST(s5_a_contacts_certificate_is_handed_on),
        BUREAU_TEST(s5_ones_own_certificate_is_handed_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
