/* SEC-14: several lists and several signers: a chain's, separate CRL keys,
 * indirect and delta CRLs (RFC 5280 §6.3.3). */
#include "tests/pki/chain.h"

typedef struct {
    Trust *trust;
    GPtrArray *certs; /* leaf first */
} Scene;

static Scene
scene_new(const Keys *keys, const Chain *chain, gboolean required)
{
    TrustPolicy policy = TRUST_POLICY_DEFAULT;
    policy.require_revocation = required;
    Scene scene = {trust_new(&policy), chain_build(keys, chain)};
    trust_add_anchor(scene.trust, keys->anchor);
    return scene;
}

static void
scene_clear(Scene *scene)
{
    trust_free(scene->trust);
    g_ptr_array_unref(scene->certs);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Scene, scene_clear)

static void
add_crl(Scene *scene, const CrlSpec *spec)
{
    g_autoptr(GBytes) crl = forge_crl(spec);
    assert_true(trust_add_crls(scene->trust, crl, NULL));
}

static VerdictSet
judge(const Scene *scene)
{
    return trust_judge(scene->trust, scene->certs->pdata[0], scene->certs,
                       TEST_NOW, NULL);
}

#define CA_CRL ext_ca(TRUE, -1), ext_usage(USAGE_CERT_SIGN | USAGE_CRL_SIGN)

static void
sec_14_lists_that_were_given_must_cover_the_signer(void **state)
{
    const Keys *keys = *state;
    g_auto(Scene) scene = scene_new(keys, &(Chain){.ca = {CA_CRL}}, FALSE);
    assert_int_equal(judge(&scene), 0);
    add_crl(&scene, &(CrlSpec){.issuer = dn("Root"), .signer = keys->root});
    assert_int_equal(judge(&scene), BIT(UNCHECKED));
    add_crl(&scene, &(CrlSpec){.issuer = dn("Inter"), .signer = keys->inter});
    assert_int_equal(judge(&scene), 0);
}

static void
sec_14_where_required_the_whole_path_is_covered(void **state)
{
    const Keys *keys = *state;
    g_auto(Scene) scene = scene_new(keys, &(Chain){.ca = {CA_CRL}}, TRUE);
    assert_int_equal(judge(&scene), BIT(UNCHECKED));
    add_crl(&scene, &(CrlSpec){.issuer = dn("Inter"), .signer = keys->inter});
    assert_int_equal(judge(&scene), BIT(UNCHECKED));
    add_crl(&scene, &(CrlSpec){.issuer = dn("Root"), .signer = keys->root});
    assert_int_equal(judge(&scene), 0);
}

static void
sec_14_a_list_of_users_covers_no_authority(void **state)
{
    const Keys *keys = *state;
    g_auto(Scene) scene = scene_new(keys, &(Chain){.ca = {CA_CRL}}, TRUE);
    GBytes *users = extension("2.5.29.28", TRUE,
                              wrap(DER_SEQUENCE, true_mark(0x81), NULL));
    add_crl(&scene, &(CrlSpec){.issuer = dn("Inter"), .signer = keys->inter});
    add_crl(&scene, &(CrlSpec){.issuer = dn("Root"),
                               .signer = keys->root,
                               .serial = 2,
                               .extensions = {users}});
    assert_int_equal(judge(&scene), BIT(UNCHECKED));
}

static void
sec_14_a_revoked_authority_revokes(void **state)
{
    const Keys *keys = *state;
    g_auto(Scene) scene = scene_new(keys, &(Chain){.ca = {CA_CRL}}, FALSE);
    assert_int_equal(judge(&scene), 0);
    add_crl(&scene, &(CrlSpec){.issuer = dn("Inter"), .signer = keys->inter});
    add_crl(
        &scene,
        &(CrlSpec){.issuer = dn("Root"), .signer = keys->root, .serial = 2});
    assert_int_equal(judge(&scene), BIT(REVOKED));
}

static void
sec_14_only_crl_sign_signs_crls(void **state)
{
    const Keys *keys = *state;
    g_auto(Scene) scene = scene_new(keys, &(Chain){.ca = {NULL}}, FALSE);
    add_crl(&scene, &(CrlSpec){.issuer = dn("Root"), .signer = keys->root});
    add_crl(&scene, &(CrlSpec){.issuer = dn("Inter"),
                               .signer = keys->inter,
                               .serial = 7});
    assert_int_equal(judge(&scene), BIT(UNCHECKED));
}

