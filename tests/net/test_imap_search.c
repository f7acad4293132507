/* Z20: what dovecot finds, page by page, and servers that answer otherwise.
 */
#include "tests/net/net_test.h"

#include "tests/net/fake_server.h"
#include "tests/net/real_servers.h"

static void
must(gboolean ok, const GError *error, const char *name)
{
    if (!ok)
        fail_msg("%s: %s", name, error->message);
}

static Imap *
take(ImapPool *pool)
{
    g_autoptr(GError) error = NULL;
    Imap *imap =
        imap_pool_take(pool, "k", "carol@demo.test", "secret", &error);
    if (imap == NULL)
        fail_msg("%s", error->message);
    return imap;
}

static void
put(Imap *imap, const char *message)
{
    g_autoptr(GError) error = NULL;
    Text text = {.text = message, .size = strlen(message), .block = 7};
    must(imap_append(imap, "INBOX", "\\Seen", text.size, text_source, &text,
                     &error),
         error, message);
}

#define DAY (24 * 60 * 60)

/* Subjects of the page, newest first, with spaces between. */
static char *
found(Imap *imap, const char *const *words, gboolean in_texts, guint page,
      guint32 *total)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) terms = g_array_new(FALSE, TRUE, sizeof(ImapTerm));
    for (; *words != NULL; words++) {
        ImapTerm term = {.text = (char *)(guintptr)*words};
        if (strcmp(*words, "today") == 0) {
            term.since = g_get_real_time() / G_USEC_PER_SEC - DAY;
            term.before = term.since + 3 * DAY;
        }
        g_array_append_val(terms, term);
    }
    const ImapSearch search = {terms, in_texts};
    ImapPage *got = imap_search(imap, "INBOX", &search, page, 2, &error);
    must(got != NULL, error, words[-1]);
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < got->messages->len; i++) {
        const ImapSummary *row = g_ptr_array_index(got->messages, i);
        g_string_append_printf(out, "%s%s", i > 0 ? " " : "", row->subject);
    }
    *total = got->total;
    imap_page_free(got);
    return g_string_free(out, FALSE);
}

static const struct {
    const char *words[4];
    gboolean in_texts;
    guint page;
    guint32 total;
    const char *subjects;
} cases[] = {
    {{"facture"}, FALSE, 0, 1, "Facture-1"},
    {{"zoe"}, FALSE, 0, 2, "b a"},
    {{"ZOE@demo"}, FALSE, 0, 2, "b a"},
    {{"copied"}, FALSE, 0, 1, "b"},
    {{"Zoé"}, FALSE, 0, 1, "a"},
    {{"zoe", "copied"}, FALSE, 0, 1, "b"},
    {{"zoe", "facture"}, FALSE, 0, 0, ""},
    {{"été"}, FALSE, 0, 1, "=?utf-8?q?=C3=A9t=C3=A9?="},
    {{"loyer"}, FALSE, 0, 0, ""},
    {{"loyer"}, TRUE, 0, 1, "Facture-1"},
    {{"loyer", "facture"}, TRUE, 0, 1, "Facture-1"},
    {{"dû"}, TRUE, 0, 1, "Facture-1"},
    {{"\" OR ALL \\"}, FALSE, 0, 0, ""},
    {{"demo.test"}, FALSE, 0, 4, "=?utf-8?q?=C3=A9t=C3=A9?= Facture-1"},
    {{"demo.test"}, FALSE, 1, 4, "b a"},
    {{"demo.test"}, FALSE, 2, 4, ""},
    {{"today"}, FALSE, 0, 4, "=?utf-8?q?=C3=A9t=C3=A9?= Facture-1"},
};

