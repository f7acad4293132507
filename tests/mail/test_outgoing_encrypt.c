#include "core/cms/enveloped_data.h"
#include "core/mail/incoming.h"
#include "core/mail/mailbox.h"
#include "tests/mail/secure_desk.h"

static void
file_free(gpointer data)
{
    FormFile *file = data;
    g_bytes_unref(file->data);
    g_free(file);
}

static GPtrArray *
one_file(const void *data, gsize size)
{
    FormFile *file = g_new0(FormFile, 1);
    file->name = (char *)(guintptr) "données.bin";
    file->type = (char *)(guintptr) "application/x-test";
    file->data = g_bytes_new(data, size);
    GPtrArray *files = g_ptr_array_new_with_free_func(file_free);
    g_ptr_array_add(files, file);
    return files;
}

static void
expect_stored(const Desk *desk, const char *table, gint64 want)
{
    g_autofree char *sql = g_strdup_printf("SELECT count(*) FROM %s", table);
    gint64 got = desk_number(desk, sql);
    if (got != want)
        fail_msg("%s: %d rows, want %d", table, (int)got, (int)want);
}

static void
z7_t13_z30_openssl_opens_what_is_sent(void **state)
{
    static const struct {
        const char *name;
        gboolean ec, announces;
        const char *type, *cipher, *key;
    } cases[] = {
        {"plain", FALSE, FALSE, "smime-type=enveloped-data", "aes-256-cbc",
         "rsaEncryption"},
        {"announced", FALSE, TRUE, "smime-type=authEnveloped-data",
         "aes-256-gcm", "rsaesOaep"},
        {"curve", TRUE, FALSE, "smime-type=enveloped-data", "aes-256-cbc",
         "dhSinglePass"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Desk *desk = secure_desk(state);
        g_autofree char *kid = secure_own(desk);
        secure_contact(desk, "bob", cases[i].ec, cases[i].announces);
        g_autoptr(GPtrArray) files = one_file("\0\1\2\3", 4);
        const ComposeForm form = {.to = "Bob <bob@demo.test>",
                                  .subject = "Réunion secrète",
                                  .text = "Le texte\n",
                                  .files = files};
        g_autoptr(Json) request = secure_prepare(desk, &form, kid);
        assert_string_equal(json_get_text(request, "protection", NULL),
                            "sign+encrypt");
        g_autoptr(Json) result = secure_finish(desk, request);
        expect_result(result, "sent", cases[i].name);
        assert_string_equal(json_get_text(result, "subject", NULL),
                            "Réunion secrète");
        assert_string_equal(json_get_text(result, "protection", NULL),
                            "sign+encrypt");
        assert_true(json_bool(json_member(result, "filed")));

        const char *id = json_get_text(result, "message_id", NULL);
        g_autofree char *message =
            desk_delivered(desk, "bob@demo.test", "", id);
        assert_non_null(strstr(message, "\nSubject: [...]\n"));
        assert_non_null(strstr(message, cases[i].type));
        secure_openssl_opens(desk, "bob", message);
        desk_run("cd '%s' && openssl cms -cmsout -print -in message"
                 " >printed && grep -q '%s' printed && grep -q '%s' printed",
                 desk->folder, cases[i].cipher, cases[i].key);
        desk_run("cd '%s' && grep -q 'hp=\"cipher\"' content && grep -q"
                 " '^HP-Outer: Subject: \\[\\.\\.\\.\\]' content && grep -q"
                 " '^HP-Outer: To: Bob <bob@demo.test>' content && grep -q"
                 " '^Subject: =?utf-8?B?' content && grep -q '^AAECAw=='"
                 " content",
                 desk->folder);
        /* The sender's copy opens with the sender's key. */
        g_autofree char *copy =
            desk_delivered(desk, "alice@demo.test", ".Sent", id);
        assert_string_equal(strstr(message, "From: alice"), copy);
        secure_openssl_opens(desk, "alice", copy);
        expect_stored(desk, "spool", 0);
        expect_stored(desk, "keyreq", 0);
        secure_close(desk);
    }
}

static void
sec_33_without_one_certificate_nothing_is_stored_or_sent(void **state)
{
    const struct {
        const char *name, *to, *cc, *bcc, *named;
    } cases[] = {
        {"z29 to", "dave@demo.test, bob@demo.test", NULL, NULL, "dave"},
        {"cc", "bob@demo.test", "dave@demo.test", NULL, "dave"},
        {"bcc", "bob@demo.test", NULL, "dave@demo.test", "dave"},
        {"nobody known", "x@elsewhere.example", NULL, NULL, "x@elsewhere"},
    };
    Desk *desk = secure_desk(state);
    g_autofree char *kid = secure_own(desk);
    secure_contact(desk, "bob", FALSE, FALSE);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const ComposeForm form = {.to = cases[i].to,
                                  .cc = cases[i].cc,
                                  .bcc = cases[i].bcc,
                                  .subject = "none of it",
                                  .text = "x"};
        g_autoptr(GError) error = NULL;
        assert_null(outgoing_prepare(&desk->world, &form, kid,
                                     PROTECTION_SIGN_ENCRYPT, &error));
        expect_app_error(error, APP_ERROR_CERTIFICATE, cases[i].name);
        if (strstr(error->message, cases[i].named) == NULL)
            fail_msg("%s: %s", cases[i].name, error->message);
        expect_stored(desk, "keyreq", 0);
        expect_stored(desk, "spool", 0);
        expect_stored(desk, "outbox", 0);
    }
    assert_int_equal(
        desk_count(desk, "bob@demo.test", "", "none of it", NULL), 0);
    secure_close(desk);
}

