/* To whom can be encrypted, and what is said where it cannot (Z29, SEC-33).
 */
#include "core/mail/addressee.h"

#include "core/mail/contacts.h"
#include "core/mail/contacts_certificate.h"
#include "core/mail/enrol.h"
#include "core/store/contact_cert.h"
#include "tests/mail/bureau.h"

#define DAYS(n) ((gint64)(n)*24 * 3600)

/* Brings id's certificate to the contact of address, which is made. */
static gint64
bring(const Bureau *bureau, const char *id, const char *address)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *file = g_strconcat(id, ".pem", NULL);
    g_autoptr(GBytes) bytes = bureau_file(bureau, file);
    gint64 contact = contacts_create(&bureau->world, BOOK_PERSONAL, "Bruno",
                                     address, &error);
    expect_fine(contact != 0, error, address);
    g_auto(Upload) upload = {0};
    expect_fine(contacts_upload(&bureau->world, contact, bytes, UPLOAD_FILE,
                                &upload, &error),
                error, id);
    return contact;
}

static void
expect_problem(const Bureau *bureau, const char *address, const char *want,
               const char *name)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Addressee) got =
        addressee_find(&bureau->world, address, &error);
    expect_fine(got != NULL, error, name);
    if (g_strcmp0(got->problem, want) != 0 ||
        (got->cert == NULL) != (want != NULL))
        fail_msg("%s: got %s", name, got->problem ? got->problem : "none");
}

/* The same certificate, judged at one time and another: nothing is kept of an
 * earlier judgement. */
static void
z29_trust_is_judged_now(void **state)
{
    static const struct {
        const char *name;
        int day;
        const char *want;
    } cases[] = {
        {"today", 0, NULL},
        {"after its end", 91, "expired"},
        {"before its begin", -5, "not-yet-valid"},
        {"today again", 0, NULL},
    };
    Bureau *bureau = *state;
    gint64 now = bureau->world.now;
    bureau_person(bureau, "b", "one", BRUNO, BOTH, -2, 90);
    bring(bureau, "b", BRUNO);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        bureau->world.now = now + DAYS(cases[i].day);
        expect_problem(bureau, BRUNO, cases[i].want, cases[i].name);
    }
    bureau->world.now = now;
    const TrustPolicy policy = TRUST_POLICY_DEFAULT;
    g_autoptr(Trust) empty = trust_new(&policy);
    bureau->world.trust = empty;
    expect_problem(bureau, BRUNO, "unknown-issuer", "anchor taken away");
    bureau->world.trust = bureau->trust;
    expect_problem(bureau, BRUNO, NULL, "anchor given back");
}

static void
z29_revocation_counts_at_once(void **state)
{
    Bureau *bureau = *state;
    bureau_person(bureau, "b", "one", BRUNO, BOTH, -2, 90);
    bring(bureau, "b", BRUNO);
    expect_problem(bureau, BRUNO, NULL, "before");
    bureau_run(bureau,
               "cp one.pem CA.pem; openssl ca -config ca.cnf -cert CA.pem"
               " -keyfile one.key -revoke b.pem; openssl ca -config ca.cnf"
               " -cert CA.pem -keyfile one.key -gencrl -crldays 9"
               " -out one.crl");
    g_autoptr(GBytes) crl = bureau_file(bureau, "one.crl");
    assert_true(trust_add_crls(bureau->trust, crl, NULL));
    bureau->world.now = g_get_real_time() / G_USEC_PER_SEC + 1;
    expect_problem(bureau, BRUNO, "revoked", "after");
}

static void
z29_each_address_has_its_answer(void **state)
{
    const Bureau *bureau = *state;
    bureau_person(bureau, "b", "one", BRUNO, BOTH, -2, 90);
    bring(bureau, "b", BRUNO);
    assert_true(contacts_create(&bureau->world, BOOK_PERSONAL, "Carole",
                                "carole@demo.test", NULL) != 0);
    const char *const addresses[] = {"Bruno@DEMO.test", "carole@demo.test",
                                     "nobody@demo.test", "no address", NULL};
    static const char *const want[] = {NULL, "no-certificate",
                                       "no-certificate", "no-certificate"};
    g_autoptr(GPtrArray) got =
        addressees_find(&bureau->world, addresses, NULL);
    assert_int_equal(got->len, 4);
    for (guint i = 0; i < got->len; i++) {
        const Addressee *one = g_ptr_array_index(got, i);
        assert_string_equal(one->address, addresses[i]);
        if (g_strcmp0(one->problem, want[i]) != 0)
            fail_msg("%s: %s", addresses[i], one->problem);
    }
    const Addressee *bruno = g_ptr_array_index(got, 0);
    const Addressee *carole = g_ptr_array_index(got, 1);
    assert_string_equal(bruno->name, "Bruno");
    assert_int_equal(bruno->not_after, cert_not_after(bruno->cert));
    assert_string_equal(carole->name, "Carole");
}

