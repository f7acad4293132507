/* SEC-63: senders who want their certificate on somebody else's contact, and
 * messages that verified less than fully. Nothing of them is taken. */
#include "core/mail/harvest.h"

#include "core/mail/contacts.h"
#include "tests/mail/bureau.h"

#define FROM_BRUNO "From: " BRUNO "\\r\\n"
#define MALLORY "mallory@evil.test"

/* Makes the message; the certificate is that of one() or of its own making.
 */
typedef GBytes *(*Maker)(const Bureau *bureau);

static GBytes *
by(const Bureau *bureau, const char *id, const char *fields, const char *more)
{
    return bureau_signed(bureau, id, fields, more);
}

/* The certificate is in the message, and signs nothing. */
static GBytes *
unsigned_with_it(const Bureau *bureau)
{
    bureau_person(bureau, "m", "one", BRUNO, BOTH, -1, 90);
    bureau_run(bureau, "{ printf '" FROM_BRUNO
                       "Content-Type: application/pkix-cert\\r\\n"
                       "Content-Transfer-Encoding: base64\\r\\n\\r\\n';"
                       " openssl x509 -in m.pem -outform DER | base64; }"
                       " >message");
    return bureau_file(bureau, "message");
}

static GBytes *
altered(const Bureau *bureau)
{
    bureau_person(bureau, "m", "one", BRUNO, BOTH, -1, 90);
    g_autoptr(GBytes) message = by(bureau, "m", FROM_BRUNO, "");
    bureau_run(bureau, "sed -i 's/^Hello/Hallo/' message");
    return bureau_file(bureau, "message");
}

static GBytes *
by_a_stranger(const Bureau *bureau)
{
    bureau_person(bureau, "m", "other", BRUNO, BOTH, -1, 90);
    return by(bureau, "m", FROM_BRUNO, "");
}

static GBytes *
by_oneself(const Bureau *bureau)
{
    bureau_certify(bureau, "m", "m",
                   "subjectAltName = email:" BRUNO "\\n" BOTH MAIL, -1, 90);
    return by(bureau, "m", FROM_BRUNO, "");
}

static GBytes *
of_another_address(const Bureau *bureau)
{
    bureau_person(bureau, "m", "one", MALLORY, BOTH, -1, 90);
    return by(bureau, "m", FROM_BRUNO, "");
}

static GBytes *
with_two_froms(const Bureau *bureau)
{
    bureau_person(bureau, "m", "one", MALLORY, BOTH, -1, 90);
    return by(bureau, "m", "From: " MALLORY "\\r\\n" FROM_BRUNO, "");
}

static GBytes *
with_two_mailboxes(const Bureau *bureau)
{
    bureau_person(bureau, "m", "one", BRUNO, BOTH, -1, 90);
    return by(bureau, "m", "From: " BRUNO ", " MALLORY "\\r\\n", "");
}

static GBytes *
ended(const Bureau *bureau)
{
    bureau_person(bureau, "m", "one", BRUNO, BOTH, -90, -1);
    return by(bureau, "m", FROM_BRUNO, "");
}

static GBytes *
for_servers(const Bureau *bureau)
{
    bureau_run(bureau, "cp one.pem CA.pem");
    bureau_certify(bureau, "m", "one",
                   "subjectAltName = email:" BRUNO "\\n" BOTH
                   "extendedKeyUsage = serverAuth\\n",
                   -1, 90);
    return by(bureau, "m", FROM_BRUNO, "");
}

static GBytes *
with_an_old_digest(const Bureau *bureau)
{
    bureau_person(bureau, "m", "one", BRUNO, BOTH, -1, 90);
    return by(bureau, "m", FROM_BRUNO, "-md sha1");
}

static GBytes *
by_two_signers(const Bureau *bureau)
{
    bureau_person(bureau, "m", "one", BRUNO, BOTH, -1, 90);
    bureau_person(bureau, "n", "one", BRUNO, BOTH, -1, 90);
    return by(bureau, "m", FROM_BRUNO, "-signer n.pem -inkey n.key");
}

