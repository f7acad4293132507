#include "core/base/log.h"

#include <stdarg.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "core/base/error.h"

/* syslog puts the name before each line itself. */
#define HEAD "sceau: "
#define VALUE_MAX 400

/* Where lines go is decided once, before there are threads. */
static gboolean to_syslog = FALSE;

gboolean
log_open(const char *name)
{
    to_syslog = strcmp(name, "syslog") == 0;
    if (to_syslog)
        openlog("sceau", LOG_PID | LOG_NDELAY, LOG_DAEMON);
    return to_syslog || strcmp(name, "stderr") == 0;
}

/* Quotes a value that would not read as one word. */
static void
append_value(GString *line, const char *value)
{
    if (value == NULL) {
        g_string_append_c(line, '-');
        return;
    }

    g_autofree char *quoted = error_quote(value, -1, VALUE_MAX);
    if (*quoted != '\0' && strpbrk(quoted, " \"=") == NULL &&
        strcmp(quoted, "-") != 0) {
        g_string_append(line, quoted);
        return;
    }
    g_string_append_c(line, '"');
    for (const char *p = quoted; *p != '\0'; p++) {
        if (*p == '"')
            g_string_append(line, "\\x22");
        else
            g_string_append_c(line, *p);
    }
    g_string_append_c(line, '"');
}

/*
 * One write for the whole line: lines of several threads and processes do not
 * mix. What cannot be written is lost; a log must never stop the mail.
 */
static void
write_line(GString *line)
{
    if (to_syslog) {
        syslog(LOG_NOTICE, "%s", line->str + strlen(HEAD));
        g_string_free(line, TRUE);
        return;
    }
    g_string_append_c(line, '\n');
    gssize written G_GNUC_UNUSED = write(STDERR_FILENO, line->str, line->len);
    g_string_free(line, TRUE);
}

void
log_event(const char *event, ...)
{
    GString *line = g_string_new(HEAD);
    append_value(line, event);

    va_list pairs;
    va_start(pairs, event);
    const char *key;
    while ((key = va_arg(pairs, const char *)) != NULL) {
        const char *value = va_arg(pairs, const char *);
        g_string_append_printf(line, " %s=", key);
        append_value(line, value);
    }
    va_end(pairs);
    write_line(line);
}

void
log_error(const char *event, const GError *error)
{
    log_event(event, "error", app_error_name(app_error_code(error)), "what",
              error != NULL ? error->message : NULL, NULL);
}
