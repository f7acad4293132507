/*
 * The numbered files of core/store/schema, in order, NULL at the end; made
 * into C by schema.awk. A database's user_version is the number applied.
 */
#ifndef SCEAU_STORE_SCHEMA_H
#define SCEAU_STORE_SCHEMA_H

#include <stddef.h>

extern const char *const schema_files[];

#endif