/* Signed mail inside of something that is not. */
static GBytes *
forwarded(const Bureau *bureau)
{
    bureau_person(bureau, "m", "one", BRUNO, BOTH, -1, 90);
    bureau_run(bureau,
               "printf 'Content-Type: text/plain\\r\\n\\r\\nHello\\r\\n' >in;"
               "{ printf '" FROM_BRUNO "MIME-Version: 1.0\\r\\n"
               "Content-Type: multipart/mixed; boundary=b\\r\\n\\r\\n"
               "--b\\r\\nContent-Type: message/rfc822\\r\\n\\r\\n" FROM_BRUNO
               "'; openssl cms -sign -binary -signer m.pem -inkey m.key"
               " -in in; printf '\\r\\n--b--\\r\\n'; } >message");
    return bureau_file(bureau, "message");
}

static GBytes *
dated_long_ago(const Bureau *bureau)
{
    bureau_person(bureau, "m", "one", BRUNO, BOTH, -90, 90);
    bureau_run(bureau,
               "printf 'Content-Type: text/plain\\r\\n\\r\\nHello\\r\\n' >in;"
               "{ printf '" FROM_BRUNO "Date: '; date -uR -d '3 days ago';"
               " openssl cms -sign -binary -signer m.pem -inkey m.key -in in;"
               " } >message");
    return bureau_file(bureau, "message");
}

static GBytes *
able_to_sign_only(const Bureau *bureau)
{
    bureau_person(bureau, "m", "one", BRUNO, SIGNS, -1, 90);
    return by(bureau, "m", FROM_BRUNO, "");
}

/* Beside a certificate for signing, one that is not the sender's. */
static GBytes *
with_one_of_another_address(const Bureau *bureau)
{
    bureau_person(bureau, "m", "one", BRUNO, SIGNS, -1, 90);
    bureau_person(bureau, "n", "one", MALLORY, AGREES, -1, 90);
    return by(bureau, "m", FROM_BRUNO, "-certfile n.pem");
}

static GBytes *
with_one_of_another_issuer(const Bureau *bureau)
{
    bureau_person(bureau, "m", "one", BRUNO, SIGNS, -1, 90);
    bureau_person(bureau, "n", "two", BRUNO, AGREES, -1, 90);
    return by(bureau, "m", FROM_BRUNO, "-certfile n.pem");
}

static GBytes *
with_one_that_nobody_issued(const Bureau *bureau)
{
    bureau_person(bureau, "m", "one", BRUNO, SIGNS, -1, 90);
    /* The issuer's name, and not its key. */
    bureau_run(bureau, "openssl req -x509 -new -newkey ec -pkeyopt"
                       " ec_paramgen_curve:P-256 -nodes -keyout false.key"
                       " -subj /CN=one -out false.pem");
    bureau_person(bureau, "n", "false", BRUNO, AGREES, -1, 90);
    return by(bureau, "m", FROM_BRUNO, "-certfile n.pem");
}

static GBytes *
from_oneself(const Bureau *bureau)
{
    bureau_person(bureau, "m", "one", OWNER, BOTH, -1, 90);
    return by(bureau, "m", "From: " OWNER "\\r\\n", "");
}

/* That each is refused for what is wrong with it, not for a slip of this
 * test's. */
static void
expect_state(const Bureau *bureau, GBytes *message, const char *want,
             const char *name)
{
    g_autoptr(Judgement) got = bureau_judge(bureau, message);
    g_autofree char *said =
        g_strdup_printf("%s %s", got->state, got->signature);
    if (strcmp(said, want) != 0)
        fail_msg("%s: got %s, want %s", name, said, want);
}

