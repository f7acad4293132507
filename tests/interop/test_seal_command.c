/* sceauctl seal, recipients and open as a script calls them: what is written,
 * what is refused, and that a refusal writes nothing. */
#include "core/base/json.h"
#include "core/mail/recipients.h"
#include "tests/interop/envelope_peers.h"

static char *command; /* beside this test, where the build puts it */

typedef struct {
    char *dir;
    Identity *rsa, *p256;
} World;

static int
set_up(void **state)
{
    World *w = g_new0(World, 1);
    w->dir = g_dir_make_tmp("sceau-seal-XXXXXX", NULL);
    assert_true(run_line(w->dir, "tests/interop/envelope-people @"));
    w->rsa = load_person(w->dir, "rsa");
    w->p256 = load_person(w->dir, "p256");
    *state = w;
    return 0;
}

static int
tear_down(void **state)
{
    World *w = *state;
    identity_free(w->rsa);
    identity_free(w->p256);
    remove_folder(w->dir);
    g_free(w);
    return 0;
}

/* A shell line in which $C is the command and $D the folder. */
static int
shell(const World *w, const char *line)
{
    int status = 0;
    const char *argv[] = {"sh", "-c", line, NULL};
    g_setenv("C", command, TRUE);
    g_setenv("D", w->dir, TRUE);
    assert_true(g_spawn_sync(NULL, (char **)(gsize)argv, NULL,
                             G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
                             &status, NULL));
    return WEXITSTATUS(status);
}

static char *
text_of_file(const World *w, const char *name)
{
    g_autoptr(GBytes) bytes = get_file(w->dir, name);
    Span span = span_of(bytes);
    return g_strndup((const char *)span.data, span.size);
}

/* The content key of message, in hexadecimal, by who's own key. */
static char *
key_of_message(const World *w, const char *name, const Identity *who)
{
    g_autoptr(GBytes) cms = NULL;
    g_autoptr(GBytes) file = get_file(w->dir, name);
    assert_true(recipients_find_layer(file, NULL, &cms, NULL));
    g_autoptr(EnvelopedData) data = enveloped_data_read(cms, NULL);
    assert_non_null(data);
    g_autoptr(GBytes) key = unwrap(who, recipient_of(data, who));
    assert_non_null(key);
    GString *hex = g_string_new(NULL);
    Span span = span_of(key);
    for (gsize i = 0; i < span.size; i++)
        g_string_append_printf(hex, "%02x", span.data[i]);
    return g_string_free(hex, FALSE);
}

static void
what_is_sealed_opens_again(void **state)
{
    const World *w = *state;
    static const char *const shapes[] = {
        "$C seal --to $D/rsa.pem <$D/entity >$D/message",
        "cat $D/entity | $C seal --to $D/rsa.pem --oaep >$D/message",
        "$C seal --to $D/p256.pem --to $D/rsa.pem --cipher aes128-gcm "
        "<$D/entity >$D/message",
        "cat $D/entity | $C seal --cipher aes256-gcm --to $D/p384.pem "
        "$D/p521.pem $D/rsa.pem | cat >$D/message",
        "$C seal --to $D/rsa.pem --cipher aes128-cbc <$D/entity | "
        "sed 's/\\r$//' >$D/message",
        "$C seal --to $D/rsa.pem <$D/entity | sed '1,/^.$/d' | tr -d '\\r' | "
        "base64 -d >$D/message",
        "{ echo -----BEGIN CMS-----; $C seal --to $D/rsa.pem <$D/entity | "
        "sed '1,/^.$/d'; echo -----END CMS-----; } >$D/message",
    };
    static const gsize sizes[] = {0, 1, 57, 65536, 300000};
    for (gsize i = 0; i < G_N_ELEMENTS(shapes); i++)
        for (gsize s = 0; s < G_N_ELEMENTS(sizes); s++) {
            g_autoptr(GBytes) entity = octets_of(sizes[s]);
            put_file(w->dir, "entity", span_of(entity));
            assert_int_equal(shell(w, shapes[i]), 0);
            g_autofree char *key = key_of_message(w, "message", w->rsa);
            g_autofree char *line = g_strdup_printf(
                "$C open --content-key %s $D/message >$D/opened", key);
            if (shell(w, line) != 0)
                fail_msg("%s: refused", shapes[i]);
            g_autoptr(GBytes) got = get_file(w->dir, "opened");
            expect_text(shapes[i], got, span_of(entity));
        }
}

