#include "core/store/spool.h"

#include "core/base/secret.h"
#include "tests/store/store_test.h"

#define CHUNK (256 * 1024)

/* Bytes that tell their place. */
static GBytes *
pattern(gsize size)
{
    guint8 *data = g_malloc(size + 1);
    for (gsize i = 0; i < size; i++)
        data[i] = (guint8)((i * 2654435761U) >> 16);
    return g_bytes_new_take(data, size);
}

/* Written in pieces of step bytes. */
static gint64
spool_of(Db *db, GBytes *content, gsize step, GBytes **key)
{
    g_autoptr(GError) error = NULL;
    gsize size;
    const guint8 *data = g_bytes_get_data(content, &size);
    assert_true(db_begin(db, NULL));
    SpoolWriter *writer = spool_create(db, NOW, key, &error);
    expect_fine(writer != NULL, error, "create");
    for (gsize at = 0; at < size; at += step)
        assert_true(
            spool_write(writer, data + at, MIN(step, size - at), NULL));
    gint64 id = spool_finish(writer, &error);
    expect_fine(id > 0, error, "finish");
    assert_true(db_commit(db, NULL));
    return id;
}

/* The whole content, read in pieces of step bytes; NULL with error. */
static GBytes *
content_of(Db *db, gint64 id, GBytes *key, gsize step, GError **error)
{
    SpoolReader *reader = spool_open(db, id, key, error);
    if (reader == NULL)
        return NULL;
    g_autofree guint8 *buffer = g_malloc(step);
    GByteArray *out = g_byte_array_new();
    gssize got;
    while ((got = spool_read(reader, buffer, step, error)) > 0)
        g_byte_array_append(out, buffer, (guint)got);
    spool_reader_free(reader);
    GBytes *bytes = g_byte_array_free_to_bytes(out);
    if (got < 0)
        g_clear_pointer(&bytes, g_bytes_unref);
    return bytes;
}

static void
content_comes_back_whole(void **state)
{
    static const struct {
        gsize size, write, read;
    } cases[] = {
        {0, 1, 10},
        {1, 1, 1},
        {1000, 7, 13},
        {CHUNK - 1, 65536, 4096},
        {CHUNK, 65536, 65536},
        {CHUNK + 1, CHUNK + 1, CHUNK},
        {3 * CHUNK, 100000, 99999},
        {3 * CHUNK + 5, 3 * CHUNK + 5, 1000000},
    };
    g_autoptr(Db) db = memory_db();
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GBytes) want = pattern(cases[i].size);
        g_autoptr(GBytes) key = NULL;
        g_autoptr(GError) error = NULL;
        gint64 id = spool_of(db, want, cases[i].write, &key);
        g_autoptr(GBytes) got =
            content_of(db, id, key, cases[i].read, &error);
        expect_fine(got != NULL, error, "content");
        assert_true(g_bytes_equal(got, want));
        assert_true(spool_delete(db, id, NULL));
    }
    assert_int_equal(number_of(db, "SELECT count(*) FROM spool_chunk"), 0);
}

static void
run_sql(Db *db, const char *statement)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Stmt) st = db_prepare(db, statement, &error);
    expect_fine(st != NULL && stmt_run(st, &error), error, statement);
}

/* What someone who can write to the database could try. */
static void
manipulated_content_is_refused(void **state)
{
    static const struct {
        const char *name, *sql;
    } cases[] = {
        {"last chunk cut off, count mended",
         "UPDATE spool SET chunks = 2 WHERE id = 1"},
        {"count too high", "UPDATE spool SET chunks = 4 WHERE id = 1"},
        {"chunk missing",
         "DELETE FROM spool_chunk WHERE spool = 1 AND number = 1"},
        {"chunks swapped",
         "UPDATE spool_chunk SET number = CASE number WHEN 0 THEN 11"
         " ELSE 10 END WHERE spool = 1 AND number IN (0, 1)"},
        {"chunk of another spool",
         "UPDATE spool_chunk SET data = (SELECT data FROM spool_chunk"
         " WHERE spool = 2 AND number = 1) WHERE spool = 1 AND number = 1"},
        {"byte changed", "UPDATE spool_chunk SET data ="
                         " CAST(x'00' || substr(data, 2) AS BLOB)"
                         " WHERE spool = 1 AND number = 2"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Db) db = memory_db();
        g_autoptr(GBytes) content = pattern(2 * CHUNK + 100);
        g_autoptr(GBytes) key = NULL;
        g_autoptr(GBytes) other_key = NULL;
        gint64 id = spool_of(db, content, 65536, &key);
        spool_of(db, content, 65536, &other_key);
        run_sql(db, cases[i].sql);
        if (strcmp(cases[i].name, "chunks swapped") == 0)
            run_sql(db, "UPDATE spool_chunk SET number = number - 10"
                        " WHERE number >= 10");

        g_autoptr(GError) error = NULL;
        g_autoptr(GBytes) got = content_of(db, id, key, 65536, &error);
        if (got != NULL)
            fail_msg("%s was read", cases[i].name);
        expect_app_error(error, APP_ERROR_NOT_FOUND, cases[i].name);
    }
}

