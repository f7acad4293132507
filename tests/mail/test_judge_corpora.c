/* Published examples, opened with their published keys: RFC 4134 (old
 * ciphers, which its SOURCES.md allows to be refused) and the people of RFC
 * 9216. */
#include "core/base/error.h"
#include "core/mail/incoming_internal.h"
#include "tests/mail/open_test.h"

/* path below $SCEAU_CORPORA; NULL, said once, where there are none. */
static char *
corpus(const char *path)
{
    const char *corpora = g_getenv("SCEAU_CORPORA");
    if (corpora == NULL) {
        print_message("skipped: SCEAU_CORPORA is not set\n");
        return NULL;
    }
    return g_build_filename(corpora, path, NULL);
}

static GBytes *
read_corpus(const char *path)
{
    g_autofree char *file = corpus(path);
    char *text = NULL;
    gsize size = 0;
    if (file == NULL)
        return NULL;
    assert_true(g_file_get_contents(file, &text, &size, NULL));
    return g_bytes_new_take(text, size);
}

/* bob's content key, unwrapped by openssl with his published key. */
static GBytes *
key_of_bob(GBytes *message)
{
    g_autofree char *key = corpus("rfc4134/BobPrivRSAEncrypt.pri");
    g_autofree char *in =
        g_build_filename(g_get_tmp_dir(), "sceau-XXXXXX", NULL);
    g_autoptr(GBytes) cms = NULL;
    assert_true(recipients_find_layer(message, NULL, &cms, NULL));
    g_autoptr(EnvelopedData) data = enveloped_data_read(cms, NULL);
    assert_non_null(data);
    const Recipient *one = g_ptr_array_index(data->recipients, 0);
    int fd = g_mkstemp(in);
    assert_true(g_file_set_contents(in, (const char *)one->encrypted_key.data,
                                    (gssize)one->encrypted_key.size, NULL));
    GBytes *out = NULL;
    run((const char *const[]){"openssl", "pkeyutl", "-decrypt", "-keyform",
                              "DER", "-inkey", key, "-in", in, "-out", "<",
                              NULL},
        &out);
    g_unlink(in);
    close(fd);
    return out;
}

static const struct {
    const char *file;
    gboolean opens; /* RC2 does not */
} examples[] = {
    {"rfc4134/5.1.bin", TRUE},
    {"rfc4134/5.2.bin", FALSE},
    {"rfc4134/5.3.eml", TRUE},
};

static void
sec_31_rfc_4134_old_ciphers_are_weak_or_refused(void **state)
{
    People *people = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(examples); i++) {
        g_autoptr(GBytes) message = read_corpus(examples[i].file);
        if (message == NULL)
            skip();
        g_autoptr(Judgement) locked = judge_with(people, message, NULL, NULL);
        assert_string_equal(locked->state, "unprotected");
        assert_string_equal(locked->encryption, "weak");
        g_autoptr(GBytes) key = key_of_bob(message);
        g_autoptr(GError) error = NULL;
        g_autoptr(Judgement) got = judge_with(people, message, key, &error);
        if (!examples[i].opens) {
            assert_null(got);
            assert_int_equal(app_error_code(error), APP_ERROR_REFUSED);
            continue;
        }
        assert_non_null(got);
        assert_string_equal(got->state, "unprotected");
        assert_true(got->opened && got->text_only);
        g_autofree char *text = text_of(got->payload);
        assert_non_null(strstr(text, "This is some sample content."));
        /* No MIME at all in it, and shown all the same. */
        g_autoptr(Incoming) shown =
            incoming_of(message, people->now, g_steal_pointer(&got), &error);
        assert_non_null(shown);
        assert_non_null(strstr(g_ptr_array_index(shown->texts, 0),
                               "This is some sample content."));
    }
}

