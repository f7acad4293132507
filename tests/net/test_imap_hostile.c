/* IMAP servers that lie, flood, or lose their thread (SEC-55). */
#include "tests/net/net_test.h"

#include <sys/resource.h>

#include "tests/net/fake_server.h"

#define LOGIN                                                                \
    {STEP_SAY, "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hi\r\n", 0},  \
        {STEP_HEAR, "\r\n", 0},                                              \
    {                                                                        \
        STEP_SAY, "T1 OK [CAPABILITY IMAP4rev1] in\r\n", 0                   \
    }
#define SELECT                                                               \
    {STEP_HEAR, "SELECT", 0}, {STEP_HEAR, "\r\n", 0},                        \
    {                                                                        \
        STEP_SAY,                                                            \
            "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\nT2 OK [READ-WRITE] "    \
            "x\r\n",                                                         \
            0                                                                \
    }

typedef enum { DO_PAGE, DO_LIST, DO_FETCH, DO_STORE, DO_MOVE } Act;

typedef struct {
    Imap *imap;
    ImapPage *page;
    GPtrArray *folders;
    GBytes *bytes;
    gboolean done;
} Outcome;

static void
act_on(Outcome *out, Act act, GError **error)
{
    gint64 date;
    gboolean seen;
    switch (act) {
    case DO_PAGE:
        out->page = imap_page(out->imap, "INBOX", 0, 3, error);
        break;
    case DO_LIST:
        out->folders = imap_list(out->imap, error);
        break;
    case DO_FETCH:
        out->bytes = imap_fetch(out->imap, "INBOX", 7, 5, 1000, &date, &seen,
                                NULL, error);
        break;
    case DO_STORE:
        out->done =
            imap_store(out->imap, "INBOX", 7, 5, "\\Seen", TRUE, error);
        break;
    case DO_MOVE:
        out->done = imap_move(out->imap, "INBOX", 7, 5, "Trash", error);
        break;
    }
}

static void
outcome_clear(Outcome *out)
{
    imap_page_free(out->page);
    if (out->folders != NULL)
        g_ptr_array_unref(out->folders);
    g_bytes_unref(out->bytes);
}

/* One act of alice's with a server of this script. */
static void
play(const Step *steps, Act act, Outcome *out, GError **error)
{
    FakeServer *fake = fake_start(steps, NULL, NULL);
    ServerConfig server = fake_config(fake, TLS_NONE, NULL);
    ImapPool *pool = imap_pool_new(&server, 2);
    memset(out, 0, sizeof *out);
    out->imap = imap_pool_take(pool, "k", "alice", "secret", error);
    if (out->imap != NULL) {
        act_on(out, act, error);
        imap_pool_give(pool, out->imap);
    }
    imap_pool_free(pool);
    fake_join(fake);
    fake_free(fake);
}

