/*
 * Ours to openssl and openssl's to us: every cipher with every key at every
 * edge of a block, and what only openssl writes. 25 MB in check-long.
 * X25519, which openssl 3.0 cannot do in CMS, is tested against ourselves
 * alone (tests/cms/test_enveloped_write.c).
 */
#include "tests/interop/envelope_peers.h"

static const char *const people[] = {"rsa", "p256", "p384", "p521"};

typedef struct {
    char *dir;
    Identity *who[G_N_ELEMENTS(people)];
} World;

static int
set_up(void **state)
{
    World *w = g_new0(World, 1);
    w->dir = g_dir_make_tmp("sceau-envelope-XXXXXX", NULL);
    assert_true(run_line(w->dir, "tests/interop/envelope-people @"));
    for (gsize i = 0; i < G_N_ELEMENTS(people); i++)
        w->who[i] = load_person(w->dir, people[i]);
    *state = w;
    return 0;
}

static int
tear_down(void **state)
{
    World *w = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(people); i++)
        identity_free(w->who[i]);
    remove_folder(w->dir);
    g_free(w);
    return 0;
}

static const struct {
    Cipher cipher;
    const char *name; /* openssl's */
} ciphers[] = {
    {CIPHER_AES128_CBC, "-aes128"},
    {CIPHER_AES256_CBC, "-aes256"},
    {CIPHER_AES128_GCM, "-aes-128-gcm"},
    {CIPHER_AES256_GCM, "-aes-256-gcm"},
};

/* A key and how it is used: RSA stands for two. */
static const struct {
    guint person;
    gboolean oaep;
    const char *option; /* openssl's */
} keys[] = {
    {0, FALSE, ""},
    {0, TRUE, " -keyopt rsa_padding_mode:oaep -keyopt rsa_oaep_md:sha256"},
    {1, FALSE, ""},
    {2, FALSE, ""},
    {3, FALSE, ""},
};

static void
openssl_opens_ours(const World *w, gsize c, gsize k, Span text, guint64 told)
{
    const Identity *who = w->who[keys[k].person];
    const char *name = people[keys[k].person];
    const EnvelopeRecipient to = {who->cert, keys[k].oaep};
    g_autoptr(GBytes) der =
        seal_bytes(ciphers[c].cipher, &to, 1, text, told, 65536);
    put_file(w->dir, "ours.der", span_of(der));
    g_autofree char *line = g_strdup_printf(
        "openssl cms -decrypt -inform DER -in @/ours.der -out @/plain "
        "-recip @/%s.pem -inkey @/%s.key",
        name, name);
    if (!run_line(w->dir, line))
        fail_msg("%s, %s, %zu octets: openssl refuses", ciphers[c].name, name,
                 text.size);
    g_autoptr(GBytes) got = get_file(w->dir, "plain");
    expect_text(name, got, text);
}

static void
we_open(const World *w, const Identity *who, const char *what, Span text)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) der = get_file(w->dir, "theirs.der");
    g_autoptr(GBytes) got = open_as(der, who, &error);
    if (got == NULL)
        fail_msg("%s: %s", what, error->message);
    expect_text(what, got, text);
}

/* options: of openssl, each after a space. */
static void
openssl_seals(const World *w, const char *options, const char *person)
{
    g_autofree char *line = g_strdup_printf(
        "openssl cms -encrypt -binary -outform DER -in @/text "
        "-out @/theirs.der -recip @/%s.pem%s",
        person, options);
    if (!run_line(w->dir, line))
        fail_msg("openssl cannot: %s", line);
}

static void
both_ways(const World *w, gsize size)
{
    g_autoptr(GBytes) bytes = octets_of(size);
    Span text = span_of(bytes);
    put_file(w->dir, "text", text);
    for (gsize c = 0; c < G_N_ELEMENTS(ciphers); c++)
        for (gsize k = 0; k < G_N_ELEMENTS(keys); k++) {
            gboolean der = (c + k + size) % 2 == 0;
            /* It streams no GCM. */
            gboolean ber = der && c < 2;
            openssl_opens_ours(w, c, k, text,
                               der ? text.size : ENVELOPE_SIZE_UNKNOWN);
            g_autofree char *options =
                g_strconcat(keys[k].option, " ", ciphers[c].name,
                            ber ? " -stream" : "", NULL);
            openssl_seals(w, options, people[keys[k].person]);
            we_open(w, w->who[keys[k].person], options, text);
        }
}

