#include "core/mail/outgoing.h"

#include <sys/resource.h>
#include <sys/wait.h>

#include "core/base/secret.h"
#include "core/mail/enrol.h"
#include "core/store/keyreq.h"
#include "tests/mail/desk.h"

/* A key and a self-signed certificate KIND.key, KIND.pem, and its kid. */
static char *
identity(Desk *desk, const char *kind, const char *address, const char *more)
{
    desk_run("cd '%s' && openssl req -x509 -nodes -newkey %s -keyout %s.key"
             " -out %s.pem -subj '/CN=Alice Martin' %s"
             " -addext 'subjectAltName=email:%s'"
             " -addext 'keyUsage=critical,digitalSignature'"
             " -addext 'extendedKeyUsage=emailProtection'"
             " && openssl x509 -in %s.pem -outform DER -out %s.der",
             desk->folder,
             strcmp(kind, "rsa") == 0 ? "rsa:2048"
                                      : "ec -pkeyopt ec_paramgen_curve:P-256",
             kind, kind, more, address, kind, kind);
    desk->world.now = g_get_real_time() / G_USEC_PER_SEC;
    g_autofree char *path = g_strdup_printf("%s/%s.der", desk->folder, kind);
    char *data = NULL;
    gsize size = 0;
    assert_true(g_file_get_contents(path, &data, &size, NULL));
    g_autoptr(GBytes) der = g_bytes_new_take(data, size);
    g_autoptr(GPtrArray) chain = g_ptr_array_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) json = json_of(
        enrol_certificate(&desk->world, der, chain, &error), &error, kind);
    return g_strdup(json_get_text(json, "kid", NULL));
}

/* ECDSA-Sig-Value → r‖s, as WebCrypto gives it. */
static GBytes *
raw_ecdsa(const guint8 *der)
{
    guint8 raw[64] = {0};
    const guint8 *at = der + 2;
    for (int i = 0; i < 2; i++) {
        gsize size = at[1];
        const guint8 *value = at + 2;
        at = value + size;
        while (size > 32) {
            value++;
            size--;
        }
        memcpy(raw + 32 * (i + 1) - size, value, size);
    }
    return g_bytes_new(raw, sizeof raw);
}

/* What the vault does with the attributes of a request. */
static GBytes *
signature_of(const Desk *desk, const char *kind, const Json *request)
{
    g_autoptr(GBytes) attributes =
        json_get_bytes(request, "attributes", NULL);
    g_autofree char *in = g_strdup_printf("%s/attributes", desk->folder);
    g_autofree char *out = g_strdup_printf("%s/signature", desk->folder);
    assert_true(g_file_set_contents(in, g_bytes_get_data(attributes, NULL),
                                    (gssize)g_bytes_get_size(attributes),
                                    NULL));
    desk_run("openssl dgst -sha256 -sign '%s/%s.key' -out '%s' '%s'",
             desk->folder, kind, out, in);
    char *data = NULL;
    gsize size = 0;
    assert_true(g_file_get_contents(out, &data, &size, NULL));
    g_autoptr(GBytes) signature = g_bytes_new_take(data, size);
    if (strcmp(kind, "rsa") == 0)
        return g_steal_pointer(&signature);
    return raw_ecdsa(g_bytes_get_data(signature, NULL));
}

static Desk *
alice(void **state)
{
    Desk *desk = desk_open(*state);
    desk_sign_in(desk, "alice@demo.test");
    desk_allow(desk, TRUE);
    return desk;
}

static Json *
prepare(const Desk *desk, const ComposeForm *form, const char *kid)
{
    g_autoptr(GError) error = NULL;
    return json_of(
        outgoing_prepare(&desk->world, form, kid, PROTECTION_SIGN, &error),
        &error, "prepare");
}

