/* The address books: two of them, and what finds a contact. */
#include "core/mail/contacts.h"

#include "core/mail/addressee.h"
#include "core/mail/contacts_words.h"
#include "core/pki/trust.h"
#include "tests/store/store_test.h"

#define OWNER "alice@demo.test"

typedef struct {
    World world;
    Trust *trust;
} Office;

static int
setup(void **state)
{
    const TrustPolicy policy = TRUST_POLICY_DEFAULT;
    Office *office = g_new0(Office, 1);
    office->trust = trust_new(&policy);
    office->world =
        (World){.db = memory_db(), .trust = office->trust, .now = NOW};
    new_account(office->world.db, OWNER);
    office->world.account = account_find(office->world.db, OWNER, NULL);
    *state = office;
    return 0;
}

static int
teardown(void **state)
{
    Office *office = *state;
    account_free((Account *)(guintptr)office->world.account);
    db_close(office->world.db);
    trust_free(office->trust);
    g_free(office);
    return 0;
}

static gint64
add(const Office *office, Book book, const char *name, const char *address)
{
    g_autoptr(GError) error = NULL;
    gint64 id = contacts_create(&office->world, book, name, address, &error);
    expect_fine(id != 0, error, address);
    return id;
}

/* Names of all pages, and how many pages there are. */
static char *
names_in(const Office *office, Book book, const char *query, guint *pages)
{
    g_autoptr(GString) out = g_string_new(NULL);
    g_autofree char *after = NULL;
    for (*pages = 1;; (*pages)++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(ContactPage) page =
            contacts_list(&office->world, book, query, after, &error);
        expect_fine(page != NULL, error, "list");
        for (guint i = 0; i < page->contacts->len; i++) {
            const Contact *contact = g_ptr_array_index(page->contacts, i);
            g_string_append_printf(out, "%s%s", out->len > 0 ? "," : "",
                                   contact->name);
        }
        g_free(after);
        after = g_strdup(page->next);
        if (after == NULL)
            return g_string_free(g_steal_pointer(&out), FALSE);
    }
}

static void
names_are_sorted_without_case_and_accents(void **state)
{
    const Office *office = *state;
    static const char *const names[] = {"zoé",    "Étienne", "alice",
                                        "Élodie", "Bernard", "eva"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *address = g_strdup_printf("n%zu@x.test", i);
        add(office, BOOK_PERSONAL, names[i], address);
    }
    guint pages;
    g_autofree char *got = names_in(office, BOOK_PERSONAL, NULL, &pages);
    assert_string_equal(got, "alice,Bernard,Élodie,Étienne,eva,zoé");
}

static void
a_search_finds_from_the_beginning_of_words(void **state)
{
    static const struct {
        const char *name, *query, *want;
    } cases[] = {
        {"first name", "mar", "Marie Lefèvre"},
        {"name without accent", "lefevre", "Marie Lefèvre"},
        {"name with accent", "Lefèvre", "Marie Lefèvre"},
        {"both", "lef mar", "Marie Lefèvre"},
        {"address", "m.lef", "Marie Lefèvre"},
        {"domain", "lab", "Marie Lefèvre"},
        {"whole address", "m.lefevre@labo.test", "Marie Lefèvre"},
        {"domain of all", "test", "Marie Lefèvre,Петр"},
        {"Cyrillic", "пет", "Петр"},
        {"one word fails", "marie zz", ""},
        {"middle", "arie", ""},
        {"other book", "zora", ""},
        {"nothing but signs", "@.", "Marie Lefèvre,Петр"},
        {"not UTF-8", "\xff", "Marie Lefèvre,Петр"},
    };
    const Office *office = *state;
    add(office, BOOK_PERSONAL, "Marie Lefèvre", "m.lefevre@labo.test");
    add(office, BOOK_PERSONAL, "Петр", "petr@mail.test");
    add(office, BOOK_EMAILED, "Zora", "zora@labo.test");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        guint pages;
        g_autofree char *got =
            names_in(office, BOOK_PERSONAL, cases[i].query, &pages);
        if (strcmp(got, cases[i].want) != 0)
            fail_msg("%s: got %s", cases[i].name, got);
    }
}