static void
encrypting_is_refused(void **state)
{
    Desk *desk = secure_desk(state);
    World *world = &desk->world;
    g_autofree char *kid = secure_own(desk);
    secure_contact(desk, "bob", FALSE, FALSE);
    const ComposeForm form = {.to = "bob@demo.test", .text = "x"};
    g_autoptr(GError) error = NULL;

    assert_true(account_set_warned(world->db, world->account->id, 0, NULL));
    secure_account_again(desk);
    assert_null(
        outgoing_prepare(world, &form, kid, PROTECTION_SIGN_ENCRYPT, &error));
    expect_app_error(error, APP_ERROR_FORBIDDEN, "z4 warnings not accepted");
    g_clear_error(&error);
    assert_true(account_set_warned(world->db, world->account->id, 1, NULL));
    assert_true(
        account_set_enabled(world->db, world->account->id, FALSE, NULL));
    secure_account_again(desk);
    assert_null(
        outgoing_prepare(world, &form, kid, PROTECTION_SIGN_ENCRYPT, &error));
    expect_app_error(error, APP_ERROR_FORBIDDEN, "z8 option off");
    g_clear_error(&error);
    assert_true(
        account_set_enabled(world->db, world->account->id, TRUE, NULL));
    secure_account_again(desk);
    World later = *world;
    later.now += 31 * 24 * 3600;
    assert_null(outgoing_prepare(&later, &form, kid, PROTECTION_SIGN_ENCRYPT,
                                 &error));
    expect_app_error(error, APP_ERROR_CERTIFICATE, "own one expired");
    expect_stored(desk, "keyreq", 0);
    secure_close(desk);
}

/* Whether this CMS object has an encrypted key for WHO's certificate. */
static gboolean
is_for(const Desk *desk, const char *message, const char *who)
{
    g_autofree char *file = g_strconcat(who, ".der", NULL);
    g_autoptr(GBytes) bytes = desk_file(desk, file);
    g_autoptr(Cert) cert = cert_parse(bytes, NULL);
    const char *body = strstr(message, "\n\n") + 2;
    gsize size = 0;
    guchar *der = g_base64_decode(body, &size);
    g_autoptr(GBytes) cms = g_bytes_new_take(der, size);
    g_autoptr(GError) error = NULL;
    g_autoptr(EnvelopedData) data = enveloped_data_read(cms, &error);
    expect_fine(data != NULL, error, "envelope");
    for (guint i = 0; i < data->recipients->len; i++)
        if (recipient_is_for(g_ptr_array_index(data->recipients, i), cert))
            return TRUE;
    return FALSE;
}