static ComposeForm
letter_to_bob(GPtrArray *files)
{
    return (ComposeForm){
        .to = "Bob <bob@demo.test>",
        .bcc = "carol@demo.test",
        .subject = "Réunion de jeudi",
        .text = "Bonjour\n",
        .files = files,
    };
}

/* openssl, which shares no code with us, finds the signature good. */
static void
expect_signed(const Desk *desk, const char *kind, const char *message)
{
    g_autofree char *path = g_strdup_printf("%s/message", desk->folder);
    assert_true(g_file_set_contents(path, message, -1, NULL));
    desk_run("openssl cms -verify -purpose any -CAfile '%s/%s.pem' -in '%s'"
             " -out '%s/content'",
             desk->folder, kind, path, desk->folder);
    desk_run("grep -q '^Subject: =?utf-8?B?' '%s/content'", desk->folder);
    desk_run("! grep -qi carol '%s/content'", desk->folder);
}

static void
o1_signed_message_arrives_and_openssl_agrees(void **state)
{
    static const char *const kinds[] = {"rsa", "ec"};
    Desk *desk = alice(state);
    FormFile file = {(char *)(guintptr) "a.bin",
                     (char *)(guintptr) "application/octet-stream",
                     g_bytes_new_static("\0\1\2", 3)};
    g_autoptr(GPtrArray) files = g_ptr_array_new();
    g_ptr_array_add(files, &file);
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_autofree char *kid =
            identity(desk, kinds[i], "alice@demo.test", "-days 30");
        const ComposeForm form = letter_to_bob(files);
        g_autoptr(Json) request = prepare(desk, &form, kid);
        assert_string_equal(json_get_text(request, "kid", NULL), kid);
        const char *ticket = json_get_text(request, "ticket", NULL);
        g_autoptr(GBytes) signature = signature_of(desk, kinds[i], request);

        g_autoptr(GError) error = NULL;
        g_autofree char *first =
            outgoing_finish(&desk->world, ticket, signature, &error);
        expect_fine(first != NULL, error, kinds[i]);
        g_autofree char *again =
            outgoing_finish(&desk->world, ticket, signature, &error);
        assert_string_equal(again, first);
        g_autoptr(Json) result = json_read(first, strlen(first), NULL);
        expect_result(result, "sent", kinds[i]);
        const char *id = json_get_text(result, "message_id", NULL);
        g_autofree char *message =
            desk_delivered(desk, "bob@demo.test", "", id);
        expect_signed(desk, kinds[i], message);
        g_autofree char *copy =
            desk_delivered(desk, "alice@demo.test", ".Sent", id);
        expect_signed(desk, kinds[i], copy);
    }
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM spool"), 0);
    g_bytes_unref(file.data);
    desk_close(desk);
}

/* People believe otherwise: only encrypting needs one of each recipient. */
static void
z28_signing_needs_no_certificate_of_a_recipient(void **state)
{
    static const char *const recipients[] = {
        "bob@demo.test", "stranger@elsewhere.example",
        "a@demo.test, b@other.example, \"C, D\" <c@demo.test>"};
    Desk *desk = alice(state);
    g_autofree char *kid = identity(desk, "ec", "alice@demo.test", "-days 9");
    /* The sender's own is the only certificate that the server knows. */
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM own_cert"), 1);
    for (gsize i = 0; i < G_N_ELEMENTS(recipients); i++) {
        const ComposeForm form = {.to = recipients[i], .text = "x"};
        g_autoptr(Json) request = prepare(desk, &form, kid);
        assert_non_null(json_get_text(request, "ticket", NULL));
    }
    desk_close(desk);
}

