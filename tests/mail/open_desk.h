/*
 * alice at her desk, with a certificate to be written to and messages of
 * claire's in her real mailbox.
 */
#ifndef SCEAU_TESTS_MAIL_OPEN_DESK_H
#define SCEAU_TESTS_MAIL_OPEN_DESK_H

#include "core/mail/incoming.h"
#include "core/mail/mailbox.h"
#include "core/store/own_cert.h"
#include "tests/mail/desk.h"
#include "tests/mail/open_test.h"

typedef struct {
    Real *real;
    void *people;
} Both;

/* alice at her desk, her certificate posted. */
typedef struct {
    Desk *desk;
    const People *people;
    guint32 validity;
} Alice;

G_GNUC_UNUSED static void
own(const Alice *alice, const char *who)
{
    g_autoptr(GPtrArray) certs = readers_of(alice->people, who);
    const Cert *cert = g_ptr_array_index(certs, 0);
    g_autoptr(GBytes) none = g_bytes_new("", 0);
    assert_true(own_cert_save(alice->desk->world.db,
                              alice->desk->world.account->id,
                              cert_fingerprint(cert), cert_der(cert), none,
                              alice->desk->world.now, NULL));
}

G_GNUC_UNUSED static void
allow(Desk *desk, gboolean enabled)
{
    World *world = &desk->world;
    gint64 id = world->account->id;
    assert_true(account_set_allowed(world->db, world->account->login, TRUE,
                                    world->now, NULL));
    assert_true(account_set_enabled(world->db, id, enabled, NULL));
    account_free((Account *)(guintptr)world->account);
    world->account = account_load(world->db, id, NULL);
}

G_GNUC_UNUSED static Alice
arrive(void **state)
{
    const Both *both = *state;
    Alice alice = {desk_open(both->real), both->people, 0};
    desk_sign_in(alice.desk, "alice@demo.test");
    alice.desk->world.trust = alice.people->trust;
    allow(alice.desk, TRUE);
    own(&alice, "alice");
    return alice;
}

G_GNUC_UNUSED static void
deliver(const Alice *alice, GBytes *message)
{
    g_autofree char *path =
        g_build_filename(alice->desk->folder, "message", NULL);
    assert_true(g_file_set_contents(path, g_bytes_get_data(message, NULL),
                                    (gssize)g_bytes_get_size(message), NULL));
    desk_run("tests/net/servers deliver '%s' alice@demo.test <'%s'; rm '%s'",
             alice->desk->real->folder, path, path);
}

/* Delivers body under a subject of its own and finds it. */
G_GNUC_UNUSED static guint32
deliver_body(Alice *alice, const char *subject, GBytes *body,
             GBytes **message)
{
    g_autofree char *fields = g_strdup_printf(
        CLAIRE "To: alice@demo.test\r\nSubject: %s\r\n", subject);
    g_autoptr(GBytes) whole = message_of(alice->people, fields, body);
    deliver(alice, whole);
    if (message != NULL)
        *message = g_bytes_ref(whole);
    g_autoptr(MailPage) page =
        mailbox_page(&alice->desk->world,
                     &(MailQuery){.folder = "INBOX", .page = 1}, NULL);
    assert_non_null(page);
    alice->validity = page->uid_validity;
    for (guint i = 0; i < page->rows->len; i++) {
        const MailRow *row = g_ptr_array_index(page->rows, i);
        if (g_strcmp0(row->subject, subject) == 0)
            return row->uid;
    }
    fail_msg("no message with subject %s", subject);
    return 0;
}

G_GNUC_UNUSED static Incoming *
open_locked(const Alice *alice, guint32 uid)
{
    g_autoptr(GError) error = NULL;
    Incoming *got = incoming_open(&alice->desk->world, "INBOX",
                                  alice->validity, uid, &error);
    expect_fine(got != NULL, error, "open");
    return got;
}

G_GNUC_UNUSED static char *
ticket_of(const Incoming *incoming)
{
    assert_non_null(incoming->key_request);
    g_autoptr(Json) json =
        json_read(incoming->key_request, strlen(incoming->key_request), NULL);
    return g_strdup(json_get_text(json, "ticket", NULL));
}

G_GNUC_UNUSED static Incoming *
finish(const Alice *alice, guint32 uid, const char *ticket, GBytes *key,
       GError **error)
{
    return incoming_finish(&alice->desk->world, "INBOX", alice->validity, uid,
                           ticket, key, error);
}

G_GNUC_UNUSED static Incoming *
open_with(const Alice *alice, guint32 uid, GBytes *key)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Incoming) locked = open_locked(alice, uid);
    g_autofree char *ticket = ticket_of(locked);
    Incoming *got = finish(alice, uid, ticket, key, &error);
    expect_fine(got != NULL, error, "finish");
    return got;
}

static int
open_desk_set_up(void **state)
{
    Both *both = g_new0(Both, 1);
    void *real = NULL;
    real_setup(&real);
    both->real = real;
    people_set_up(&both->people);
    People *people = both->people;
    g_autoptr(GPtrArray) issuing = people_certs(people, "ca/issuing.pem");
    trust_add_intermediate(people->trust, g_ptr_array_index(issuing, 0));
    *state = both;
    return 0;
}

G_GNUC_UNUSED static int
open_desk_tear_down(void **state)
{
    Both *both = *state;
    void *real = both->real;
    people_tear_down(&both->people);
    real_teardown(&real);
    g_free(both);
    return 0;
}

#endif