static void
b13_sec_32_capabilities_choose_the_algorithm(void **state)
{
    static const struct {
        const char *name;
        const char *hex;
        gboolean gcm, oaep;
    } cases[] = {
        {"nothing said", "", FALSE, FALSE},
        {"AES-256-CBC", "300d300b060960864801650304012a", FALSE, FALSE},
        {"AES-256-GCM", "300d300b060960864801650304012e", TRUE, FALSE},
        {"OAEP", "300d300b06092a864886f70d010107", FALSE, TRUE},
        {"both", "301a300b060960864801650304012e300b06092a864886f70d010107",
         TRUE, TRUE},
        {"cut short", "300d300b06096086480165030401", FALSE, FALSE},
        {"no sequence", "0500", FALSE, FALSE},
    };
    const Bureau *bureau = *state;
    bureau_person(bureau, "b", "one", BRUNO, BOTH, -2, 90);
    gint64 contact = bring(bureau, "b", BRUNO);
    g_autoptr(Cert) cert = bureau_cert(bureau, "b");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        guint8 bytes[64];
        gsize size = strlen(cases[i].hex) / 2;
        for (gsize k = 0; k < size; k++)
            bytes[k] =
                (guint8)(g_ascii_xdigit_value(cases[i].hex[2 * k]) << 4 |
                         g_ascii_xdigit_value(cases[i].hex[2 * k + 1]));
        g_autoptr(GBytes) said = g_bytes_new(bytes, size);
        assert_true(contact_cert_set_capabilities(bureau->world.db, contact,
                                                  cert_fingerprint(cert),
                                                  said, 1, NULL));
        g_autoptr(Addressee) got =
            addressee_find(&bureau->world, BRUNO, NULL);
        if (got->gcm != cases[i].gcm || got->oaep != cases[i].oaep)
            fail_msg("%s: gcm %d, oaep %d", cases[i].name, got->gcm,
                     got->oaep);
    }
}

static void
enrol(const Bureau *bureau, const char *id)
{
    g_autoptr(Cert) cert = bureau_cert(bureau, id);
    g_autoptr(GPtrArray) chain = g_ptr_array_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *text =
        enrol_certificate(&bureau->world, cert_der(cert), chain, &error);
    expect_fine(text != NULL, error, id);
}

static void
expect_self(const Bureau *bureau, const char *problem, const char *used)
{
    g_autoptr(GPtrArray) self = addressee_self(&bureau->world, NULL);
    assert_int_equal(self->len, 1);
    const Addressee *got = g_ptr_array_index(self, 0);
    assert_string_equal(got->address, OWNER);
    assert_true(g_strcmp0(got->problem, problem) == 0);
    if (used != NULL)
        assert_string_equal(cert_name(got->cert), used);
    /* Who writes to themselves finds the same. */
    g_autoptr(Addressee) found =
        addressee_find(&bureau->world, "ALICE@demo.test", NULL);
    assert_true(g_strcmp0(found->problem, problem) == 0);
}

/* Nobody need vouch for one's own; it must work. */
static void
one_encrypts_to_the_newest_of_ones_own(void **state)
{
    Bureau *bureau = *state;
    expect_self(bureau, "no-certificate", NULL);
    bureau_person(bureau, "signs", "one", OWNER, SIGNS, -1, 90);
    enrol(bureau, "signs");
    expect_self(bureau, "wrong-usage", NULL);
    bureau_person(bureau, "ended", "one", OWNER, BOTH, -90, -1);
    enrol(bureau, "ended");
    bureau_person(bureau, "old", "other", OWNER, BOTH, -50, 90);
    enrol(bureau, "old");
    expect_self(bureau, NULL, "old");
    bureau_person(bureau, "new", "one", OWNER, AGREES, -2, 20);
    enrol(bureau, "new");
    expect_self(bureau, NULL, "new");
    bureau_person(bureau, "foreign", "one", BRUNO, BOTH, -1, 90);
    enrol(bureau, "foreign");
    expect_self(bureau, NULL, "new");
    bureau->world.now += DAYS(30);
    expect_self(bureau, NULL, "old");
    bureau->world.now += DAYS(90);
    expect_self(bureau, "expired", NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        BUREAU_TEST(z29_trust_is_judged_now),
        BUREAU_TEST(z29_revocation_counts_at_once),
        BUREAU_TEST(z29_each_address_has_its_answer),
        BUREAU_TEST(b13_sec_32_capabilities_choose_the_algorithm),
        BUREAU_TEST(one_encrypts_to_the_newest_of_ones_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
