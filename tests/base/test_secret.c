#include "core/base/secret.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include "tests/base/expect.h"

static GBytes *
key_of(guint8 fill)
{
    guint8 raw[SECRET_KEY_SIZE];
    memset(raw, fill, sizeof raw);
    return g_bytes_new(raw, sizeof raw);
}

static void
seal_opens_with_key_and_context_only(void **state)
{
    g_autoptr(GBytes) key = key_of(1);
    g_autoptr(GBytes) other = key_of(2);
    for (gsize size = 0; size < 100; size++) {
        g_autofree char *text = g_strnfill(size, 'p');
        g_autoptr(GBytes) plain = g_bytes_new(text, size);
        g_autoptr(GBytes) sealed = secret_seal(key, "place", plain);
        assert_int_equal(g_bytes_get_size(sealed), size + 28);

        g_autoptr(GError) error = NULL;
        g_autoptr(GBytes) opened = secret_open(key, "place", sealed, &error);
        expect_fine(opened != NULL, error, "open");
        assert_true(g_bytes_equal(opened, plain));
        assert_null(secret_open(other, "place", sealed, NULL));
        assert_null(secret_open(key, "elsewhere", sealed, &error));
        expect_app_error(error, APP_ERROR_NOT_FOUND, "other context");
    }
}

static void
any_changed_bit_breaks_the_seal(void **state)
{
    g_autoptr(GBytes) key = key_of(1);
    g_autoptr(GBytes) plain = g_bytes_new("plain text", 10);
    g_autoptr(GBytes) sealed = secret_seal(key, "place", plain);
    gsize size;
    const guint8 *data = g_bytes_get_data(sealed, &size);
    for (gsize bit = 0; bit < size * 8; bit++) {
        g_autofree guint8 *changed = g_memdup2(data, size);
        changed[bit / 8] ^= (guint8)(1 << bit % 8);
        g_autoptr(GBytes) bytes = g_bytes_new(changed, size);
        assert_null(secret_open(key, "place", bytes, NULL));
    }
    for (gsize cut = 0; cut < size; cut++) {
        g_autoptr(GBytes) bytes = g_bytes_new(data, cut);
        assert_null(secret_open(key, "place", bytes, NULL));
    }
}

