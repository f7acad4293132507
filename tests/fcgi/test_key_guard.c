/* SEC-21 with keys made by openssl on the spot, in ten encodings and more. */
#include "tests/base/expect.h"

#include "fcgi/key_guard.h"

/* Made once: a folder of keys, certificates and what is no key. */
static const char make_keys[] =
    "set -e; cd \"$1\"; "
    "openssl genrsa -out rsa.pem 2048 2>/dev/null; "
    "openssl rsa -in rsa.pem -traditional -out rsa1.pem 2>/dev/null; "
    "openssl rsa -in rsa.pem -traditional -outform DER -out rsa1.der "
    "2>/dev/null; "
    "openssl pkcs8 -topk8 -nocrypt -in rsa.pem -outform DER -out p8.der; "
    "openssl pkcs8 -topk8 -passout pass:x -in rsa.pem -out p8enc.pem; "
    "openssl pkcs8 -topk8 -passout pass:x -in rsa.pem -outform DER "
    "-out p8enc.der; "
    "openssl ecparam -genkey -name prime256v1 -noout -out ec.pem; "
    "openssl ec -in ec.pem -outform DER -out ec.der 2>/dev/null; "
    "openssl pkcs8 -topk8 -nocrypt -in ec.pem -outform DER -out ecp8.der; "
    "openssl genpkey -algorithm ed25519 -outform DER -out ed.der; "
    "openssl req -x509 -new -key rsa.pem -subj /CN=a -days 9 -out crt.pem; "
    "openssl x509 -in crt.pem -outform DER -out crt.der; "
    "openssl pkcs12 -export -inkey rsa.pem -in crt.pem -passout pass:x "
    "-out a.p12; "
    "openssl pkcs12 -export -legacy -inkey rsa.pem -in crt.pem "
    "-passout pass:x -out old.p12; "
    "echo text >t; openssl cms -sign -signer crt.pem -inkey rsa.pem -in t "
    "-outform DER -out cms.der; "
    "openssl rsa -in rsa.pem -pubout -out pub.pem 2>/dev/null; "
    "openssl req -new -key rsa.pem -subj /CN=a -out csr.pem; "
    "for f in p8 rsa1 ec ecp8 ed p8enc; do openssl base64 -A -in $f.der "
    "-out $f.b64; openssl base64 -in $f.der -out $f.b64lines; done; "
    "openssl base64 -A -in a.p12 -out p12.b64; "
    "for f in crt cms; do openssl base64 -A -in $f.der -out $f.b64; done; "
    "printf '{\"certificate\":\"%s\"}' \"$(cat crt.b64)\" >crt.json; "
    "printf '{\"x\":\"%s\"}' \"$(cat p8.b64)\" >p8.json; "
    "printf 'csrf=1&text=%s' \"$(tr '+' '-' <p8.b64)\" >p8.form; "
    "printf 'text=%s' \"$(sed 's/ /+/g' rsa1.pem)\" >pem.form; "
    "openssl rsa -in rsa.pem -traditional -aes128 -passout pass:x "
    "-out rsa1enc.pem 2>/dev/null; "
    "printf 'text=%s' \"$(sed 's/ /+/g' rsa1enc.pem)\" >pemenc.form; "
    "openssl pkcs8 -topk8 -v1 PBE-SHA1-3DES -passout pass:x -in rsa.pem "
    "-outform DER -out p8old.der; "
    "fold -w 12 p8.b64 >p8.narrow; "
    "printf '{\"kty\":\"RSA\",\"n\":\"x\",\"d\":\"y\"}' >jwk.json";

static int
setup(void **state)
{
    char *folder = temporary_folder();
    const char *const argv[] = {"/bin/sh", "-c",   make_keys,
                                "sh",      folder, NULL};
    int status = 0;
    g_autoptr(GError) error = NULL;
    gboolean ok =
        g_spawn_sync(NULL, (char **)(guintptr)argv, NULL, G_SPAWN_DEFAULT,
                     NULL, NULL, NULL, NULL, &status, &error);
    expect_fine(ok && status == 0, error, "openssl");
    *state = folder;
    return 0;
}

