/* SEC-63, B6, S7, S11, Z14, Z15, Z25: whose certificate is taken, and when.
 */
#include "core/mail/harvest.h"

#include "core/mail/addressee.h"
#include "core/mail/contacts.h"
#include "core/mail/contacts_certificate.h"
#include "tests/mail/bureau.h"

/* Which certificate bruno's mail would be encrypted to: "id", or the problem.
 */
static void
expect_used(const Bureau *bureau, const char *want, const char *name)
{
    g_autoptr(Addressee) got = addressee_find(&bureau->world, BRUNO, NULL);
    assert_non_null(got);
    const char *used =
        got->problem != NULL ? got->problem : cert_name(got->cert);
    if (strcmp(used, want) != 0)
        fail_msg("%s: got %s, want %s", name, used, want);
}

static void
expect_outcome(const char *got, const char *want, const char *name)
{
    if (strcmp(got, want) != 0)
        fail_msg("%s: got %s, want %s", name, got, want);
}

static void
z15_unknown_signer_becomes_a_contact(void **state)
{
    const Bureau *bureau = *state;
    g_autofree char *kid = NULL;
    gint64 contact = 0;
    bureau_person(bureau, "Bruno Petit", "one", BRUNO, BOTH, -10, 300);
    g_autoptr(GBytes) message = bureau_signed(
        bureau, "Bruno Petit", "From: The Boss <Bruno@demo.test>\\r\\n", "");
    expect_outcome(bureau_harvest(bureau, message, &kid, &contact), "added",
                   "first message");
    g_autoptr(ContactView) view = contacts_get(&bureau->world, contact, NULL);
    assert_string_equal(view->contact->book, "emailed");
    /* The name that the authority vouches for, not the header's. */
    assert_string_equal(view->contact->name, "Bruno Petit");
    assert_string_equal(view->contact->address, "Bruno@demo.test");
    assert_int_equal(view->certificates->len, 1);
    const ContactCertificate *got = g_ptr_array_index(view->certificates, 0);
    assert_string_equal(got->kid, kid);
    assert_string_equal(got->state, "used");
    assert_string_equal(got->source, "harvest");
    expect_outcome(bureau_harvest(bureau, message, NULL, NULL), "known",
                   "opened again");
}

static void
z14_known_sender_gets_it_on_their_contact(void **state)
{
    const Bureau *bureau = *state;
    gint64 id =
        contacts_create(&bureau->world, BOOK_PERSONAL, "Bruno", BRUNO, NULL);
    bureau_person(bureau, "a", "one", BRUNO, BOTH, -10, 300);
    expect_outcome(bureau_receive(bureau, "a", "BRUNO@demo.test"), "added",
                   "first");
    g_autoptr(ContactView) view = contacts_get(&bureau->world, id, NULL);
    assert_string_equal(view->contact->book, "personal");
    assert_string_equal(view->contact->name, "Bruno");
    assert_int_equal(view->certificates->len, 1);
    assert_int_equal(bureau_number(bureau, "SELECT count(*) FROM contact"),
                     1);
}

/* The fixed bug: mail signed by a renewed certificate was refused. */
static void
s11_renewal_is_adopted_at_once(void **state)
{
    const Bureau *bureau = *state;
    bureau_person(bureau, "a", "one", BRUNO, BOTH, -300, 20);
    bureau_person(bureau, "b", "one", BRUNO, BOTH, -2, 300);
    expect_outcome(bureau_receive(bureau, "a", BRUNO), "added", "cert A");
    expect_used(bureau, "a", "after cert A");
    expect_outcome(bureau_receive(bureau, "b", BRUNO), "renewed", "cert B");
    expect_used(bureau, "b", "after cert B");
    expect_outcome(bureau_receive(bureau, "a", BRUNO), "known", "A again");
    expect_used(bureau, "b", "after A again");
}

