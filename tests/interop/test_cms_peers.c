/*
 * openssl, gpgsm and NSS accept what we sign, and we what they sign, down to
 * an empty attachment and up to one of 18 MB.
 */
#include <unistd.h>

#include "core/mail/judge.h"
#include "core/pki/trust.h"
#include "tests/cms/browser.h"

#define LARGE (18 * 1000 * 1000)

static const char *const people[] = {"alice", "claire"}; /* RSA, P-256 */
static const char *const peers[] = {"openssl", "gpgsm", "nss"};
static const gsize sizes[] = {0, 100000, LARGE};

typedef struct {
    char *dir;
    gboolean has_peers;
    Trust *trust;
    GPtrArray *chain; /* the issuing authority and the root */
} World;

static gboolean
peer(const World *w, const char *verb, const char *a, const char *b,
     const char *c, const char *d)
{
    const char *argv[] = {
        "tests/interop/peers", verb, w->dir, a, b, c, d, NULL};
    int status = 1;
    g_autoptr(GError) error = NULL;
    if (!g_spawn_sync(NULL, (char **)(gsize)argv, NULL, G_SPAWN_DEFAULT, NULL,
                      NULL, NULL, NULL, &status, &error))
        fail_msg("%s: %s", verb, error->message);
    return status == 0;
}

static GPtrArray *
certs_of(const World *w, const char *name)
{
    g_autofree char *path = g_build_filename(w->dir, name, NULL);
    g_autofree char *text = NULL;
    gsize size;
    assert_true(g_file_get_contents(path, &text, &size, NULL));
    g_autoptr(GBytes) bytes = g_bytes_new(text, size);
    GPtrArray *certs = cert_parse_file(bytes, NULL);
    assert_non_null(certs);
    return certs;
}

static int
set_up(void **state)
{
    const TrustPolicy policy = TRUST_POLICY_DEFAULT;
    World *w = g_new0(World, 1);
    w->dir = g_dir_make_tmp("sceau-peers-XXXXXX", NULL);
    g_autofree char *make =
        g_strdup_printf("deploy/demo/identities %s", w->dir);
    assert_true(g_spawn_command_line_sync(make, NULL, NULL, NULL, NULL));
    g_autofree char *gpgsm = g_find_program_in_path("gpgsm");
    g_autofree char *cmsutil = g_find_program_in_path("cmsutil");
    w->has_peers = gpgsm != NULL && cmsutil != NULL;
    if (!w->has_peers)
        print_message("skipped: gpgsm or cmsutil is not installed\n");
    else
        assert_true(peer(w, "prepare", NULL, NULL, NULL, NULL));

    w->trust = trust_new(&policy);
    w->chain = certs_of(w, "ca/issuing.pem");
    g_autoptr(GPtrArray) root = certs_of(w, "ca/root.pem");
    trust_add_anchor(w->trust, g_ptr_array_index(root, 0));
    g_ptr_array_add(w->chain, cert_ref(g_ptr_array_index(root, 0)));
    *state = w;
    return 0;
}

static int
tear_down(void **state)
{
    World *w = *state;
    if (w->has_peers)
        peer(w, "end", NULL, NULL, NULL, NULL);
    g_autofree char *remove = g_strdup_printf("rm -rf %s", w->dir);
    g_spawn_command_line_sync(remove, NULL, NULL, NULL, NULL);
    trust_free(w->trust);
    g_ptr_array_unref(w->chain);
    g_free(w->dir);
    g_free(w);
    return 0;
}

static gboolean
is_usable(const World *w, const char *name)
{
    return w->has_peers || g_str_equal(name, "openssl");
}