static int
teardown(void **state)
{
    remove_folder(*state);
    g_free(*state);
    return 0;
}

static gboolean
sees(const char *folder, const char *name, gsize *size)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autofree char *data = NULL;
    assert_true(g_file_get_contents(path, &data, size, NULL));
    return key_guard_sees((const guint8 *)data, *size);
}

static void
sec_21_private_keys_are_seen(void **state)
{
    static const char *const keys[] = {
        "rsa.pem",   "rsa1.pem",      "rsa1.der",    "p8.der",
        "p8enc.pem", "p8enc.der",     "ec.pem",      "ec.der",
        "ecp8.der",  "ed.der",        "a.p12",       "old.p12",
        "p8.b64",    "p8.b64lines",   "rsa1.b64",    "ec.b64",
        "ecp8.b64",  "ed.b64",        "p8enc.b64",   "p12.b64",
        "p8.json",   "rsa1.b64lines", "p8.form",     "pem.form",
        "jwk.json",  "rsa1enc.pem",   "pemenc.form", "p8old.der",
        "p8.narrow",
    };
    gsize size = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
        if (!sees(*state, keys[i], &size))
            fail_msg("%s was not seen", keys[i]);
}

/* Beginnings that openssl seldom or never writes. */
static void
sec_21_rare_beginnings_are_seen(void **state)
{
    static const struct {
        const char *name, *data;
        gsize size;
    } cases[] = {
        {"PKCS #8 of version 2 (RFC 5958)",
         "\x30\x2e\x02\x01\x01\x30\x05\x06\x03\x2b\x65\x70\x04\x20", 14},
        {"PKCS #12, base64 of the web with -", "x=MIIE-wIBAzCCBLwG", 18},
        {"PKCS #12, base64 of the web with _", "x=MIIE_wIBAzCCBLwG", 18},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        if (!key_guard_sees((const guint8 *)cases[i].data, cases[i].size))
            fail_msg("%s was not seen", cases[i].name);
}

static void
public_things_are_not_taken_for_keys(void **state)
{
    static const char *const fine[] = {"crt.pem",  "crt.der", "crt.b64",
                                       "crt.json", "cms.der", "cms.b64",
                                       "pub.pem",  "csr.pem", "t"};
    gsize size = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(fine); i++)
        if (sees(*state, fine[i], &size))
            fail_msg("%s was taken for a key", fine[i]);
}

static void
short_and_odd_bytes_are_no_keys(void **state)
{
    static const char *const texts[] = {
        "",
        "0",
        "\x30",
        "\x30\x82",
        "\x30\x84\xff",
        "MII",
        "M",
        "{\"d\":1}",
        "-----BEGIN CERTIFICATE-----",
        "the words PRIVATE KEY----- alone",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        if (key_guard_sees((const guint8 *)texts[i], strlen(texts[i])))
            fail_msg("text %u", (guint)i);
}

/* A large attachment of letters M must not take long. */
static void
its_time_is_linear(void **state)
{
    gsize size = 8 * 1024 * 1024;
    g_autofree guint8 *data = g_malloc(size);
    for (gsize i = 0; i < size; i++)
        data[i] = i % 2 == 0 ? 'M' : ' ';
    gint64 before = g_get_monotonic_time();
    assert_false(key_guard_sees(data, size));
    assert_true(g_get_monotonic_time() - before < 2 * G_USEC_PER_SEC);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sec_21_private_keys_are_seen),
        cmocka_unit_test(sec_21_rare_beginnings_are_seen),
        cmocka_unit_test(public_things_are_not_taken_for_keys),
        cmocka_unit_test(short_and_odd_bytes_are_no_keys),
        cmocka_unit_test(its_time_is_linear),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