static void
z25_newest_valid_of_the_identity_is_used(void **state)
{
    Bureau *bureau = *state;
    bureau_person(bureau, "long", "one", BRUNO, BOTH, -300, 700);
    bureau_person(bureau, "older", "one", BRUNO, BOTH, -400, 700);
    bureau_person(bureau, "short", "one", BRUNO, BOTH, -2, 20);
    expect_outcome(bureau_receive(bureau, "long", BRUNO), "added", "long");
    expect_outcome(bureau_receive(bureau, "short", BRUNO), "renewed",
                   "short");
    expect_used(bureau, "short", "newest");
    /* Out of old mail: kept, and not used by itself. */
    expect_outcome(bureau_receive(bureau, "older", BRUNO), "known", "older");
    expect_used(bureau, "short", "after an older one");
    bureau->world.now += 30 * 24 * 3600;
    expect_used(bureau, "long", "when the newest has ended");
    bureau->world.now += 690 * (gint64)(24 * 3600);
    expect_used(bureau, "expired", "when all have ended");
}

static void
b6_another_identity_waits_for_a_click(void **state)
{
    const Bureau *bureau = *state;
    const World *world = &bureau->world;
    bureau_person(bureau, "a", "one", BRUNO, BOTH, -10, 300);
    bureau_person(bureau, "d", "two", BRUNO, BOTH, -2, 300);
    expect_outcome(bureau_receive(bureau, "a", BRUNO), "added", "first");
    g_autofree char *fields = g_strdup("From: " BRUNO "\\r\\n");
    g_autoptr(GBytes) message = bureau_signed(bureau, "d", fields, "");
    g_autofree char *kid = NULL;
    gint64 contact = 0;
    expect_outcome(bureau_harvest(bureau, message, &kid, &contact), "offered",
                   "other issuer");
    expect_used(bureau, "a", "while it waits");
    expect_outcome(bureau_harvest(bureau, message, NULL, NULL), "offered",
                   "it still waits");
    g_autoptr(GError) error = NULL;
    expect_fine(contacts_accept(world, contact, kid, &error), error,
                "accept");
    expect_used(bureau, "d", "after the click");
    expect_outcome(bureau_receive(bureau, "a", BRUNO), "known",
                   "the identity before");
    expect_used(bureau, "d", "it does not come back by itself");
}

static void
b6_what_was_declined_is_not_offered_again(void **state)
{
    const Bureau *bureau = *state;
    bureau_person(bureau, "a", "one", BRUNO, BOTH, -10, 300);
    bureau_person(bureau, "d", "two", BRUNO, BOTH, -2, 300);
    bureau_receive(bureau, "a", BRUNO);
    g_autoptr(GBytes) message =
        bureau_signed(bureau, "d", "From: " BRUNO "\\r\\n", "");
    g_autofree char *kid = NULL;
    gint64 contact = 0;
    expect_outcome(bureau_harvest(bureau, message, &kid, &contact), "offered",
                   "other issuer");
    assert_true(contacts_forget(&bureau->world, contact, kid, NULL));
    expect_outcome(bureau_harvest(bureau, message, NULL, NULL), "-",
                   "opened again");
    g_autoptr(ContactView) view = contacts_get(&bureau->world, contact, NULL);
    assert_int_equal(view->certificates->len, 1);
    expect_used(bureau, "a", "after declining");
}

static void
sec_63_pinned_one_never_moves(void **state)
{
    Bureau *bureau = *state;
    const World *world = &bureau->world;
    bureau_person(bureau, "a", "one", BRUNO, BOTH, -100, 30);
    bureau_person(bureau, "b", "one", BRUNO, BOTH, -2, 300);
    g_autoptr(GBytes) message =
        bureau_signed(bureau, "a", "From: " BRUNO "\\r\\n", "");
    g_autofree char *kid = NULL;
    gint64 contact = 0;
    bureau_harvest(bureau, message, &kid, &contact);
    assert_true(contacts_use(world, contact, kid, NULL));
    expect_outcome(bureau_receive(bureau, "b", BRUNO), "offered", "renewal");
    expect_used(bureau, "a", "pinned");
    bureau->world.now += 40 * 24 * 3600;
    expect_used(bureau, "offered", "pinned one has ended");
    bureau->world.now -= 40 * 24 * 3600;
    g_autoptr(Cert) newer = bureau_cert(bureau, "b");
    assert_true(
        contacts_accept(world, contact, cert_fingerprint(newer), NULL));
    expect_used(bureau, "b", "accepted");
}