static const struct {
    const char *name;
    Act act;
    AppError want;
    Step steps[9];
} forbidden[] = {
    {"literal of 4 GiB",
     DO_PAGE,
     APP_ERROR_MALFORMED,
     {LOGIN,
      SELECT,
      {STEP_HEAR, "FETCH", 0},
      {STEP_SAY, "* 1 FETCH (X {4294967295}\r\n", 0}}},
    {"literal over the budget",
     DO_PAGE,
     APP_ERROR_MALFORMED,
     {LOGIN,
      SELECT,
      {STEP_HEAR, "FETCH", 0},
      {STEP_SAY, "* 1 FETCH (X {25165825}\r\n", 0}}},
    {"literal cut off",
     DO_PAGE,
     APP_ERROR_UNREACHABLE,
     {LOGIN,
      SELECT,
      {STEP_HEAR, "FETCH", 0},
      {STEP_SAY, "* 1 FETCH (X {100}\r\nhalf", 0},
      {STEP_CLOSE, NULL, 0}}},
    {"line without end",
     DO_PAGE,
     APP_ERROR_MALFORMED,
     {LOGIN,
      SELECT,
      {STEP_HEAR, "FETCH", 0},
      {STEP_FLOOD, "* OK xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
       1000000}}},
    {"another's answer",
     DO_PAGE,
     APP_ERROR_MALFORMED,
     {LOGIN, SELECT, {STEP_HEAR, "FETCH", 0}, {STEP_SAY, "T99 OK x\r\n", 0}}},
    {"an old answer again",
     DO_PAGE,
     APP_ERROR_MALFORMED,
     {LOGIN, SELECT, {STEP_HEAR, "FETCH", 0}, {STEP_SAY, "T2 OK x\r\n", 0}}},
    {"one answer twice",
     DO_PAGE,
     APP_ERROR_MALFORMED,
     {LOGIN,
      SELECT,
      {STEP_HEAR, "FETCH", 0},
      {STEP_SAY, "T3 OK x\r\nT3 OK x\r\n", 0}}},
    {"a question of its own",
     DO_PAGE,
     APP_ERROR_MALFORMED,
     {LOGIN,
      SELECT,
      {STEP_HEAR, "FETCH", 0},
      {STEP_SAY, "+ your PIN please\r\n", 0}}},
    {"PREAUTH in the middle",
     DO_PAGE,
     APP_ERROR_MALFORMED,
     {LOGIN,
      SELECT,
      {STEP_HEAR, "FETCH", 0},
      {STEP_SAY, "* PREAUTH x\r\n", 0}}},
    {"goodbye in the middle",
     DO_PAGE,
     APP_ERROR_UNREACHABLE,
     {LOGIN, SELECT, {STEP_HEAR, "FETCH", 0}, {STEP_SAY, "* BYE x\r\n", 0}}},
    {"NUL",
     DO_PAGE,
     APP_ERROR_MALFORMED,
     {LOGIN, SELECT, {STEP_HEAR, "FETCH", 0}, {STEP_SAY, "* OK \0x\r\n", 9}}},
    {"no UIDVALIDITY",
     DO_PAGE,
     APP_ERROR_MALFORMED,
     {LOGIN,
      {STEP_HEAR, "SELECT", 0},
      {STEP_SAY, "* 3 EXISTS\r\nT2 OK x\r\n", 0}}},
    {"no such folder",
     DO_PAGE,
     APP_ERROR_NOT_FOUND,
     {LOGIN, {STEP_HEAR, "SELECT", 0}, {STEP_SAY, "T2 NO x\r\n", 0}}},
    {"another UIDVALIDITY",
     DO_FETCH,
     APP_ERROR_NOT_FOUND,
     {LOGIN,
      {STEP_HEAR, "SELECT", 0},
      {STEP_SAY, "* OK [UIDVALIDITY 8] x\r\nT2 OK x\r\n", 0}}},
    {"another message",
     DO_FETCH,
     APP_ERROR_MALFORMED,
     {LOGIN,
      SELECT,
      {STEP_HEAR, "FETCH", 0},
      {STEP_SAY, "* 1 FETCH (UID 6 BODY[] {5}\r\nhello)\r\nT3 OK x\r\n", 0}}},
    {"a message without a number",
     DO_FETCH,
     APP_ERROR_MALFORMED,
     {LOGIN,
      SELECT,
      {STEP_HEAR, "FETCH", 0},
      {STEP_SAY, "* 1 FETCH (BODY[] {5}\r\nhello)\r\nT3 OK x\r\n", 0}}},
    {"larger than we take",
     DO_FETCH,
     APP_ERROR_TOO_LARGE,
     {LOGIN,
      SELECT,
      {STEP_HEAR, "FETCH", 0},
      {STEP_SAY, "* 1 FETCH (UID 5 BODY[] {1001}\r\n", 0}}},
    {"no such message",
     DO_FETCH,
     APP_ERROR_NOT_FOUND,
     {LOGIN,
      SELECT,
      {STEP_HEAR, "FETCH", 0},
      {STEP_SAY, "T3 OK nothing\r\n", 0}}},
    {"half a message",
     DO_FETCH,
     APP_ERROR_UNREACHABLE,
     {LOGIN,
      SELECT,
      {STEP_HEAR, "FETCH", 0},
      {STEP_SAY, "* 1 FETCH (UID 5 BODY[] {500}\r\nhello", 0},
      {STEP_CLOSE, NULL, 0}}},
    {"STORE refused",
     DO_STORE,
     APP_ERROR_REFUSED,
     {LOGIN, SELECT, {STEP_HEAR, "STORE", 0}, {STEP_SAY, "T3 NO x\r\n", 0}}},
};

