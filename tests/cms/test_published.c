/*
 * Published objects: RFC 4134 (old algorithms: weak, never altered), the
 * identities of RFC 9216, and OpenSSL's hostile ones.
 */
#include "tests/cms/browser.h"

#define BIT(name) ((VerdictSet)1 << VERDICT_##name)

/* To be called before anything is allocated: skip() does not come back. */
static void
need_corpora(void)
{
    if (g_getenv("SCEAU_CORPORA") == NULL) {
        print_message("skipped: SCEAU_CORPORA is not set\n");
        skip();
    }
}

static char *
corpus_path(const char *folder, const char *name)
{
    return g_build_filename(g_getenv("SCEAU_CORPORA"), folder, name, NULL);
}

static GBytes *
corpus(const char *folder, const char *name)
{
    g_autofree char *path = corpus_path(folder, name);
    g_autofree char *text = NULL;
    gsize size;
    if (!g_file_get_contents(path, &text, &size, NULL))
        fail_msg("%s cannot be read", path);
    return g_bytes_new(text, size);
}

static void
add_cert(GPtrArray *certs, const char *folder, const char *name)
{
    g_autoptr(GBytes) bytes = corpus(folder, name);
    g_autoptr(GPtrArray) read = cert_parse_file(bytes, NULL);
    if (read != NULL)
        g_ptr_array_add(certs, cert_ref(g_ptr_array_index(read, 0)));
}

static void
rfc_4134_is_weak(void **state)
{
    static const struct {
        const char *name;
        gboolean detached;
        VerdictSet want;
    } cases[] = {
        {"4.1.bin", FALSE, BIT(WEAK)},
        {"4.2.bin", FALSE, BIT(WEAK)},
        {"4.3.bin", TRUE, BIT(WEAK)},
        {"4.4.bin", FALSE, BIT(WEAK)},
        {"4.5.bin", FALSE, BIT(WEAK)},
        {"4.6.bin", FALSE, BIT(SEVERAL_SIGNERS) | BIT(WEAK)},
        {"4.7.bin", FALSE, BIT(WEAK)},
        {"4.10.bin", FALSE, BIT(WEAK)},
        {"4.11.bin", FALSE, BIT(MALFORMED)}, /* certificates, no signer */
    };
    need_corpora();
    g_autoptr(GPtrArray) certs =
        g_ptr_array_new_with_free_func((GDestroyNotify)cert_unref);
    g_autoptr(GBytes) content = corpus("rfc4134", "ExContent.bin");
    add_cert(certs, "rfc4134", "AliceDSSSignByCarlNoInherit.cer");
    add_cert(certs, "rfc4134", "AliceRSASignByCarl.cer");
    add_cert(certs, "rfc4134", "DianeDSSSignByCarlInherit.cer");
    add_cert(certs, "rfc4134", "DianeRSASignByCarl.cer");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GBytes) der = corpus("rfc4134", cases[i].name);
        Span span = span_of(content);
        g_autoptr(SignedData) data = signed_data_read(
            der, &span, cases[i].detached ? 1 : 0, certs, 512, 224);
        if (data->verdicts != cases[i].want)
            fail_msg("%s: %#x", cases[i].name, data->verdicts);
        if (cases[i].detached || !data->opaque)
            continue;
        g_autoptr(GBytes) got =
            signed_data_take_content(data, g_steal_pointer(&der));
        assert_true(g_bytes_equal(got, content));
    }
}

static void
hostile_objects_never_verify(void **state)
{
    static const char *const names[] = {"bad_signtime_attr.cms",
                                        "no_ct_attr.cms", "no_md_attr.cms",
                                        "ct_multiple_attr.cms"};
    need_corpora();
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(GBytes) der = corpus("openssl/cms", names[i]);
        g_autoptr(SignedData) data =
            signed_data_read(der, NULL, 0, NULL, 1024, 224);
        if ((data->verdicts & BIT(MALFORMED)) == 0)
            fail_msg("%s: %#x", names[i], data->verdicts);
    }
}

static void
rfc_9216_identities_sign(void **state)
{
    static const struct {
        const char *name;
        Oid digest;
        const char *want;
    } people[] = {{"alice", OID_SHA256, "rsa-sha256"},
                  {"bob", OID_SHA512, "rsa-sha512"},
                  {"carlos", OID_SHA512, "ed25519"},
                  {"dana", OID_SHA512, "ed25519"}};
    need_corpora();
    g_autoptr(GBytes) content = g_bytes_new_static("Hello\r\n", 7);
    for (gsize i = 0; i < G_N_ELEMENTS(people); i++) {
        g_autofree char *cert =
            g_strdup_printf("%s.sign.crt.pem", people[i].name);
        g_autofree char *key =
            g_strdup_printf("%s.sign.key.pem", people[i].name);
        g_autofree char *cert_path = corpus_path("rfc9216", cert);
        g_autofree char *key_path = corpus_path("rfc9216", key);
        Identity *identity = identity_load(cert_path, key_path);
        g_autoptr(GBytes) der =
            forge_build(&(Forge){.signer = identity,
                                 .content = content,
                                 .digest = people[i].digest,
                                 .attached = TRUE});
        g_autoptr(SignedData) data =
            signed_data_read(der, NULL, 0, NULL, 1024, 224);
        if (data->verdicts != 0)
            fail_msg("%s: %#x", people[i].name, data->verdicts);
        assert_string_equal(data->algorithm, people[i].want);
        identity_free(identity);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rfc_4134_is_weak),
        cmocka_unit_test(hostile_objects_never_verify),
        cmocka_unit_test(rfc_9216_identities_sign),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
