/* Where a message was put, and taking that one away again (RFC 4315). */
#include "tests/net/net_test.h"

#include "core/net/imap_parse.h"
#include "tests/net/fake_server.h"
#include "tests/net/real_servers.h"

static void
append_uid_is_read_strictly(void **state)
{
    static const struct {
        const char *text;
        gboolean good;
    } cases[] = {
        {"T1 OK [APPENDUID 38505 3955] done", TRUE},
        {"T1 OK [appenduid 38505 3955] done", TRUE},
        {"T1 OK [APPENDUID 38505 3955:3956] done", FALSE},
        {"T1 OK [APPENDUID 38505 3955,3956] done", FALSE},
        {"T1 OK [APPENDUID 38505 3955 1] done", FALSE},
        {"T1 OK [APPENDUID 38505] done", FALSE},
        {"T1 OK [APPENDUID 0 3955] done", FALSE},
        {"T1 OK [APPENDUID 38505 0] done", FALSE},
        {"T1 OK [APPENDUID 38505 4294967296] done", FALSE},
        {"T1 OK [APPENDUID -1 3955] done", FALSE},
        {"T1 OK [COPYUID 38505 3955] done", FALSE},
        {"T1 OK APPENDUID 38505 3955", FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        ImapReply reply;
        guint32 validity = 0, uid = 0;
        assert_true(imap_parse_reply((const guint8 *)cases[i].text,
                                     strlen(cases[i].text), &reply, NULL));
        if (imap_reply_append_uid(&reply, &validity, &uid) != cases[i].good)
            fail_msg("%s", cases[i].text);
        assert_int_equal(validity, cases[i].good ? 38505 : 0);
        assert_int_equal(uid, cases[i].good ? 3955 : 0);
    }
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

static ImapPlace
put(Imap *imap, const char *folder)
{
    Text text = {.text = plain_message, .size = strlen(plain_message)};
    ImapPlace place = {0, 0};
    g_autoptr(GError) error = NULL;
    if (!imap_append_named(imap, folder, "\\Draft \\Seen", text.size,
                           text_source, &text, &place, &error))
        fail_msg("%s", error->message);
    assert_true(place.uid_validity > 0 && place.uid > 0);
    return place;
}

static void
one_message_is_expunged_and_no_other(void **state)
{
    const Real *real = *state;
    ImapPool *pool = imap_pool_new(&real->imaps, 2);
    Imap *imap = take(pool);
    g_autoptr(GError) error = NULL;
    ImapPlace first = put(imap, "Made now");
    ImapPlace second = put(imap, "Made now");
    assert_int_equal(first.uid_validity, second.uid_validity);
    g_autofree char *type = imap_fetch_type(
        imap, "Made now", first.uid_validity, first.uid, &error);
    assert_string_equal(type, "text/plain");
    /* Another's mark is not ours to carry out. */
    assert_true(imap_store(imap, "Made now", first.uid_validity, first.uid,
                           "\\Deleted", TRUE, &error));
    assert_true(imap_expunge(imap, "Made now", second.uid_validity,
                             second.uid, &error));
    ImapPage *page = imap_page(imap, "Made now", 0, 50, &error);
    assert_int_equal(page->total, 1);
    imap_page_free(page);
    assert_null(imap_fetch_type(imap, "Made now", second.uid_validity,
                                second.uid, &error));
    assert_app_error(error, APP_ERROR_NOT_FOUND, "gone");
    g_clear_error(&error);
    assert_true(imap_expunge(imap, "Made now", second.uid_validity,
                             second.uid, &error));
    assert_false(imap_expunge(imap, "Made now", first.uid_validity + 1,
                              first.uid, &error));
    assert_app_error(error, APP_ERROR_NOT_FOUND, "made anew");
    imap_pool_give(pool, imap);
    imap_pool_free(pool);
}

#define LOGIN(can)                                                           \
    {STEP_SAY, "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hi\r\n", 0},  \
        {STEP_HEAR, "\r\n", 0},                                              \
    {                                                                        \
        STEP_SAY, "T1 OK [CAPABILITY IMAP4rev1" can "] in\r\n", 0            \
    }

static void
a_server_that_does_not_say_is_refused(void **state)
{
    static const struct {
        const char *name;
        Step steps[8];
        gboolean sent;
    } cases[] = {
        {"no UIDPLUS", {LOGIN("")}, FALSE},
        {"UIDPLUS but no code",
         {LOGIN(" UIDPLUS"),
          {STEP_HEAR, "}\r\n", 0},
          {STEP_SAY, "+ go\r\n", 0},
          {STEP_HEAR, "..\r\n\r\n", 0},
          {STEP_SAY, "T2 OK done\r\n", 0}},
         TRUE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        FakeServer *fake = fake_start(cases[i].steps, NULL, NULL);
        ServerConfig server = fake_config(fake, TLS_NONE, NULL);
        ImapPool *pool = imap_pool_new(&server, 2);
        g_autoptr(GError) error = NULL;
        Imap *imap = imap_pool_take(pool, "k", "a", "b", &error);
        assert_non_null(imap);
        Text text = {.text = plain_message, .size = strlen(plain_message)};
        ImapPlace place = {0, 0};
        assert_false(imap_append_named(imap, "Drafts", NULL, text.size,
                                       text_source, &text, &place, &error));
        assert_app_error(error, APP_ERROR_REFUSED, cases[i].name);
        imap_pool_give(pool, imap);
        imap_pool_free(pool);
        fake_join(fake);
        assert_int_equal(strstr(fake->plain->str, "APPEND") != NULL,
                         cases[i].sent);
        fake_free(fake);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(append_uid_is_read_strictly),
        cmocka_unit_test(one_message_is_expunged_and_no_other),
        cmocka_unit_test(a_server_that_does_not_say_is_refused),
    };
    return cmocka_run_group_tests(tests, real_setup, real_teardown);
}
