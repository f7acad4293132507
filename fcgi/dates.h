/* Dates and sizes as people read them, in the page's language and the
 * server's time zone. */
#ifndef SCEAU_FCGI_DATES_H
#define SCEAU_FCGI_DATES_H

#include "fcgi/i18n.h"

/* All are the caller's to free; times are Unix seconds. */
char *date_clock(gint64 time); /* "02:15" */
/* "Today", "Yesterday", "Monday 23 November", with the year if another. */
char *date_day(const Catalogue *words, gint64 time, gint64 now);
/* "3 March 2026" */
char *date_plain(const Catalogue *words, gint64 time);
/* "today at 02:15", "22 November 2026 at 02:15" */
char *date_full(const Catalogue *words, gint64 time, gint64 now);
/* "181 KB" */
char *size_words(const Catalogue *words, guint64 bytes);

#endif
