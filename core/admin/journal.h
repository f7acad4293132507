/*
 * The journal: what administrators, helpdesk and the program did, read again.
 * Who looks sees acts on accounts of their domains and their own acts; a
 * person sees the acts on their own account.
 */
#ifndef SCEAU_ADMIN_JOURNAL_H
#define SCEAU_ADMIN_JOURNAL_H

#include "core/admin/office.h"
#include "core/base/json.h"
#include "core/store/audit.h"

/* AuditRow, the newest first; query's scope is set here. */
GPtrArray *journal_list(const Office *office, const AuditQuery *query,
                        GError **error);
/* The acts on the account of whoever asks, whatever their role. */
GPtrArray *journal_own(const Office *office, gint64 before_id, guint limit,
                       GError **error);
/* Is the chain whole? newest: see audit_verify. */
gboolean journal_verify(const Office *office, gint64 newest,
                        AuditChain *chain, GError **error);

/* One row as it is exported. */
Json *journal_json(const AuditRow *row);

typedef enum { JOURNAL_CSV, JOURNAL_JSON } JournalFormat;

/* Takes a piece of what is exported; FALSE with error ends it. */
typedef gboolean (*JournalWrite)(gpointer user, const char *text, gsize size,
                                 GError **error);

/*
 * What journal_list would show, all of it, in pieces of some hundred rows:
 * CSV after RFC 4180 with a line of names, or one JSON object a line. In CSV
 * a value that a spreadsheet would take for a formula is preceded by an
 * apostrophe.
 */
gboolean journal_export(const Office *office, const AuditQuery *query,
                        JournalFormat format, JournalWrite write,
                        gpointer user, GError **error);
#endif
