#include "fcgi/dates.h"

#include <time.h>

#include "fcgi/messages.h"

static const char *const weekdays[] = {
    N_("Sunday"),   N_("Monday"), N_("Tuesday"),  N_("Wednesday"),
    N_("Thursday"), N_("Friday"), N_("Saturday"),
};

static const char *const months[] = {
    N_("January"),   N_("February"), N_("March"),    N_("April"),
    N_("May"),       N_("June"),     N_("July"),     N_("August"),
    N_("September"), N_("October"),  N_("November"), N_("December"),
};

/* GLib's local times read /etc/localtime anew each time: two hundred calls
 * to the system for a page. A time no calendar holds becomes its beginning.
 */
static struct tm
local(gint64 seconds)
{
    struct tm date = {0};
    const time_t time = (time_t)seconds;
    const time_t beginning = 0;
    if (localtime_r(&time, &date) == NULL)
        localtime_r(&beginning, &date);
    return date;
}

/* A day before another is so in every time zone: mktime() would look into
 * /etc/localtime for each row. */
static gboolean
is_today(const struct tm *date, gint64 now, int days_ago)
{
    struct tm day = local(now);
    day.tm_mday -= days_ago;
    timegm(&day);
    return day.tm_year == date->tm_year && day.tm_yday == date->tm_yday;
}

char *
date_clock(gint64 time)
{
    struct tm date = local(time);
    return g_strdup_printf("%02d:%02d", date.tm_hour, date.tm_min);
}

/* Sentence case: a French weekday is written small, but not as a title. */
static char *
first_upper(const char *text)
{
    char first[8] = "";
    g_unichar_to_utf8(g_unichar_toupper(g_utf8_get_char(text)), first);
    return g_strconcat(first, text + g_utf8_skip[(guchar)*text], NULL);
}

static char *
number(int value)
{
    return g_strdup_printf("%d", value);
}

char *
date_day(const Catalogue *words, gint64 time, gint64 now)
{
    struct tm date = local(time);
    if (is_today(&date, now, 0))
        return g_strdup(catalogue_text(words, N_("Today")));
    if (is_today(&date, now, 1))
        return g_strdup(catalogue_text(words, N_("Yesterday")));

    g_autofree char *day = number(date.tm_mday);
    g_autofree char *year = number(date.tm_year + 1900);
    const char *msgid = date.tm_year == local(now).tm_year
                            ? N_("%{weekday} %{day} %{month}")
                            : N_("%{weekday} %{day} %{month} %{year}");
    const char *weekday = catalogue_text(words, weekdays[date.tm_wday]);
    const char *month = catalogue_text(words, months[date.tm_mon]);
    g_autofree char *text =
        words_fill(words, msgid, "weekday", weekday, "day", day, "month",
                   month, "year", year, NULL);
    return first_upper(text);
}

char *
date_plain(const Catalogue *words, gint64 time)
{
    struct tm date = local(time);
    g_autofree char *day = number(date.tm_mday);
    g_autofree char *year = number(date.tm_year + 1900);
    const char *month = catalogue_text(words, months[date.tm_mon]);
    return words_fill(words, N_("%{day} %{month} %{year}"), "day", day,
                      "month", month, "year", year, NULL);
}

char *
date_full(const Catalogue *words, gint64 time, gint64 now)
{
    struct tm date = local(time);
    g_autofree char *clock = date_clock(time);
    if (is_today(&date, now, 0))
        return words_fill(words, N_("today at %{time}"), "time", clock, NULL);
    if (is_today(&date, now, 1))
        return words_fill(words, N_("yesterday at %{time}"), "time", clock,
                          NULL);
    g_autofree char *day = date_plain(words, time);
    return words_fill(words, N_("%{date} at %{time}"), "date", day, "time",
                      clock, NULL);
}

char *
size_words(const Catalogue *words, guint64 bytes)
{
    if (bytes < 1000) {
        g_autofree char *whole = number((int)bytes);
        return words_fill(words, N_("%{n} bytes"), "n", whole, NULL);
    }
    if (bytes < 999500) {
        g_autofree char *whole = number((int)((bytes + 500) / 1000));
        return words_fill(words, N_("%{n} KB"), "n", whole, NULL);
    }
    int tenths = (int)((bytes + 50000) / 100000);
    g_autofree char *tenth = number(tenths % 10);
    g_autofree char *whole = number(tenths / 10);
    return words_fill(words, N_("%{n}.%{tenth} MB"), "n", whole, "tenth",
                      tenth, NULL);
}
