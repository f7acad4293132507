/*
 * Support codes (B11): what a person reads out from an error panel so that
 * helpdesk finds what went wrong. A code stands for the account, the kind of
 * error, the pattern of the page and a time, and perhaps the certificate of a
 * correspondent; for no content and no address. Kept for thirty days.
 *
 * Eight characters of 31 that are hard to confuse, in two groups: seven at
 * random and a check, by which every single misheard character and every two
 * exchanged neighbours are found.
 */
#ifndef SCEAU_STORE_SUPPORT_CODE_H
#define SCEAU_STORE_SUPPORT_CODE_H

#include "core/store/db.h"

#define SUPPORT_CODE_DAYS 30
/* Of one account, and of all who are not signed in: the newest are kept. */
#define SUPPORT_CODES_MAX 100

typedef struct {
    char *code;     /* "K7QM-2XPD" */
    gint64 account; /* 0: nobody was signed in */
    char *error;    /* app_error_name(), or a verdict's code */
    char *route;    /* "/mail/{}/{}" */
    char *kid;      /* or NULL */
    gint64 created;
} SupportCode;

void support_code_free(SupportCode *code);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SupportCode, support_code_free)

/* A new code, which stands for nothing yet. */
char *support_code_new(void);
/* The one code of these texts and this day; the same question gives the same
 * answer, so that a page shown twice makes one row. */
char *support_code_of(GBytes *key, gint64 account, const char *kid,
                      const char *error, gint64 now);
/* As somebody typed it: any case, spaces and dashes. APP_ERROR_INPUT when the
 * check does not hold: a character was misheard or left out. */
char *support_code_read(const char *text, GError **error);

/* what->created is now. One that is there already is left alone. */
gboolean support_code_save(Db *db, const SupportCode *what, gint64 now,
                           GError **error);
/* NULL without error when there is none, or no longer. code: as
 * support_code_read() gives it. */
SupportCode *support_code_find(Db *db, const char *code, gint64 now,
                               GError **error);
/* SupportCode of the account, the newest first. */
GPtrArray *support_code_list(Db *db, gint64 account, guint limit, gint64 now,
                             GError **error);
gboolean support_code_sweep(Db *db, gint64 now, GError **error);
#endif