static void
sec_57_content_is_sealed_on_the_disk(void **state)
{
    g_autofree char *folder = temporary_folder();
    g_autoptr(Db) db = folder_db(folder);
    g_autofree char *text = g_strnfill(CHUNK, 'x');
    g_autofree char *canary =
        g_strconcat(text, "canary-0123456789abcdef", text, NULL);
    g_autoptr(GBytes) content = g_bytes_new(canary, strlen(canary));
    g_autoptr(GBytes) key = NULL;
    g_autoptr(GBytes) wrong = some_key(9);
    g_autoptr(GError) error = NULL;
    gint64 id = spool_of(db, content, 65536, &key);
    assert_false(folder_holds(folder, "canary-0123456789abcdef"));
    assert_false(folder_holds(folder, "xxxxxxxxxxxxxxxx"));
    assert_null(content_of(db, id, wrong, 65536, &error));
    expect_app_error(error, APP_ERROR_NOT_FOUND, "wrong key");
    g_clear_pointer(&db, db_close);
    remove_folder(folder);
}

static void
spool_that_is_rolled_back_leaves_nothing(void **state)
{
    g_autoptr(Db) db = memory_db();
    g_autoptr(GBytes) key = NULL;
    assert_true(db_begin(db, NULL));
    SpoolWriter *writer = spool_create(db, NOW, &key, NULL);
    assert_true(spool_write(writer, (const guint8 *)"x", 1, NULL));
    spool_abandon(writer);
    db_rollback(db);
    assert_int_equal(number_of(db, "SELECT count(*) FROM spool"), 0);
}

/* Between two reads nothing is held: another connection may write. */
static void
reader_does_not_hold_the_database(void **state)
{
    g_autofree char *folder = temporary_folder();
    g_autoptr(Db) db = folder_db(folder);
    g_autoptr(Db) other = folder_db(folder);
    g_autoptr(GBytes) content = pattern(CHUNK + 1);
    g_autoptr(GBytes) key = NULL;
    gint64 id = spool_of(db, content, 65536, &key);
    SpoolReader *reader = spool_open(db, id, key, NULL);
    guint8 byte;
    assert_int_equal(spool_read(reader, &byte, 1, NULL), 1);
    new_account(other, "alice@demo.test");
    /* 0: nobody was in the way. */
    assert_int_equal(number_of(other, "PRAGMA wal_checkpoint(TRUNCATE)"), 0);
    spool_reader_free(reader);
    g_clear_pointer(&db, db_close);
    g_clear_pointer(&other, db_close);
    remove_folder(folder);
}

/* As a large one is: each piece and the end in a transaction of its own, and
 * wiped so too. */
static void
content_may_be_written_in_several_transactions(void **state)
{
    g_autoptr(Db) db = db_open(":memory:", NULL);
    g_autoptr(GBytes) key = NULL;
    g_autoptr(GBytes) content = pattern(5 * CHUNK + 1);
    gsize size;
    const guint8 *data = g_bytes_get_data(content, &size);
    SpoolWriter *writer = NULL;
    for (gsize at = 0; at < size; at += 2 * CHUNK) {
        assert_true(db_begin(db, NULL));
        if (writer == NULL)
            writer = spool_create(db, NOW, &key, NULL);
        assert_true(
            spool_write(writer, data + at, MIN(2 * CHUNK, size - at), NULL));
        assert_true(db_commit(db, NULL));
    }
    gint64 id = spool_writer_id(writer);
    assert_true(db_begin(db, NULL));
    assert_int_equal(spool_finish(writer, NULL), id);
    assert_true(db_commit(db, NULL));
    g_autoptr(GBytes) got = content_of(db, id, key, CHUNK, NULL);
    assert_true(g_bytes_equal(got, content));

    assert_true(spool_wipe(db, id, NULL));
    assert_int_equal(number_of(db, "SELECT count(*) FROM spool_chunk"), 0);
    assert_int_equal(number_of(db, "SELECT count(*) FROM spool"), 0);
    assert_true(spool_wipe(db, id, NULL));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(content_comes_back_whole),
        cmocka_unit_test(content_may_be_written_in_several_transactions),
        cmocka_unit_test(manipulated_content_is_refused),
        cmocka_unit_test(sec_57_content_is_sealed_on_the_disk),
        cmocka_unit_test(spool_that_is_rolled_back_leaves_nothing),
        cmocka_unit_test(reader_does_not_hold_the_database),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