/* A certificate of Inter's name for another key, which signs its lists. */
static Cert *
crl_signer(const Keys *keys, const Key *signer, const char *name, guint usage,
           gint64 until)
{
    return forge(&(CertSpec){.subject = dn(name),
                             .not_after = until,
                             .issuer = dn("Root"),
                             .key = keys->other,
                             .signer = signer,
                             .serial = 9,
                             .extensions = {ext_usage(usage)}});
}

static void
sec_14_an_authority_may_have_a_key_for_lists(void **state)
{
    const Keys *keys = *state;
    const struct {
        const char *name;
        const Key *signer;
        guint usage;
        gint64 until;
        VerdictSet want;
    } cases[] = {
        {"vouched for", keys->root, USAGE_CRL_SIGN, 0, BIT(REVOKED)},
        {"not vouched for", keys->leaf, USAGE_CRL_SIGN, 0, BIT(UNCHECKED)},
        {"for something else", keys->root, USAGE_DIGITAL_SIGNATURE, 0,
         BIT(UNCHECKED)},
        {"no longer", keys->root, USAGE_CRL_SIGN, TEST_NOW - 1,
         BIT(UNCHECKED)},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Scene) scene = scene_new(keys, &(Chain){.ca = {NULL}}, FALSE);
        g_ptr_array_add(scene.certs,
                        crl_signer(keys, cases[i].signer, "Inter",
                                   cases[i].usage, cases[i].until));
        add_crl(&scene,
                &(CrlSpec){.issuer = dn("Root"), .signer = keys->root});
        add_crl(&scene, &(CrlSpec){.issuer = dn("Inter"),
                                   .signer = keys->other,
                                   .serial = 7});
        if (judge(&scene) != cases[i].want)
            fail_msg("%s: got %x", cases[i].name, judge(&scene));
    }
}

/* Another anchor's people cannot speak of ours. */
static void
sec_14_list_signers_come_from_the_same_anchor(void **state)
{
    const Keys *keys = *state;
    g_auto(Scene) scene = scene_new(keys, &(Chain){.ca = {NULL}}, FALSE);
    g_autoptr(Cert) second = forge_root("Second", keys->sub);
    trust_add_anchor(scene.trust, second);
    g_ptr_array_add(
        scene.certs,
        forge(&(CertSpec){.subject = dn("Inter"),
                          .issuer = dn("Second"),
                          .key = keys->other,
                          .signer = keys->sub,
                          .extensions = {ext_usage(USAGE_CRL_SIGN)}}));
    add_crl(&scene, &(CrlSpec){.issuer = dn("Root"), .signer = keys->root});
    add_crl(&scene, &(CrlSpec){.issuer = dn("Second"), .signer = keys->sub});
    add_crl(&scene, &(CrlSpec){.issuer = dn("Inter"), .signer = keys->other});
    assert_int_equal(judge(&scene), BIT(UNCHECKED));
}

/* A point whose lists "Lists" makes. */
static GBytes *
indirect_point(void)
{
    GBytes *maker =
        wrap(0xa2, wrap(GENERAL_DIRECTORY, dn("Lists"), NULL), NULL);
    return extension(
        "2.5.29.31", FALSE,
        wrap(DER_SEQUENCE, wrap(DER_SEQUENCE, maker, NULL), NULL));
}

static GBytes *
certificate_issuer(const char *name)
{
    return extension(
        "2.5.29.29", TRUE,
        wrap(DER_SEQUENCE, wrap(GENERAL_DIRECTORY, dn(name), NULL), NULL));
}

static GBytes *
indirect(void)
{
    return extension("2.5.29.28", TRUE,
                     wrap(DER_SEQUENCE, true_mark(0x84), NULL));
}

