/*
 * One person, table by table: everything that is kept about an account, to
 * be given out and to be deleted. The one module that knows all tables of
 * people; a test fails when a new one is missing here. Nothing sealed is
 * opened, and nothing sealed is given out.
 */
#ifndef SCEAU_STORE_PERSON_H
#define SCEAU_STORE_PERSON_H

#include "core/base/json.h"
#include "core/store/db.h"

/* One member of out for each kind of thing that is kept, an array of objects
 * with plain names. */
gboolean person_export(Db *db, gint64 account, Json *out, GError **error);

/* The tables that person_export reads, by number; NULL after the last. */
const char *person_table(gsize index);
/* Those it leaves out: they say nothing that others do not say too. */
const char *const *person_tables_left_out(void);
/* Those whose rows outlive the account. */
const char *const *person_tables_kept(void);

/* Deletes the account and all that hangs on it, but for the tables that are
 * kept; inside the caller's transaction. */
gboolean person_delete(Db *db, gint64 account, GError **error);

#endif