static void
the_message_is_a_whole_entity(void **state)
{
    const World *w = *state;
    static const char *const types[] = {"aes256-cbc", "enveloped-data",
                                        "aes256-gcm", "authEnveloped-data"};
    for (gsize i = 0; i < G_N_ELEMENTS(types); i += 2) {
        g_autofree char *line = g_strdup_printf(
            "echo hello | $C seal --to $D/rsa.pem --cipher %s >$D/message",
            types[i]);
        assert_int_equal(shell(w, line), 0);
        g_autofree char *text = text_of_file(w, "message");
        g_autofree char *head = g_strdup_printf(
            "MIME-Version: 1.0\r\n"
            "Content-Type: application/pkcs7-mime; smime-type=%s;\r\n"
            " name=\"smime.p7m\"\r\n"
            "Content-Transfer-Encoding: base64\r\n",
            types[i + 1]);
        assert_true(g_str_has_prefix(text, head));
        assert_true(g_str_has_suffix(text, "\r\n"));
        g_auto(GStrv) lines = g_strsplit(text, "\r\n", -1);
        for (char **at = lines; *at != NULL; at++)
            assert_true(strlen(*at) <= 78);
    }
}

static void
recipients_are_listed_in_json(void **state)
{
    const World *w = *state;
    static const char *const rsa[] = {"kind",          "issuer", "serial",
                                      "encrypted_key", "hash",   "mgf_hash",
                                      "label"};
    static const char *const ecdh[] = {
        "kind",   "issuer",   "serial",      "encrypted_key", "curve",
        "public", "kdf_hash", "shared_info", "kek_bits",      "wrap"};
    assert_int_equal(shell(w, "echo hello | $C seal --oaep --to $D/rsa.pem "
                              "--to $D/p256.pem >$D/message && $C recipients "
                              "--json $D/message >$D/json"),
                     0);
    g_autofree char *text = text_of_file(w, "json");
    g_autoptr(Json) array = json_read(text, strlen(text), NULL);
    assert_int_equal(json_array_length(array), 2);
    for (gsize i = 0; i < 2; i++) {
        const Json *one = json_array_item(array, i);
        const char *kind = json_get_text(one, "kind", NULL);
        gboolean is_rsa = g_str_equal(kind, "oaep");
        assert_true(is_rsa || g_str_equal(kind, "ecdh"));
        const char *const *names = is_rsa ? rsa : ecdh;
        gsize n = is_rsa ? G_N_ELEMENTS(rsa) : G_N_ELEMENTS(ecdh);
        for (gsize j = 0; j < n; j++)
            assert_non_null(json_member(one, names[j]));
        const Cert *cert = is_rsa ? w->rsa->cert : w->p256->cert;
        assert_string_equal(json_get_text(one, "issuer", NULL),
                            cert_issuer(cert));
        assert_string_equal(json_get_text(one, "serial", NULL),
                            cert_serial(cert));
    }
}

static void
nothing_encrypted_is_an_empty_list(void **state)
{
    const World *w = *state;
    assert_int_equal(shell(w, "printf 'Subject: x\\n\\nhello\\n' | $C "
                              "recipients --json - >$D/json"),
                     0);
    g_autofree char *text = text_of_file(w, "json");
    assert_string_equal(g_strstrip(text), "[]");
}

/* An encrypted layer below a signed one, opaque or not, and compressed. */
static void
the_first_layer_is_found_below_others(void **state)
{
    const World *w = *state;
    static const char *const outer[] = {
        "openssl cms -sign -binary -signer $D/rsa.pem -inkey $D/rsa.key",
        "openssl cms -sign -binary -nodetach -signer $D/rsa.pem -inkey "
        "$D/rsa.key",
        "openssl cms -sign -binary -nodetach -stream -signer $D/rsa.pem "
        "-inkey $D/rsa.key",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(outer); i++) {
        g_autofree char *make = g_strdup_printf(
            "printf 'Content-Type: text/plain\\r\\n\\r\\nhello\\r\\n' "
            ">$D/entity; $C seal --to $D/rsa.pem <$D/entity >$D/sealed && "
            "%s -in $D/sealed -out $D/message 2>/dev/null",
            outer[i]);
        assert_int_equal(shell(w, make), 0);
        g_autofree char *key = key_of_message(w, "message", w->rsa);
        g_autofree char *line = g_strdup_printf(
            "$C open --content-key %s $D/message >$D/opened && cmp $D/opened "
            "$D/entity",
            key);
        if (shell(w, line) != 0)
            fail_msg("%s", outer[i]);
    }
}