/* Two certificates, one for each use, by one message (RFC 8551 §2.5.3). */
static void
s7_certificate_for_encrypting_comes_along(void **state)
{
    const Bureau *bureau = *state;
    bureau_person(bureau, "signs", "one", BRUNO, SIGNS, -10, 300);
    bureau_person(bureau, "agrees", "one", BRUNO, AGREES, -10, 300);
    g_autoptr(GBytes) message = bureau_signed(
        bureau, "signs", "From: " BRUNO "\\r\\n", "-certfile agrees.pem");
    expect_outcome(bureau_harvest(bureau, message, NULL, NULL), "added",
                   "with one along");
    expect_used(bureau, "agrees", "the one that may");
}

typedef struct {
    Bureau bureau;
    const Judgement *judgement;
    gint *added, *known;
} Thread;

static gpointer
harvest_it(gpointer user)
{
    Thread *thread = user;
    thread->bureau.world.db = bureau_db(&thread->bureau);
    g_autofree char *kid = NULL;
    gint64 contact = 0;
    const char *outcome = harvest_message(
        &thread->bureau.world, thread->judgement, &kid, &contact, NULL);
    if (g_strcmp0(outcome, "added") == 0)
        g_atomic_int_inc(thread->added);
    if (g_strcmp0(outcome, "known") == 0)
        g_atomic_int_inc(thread->known);
    db_close(thread->bureau.world.db);
    return NULL;
}

static void
two_readers_make_one_contact(void **state)
{
    const Bureau *bureau = *state;
    bureau_person(bureau, "a", "one", BRUNO, BOTH, -10, 300);
    g_autoptr(GBytes) message =
        bureau_signed(bureau, "a", "From: " BRUNO "\\r\\n", "");
    g_autoptr(Judgement) judgement = bureau_judge(bureau, message);
    for (int round = 0; round < 10; round++) {
        gint added = 0, known = 0;
        Thread threads[] = {{*bureau, judgement, &added, &known},
                            {*bureau, judgement, &added, &known}};
        GThread *other = g_thread_new("reader", harvest_it, &threads[0]);
        harvest_it(&threads[1]);
        g_thread_join(other);
        assert_int_equal(added, 1);
        assert_int_equal(known, 1);
        assert_int_equal(
            bureau_number(bureau, "SELECT count(*) FROM contact_cert"), 1);
        gint64 id = bureau_number(bureau, "SELECT id FROM contact");
        assert_true(contacts_remove(&bureau->world, id, NULL));
    }
}

/* However many identities send mail, what is kept of one person is small. */
static void
what_is_kept_of_a_person_is_bounded(void **state)
{
    const Bureau *bureau = *state;
    for (int i = 0; i < 12; i++) {
        g_autofree char *id = g_strdup_printf("n%d", i);
        bureau_person(bureau, id, "one", BRUNO, BOTH, i - 20, 300);
        expect_outcome(bureau_receive(bureau, id, BRUNO),
                       i == 0 ? "added" : "renewed", id);
        expect_used(bureau, id, id);
    }
    assert_int_equal(
        bureau_number(bureau, "SELECT count(*) FROM contact_cert"), 8);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        BUREAU_TEST(z15_unknown_signer_becomes_a_contact),
        BUREAU_TEST(z14_known_sender_gets_it_on_their_contact),
        BUREAU_TEST(s11_renewal_is_adopted_at_once),
        BUREAU_TEST(z25_newest_valid_of_the_identity_is_used),
        BUREAU_TEST(b6_another_identity_waits_for_a_click),
        BUREAU_TEST(b6_what_was_declined_is_not_offered_again),
        BUREAU_TEST(sec_63_pinned_one_never_moves),
        BUREAU_TEST(s7_certificate_for_encrypting_comes_along),
        BUREAU_TEST(two_readers_make_one_contact),
        BUREAU_TEST(what_is_kept_of_a_person_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
