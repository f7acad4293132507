/* An office with an authority made to order, and its list on a web server of
 * the test's. */
#ifndef SCEAU_TESTS_ADMIN_TRUST_TEST_H
#define SCEAU_TESTS_ADMIN_TRUST_TEST_H

#include "tests/admin/office_test.h"
#include "tests/pki/forge_cert.h"

#include "core/pki/trust.h"
#include "core/store/contact.h"
#include "core/store/contact_cert.h"
#include "core/store/own_cert.h"

typedef struct {
    Db *db;
    Key *root, *other, *leaf;
    Cert *anchor;
    Trust *trust;
    Office office;
} Scene;

static const TrustPolicy scene_policy = TRUST_POLICY_DEFAULT;

static inline int
scene_setup(void **state)
{
    Scene *scene = g_new0(Scene, 1);
    scene->db = memory_db();
    scene->root = ec_key_new();
    scene->other = ec_key_new();
    scene->leaf = ec_key_new();
    scene->anchor = forge_root("Root", scene->root);
    scene->trust = trust_new(&scene_policy);
    trust_add_anchor(scene->trust, scene->anchor);
    scene->office = office_of(scene->db, NULL);
    scene->office.trust = scene->trust;
    scene->office.now = TEST_NOW;
    *state = scene;
    return 0;
}

static inline int
scene_teardown(void **state)
{
    Scene *scene = *state;
    db_close(scene->db);
    key_free(scene->root);
    key_free(scene->other);
    key_free(scene->leaf);
    cert_unref(scene->anchor);
    trust_free(scene->trust);
    g_free(scene);
    return 0;
}

/* A contact of alice's with this certificate. */
static inline void
keep_contact(const Scene *scene, const char *address, const Cert *cert)
{
    static const char *const words[] = {NULL};
    g_autoptr(GError) error = NULL;
    gint64 alice = new_account(scene->db, "alice@demo.test");
    g_autofree char *match = g_strdup(address);
    const Contact contact = {.book = (char *)(guintptr) "personal",
                             .name = (char *)(guintptr) "",
                             .address = match,
                             .match = match,
                             .place = match};
    gint64 id =
        contact_create(scene->db, alice, &contact, words, NOW, &error);
    expect_fine(id != 0, error, address);
    g_autoptr(GBytes) none = g_bytes_new_static("", 0);
    const ContactCert row = {
        .kid = (char *)(guintptr)cert_fingerprint(cert),
        .der = cert_der(cert),
        .chain = none,
        .standing = STANDING_ACCEPTED,
        .source = (char *)(guintptr) "file",
    };
    expect_fine(contact_cert_save(scene->db, id, &row, NOW, &error), error,
                address);
}

#endif