static void
sec_33_each_of_bcc_gets_a_message_of_its_own(void **state)
{
    Desk *desk = secure_desk(state);
    g_autofree char *kid = secure_own(desk);
    secure_contact(desk, "bob", FALSE, FALSE);
    secure_contact(desk, "carol", TRUE, TRUE);
    const ComposeForm form = {.to = "bob@demo.test",
                              .bcc = "Carol <carol@demo.test>",
                              .subject = "x",
                              .text = "for both"};
    g_autoptr(Json) request = secure_prepare(desk, &form, kid);
    g_autoptr(Json) result = secure_finish(desk, request);
    expect_result(result, "sent", "both");
    const Json *recipients = json_get_array(result, "recipients", NULL);
    assert_int_equal(json_array_length(recipients), 2);
    const char *id = json_get_text(result, "message_id", NULL);
    g_autofree char *to_bob = desk_delivered(desk, "bob@demo.test", "", id);
    g_autofree char *to_carol =
        desk_delivered(desk, "carol@demo.test", "", id);
    g_autofree char *copy =
        desk_delivered(desk, "alice@demo.test", ".Sent", id);
    const struct {
        const char *name, *message;
        gboolean bob, carol;
    } messages[] = {
        {"bob's", to_bob, TRUE, FALSE},
        {"carol's", to_carol, FALSE, TRUE},
        {"copy", copy, TRUE, FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(messages); i++) {
        const char *message = messages[i].message;
        const char *own = strstr(message, "From: alice");
        assert_null(strcasestr(own, "carol"));
        assert_int_equal(is_for(desk, own, "bob"), messages[i].bob);
        assert_int_equal(is_for(desk, own, "carol"), messages[i].carol);
        assert_true(is_for(desk, own, "alice"));
    }
    secure_openssl_opens(desk, "bob", to_bob);
    desk_run("! grep -qi carol '%s/content'", desk->folder);
    secure_openssl_opens(desk, "carol", to_carol);
    expect_stored(desk, "outbox", 2);
    assert_int_equal(outgoing_count(&desk->world, NULL), 0);
    g_autoptr(GPtrArray) list = outgoing_list(&desk->world, NULL);
    assert_int_equal(list->len, 1);
    expect_stored(desk, "spool", 0);
    secure_close(desk);
}

static void
only_bcc_makes_only_messages_to_each(void **state)
{
    Desk *desk = secure_desk(state);
    g_autofree char *kid = secure_own(desk);
    secure_contact(desk, "bob", FALSE, FALSE);
    secure_contact(desk, "carol", TRUE, FALSE);
    const ComposeForm form = {.bcc = "bob@demo.test, carol@demo.test",
                              .text = "x"};
    g_autoptr(Json) request = secure_prepare(desk, &form, kid);
    g_autoptr(Json) result = secure_finish(desk, request);
    expect_result(result, "sent", "only bcc");
    const char *id = json_get_text(result, "message_id", NULL);
    g_autofree char *to_bob = desk_delivered(desk, "bob@demo.test", "", id);
    g_autofree char *to_carol =
        desk_delivered(desk, "carol@demo.test", "", id);
    const char *own = strstr(to_carol, "From: alice");
    assert_false(is_for(desk, own, "bob"));
    g_autofree char *copy =
        desk_delivered(desk, "alice@demo.test", ".Sent", id);
    expect_stored(desk, "outbox", 2);
    secure_close(desk);
}

/* The sender's copy, opened here: fields inside and outside agree. */
static void
b4_sec_37_our_own_message_is_confidential_when_opened(void **state)
{
    Desk *desk = secure_desk(state);
    g_autofree char *kid = secure_own(desk);
    secure_contact(desk, "bob", FALSE, FALSE);
    desk_run("rm -rf '%s/alice@demo.test/Maildir/.Sent'", desk->real->mail);
    const ComposeForm form = {
        .to = "\"Zoë, B.\" <bob@demo.test>",
        .subject = "Réunion très longue, dont le sujet se plie en deux",
        .text = "texte",
        .in_reply_to = "<a@b>",
        .references = "<0@b> <a@b>"};
    g_autoptr(Json) request = secure_prepare(desk, &form, kid);
    g_autoptr(Json) result = secure_finish(desk, request);
    expect_result(result, "sent", "own");

    g_autoptr(GError) error = NULL;
    g_autoptr(MailPage) page = mailbox_page(
        &desk->world, &(MailQuery){.folder = "Sent", .page = 1}, &error);
    expect_fine(page != NULL, error, "page");
    assert_int_equal(page->rows->len, 1);
    const MailRow *row = g_ptr_array_index(page->rows, 0);
    g_autoptr(Incoming) locked = incoming_open(
        &desk->world, "Sent", page->uid_validity, row->uid, &error);
    expect_fine(locked != NULL && locked->key_request != NULL, error, "lock");
    assert_string_equal(locked->judgement->state, "encrypted-locked");
    g_autoptr(Json) asked =
        json_read(locked->key_request, strlen(locked->key_request), NULL);
    g_autoptr(GBytes) key = secure_unwrap(desk, asked);
    g_autoptr(Incoming) opened =
        incoming_finish(&desk->world, "Sent", page->uid_validity, row->uid,
                        json_get_text(asked, "ticket", NULL), key, &error);
    expect_fine(opened != NULL, error, "open");
    assert_string_equal(opened->judgement->state, "confidential");
    assert_int_equal(opened->judgement->differing->len, 0);
    assert_int_equal(opened->judgement->reasons->len, 0);
    assert_string_equal(opened->subject, form.subject);
    secure_close(desk);
}

static void
to_oneself_there_is_one_reader(void **state)
{
    Desk *desk = secure_desk(state);
    g_autofree char *kid = secure_own(desk);
    const ComposeForm form = {.to = "ALICE@demo.test, alice@demo.test",
                              .text = "to myself"};
    g_autoptr(Json) request = secure_prepare(desk, &form, kid);
    g_autoptr(Json) result = secure_finish(desk, request);
    expect_result(result, "sent", "to oneself");
    const char *id = json_get_text(result, "message_id", NULL);
    g_autofree char *message =
        desk_delivered(desk, "alice@demo.test", "", id);
    secure_openssl_opens(desk, "alice", message);
    desk_run("cd '%s' && openssl cms -cmsout -print -in message | grep -c"
             " 'd.ktri' >count && grep -qx 1 count",
             desk->folder);
    secure_close(desk);
}

static void
what_waits_is_one_message_to_its_sender(void **state)
{
    Desk *desk = secure_desk(state);
    World *world = &desk->world;
    const guint16 port = desk->config.submission.port;
    g_autofree char *kid = secure_own(desk);
    secure_contact(desk, "bob", FALSE, FALSE);
    secure_contact(desk, "carol", TRUE, FALSE);
    const ComposeForm form = {.to = "bob@demo.test",
                              .bcc = "carol@demo.test",
                              .subject = "a secret subject",
                              .text = "x"};
    for (int round = 0; round < 2; round++) {
        desk->config.submission.port = 1;
        g_autoptr(Json) request = secure_prepare(desk, &form, kid);
        g_autoptr(Json) result = secure_finish(desk, request);
        expect_result(result, "waiting unreachable", "both");
        const char *ticket = json_get_text(request, "ticket", NULL);
        g_autoptr(GError) error = NULL;
        g_autoptr(Json) stored = json_of(
            outgoing_result(world, ticket, &error), &error, "by ticket");
        assert_null(json_text(json_member(stored, "subject")));
        assert_string_equal(json_get_text(stored, "protection", NULL),
                            "sign+encrypt");
        assert_int_equal(outgoing_count(world, NULL), 1);
        g_autoptr(GPtrArray) list = outgoing_list(world, NULL);
        const OutgoingItem *item = g_ptr_array_index(list, 0);
        assert_string_equal(item->state, "waiting");
        assert_string_equal(item->recipients,
                            "bob@demo.test, carol@demo.test");
        assert_null(item->subject);
        desk->config.submission.port = port;
        if (round == 0) {
            g_autoptr(Json) again = json_of(
                outgoing_retry(world, item->id, &error), &error, "retry");
            expect_result(again, "sent", "retry");
            assert_null(outgoing_retry(world, item->id, &error));
            expect_app_error(error, APP_ERROR_CONFLICT, "a second time");
        } else {
            assert_true(outgoing_discard(world, item->id, &error));
            assert_null(outgoing_result(world, ticket, NULL));
        }
        expect_stored(desk, "spool", 0);
    }
    secure_close(desk);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(z7_t13_z30_openssl_opens_what_is_sent),
        cmocka_unit_test(
            sec_33_without_one_certificate_nothing_is_stored_or_sent),
        cmocka_unit_test(encrypting_is_refused),
        cmocka_unit_test(sec_33_each_of_bcc_gets_a_message_of_its_own),
        cmocka_unit_test(only_bcc_makes_only_messages_to_each),
        cmocka_unit_test(
            b4_sec_37_our_own_message_is_confidential_when_opened),
        cmocka_unit_test(to_oneself_there_is_one_reader),
        cmocka_unit_test(what_waits_is_one_message_to_its_sender),
    };
    return cmocka_run_group_tests(tests, real_setup, real_teardown);
}
