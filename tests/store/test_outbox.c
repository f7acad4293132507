#include "core/store/outbox.h"

#include <sys/wait.h>

#include "core/base/secret.h"
#include "core/store/keyreq.h"
#include "core/store/session.h"
#include "core/store/spool.h"
#include "tests/store/accounts.h"

static gint64
spool_with_text(Db *db)
{
    g_autoptr(GBytes) key = NULL;
    SpoolWriter *writer = spool_create(db, NOW, &key, NULL);
    assert_true(spool_write(writer, (const guint8 *)"x", 1, NULL));
    return spool_finish(writer, NULL);
}

static gint64
create(const Fixture *fixture, const char *key, const char *form,
       GError **error)
{
    g_autoptr(GBytes) content = g_bytes_new("content-canary", 14);
    return outbox_create(fixture->db, fixture->key, fixture->alice, key, form,
                         "id@demo.test", content,
                         spool_with_text(fixture->db), NOW, error);
}

static OutboxItem *
load(const Fixture *fixture, gint64 id)
{
    g_autoptr(GError) error = NULL;
    OutboxItem *item =
        outbox_load(fixture->db, fixture->key, fixture->alice, id, &error);
    expect_fine(item != NULL, error, "load");
    return item;
}

static gboolean
set(const Fixture *fixture, gint64 id, OutboxState state, gint64 now)
{
    return outbox_set(fixture->db, fixture->key, id, state, NULL,
                      "{\"result\":\"canary\"}", now, NULL);
}

static void
row_gives_back_what_was_stored(void **state)
{
    const Fixture *fixture = *state;
    gint64 id = create(fixture, "ticket", "form", NULL);
    g_autoptr(OutboxItem) got = load(fixture, id);
    assert_int_equal(got->state, OUTBOX_WAITING);
    assert_string_equal(got->message_id, "id@demo.test");
    assert_memory_equal(g_bytes_get_data(got->content, NULL),
                        "content-canary", 14);
    assert_null(got->result);
    assert_false(got->filed);

    static const char *const keys[] = {"ticket", "form"};
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        g_autoptr(OutboxItem) found = outbox_find(
            fixture->db, fixture->key, fixture->alice, keys[i], NULL);
        assert_int_equal(found->id, id);
        assert_null(outbox_find(fixture->db, fixture->key, fixture->bob,
                                keys[i], NULL));
    }
}