static void
z20_messages_are_found_by_what_they_have(void **state)
{
    const Real *real = *state;
    ImapPool *pool = imap_pool_new(&real->imaps, 2);
    Imap *imap = take(pool);
    put(imap, "From: =?utf-8?q?Zo=C3=A9?= <zoe@demo.test>\r\nSubject: a\r\n"
              "\r\n.\r\n");
    put(imap, "From: x@demo.test\r\nTo: zoe@demo.test\r\n"
              "Cc: Copied <c@demo.test>\r\nSubject: b\r\n\r\n.\r\n");
    put(imap, "From: y@demo.test\r\nSubject: Facture-1\r\nContent-Type: "
              "text/plain; charset=utf-8\r\nContent-Transfer-Encoding: "
              "quoted-printable\r\n\r\nLe loyer d=C3=BB.\r\n");
    put(imap, "From: y@demo.test\r\nSubject: =?utf-8?q?=C3=A9t=C3=A9?=\r\n"
              "\r\n.\r\n");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        guint32 total = 99;
        g_autofree char *got = found(imap, cases[i].words, cases[i].in_texts,
                                     cases[i].page, &total);
        if (strcmp(got, cases[i].subjects) != 0 || total != cases[i].total)
            fail_msg("%s: %u: %s", cases[i].words[0], total, got);
    }
    imap_pool_give(pool, imap);
    imap_pool_free(pool);
}

/* Nothing of it is sent, and the connection is as good as before. */
static void
sec_55_a_line_end_in_a_term_is_refused(void **state)
{
    static const char *const bad[] = {"a\r\nT9 LOGOUT", "a\nb", "\r", "\xff"};
    static const char *const good[] = {"demo.test", NULL};
    const Real *real = *state;
    ImapPool *pool = imap_pool_new(&real->imaps, 2);
    Imap *imap = take(pool);
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GArray) terms = g_array_new(FALSE, TRUE, sizeof(ImapTerm));
        const ImapTerm term = {.text = (char *)(guintptr)bad[i]};
        g_array_append_val(terms, term);
        const ImapSearch search = {terms, FALSE};
        assert_null(imap_search(imap, "INBOX", &search, 0, 3, &error));
        assert_app_error(error, APP_ERROR_INPUT, bad[i]);
    }
    guint32 total = 0;
    g_autofree char *got = found(imap, good, FALSE, 0, &total);
    assert_int_equal(total, 4);
    imap_pool_give(pool, imap);
    imap_pool_free(pool);
}

/* What stays with the connection does not outlive a message that comes or
 * goes, seen from here or from elsewhere. */
static void
z20_what_was_found_stays_until_the_mailbox_changes(void **state)
{
    static const char *const words[] = {"neuf", NULL};
    const Real *real = *state;
    ImapPool *pool = imap_pool_new(&real->imaps, 2);
    Imap *one = take(pool), *two = take(pool);
    guint32 total = 0;
    for (guint n = 1; n <= 3; n++) {
        g_autofree char *message =
            g_strdup_printf("Subject: neuf-%u\r\n\r\n.\r\n", n);
        put(two, message);
        for (guint i = 0; i < 2; i++) {
            g_autofree char *got = found(one, words, FALSE, 0, &total);
            g_autofree char *first = g_strdup_printf("neuf-%u", n);
            assert_int_equal(total, n);
            assert_true(g_str_has_prefix(got, first));
        }
    }
    g_autoptr(GError) error = NULL;
    ImapPage *page = imap_page(two, "INBOX", 0, 1, &error);
    const ImapSummary *last = g_ptr_array_index(page->messages, 0);
    assert_true(imap_move(two, "INBOX", page->uid_validity, last->uid,
                          "Trash", &error));
    imap_page_free(page);
    g_autofree char *left = found(one, words, FALSE, 0, &total);
    assert_string_equal(left, "neuf-2 neuf-1");
    assert_int_equal(total, 2);
    imap_pool_give(pool, one);
    imap_pool_give(pool, two);
    imap_pool_free(pool);
}

#define HELLO                                                                \
    {STEP_SAY, "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hi\r\n", 0},  \
        {STEP_HEAR, "\r\n", 0},                                              \
        {STEP_SAY, "T1 OK [CAPABILITY IMAP4rev1] in\r\n", 0},                \
        {STEP_HEAR, "SELECT", 0}, {STEP_HEAR, "\r\n", 0},                    \
        {STEP_SAY, "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\nT2 OK x\r\n",    \
         0},                                                                 \
        {STEP_HEAR, "STATUS", 0}, {STEP_HEAR, "\r\n", 0},                    \
    {                                                                        \
        STEP_SAY, "T3 OK\r\nT4 OK\r\n", 0                                    \
    }

