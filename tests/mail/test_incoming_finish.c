/* Encrypted messages in a real mailbox: asked for, opened, never kept. */
#include "core/mail/incoming_internal.h"
#include "core/store/keyreq.h"
#include "tests/mail/gadget.h"
#include "tests/mail/open_desk.h"

static const char secret_words[] = "canary-5f1c2e90b7a34d68-in-clear";

static GBytes *
secret_entity(void)
{
    g_autofree char *text = g_strdup_printf(
        "Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n"
        "Content-Type: text/plain\r\n\r\n%s\r\n--m\r\n"
        "Content-Type: application/pdf; name=plan.pdf\r\n\r\nPDF\r\n"
        "--m--\r\n",
        secret_words);
    return text_bytes(text);
}

static void
sec_26_request_asks_for_the_own_keys_and_no_others(void **state)
{
    Alice alice = arrive(state);
    g_autofree char *robert = person_file(alice.people, "robert", ".pem");
    g_autoptr(GBytes) entity = secret_entity();
    g_autoptr(GBytes) body =
        seal_with(alice.people, entity, "-aes-128-cbc", robert);
    guint32 uid = deliver_body(&alice, "request", body, NULL);
    g_autoptr(Incoming) got = open_locked(&alice, uid);
    assert_true(got->encrypted);
    assert_false(got->opened);
    assert_string_equal(got->judgement->state, "encrypted-locked");
    g_autoptr(Json) json =
        json_read(got->key_request, strlen(got->key_request), NULL);
    gint64 size = 0;
    assert_true(json_int(json_member(json, "key_size"), &size));
    assert_int_equal(size, 16);
    g_autofree char *id = g_strdup_printf("%u-%u", alice.validity, uid);
    assert_string_equal(json_get_text(json, "message", NULL), id);
    const Json *recipients = json_get_array(json, "recipients", NULL);
    assert_int_equal(json_array_length(recipients), 1);
    const Json *one = json_array_item(recipients, 0);
    g_autoptr(GPtrArray) certs = readers_of(alice.people, "alice");
    assert_string_equal(json_get_text(one, "kid", NULL),
                        cert_fingerprint(g_ptr_array_index(certs, 0)));
    assert_string_equal(json_get_text(one, "kind", NULL), "rsa15");
    assert_int_equal(got->missing->len, 0);
    desk_close(alice.desk);
}

static void
b5_the_certificate_that_is_missing_is_named(void **state)
{
    Alice alice = arrive(state);
    g_autoptr(GBytes) entity = secret_entity();
    g_autoptr(GBytes) body = seal(alice.people, entity, "-aes256");
    guint32 uid = deliver_body(&alice, "missing", body, NULL);
    World *world = &alice.desk->world;
    g_autoptr(GPtrArray) certs = readers_of(alice.people, "alice");
    const Cert *cert = g_ptr_array_index(certs, 0);
    assert_true(own_cert_delete(world->db, world->account->id,
                                cert_fingerprint(cert), NULL));
    own(&alice, "robert");
    g_autoptr(Incoming) got = open_locked(&alice, uid);
    assert_null(got->key_request);
    assert_int_equal(got->missing->len, 1);
    const IncomingRecipient *one = g_ptr_array_index(got->missing, 0);
    assert_string_equal(one->issuer, cert_issuer(cert));
    assert_int_equal(g_ascii_strcasecmp(one->serial, cert_serial(cert)), 0);
    desk_close(alice.desk);
}