static void
sec_65_same_key_or_form_is_one_message(void **state)
{
    const Fixture *fixture = *state;
    static const struct {
        const char *name, *key, *form;
        gboolean good;
    } cases[] = {
        {"first", "ticket", "form", TRUE},
        {"same ticket", "ticket", "other", FALSE},
        {"same form under another ticket", "ticket2", "form", FALSE},
        {"another", "ticket3", "form3", TRUE},
        {"without form", "ticket4", NULL, TRUE},
        {"another without form", "ticket5", NULL, TRUE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        gint64 id = create(fixture, cases[i].key, cases[i].form, &error);
        if (cases[i].good)
            expect_fine(id > 0, error, cases[i].name);
        else
            expect_app_error(error, APP_ERROR_CONFLICT, cases[i].name);
    }
}

static void
sec_65_only_waiting_and_failed_can_be_claimed(void **state)
{
    const Fixture *fixture = *state;
    static const struct {
        OutboxState state;
        gboolean claimed;
    } cases[] = {
        {OUTBOX_WAITING, TRUE}, {OUTBOX_SENDING, FALSE},
        {OUTBOX_SENT, FALSE},   {OUTBOX_UNKNOWN, FALSE},
        {OUTBOX_FAILED, TRUE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *key = secret_token_new();
        gint64 id = create(fixture, key, NULL, NULL);
        assert_true(set(fixture, id, cases[i].state, NOW));
        g_autoptr(GError) error = NULL;
        gboolean got = outbox_claim(fixture->db, id, NOW, &error);
        assert_int_equal(got, cases[i].claimed);
        if (!got)
            expect_app_error(error, APP_ERROR_CONFLICT, "claim");
        g_autoptr(OutboxItem) item = load(fixture, id);
        assert_int_equal(item->state, got ? OUTBOX_SENDING : cases[i].state);
    }
}

static void
sec_65_filing_wipes_content_and_keeps_the_result(void **state)
{
    const Fixture *fixture = *state;
    gint64 id = create(fixture, "ticket", "form", NULL);
    assert_true(set(fixture, id, OUTBOX_SENT, NOW));
    assert_true(outbox_filed(fixture->db, id, NULL));
    g_autoptr(OutboxItem) got = load(fixture, id);
    assert_null(got->content);
    assert_int_equal(got->spool, 0);
    assert_true(got->filed);
    assert_string_equal(got->result, "{\"result\":\"canary\"}");
}

static void
discarding_refuses(void **state)
{
    const Fixture *fixture = *state;
    gint64 id = create(fixture, "ticket", NULL, NULL);
    g_autoptr(GError) error = NULL;
    assert_false(outbox_delete(fixture->db, fixture->bob, id, &error));
    expect_app_error(error, APP_ERROR_NOT_FOUND, "another's");
    g_clear_error(&error);
    assert_true(outbox_claim(fixture->db, id, NOW, NULL));
    assert_false(outbox_delete(fixture->db, fixture->alice, id, &error));
    expect_app_error(error, APP_ERROR_CONFLICT, "while it is sent");
    assert_true(set(fixture, id, OUTBOX_FAILED, NOW));
    assert_true(outbox_delete(fixture->db, fixture->alice, id, NULL));
    assert_int_equal(number_of(fixture->db, "SELECT count(*) FROM spool"), 0);
}

static void
sec_65_sweep_makes_lost_sendings_unknown(void **state)
{
    const Fixture *fixture = *state;
    gint64 id = create(fixture, "ticket", NULL, NULL);
    assert_true(outbox_claim(fixture->db, id, NOW, NULL));
    assert_true(outbox_sweep(fixture->db, NOW + 599, NULL));
    g_autoptr(OutboxItem) before = load(fixture, id);
    assert_int_equal(before->state, OUTBOX_SENDING);

    assert_true(outbox_sweep(fixture->db, NOW + 600, NULL));
    g_autoptr(OutboxItem) after = load(fixture, id);
    assert_int_equal(after->state, OUTBOX_UNKNOWN);
    assert_string_equal(after->reason, "unknown-outcome");
    assert_non_null(after->content);
    assert_false(outbox_claim(fixture->db, id, NOW + 601, NULL));
    /* It stays until the person has decided. */
    assert_true(outbox_sweep(fixture->db, NOW + 100 * 24 * 3600, NULL));
    g_autoptr(OutboxItem) later = load(fixture, id);
    assert_int_equal(later->state, OUTBOX_UNKNOWN);
}

static void
sweep_wipes_what_was_sent_and_forgets_after_a_day(void **state)
{
    const Fixture *fixture = *state;
    gint64 sent = create(fixture, "ticket", NULL, NULL);
    gint64 waiting = create(fixture, "other", NULL, NULL);
    assert_true(set(fixture, sent, OUTBOX_SENT, NOW));
    assert_true(outbox_sweep(fixture->db, NOW + 600, NULL));
    g_autoptr(OutboxItem) got = load(fixture, sent);
    assert_null(got->content);
    assert_non_null(got->result);

    assert_true(outbox_sweep(fixture->db, NOW + 24 * 3600 + 1, NULL));
    assert_null(
        outbox_load(fixture->db, fixture->key, fixture->alice, sent, NULL));
    g_autoptr(OutboxItem) left = load(fixture, waiting);
    assert_non_null(left->content);
}

/* SEC-60: neither content nor recipients (in the result) on the disk. */
static void
sec_60_outbox_is_sealed_on_the_disk(void **state)
{
    g_autofree char *folder = temporary_folder();
    g_autoptr(Db) db = folder_db(folder);
    g_autoptr(GBytes) key = some_key(1);
    g_autoptr(GBytes) other = some_key(2);
    Fixture fixture = {db, key, new_account(db, "alice@demo.test"), 0};
    gint64 id = create(&fixture, "ticket-canary", "form-canary", NULL);
    assert_true(set(&fixture, id, OUTBOX_FAILED, NOW));
    assert_false(folder_holds(folder, "canary"));

    /* Another server key: as good as wiped, and the row still tells. */
    g_autoptr(OutboxItem) got =
        outbox_load(db, other, fixture.alice, id, NULL);
    assert_non_null(got);
    assert_null(got->content);
    assert_int_equal(got->state, OUTBOX_FAILED);
    g_clear_pointer(&db, db_close);
    remove_folder(folder);
}

/* The steps of answering a key request, in order; a worker dies after any. */
typedef enum {
    STEP_BEGIN,
    STEP_REMOVE,
    STEP_CREATE,
    STEP_COMMIT,
    STEP_CLAIM,
    STEP_SENT,
    STEP_FILED,
    STEP_WIPED,
    N_STEPS,
} Step;

static void
die_after(Step step, const char *folder, const char *ticket, gint64 alice,
          gint64 spool)
{
    g_autoptr(GBytes) key = some_key(1);
    g_autoptr(GBytes) content = g_bytes_new("content", 7);
    Db *db = folder_db(folder);
    gint64 id = 0;
    for (Step at = STEP_BEGIN; at <= step; at++) {
        gboolean ok = FALSE;
        switch (at) {
        case STEP_BEGIN:
            ok = db_begin(db, NULL);
            break;
        case STEP_REMOVE:
            ok = keyreq_remove(db, ticket, NULL);
            break;
        case STEP_CREATE:
            id = outbox_create(db, key, alice, ticket, NULL, "id", content,
                               spool, NOW, NULL);
            ok = id > 0;
            break;
        case STEP_COMMIT:
            ok = db_commit(db, NULL);
            break;
        case STEP_CLAIM:
            ok = outbox_claim(db, id, NOW, NULL);
            break;
        case STEP_SENT:
            ok = outbox_set(db, key, id, OUTBOX_SENT, NULL, "{}", NOW, NULL);
            break;
        case STEP_FILED:
            ok = outbox_filed(db, id, NULL);
            break;
        case STEP_WIPED:
            ok = spool_wipe(db, spool, NULL);
            break;
        case N_STEPS:
            break;
        }
        if (!ok)
            _exit(1);
    }
    /* No destructor, no close: as kill -9 would. */
    _exit(0);
}

/* The tables are in a transaction that never ended, or in all of it. */
static void
check_after(Step step, const char *folder, const char *ticket, gint64 alice)
{
    static const OutboxState want[] = {
        [STEP_COMMIT] = OUTBOX_WAITING, [STEP_CLAIM] = OUTBOX_UNKNOWN,
        [STEP_SENT] = OUTBOX_SENT,      [STEP_FILED] = OUTBOX_SENT,
        [STEP_WIPED] = OUTBOX_SENT,
    };
    g_autoptr(GBytes) key = some_key(1);
    g_autoptr(Db) db = folder_db(folder);
    gint64 requests = number_of(db, "SELECT count(*) FROM keyreq");
    assert_true(outbox_sweep(db, NOW + 3600, NULL));
    g_autoptr(OutboxItem) item = outbox_find(db, key, alice, ticket, NULL);
    if (step < STEP_COMMIT) {
        assert_int_equal(requests, 1);
        assert_null(item);
        assert_int_equal(number_of(db, "SELECT count(*) FROM spool"), 1);
        return;
    }
    assert_int_equal(requests, 0);
    assert_non_null(item);
    assert_int_equal(item->state, want[step]);
    /* Sent and swept: nothing of it is left; else everything is. What lost
     * its key in between is an orphan, and swept as one. */
    assert_true(keyreq_sweep(db, NOW + 7200, NULL));
    gboolean kept = item->state != OUTBOX_SENT;
    assert_int_equal(item->content != NULL, kept);
    assert_int_equal(number_of(db, "SELECT count(*) FROM spool"),
                     kept ? 1 : 0);
}

static void
sec_65_worker_may_die_after_any_step(void **state)
{
    for (Step step = STEP_BEGIN; step < N_STEPS; step++) {
        g_autofree char *folder = temporary_folder();
        g_autoptr(Db) db = folder_db(folder);
        g_autoptr(GBytes) key = some_key(1);
        g_autoptr(GBytes) resume = g_bytes_new("r", 1);
        gint64 alice = new_account(db, "alice@demo.test");
        g_autofree char *cookie =
            session_create(db, key, alice, "x", "x", NOW, NULL);
        gint64 session = db_last_id(db);
        gint64 spool = spool_with_text(db);
        assert_true(keyreq_create(db, alice, session, KEYREQ_SIGN, "ticket",
                                  resume, spool, NOW + 300, NULL));
        /* SQLite connections do not survive a fork. */
        g_clear_pointer(&db, db_close);

        pid_t child = fork();
        if (child == 0)
            die_after(step, folder, "ticket", alice, spool);
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_int_equal(status, 0);
        check_after(step, folder, "ticket", alice);
        remove_folder(folder);
    }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(row_gives_back_what_was_stored),
        TEST(sec_65_same_key_or_form_is_one_message),
        TEST(sec_65_only_waiting_and_failed_can_be_claimed),
        TEST(sec_65_filing_wipes_content_and_keeps_the_result),
        TEST(discarding_refuses),
        TEST(sec_65_sweep_makes_lost_sendings_unknown),
        TEST(sweep_wipes_what_was_sent_and_forgets_after_a_day),
        cmocka_unit_test(sec_60_outbox_is_sealed_on_the_disk),
        cmocka_unit_test(sec_65_worker_may_die_after_any_step),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
