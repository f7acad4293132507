/* IMAP against dovecot. */
#include "tests/net/net_test.h"

#include "tests/net/real_servers.h"

static Imap *
take(ImapPool *pool, const char *who)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *login = g_strconcat(who, "@demo.test", NULL);
    Imap *imap = imap_pool_take(pool, who, login, "secret", &error);
    if (imap == NULL)
        fail_msg("%s: %s", who, error->message);
    return imap;
}

static void
t5_t7_both_ways_of_tls_sign_in(void **state)
{
    const Real *real = *state;
    const ServerConfig *const ways[] = {&real->imap, &real->imaps};
    for (gsize i = 0; i < G_N_ELEMENTS(ways); i++) {
        ImapPool *pool = imap_pool_new(ways[i], 2);
        g_autoptr(GError) error = NULL;
        imap_pool_give(pool, take(pool, "alice"));
        assert_null(
            imap_pool_take(pool, "k", "alice@demo.test", "wrong", &error));
        assert_app_error(error, APP_ERROR_CREDENTIALS, "wrong");
        g_clear_error(&error);
        assert_null(
            imap_pool_take(pool, "k", "nobody@demo.test", "secret", &error));
        assert_app_error(error, APP_ERROR_CREDENTIALS, "nobody");
        imap_pool_free(pool);
    }
}

static void
folders_have_their_kinds(void **state)
{
    static const struct {
        const char *name;
        FolderKind kind;
    } want[] = {
        {"INBOX", FOLDER_INBOX}, {"Drafts", FOLDER_DRAFTS},
        {"Sent", FOLDER_SENT},   {"Archive", FOLDER_ARCHIVE},
        {"Junk", FOLDER_JUNK},   {"Trash", FOLDER_TRASH},
    };
    const Real *real = *state;
    ImapPool *pool = imap_pool_new(&real->imaps, 2);
    Imap *imap = take(pool, "alice");
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) got = imap_list(imap, &error);
    assert_non_null(got);
    for (gsize i = 0; i < G_N_ELEMENTS(want); i++) {
        gboolean found = FALSE;
        for (guint f = 0; f < got->len; f++) {
            const ImapFolder *folder = g_ptr_array_index(got, f);
            if (strcmp(folder->name, want[i].name) == 0) {
                assert_int_equal(folder->kind, want[i].kind);
                assert_true(folder->selectable);
                assert_int_equal(folder->delimiter, '/');
                found = TRUE;
            }
        }
        if (!found)
            fail_msg("no %s", want[i].name);
    }
    imap_pool_give(pool, imap);
    imap_pool_free(pool);
}

static gboolean
append(Imap *imap, const char *folder, const char *message, GError **error)
{
    Text text = {.text = message, .size = strlen(message), .block = 7};
    return imap_append(imap, folder, "\\Seen", text.size, text_source, &text,
                       error);
}

/* The only message of a folder. */
static const ImapSummary *
only(const ImapPage *page)
{
    assert_int_equal(page->total, 1);
    assert_int_equal(page->messages->len, 1);
    return g_ptr_array_index(page->messages, 0);
}

static gboolean
count_sink(gpointer user, const guint8 *data, gsize size, GError **error)
{
    *(gsize *)user += size;
    return TRUE;
}

static const char signed_message[] =
    "From: =?utf-8?q?Zo=C3=A9?= <zoe@demo.test>\r\n"
    "To: a@x.test, Undisclosed: ;\r\n"
    "Subject: =?utf-8?q?=C3=A9t=C3=A9?= \"x\" \\\r\n"
    "Message-ID: <one@x>\r\n"
    "Content-Type: multipart/signed; boundary=b;\r\n"
    " protocol=\"application/pkcs7-signature\"\r\n\r\n"
    "--b\r\n\r\nhello there\r\n"
    "--b\r\nContent-Type: application/pkcs7-signature\r\n"
    "Content-Disposition: attachment\r\n\r\nAAAA\r\n--b--\r\n";

/* A name that is all that names can be. */
static const char odd_folder[] = "Zo\xc3\xa9 & \"Co\" \\ \xf0\x9f\x93\xac";

/* signed_message alone in odd_folder; where it is. */
static void
file_one(Imap *imap, guint32 *validity, guint32 *uid)
{
    g_autoptr(GError) error = NULL;
    if (!append(imap, odd_folder, signed_message, &error))
        fail_msg("%s", error->message);
    ImapPage *page = imap_page(imap, odd_folder, 0, 50, &error);
    *validity = page->uid_validity;
    *uid = only(page)->uid;
    imap_page_free(page);
}

