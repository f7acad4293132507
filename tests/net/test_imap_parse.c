#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/base/error.h"
#include "core/net/imap_parse.h"
#include "core/net/imap_tree.h"

static ImapReply
parse(const char *text)
{
    ImapReply reply;
    g_autoptr(GError) error = NULL;
    if (!imap_parse_reply((const guint8 *)text, strlen(text), &reply, &error))
        fail_msg("%s", error->message);
    return reply;
}

static void
replies_have_their_kind(void **state)
{
    static const struct {
        const char *text;
        ImapReplyKind kind;
        guint32 tag, number;
    } cases[] = {
        {"+ go", IMAP_REPLY_CONTINUE, 0, 0},
        {"+", IMAP_REPLY_CONTINUE, 0, 0},
        {"* OK hi", IMAP_REPLY_OK, 0, 0},
        {"* bye", IMAP_REPLY_BYE, 0, 0},
        {"* PREAUTH x", IMAP_REPLY_PREAUTH, 0, 0},
        {"T7 OK done", IMAP_REPLY_OK, 7, 0},
        {"T4294967295 NO", IMAP_REPLY_NO, G_MAXUINT32, 0},
        {"* 5 EXISTS", IMAP_REPLY_EXISTS, 0, 5},
        {"* 5 EXPUNGE", IMAP_REPLY_EXPUNGE, 0, 5},
        {"* 5 fetch (UID 1)", IMAP_REPLY_FETCH, 0, 5},
        {"* 5 RECENT", IMAP_REPLY_OTHER, 0, 5},
        {"* 99999999999 EXISTS", IMAP_REPLY_OTHER, 0, 0},
        {"* LIST () NIL x", IMAP_REPLY_LIST, 0, 0},
        {"* SEARCH 1 2", IMAP_REPLY_SEARCH, 0, 0},
        {"* THREAD (1)", IMAP_REPLY_OTHER, 0, 0},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        ImapReply got = parse(cases[i].text);
        if (got.kind != cases[i].kind || got.tag != cases[i].tag)
            fail_msg("%s: kind %d, tag %u", cases[i].text, (int)got.kind,
                     got.tag);
        if (cases[i].number != 0)
            assert_int_equal(got.number, cases[i].number);
    }
}

static void
no_replies_are_refused(void **state)
{
    const char *const texts[] = {
        "",       "T1",         "T1 FETCH x",     "T0 OK", "T OK",
        "T1x OK", "A1 OK",      "t12 OK",         "*",     "T1 BYE x",
        "*OK",    "T1 PREAUTH", "T99999999999 OK"};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        ImapReply reply;
        g_autoptr(GError) error = NULL;
        if (imap_parse_reply((const guint8 *)texts[i], strlen(texts[i]),
                             &reply, &error))
            fail_msg("'%s' was read", texts[i]);
        assert_int_equal(app_error_code(error), APP_ERROR_MALFORMED);
    }
}

static void
codes_are_found(void **state)
{
    guint32 number = 0;
    ImapReply reply = parse("* OK [UIDVALIDITY 17] x");
    assert_true(imap_reply_code_number(&reply, "UIDVALIDITY", &number));
    assert_int_equal(number, 17);
    assert_false(imap_reply_code_number(&reply, "UIDNEXT", &number));
    reply = parse("T1 NO [TRYCREATE] no such folder");
    assert_true(imap_reply_code_is(&reply, "trycreate"));
    assert_false(imap_reply_code_is(&reply, "TRY"));
    reply = parse("T1 NO TRYCREATE] x");
    assert_null(reply.code);
    reply = parse("* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN] x");
    assert_int_equal(imap_parse_capabilities(&reply),
                     IMAP_CAN_STARTTLS | IMAP_CAN_PLAIN | IMAP_CAN_REV);
    reply = parse("* CAPABILITY IMAP4rev1 LOGINDISABLED MOVE XSTARTTLS");
    assert_int_equal(imap_parse_capabilities(&reply),
                     IMAP_CANNOT_LOGIN | IMAP_CAN_MOVE | IMAP_CAN_REV);
}

