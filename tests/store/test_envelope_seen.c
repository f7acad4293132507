#include "core/store/envelope_seen.h"

#include "tests/store/accounts.h"

static void
sec_29_a_key_belongs_to_its_first_content(void **state)
{
    const Fixture *fixture = *state;
    const struct {
        const char *name;
        gint64 account;
        const char *key, *content;
        gboolean copied;
    } steps[] = {
        {"first sight", fixture->alice, "k1", "c1", FALSE},
        {"opened again", fixture->alice, "k1", "c1", FALSE},
        {"another content", fixture->alice, "k1", "c2", TRUE},
        {"and again", fixture->alice, "k1", "c2", TRUE},
        {"the first is still itself", fixture->alice, "k1", "c1", FALSE},
        {"another key", fixture->alice, "k2", "c2", FALSE},
        {"another account", fixture->bob, "k1", "c2", FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
        g_autoptr(GError) error = NULL;
        gboolean copied = !steps[i].copied;
        expect_fine(envelope_seen_check(fixture->db, steps[i].account,
                                        steps[i].key, steps[i].content, NOW,
                                        &copied, &error),
                    error, steps[i].name);
        if (copied != steps[i].copied)
            fail_msg("%s: copied %d", steps[i].name, copied);
    }
    assert_int_equal(
        number_of(fixture->db, "SELECT count(*) FROM envelope_seen"), 3);
}

typedef struct {
    const char *folder;
    gint64 account;
    const char *content;
    gint *copies;
} Reader;

static gpointer
read_it(gpointer user)
{
    const Reader *reader = user;
    g_autoptr(Db) db = folder_db(reader->folder);
    for (int i = 0; i < 50; i++) {
        g_autofree char *key = g_strdup_printf("k%d", i);
        gboolean copied = TRUE;
        if (envelope_seen_check(db, reader->account, key, reader->content,
                                NOW, &copied, NULL) &&
            copied)
            g_atomic_int_inc(reader->copies);
    }
    return NULL;
}

/* Two contents of each key, opened at the same moment by two threads: one of
 * the two is a copy, never both and never none. */
static void
sec_29_two_readers_at_once(void **state)
{
    g_autofree char *folder = temporary_folder();
    g_autoptr(Db) db = folder_db(folder);
    gint copies = 0;
    gint64 account = new_account(db, "alice@demo.test");
    Reader readers[] = {
        {folder, account, "c1", &copies},
        {folder, account, "c2", &copies},
    };
    GThread *other = g_thread_new("reader", read_it, &readers[0]);
    read_it(&readers[1]);
    g_thread_join(other);
    assert_int_equal(copies, 50);
    remove_folder(folder);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            sec_29_a_key_belongs_to_its_first_content, setup, teardown),
        cmocka_unit_test(sec_29_two_readers_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