static void
every_contact_is_on_one_page(void **state)
{
    const Office *office = *state;
    for (int i = 0; i < 120; i++) {
        g_autofree char *address = g_strdup_printf("a%d@x.test", i);
        g_autofree char *name = g_strdup_printf("Name %03d", i);
        add(office, BOOK_PERSONAL, name, address);
    }
    static const char *const queries[] = {NULL, "name"};
    for (gsize i = 0; i < G_N_ELEMENTS(queries); i++) {
        guint pages;
        g_autofree char *got =
            names_in(office, BOOK_PERSONAL, queries[i], &pages);
        g_auto(GStrv) each = g_strsplit(got, ",", -1);
        assert_int_equal(g_strv_length(each), 120);
        assert_int_equal(pages, 3);
        assert_string_equal(each[0], "Name 000");
        assert_string_equal(each[119], "Name 119");
    }
    static const char *const others[] = {"x", "5", ":a", "-1:a", "1:\xff"};
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        g_autoptr(GError) error = NULL;
        assert_null(contacts_list(&office->world, BOOK_PERSONAL, NULL,
                                  others[i], &error));
        expect_app_error(error, APP_ERROR_INPUT, others[i]);
    }
}

static void
creating_refuses(void **state)
{
    const Office *office = *state;
    g_autofree char *name = g_strnfill(257, 'n');
    g_autofree char *local = g_strnfill(250, 'l');
    g_autofree char *address = g_strconcat(local, "@x.test", NULL);
    add(office, BOOK_PERSONAL, "Bruno", "bruno@demo.test");
    const struct {
        const char *name, *of, *address;
        AppError want;
    } cases[] = {
        {"a word", "N", "bruno", APP_ERROR_INPUT},
        {"empty", "N", "", APP_ERROR_INPUT},
        {"line end", "N", "b@x.test\r\nBcc: c@x.test", APP_ERROR_INPUT},
        {"brackets", "N", "Bruno <b@x.test>", APP_ERROR_INPUT},
        {"hidden character", "N", "b\xe2\x80\x8b@x.test", APP_ERROR_INPUT},
        {"not UTF-8", "N", "b\xff@x.test", APP_ERROR_INPUT},
        {"long name", name, "b@x.test", APP_ERROR_INPUT},
        {"name not UTF-8", "\xff", "b@x.test", APP_ERROR_INPUT},
        {"long address", "N", address, APP_ERROR_INPUT},
        {"known in other letters", "N", "BRUNO@Demo.Test",
         APP_ERROR_CONFLICT},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        assert_int_equal(contacts_create(&office->world, BOOK_PERSONAL,
                                         cases[i].of, cases[i].address,
                                         &error),
                         0);
        expect_app_error(error, cases[i].want, cases[i].name);
    }
    assert_int_equal(
        number_of(office->world.db, "SELECT count(*) FROM contact"), 1);
}

static void
z15_emailed_contact_can_be_taken_over(void **state)
{
    const Office *office = *state;
    gint64 id = add(office, BOOK_EMAILED, "B", "bruno@demo.test");
    assert_int_equal(
        add(office, BOOK_PERSONAL, "Bruno Petit", "Bruno@demo.test"), id);
    g_autoptr(ContactView) view = contacts_get(&office->world, id, NULL);
    assert_string_equal(view->contact->book, "personal");
    assert_string_equal(view->contact->name, "Bruno Petit");
    g_autoptr(GError) error = NULL;
    assert_int_equal(contacts_create(&office->world, BOOK_EMAILED, "B",
                                     "bruno@demo.test", &error),
                     0);
    expect_app_error(error, APP_ERROR_CONFLICT, "back again");
}

static void
an_edit_keeps_addresses_apart(void **state)
{
    const Office *office = *state;
    const World *world = &office->world;
    add(office, BOOK_PERSONAL, "A", "a@x.test");
    gint64 id = add(office, BOOK_PERSONAL, "B", "b@x.test");
    g_autoptr(GError) error = NULL;
    assert_false(
        contacts_edit(world, id, BOOK_PERSONAL, "B", "A@x.test", &error));
    expect_app_error(error, APP_ERROR_CONFLICT, "another's address");
    assert_true(
        contacts_edit(world, id, BOOK_EMAILED, "Béa", "B@x.test", NULL));
    guint pages;
    g_autofree char *got = names_in(office, BOOK_EMAILED, "bea", &pages);
    assert_string_equal(got, "Béa");
    assert_true(contacts_remove(world, id, NULL));
    g_autoptr(GError) gone = NULL;
    assert_null(contacts_get(world, id, &gone));
    expect_app_error(gone, APP_ERROR_NOT_FOUND, "removed");
}