static const struct {
    const char *name;
    AppError want; /* 0: a page */
    guint32 total;
    const char *subjects;
    Step steps[14];
} hostile[] = {
    {"no search here",
     APP_ERROR_REFUSED,
     0,
     NULL,
     {HELLO, {STEP_HEAR, "SEARCH", 0}, {STEP_SAY, "T5 NO\r\n", 0}}},
    {"numbers that are none",
     0,
     1,
     "x",
     {HELLO,
      {STEP_HEAR, "SEARCH", 0},
      {STEP_SAY, "* SEARCH 5 0 6\r\n* SEARCH (MODSEQ 9)\r\nT5 OK\r\n", 0},
      {STEP_HEAR, "FETCH 5 ", 0},
      {STEP_SAY,
       "* 1 FETCH (UID 5 ENVELOPE (NIL x NIL NIL NIL NIL NIL NIL NIL NIL))"
       "\r\nT6 OK\r\n",
       0}}},
    /* More numbers, a number twice and a message nobody asked for, while the
     * rows are read: what was found stands. */
    {"another search in the middle",
     0,
     1,
     "x",
     {HELLO,
      {STEP_HEAR, "SEARCH", 0},
      {STEP_SAY, "* SEARCH 5\r\nT5 OK\r\n", 0},
      {STEP_HEAR, "FETCH 5 ", 0},
      {STEP_SAY,
       "* SEARCH 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20\r\n"
       "* 2 EXPUNGE\r\n"
       "* 9 FETCH (UID 9 ENVELOPE (NIL z NIL NIL NIL NIL NIL NIL NIL NIL))"
       "\r\n"
       "* 1 FETCH (UID 5 ENVELOPE (NIL x NIL NIL NIL NIL NIL NIL NIL NIL))"
       "\r\n"
       "* 1 FETCH (UID 5 ENVELOPE (NIL y NIL NIL NIL NIL NIL NIL NIL NIL))"
       "\r\nT6 OK\r\n",
       0}}},
};

static void
sec_55_other_answers_are_refused_or_no_harm(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(hostile); i++) {
        FakeServer *fake = fake_start(hostile[i].steps, NULL, NULL);
        ServerConfig server = fake_config(fake, TLS_NONE, NULL);
        ImapPool *pool = imap_pool_new(&server, 2);
        g_autoptr(GError) error = NULL;
        g_autoptr(GArray) terms = g_array_new(FALSE, TRUE, sizeof(ImapTerm));
        const ImapTerm term = {.text = (char *)(guintptr) "w"};
        g_array_append_val(terms, term);
        const ImapSearch search = {terms, FALSE};
        Imap *imap = imap_pool_take(pool, "k", "alice", "secret", &error);
        assert_non_null(imap);
        ImapPage *page = imap_search(imap, "INBOX", &search, 0, 3, &error);
        if (hostile[i].want != 0) {
            assert_null(page);
            assert_app_error(error, hostile[i].want, hostile[i].name);
        } else {
            must(page != NULL, error, hostile[i].name);
            assert_int_equal(page->total, hostile[i].total);
            assert_int_equal(page->messages->len, 1);
            const ImapSummary *row = g_ptr_array_index(page->messages, 0);
            assert_string_equal(row->subject, hostile[i].subjects);
        }
        imap_page_free(page);
        imap_pool_give(pool, imap);
        imap_pool_free(pool);
        fake_join(fake);
        fake_free(fake);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(z20_messages_are_found_by_what_they_have),
        cmocka_unit_test(sec_55_a_line_end_in_a_term_is_refused),
        cmocka_unit_test(z20_what_was_found_stays_until_the_mailbox_changes),
        cmocka_unit_test(sec_55_other_answers_are_refused_or_no_harm),
    };
    return cmocka_run_group_tests(tests, real_setup, real_teardown);
}