static void
every_cipher_with_every_key(void **state)
{
    static const gsize sizes[] = {0, 1, 15, 16, 17, 65535, 65536};
    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++)
        both_ways(*state, sizes[i]);
}

static void
twenty_five_megabytes(void **state)
{
    if (g_getenv("SCEAU_LONG") == NULL) {
        print_message("skipped: 25 MB both ways are for check-long\n");
        skip();
    }
    both_ways(*state, 25 * 1000 * 1000);
}

/* What others write and we do not. */
static void
what_only_openssl_writes(void **state)
{
    const World *w = *state;
    static const struct {
        guint person;
        const char *options;
    } cases[] = {
        {0, " -des3"},
        {0, " -aes192"},
        {0, " -aes-192-gcm"},
        {0, " -aes256 -keyid"},
        {1, " -aes128 -keyid"},
        {0, " -aes256 -keyopt rsa_padding_mode:oaep"},
        {0, " -aes256 -keyopt rsa_padding_mode:oaep -keyopt "
            "rsa_oaep_md:sha384"},
        {0, " -aes128 -keyopt rsa_padding_mode:oaep -keyopt "
            "rsa_oaep_md:sha512 -keyopt rsa_mgf1_md:sha1"},
        {0, " -aes128 -keyopt rsa_padding_mode:oaep -keyopt "
            "rsa_oaep_label:6869"},
        {1, " -aes128 -keyopt ecdh_kdf_md:sha1"},
        {1, " -aes256 -keyopt ecdh_kdf_md:sha224"},
        {2, " -aes256 -keyopt ecdh_kdf_md:sha384 -aes256-wrap"},
        {3, " -aes256 -keyopt ecdh_kdf_md:sha512 -aes128-wrap"},
        {1, " -aes256 -keyopt ecdh_cofactor_mode:1"},
    };
    g_autoptr(GBytes) bytes = octets_of(1000);
    put_file(w->dir, "text", span_of(bytes));
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        openssl_seals(w, cases[i].options, people[cases[i].person]);
        we_open(w, w->who[cases[i].person], cases[i].options, span_of(bytes));
    }
}

/* One message for all four, whoever wrote it. */
static void
every_recipient_of_one_message(void **state)
{
    const World *w = *state;
    g_autoptr(GBytes) bytes = octets_of(100);
    EnvelopeRecipient to[G_N_ELEMENTS(people)];
    for (gsize i = 0; i < G_N_ELEMENTS(people); i++)
        to[i] = (EnvelopeRecipient){w->who[i]->cert, i % 2 == 0};
    g_autoptr(GBytes) ours = seal_bytes(
        CIPHER_AES256_GCM, to, G_N_ELEMENTS(to), span_of(bytes), 100, 64);
    put_file(w->dir, "ours.der", span_of(ours));
    put_file(w->dir, "text", span_of(bytes));
    openssl_seals(w,
                  " -aes256 -recip @/p256.pem -recip @/p384.pem -recip "
                  "@/p521.pem",
                  "rsa");
    for (gsize i = 0; i < G_N_ELEMENTS(people); i++) {
        g_autofree char *line = g_strdup_printf(
            "openssl cms -decrypt -inform DER -in @/ours.der -out @/plain "
            "-recip @/%s.pem -inkey @/%s.key",
            people[i], people[i]);
        assert_true(run_line(w->dir, line));
        g_autoptr(GBytes) got = get_file(w->dir, "plain");
        expect_text(people[i], got, span_of(bytes));
        we_open(w, w->who[i], people[i], span_of(bytes));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cipher_with_every_key),
        cmocka_unit_test(twenty_five_megabytes),
        cmocka_unit_test(what_only_openssl_writes),
        cmocka_unit_test(every_recipient_of_one_message),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
