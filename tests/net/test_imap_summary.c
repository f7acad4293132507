#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/net/imap_parse.h"

static ImapFetched *
fetched(const char *text)
{
    ImapReply reply;
    assert_true(
        imap_parse_reply((const guint8 *)text, strlen(text), &reply, NULL));
    assert_int_equal(reply.kind, IMAP_REPLY_FETCH);
    return imap_parse_fetch(&reply);
}

#define PLAIN                                                                \
    "(\"text\" \"plain\" (\"charset\" \"utf-8\") NIL NIL \"7bit\" 6 1 NIL "  \
    "NIL NIL NIL)"
#define FILE_PART                                                            \
    "(\"application\" \"pdf\" (\"name\" \"a.pdf\") NIL NIL \"base64\" 99 "   \
    "NIL (\"attachment\" (\"filename\" \"a.pdf\")) NIL NIL)"
#define P7S                                                                  \
    "(\"application\" \"pkcs7-signature\" (\"name\" \"smime.p7s\") NIL NIL " \
    "\"base64\" 99 NIL (\"attachment\" (\"filename\" \"smime.p7s\")) NIL "   \
    "NIL)"
#define SIGNED(part)                                                         \
    "(" part P7S " \"signed\" (\"protocol\" "                                \
    "\"application/pkcs7-signature\" \"micalg\" \"sha-256\") NIL NIL NIL)"
#define FORWARDED(disposition)                                               \
    "(\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 700 (NIL NIL NIL NIL NIL " \
    "NIL NIL NIL NIL NIL) " FILE_PART " 12 NIL " disposition " NIL NIL)"

