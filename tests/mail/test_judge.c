/* Every verdict, and what makes a verified message less than that. */
#include "tests/mail/judge_test.h"

static const struct {
    const char *name, *who, *from;
    const char *more[3];
    const char *want;
} verdicts[] = {
    {"detached", "claire", "claire@demo.test", {NULL}, "verified verified -"},
    {"case of the address",
     "claire",
     "Claire@Demo.Test",
     {NULL},
     "verified verified -"},
    {"opaque",
     "alice",
     "alice@demo.test",
     {"-nodetach"},
     "verified verified -"},
    {"opaque, BER",
     "alice",
     "alice@demo.test",
     {"-nodetach", "-stream"},
     "verified verified -"},
    {"sha384",
     "alice",
     "alice@demo.test",
     {"-md", "sha384"},
     "verified verified -"},
    {"pss",
     "alice",
     "alice@demo.test",
     {"-keyopt", "rsa_padding_mode:pss"},
     "verified verified -"},
    {"key identifier",
     "claire",
     "claire@demo.test",
     {"-keyid"},
     "verified verified -"},
    {"no attributes",
     "claire",
     "claire@demo.test",
     {"-noattr"},
     "unprotected weak weak"},
    {"sha1",
     "alice",
     "alice@demo.test",
     {"-md", "sha1"},
     "unprotected weak weak"},
    {"1024 bits",
     "faible",
     "archives@demo.test",
     {NULL},
     "unprotected weak weak"},
    {"another's address",
     "robert",
     "claire@demo.test",
     {NULL},
     "unprotected address-mismatch address-mismatch"},
    {"either of two addresses",
     "two",
     "two@demo.test",
     {NULL},
     "verified verified -"},
    {"no address",
     "nobody",
     "nobody@demo.test",
     {NULL},
     "unprotected address-mismatch address-mismatch"},
    {"nobody vouches",
     "etranger",
     "jean.personne@cabinet-inconnu.test",
     {NULL},
     "unprotected unknown-issuer unknown-issuer"},
    {"revoked",
     "revoque",
     "paul@demo.test",
     {NULL},
     "unprotected revoked revoked"},
    {"for web servers",
     "web",
     "web@demo.test",
     {NULL},
     "unprotected wrong-usage wrong-usage"},
    {"for encryption only",
     "sealer",
     "sealer@demo.test",
     {NULL},
     "unprotected wrong-usage wrong-usage"},
    {"expired",
     "ancien",
     "nadia@demo.test",
     {NULL},
     "unprotected expired expired,unchecked"},
    {"not yet",
     "future",
     "future@demo.test",
     {NULL},
     "unprotected not-yet-valid not-yet-valid"},
};

static void
every_verdict(void **state)
{
    People *people = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(verdicts); i++) {
        g_autofree char *from =
            g_strdup_printf("From: A Person <%s>\r\n", verdicts[i].from);
        g_autoptr(GBytes) body =
            sign(people, verdicts[i].who, ENTITY, verdicts[i].more[0],
                 verdicts[i].more[1], verdicts[i].more[2], NULL);
        g_autoptr(GBytes) message = message_of(people, from, body);
        expect_message(people, verdicts[i].name, message, verdicts[i].want);
    }
}

static void
sec_09_several_signers_are_unprotected(void **state)
{
    People *people = *state;
    g_autofree char *cert = g_strdup_printf("%s/ids/alice.pem", people->dir);
    g_autofree char *key = g_strdup_printf("%s/ids/alice.key", people->dir);
    g_autoptr(GBytes) body =
        sign(people, "claire", ENTITY, "-signer", cert, "-inkey", key, NULL);
    g_autoptr(GBytes) message =
        message_of(people, "From: claire@demo.test\r\n", body);
    expect_message(people, "two", message,
                   "unprotected several-signers several-signers");
}

/* The text of a message with a piece of it replaced. */
static GBytes *
replaced(GBytes *message, const char *old, const char *new)
{
    gsize size;
    const char *data = g_bytes_get_data(message, &size);
    g_autofree char *text = g_strndup(data, size);
    g_auto(GStrv) halves = g_strsplit(text, old, 2);
    assert_int_equal(g_strv_length(halves), 2);
    char *out = g_strconcat(halves[0], new, halves[1], NULL);
    return g_bytes_new_take(out, strlen(out));
}

