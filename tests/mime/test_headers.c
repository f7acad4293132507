#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "core/mime/headers.h"

static Headers *
parse(const char *text)
{
    return headers_parse((const guint8 *)text, strlen(text));
}

static void
assert_text(const char *name, const char *got, const char *want)
{
    if (g_strcmp0(got, want) != 0)
        fail_msg("%s: got %s, want %s", name, got, want);
}

#define GOOD "From: a@b\r\nTo: c@d\r\nSubject: x\r\nDate: y\r\n"

static const struct {
    const char *name;
    const char *head;
    gsize size; /* 0: NUL-terminated */
    gboolean sound;
} froms[] = {
    {"ordinary", GOOD, 0, TRUE},
    {"name", "From: Ann Lee <a@b>\n", 0, TRUE},
    {"quoted name with comma", "From: \"Lee, Ann\" <a@b>\n", 0, TRUE},
    {"quoted name with address", "From: \"c@d\" <a@b>\n", 0, TRUE},
    {"comment", "From: a@b (Ann)\n", 0, TRUE},
    {"encoded name", "From: =?utf-8?q?Zo=C3=AB?= <a@b>\n", 0, TRUE},
    {"brackets in name", "From: [Team] Ann <a@b>\n", 0, TRUE},
    {"folded", "From:\n Ann\n <a@b>\n", 0, TRUE},
    {"mbox line", "From a@b Mon Jan 1\nFrom: a@b\n", 0, TRUE},
    {"quoted local part", "From: \"a b\"@c\n", 0, TRUE},
    {"CR CR LF", "From: a@b\r\r\nTo: c@d\r\r\n", 0, TRUE},
    {"Cc twice", GOOD "Cc: a@b\r\nCc: c@d\r\n", 0, TRUE},
    {"no From", "To: c@d\n", 0, FALSE},
    {"empty From", "From:\n", 0, FALSE},
    {"From twice", "From: a@b\nFrom: a@b\n", 0, FALSE},
    {"From in another case", "From: a@b\nFROM: c@d\n", 0, FALSE},
    {"From with a space", "From: a@b\nFrom : c@d\n", 0, FALSE},
    {"two mailboxes", "From: a@b, c@d\n", 0, FALSE},
    {"a group", "From: team: a@b;\n", 0, FALSE},
    {"an empty group", "From: team:;\n", 0, FALSE},
    {"bare address as name", "From: c@d <a@b>\n", 0, FALSE},
    {"bare address beside a quote", "From: c@d \"x\" <a@b>\n", 0, FALSE},
    {"two in brackets", "From: <a@b> <c@d>\n", 0, FALSE},
    {"text behind", "From: <a@b> c@d\n", 0, FALSE},
    {"source route", "From: <@x,@y:a@b>\n", 0, FALSE},
    {"open quote", "From: \"Ann <a@b>\n", 0, FALSE},
    {"open comment", "From: a@b (Ann\n", 0, FALSE},
    {"open bracket", "From: <a@b\n", 0, FALSE},
    {"no at sign", "From: Ann\n", 0, FALSE},
    {"two at signs", "From: a@b@c\n", 0, FALSE},
    {"lone CR", "From: a@b\rFrom: c@d\n", 0, FALSE},
    {"lone CR elsewhere", GOOD "X: a\rb\r\n", 0, FALSE},
    {"NUL", "From: a@b\0c\n", 13, FALSE},
    {"NUL elsewhere", "From: a@b\nX: a\0b\n", 18, FALSE},
    {"Sender twice", GOOD "Sender: a@b\r\nSender: a@b\r\n", 0, FALSE},
    {"Date twice", GOOD "Date: z\r\n", 0, FALSE},
    {"Subject twice", GOOD "subject: z\r\n", 0, FALSE},
    {"To twice", GOOD "To: e@f\r\n", 0, FALSE},
    {"Content-Type twice", GOOD "Content-Type: a/b\r\nContent-type: c/d\r\n",
     0, FALSE},
    {"MIME-Version twice", GOOD "MIME-Version: 1.0\r\nMime-Version: 1.0\r\n",
     0, FALSE},
};

static void
sec_16_only_one_readable_from_is_sound(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(froms); i++) {
        gsize size = froms[i].size ? froms[i].size : strlen(froms[i].head);
        g_autoptr(Headers) headers =
            headers_parse((const guint8 *)froms[i].head, size);
        if (headers_are_sound(headers) != froms[i].sound)
            fail_msg("%s", froms[i].name);
    }
}

static const struct {
    const char *name;
    const char *value;
    const char *want; /* "name|address" joined by "; " */
} lists[] = {
    {"bare", "a@b", "-|a@b"},
    {"several", "a@b, Ann <c@d>,e@f", "-|a@b; Ann|c@d; -|e@f"},
    {"empty entries", ",, a@b ,", "-|a@b"},
    {"comma in quotes", "\"Lee, Ann\" <a@b>", "Lee, Ann|a@b"},
    {"escapes", "\"a \\\"b\\\" \\\\\" <a@b>", "a \"b\" \\|a@b"},
    {"encoded", "=?iso-8859-1?Q?Zo=EB?= <a@b>", "Zoë|a@b"},
    {"encoded in quotes", "\"=?utf-8?B?w6k=?=\" <a@b>", "é|a@b"},
    {"raw 8 bit", "Zo\xc3\xab <a@b>", "Zoë|a@b"},
    {"raw bad 8 bit", "Zo\xeb <a@b>", "Zo\xef\xbf\xbd|a@b"},
    {"comment name", "a@b (Ann (x) Lee)", "Ann (x) Lee|a@b"},
    {"comment between", "Ann (x) <a@b>", "Ann|a@b"},
    {"group", "team: a@b, c@d; e@f", "-|a@b; -|c@d; -|e@f"},
    {"undisclosed", "undisclosed-recipients:;", ""},
    {"route", "<@x:a@b>", "-|a@b"},
    {"semicolons", "a@b; c@d", "-|a@b; -|c@d"},
    {"no address", "Ann, <x>, a@b", "-|a@b"},
    {"UTF-8 address", "<jörg@exämple.org>", "-|jörg@exämple.org"},
    {"literal", "<a@[192.0.2.1]>", "-|a@[192.0.2.1]"},
    {"at sign in quotes", "\"x@y\"@z", "-|\"x@y\"@z"},
};

