/* Accounts and a key for one test of what belongs to an account. */
#ifndef SCEAU_TESTS_STORE_ACCOUNTS_H
#define SCEAU_TESTS_STORE_ACCOUNTS_H

#include "tests/store/store_test.h"

typedef struct {
    Db *db;
    GBytes *key;
    gint64 alice, bob;
} Fixture;

static inline int
setup(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->db = memory_db();
    fixture->key = some_key(1);
    fixture->alice = new_account(fixture->db, "alice@demo.test");
    fixture->bob = new_account(fixture->db, "bob@demo.test");
    *state = fixture;
    return 0;
}

static inline int
teardown(void **state)
{
    Fixture *fixture = *state;
    db_close(fixture->db);
    g_bytes_unref(fixture->key);
    g_free(fixture);
    return 0;
}

#endif