static void
an_altered_text_is_altered(void **state)
{
    People *people = *state;
    g_autoptr(GBytes) body = sign(people, "claire", ENTITY, NULL);
    g_autoptr(GBytes) message =
        message_of(people, "From: claire@demo.test\r\n", body);
    g_autoptr(GBytes) altered = replaced(message, "Hello", "Hallo");
    expect_message(people, "text", altered, "unprotected altered altered");
}

static void
sec_10_shapes_are_malformed(void **state)
{
    People *people = *state;
    g_autoptr(GBytes) der =
        sign(people, "claire", ENTITY, "-nodetach", "-outform", "DER", NULL);
    g_autoptr(GBytes) detached =
        sign(people, "claire", ENTITY, "-outform", "DER", NULL);
    g_autofree char *opaque =
        g_base64_encode(g_bytes_get_data(der, NULL), g_bytes_get_size(der));
    g_autofree char *bare = g_base64_encode(g_bytes_get_data(detached, NULL),
                                            g_bytes_get_size(detached));
    const char *signed_as =
        "From: claire@demo.test\r\nContent-Type: multipart/signed; "
        "protocol=\"application/pkcs7-signature\"; micalg=sha-256; "
        "boundary=b\r\n\r\n";
    const char *part = "Content-Type: application/pkcs7-signature\r\n"
                       "Content-Transfer-Encoding: base64\r\n\r\n";
    const struct {
        const char *name;
        char *text;
    } cases[] = {
        {"content inside and beside",
         g_strconcat(signed_as, "--b\r\n" ENTITY "\r\n--b\r\n", part, opaque,
                     "\r\n--b--\r\n", NULL)},
        {"three parts",
         g_strconcat(signed_as, "--b\r\n" ENTITY "\r\n--b\r\n", part, bare,
                     "\r\n--b\r\n\r\nmore\r\n--b--\r\n", NULL)},
        {"one part",
         g_strconcat(signed_as, "--b\r\n" ENTITY "\r\n--b--\r\n", NULL)},
        {"no content at all",
         g_strconcat("From: claire@demo.test\r\nContent-Type: "
                     "application/pkcs7-mime; smime-type=signed-data\r\n"
                     "Content-Transfer-Encoding: base64\r\n\r\n",
                     bare, "\r\n", NULL)},
        {"no CMS", g_strconcat(signed_as, "--b\r\n" ENTITY "\r\n--b\r\n",
                               part, "aGVsbG8=\r\n--b--\r\n", NULL)},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GBytes) message =
            g_bytes_new_take(cases[i].text, strlen(cases[i].text));
        expect_message(people, cases[i].name, message,
                       "unprotected malformed malformed");
    }
}

/* Revocation that is required, or known of others only, is not known. */
static void
without_a_crl_that_covers_it_is_unchecked(void **state)
{
    static const struct {
        const char *name;
        gboolean required;
        const char *crl, *want;
    } cases[] = {
        {"not asked", FALSE, NULL, "verified verified -"},
        {"required", TRUE, NULL, "unprotected unchecked unchecked"},
        {"of the root only", FALSE, "ca/root.crl",
         "unprotected unchecked unchecked"},
    };
    People *people = *state;
    g_autoptr(GBytes) body = sign(people, "claire", ENTITY, NULL);
    g_autoptr(GBytes) message =
        message_of(people, "From: claire@demo.test\r\n", body);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        TrustPolicy policy = TRUST_POLICY_DEFAULT;
        policy.require_revocation = cases[i].required;
        g_autoptr(Trust) trust = trust_new(&policy);
        g_autoptr(GPtrArray) anchors = people_certs(people, "ca/root.pem");
        trust_add_anchor(trust, g_ptr_array_index(anchors, 0));
        People one = *people;
        one.trust = trust;
        if (cases[i].crl != NULL)
            people_crl(&one, cases[i].crl);
        expect_message(&one, cases[i].name, message, cases[i].want);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_verdict),
        cmocka_unit_test(without_a_crl_that_covers_it_is_unchecked),
        cmocka_unit_test(an_altered_text_is_altered),
        cmocka_unit_test(sec_09_several_signers_are_unprotected),
        cmocka_unit_test(sec_10_shapes_are_malformed),
    };
    return cmocka_run_group_tests(tests, people_set_up, people_tear_down);
}
