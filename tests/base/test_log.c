/* Both names of syslog() are taken over below: the header shall not make one
 * of them the other. */
#undef _FORTIFY_SOURCE

#include "core/base/log.h"

#include <stdarg.h>
#include <syslog.h>

#include "tests/base/expect.h"

/* What log_event() and log_error() write, from a pipe in place of stderr. */
typedef struct {
    int saved, reader;
} Capture;

static Capture
capture_begin(void)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    Capture capture = {dup(STDERR_FILENO), ends[0]};
    assert_true(dup2(ends[1], STDERR_FILENO) >= 0);
    close(ends[1]);
    return capture;
}

static char *
capture_end(Capture *capture)
{
    char text[8192];
    assert_true(dup2(capture->saved, STDERR_FILENO) >= 0);
    close(capture->saved);
    gssize size = read(capture->reader, text, sizeof text);
    assert_true(size >= 0);
    close(capture->reader);
    return g_strndup(text, (gsize)size);
}

static void
sec_59_event_is_one_escaped_line(void **state)
{
    static const struct {
        const char *name, *value, *want;
    } cases[] = {
        {"word", "alice@demo.test", "alice@demo.test"},
        {"nothing", NULL, "-"},
        {"a dash", "-", "\"-\""},
        {"empty", "", "\"\""},
        {"space", "a b", "\"a b\""},
        {"forged line", "x\nsceau: sign-in result=ok",
         "\"x\\x0asceau: sign-in result=ok\""},
        {"forged pair", "x result=ok", "\"x result=ok\""},
        {"quote", "a\" b", "\"a\\x22 b\""},
        {"terminal escape", "\033]0;x\a", "\\x1b]0;x\\x07"},
        {"CR", "a\rb", "a\\x0db"},
        {"C1", "\xc2\x9b", "\\xc2\\x9b"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Capture capture = capture_begin();
        log_event("test", "key", cases[i].value, "end", "1", NULL);
        g_autofree char *got = capture_end(&capture);
        g_autofree char *want =
            g_strdup_printf("sceau: test key=%s end=1\n", cases[i].want);
        if (strcmp(got, want) != 0)
            fail_msg("%s: got %s", cases[i].name, got);
    }
}

static void
sec_59_long_value_is_cut(void **state)
{
    g_autofree char *value = g_strnfill(100000, 'x');
    Capture capture = capture_begin();
    log_event("test", "key", value, NULL);
    g_autofree char *got = capture_end(&capture);
    assert_true(strlen(got) < 500);
    assert_true(g_str_has_suffix(got, "x\n"));
}

static void
sec_59_error_is_one_line_with_its_code(void **state)
{
    g_autoptr(GError) error = g_error_new_literal(
        APP_ERROR, APP_ERROR_UNREACHABLE, "imap: \"no\nroute\"");
    Capture capture = capture_begin();
    log_error("list", error);
    g_autofree char *got = capture_end(&capture);
    assert_string_equal(got, "sceau: list error=unreachable "
                             "what=\"imap: \\x22no\\x0aroute\\x22\"\n");
}

/* In place of libc's, with and without its checks. */
static GString *sent;
void __syslog_chk(int level, int flag, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

void
__syslog_chk(int level, int flag, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    g_string_append_vprintf(sent, format, values);
    g_string_append_c(sent, '\n');
    va_end(values);
}

void
syslog(int level, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    g_string_append_vprintf(sent, format, values);
    g_string_append_c(sent, '\n');
    va_end(values);
}

/* syslog names the program itself; a % of a value is none of a format. */
static void
sec_59_syslog_gets_the_same_line(void **state)
{
    sent = g_string_new(NULL);
    assert_false(log_open("file"));
    assert_true(log_open("syslog"));
    log_event("audit", "after", "%s%n\nx", NULL);
    assert_string_equal(sent->str, "audit after=%s%n\\x0ax\n");
    assert_true(log_open("stderr"));
    Capture capture = capture_begin();
    log_event("audit", "after", "x", NULL);
    g_autofree char *got = capture_end(&capture);
    assert_string_equal(got, "sceau: audit after=x\n");
    g_string_free(sent, TRUE);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sec_59_event_is_one_escaped_line),
        cmocka_unit_test(sec_59_syslog_gets_the_same_line),
        cmocka_unit_test(sec_59_long_value_is_cut),
        cmocka_unit_test(sec_59_error_is_one_line_with_its_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
