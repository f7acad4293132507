/* Z20: what people type to find a message. */
#include "core/mail/search_words.h"

#include "tests/base/expect.h"

/* Terms with bars between; of a day also the first second it covers and the
 * first after it. */
static const struct {
    const char *words, *want;
} cases[] = {
    {"facture", "facture"},
    {"  deux   mots ", "deux|mots"},
    {"\"rue du Port\" bail", "rue du Port|bail"},
    {"avant\"les mots\"apres", "avant|les mots|apres"},
    {"\"pas fermé", "pas fermé"},
    {"\"\" a \" \"", "a"},
    {"a\tb\r\nc", "a|b|c"},
    {"l\xe9ger", "l\xef\xbf\xbdger"},
    {"2026-11-25", "2026-11-25 2026-11-25 2026-11-26"},
    {"25/11/2026", "25/11/2026 2026-11-25 2026-11-26"},
    {"5.1.2026 a", "5.1.2026 2026-01-05 2026-01-06|a"},
    {"2026-02", "2026-02 2026-02-01 2026-03-01"},
    {"12/2026", "12/2026 2026-12-01 2027-01-01"},
    {"2024-02-29", "2024-02-29 2024-02-29 2024-03-01"},
    {"2026-02-29 2026-13 0000-01-01 2026-1184",
     "2026-02-29|2026-13|0000-01-01|2026-1184"},
    {"1/2/26 26-11-25 2026 1/2/2026/3", "1/2/26|26-11-25|2026|1/2/2026/3"},
    {"00/2026 2026-00-01 32/01/2026 4294967297/01/2026",
     "00/2026|2026-00-01|32/01/2026|4294967297/01/2026"},
};

static void
append_day(GString *out, gint64 day)
{
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(day);
    g_autofree char *text = g_date_time_format(date, "%Y-%m-%d");
    assert_int_equal(day % (24 * 60 * 60), 0);
    g_string_append_printf(out, " %s", text);
}

static void
z20_words_and_days_are_terms(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GArray) terms = search_words_parse(cases[i].words, &error);
        expect_fine(terms != NULL, error, cases[i].words);
        g_autoptr(GString) got = g_string_new(NULL);
        for (guint n = 0; n < terms->len; n++) {
            const ImapTerm *term = &g_array_index(terms, ImapTerm, n);
            g_string_append_printf(got, "%s%s", n > 0 ? "|" : "", term->text);
            if (term->before == 0)
                continue;
            append_day(got, term->since);
            append_day(got, term->before);
        }
        assert_string_equal(got->str, cases[i].want);
    }
}

static void
z20_nothing_and_too_much_is_refused(void **state)
{
    g_autofree char *longest = g_strnfill(SEARCH_WORDS_MAX, 'x');
    g_autofree char *longer = g_strnfill(SEARCH_WORDS_MAX + 1, 'x');
    const char *const bad[] = {"", "  ", "\"", "\" \"", longer};
    g_autoptr(GArray) good = search_words_parse(longest, NULL);
    assert_non_null(good);
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        assert_null(search_words_parse(bad[i], &error));
        assert_int_equal(app_error_code(error), APP_ERROR_INPUT);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(z20_words_and_days_are_terms),
        cmocka_unit_test(z20_nothing_and_too_much_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