static void
sec_55_what_no_server_may_say_ends_it(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(forbidden); i++) {
        g_autoptr(GError) error = NULL;
        Outcome out;
        play(forbidden[i].steps, forbidden[i].act, &out, &error);
        if (out.page != NULL || out.bytes != NULL || out.done)
            fail_msg("%s: went well", forbidden[i].name);
        assert_app_error(error, forbidden[i].want, forbidden[i].name);
        outcome_clear(&out);
    }
}

/* What is odd but allowed does no harm. */
static void
sec_55_odd_servers_are_borne(void **state)
{
    static const struct {
        const char *name;
        const char *said;
        guint rows;
    } cases[] = {
        {"answers out of order",
         "T4 OK x\r\n* STATUS INBOX (UNSEEN 2)\r\nT3 OK x\r\n", 0},
        {"rows nobody asked for",
         "* 0 FETCH (UID 1 ENVELOPE ())\r\n* 4 FETCH (UID 9 ENVELOPE ())\r\n"
         "* 4294967295 FETCH (UID 9 ENVELOPE ())\r\n"
         "* 2 FETCH (UID 5 ENVELOPE ())\r\nT3 OK x\r\nT4 OK x\r\n",
         1},
        {"a row twice",
         "* 2 FETCH (UID 5 ENVELOPE ())\r\n* 2 FETCH (UID 6 ENVELOPE ())\r\n"
         "T3 OK x\r\nT4 OK x\r\n",
         1},
        {"flags before rows",
         "* 2 FETCH (FLAGS (\\Seen))\r\n* 2 FETCH (UID 5 ENVELOPE ())\r\n"
         "* 2 FETCH (FLAGS (\\Seen))\r\nT3 OK x\r\nT4 OK x\r\n",
         1},
        {"unknown answers",
         "* SEARCH 1 2\r\n* XYZZY {3}\r\nabc (x)\r\n* OK {5}\r\n"
         "* NO [ALERT] {7}\r\n* 1 RECENT\r\nT3 OK {9}\r\nT4 OK x\r\n",
         0},
        {"a broken row between good ones",
         "* 1 FETCH (UID 4 ENVELOPE ())\r\n* 2 FETCH (UID 5 ENVELOPE ((\r\n"
         "* 3 FETCH (UID 6 ENVELOPE ())\r\nT3 OK x\r\nT4 OK x\r\n",
         3},
        {"STATUS refused",
         "T3 NO x\r\n* 3 FETCH (UID 6 ENVELOPE ())\r\nT4 OK x\r\n", 1},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Step steps[] = {LOGIN,
                              SELECT,
                              {STEP_HEAR, "FETCH", 0},
                              {STEP_SAY, cases[i].said, 0},
                              {STEP_END, NULL, 0}};
        g_autoptr(GError) error = NULL;
        Outcome out;
        play(steps, DO_PAGE, &out, &error);
        if (out.page == NULL) {
            fail_msg("%s: %s", cases[i].name, error->message);
            return;
        }
        if (out.page->messages->len != cases[i].rows)
            fail_msg("%s: %u rows", cases[i].name, out.page->messages->len);
        outcome_clear(&out);
    }
}

/* AddressSanitizer keeps what was freed: there the peak says nothing. */
#ifdef __SANITIZE_ADDRESS__
#define MEMORY_IS_MEASURED FALSE
#else
#define MEMORY_IS_MEASURED TRUE
#endif