static void
sec_14_indirect_lists_speak_for_others(void **state)
{
    const Keys *keys = *state;
    const struct {
        const char *name;
        const Key *signer;
        GBytes *whose, *kind;
        VerdictSet want;
    } cases[] = {
        {"Inter's 7", keys->other, certificate_issuer("Inter"), indirect(),
         BIT(REVOKED)},
        {"another's 7", keys->other, certificate_issuer("Other"), indirect(),
         0},
        {"its own 7", keys->other, NULL, indirect(), 0},
        {"signed in another's name", keys->root, certificate_issuer("Inter"),
         indirect(), BIT(UNCHECKED)},
        {"not said to be indirect", keys->other, certificate_issuer("Inter"),
         NULL, BIT(UNCHECKED)},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Scene) scene =
            scene_new(keys,
                      &(Chain){.leaf = {ext_usage(USAGE_DIGITAL_SIGNATURE),
                                        indirect_point()}},
                      FALSE);
        g_ptr_array_add(scene.certs, crl_signer(keys, keys->root, "Lists",
                                                USAGE_CRL_SIGN, 0));
        add_crl(&scene,
                &(CrlSpec){.issuer = dn("Root"), .signer = keys->root});
        add_crl(&scene, &(CrlSpec){.issuer = dn("Lists"),
                                   .signer = cases[i].signer,
                                   .serial = 7,
                                   .entry_extensions = {cases[i].whose},
                                   .extensions = {cases[i].kind}});
        if (judge(&scene) != cases[i].want)
            fail_msg("%s: got %x", cases[i].name, judge(&scene));
    }
}

static GBytes *
crl_number(guint value)
{
    return extension("2.5.29.20", FALSE, number(DER_INTEGER, value));
}

static GBytes *
delta_from(guint base)
{
    return extension("2.5.29.27", TRUE, number(DER_INTEGER, base));
}

static GBytes *
reason(guint code)
{
    return extension("2.5.29.21", FALSE, number(DER_ENUMERATED, code));
}

static void
sec_14_a_delta_changes_its_base(void **state)
{
    const Keys *keys = *state;
    const struct {
        const char *name;
        guint in_base, in_delta, from;
        GBytes *why, *scope;
        gint64 until;
        VerdictSet want;
    } cases[] = {
        {"nobody", 0, 0, 5, NULL, NULL, 0, 0},
        {"revoked since", 0, 7, 5, NULL, NULL, 0, BIT(REVOKED)},
        {"revoked before", 7, 0, 5, NULL, NULL, 0, BIT(REVOKED)},
        {"no longer revoked", 7, 7, 5, reason(8), NULL, 0, 0},
        {"of a later base", 0, 7, 6, NULL, NULL, 0, 0},
        {"of a much later base", 0, 7, 300, NULL, NULL, 0, 0},
        {"of an earlier base", 0, 7, 4, NULL, NULL, 0, BIT(REVOKED)},
        {"of another scope", 0, 7, 5, NULL, indirect(), 0, 0},
        {"out of date, revoked", 0, 7, 5, NULL, NULL, TEST_NOW - 1,
         BIT(REVOKED)},
        {"out of date, no longer revoked", 7, 7, 5, reason(8), NULL,
         TEST_NOW - 1, BIT(REVOKED)},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Scene) scene =
            scene_new(keys, &(Chain){.ca = {CA_CRL}}, FALSE);
        add_crl(&scene,
                &(CrlSpec){.issuer = dn("Root"), .signer = keys->root});
        add_crl(&scene, &(CrlSpec){.issuer = dn("Inter"),
                                   .signer = keys->inter,
                                   .serial = cases[i].in_base,
                                   .extensions = {crl_number(5)}});
        add_crl(&scene, &(CrlSpec){.issuer = dn("Inter"),
                                   .signer = keys->inter,
                                   .serial = cases[i].in_delta,
                                   .next_update = cases[i].until,
                                   .entry_extensions = {cases[i].why},
                                   .extensions = {crl_number(8),
                                                  delta_from(cases[i].from),
                                                  cases[i].scope}});
        if (judge(&scene) != cases[i].want)
            fail_msg("%s: got %x", cases[i].name, judge(&scene));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sec_14_lists_that_were_given_must_cover_the_signer),
        cmocka_unit_test(sec_14_where_required_the_whole_path_is_covered),
        cmocka_unit_test(sec_14_a_list_of_users_covers_no_authority),
        cmocka_unit_test(sec_14_a_revoked_authority_revokes),
        cmocka_unit_test(sec_14_only_crl_sign_signs_crls),
        cmocka_unit_test(sec_14_an_authority_may_have_a_key_for_lists),
        cmocka_unit_test(sec_14_list_signers_come_from_the_same_anchor),
        cmocka_unit_test(sec_14_indirect_lists_speak_for_others),
        cmocka_unit_test(sec_14_a_delta_changes_its_base),
    };
    return cmocka_run_group_tests_name("CRL signers", tests, make_keys,
                                       drop_keys);
}
