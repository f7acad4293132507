/*
 * NIST's path suite (PKITS, SHA-256 edition) where $SCEAU_CORPORA/pkits has
 * its folders certs and crls. Harder than asked: every certificate is judged
 * with all authorities and all CRLs of the suite at hand, so that the right
 * ones must be found. Revocation is required.
 */
#include "tests/pki/pki_test.h"

/* The suite's own answers under its default settings where the file's name
 * does not begin with Valid or Invalid, and the two where we are stricter. */
static const struct {
    const char *file;
    VerdictSet want;
} others[] = {
    {"DifferentPoliciesTest4EE.crt", 1U << VERDICT_UNKNOWN_ISSUER},
    {"DifferentPoliciesTest5EE.crt", 1U << VERDICT_UNKNOWN_ISSUER},
    {"DifferentPoliciesTest7EE.crt", 1U << VERDICT_UNKNOWN_ISSUER},
    {"DifferentPoliciesTest8EE.crt", 1U << VERDICT_UNKNOWN_ISSUER},
    {"DifferentPoliciesTest9EE.crt", 1U << VERDICT_UNKNOWN_ISSUER},
    {"DifferentPoliciesTest12EE.crt", 1U << VERDICT_UNKNOWN_ISSUER},
    /* DSA is weak (SEC-13). */
    {"ValidDSASignaturesTest4EE.crt", 1U << VERDICT_WEAK},
    /* GnuTLS does not inherit DSA parameters; weak it would be anyway. */
    {"ValidDSAParameterInheritanceTest5EE.crt",
     1U << VERDICT_UNKNOWN_ISSUER | 1U << VERDICT_WEAK},
};

static gboolean
is_as_wanted(const char *file, VerdictSet got)
{
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        if (g_str_equal(file, others[i].file))
            return got == others[i].want;
    }
    return (got != 0) == g_str_has_prefix(file, "Invalid");
}

static GBytes *
read_bytes(const char *folder, const char *file)
{
    g_autofree char *path = g_build_filename(folder, file, NULL);
    char *data;
    gsize size;
    assert_true(g_file_get_contents(path, &data, &size, NULL));
    return g_bytes_new_take(data, size);
}

static GPtrArray *
names_in(const char *folder)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    const char *name;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL)
        g_ptr_array_add(names, g_strdup(name));
    return names;
}

static void
load_suite(Trust *trust, const char *certs, const char *crls)
{
    g_autoptr(GPtrArray) files = names_in(certs);
    g_autoptr(GPtrArray) lists = names_in(crls);
    for (guint i = 0; i < files->len; i++) {
        const char *file = files->pdata[i];
        g_autoptr(GBytes) der = read_bytes(certs, file);
        g_autoptr(Cert) cert = cert_parse(der, NULL);
        if (g_str_has_suffix(file, "EE.crt") || cert == NULL)
            continue;
        if (g_str_has_prefix(file, "TrustAnchor"))
            trust_add_anchor(trust, cert);
        else
            trust_add_intermediate(trust, cert);
    }
    for (guint i = 0; i < lists->len; i++) {
        g_autoptr(GBytes) der = read_bytes(crls, lists->pdata[i]);
        trust_add_crls(trust, der, NULL);
    }
}

static void
sec_14_nists_paths_are_judged_as_published(void **state)
{
    const char *corpora = g_getenv("SCEAU_CORPORA");
    g_autofree char *certs =
        g_build_filename(corpora ? corpora : "", "pkits", "certs", NULL);
    g_autofree char *crls =
        g_build_filename(corpora ? corpora : "", "pkits", "crls", NULL);
    if (corpora == NULL || !g_file_test(certs, G_FILE_TEST_IS_DIR)) {
        print_message("skipped: no $SCEAU_CORPORA/pkits\n");
        return;
    }
    TrustPolicy policy = TRUST_POLICY_DEFAULT;
    policy.require_revocation = TRUE;
    g_autoptr(Trust) trust = trust_new(&policy);
    load_suite(trust, certs, crls);
    g_autoptr(GPtrArray) files = names_in(certs);
    guint right = 0, wrong = 0;
    for (guint i = 0; i < files->len; i++) {
        const char *file = files->pdata[i];
        if (!g_str_has_suffix(file, "EE.crt"))
            continue;
        g_autoptr(GBytes) der = read_bytes(certs, file);
        g_autoptr(Cert) cert = cert_parse(der, NULL);
        VerdictSet got = cert ? trust_judge(trust, cert, NULL, TEST_NOW, NULL)
                              : 1U << VERDICT_MALFORMED;
        gboolean as_wanted = is_as_wanted(file, got);
        as_wanted ? right++ : wrong++;
        if (!as_wanted)
            print_message("%s: %x\n", file, got);
    }
    print_message("%u paths as published\n", right);
    assert_int_equal(wrong, 0);
    assert_in_range(right, 200, 300);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sec_14_nists_paths_are_judged_as_published),
    };
    return cmocka_run_group_tests_name("PKITS", tests, NULL, NULL);
}