static void
a_row_describes_its_message(const ImapSummary *row)
{
    const ImapAddress *from = g_ptr_array_index(row->from, 0);
    assert_string_equal(from->address, "zoe@demo.test");
    assert_string_equal(from->name, "=?utf-8?q?Zo=C3=A9?=");
    assert_int_equal(row->to->len, 1);
    assert_string_equal(row->subject, "=?utf-8?q?=C3=A9t=C3=A9?= \"x\" \\");
    assert_string_equal(row->message_id, "<one@x>");
    assert_string_equal(row->type, "multipart/signed");
    assert_string_equal(row->protocol, "application/pkcs7-signature");
    assert_false(row->attachments);
    assert_true(row->seen);
    assert_non_null(strstr(row->preview, "hello there"));
}

static void
bytes_come_back_as_they_went(Imap *imap, guint32 validity, guint32 uid,
                             gint64 want_date)
{
    gint64 date = 0;
    gboolean seen = FALSE, flagged = TRUE;
    gsize size, streamed = 0;
    g_autoptr(GBytes) bytes = imap_fetch(imap, odd_folder, validity, uid,
                                         10000, &date, &seen, &flagged, NULL);
    assert_non_null(bytes);
    assert_false(flagged);
    assert_int_equal(date, want_date);
    assert_true(seen);
    const void *data = g_bytes_get_data(bytes, &size);
    assert_int_equal(size, sizeof signed_message - 1);
    assert_memory_equal(data, signed_message, size);
    assert_true(imap_fetch_to(imap, odd_folder, validity, uid, count_sink,
                              &streamed, NULL));
    assert_int_equal(streamed, size);
}

static void
flags_change(Imap *imap, guint32 validity, guint32 uid)
{
    assert_true(
        imap_store(imap, odd_folder, validity, uid, "\\Seen", FALSE, NULL));
    assert_true(
        imap_store(imap, odd_folder, validity, uid, "\\Flagged", TRUE, NULL));
    ImapPage *page = imap_page(imap, odd_folder, 0, 50, NULL);
    assert_false(only(page)->seen);
    assert_true(only(page)->flagged);
    assert_int_equal(page->unseen, 1);
    imap_page_free(page);
}

/* The target is made where it is missing. */
static void
it_moves(Imap *imap, guint32 validity, guint32 uid)
{
    g_autoptr(GError) error = NULL;
    gint64 date;
    gboolean seen;
    assert_true(
        imap_move(imap, odd_folder, validity, uid, "New/Place", &error));
    ImapPage *page = imap_page(imap, odd_folder, 0, 50, &error);
    assert_int_equal(page->total, 0);
    assert_int_equal(page->messages->len, 0);
    imap_page_free(page);
    page = imap_page(imap, "New/Place", 0, 50, &error);
    assert_true(only(page)->flagged);
    imap_page_free(page);
    assert_null(imap_fetch(imap, odd_folder, validity, uid, 10000, &date,
                           &seen, NULL, &error));
    assert_app_error(error, APP_ERROR_NOT_FOUND, "moved away");
}

static void
a_message_lives_its_life(void **state)
{
    const Real *real = *state;
    ImapPool *pool = imap_pool_new(&real->imaps, 2);
    Imap *imap = take(pool, "bob");
    guint32 validity, uid;
    file_one(imap, &validity, &uid);
    ImapPage *page = imap_page(imap, odd_folder, 0, 50, NULL);
    a_row_describes_its_message(only(page));
    bytes_come_back_as_they_went(imap, validity, uid, only(page)->date);
    imap_page_free(page);
    flags_change(imap, validity, uid);
    it_moves(imap, validity, uid);
    imap_pool_give(pool, imap);
    imap_pool_free(pool);
}