/* A mail with one attachment of size octets. */
static char *
entity_of(gsize size)
{
    g_autofree guint8 *data = g_malloc0(size + 1);
    for (gsize i = 0; i < size; i++)
        data[i] = (guint8)(i * 2654435761U >> 13);
    g_autoptr(GString) out = g_string_sized_new(size * 3 / 2 + 512);
    g_string_append(out,
                    "Content-Type: multipart/mixed; boundary=m\r\n\r\n"
                    "--m\r\nContent-Type: text/plain\r\n\r\nHello\r\n--m\r\n"
                    "Content-Type: application/octet-stream\r\n"
                    "Content-Disposition: attachment; filename=a.bin\r\n"
                    "Content-Transfer-Encoding: base64\r\n\r\n");
    for (gsize at = 0; at < size; at += 57) {
        g_autofree char *line =
            g_base64_encode(data + at, MIN(57, size - at));
        g_string_append(out, line);
        g_string_append(out, "\r\n");
    }
    g_string_append(out, "\r\n--m--\r\n");
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static GBytes *
we_sign(const World *w, const char *who, const char *text)
{
    g_autofree char *cert = g_strdup_printf("%s/ids/%s.pem", w->dir, who);
    g_autofree char *key = g_strdup_printf("%s/ids/%s.key", w->dir, who);
    Identity *identity = identity_load(cert, key);
    SignAlgorithm algorithm;
    assert_true(sign_algorithm_for(identity->cert, &algorithm, NULL));
    guint8 sum[32];
    gnutls_hash_fast(GNUTLS_DIG_SHA256, text, strlen(text), sum);
    g_autoptr(GBytes) digest = g_bytes_new(sum, sizeof sum);
    g_autoptr(GBytes) set =
        attributes_build(algorithm, identity->cert, digest,
                         g_get_real_time() / G_USEC_PER_SEC);
    g_autoptr(GBytes) value = browser_signs(algorithm, identity, set);
    GBytes *der = signed_data_write(algorithm, identity->cert, w->chain, set,
                                    value, NULL);
    assert_non_null(der);
    identity_free(identity);
    return der;
}

static char *
file_of(const World *w, const char *name, const void *data, gsize size)
{
    char *path = g_build_filename(w->dir, name, NULL);
    assert_true(g_file_set_contents(path, data, (gssize)size, NULL));
    return path;
}

static void
peers_verify_what_we_sign(void **state)
{
    World *w = *state;
    for (gsize p = 0; p < G_N_ELEMENTS(people); p++) {
        for (gsize s = 0; s < G_N_ELEMENTS(sizes); s++) {
            g_autofree char *text = entity_of(sizes[s]);
            g_autofree char *content =
                file_of(w, "content", text, strlen(text));
            g_autoptr(GBytes) der = we_sign(w, people[p], text);
            g_autofree char *signature =
                file_of(w, "ours.p7s", g_bytes_get_data(der, NULL),
                        g_bytes_get_size(der));
            text[strlen(text) - 10] ^= 1;
            g_autofree char *altered =
                file_of(w, "altered", text, strlen(text));
            for (gsize i = 0; i < G_N_ELEMENTS(peers); i++) {
                g_autofree char *verb =
                    g_strconcat("verify-", peers[i], NULL);
                if (!is_usable(w, peers[i]))
                    continue;
                if (!peer(w, verb, signature, content, NULL, NULL))
                    fail_msg("%s, %s, %zu octets", peers[i], people[p],
                             sizes[s]);
                if (sizes[s] != LARGE)
                    assert_false(
                        peer(w, verb, signature, altered, NULL, NULL));
            }
        }
    }
}

/* openssl above was given the root only, so the rest must have been there. */
static void
s12_the_chain_is_attached_without_its_root(void **state)
{
    World *w = *state;
    const Span text = {(const guint8 *)"text", 4};
    g_autoptr(GBytes) der = we_sign(w, "claire", "text");
    g_autoptr(SignedData) data =
        signed_data_read(der, &text, 1, NULL, 1024, 224);
    assert_int_equal(data->verdicts, 0);
    assert_int_equal(data->certs->len, 2);
    for (guint i = 0; i < data->certs->len; i++) {
        const Cert *cert = g_ptr_array_index(data->certs, i);
        assert_string_not_equal(cert_subject(cert), cert_issuer(cert));
    }
}

static const char *
our_verdict(const World *w, const char *path, GBytes *content)
{
    g_autoptr(GMappedFile) map = g_mapped_file_new(path, FALSE, NULL);
    assert_non_null(map);
    g_autoptr(GBytes) object = g_mapped_file_get_bytes(map);
    gint64 now = g_get_real_time() / G_USEC_PER_SEC;
    JudgeInput input = {.trust = w->trust,
                        .certs = w->chain,
                        .arrival = now,
                        .now = now,
                        .content = content};
    g_autoptr(Judgement) got = judge_message(object, &input, NULL);
    return got == NULL ? "none" : got->signature;
}

static void
check_theirs(const World *w, const char *name, const char *who, gsize size)
{
    g_autofree char *verb = g_strconcat("sign-", name, NULL);
    g_autofree char *text = entity_of(size);
    g_autofree char *path = file_of(w, "content", text, strlen(text));
    g_autofree char *out = g_build_filename(w->dir, "theirs", NULL);
    g_autoptr(GBytes) content = g_bytes_new(text, strlen(text));
    text[strlen(text) - 10] ^= 1;
    g_autoptr(GBytes) altered = g_bytes_new(text, strlen(text));

    if (!peer(w, verb, who, path, out, NULL))
        fail_msg("%s, %s: does not sign", name, who);
    assert_string_equal(our_verdict(w, out, content), "verified");
    assert_string_equal(our_verdict(w, out, altered), "altered");
    if (!peer(w, verb, who, path, out, "opaque"))
        fail_msg("%s, %s: does not sign opaquely", name, who);
    assert_string_equal(our_verdict(w, out, NULL), "verified");
}

/* cmsutil takes minutes to enclose 18 MB. */
static gboolean
is_quick(const char *name)
{
    return g_str_equal(name, "openssl") ||
           (g_str_equal(name, "gpgsm") && g_getenv("SCEAU_LONG") != NULL);
}

static void
we_verify_what_peers_sign(void **state)
{
    World *w = *state;
    for (gsize p = 0; p < G_N_ELEMENTS(people); p++)
        for (gsize i = 0; i < G_N_ELEMENTS(peers); i++) {
            /* gpgsm 2.2 imports no elliptic keys. */
            gboolean can_sign = is_usable(w, peers[i]) &&
                                (p == 0 || !g_str_equal(peers[i], "gpgsm"));
            for (gsize s = 0; can_sign && s < G_N_ELEMENTS(sizes); s++)
                if (sizes[s] != LARGE || is_quick(peers[i]))
                    check_theirs(w, peers[i], people[p], sizes[s]);
        }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(peers_verify_what_we_sign),
        cmocka_unit_test(s12_the_chain_is_attached_without_its_root),
        cmocka_unit_test(we_verify_what_peers_sign),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
