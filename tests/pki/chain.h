/*
 * A chain of two to four certificates of which a test replaces pieces, our
 * verdict on it, and openssl's as the second opinion.
 */
#ifndef SCEAU_TESTS_CHAIN_H
#define SCEAU_TESTS_CHAIN_H

#include "tests/pki/forge_cert.h"

#include <glib/gstdio.h>

#define BIT(verdict) (1U << VERDICT_##verdict)

/* Keys are slow to make and have no story: one set for a program's tests. */
typedef struct {
    Key *root, *inter, *sub, *leaf, *other;
    Cert *anchor;
} Keys;

static inline int
make_keys(void **state)
{
    Keys *keys = g_new0(Keys, 1);
    keys->root = ec_key_new();
    keys->inter = ec_key_new();
    keys->sub = ec_key_new();
    keys->leaf = ec_key_new();
    keys->other = ec_key_new();
    keys->anchor = forge_root("Root", keys->root);
    *state = keys;
    return 0;
}

static inline int
drop_keys(void **state)
{
    Keys *keys = *state;
    key_free(keys->root);
    key_free(keys->inter);
    key_free(keys->sub);
    key_free(keys->leaf);
    key_free(keys->other);
    cert_unref(keys->anchor);
    g_free(keys);
    return 0;
}

/* Root, Inter, with sub a third authority, and Ana. What is NULL is usual. */
typedef struct {
    GBytes *ca[5]; /* Inter's extensions */
    GBytes *sub[5];
    GBytes *leaf[6];
    GBytes *ca_subject, *ca_issuer, *sub_subject, *leaf_issuer, *leaf_subject;
    const Key *ca_signer, *leaf_signer;
    gint64 ca_from, ca_until, leaf_from, leaf_until;
    gnutls_digest_algorithm_t ca_digest, leaf_digest;
    guint ca_version, leaf_version;
} Chain;

static inline void
use_usual(GBytes **extensions, gboolean is_leaf)
{
    if (extensions[0] != NULL)
        return;
    if (!is_leaf) {
        extensions[0] = ext_ca(TRUE, -1);
        extensions[1] = ext_usage(USAGE_CERT_SIGN);
        return;
    }
    extensions[0] = ext_usage(USAGE_DIGITAL_SIGNATURE);
    extensions[1] = ext_purpose(MAIL_PURPOSE);
    extensions[2] = ext_alt(mail_name("ana@example.org"));
}

static inline GBytes *
or_name(GBytes *name, const char *usual)
{
    return name != NULL ? name : dn(usual);
}

static inline Cert *
chain_authority(const Keys *keys, const Chain *chain)
{
    CertSpec spec = {
        .subject = or_name(chain->ca_subject, "Inter"),
        .issuer = or_name(chain->ca_issuer, "Root"),
        .key = keys->inter,
        .signer = chain->ca_signer ? chain->ca_signer : keys->root,
        .serial = 2,
        .not_before = chain->ca_from,
        .not_after = chain->ca_until,
        .digest = chain->ca_digest,
        .version = chain->ca_version,
    };
    memcpy(spec.extensions, chain->ca, sizeof chain->ca);
    if (chain->ca_version != 1)
        use_usual(spec.extensions, FALSE);
    return forge(&spec);
}

static inline Cert *
chain_leaf(const Keys *keys, const Chain *chain)
{
    gboolean deep = chain->sub[0] != NULL;
    const Key *signer = deep ? keys->sub : keys->inter;
    CertSpec spec = {
        .subject = or_name(chain->leaf_subject, "Ana"),
        .issuer = or_name(chain->leaf_issuer, deep ? "Sub" : "Inter"),
        .key = keys->leaf,
        .signer = chain->leaf_signer ? chain->leaf_signer : signer,
        .serial = 7,
        .not_before = chain->leaf_from,
        .not_after = chain->leaf_until,
        .digest = chain->leaf_digest,
        .version = chain->leaf_version,
    };
    memcpy(spec.extensions, chain->leaf, sizeof chain->leaf);
    if (chain->leaf_version != 1)
        use_usual(spec.extensions, TRUE);
    return forge(&spec);
}

