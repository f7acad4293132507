#include "core/store/contact.h"

#include "tests/store/accounts.h"

static const ContactMark begin = {(char *)(guintptr) "", 0};

/* address is its own match; place is the name. */
static gint64
add(Db *db, gint64 account, const char *book, const char *name,
    const char *address, const char *words)
{
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) each = g_strsplit(words, " ", -1);
    const Contact contact = {
        .book = (char *)(guintptr)book,
        .name = (char *)(guintptr)name,
        .address = (char *)(guintptr)address,
        .match = (char *)(guintptr)address,
        .place = (char *)(guintptr)name,
    };
    gint64 id = contact_create(db, account, &contact,
                               (const char *const *)each, NOW, &error);
    expect_fine(id != 0, error, address);
    return id;
}

static char *
names_of(const GPtrArray *contacts)
{
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; i < contacts->len; i++) {
        const Contact *contact = g_ptr_array_index(contacts, i);
        g_string_append_printf(out, "%s%s", i > 0 ? "," : "", contact->name);
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static void
expect_names(const GPtrArray *contacts, const char *want, const char *name)
{
    g_autofree char *got = names_of(contacts);
    if (strcmp(got, want) != 0)
        fail_msg("%s: got %s, want %s", name, got, want);
}

static void
an_address_stands_in_one_book_once(void **state)
{
    const Fixture *fixture = *state;
    Db *db = fixture->db;
    g_autoptr(GError) error = NULL;
    add(db, fixture->alice, "personal", "Bruno", "b@x.test", "bruno");
    add(db, fixture->bob, "personal", "Bruno", "b@x.test", "bruno");
    const Contact again = {
        .book = (char *)(guintptr) "emailed",
        .name = (char *)(guintptr) "Other",
        .address = (char *)(guintptr) "B@x.test",
        .match = (char *)(guintptr) "b@x.test",
        .place = (char *)(guintptr) "other",
    };
    const char *const none[] = {NULL};
    assert_int_equal(
        contact_create(db, fixture->alice, &again, none, NOW, &error), 0);
    expect_app_error(error, APP_ERROR_CONFLICT, "the same address");
}

static void
another_account_sees_and_does_nothing(void **state)
{
    const Fixture *fixture = *state;
    Db *db = fixture->db;
    gint64 id =
        add(db, fixture->alice, "personal", "Bruno", "b@x.test", "bruno");
    g_autoptr(Contact) contact = contact_get(db, fixture->alice, id, NULL);
    assert_non_null(contact);
    const char *const none[] = {NULL};

    g_autoptr(GError) get = NULL, edit = NULL, pin = NULL, delete = NULL;
    assert_null(contact_get(db, fixture->bob, id, &get));
    expect_app_error(get, APP_ERROR_NOT_FOUND, "get");
    assert_false(contact_edit(db, fixture->bob, contact, none, &edit));
    expect_app_error(edit, APP_ERROR_NOT_FOUND, "edit");
    assert_false(contact_pin(db, fixture->bob, id, "k", &pin));
    expect_app_error(pin, APP_ERROR_NOT_FOUND, "pin");
    assert_false(contact_delete(db, fixture->bob, id, &delete));
    expect_app_error(delete, APP_ERROR_NOT_FOUND, "delete");
    assert_null(contact_find(db, fixture->bob, "b@x.test", NULL));
    g_autoptr(GPtrArray) found = contact_search(
        db, fixture->bob, "personal", "bruno", NULL, &begin, 10, NULL, NULL);
    assert_int_equal(found->len, 0);
    assert_true(contact_delete(db, fixture->alice, id, NULL));
    assert_int_equal(number_of(db, "SELECT count(*) FROM contact_word"), 0);
}

/* Every contact once, in order, whatever changes between two pages. */
static void
pages_follow_a_key(void **state)
{
    const Fixture *fixture = *state;
    Db *db = fixture->db;
    gint64 third = 0;
    static const char *const names[] = {"e", "a", "c", "c", "b", "d"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *address = g_strdup_printf("%zu@x.test", i);
        gint64 id =
            add(db, fixture->alice, "personal", names[i], address, "word");
        if (i == 2)
            third = id;
    }
    add(db, fixture->alice, "emailed", "aa", "other@x.test", "word");

    g_autoptr(GPtrArray) first =
        contact_list(db, fixture->alice, "personal", &begin, 3, NULL);
    expect_names(first, "a,b,c", "first page");
    const Contact *last = g_ptr_array_index(first, 2);
    assert_int_equal(last->id, third);
    const ContactMark mark = {last->place, last->id};
    assert_true(contact_delete(db, fixture->alice, third, NULL));
    add(db, fixture->alice, "personal", "ab", "new@x.test", "word");
    g_autoptr(GPtrArray) second =
        contact_list(db, fixture->alice, "personal", &mark, 3, NULL);
    expect_names(second, "c,d,e", "second page");
}

static void
words_find_from_their_beginning(void **state)
{
    const Fixture *fixture = *state;
    Db *db = fixture->db;
    gint64 me = fixture->alice;
    add(db, me, "personal", "Marie", "m@x.test", "marie martin m x test");
    add(db, me, "personal", "Martin", "n@x.test", "martin martinez n x");
    add(db, me, "personal", "Émile", "e@x.test", "emile \xc3\xa9 e x");
    add(db, me, "emailed", "Marthe", "o@x.test", "marthe o x test");
    static const struct {
        const char *name, *book, *first, *second, *want;
    } cases[] = {
        {"by one word", "personal", "mart", NULL, "Marie,Martin"},
        {"each once", "personal", "mar", NULL, "Marie,Martin"},
        {"whole word", "personal", "martinez", NULL, "Martin"},
        {"two words", "personal", "mart", "test", "Marie"},
        {"second fails", "personal", "mart", "zz", ""},
        {"middle of a word", "personal", "artin", NULL, ""},
        {"beyond ASCII", "personal", "\xc3\xa9", NULL, "Émile"},
        {"other book", "emailed", "mar", NULL, "Marthe"},
        {"percent is no wildcard", "personal", "%", NULL, ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GPtrArray) found =
            contact_search(db, me, cases[i].book, cases[i].first,
                           cases[i].second, &begin, 10, NULL, NULL);
        expect_names(found, cases[i].want, cases[i].name);
    }
}

static void
searches_have_pages(void **state)
{
    const Fixture *fixture = *state;
    Db *db = fixture->db;
    for (int i = 0; i < 7; i++) {
        g_autofree char *address = g_strdup_printf("%d@x.test", i);
        g_autofree char *name = g_strdup_printf("n%d", i);
        g_autofree char *words = g_strdup_printf("word%d wordz", 6 - i);
        add(db, fixture->alice, "personal", name, address, words);
    }
    g_autoptr(GPtrArray) words = NULL;
    g_autoptr(GPtrArray) first =
        contact_search(db, fixture->alice, "personal", "word", NULL, &begin,
                       4, &words, NULL);
    expect_names(first, "n6,n5,n4,n3", "first page");
    const Contact *last = g_ptr_array_index(first, 3);
    const ContactMark mark = {g_ptr_array_index(words, 3), last->id};
    g_autoptr(GPtrArray) second = contact_search(
        db, fixture->alice, "personal", "word", NULL, &mark, 4, NULL, NULL);
    expect_names(second, "n2,n1,n0", "second page");
}

static void
an_edit_changes_what_finds_it(void **state)
{
    const Fixture *fixture = *state;
    Db *db = fixture->db;
    gint64 id =
        add(db, fixture->alice, "emailed", "Bruno", "b@x.test", "bruno");
    const Contact edited = {
        .id = id,
        .book = (char *)(guintptr) "personal",
        .name = (char *)(guintptr) "Chloé",
        .address = (char *)(guintptr) "C@x.test",
        .match = (char *)(guintptr) "c@x.test",
        .place = (char *)(guintptr) "chloe",
    };
    const char *const words[] = {"chloe", "chloe", NULL};
    assert_true(contact_pin(db, fixture->alice, id, "k", NULL));
    assert_true(contact_edit(db, fixture->alice, &edited, words, NULL));
    assert_null(contact_find(db, fixture->alice, "b@x.test", NULL));
    g_autoptr(Contact) got =
        contact_find(db, fixture->alice, "c@x.test", NULL);
    assert_string_equal(got->name, "Chloé");
    assert_string_equal(got->book, "personal");
    assert_string_equal(got->pinned, "k");
    assert_int_equal(got->created, NOW);
    g_autoptr(GPtrArray) before = contact_search(
        db, fixture->alice, "emailed", "bruno", NULL, &begin, 10, NULL, NULL);
    assert_int_equal(before->len, 0);
    g_autoptr(GPtrArray) after =
        contact_search(db, fixture->alice, "personal", "chloe", NULL, &begin,
                       10, NULL, NULL);
    assert_int_equal(after->len, 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_address_stands_in_one_book_once),
        TEST(another_account_sees_and_does_nothing),
        TEST(pages_follow_a_key),
        TEST(words_find_from_their_beginning),
        TEST(searches_have_pages),
        TEST(an_edit_changes_what_finds_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