/* One line on standard error, none on standard output, status 2. */
static void
refusals_say_one_line_and_write_nothing(void **state)
{
    const World *w = *state;
    static const struct {
        const char *words, *line;
    } cases[] = {
        {"cannot be decrypted", "$C open --content-key $K $D/cut"},
        {"cannot be decrypted", "$C open --content-key $K $D/flipped"},
        {"cannot be decrypted", "$C open --content-key $S $D/message"},
        {"cannot be decrypted", "$C open --content-key $X $D/message"},
        {"not a key", "$C open --content-key zz $D/message"},
        {"not a key", "$C open --content-key ${K}00 $D/message"},
        {"nothing in it is encrypted", "$C open --content-key $K $D/plain"},
        {"No such file", "$C open --content-key $K $D/absent"},
        {"usage", "$C open $D/message"},
        {"No such file", "$C seal --to $D/absent <$D/plain"},
        {"plain", "$C seal --to $D/plain <$D/plain"},
        {"recipients", "$C seal <$D/plain"},
        {"--cipher 3des", "$C seal --to $D/rsa.pem --cipher 3des <$D/plain"},
        {"cannot be encrypted to",
         "$C seal --to $D/rsa.pem --to $D/ed.pem <$D/plain"},
        {"cannot be encrypted to", "$C seal --to $D/signs.pem <$D/plain"},
        {"damaged", "$C recipients --json $D/broken"},
    };
    assert_int_equal(
        shell(w,
              "cd $D; printf 'Subject: x\\n\\nhello\\n' >plain;"
              "openssl req -x509 -newkey ed25519 -nodes -keyout ed.key -days "
              "2 -subj /CN=ed -out ed.pem 2>/dev/null;"
              "openssl req -x509 -newkey rsa:2048 -nodes -keyout signs.key "
              "-days 2 -subj /CN=signs -out signs.pem -addext "
              "keyUsage=digitalSignature 2>/dev/null;"
              "$C seal --to rsa.pem --cipher aes256-gcm <plain >message;"
              "sed '1,/^.$/d' message | tr -d '\\r' | base64 -d >der;"
              "head -c -40 der >broken; cp der flipped; cp der cut;"
              "printf x | dd of=flipped bs=1 seek=$(($(wc -c <der) - 1)) "
              "conv=notrunc 2>/dev/null;"
              "printf x | dd of=cut bs=1 seek=$(($(wc -c <der) - 25)) "
              "conv=notrunc 2>/dev/null"),
        0);
    g_autofree char *key = key_of_message(w, "message", w->rsa);
    g_setenv("K", key, TRUE);
    key[0] = key[0] == '0' ? '1' : '0';
    g_setenv("X", key, TRUE);
    key[32] = '\0';
    g_setenv("S", key, TRUE);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *line =
            g_strconcat(cases[i].line, " >$D/out 2>$D/err", NULL);
        int status = shell(w, line);
        g_autofree char *out = text_of_file(w, "out");
        g_autofree char *error = text_of_file(w, "err");
        gsize lines = 0;
        for (const char *at = error; *at != '\0'; at++)
            lines += *at == '\n';
        if (status != 2 || *out != '\0' || lines != 1 ||
            strstr(error, cases[i].words) == NULL)
            fail_msg("%s: status %d, %s", cases[i].line, status, error);
    }
}

/* SEC-03: what is read is bounded, whatever it claims. */
static void
sec_03_more_than_fifty_mebibytes_is_refused(void **state)
{
    const World *w = *state;
    assert_int_equal(shell(w, "truncate -s 52428801 $D/large; $C recipients "
                              "$D/large 2>/dev/null"),
                     2);
    assert_int_equal(shell(w, "head -c 52428801 /dev/zero | $C recipients - "
                              "2>/dev/null"),
                     2);
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_sealed_opens_again),
        cmocka_unit_test(the_message_is_a_whole_entity),
        cmocka_unit_test(recipients_are_listed_in_json),
        cmocka_unit_test(nothing_encrypted_is_an_empty_list),
        cmocka_unit_test(the_first_layer_is_found_below_others),
        cmocka_unit_test(refusals_say_one_line_and_write_nothing),
        cmocka_unit_test(sec_03_more_than_fifty_mebibytes_is_refused),
    };
    g_autofree char *folder = g_path_get_dirname(argv[0]);
    g_autofree char *path =
        g_build_filename(folder, "..", "..", "sceauctl", NULL);
    command = realpath(path, NULL);
    int failed = cmocka_run_group_tests(tests, set_up, tear_down);
    free(command);
    return failed;
}
