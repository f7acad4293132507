#include "fcgi/dates.h"

#include "fcgi/messages.h"

static const char *const weekdays[] = {
    N_("Monday"), N_("Tuesday"),  N_("Wednesday"), N_("Thursday"),
    N_("Friday"), N_("Saturday"), N_("Sunday"),
};

static const char *const months[] = {
    N_("January"),   N_("February"), N_("March"),    N_("April"),
    N_("May"),       N_("June"),     N_("July"),     N_("August"),
    N_("September"), N_("October"),  N_("November"), N_("December"),
};

/* A time no calendar holds, from a hostile header, becomes its beginning. */
static GDateTime *
local(gint64 time)
{
    GDateTime *date = g_date_time_new_from_unix_local(time);
    return date != NULL ? date : g_date_time_new_from_unix_local(0);
}

char *
date_clock(gint64 time)
{
    g_autoptr(GDateTime) date = local(time);
    return g_date_time_format(date, "%H:%M");
}

static gboolean
same_day(GDateTime *a, GDateTime *b)
{
    return g_date_time_get_year(a) == g_date_time_get_year(b) &&
           g_date_time_get_day_of_year(a) == g_date_time_get_day_of_year(b);
}

static gboolean
is_today(GDateTime *date, gint64 now, gint days_ago)
{
    g_autoptr(GDateTime) today = local(now);
    g_autoptr(GDateTime) day = g_date_time_add_days(today, -days_ago);
    return same_day(date, day);
}

/* Sentence case: a French weekday is written small, but not as a title. */
static char *
first_upper(const char *text)
{
    char first[8] = "";
    g_unichar_to_utf8(g_unichar_toupper(g_utf8_get_char(text)), first);
    return g_strconcat(first, text + g_utf8_skip[(guchar)*text], NULL);
}

char *
date_day(const Catalogue *words, gint64 time, gint64 now)
{
    g_autoptr(GDateTime) date = local(time);
    if (is_today(date, now, 0))
        return g_strdup(catalogue_text(words, N_("Today")));
    if (is_today(date, now, 1))
        return g_strdup(catalogue_text(words, N_("Yesterday")));

    g_autoptr(GDateTime) today = local(now);
    g_autofree char *day = g_date_time_format(date, "%-d");
    g_autofree char *year = g_date_time_format(date, "%Y");
    const char *msgid =
        g_date_time_get_year(date) == g_date_time_get_year(today)
            ? N_("%{weekday} %{day} %{month}")
            : N_("%{weekday} %{day} %{month} %{year}");
    const char *weekday = weekdays[g_date_time_get_day_of_week(date) - 1];
    const char *month = months[g_date_time_get_month(date) - 1];
    g_autofree char *text = words_fill(
        words, msgid, "weekday", catalogue_text(words, weekday), "day", day,
        "month", catalogue_text(words, month), "year", year, NULL);
    return first_upper(text);
}

char *
date_plain(const Catalogue *words, gint64 time)
{
    g_autoptr(GDateTime) date = local(time);
    g_autofree char *day = g_date_time_format(date, "%-d");
    g_autofree char *year = g_date_time_format(date, "%Y");
    const char *month = months[g_date_time_get_month(date) - 1];
    return words_fill(words, N_("%{day} %{month} %{year}"), "day", day,
                      "month", catalogue_text(words, month), "year", year,
                      NULL);
}

char *
date_full(const Catalogue *words, gint64 time, gint64 now)
{
    g_autoptr(GDateTime) date = local(time);
    g_autofree char *clock = date_clock(time);
    if (is_today(date, now, 0))
        return words_fill(words, N_("today at %{time}"), "time", clock, NULL);
    if (is_today(date, now, 1))
        return words_fill(words, N_("yesterday at %{time}"), "time", clock,
                          NULL);
    g_autofree char *day = date_plain(words, time);
    return words_fill(words, N_("%{date} at %{time}"), "date", day, "time",
                      clock, NULL);
}

char *
size_words(const Catalogue *words, guint64 bytes)
{
    g_autofree char *number = NULL;
    if (bytes < 1000) {
        number = g_strdup_printf("%u", (guint)bytes);
        return words_fill(words, N_("%{n} bytes"), "n", number, NULL);
    }
    if (bytes < 999500) {
        number = g_strdup_printf("%u", (guint)((bytes + 500) / 1000));
        return words_fill(words, N_("%{n} KB"), "n", number, NULL);
    }
    guint tenths = (guint)((bytes + 50000) / 100000);
    const char *point = catalogue_text(words, N_("%{n}.%{tenth} MB"));
    g_autofree char *tenth = g_strdup_printf("%u", tenths % 10);
    number = g_strdup_printf("%u", tenths / 10);
    return words_fill(NULL, point, "n", number, "tenth", tenth, NULL);
}