static glong
peak_kilobytes(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

static void
sec_55_floods_do_not_grow_memory(void **state)
{
    static const struct {
        const char *name;
        const char *line;
        Act act;
    } cases[] = {
        {"EXISTS", "* 7 EXISTS\r\n", DO_PAGE},
        {"EXPUNGE", "* 1 EXPUNGE\r\n", DO_PAGE},
        {"OK", "* OK [ALERT] buy now\r\n", DO_PAGE},
        {"FETCH", "* 2 FETCH (UID 5 FLAGS (\\Seen) ENVELOPE (NIL \"x\"))\r\n",
         DO_PAGE},
        {"literals", "* X {10}\r\n0123456789 {10}\r\n0123456789\r\n",
         DO_PAGE},
        {"CAPABILITY", "* CAPABILITY IMAP4rev1 X Y Z\r\n", DO_PAGE},
        {"folders", "* LIST () \"/\" \"one of many folders\"\r\n", DO_LIST},
        {"bodies", "* 2 FETCH (UID 5 BODY[] {4}\r\nabcd)\r\n", DO_FETCH},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) block = g_string_new(NULL);
        while (block->len < 60000)
            g_string_append(block, cases[i].line);
        const Step select[] = {LOGIN,
                               SELECT,
                               {STEP_HEAR, "FETCH", 0},
                               {STEP_FLOOD, block->str, 3000},
                               {STEP_END, NULL, 0}};
        const Step list[] = {LOGIN,
                             {STEP_HEAR, "LIST", 0},
                             {STEP_FLOOD, block->str, 3000},
                             {STEP_END, NULL, 0}};
        g_autoptr(GError) error = NULL;
        Outcome out;
        glong before = peak_kilobytes();
        play(cases[i].act == DO_LIST ? list : select, cases[i].act, &out,
             &error);
        glong grown = peak_kilobytes() - before;
        assert_app_error(error, APP_ERROR_MALFORMED, cases[i].name);
        if (MEMORY_IS_MEASURED && grown > 8 * 1024)
            fail_msg("%s: %ld KiB more", cases[i].name, grown);
        outcome_clear(&out);
    }
}

/* A message whose description is monstrous costs its own row's details, not
 * the page. */
static void
sec_55_a_monstrous_row_does_not_hide_the_page(void **state)
{
    g_autofree char *much = g_strnfill(20 * 1024 * 1024, 'x');
    g_autofree char *rows = g_strdup_printf(
        "* 1 FETCH (UID 4 ENVELOPE (NIL \"one\"))\r\n"
        "* 2 FETCH (UID 5 FLAGS (\\Seen) ENVELOPE (NIL {%d}\r\n%s {3}\r\nabc "
        "NIL) BODYSTRUCTURE (\"text\" \"plain\"))\r\n"
        "* 3 FETCH (UID 6 ENVELOPE (NIL \"three\"))\r\n"
        "* STATUS INBOX (UNSEEN 3)\r\nT3 OK x\r\nT4 OK x\r\n",
        20 * 1024 * 1024, much);
    const Step steps[] = {LOGIN,
                          SELECT,
                          {STEP_HEAR, "FETCH", 0},
                          {STEP_SAY, rows, 0},
                          {STEP_END, NULL, 0}};
    g_autoptr(GError) error = NULL;
    Outcome out;
    play(steps, DO_PAGE, &out, &error);
    if (out.page == NULL) {
        fail_msg("%s", error->message);
        return;
    }
    assert_int_equal(out.page->messages->len, 3);
    assert_int_equal(out.page->unseen, 3);
    const ImapSummary *middle = g_ptr_array_index(out.page->messages, 1);
    assert_int_equal(middle->uid, 5);
    assert_true(middle->seen);
    assert_null(middle->subject);
    const ImapSummary *newest = g_ptr_array_index(out.page->messages, 0);
    assert_string_equal(newest->subject, "three");
    outcome_clear(&out);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sec_55_floods_do_not_grow_memory),
        cmocka_unit_test(sec_55_what_no_server_may_say_ends_it),
        cmocka_unit_test(sec_55_odd_servers_are_borne),
        cmocka_unit_test(sec_55_a_monstrous_row_does_not_hide_the_page),
    };
    return cmocka_run_group_tests_name("net/imap_hostile", tests, NULL, NULL);
}
