#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/base/error.h"
#include "core/net/smtp_data.h"

/* All of text in blocks of block bytes; NULL if it was refused. */
static GByteArray *
stuff(const char *text, gsize size, gsize block, GError **error)
{
    SmtpData data = {0};
    g_autoptr(GByteArray) out = g_byte_array_new();
    for (gsize at = 0; at < size; at += block) {
        if (!smtp_data_add(&data, (const guint8 *)text + at,
                           MIN(block, size - at), out, error))
            return NULL;
    }
    if (!smtp_data_end(&data, out, error))
        return NULL;
    return g_steal_pointer(&out);
}

#define BYTES(text) text, sizeof(text) - 1

static void
s17_sec_56_malformed_endings_are_refused_with_their_line(void **state)
{
    static const struct {
        const char *name;
        const char *text;
        gsize size;
        int line;
    } cases[] = {
        {"LF dot LF", BYTES("a\n.\n"), 1},
        {"LF dot CRLF", BYTES("a\r\nb\n.\r\n"), 2},
        {"CRLF dot LF", BYTES("a\r\n.\n"), 2},
        {"CR dot CR", BYTES("a\r.\r"), 1},
        {"CR dot CRLF", BYTES("a\r.\r\n"), 1},
        {"CRLF dot CR", BYTES("a\r\n.\rb\r\n"), 2},
        {"CR CR LF dot CRLF", BYTES("a\r\r\n.\r\n"), 1},
        {"LF CR", BYTES("a\n\r.\r\n"), 1},
        {"NUL before dot", BYTES("a\r\n\0.\r\n"), 2},
        {"NUL in CRLF", BYTES("a\r\0\n.\r\n"), 1},
        {"smuggled command",
         BYTES("a\n.\r\nMAIL FROM:<x@x>\r\nRCPT TO:<y@y>\r\n"), 1},
        {"no line end", BYTES("a\r\nb"), 2},
        {"only a dot", BYTES("."), 1},
        {"CR at the end", BYTES("a\r\nb\r"), 2},
        {"LF at the end", BYTES("a\r\nb\n"), 2},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        for (gsize block = 1; block <= cases[i].size; block++) {
            g_autoptr(GError) error = NULL;
            g_autoptr(GByteArray) got =
                stuff(cases[i].text, cases[i].size, block, &error);
            if (got != NULL)
                fail_msg("%s: accepted in blocks of %zu", cases[i].name,
                         block);
            assert_int_equal(app_error_code(error), APP_ERROR_MALFORMED);
            g_autofree char *line =
                g_strdup_printf(": line %d: a", cases[i].line);
            if (strstr(error->message, line) == NULL &&
                strstr(error->message, "no line end") == NULL)
                fail_msg("%s: %s", cases[i].name, error->message);
        }
    }
}

static void
sec_56_dots_are_stuffed_and_nothing_else_changes(void **state)
{
    static const struct {
        const char *name;
        const char *text;
        const char *want;
    } cases[] = {
        {"empty", "", ".\r\n"},
        {"one line", "a\r\n", "a\r\n.\r\n"},
        {"dot alone", ".\r\n", "..\r\n.\r\n"},
        {"dots", "..\r\n...\r\n", "...\r\n....\r\n.\r\n"},
        {"dot inside", "a.b\r\n.c\r\n", "a.b\r\n..c\r\n.\r\n"},
        {"spaces", " \r\n\t \r\n\r\n", " \r\n\t \r\n\r\n.\r\n"},
        {"8 bits", "\xc3\xa9\xff\x01\r\n", "\xc3\xa9\xff\x01\r\n.\r\n"},
        {"what looks like an end", "a\r\n.\r\nQUIT\r\n",
         "a\r\n..\r\nQUIT\r\n.\r\n"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        for (gsize block = 1; block <= 8; block++) {
            g_autoptr(GError) error = NULL;
            g_autoptr(GByteArray) got =
                stuff(cases[i].text, strlen(cases[i].text), block, &error);
            if (got == NULL || got->len != strlen(cases[i].want) ||
                memcmp(got->data, cases[i].want, got->len) != 0)
                fail_msg("%s: wrong in blocks of %zu", cases[i].name, block);
        }
    }
}

/* What a server takes off again must be what we were given. */
static void
sec_56_random_messages_survive_the_way(void **state)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(56);
    for (int round = 0; round < 500; round++) {
        g_autoptr(GString) text = g_string_new(NULL);
        gint32 lines = g_rand_int_range(random, 0, 20);
        for (gint32 i = 0; i < lines; i++) {
            gint32 length = g_rand_int_range(random, 0, 12);
            for (gint32 c = 0; c < length; c++)
                g_string_append_c(text,
                                  ".. a\t="[g_rand_int_range(random, 0, 6)]);
            g_string_append(text, "\r\n");
        }
        g_autoptr(GByteArray) got =
            stuff(text->str, text->len,
                  (gsize)g_rand_int_range(random, 1, 40), NULL);
        assert_non_null(got);
        g_autoptr(GString) back = g_string_new(NULL);
        const char *at = (const char *)got->data;
        const char *end = at + got->len;
        while (end - at != 3 || memcmp(at, ".\r\n", 3) != 0) {
            const char *lf = memchr(at, '\n', (gsize)(end - at));
            assert_non_null(lf);
            if (*at == '.')
                at++;
            assert_true(at < lf);
            g_string_append_len(back, at, lf + 1 - at);
            at = lf + 1;
        }
        assert_string_equal(back->str, text->str);
    }
}

static void
sec_56_lines_end_at_998(void **state)
{
    g_autofree char *line = g_strnfill(999, 'x');
    g_autofree char *good = g_strdup_printf("%.998s\r\n", line);
    g_autofree char *dots = g_strdup_printf(".%.997s\r\n", line);
    g_autofree char *bad = g_strdup_printf("%s\r\n", line);
    g_autoptr(GByteArray) got = stuff(good, 1000, 7, NULL);
    g_autoptr(GByteArray) stuffed = stuff(dots, 1000, 7, NULL);
    g_autoptr(GError) error = NULL;
    assert_non_null(got);
    assert_non_null(stuffed);
    assert_null(stuff(bad, 1001, 7, &error));
    assert_int_equal(app_error_code(error), APP_ERROR_MALFORMED);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            s17_sec_56_malformed_endings_are_refused_with_their_line),
        cmocka_unit_test(sec_56_dots_are_stuffed_and_nothing_else_changes),
        cmocka_unit_test(sec_56_random_messages_survive_the_way),
        cmocka_unit_test(sec_56_lines_end_at_998),
    };
    return cmocka_run_group_tests_name("net/smtp_data", tests, NULL, NULL);
}