static void
structures_tell_protection_and_attachments(void **state)
{
    static const struct {
        const char *name;
        const char *body;
        const char *type, *smime_type, *protocol;
        gboolean attachments;
    } cases[] = {
        {"plain", PLAIN, "text/plain", NULL, NULL, FALSE},
        {"file alone", FILE_PART, "application/pdf", NULL, NULL, TRUE},
        {"mixed", "(" PLAIN FILE_PART " \"MIXED\" NIL NIL NIL NIL)",
         "multipart/mixed", NULL, NULL, TRUE},
        {"alternative", "(" PLAIN PLAIN " \"alternative\")",
         "multipart/alternative", NULL, NULL, FALSE},
        {"signed", SIGNED(PLAIN), "multipart/signed", NULL,
         "application/pkcs7-signature", FALSE},
        {"signed with a file",
         SIGNED("(" PLAIN FILE_PART " \"mixed\" NIL NIL NIL NIL)"),
         "multipart/signed", NULL, "application/pkcs7-signature", TRUE},
        {"encrypted",
         "(\"APPLICATION\" \"PKCS7-MIME\" (\"SMIME-TYPE\" "
         "\"enveloped-data\" \"name\" \"smime.p7m\") NIL NIL \"base64\" 99 "
         "NIL (\"attachment\" (\"filename\" \"smime.p7m\")) NIL NIL)",
         "application/pkcs7-mime", "enveloped-data", NULL, FALSE},
        {"p7m beside others",
         "(" PLAIN
         "(\"application\" \"x-pkcs7-mime\" NIL NIL NIL \"base64\" 99 NIL "
         "(\"attachment\" NIL) NIL NIL) \"mixed\" NIL NIL NIL NIL)",
         "multipart/mixed", NULL, NULL, TRUE},
        {"forwarded as attachment", FORWARDED("(\"attachment\" NIL)"),
         "message/rfc822", NULL, NULL, TRUE},
        {"forwarded inline", FORWARDED("(\"inline\" NIL)"), "message/rfc822",
         NULL, NULL, FALSE},
        {"text file",
         "(\"text\" \"plain\" NIL NIL NIL \"7bit\" 6 1 NIL (\"ATTACHMENT\" "
         "NIL) NIL NIL)",
         "text/plain", NULL, NULL, TRUE},
        {"without extension data",
         "(\"text\" \"plain\" NIL NIL NIL \"7bit\" 6 1)", "text/plain", NULL,
         NULL, FALSE},
        {"empty list", "()", NULL, NULL, NULL, FALSE},
        {"a number", "(7)", NULL, NULL, NULL, FALSE},
        {"only parts", "(" PLAIN PLAIN ")", NULL, NULL, NULL, FALSE},
        {"NIL", "NIL", NULL, NULL, NULL, FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strdup_printf(
            "* 9 FETCH (UID 8 BODYSTRUCTURE %s)", cases[i].body);
        g_autoptr(ImapFetched) got = fetched(text);
        const ImapSummary *s = got->summary;
        if (!got->whole || s->uid != 8 ||
            g_strcmp0(s->type, cases[i].type) != 0 ||
            g_strcmp0(s->smime_type, cases[i].smime_type) != 0 ||
            g_strcmp0(s->protocol, cases[i].protocol) != 0 ||
            s->attachments != cases[i].attachments)
            fail_msg("%s: type %s smime-type %s protocol %s attachments %d",
                     cases[i].name, s->type, s->smime_type, s->protocol,
                     s->attachments);
    }
}

static void
envelopes_are_read(void **state)
{
    g_autoptr(ImapFetched) got = fetched(
        "* 3 FETCH (FLAGS (\\Seen $Junk \\ANSWERED) UID 4294967295 "
        "INTERNALDATE \"25-Nov-2026 14:09:37 +0100\" PREVIEW {5}\r\nhi\tyo "
        "ENVELOPE (\"Wed\" {12}\r\n=?utf-8?q?x\" "
        "((\"A \\\"B\\\" \\\\C\" NIL \"a\" \"x.test\")(NIL NIL \"b\" "
        "\"y.test\")) NIL NIL ((NIL NIL \"friends\" NIL)(NIL NIL \"c\" "
        "\"z.test\")(NIL NIL NIL NIL)) NIL NIL NIL \"<1@x>\"))");
    const ImapSummary *s = got->summary;
    assert_true(got->whole);
    assert_true(got->has_envelope);
    assert_true(s->seen);
    assert_true(s->answered);
    assert_false(s->flagged);
    assert_int_equal(s->uid, G_MAXUINT32);
    assert_int_equal(s->date, 1795612177);
    assert_string_equal(s->preview, "hi yo");
    assert_string_equal(s->subject, "=?utf-8?q?x\"");
    assert_int_equal(s->from->len, 2);
    const ImapAddress *first = g_ptr_array_index(s->from, 0);
    assert_string_equal(first->name, "A \"B\" \\C");
    assert_string_equal(first->address, "a@x.test");
    const ImapAddress *second = g_ptr_array_index(s->from, 1);
    assert_null(second->name);
    assert_string_equal(second->address, "b@y.test");
    /* The group's own brackets are nobody. */
    assert_int_equal(s->to->len, 1);
    assert_string_equal(s->message_id, "<1@x>");
}

static void
bytes_become_text(void **state)
{
    g_autoptr(ImapFetched) got = fetched(
        "* 1 FETCH (UID 1 ENVELOPE (NIL {9}\r\n\xe9t\xe9\r\nx\x01\x7f."
        " NIL NIL NIL NIL NIL NIL NIL NIL))");
    assert_true(got->whole);
    assert_true(g_utf8_validate(got->summary->subject, -1, NULL));
    assert_null(strpbrk(got->summary->subject, "\r\n\x01\x7f"));
}

/* A fault costs what comes after it, never the row. */
static void
a_fault_keeps_what_came_before(void **state)
{
    const char *const ends[] = {
        "ENVELOPE (NIL {99}\r\nshort",
        "ENVELOPE (NIL \"open",
        "ENVELOPE (NIL \"a\\\"",
        "ENVELOPE ((((",
        "BODYSTRUCTURE (\"a\" \"b\"",
        ")) extra",
        "ENVELOPE \x01",
        "ENVELOPE (NIL {x}\r\n",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(ends); i++) {
        g_autofree char *text = g_strdup_printf(
            "* 2 FETCH (UID 77 FLAGS (\\Flagged) %s", ends[i]);
        g_autoptr(ImapFetched) got = fetched(text);
        if (got->whole || got->summary->uid != 77 || !got->summary->flagged)
            fail_msg("%s: whole %d uid %u", ends[i], got->whole,
                     got->summary->uid);
    }
}

static void
sec_55_depth_and_number_are_bounded(void **state)
{
    g_autofree char *open = g_strnfill(100000, '(');
    g_autofree char *deep =
        g_strdup_printf("* 2 FETCH (UID 7 BODYSTRUCTURE %s", open);
    g_autoptr(ImapFetched) got = fetched(deep);
    assert_false(got->whole);
    assert_int_equal(got->summary->uid, 7);

    g_autoptr(GString) wide = g_string_new("* 2 FETCH (UID 7 FLAGS (");
    for (int i = 0; i < 200000; i++)
        g_string_append(wide, "a ");
    g_string_append(wide, "))");
    g_autoptr(ImapFetched) many = fetched(wide->str);
    assert_false(many->whole);
    assert_int_equal(many->summary->uid, 7);

    g_autoptr(GString) crowd =
        g_string_new("* 2 FETCH (UID 7 ENVELOPE (NIL NIL NIL NIL NIL (");
    for (int i = 0; i < 5000; i++)
        g_string_append(crowd, "(NIL NIL \"a\" \"b\")");
    g_string_append(crowd, ") NIL NIL NIL NIL))");
    g_autoptr(ImapFetched) all = fetched(crowd->str);
    assert_true(all->whole);
    assert_int_equal(all->summary->to->len, 100);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(structures_tell_protection_and_attachments),
        cmocka_unit_test(envelopes_are_read),
        cmocka_unit_test(bytes_become_text),
        cmocka_unit_test(a_fault_keeps_what_came_before),
        cmocka_unit_test(sec_55_depth_and_number_are_bounded),
    };
    return cmocka_run_group_tests_name("net/imap_summary", tests, NULL, NULL);
}
