#include "tests/base/expect.h"

#include <stdlib.h>
#include <time.h>

#include "fcgi/dates.h"

#define NOON 1795608000 /* 2026-11-25 12:00 UTC, a Wednesday */
#define DAY 86400

static void
days_have_names(void **state)
{
    static const struct {
        gint64 time;
        const char *want;
    } cases[] = {
        {NOON, "Today"},
        {NOON - 12 * 3600, "Today"},
        {NOON + 12 * 3600 - 1, "Today"},
        {NOON - 12 * 3600 - 1, "Yesterday"},
        {NOON - 2 * DAY, "Monday 23 November"},
        {NOON + DAY, "Thursday 26 November"},
        {NOON - 360 * (gint64)DAY, "Sunday 30 November 2025"},
        {0, "Thursday 1 January 1970"},
        {G_MAXINT64, "Thursday 1 January 1970"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got = date_day(NULL, cases[i].time, NOON);
        assert_string_equal(got, cases[i].want);
    }
}

static void
yesterday_is_another_day_across_months_and_years(void **state)
{
    /* 2026-01-01 00:30 and half an hour before midnight. */
    g_autofree char *got = date_day(NULL, 1767225000 - 2000, 1767227400);
    assert_string_equal(got, "Yesterday");
}

static void
times_are_full_or_short(void **state)
{
    static const struct {
        gint64 time;
        const char *want;
    } cases[] = {
        {NOON - 3600 * 9 - 45 * 60, "today at 02:15"},
        {NOON - DAY, "yesterday at 12:00"},
        {NOON - 3 * DAY, "22 November 2026 at 12:00"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got = date_full(NULL, cases[i].time, NOON);
        assert_string_equal(got, cases[i].want);
    }
    g_autofree char *clock = date_clock(NOON);
    assert_string_equal(clock, "12:00");
}

static void
sizes_are_rounded(void **state)
{
    static const struct {
        guint64 bytes;
        const char *want;
    } cases[] = {
        {0, "0 bytes"},      {999, "999 bytes"},    {1000, "1 KB"},
        {181499, "181 KB"},  {999499, "999 KB"},    {999500, "1.0 MB"},
        {1250000, "1.3 MB"}, {26214400, "26.2 MB"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got = size_words(NULL, cases[i].bytes);
        assert_string_equal(got, cases[i].want);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_have_names),
        cmocka_unit_test(yesterday_is_another_day_across_months_and_years),
        cmocka_unit_test(times_are_full_or_short),
        cmocka_unit_test(sizes_are_rounded),
    };
    setenv("TZ", "UTC", 1);
    tzset();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