/* Leaf first, without the anchor. */
static inline GPtrArray *
chain_build(const Keys *keys, const Chain *chain)
{
    GPtrArray *certs = certs_new();
    g_ptr_array_add(certs, chain_leaf(keys, chain));
    if (chain->sub[0] != NULL) {
        CertSpec spec = {.subject = or_name(chain->sub_subject, "Sub"),
                         .issuer = dn("Inter"),
                         .key = keys->sub,
                         .signer = keys->inter,
                         .serial = 3};
        memcpy(spec.extensions, chain->sub, sizeof chain->sub);
        g_ptr_array_add(certs, forge(&spec));
    }
    g_ptr_array_add(certs, chain_authority(keys, chain));
    return certs;
}

static inline void
write_pem(const char *folder, const char *name, GPtrArray *certs, guint from)
{
    GString *text = g_string_new(NULL);
    for (guint i = from; i < certs->len; i++) {
        Der der = der_of(cert_der(g_ptr_array_index(certs, i)));
        g_autofree char *base64 = g_base64_encode(der.data, der.size);
        g_string_append(text, "-----BEGIN CERTIFICATE-----\n");
        for (gsize at = 0; at < strlen(base64); at += 64)
            g_string_append_printf(text, "%.64s\n", base64 + at);
        g_string_append(text, "-----END CERTIFICATE-----\n");
        if (from == 0)
            break; /* only the first was asked for */
    }
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_assert_true(g_file_set_contents(path, text->str, -1, NULL));
    g_string_free(text, TRUE);
}

/* What `openssl verify` says of the chain, for signing mail at TEST_NOW. */
static inline gboolean
openssl_accepts(Cert *anchor, GPtrArray *certs)
{
    g_autofree char *folder = g_dir_make_tmp("sceau-chain-XXXXXX", NULL);
    g_autoptr(GPtrArray) root = g_ptr_array_new();
    g_ptr_array_add(root, anchor);
    write_pem(folder, "root", root, 0);
    write_pem(folder, "leaf", certs, 0);
    write_pem(folder, "between", certs, 1);
    g_autofree char *command = g_strdup_printf(
        "cd %s && openssl verify -attime %" G_GINT64_FORMAT
        " -purpose smimesign -policy_check -policy 2.5.29.32.0 -no-CAstore "
        "-no-CApath"
        " -CAfile root -untrusted between leaf >/dev/null 2>&1",
        folder, TEST_NOW);
    gboolean accepted = system(command) == 0;
    g_autofree char *clean = g_strdup_printf("rm -r %s", folder);
    assert_int_equal(system(clean), 0);
    return accepted;
}

typedef struct {
    const char *name;
    VerdictSet want;
    Chain chain;
    const char *peer; /* why openssl differs; NULL: it agrees */
} ChainCase;

static inline void
run_chains(const Keys *keys, const ChainCase *cases, gsize n)
{
    static const TrustPolicy policy = TRUST_POLICY_DEFAULT;
    for (gsize i = 0; i < n; i++) {
        g_autoptr(GPtrArray) certs = chain_build(keys, &cases[i].chain);
        g_autoptr(Trust) trust = trust_new(&policy);
        trust_add_anchor(trust, keys->anchor);
        VerdictSet got =
            trust_judge(trust, certs->pdata[0], certs, TEST_NOW, NULL);
        if (got != cases[i].want)
            fail_msg("%s: got %x, want %x", cases[i].name, got,
                     cases[i].want);
        gboolean peer = openssl_accepts(keys->anchor, certs);
        gboolean agrees = peer == ((got & ~BIT(WEAK)) == 0);
        if (agrees != (cases[i].peer == NULL))
            fail_msg("%s: openssl %s it", cases[i].name,
                     peer ? "accepts" : "refuses");
    }
}

#endif
