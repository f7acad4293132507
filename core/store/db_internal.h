/* What db.c and stmt.c share: a connection's handle and its statements. */
#ifndef SCEAU_STORE_DB_INTERNAL_H
#define SCEAU_STORE_DB_INTERNAL_H

#include <sqlite3.h>

#include "core/store/db.h"

struct Db {
    sqlite3 *handle;
    const char *const *schema; /* NULL-terminated: what grows it */
    /* Statements that are ready and not in use, by their text: preparing them
     * again was a good part of what a page cost. */
    GHashTable *ready;
    GPtrArray *later; /* run at the commit, forgotten at the rollback */
};

/* Sets error to what SQLite says is wrong; always FALSE. */
gboolean db_fail(Db *db, GError **error);

#endif