static void
prepare_refuses(void **state)
{
    Desk *desk = alice(state);
    g_autofree char *good =
        identity(desk, "rsa", "alice@demo.test", "-days 30");
    g_autofree char *of_bob =
        identity(desk, "ec", "bob@demo.test", "-days 30");
    const struct {
        const char *name, *kid;
        gboolean allowed;
        gint64 days;
        AppError want;
    } cases[] = {
        {"s1 not allowed", good, FALSE, 0, APP_ERROR_FORBIDDEN},
        {"unknown kid", "00", TRUE, 0, APP_ERROR_NOT_FOUND},
        {"another's address", of_bob, TRUE, 0, APP_ERROR_CERTIFICATE},
        {"expired", good, TRUE, 31, APP_ERROR_CERTIFICATE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const ComposeForm form = letter_to_bob(NULL);
        desk_allow(desk, cases[i].allowed);
        g_autoptr(GError) error = NULL;
        World then = desk->world;
        then.now += cases[i].days * 24 * 3600;
        assert_null(outgoing_prepare(&then, &form, cases[i].kid,
                                     PROTECTION_SIGN, &error));
        expect_app_error(error, cases[i].want, cases[i].name);
    }
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM keyreq"), 0);
    desk_close(desk);
}

static void
sec_25_a_request_to_open_is_none_to_sign(void **state)
{
    Desk *desk = alice(state);
    const World *world = &desk->world;
    g_autoptr(GBytes) bytes = g_bytes_new("{}", 2);
    g_autoptr(GError) error = NULL;
    assert_true(keyreq_create(world->db, world->account->id,
                              world->session->id, KEYREQ_UNWRAP, "open",
                              bytes, 0, world->now + 300, NULL));
    assert_null(outgoing_finish(world, "open", bytes, &error));
    expect_app_error(error, APP_ERROR_INPUT, "a request to open");
    desk_close(desk);
}

static void
sec_25_wrong_answers_leave_the_request_open(void **state)
{
    Desk *desk = alice(state);
    g_autofree char *kid =
        identity(desk, "rsa", "alice@demo.test", "-days 30");
    const ComposeForm form = letter_to_bob(NULL);
    g_autoptr(Json) request = prepare(desk, &form, kid);
    g_autoptr(Json) other = prepare(desk, &form, kid);
    const char *ticket = json_get_text(request, "ticket", NULL);
    g_autoptr(GBytes) good = signature_of(desk, "rsa", request);
    g_autoptr(GBytes) swapped = signature_of(desk, "rsa", other);
    g_autoptr(GBytes) none = g_bytes_new(NULL, 0);
    guint8 *changed = g_memdup2(g_bytes_get_data(good, NULL), 256);
    changed[17] ^= 1;
    g_autoptr(GBytes) flipped = g_bytes_new_take(changed, 256);
    GBytes *const wrong[] = {swapped, none, flipped};
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        /* The requests may carry the same second, and RSA PKCS #1 is
         * deterministic: then "swapped" differs by boundary and id only. */
        g_autoptr(GError) error = NULL;
        assert_null(outgoing_finish(&desk->world, ticket, wrong[i], &error));
        expect_app_error(error, APP_ERROR_SIGNATURE, "wrong signature");
    }
    World late = desk->world;
    late.now += 300;
    g_autoptr(GError) error = NULL;
    assert_null(outgoing_finish(&late, ticket, good, &error));
    expect_app_error(error, APP_ERROR_EXPIRED, "late");
    Session session = *desk->world.session;
    session.id++;
    World stranger = desk->world;
    stranger.session = &session;
    g_clear_error(&error);
    assert_null(outgoing_finish(&stranger, ticket, good, &error));
    expect_app_error(error, APP_ERROR_NOT_FOUND, "another session");

    desk_allow(desk, FALSE);
    g_clear_error(&error);
    assert_null(outgoing_finish(&desk->world, ticket, good, &error));
    expect_app_error(error, APP_ERROR_FORBIDDEN, "no longer allowed");
    desk_allow(desk, TRUE);

    g_clear_error(&error);
    g_autoptr(Json) sent = json_of(
        outgoing_finish(&desk->world, ticket, good, &error), &error, "good");
    expect_result(sent, "sent", "good");
    /* other is open still. */
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM keyreq"), 1);
    desk_close(desk);
}

