/* The time of one verdict with 500 anchors and a CRL of 10 MB, both verified
 * anew; run by tests/bench/trust. */
#include "tests/pki/chain.h"

#include "core/pki/crl.h"

#include <stdio.h>

#define ANCHORS 500
#define ENTRIES 300000
#define RUNS 200

/* 300,000 entries of 35 octets. */
static GBytes *
long_list(const Key *signer)
{
    GByteArray *entries = g_byte_array_new();
    for (guint i = 0; i < ENTRIES; i++) {
        guint8 serial[16] = {0x01,
                             (guint8)(i >> 16),
                             (guint8)(i >> 8),
                             (guint8)i,
                             1,
                             2,
                             3,
                             4,
                             5,
                             6,
                             7,
                             8,
                             9,
                             10,
                             11,
                             12};
        put(entries, wrap(DER_SEQUENCE,
                          wrap(DER_INTEGER, g_bytes_new(serial, 16), NULL),
                          moment(TEST_NOW - DAY), NULL));
    }
    GBytes *tbs =
        wrap(DER_SEQUENCE, number(DER_INTEGER, 1),
             signature_algorithm(signer, GNUTLS_DIG_SHA256), dn("Root"),
             moment(TEST_NOW - DAY), moment(TEST_NOW + 7 * DAY),
             wrap_array(DER_SEQUENCE, entries), NULL);
    return sign(tbs, signer, GNUTLS_DIG_SHA256);
}

static int
compare(gconstpointer a, gconstpointer b)
{
    gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;
    return (x > y) - (x < y);
}

int
main(void)
{
    static const TrustPolicy policy = TRUST_POLICY_DEFAULT;
    gpointer state = NULL;
    gint64 times[RUNS];
    make_keys(&state);
    Keys *keys = state;
    g_autoptr(Trust) trust = trust_new(&policy);
    for (guint i = 0; i < ANCHORS - 1; i++) {
        g_autofree char *name = g_strdup_printf("Root %u", i);
        g_autoptr(Cert) one = forge_root(name, keys->other);
        trust_add_anchor(trust, one);
    }
    trust_add_anchor(trust, keys->anchor);
    g_autoptr(GBytes) list = long_list(keys->root);
    gint64 began = g_get_monotonic_time();
    g_autoptr(Crl) crl = crl_parse(list, NULL);
    gint64 read = g_get_monotonic_time() - began;
    trust_add_crl(trust, crl);
    trust_set_failure(trust, keys->anchor, TRUE);
    g_autoptr(Cert) inter =
        forge_authority("Inter", keys->inter, "Root", keys->root);
    g_autoptr(Cert) leaf = forge_person(keys->leaf, "Root", keys->root);
    for (guint i = 0; i < RUNS; i++) {
        gint64 at = g_get_monotonic_time();
        VerdictSet set = trust_judge(trust, leaf, NULL, TEST_NOW, NULL);
        times[i] = g_get_monotonic_time() - at;
        if (set != 0)
            return 1;
    }
    qsort(times, RUNS, sizeof *times, compare);
    gint64 half = times[RUNS / 2];
    gint64 most = times[RUNS * 95 / 100];
    printf("bench verdict, 500 anchors, CRL of %.1f MB: p50 %.2f ms, p95 %.2f"
           " ms (at most 3); reading the list once %.0f ms\n",
           (double)g_bytes_get_size(list) / 1e6, (double)half / 1e3,
           (double)most / 1e3, (double)read / 1e3);
    drop_keys(&state);
    return 0;
}
