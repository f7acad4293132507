/*
 * Envelopes with an octet changed anywhere, opened by us and by openssl: what
 * we open it opens too, to the same text. That we refuse more is no fault (we
 * read structure strictly, openssl leniently), but it is counted. 100 of
 * them; 10,000 in check-long.
 */
#include "tests/interop/envelope_peers.h"

typedef struct {
    char *dir;
    Identity *rsa, *p256;
    GRand *random;
} World;

static int
set_up(void **state)
{
    World *w = g_new0(World, 1);
    w->dir = g_dir_make_tmp("sceau-mutated-XXXXXX", NULL);
    assert_true(run_line(w->dir, "tests/interop/envelope-people @"));
    w->rsa = load_person(w->dir, "rsa");
    w->p256 = load_person(w->dir, "p256");
    w->random = g_getenv("SCEAU_LONG") == NULL ? g_rand_new_with_seed(1)
                                               : g_rand_new();
    *state = w;
    return 0;
}

static int
tear_down(void **state)
{
    World *w = *state;
    identity_free(w->rsa);
    identity_free(w->p256);
    g_rand_free(w->random);
    remove_folder(w->dir);
    g_free(w);
    return 0;
}

/* As the product would: its own recipient only; NULL if it does not open. */
static GBytes *
we_open(GBytes *der, const Identity *who)
{
    g_autoptr(EnvelopedData) data = enveloped_data_read(der, NULL);
    const Recipient *recipient =
        data == NULL ? NULL : recipient_of(data, who);
    g_autoptr(GBytes) key = recipient == NULL ? NULL : unwrap(who, recipient);
    return key == NULL ? NULL : enveloped_data_open(data, key, NULL);
}

static GBytes *
openssl_opens(const World *w, GBytes *der, const char *name)
{
    g_autofree char *line = g_strdup_printf(
        "openssl cms -decrypt -inform DER -in @/mutated -out @/plain "
        "-recip @/%s.pem -inkey @/%s.key",
        name, name);
    put_file(w->dir, "mutated", span_of(der));
    return run_line(w->dir, line) ? get_file(w->dir, "plain") : NULL;
}

static GBytes *
mutate(const World *w, GBytes *der)
{
    Span span = span_of(der);
    gsize size = span.size;
    guint8 *bytes = g_memdup2(span.data, size);
    gsize at = (gsize)g_rand_int_range(w->random, 0, (gint32)size);
    bytes[at] = (guint8)g_rand_int_range(w->random, 0, 256);
    if (g_rand_boolean(w->random))
        bytes[g_rand_int_range(w->random, 0, (gint32)size)] ^=
            (guint8)(1 << g_rand_int_range(w->random, 0, 8));
    return g_bytes_new_take(bytes, size);
}

typedef struct {
    guint both, neither, openssl_alone, ours_alone;
} Count;

/* Where the two differ, and what stands there now. */
static void
print_changes(GBytes *der, GBytes *mutated)
{
    Span from = span_of(der);
    Span to = span_of(mutated);
    for (gsize i = 0; i < from.size; i++) {
        if (from.data[i] != to.data[i])
            print_message("octet %zu: %02x became %02x\n", i, from.data[i],
                          to.data[i]);
    }
}

static void
compare(const World *w, GBytes *der, const Identity *who, const char *name,
        Count *count)
{
    g_autoptr(GBytes) mutated = mutate(w, der);
    g_autoptr(GBytes) ours = we_open(mutated, who);
    g_autoptr(GBytes) theirs = openssl_opens(w, mutated, name);
    if (ours != NULL && theirs != NULL && !g_bytes_equal(ours, theirs)) {
        print_changes(der, mutated);
        fail_msg("another text");
    }
    if (ours != NULL && theirs == NULL) {
        print_changes(der, mutated);
        count->ours_alone++;
    } else if (ours != NULL)
        count->both++;
    else if (theirs != NULL)
        count->openssl_alone++;
    else
        count->neither++;
}

static void
no_mutation_is_opened_by_us_alone(void **state)
{
    const World *w = *state;
    static const char text[] = "Content-Type: text/plain\r\n\r\nHello\r\n";
    const Span plain = {(const guint8 *)text, sizeof text - 1};
    const EnvelopeRecipient rsa = {w->rsa->cert, FALSE};
    const EnvelopeRecipient p256 = {w->p256->cert, FALSE};
    guint rounds = g_getenv("SCEAU_LONG") == NULL ? 25 : 2500;
    for (gint c = CIPHER_AES128_CBC; c <= CIPHER_AES256_GCM; c++) {
        Count count = {0};
        gboolean agrees = c % 2 == 0;
        g_autoptr(GBytes) der =
            seal_bytes((Cipher)c, agrees ? &p256 : &rsa, 1, plain,
                       c < 2 ? ENVELOPE_SIZE_UNKNOWN : plain.size, 10);
        for (guint i = 0; i < rounds; i++)
            compare(w, der, agrees ? w->p256 : w->rsa,
                    agrees ? "p256" : "rsa", &count);
        print_message("cipher %d: %u by both, %u by neither, %u by openssl "
                      "alone\n",
                      c, count.both, count.neither, count.openssl_alone);
        assert_int_equal(count.ours_alone, 0);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_mutation_is_opened_by_us_alone),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