static void
literals_are_announced(void **state)
{
    static const struct {
        const char *line;
        gboolean yes;
        gsize size;
    } cases[] = {
        {"* 1 FETCH (BODY[] {12}", TRUE, 12},
        {"x {0}", TRUE, 0},
        {"x {4294967295}", TRUE, 4294967295},
        {"x {99999999999}", FALSE, 0},
        {"x {}", FALSE, 0},
        {"x {1 }", FALSE, 0},
        {"x {-1}", FALSE, 0},
        {"12}", FALSE, 0},
        {"x {12} ", FALSE, 0},
        {"x {1+}", FALSE, 0},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        gsize size = 77;
        gboolean got = imap_line_announces((const guint8 *)cases[i].line,
                                           strlen(cases[i].line), &size);
        if (got != cases[i].yes || (got && size != cases[i].size))
            fail_msg("%s: %d %zu", cases[i].line, got, size);
    }
    /* Text of a status answer is not data, whatever its end looks like. */
    assert_false(imap_reply_has_literals((const guint8 *)"* OK x {5}", 10));
    assert_false(imap_reply_has_literals((const guint8 *)"T1 OK x {5}", 11));
    assert_true(imap_reply_has_literals((const guint8 *)"* 1 FETCH {5}", 13));
}

static void
folders_are_read(void **state)
{
    static const struct {
        const char *text;
        const char *name; /* NULL: not a folder for us */
        FolderKind kind;
        char delimiter;
        gboolean selectable;
    } cases[] = {
        {"* LIST () \"/\" INBOX", "INBOX", FOLDER_INBOX, '/', TRUE},
        {"* LIST () \"/\" \"inbox\"", "INBOX", FOLDER_INBOX, '/', TRUE},
        {"* LIST (\\HasNoChildren \\Sent) \".\" Envoy&AOk-s",
         "Envoy\xc3\xa9s", FOLDER_SENT, '.', TRUE},
        {"* LIST (\\NOSELECT) NIL a", "a", FOLDER_OTHER, 0, FALSE},
        {"* LIST (\\Trash) \"\\\\\" {3}\r\nbin", "bin", FOLDER_TRASH, '\\',
         TRUE},
        {"* LIST () \"/\" \"a\\\"b\"", "a\"b", FOLDER_OTHER, '/', TRUE},
        {"* LIST () \"/\" \"Envoy\xc3\xa9s\"", NULL, FOLDER_OTHER, 0, FALSE},
        {"* LIST () \"/\" \"\"", NULL, FOLDER_OTHER, 0, FALSE},
        {"* LIST \"/\" x", NULL, FOLDER_OTHER, 0, FALSE},
        {"* LIST () \"/\" {99}\r\nx", NULL, FOLDER_OTHER, 0, FALSE},
        {"* LIST", NULL, FOLDER_OTHER, 0, FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        ImapReply reply = parse(cases[i].text);
        g_autoptr(ImapFolder) got = imap_parse_list(&reply);
        if (cases[i].name == NULL) {
            if (got != NULL)
                fail_msg("%s: read", cases[i].text);
            continue;
        }
        assert_non_null(got);
        assert_string_equal(got->name, cases[i].name);
        assert_int_equal(got->kind, cases[i].kind);
        assert_int_equal(got->delimiter, cases[i].delimiter);
        assert_int_equal(got->selectable, cases[i].selectable);
    }
}

static void
status_is_read(void **state)
{
    guint32 number = 0;
    ImapReply reply = parse("* STATUS \"a (b\" (MESSAGES 7 UNSEEN 3)");
    assert_true(imap_parse_status(&reply, "UNSEEN", &number));
    assert_int_equal(number, 3);
    assert_false(imap_parse_status(&reply, "RECENT", &number));
    reply = parse("* STATUS x (UNSEEN)");
    assert_false(imap_parse_status(&reply, "UNSEEN", &number));
}

static void
dates_are_read(void **state)
{
    static const struct {
        const char *text;
        gint64 want; /* -1: none */
    } cases[] = {
        {"17-Jul-1996 02:44:25 -0700", 837596665},
        {" 1-Jan-1970 00:00:00 +0000", 0},
        {"01-Jan-1970 01:30:00 +0130", 0},
        {"29-Feb-2024 12:00:00 +0000", 1709208000},
        {"31-Dec-2026 23:59:60 +0000", 1798761599},
        {"30-Feb-2024 12:00:00 +0000", -1},
        {"1-Foo-2024 12:00:00 +0000", -1},
        {"1-Jan-2024 12:00:00", -1},
        {"1-Jan-2024 12:00:00 +000", -1},
        {"1-Jan-2024 12:00:00 +0000 x", -1},
        {"", -1},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        gint64 got = -1;
        imap_parse_date(cases[i].text, &got);
        if (got != cases[i].want)
            fail_msg("%s: %" G_GINT64_FORMAT, cases[i].text, got);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replies_have_their_kind),
        cmocka_unit_test(no_replies_are_refused),
        cmocka_unit_test(codes_are_found),
        cmocka_unit_test(literals_are_announced),
        cmocka_unit_test(folders_are_read),
        cmocka_unit_test(status_is_read),
        cmocka_unit_test(dates_are_read),
    };
    return cmocka_run_group_tests_name("net/imap_parse", tests, NULL, NULL);
}