static void
z3_z30_t13_opened_message_shows_both_states_text_and_files(void **state)
{
    Alice alice = arrive(state);
    g_autoptr(GBytes) entity = secret_entity();
    g_autofree char *text = text_of(entity);
    g_autoptr(GBytes) inner = sign(alice.people, "claire", text, NULL);
    g_autoptr(GBytes) body = seal(alice.people, inner, "-aes256");
    g_autoptr(GBytes) message = NULL;
    guint32 uid = deliver_body(&alice, "confidential", body, &message);
    g_autoptr(GBytes) key = content_key_of(alice.people, "alice", message);
    g_autoptr(Incoming) got = open_with(&alice, uid, key);
    assert_string_equal(got->judgement->state, "confidential");
    assert_string_equal(got->judgement->signature, "verified");
    assert_string_equal(got->judgement->encryption, "encrypted");
    assert_true(got->opened && got->encrypted && got->html_allowed);
    assert_string_equal(g_ptr_array_index(got->texts, 0), secret_words);
    const IncomingFile *file = g_ptr_array_index(got->files, 0);
    assert_string_equal(file->name, "plan.pdf");
    assert_true(file->covered);
    /* Z13: it is all that it takes to write back encrypted. */
    assert_string_equal(got->harvest, "added");

    g_autoptr(GError) error = NULL;
    g_autoptr(IncomingPart) part =
        incoming_part_opened(&alice.desk->world, "INBOX", alice.validity, uid,
                             key, file->path, &error);
    expect_fine(part != NULL, error, "part");
    assert_string_equal(part->name, "plan.pdf");
    assert_int_equal(g_bytes_get_size(part->data), 3);
    g_autoptr(Incoming) again = incoming_opened(
        &alice.desk->world, "INBOX", alice.validity, uid, key, &error);
    expect_fine(again != NULL, error, "again");
    assert_string_equal(g_ptr_array_index(again->texts, 0), secret_words);
    desk_close(alice.desk);
}

static void
expect_refused(const Alice *alice, guint32 uid, const char *ticket,
               GBytes *key, AppError want, const char *name)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Incoming) got = finish(alice, uid, ticket, key, &error);
    if (got != NULL || app_error_code(error) != want)
        fail_msg("%s: %s", name, error == NULL ? "opened" : error->message);
}

static void
sec_25_a_request_is_answered_once_by_whom_it_was_made_for(void **state)
{
    Alice alice = arrive(state);
    g_autoptr(GBytes) entity = secret_entity();
    g_autoptr(GBytes) body = seal(alice.people, entity, "-aes-256-gcm");
    g_autoptr(GBytes) message = NULL;
    guint32 uid = deliver_body(&alice, "bound", body, &message);
    guint32 copy = deliver_body(&alice, "bound copy", body, NULL);
    g_autoptr(GBytes) key = content_key_of(alice.people, "alice", message);
    guint8 zeros[32] = {0};
    g_autoptr(GBytes) wrong = g_bytes_new(zeros, sizeof zeros);
    g_autoptr(Incoming) locked = open_locked(&alice, uid);
    g_autofree char *ticket = ticket_of(locked);
    World *world = &alice.desk->world;
    g_autoptr(GError) error = NULL;

    expect_refused(&alice, uid, ticket, wrong, APP_ERROR_MALFORMED,
                   "a wrong key");
    expect_refused(&alice, copy, ticket, key, APP_ERROR_NOT_FOUND,
                   "another message");
    expect_refused(&alice, uid, "no-such-ticket", key, APP_ERROR_NOT_FOUND,
                   "another ticket");

    Session other = *world->session;
    const Session *mine = world->session;
    other.id++;
    world->session = &other;
    expect_refused(&alice, uid, ticket, key, APP_ERROR_NOT_FOUND,
                   "another session");
    world->session = mine;

    g_autoptr(Incoming) first = finish(&alice, uid, ticket, key, &error);
    expect_fine(first != NULL, error, "first");
    g_autoptr(Incoming) again = finish(&alice, uid, ticket, key, &error);
    expect_fine(again != NULL, error, "again");
    assert_string_equal(g_ptr_array_index(again->texts, 0),
                        g_ptr_array_index(first->texts, 0));
    expect_refused(&alice, uid, ticket, wrong, APP_ERROR_CONFLICT,
                   "another key after a success");
    world->now += 301;
    expect_refused(&alice, uid, ticket, key, APP_ERROR_EXPIRED,
                   "five minutes later");
    desk_close(alice.desk);
}

/* A request for this message, but for what it is for and its bytes. */
static void
request_of(const Alice *alice, guint32 uid, KeyreqKind kind,
           const char *digest, const char *ticket)
{
    const World *world = &alice->desk->world;
    g_autoptr(Json) json = json_object_new();
    json_set_text(json, "folder", "INBOX");
    json_set_int(json, "uid_validity", alice->validity);
    json_set_int(json, "uid", uid);
    json_set_text(json, "digest", digest);
    g_autofree char *text = json_write(json);
    g_autoptr(GBytes) resume = g_bytes_new(text, strlen(text));
    assert_true(keyreq_create(world->db, world->account->id,
                              world->session->id, kind, ticket, resume, 0,
                              world->now + 300, NULL));
}

