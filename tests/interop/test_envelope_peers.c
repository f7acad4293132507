/* gpgsm and NSS: ours to them and theirs to us, in what they support. */
#include "tests/interop/envelope_peers.h"

typedef struct {
    char *dir;
    gboolean has[2];
    Identity *alice; /* RSA: their versions in Debian 12 know no other */
} World;

static const struct {
    const char *name, *program;
} peers[] = {{"gpgsm", "gpgsm"}, {"nss", "cmsutil"}};

static int
set_up(void **state)
{
    World *w = g_new0(World, 1);
    gboolean all = TRUE;
    w->dir = g_dir_make_tmp("sceau-sealed-XXXXXX", NULL);
    assert_true(run_line(w->dir, "deploy/demo/identities @"));
    w->alice = load_person(w->dir, "ids/alice");
    for (gsize i = 0; i < G_N_ELEMENTS(peers); i++) {
        g_autofree char *path = g_find_program_in_path(peers[i].program);
        w->has[i] = path != NULL;
        all = all && w->has[i];
        if (!w->has[i])
            print_message("skipped: %s is not installed\n", peers[i].program);
    }
    if (all)
        assert_true(run_line(w->dir, "tests/interop/peers prepare @"));
    else
        w->has[0] = w->has[1] = FALSE;
    *state = w;
    return 0;
}

static int
tear_down(void **state)
{
    World *w = *state;
    if (w->has[0])
        run_line(w->dir, "tests/interop/peers end @");
    identity_free(w->alice);
    remove_folder(w->dir);
    g_free(w);
    return 0;
}

static void
peer_opens_ours(const World *w, const char *peer, Cipher cipher, Span text,
                guint64 told)
{
    const EnvelopeRecipient to = {w->alice->cert, FALSE};
    g_autoptr(GBytes) der = seal_bytes(cipher, &to, 1, text, told, 65536);
    put_file(w->dir, "ours.der", span_of(der));
    g_autofree char *line = g_strdup_printf(
        "tests/interop/peers decrypt-%s @ alice @/ours.der @/plain", peer);
    if (!run_line(w->dir, line))
        fail_msg("%s refuses %zu octets", peer, text.size);
    g_autoptr(GBytes) got = get_file(w->dir, "plain");
    expect_text(peer, got, text);
}

static void
we_open_what_peer_sealed(const World *w, const char *peer, Span text)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *line = g_strdup_printf(
        "tests/interop/peers encrypt-%s @ alice @/text @/theirs.der", peer);
    put_file(w->dir, "text", text);
    if (!run_line(w->dir, line))
        fail_msg("%s cannot seal %zu octets", peer, text.size);
    g_autoptr(GBytes) der = get_file(w->dir, "theirs.der");
    g_autoptr(GBytes) got = open_as(der, w->alice, &error);
    if (got == NULL)
        fail_msg("%s: %s", peer, error->message);
    expect_text(peer, got, text);
}

/* RSA v1.5 and CBC, in DER and in BER: neither reads OAEP, ECDH or GCM. */
static void
gpgsm_and_nss_both_ways(void **state)
{
    static const gsize sizes[] = {1, 16, 17, 65536};
    const World *w = *state;
    for (gsize p = 0; p < G_N_ELEMENTS(peers); p++)
        for (gsize i = 0; w->has[p] && i < G_N_ELEMENTS(sizes); i++) {
            g_autoptr(GBytes) bytes = octets_of(sizes[i]);
            Span text = span_of(bytes);
            peer_opens_ours(w, peers[p].name, CIPHER_AES128_CBC, text,
                            text.size);
            peer_opens_ours(w, peers[p].name, CIPHER_AES256_CBC, text,
                            ENVELOPE_SIZE_UNKNOWN);
            we_open_what_peer_sealed(w, peers[p].name, text);
        }
    if (!w->has[0])
        skip();
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gpgsm_and_nss_both_ways),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