typedef struct {
    const Desk *desk;
    const char *ticket;
    GBytes *signature;
    gint sent;
} Race;

static gpointer
answer(gpointer user)
{
    Race *race = user;
    World world = race->desk->world;
    world.db = desk_db(race->desk);
    g_autoptr(GError) error = NULL;
    g_autofree char *result =
        outgoing_finish(&world, race->ticket, race->signature, &error);
    if (result != NULL && strstr(result, "\"state\":\"sent\"") != NULL)
        g_atomic_int_inc(&race->sent);
    db_close(world.db);
    return NULL;
}

static void
sec_25_sec_65_answers_at_once_are_one_message(void **state)
{
    Desk *desk = alice(state);
    g_autofree char *kid =
        identity(desk, "rsa", "alice@demo.test", "-days 30");
    const ComposeForm form = letter_to_bob(NULL);
    g_autoptr(Json) request = prepare(desk, &form, kid);
    g_autoptr(GBytes) signature = signature_of(desk, "rsa", request);
    Race race = {desk, json_get_text(request, "ticket", NULL), signature, 0};
    GThread *threads[8];
    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = g_thread_new("answer", answer, &race);
    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        g_thread_join(threads[i]);
    assert_true(race.sent >= 1);
    g_autofree char *stored =
        outgoing_result(&desk->world, race.ticket, NULL);
    g_autoptr(Json) result = json_read(stored, strlen(stored), NULL);
    g_autofree char *message = desk_delivered(
        desk, "bob@demo.test", "", json_get_text(result, "message_id", NULL));
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM outbox"), 1);
    desk_close(desk);
}

/* 25 MiB attached: what is used besides the form's own bytes. */
static void
large_message_is_never_held_twice(void **state)
{
    Desk *desk = alice(state);
    g_autofree char *kid =
        identity(desk, "rsa", "alice@demo.test", "-days 30");
    const gsize size = 25 * 1000 * 1000;
    FormFile file = {(char *)(guintptr) "a",
                     (char *)(guintptr) "application/pdf",
                     g_bytes_new_take(g_strnfill(size, 'x'), size)};
    g_autoptr(GPtrArray) files = g_ptr_array_new();
    g_ptr_array_add(files, &file);
    const ComposeForm form = letter_to_bob(files);

    struct rusage before, after;
    getrusage(RUSAGE_SELF, &before);
    gint64 start = g_get_monotonic_time();
    g_autoptr(Json) request = prepare(desk, &form, kid);
    gint64 prepared = g_get_monotonic_time();
    g_autoptr(GBytes) signature = signature_of(desk, "rsa", request);
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) sent = json_of(
        outgoing_finish(&desk->world, json_get_text(request, "ticket", NULL),
                        signature, &error),
        &error, "large");
    getrusage(RUSAGE_SELF, &after);
    expect_result(sent, "sent", "large");
    glong grown = after.ru_maxrss - before.ru_maxrss;
    print_message("25 MB: prepared in %d ms, %ld kB more\n",
                  (int)((prepared - start) / 1000), grown);
#ifndef __SANITIZE_ADDRESS__
    /* The sanitizer keeps what was freed. */
    assert_true(grown < 12 * 1024);
#endif
    g_bytes_unref(file.data);
    desk_close(desk);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(o1_signed_message_arrives_and_openssl_agrees),
        cmocka_unit_test(z28_signing_needs_no_certificate_of_a_recipient),
        cmocka_unit_test(prepare_refuses),
        cmocka_unit_test(sec_25_a_request_to_open_is_none_to_sign),
        cmocka_unit_test(sec_25_wrong_answers_leave_the_request_open),
        cmocka_unit_test(sec_25_sec_65_answers_at_once_are_one_message),
        cmocka_unit_test(large_message_is_never_held_twice),
    };
    return cmocka_run_group_tests(tests, real_setup, real_teardown);
}