static void
sec_25_a_request_is_for_its_use_and_its_bytes(void **state)
{
    Alice alice = arrive(state);
    g_autoptr(GBytes) entity = secret_entity();
    g_autoptr(GBytes) body = seal(alice.people, entity, "-aes-256-gcm");
    g_autoptr(GBytes) message = NULL;
    guint32 uid = deliver_body(&alice, "bytes", body, &message);
    g_autoptr(GBytes) key = content_key_of(alice.people, "alice", message);
    IncomingSpot spot = {
        .folder = "INBOX", .uid_validity = alice.validity, .uid = uid};
    g_autoptr(GBytes) shown = incoming_fetch(&alice.desk->world, &spot, NULL);
    assert_non_null(shown);
    g_autofree char *digest =
        g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, shown);
    request_of(&alice, uid, KEYREQ_UNWRAP, "00", "bytes");
    expect_refused(&alice, uid, "bytes", key, APP_ERROR_CONFLICT,
                   "other bytes");
    request_of(&alice, uid, KEYREQ_SIGN, digest, "use");
    expect_refused(&alice, uid, "use", key, APP_ERROR_INPUT, "another use");
    desk_close(alice.desk);
}

static void
sec_29_a_key_for_nobody_here_opens_nothing(void **state)
{
    Alice alice = arrive(state);
    g_autoptr(GBytes) entity = secret_entity();
    g_autoptr(GBytes) body = seal(alice.people, entity, "-aes-256-gcm");
    g_autoptr(GBytes) message = NULL;
    guint32 uid = deliver_body(&alice, "nobody", body, &message);
    g_autoptr(GBytes) key = content_key_of(alice.people, "alice", message);
    g_autoptr(Incoming) locked = open_locked(&alice, uid);
    g_autofree char *ticket = ticket_of(locked);
    g_autoptr(GPtrArray) certs = readers_of(alice.people, "alice");
    const World *world = &alice.desk->world;
    assert_true(own_cert_delete(world->db, world->account->id,
                                cert_fingerprint(g_ptr_array_index(certs, 0)),
                                NULL));
    expect_refused(&alice, uid, ticket, key, APP_ERROR_CERTIFICATE,
                   "nobody's");
    desk_close(alice.desk);
}

static void
account_without_secure_mail_opens_nothing(void **state)
{
    Alice alice = arrive(state);
    g_autoptr(GBytes) entity = secret_entity();
    g_autoptr(GBytes) body = seal(alice.people, entity, "-aes256");
    guint32 uid = deliver_body(&alice, "off", body, NULL);
    g_autoptr(Incoming) locked = open_locked(&alice, uid);
    g_autofree char *ticket = ticket_of(locked);
    allow(alice.desk, FALSE);
    guint8 zeros[32] = {0};
    g_autoptr(GBytes) key = g_bytes_new(zeros, sizeof zeros);
    expect_refused(&alice, uid, ticket, key, APP_ERROR_FORBIDDEN, "off");
    g_autoptr(Incoming) without = open_locked(&alice, uid);
    assert_null(without->key_request);
    desk_close(alice.desk);
}

