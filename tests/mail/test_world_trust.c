/* Trust that is read again when the store's version is another. */
#include "tests/pki/forge_cert.h"
#include "tests/store/store_test.h"

#include "core/mail/world_trust.h"
#include "core/pki/trust.h"
#include "core/store/revocation_cache.h"
#include "core/store/revocation_source.h"
#include "core/store/trust_cert.h"

typedef struct {
    Config config;
    Db *db;
    Key *root, *leaf;
    Cert *anchor, *ana;
    TrustKeeper *keeper;
} Scene;

static int
setup_scene(void **state)
{
    g_autoptr(GError) error = NULL;
    Scene *scene = g_new0(Scene, 1);
    scene->config = (Config){.min_rsa_bits = 2048,
                             .floor_rsa_bits = 1024,
                             .min_ec_bits = 256,
                             .floor_ec_bits = 224};
    scene->db = memory_db();
    scene->root = ec_key_new();
    scene->leaf = ec_key_new();
    scene->anchor = forge_root("Root", scene->root);
    scene->ana = forge_person(scene->leaf, "Root", scene->root);
    scene->keeper = world_keeper_new(&scene->config, &error);
    expect_fine(scene->keeper != NULL, error, "keeper");
    *state = scene;
    return 0;
}

static int
drop_scene(void **state)
{
    Scene *scene = *state;
    world_keeper_free(scene->keeper);
    db_close(scene->db);
    key_free(scene->root);
    key_free(scene->leaf);
    cert_unref(scene->anchor);
    cert_unref(scene->ana);
    g_free(scene);
    return 0;
}

static Trust *
take(const Scene *scene)
{
    g_autoptr(GError) error = NULL;
    Trust *trust =
        world_keeper_take(scene->keeper, scene->db, TEST_NOW, &error);
    expect_fine(trust != NULL, error, "trust");
    return trust;
}

static VerdictSet
verdict(const Scene *scene)
{
    g_autoptr(Trust) trust = take(scene);
    return trust_judge(trust, scene->ana, NULL, TEST_NOW, NULL);
}

static void
add_anchor(const Scene *scene, const char *purpose)
{
    const TrustCert row = {
        .kid = (char *)(guintptr)cert_fingerprint(scene->anchor),
        .role = (char *)(guintptr)TRUST_ROLE_ANCHOR,
        .name = (char *)(guintptr) "Root",
        .der = cert_der(scene->anchor),
        .purpose = (char *)(guintptr)purpose,
        .added_by = (char *)(guintptr) "terminal",
    };
    assert_true(trust_cert_save(scene->db, &row, NOW, NULL));
}

static void
a_change_holds_at_the_next_request(void **state)
{
    const Scene *scene = *state;
    const VerdictSet unknown = 1U << VERDICT_UNKNOWN_ISSUER;
    assert_int_equal(verdict(scene), unknown);
    add_anchor(scene, "mail");
    assert_int_equal(verdict(scene), 0);
    assert_true(trust_cert_withdraw(
        scene->db, cert_fingerprint(scene->anchor), NOW, NULL));
    assert_int_equal(verdict(scene), unknown);
}

static void
a_request_under_way_keeps_its_state(void **state)
{
    const Scene *scene = *state;
    g_autoptr(Trust) before = take(scene);
    g_autoptr(Trust) same = take(scene);
    assert_ptr_equal(before, same);
    add_anchor(scene, "mail");
    g_autoptr(Trust) after = take(scene);
    assert_ptr_not_equal(before, after);
    assert_int_equal(trust_anchors(before)->len, 0);
    assert_int_equal(trust_anchors(after)->len, 1);
}

static void
an_anchor_is_trusted_for_its_purpose(void **state)
{
    const Scene *scene = *state;
    add_anchor(scene, "encryption");
    assert_int_equal(verdict(scene), 1U << VERDICT_UNKNOWN_ISSUER);
    add_anchor(scene, "signing");
    assert_int_equal(verdict(scene), 0);
}

static void
keep_list(const Scene *scene, guint serial, gint64 next)
{
    g_autoptr(GBytes) list =
        forge_crl(&(CrlSpec){.issuer = dn("Root"),
                             .signer = scene->root,
                             .serial = serial,
                             .this_update = TEST_NOW - 9 * DAY,
                             .revoked = TEST_NOW - 10 * DAY,
                             .next_update = next});
    const RevocationCached row = {
        .issuer = (char *)(guintptr)cert_fingerprint(scene->anchor),
        .kind = (char *)(guintptr)REVOCATION_CRL,
        .slot = (char *)(guintptr) "",
        .der = list,
        .this_update = TEST_NOW - 9 * DAY};
    assert_true(revocation_cache_save(scene->db, &row, NOW, NULL));
}

static void
s15_a_cached_list_revokes(void **state)
{
    const Scene *scene = *state;
    add_anchor(scene, "mail");
    keep_list(scene, 8, TEST_NOW + DAY);
    assert_int_equal(verdict(scene), 0);
    keep_list(scene, 7, TEST_NOW + DAY);
    assert_int_equal(verdict(scene), 1U << VERDICT_REVOKED);
}

/* Fetched and soft: nothing. Hard, or our own authority's: unchecked. */
static void
s15_an_old_list_counts_as_the_issuer_is_set(void **state)
{
    const Scene *scene = *state;
    const VerdictSet unchecked = 1U << VERDICT_UNCHECKED;
    RevocationSource source = {
        .issuer = (char *)(guintptr)cert_fingerprint(scene->anchor),
        .kind = (char *)(guintptr)REVOCATION_CRL,
        .url = (char *)(guintptr) "http://crl.demo.test/"};
    add_anchor(scene, "mail");
    keep_list(scene, 8, TEST_NOW - DAY);
    assert_int_equal(verdict(scene), unchecked);
    source.id = revocation_source_create(scene->db, &source, NOW, NULL);
    assert_true(source.id != 0);
    assert_int_equal(verdict(scene), 0);
    source.hard = TRUE;
    assert_true(revocation_source_change(scene->db, &source, NULL));
    assert_int_equal(verdict(scene), unchecked);
}

#define SCENE(test)                                                          \
    cmocka_unit_test_setup_teardown(test, setup_scene, drop_scene)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE(a_change_holds_at_the_next_request),
        SCENE(a_request_under_way_keeps_its_state),
        SCENE(an_anchor_is_trusted_for_its_purpose),
        SCENE(s15_a_cached_list_revokes),
        SCENE(s15_an_old_list_counts_as_the_issuer_is_set),
    };
    return cmocka_run_group_tests_name("world trust", tests, NULL, NULL);
}
