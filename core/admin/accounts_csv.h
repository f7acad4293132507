/*
 * Accounts by list (S1, O9): one line each, "address,option[,group]", with
 * commas, semicolons or tabs. Reading changes nothing and says of every wrong
 * line why; the good ones are applied on request, all of them or none.
 */
#ifndef SCEAU_ADMIN_ACCOUNTS_CSV_H
#define SCEAU_ADMIN_ACCOUNTS_CSV_H

#include "core/admin/office.h"

#define ACCOUNTS_CSV_MAX_BYTES (2 * 1024 * 1024)
#define ACCOUNTS_CSV_MAX_LINES 50000

typedef struct {
    guint line;
    char *address;
    char *option; /* one of the policy's, "inherit", or NULL: as it is */
    gint64 group; /* 0: none */
} AccountsCsvRow;

typedef struct {
    guint line;
    /* "columns", "address", "option", "group", "twice" or "reach" */
    const char *reason;
    char *text; /* of the line, cut, printable */
} AccountsCsvFault;

typedef struct {
    GPtrArray *rows;   /* AccountsCsvRow, good */
    GPtrArray *faults; /* AccountsCsvFault */
    guint fresh;       /* rows whose address has no account yet */
} AccountsCsv;

void accounts_csv_free(AccountsCsv *csv);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AccountsCsv, accounts_csv_free)

/* APP_ERROR_INPUT for what is no text or has no line, APP_ERROR_TOO_LARGE
 * beyond the limits. */
AccountsCsv *accounts_csv_read(const Office *office, GBytes *file,
                               GError **error);
/* Applies the good rows in one transaction. */
gboolean accounts_csv_apply(const Office *office, const AccountsCsv *csv,
                            GError **error);

/* A reason in English, for the terminal. */
const char *accounts_csv_reason(const char *reason);

#endif