static void
mailboxes_are_read_as_mailers_write_them(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++) {
        g_autofree char *field =
            g_strdup_printf("To: %s\r\n\r\n", lists[i].value);
        g_autoptr(Headers) headers = parse(field);
        g_autoptr(GPtrArray) list = headers_mailboxes(headers, "to");
        g_autoptr(GString) got = g_string_new(NULL);
        for (guint j = 0; j < list->len; j++) {
            const Mailbox *one = g_ptr_array_index(list, j);
            g_string_append_printf(got, "%s%s|%s", j > 0 ? "; " : "",
                                   one->name ? one->name : "-", one->address);
        }
        assert_text(lists[i].name, got->str, lists[i].want);
    }
}

static void
text_is_decoded_utf8_on_one_line(void **state)
{
    static const struct {
        const char *name;
        const char *value;
        const char *want;
    } cases[] = {
        {"plain", "Hello", "Hello"},
        {"folded", "a\r\n b\r\n\tc", "a b\tc"},
        {"B", "=?utf-8?B?w6k=?=", "é"},
        {"two words", "=?utf-8?q?a?=\r\n =?utf-8?q?b?=", "ab"},
        {"two padded words", "=?utf-8?B?YWE=?= =?utf-8?B?w6k=?=", "aaé"},
        {"a character in two words", "=?utf-8?B?w6?= =?utf-8?q?=A9?=", "é"},
        {"two charsets", "=?utf-8?q?a?= =?iso-8859-1?q?=E9?= b", "aé b"},
        {"between texts", "a =?utf-8?q?b_c?= d", "a b c d"},
        {"a language", "=?utf-8*fr?q?a?=", "a"},
        {"Japanese", "=?iso-2022-jp?B?GyRCNEE7ehsoQg==?=", "漢字"},
        {"no end", "=?utf-8?q?a", "=?utf-8?q?a"},
        {"no encoding", "=?utf-8?x?a?=", "=?utf-8?x?a?="},
        {"bad base64", "=?utf-8?B?*?=", "\xef\xbf\xbd"},
        {"unknown charset", "=?nix?q?=E9?=", "é"},
        {"Latin-1", "=?iso-8859-1?q?=E9?=", "é"},
        {"encoded line end", "=?utf-8?q?a=0D=0AX:b?=", "a  X:b"},
        {"encoded NUL", "=?utf-8?q?a=00b?=", "a b"},
        {"encoded direction", "=?utf-8?B?4oCuYWJj?=", "abc"},
        {"raw bad byte", "a\xff", "aÿ"},
        {"escape", "a\033[2Jb", "a[2Jb"},
        {"empty", "", ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *field =
            g_strdup_printf("Subject: %s\r\n\r\n", cases[i].value);
        g_autoptr(Headers) headers = parse(field);
        g_autofree char *got = headers_text(headers, "subject");
        g_autofree char *flat = g_strdelimit(g_strdup(got), "\t", ' ');
        g_autofree char *want =
            g_strdelimit(g_strdup(cases[i].want), "\t", ' ');
        if (strcmp(cases[i].name, "encoded NUL") == 0)
            assert_true(g_str_has_prefix(flat, want));
        else
            assert_text(cases[i].name, flat, want);
    }
}

static void
fields_are_counted_in_the_first_block_only(void **state)
{
    g_autoptr(Headers) headers =
        parse("A: 1\nB : 2\nno field\nA: 3\n\nA: 4\n");
    assert_int_equal(headers_count(headers, "a"), 2);
    assert_int_equal(headers_length(headers), 3);
    assert_string_equal(headers_raw(headers, "b"), "2");
    assert_string_equal(headers_name_at(headers, 1), "B");
    g_autofree char *second = headers_text_at(headers, "A", 1);
    assert_string_equal(second, "3");
    assert_null(headers_raw(headers, "C"));
    assert_null(headers_text(headers, "C"));
}

static void
dates_are_read_or_absent(void **state)
{
    static const struct {
        const char *value;
        gboolean valid;
        gint64 want;
    } cases[] = {
        {"Wed, 25 Nov 2026 04:30:00 +0000", TRUE, 1795581000},
        {"25 Nov 2026 05:30:00 +0100", TRUE, 1795581000},
        {"Wed, 25 Nov 2026 04:30:00 GMT", TRUE, 1795581000},
        {"yesterday", FALSE, 0},
        {"", FALSE, 0},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *field =
            g_strdup_printf("Date: %s\n\n", cases[i].value);
        g_autoptr(Headers) headers = parse(field);
        gint64 got = 0;
        if (headers_date(headers, &got) != cases[i].valid ||
            got != cases[i].want)
            fail_msg("%s: %" G_GINT64_FORMAT, cases[i].value, got);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sec_16_only_one_readable_from_is_sound),
        cmocka_unit_test(mailboxes_are_read_as_mailers_write_them),
        cmocka_unit_test(text_is_decoded_utf8_on_one_line),
        cmocka_unit_test(fields_are_counted_in_the_first_block_only),
        cmocka_unit_test(dates_are_read_or_absent),
    };
    return cmocka_run_group_tests_name("headers", tests, NULL, NULL);
}