static void
sec_63_hostile_senders_leave_nothing(void **state)
{
    static const struct {
        const char *name;
        Maker make;
        const char *want; /* state and signature of the message */
    } cases[] = {
        {"not signed", unsigned_with_it, "unprotected none"},
        {"altered", altered, "unprotected altered"},
        {"unknown issuer", by_a_stranger, "unprotected unknown-issuer"},
        {"self-signed", by_oneself, "unprotected unknown-issuer"},
        {"certificate of another address", of_another_address,
         "unprotected address-mismatch"},
        {"two From fields", with_two_froms, "unprotected malformed"},
        {"two mailboxes in From", with_two_mailboxes,
         "unprotected malformed"},
        {"certificate has ended", ended, "unprotected expired"},
        {"certificate for servers", for_servers, "unprotected wrong-usage"},
        {"SHA-1", with_an_old_digest, "unprotected weak"},
        {"two signers", by_two_signers, "unprotected several-signers"},
        {"forwarded inside unsigned mail", forwarded, "unprotected none"},
        {"signed three days after its date", dated_long_ago,
         "unprotected verified"},
        {"certificate may only sign", able_to_sign_only, "verified verified"},
        {"another address's came along", with_one_of_another_address,
         "verified verified"},
        {"another issuer's came along", with_one_of_another_issuer,
         "verified verified"},
        {"a forged one came along", with_one_that_nobody_issued,
         "verified verified"},
        {"the account's own address", from_oneself, "verified verified"},
    };
    const Bureau *bureau = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GBytes) message = cases[i].make(bureau);
        expect_state(bureau, message, cases[i].want, cases[i].name);
        const char *got = bureau_harvest(bureau, message, NULL, NULL);
        if (strcmp(got, "-") != 0 ||
            bureau_number(bureau, "SELECT count(*) FROM contact") != 0)
            fail_msg("%s: %s", cases[i].name, got);
    }
}

/* Who writes another's address into a display name gets their own contact. */
static void
sec_63_only_the_from_address_counts(void **state)
{
    const Bureau *bureau = *state;
    bureau_person(bureau, BRUNO, "one", MALLORY, BOTH, -1, 90);
    g_autoptr(GBytes) message =
        by(bureau, BRUNO,
           "From: \"" BRUNO "\" <" MALLORY ">\\r\\n"
           "Sender: " BRUNO "\\r\\nReply-To: " BRUNO "\\r\\n",
           "");
    gint64 id = 0;
    assert_string_equal(bureau_harvest(bureau, message, NULL, &id), "added");
    g_autoptr(ContactView) view = contacts_get(&bureau->world, id, NULL);
    assert_string_equal(view->contact->address, MALLORY);
    /* SEC-43: a name with an at sign is none. */
    assert_string_equal(view->contact->name, "");
    assert_int_equal(bureau_number(bureau, "SELECT count(*) FROM contact"),
                     1);
}

static void
sec_63_revoked_ones_are_not_taken(void **state)
{
    Bureau *bureau = *state;
    bureau_person(bureau, "m", "one", BRUNO, BOTH, -1, 90);
    bureau_run(bureau,
               "for ca in one two; do cp $ca.pem CA.pem;"
               " [ $ca = two ] || openssl ca -config ca.cnf -cert CA.pem"
               " -keyfile $ca.key -revoke m.pem;"
               " openssl ca -config ca.cnf -cert CA.pem -keyfile $ca.key"
               " -gencrl -crldays 9 -out $ca.crl; done");
    static const char *const lists[] = {"one.crl", "two.crl"};
    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++) {
        g_autoptr(GBytes) crl = bureau_file(bureau, lists[i]);
        assert_true(trust_add_crls(bureau->trust, crl, NULL));
    }
    /* A revocation counts from its second on. */
    bureau->world.now = g_get_real_time() / G_USEC_PER_SEC + 1;
    assert_string_equal(bureau_receive(bureau, "m", BRUNO), "-");
    bureau_person(bureau, "n", "one", BRUNO, BOTH, -1, 90);
    assert_string_equal(bureau_receive(bureau, "n", BRUNO), "added");
}

static void
z8_nothing_is_taken_while_secure_mail_is_off(void **state)
{
    Bureau *bureau = *state;
    bureau_person(bureau, "a", "one", BRUNO, BOTH, -1, 90);
    bureau_account(bureau, FALSE);
    assert_string_equal(bureau_receive(bureau, "a", BRUNO), "-");
    bureau_account(bureau, TRUE);
    assert_string_equal(bureau_receive(bureau, "a", BRUNO), "added");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        BUREAU_TEST(sec_63_hostile_senders_leave_nothing),
        BUREAU_TEST(sec_63_only_the_from_address_counts),
        BUREAU_TEST(sec_63_revoked_ones_are_not_taken),
        BUREAU_TEST(z8_nothing_is_taken_while_secure_mail_is_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