static void
what_is_not_there_is_not_found(void **state)
{
    const Real *real = *state;
    ImapPool *pool = imap_pool_new(&real->imaps, 2);
    Imap *imap = take(pool, "alice");
    g_autoptr(GError) error = NULL;
    gint64 date;
    gboolean seen;
    assert_null(imap_page(imap, "No such folder", 0, 50, &error));
    assert_app_error(error, APP_ERROR_NOT_FOUND, "folder");
    g_clear_error(&error);
    assert_null(imap_page(imap, "a\r\nT9 LOGOUT", 0, 50, &error));
    assert_app_error(error, APP_ERROR_INPUT, "line end");
    g_clear_error(&error);
    ImapPage *page = imap_page(imap, "INBOX", 9, 50, &error);
    assert_int_equal(page->messages->len, 0);
    guint32 validity = page->uid_validity;
    imap_page_free(page);
    assert_null(imap_fetch(imap, "INBOX", validity, 4000, 99, &date, &seen,
                           NULL, &error));
    assert_app_error(error, APP_ERROR_NOT_FOUND, "message");
    g_clear_error(&error);
    assert_null(imap_fetch(imap, "INBOX", validity + 1, 1, 99, &date, &seen,
                           NULL, &error));
    assert_app_error(error, APP_ERROR_NOT_FOUND, "UIDVALIDITY");
    g_clear_error(&error);
    assert_false(
        imap_store(imap, "INBOX", validity, 1, "\\Seen) (x", TRUE, &error));
    assert_app_error(error, APP_ERROR_INPUT, "flag");
    g_clear_error(&error);
    /* None of it harmed the connection. */
    page = imap_page(imap, "INBOX", 0, 50, &error);
    assert_non_null(page);
    imap_page_free(page);
    imap_pool_give(pool, imap);
    imap_pool_free(pool);
}

/* A kept mailbox shows what another connection did to it meanwhile. */
static void
pages_are_fresh(void **state)
{
    const Real *real = *state;
    ImapPool *pool = imap_pool_new(&real->imaps, 4);
    Imap *one = take(pool, "carol"), *two = take(pool, "carol");
    g_autoptr(GError) error = NULL;
    for (guint n = 1; n <= 7; n++) {
        g_autofree char *message = g_strdup_printf("Subject: %u\r\n\r\n.", n);
        assert_true(append(two, "INBOX", message, &error));
        ImapPage *page = imap_page(one, "INBOX", 0, 3, &error);
        assert_int_equal(page->total, n);
        assert_int_equal(page->messages->len, MIN(n, 3));
        for (guint i = 0; i < page->messages->len; i++) {
            const ImapSummary *row = g_ptr_array_index(page->messages, i);
            g_autofree char *want = g_strdup_printf("%u", n - i);
            assert_string_equal(row->subject, want);
        }
        imap_page_free(page);
    }
    ImapPage *page = imap_page(two, "INBOX", 2, 3, &error);
    assert_int_equal(page->messages->len, 1);
    const ImapSummary *first = g_ptr_array_index(page->messages, 0);
    assert_string_equal(first->subject, "1");
    assert_true(imap_move(two, "INBOX", page->uid_validity, first->uid,
                          "Trash", &error));
    imap_page_free(page);
    page = imap_page(one, "INBOX", 1, 3, &error);
    assert_int_equal(page->total, 6);
    const ImapSummary *last = g_ptr_array_index(page->messages, 2);
    assert_string_equal(last->subject, "2");
    imap_page_free(page);
    imap_pool_give(pool, one);
    imap_pool_give(pool, two);
    imap_pool_free(pool);
}

static void
appends_of_a_wrong_size_leave_nothing(void **state)
{
    const Real *real = *state;
    const gsize sizes[] = {10, 100};
    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        ImapPool *pool = imap_pool_new(&real->imaps, 2);
        Imap *imap = take(pool, "alice");
        Text text = {.text = plain_message, .size = 50};
        g_autoptr(GError) error = NULL;
        assert_false(imap_append(imap, "Sent", NULL, sizes[i], text_source,
                                 &text, &error));
        assert_app_error(error, APP_ERROR_INTERNAL, "size");
        imap_pool_give(pool, imap);
        imap = take(pool, "alice");
        ImapPage *page = imap_page(imap, "Sent", 0, 50, NULL);
        assert_int_equal(page->total, 0);
        imap_page_free(page);
        imap_pool_give(pool, imap);
        imap_pool_free(pool);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(t5_t7_both_ways_of_tls_sign_in),
        cmocka_unit_test(folders_have_their_kinds),
        cmocka_unit_test(a_message_lives_its_life),
        cmocka_unit_test(what_is_not_there_is_not_found),
        cmocka_unit_test(pages_are_fresh),
        cmocka_unit_test(appends_of_a_wrong_size_leave_nothing),
    };
    return cmocka_run_group_tests_name("net/imap", tests, real_setup,
                                       real_teardown);
}
