#include "core/store/contact_cert.h"

#include "core/store/contact.h"
#include "tests/store/accounts.h"

static gint64
contact_of(const Fixture *fixture, const char *address)
{
    const Contact contact = {
        .book = (char *)(guintptr) "personal",
        .name = (char *)(guintptr) "",
        .address = (char *)(guintptr)address,
        .match = (char *)(guintptr)address,
        .place = (char *)(guintptr)address,
    };
    const char *const none[] = {NULL};
    gint64 id = contact_create(fixture->db, fixture->alice, &contact, none,
                               NOW, NULL);
    assert_true(id != 0);
    return id;
}

static void
save(const Fixture *fixture, gint64 contact, const char *kid,
     Standing standing, const char *source, gint64 now)
{
    g_autoptr(GBytes) der = g_bytes_new(kid, strlen(kid));
    g_autoptr(GBytes) chain = g_bytes_new(NULL, 0);
    const ContactCert cert = {
        .kid = (char *)(guintptr)kid,
        .der = der,
        .chain = chain,
        .standing = standing,
        .source = (char *)(guintptr)source,
    };
    assert_true(contact_cert_save(fixture->db, contact, &cert, now, NULL));
}

static void
a_certificate_keeps_where_it_came_from(void **state)
{
    const Fixture *fixture = *state;
    gint64 id = contact_of(fixture, "b@x.test");
    save(fixture, id, "k1", STANDING_OFFERED, "harvest", NOW);
    save(fixture, id, "k1", STANDING_ACCEPTED, "file", NOW + 9);
    g_autoptr(ContactCert) got =
        contact_cert_find(fixture->db, id, "k1", NULL);
    assert_string_equal(got->source, "harvest");
    assert_int_equal(got->created, NOW);
    assert_int_equal(got->standing, STANDING_ACCEPTED);
    assert_null(got->capabilities);
    assert_null(contact_cert_find(fixture->db, id, "k2", NULL));
}

static void
standings_are_kept_by_name(void **state)
{
    const Fixture *fixture = *state;
    gint64 id = contact_of(fixture, "b@x.test");
    static const Standing all[] = {STANDING_ACCEPTED, STANDING_OFFERED,
                                   STANDING_KEPT, STANDING_DECLINED};
    save(fixture, id, "k", STANDING_OFFERED, "harvest", NOW);
    for (gsize i = 0; i < G_N_ELEMENTS(all); i++) {
        assert_true(
            contact_cert_set_standing(fixture->db, id, "k", all[i], NULL));
        g_autoptr(ContactCert) got =
            contact_cert_find(fixture->db, id, "k", NULL);
        assert_int_equal(got->standing, all[i]);
        g_autoptr(Contact) contact =
            contact_get(fixture->db, fixture->alice, id, NULL);
        assert_int_equal(contact->has_certificate,
                         all[i] == STANDING_ACCEPTED);
    }
}

static void
certificates_go_with_their_contact(void **state)
{
    const Fixture *fixture = *state;
    Db *db = fixture->db;
    gint64 one = contact_of(fixture, "b@x.test");
    gint64 two = contact_of(fixture, "c@x.test");
    save(fixture, one, "k1", STANDING_ACCEPTED, "file", NOW);
    save(fixture, one, "k2", STANDING_ACCEPTED, "file", NOW + 1);
    save(fixture, two, "k1", STANDING_KEPT, "file", NOW);
    g_autoptr(GPtrArray) list = contact_cert_list(db, one, NULL);
    assert_int_equal(list->len, 2);
    assert_string_equal(((ContactCert *)g_ptr_array_index(list, 0))->kid,
                        "k2");
    assert_true(contact_cert_delete(db, one, "k2", NULL));
    assert_true(contact_delete(db, fixture->alice, one, NULL));
    assert_int_equal(number_of(db, "SELECT count(*) FROM contact_cert"), 1);
}

static void
capabilities_are_set_apart(void **state)
{
    const Fixture *fixture = *state;
    gint64 id = contact_of(fixture, "b@x.test");
    g_autoptr(GBytes) said = g_bytes_new("\x30\x00", 2);
    save(fixture, id, "k", STANDING_ACCEPTED, "harvest", NOW);
    assert_true(contact_cert_set_capabilities(fixture->db, id, "k", said,
                                              NOW + 5, NULL));
    g_autoptr(ContactCert) got =
        contact_cert_find(fixture->db, id, "k", NULL);
    assert_true(g_bytes_equal(got->capabilities, said));
    assert_int_equal(got->capabilities_at, NOW + 5);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_certificate_keeps_where_it_came_from),
        TEST(standings_are_kept_by_name),
        TEST(certificates_go_with_their_contact),
        TEST(capabilities_are_set_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