static void
seals_of_the_same_differ(void **state)
{
    g_autoptr(GBytes) key = key_of(1);
    g_autoptr(GBytes) plain = g_bytes_new("x", 1);
    g_autoptr(GHashTable) seen = g_hash_table_new_full(
        g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
    for (int i = 0; i < 1000; i++)
        assert_true(g_hash_table_add(seen, secret_seal(key, "place", plain)));
}

static void
tokens_are_43_base64url_characters_and_differ(void **state)
{
    g_autoptr(GHashTable) seen =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (int i = 0; i < 1000; i++) {
        char *token = secret_token_new();
        assert_int_equal(strlen(token), 43);
        assert_int_equal(strspn(token, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                       "abcdefghijklmnopqrstuvwxyz"
                                       "0123456789-_"),
                         43);
        assert_true(g_hash_table_add(seen, token));
    }
}

/* Values that other programs gave: openssl dgst -hmac, openssl kdf. */
static void
derivations_are_the_standard_ones(void **state)
{
    g_autofree char *hash = secret_hash("abc");
    assert_string_equal(hash, "ba7816bf8f01cfea414140de5dae2223"
                              "b00361a396177a9cb410ff61f20015ad");
    g_autoptr(GBytes) bytes = g_bytes_new_static("abc", 3);
    g_autofree char *same = secret_hash_bytes(bytes);
    assert_string_equal(same, hash);
    g_autofree char *name = secret_ticket_name("key");
    g_autofree char *want = g_compute_hmac_for_string(
        G_CHECKSUM_SHA256, (const guchar *)"key", 3, "name", 4);
    assert_string_equal(name, want);

    g_autoptr(GBytes) salt = key_of(7);
    g_autoptr(GBytes) got = secret_derive("cookie", salt, "purpose");
    gsize size;
    const guint8 *data = g_bytes_get_data(got, &size);
    assert_int_equal(size, SECRET_KEY_SIZE);

    /* RFC 5869 by hand: PRK = HMAC(salt, input); T(1) = HMAC(PRK, info 01) */
    guint8 prk[32];
    guint8 okm[32];
    gsize length = sizeof prk;
    gsize salt_size;
    const guchar *salt_data = g_bytes_get_data(salt, &salt_size);
    GHmac *extract = g_hmac_new(G_CHECKSUM_SHA256, salt_data, salt_size);
    g_hmac_update(extract, (const guchar *)"cookie", 6);
    g_hmac_get_digest(extract, prk, &length);
    g_hmac_unref(extract);
    GHmac *expand = g_hmac_new(G_CHECKSUM_SHA256, prk, sizeof prk);
    g_hmac_update(expand, (const guchar *)"purpose\x01", 8);
    g_hmac_get_digest(expand, okm, &length);
    g_hmac_unref(expand);
    assert_memory_equal(data, okm, sizeof okm);
}

static void
equal_compares_whole_texts(void **state)
{
    assert_true(secret_equal("abc", "abc"));
    assert_true(secret_equal("", ""));
    assert_false(secret_equal("abc", "abd"));
    assert_false(secret_equal("abc", "ab"));
    assert_false(secret_equal("abc", "abcd"));
}

static void
sec_60_server_key_is_made_once_and_closed_to_others(void **state)
{
    g_autofree char *folder = temporary_folder();
    g_autofree char *path = g_build_filename(folder, "server.key", NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) first = secret_server_key_load(path, &error);
    expect_fine(first != NULL, error, "made");
    g_autoptr(GBytes) second = secret_server_key_load(path, &error);
    expect_fine(second != NULL, error, "read");
    assert_true(g_bytes_equal(first, second));

    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    remove_folder(folder);
}

static void
server_key_refuses(void **state)
{
    static const struct {
        const char *name, *text;
        int mode;
    } cases[] = {
        {"open to the group", NULL, 0640},
        {"open to all", NULL, 0604},
        {"empty", "", 0600},
        {"short", "00ff\n", 0600},
        {"not hex",
         "zz00000000000000000000000000000000000000000000000000000000000000"
         "\n",
         0600},
        {"long",
         "0000000000000000000000000000000000000000000000000000000000000000"
         "00\n",
         0600},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *folder = temporary_folder();
        g_autofree char *path = g_build_filename(folder, "key", NULL);
        if (cases[i].text != NULL)
            g_file_set_contents(path, cases[i].text, -1, NULL);
        else
            g_bytes_unref(secret_server_key_load(path, NULL));
        assert_int_equal(g_chmod(path, cases[i].mode), 0);
        g_autoptr(GError) error = NULL;
        assert_null(secret_server_key_load(path, &error));
        expect_app_error(error, APP_ERROR_CONFIG, cases[i].name);
        remove_folder(folder);
    }
}

/* Workers that start together must agree on one key. */
static void
server_key_is_one_for_many_processes(void **state)
{
    g_autofree char *folder = temporary_folder();
    g_autofree char *path = g_build_filename(folder, "key", NULL);
    pid_t children[8];
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    for (gsize i = 0; i < G_N_ELEMENTS(children); i++) {
        children[i] = fork();
        if (children[i] == 0) {
            GBytes *key = secret_server_key_load(path, NULL);
            gssize done = key == NULL
                              ? 0
                              : write(ends[1], g_bytes_get_data(key, NULL),
                                      SECRET_KEY_SIZE);
            _exit(done == SECRET_KEY_SIZE ? 0 : 1);
        }
    }
    g_autoptr(GBytes) want = NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(children); i++) {
        int status;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
        guint8 raw[SECRET_KEY_SIZE];
        assert_int_equal(read(ends[0], raw, sizeof raw), sizeof raw);
        g_autoptr(GBytes) got = g_bytes_new(raw, sizeof raw);
        if (want == NULL)
            want = g_bytes_ref(got);
        assert_true(g_bytes_equal(got, want));
    }
    close(ends[0]);
    close(ends[1]);
    remove_folder(folder);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seal_opens_with_key_and_context_only),
        cmocka_unit_test(any_changed_bit_breaks_the_seal),
        cmocka_unit_test(seals_of_the_same_differ),
        cmocka_unit_test(tokens_are_43_base64url_characters_and_differ),
        cmocka_unit_test(derivations_are_the_standard_ones),
        cmocka_unit_test(equal_compares_whole_texts),
        cmocka_unit_test(sec_60_server_key_is_made_once_and_closed_to_others),
        cmocka_unit_test(server_key_refuses),
        cmocka_unit_test(server_key_is_one_for_many_processes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