/* EFAIL: the key of a message that was opened, around another content. */
static void
sec_29_an_envelope_is_not_opened_around_another_content(void **state)
{
    static const char *const ciphers[] = {"-aes256", "-aes-256-gcm"};
    Alice alice = arrive(state);
    for (gsize i = 0; i < G_N_ELEMENTS(ciphers); i++) {
        g_autoptr(GBytes) entity = secret_entity();
        g_autoptr(GBytes) body = seal(alice.people, entity, ciphers[i]);
        g_autoptr(GBytes) message = NULL;
        guint32 uid = deliver_body(&alice, ciphers[i], body, &message);
        g_autoptr(GBytes) key =
            content_key_of(alice.people, "alice", message);
        g_autoptr(Incoming) honest = open_with(&alice, uid, key);
        assert_false(honest->copied);

        g_autofree char *subject = g_strconcat("copy ", ciphers[i], NULL);
        g_autoptr(GBytes) gadget =
            gadget_cbc(alice.people, message, key,
                       "Content-Type: text/html\r\n\r\n<img src='http://e/'>"
                       "canary-5f1c2e90b7a34d68-in-clear");
        guint32 bad = deliver_body(&alice, subject, gadget, NULL);
        g_autoptr(Incoming) got = open_with(&alice, bad, key);
        assert_true(got->copied);
        assert_false(got->opened);
        assert_int_equal(got->texts->len + got->htmls->len + got->files->len,
                         0);
        assert_string_equal(got->judgement->state, "encrypted-locked");

        /* The honest one still opens, wherever it lies. */
        g_autoptr(Incoming) still = open_with(&alice, uid, key);
        assert_true(still->opened);
        guint32 moved = deliver_body(&alice, "same envelope", body, NULL);
        g_autoptr(Incoming) twice = open_with(&alice, moved, key);
        assert_true(twice->opened);
        assert_null(incoming_part_opened(&alice.desk->world, "INBOX",
                                         alice.validity, bad, key, "1",
                                         NULL));
    }
    desk_close(alice.desk);
}

static gboolean
folder_holds(const char *folder, const void *bytes, gsize size)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        g_autofree char *data = NULL;
        gsize length = 0;
        if (g_file_test(path, G_FILE_TEST_IS_DIR) &&
            folder_holds(path, bytes, size))
            return TRUE;
        if (g_file_get_contents(path, &data, &length, NULL) &&
            memmem(data, length, bytes, size) != NULL)
            return TRUE;
    }
    return FALSE;
}

static void
sec_57_neither_key_nor_text_is_kept(void **state)
{
    Alice alice = arrive(state);
    g_autoptr(GBytes) entity = secret_entity();
    g_autoptr(GBytes) body = seal(alice.people, entity, "-aes-256-gcm");
    g_autoptr(GBytes) message = NULL;
    guint32 uid = deliver_body(&alice, "canary", body, &message);
    g_autoptr(GBytes) key = content_key_of(alice.people, "alice", message);
    for (guint i = 0; i < 3; i++) {
        g_autoptr(Incoming) got = open_with(&alice, uid, key);
        assert_true(got->opened);
    }
    assert_false(
        folder_holds(alice.desk->folder, secret_words, strlen(secret_words)));
    gsize size;
    const void *data = g_bytes_get_data(key, &size);
    assert_false(folder_holds(alice.desk->folder, data, size));
    /* What there is of it is there to be found. */
    assert_true(folder_holds(alice.desk->folder, "envelope_seen", 13));
    desk_close(alice.desk);
}

static void
b5_old_certificate_still_opens_after_a_renewal(void **state)
{
    Alice alice = arrive(state);
    own(&alice, "robert"); /* newer, and not the one */
    g_autoptr(GBytes) entity = secret_entity();
    g_autoptr(GBytes) body = seal(alice.people, entity, "-aes256");
    g_autoptr(GBytes) message = NULL;
    guint32 uid = deliver_body(&alice, "old", body, &message);
    g_autoptr(GBytes) key = content_key_of(alice.people, "alice", message);
    g_autoptr(Incoming) got = open_with(&alice, uid, key);
    assert_true(got->opened);
    desk_close(alice.desk);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sec_26_request_asks_for_the_own_keys_and_no_others),
        cmocka_unit_test(b5_the_certificate_that_is_missing_is_named),
        cmocka_unit_test(
            z3_z30_t13_opened_message_shows_both_states_text_and_files),
        cmocka_unit_test(
            sec_25_a_request_is_answered_once_by_whom_it_was_made_for),
        cmocka_unit_test(sec_25_a_request_is_for_its_use_and_its_bytes),
        cmocka_unit_test(sec_29_a_key_for_nobody_here_opens_nothing),
        cmocka_unit_test(account_without_secure_mail_opens_nothing),
        cmocka_unit_test(
            sec_29_an_envelope_is_not_opened_around_another_content),
        cmocka_unit_test(sec_57_neither_key_nor_text_is_kept),
        cmocka_unit_test(b5_old_certificate_still_opens_after_a_renewal),
    };
    return cmocka_run_group_tests(tests, open_desk_set_up,
                                  open_desk_tear_down);
}