/* Signed by alice, encrypted to bob: both of RFC 9216, with openssl. */
static GBytes *
alice_to_bob(const People *people, const char *cipher, const char *padding)
{
    g_autofree char *cert = corpus("rfc9216/alice.sign.crt.pem");
    g_autofree char *key = corpus("rfc9216/alice.sign.key.pem");
    g_autofree char *bob = corpus("rfc9216/bob.encrypt.crt.pem");
    g_autofree char *in = g_build_filename(people->dir, "entity", NULL);
    assert_true(g_file_set_contents(in, ENTITY, -1, NULL));
    g_autoptr(GBytes) inner = NULL;
    run((const char *const[]){"openssl", "cms", "-sign", "-binary", "-signer",
                              cert, "-inkey", key, "-in", in, "-out", "<",
                              NULL},
        &inner);
    assert_true(g_file_set_contents(in, g_bytes_get_data(inner, NULL),
                                    (gssize)g_bytes_get_size(inner), NULL));
    GBytes *out = NULL;
    run((const char *const[]){"openssl", "cms", "-encrypt", "-binary", cipher,
                              "-in", in, "-out", "<", "-recip", bob,
                              padding != NULL ? "-keyopt" : NULL, padding,
                              NULL},
        &out);
    return out;
}

static GBytes *
unwrap_for_bob(const People *people, GBytes *message, const char *padding)
{
    g_autofree char *key = corpus("rfc9216/bob.decrypt.key.pem");
    g_autofree char *in = g_build_filename(people->dir, "wrapped", NULL);
    g_autoptr(GBytes) cms = NULL;
    assert_true(recipients_find_layer(message, NULL, &cms, NULL));
    g_autoptr(EnvelopedData) data = enveloped_data_read(cms, NULL);
    const Recipient *one = g_ptr_array_index(data->recipients, 0);
    assert_true(g_file_set_contents(in, (const char *)one->encrypted_key.data,
                                    (gssize)one->encrypted_key.size, NULL));
    GBytes *out = NULL;
    run((const char *const[]){"openssl", "pkeyutl", "-decrypt", "-inkey", key,
                              "-in", in, "-out", "<",
                              padding != NULL ? "-pkeyopt" : NULL, padding,
                              NULL},
        &out);
    return out;
}

static void
rfc_9216_alice_writes_to_bob(void **state)
{
    static const struct {
        const char *cipher, *padding;
    } ways[] = {
        {"-aes256", NULL},
        {"-aes-256-gcm", NULL},
        {"-aes-128-gcm", "rsa_padding_mode:oaep"},
    };
    People *people = *state;
    const TrustPolicy policy = TRUST_POLICY_DEFAULT;
    g_autofree char *root = corpus("rfc9216/ca.rsa.crt.pem");
    if (root == NULL)
        skip();
    g_autoptr(GBytes) pem = read_corpus("rfc9216/ca.rsa.crt.pem");
    g_autoptr(GPtrArray) anchors = cert_parse_file(pem, NULL);
    g_autoptr(Trust) trust = trust_new(&policy);
    trust_add_anchor(trust, g_ptr_array_index(anchors, 0));
    for (gsize i = 0; i < G_N_ELEMENTS(ways); i++) {
        g_autoptr(GBytes) body =
            alice_to_bob(people, ways[i].cipher, ways[i].padding);
        g_autoptr(GBytes) message =
            message_of(people, "From: Alice <alice@smime.example>\r\n", body);
        const JudgeInput input = {
            .trust = trust,
            .arrival = people->now,
            .now = people->now + 10,
            .content_key = unwrap_for_bob(people, message, ways[i].padding)};
        g_autoptr(Judgement) got = judge_message(message, &input, NULL);
        assert_non_null(got);
        assert_string_equal(got->state, "confidential");
        assert_string_equal(got->name, "Alice Lovelace");
        g_bytes_unref(input.content_key);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sec_31_rfc_4134_old_ciphers_are_weak_or_refused),
        cmocka_unit_test(rfc_9216_alice_writes_to_bob),
    };
    return cmocka_run_group_tests(tests, people_set_up, people_tear_down);
}
