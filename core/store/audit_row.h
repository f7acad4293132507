/* A row of the table audit, for the module beside it. */
#ifndef SCEAU_STORE_AUDIT_ROW_H
#define SCEAU_STORE_AUDIT_ROW_H

#include "core/store/audit.h"

#define AUDIT_COLUMNS                                                        \
    "SELECT id, COALESCE(account, 0), subject, actor, source, act, before,"  \
    " after, created, hash FROM audit"

/* An AuditRow, of a statement that begins with them. */
gpointer audit_from_row(Stmt *st);

#endif
