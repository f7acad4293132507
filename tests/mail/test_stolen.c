/* A key that was stolen signs nothing from that moment on, and those who have
 * seen a signature of it are to be told (O10). */
#include "core/mail/addressee.h"
#include "core/mail/giving.h"
#include "core/store/disabled_key.h"
#include "core/store/own_cert.h"
#include "tests/mail/secure_desk.h"

/* What core/admin/theft does to the key of one of alice's certificates. */
static void
steal(const Desk *desk, const char *kid)
{
    const World *world = &desk->world;
    g_autoptr(OwnCert) own =
        own_cert_get(world->db, world->account->id, kid, NULL);
    g_autoptr(Cert) cert = cert_parse(own->der, NULL);
    g_autofree char *key = cert_key_print(cert);
    assert_true(disabled_key_add(world->db, world->account->id, key, "stolen",
                                 world->now, NULL));
}

static const ComposeForm to_bob = {
    .to = "Bob <bob@demo.test>",
    .subject = "Réunion",
    .text = "Bonjour\n",
};

static Json *
prepare(const Desk *desk, const char *kid, GError **error)
{
    g_autoptr(GPtrArray) files = g_ptr_array_new();
    ComposeForm form = to_bob;
    form.files = files;
    g_autofree char *text =
        outgoing_prepare(&desk->world, &form, kid, PROTECTION_SIGN, error);
    return text != NULL ? json_read(text, strlen(text), error) : NULL;
}

static void
expect_refused(const Desk *desk, const char *kid)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) request = prepare(desk, kid, &error);
    assert_null(request);
    expect_app_error(error, APP_ERROR_CERTIFICATE, "stolen");
    assert_non_null(strstr(error->message, "stolen"));
}

static const char *
first_problem(const Json *list, const char *kid)
{
    for (gsize i = 0; i < json_array_length(list); i++) {
        const Json *item = json_array_item(list, i);
        if (strcmp(json_get_text(item, "kid", NULL), kid) == 0)
            return json_text(
                json_array_item(json_member(item, "problems"), 0));
    }
    return NULL;
}

static void
expect_problem(const Desk *desk, const char *kid, const char *want)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) json =
        json_of(enrol_list(&desk->world, &error), &error, "list");
    const char *got = first_problem(json_member(json, "certificates"), kid);
    if (g_strcmp0(got, want) != 0)
        fail_msg("problem %s, want %s", got, want);
}

static void
o10_a_message_that_waits_for_its_signature_is_refused(void **state)
{
    Desk *desk = secure_desk(state);
    g_autofree char *kid = secure_own(desk);
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) request = prepare(desk, kid, &error);
    expect_fine(request != NULL, error, "before");
    g_autoptr(GBytes) signature =
        desk_signature(desk, "alice", FALSE, request);
    const char *ticket = json_get_text(request, "ticket", NULL);

    steal(desk, kid);
    g_autofree char *sent =
        outgoing_finish(&desk->world, ticket, signature, &error);
    assert_null(sent);
    expect_app_error(error, APP_ERROR_CERTIFICATE, "finish");
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM outbox"), 0);
    expect_refused(desk, kid);
    secure_close(desk);
}

/* Removing it and adding it again, or another certificate of the same key,
 * undoes nothing. */
static void
o10_the_person_cannot_undo_it(void **state)
{
    Desk *desk = secure_desk(state);
    g_autofree char *kid = secure_own(desk);
    expect_problem(desk, kid, NULL);
    steal(desk, kid);
    expect_problem(desk, kid, "stolen");

    g_autoptr(GError) error = NULL;
    assert_true(enrol_remove(&desk->world, kid, &error));
    g_autoptr(GBytes) der = desk_file(desk, "alice.der");
    g_autoptr(GPtrArray) chain = g_ptr_array_new();
    g_autofree char *again =
        enrol_certificate(&desk->world, der, chain, &error);
    expect_fine(again != NULL, error, "again");
    assert_non_null(strstr(again, "stolen"));
    expect_refused(desk, kid);

    desk_run("cd '%s' && openssl x509 -req -in alice.csr -CA ca.pem"
             " -CAkey ca.key -CAcreateserial -days 60 -extfile alice.ext"
             " -outform DER -out renewed.der",
             desk->folder);
    g_autoptr(GBytes) renewed = desk_file(desk, "renewed.der");
    secure_now(desk);
    g_autoptr(Json) json =
        json_of(enrol_certificate(&desk->world, renewed, chain, &error),
                &error, "renewed");
    const char *other = json_get_text(json, "kid", NULL);
    assert_string_not_equal(other, kid);
    expect_problem(desk, other, "stolen");
    secure_close(desk);
}

/* What is encrypted to oneself would be the thief's to read. */
static void
o10_nothing_is_encrypted_to_a_stolen_key(void **state)
{
    Desk *desk = secure_desk(state);
    g_autofree char *kid = secure_own(desk);
    g_autoptr(GPtrArray) before = addressee_self(&desk->world, NULL);
    assert_null(((Addressee *)g_ptr_array_index(before, 0))->problem);
    steal(desk, kid);
    g_autoptr(GPtrArray) after = addressee_self(&desk->world, NULL);
    assert_string_equal(((Addressee *)g_ptr_array_index(after, 0))->problem,
                        "revoked");
    secure_close(desk);
}

static gint64
to_tell(const Desk *desk, const char *address)
{
    g_autoptr(Addressee) found = addressee_find(&desk->world, address, NULL);
    assert_non_null(found);
    return found->to_tell;
}

static void
o10_contacts_are_told_once_with_the_next_message(void **state)
{
    Desk *desk = secure_desk(state);
    g_autofree char *kid = secure_own(desk);
    secure_contact(desk, "bob", FALSE, FALSE);
    secure_contact(desk, "carol", FALSE, FALSE);
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) request = prepare(desk, kid, &error);
    expect_fine(request != NULL, error, "prepare");
    g_autoptr(Json) sent = secure_finish(desk, request);
    assert_int_equal(to_tell(desk, "bob@demo.test"), 0);

    steal(desk, kid);
    assert_int_equal(to_tell(desk, "Bob@demo.test"), desk->world.now);
    assert_int_equal(to_tell(desk, "carol@demo.test"), 0);

    g_autoptr(GPtrArray) files = g_ptr_array_new();
    ComposeForm form = to_bob;
    form.files = files;
    form.send_key = "another-message";
    g_autofree char *plain = outgoing_send(&desk->world, &form, &error);
    expect_fine(plain != NULL, error, "plain");
    assert_int_equal(to_tell(desk, "bob@demo.test"), 0);
    secure_close(desk);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            o10_a_message_that_waits_for_its_signature_is_refused),
        cmocka_unit_test(o10_the_person_cannot_undo_it),
        cmocka_unit_test(o10_nothing_is_encrypted_to_a_stolen_key),
        cmocka_unit_test(o10_contacts_are_told_once_with_the_next_message),
    };
    return cmocka_run_group_tests(tests, real_setup, real_teardown);
}
