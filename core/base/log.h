/*
 * One escaped line per event, to standard error or syslog (SEC-59). Values
 * never include subjects, bodies, keys, cookies or passwords; every value is
 * escaped here, so a caller may pass text from outside.
 */
#ifndef SCEAU_BASE_LOG_H
#define SCEAU_BASE_LOG_H

#include <glib.h>

/*
 * log_event("sign-in", "account", address, "result", "ok", NULL): pairs of
 * key and value; a NULL value is printed as "-".
 */
void log_event(const char *event, ...) G_GNUC_NULL_TERMINATED;

/* "stderr" (the first choice) or "syslog"; FALSE for any other name. Called
 * before there are threads. */
gboolean log_open(const char *name);
void log_error(const char *event, const GError *error);

#endif