static void
suggestions_are_few_and_personal_first(void **state)
{
    const Office *office = *state;
    for (int i = 0; i < 6; i++) {
        g_autofree char *one = g_strdup_printf("p%d@x.test", i);
        g_autofree char *other = g_strdup_printf("e%d@x.test", i);
        add(office, BOOK_EMAILED, "Marc", other);
        add(office, BOOK_PERSONAL, "Marie", one);
    }
    g_autoptr(GPtrArray) got = contacts_suggest(&office->world, "mar", NULL);
    assert_int_equal(got->len, 8);
    for (guint i = 0; i < got->len; i++) {
        const ContactSuggestion *one = g_ptr_array_index(got, i);
        assert_string_equal(one->name, i < 6 ? "Marie" : "Marc");
        assert_false(one->usable);
    }
    g_autoptr(GPtrArray) none = contacts_suggest(&office->world, " ", NULL);
    assert_int_equal(none->len, 0);
}

/* Microseconds of one call, the best of several. */
static gint64
time_of(void (*call)(const World *world), const World *world)
{
    gint64 best = G_MAXINT64;
    for (int i = 0; i < 20; i++) {
        gint64 begun = g_get_monotonic_time();
        call(world);
        best = MIN(best, g_get_monotonic_time() - begun);
    }
    return best;
}

static void
call_list(const World *world)
{
    g_autoptr(ContactPage) page =
        contacts_list(world, BOOK_PERSONAL, NULL, "9:name 150", NULL);
    assert_int_equal(page->contacts->len, CONTACTS_PAGE);
}

static void
call_search(const World *world)
{
    g_autoptr(ContactPage) page =
        contacts_list(world, BOOK_PERSONAL, "name x", NULL, NULL);
    assert_int_equal(page->contacts->len, CONTACTS_PAGE);
}

/* The first word fits every contact, the second none. */
static void
call_search_in_vain(const World *world)
{
    g_autoptr(ContactPage) page =
        contacts_list(world, BOOK_PERSONAL, "name zz", NULL, NULL);
    assert_int_equal(page->contacts->len, 0);
}

static void
call_suggest(const World *world)
{
    g_autoptr(GPtrArray) got = contacts_suggest(world, "na", NULL);
    assert_int_equal(got->len, 8);
}

static void
call_addressee(const World *world)
{
    g_autoptr(Addressee) got = addressee_find(world, "a150@x.test", NULL);
    assert_string_equal(got->problem, "no-certificate");
}

static void
fill(const World *world, int from, int to)
{
    assert_true(db_begin(world->db, NULL));
    for (int i = from; i < to; i++) {
        g_autofree char *address = g_strdup_printf("a%d@x.test", i);
        g_autofree char *name = g_strdup_printf("Name %d", i);
        g_autoptr(Contact) contact = g_new0(Contact, 1);
        g_auto(GStrv) words = NULL;
        contact->book = g_strdup("personal");
        assert_true(contact_describe(contact, name, address, &words, NULL));
        assert_true(contact_create(world->db, world->account->id, contact,
                                   (const char *const *)words, NOW,
                                   NULL) != 0);
    }
    assert_true(db_commit(world->db, NULL));
}

/* Printed; only what is out of all proportion fails. */
static void
cost_does_not_grow_with_the_book(void **state)
{
    static const struct {
        const char *name;
        void (*call)(const World *world);
    } calls[] = {
        {"list", call_list},
        {"search", call_search},
        {"search in vain", call_search_in_vain},
        {"suggest", call_suggest},
        {"addressee_find", call_addressee},
    };
    const Office *office = *state;
    gint64 small[G_N_ELEMENTS(calls)];
    fill(&office->world, 0, 200);
    for (gsize i = 0; i < G_N_ELEMENTS(calls); i++)
        small[i] = time_of(calls[i].call, &office->world);
    fill(&office->world, 200, 20000);
    for (gsize i = 0; i < G_N_ELEMENTS(calls); i++) {
        gint64 large = time_of(calls[i].call, &office->world);
        print_message("%s: %" G_GINT64_FORMAT
                      " us among 200, %" G_GINT64_FORMAT
                      " us among 20000 contacts\n",
                      calls[i].name, small[i], large);
        if (large > 10 * small[i] + 5000)
            fail_msg("%s grows with the book", calls[i].name);
    }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(names_are_sorted_without_case_and_accents),
        TEST(a_search_finds_from_the_beginning_of_words),
        TEST(every_contact_is_on_one_page),
        TEST(creating_refuses),
        TEST(z15_emailed_contact_can_be_taken_over),
        TEST(an_edit_keeps_addresses_apart),
        TEST(suggestions_are_few_and_personal_first),
        TEST(cost_does_not_grow_with_the_book),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
