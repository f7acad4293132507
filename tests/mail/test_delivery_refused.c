/* What a row becomes that cannot go out, or not to everybody. */
#include "core/mail/delivery.h"

#include "core/mail/letter.h"
#include "core/store/outbox.h"
#include "core/store/spool.h"
#include "tests/mail/secure_desk.h"

/* A row with this entity as it stands, as a fault of ours might make it. */
static gint64
row_of(const Desk *desk, const char *entity)
{
    const World *world = &desk->world;
    g_autoptr(Letter) letter = letter_new();
    letter->message_id = g_strdup("x@demo.test");
    letter->from = g_strdup("alice@demo.test");
    letter->recipients = g_strsplit("bob@demo.test", ",", -1);
    letter->subject = g_strdup("subject of it");
    letter->prefix = g_strdup("From: alice@demo.test\r\n");
    letter->suffix = g_strdup("");
    letter->entity_size = (gint64)strlen(entity);
    assert_true(db_begin(world->db, NULL));
    SpoolWriter *writer =
        spool_create(world->db, world->now, &letter->spool_key, NULL);
    assert_true(
        spool_write(writer, (const guint8 *)entity, strlen(entity), NULL));
    gint64 spool = spool_finish(writer, NULL);
    g_autoptr(GBytes) content = letter_write(letter);
    g_autofree char *key = secret_token_new();
    gint64 id = outbox_create(
        world->db, world->server_key, world->account->id, key, NULL,
        letter->message_id, content, spool, world->now, NULL);
    assert_true(id > 0 && db_commit(world->db, NULL));
    return id;
}

static void
s17_message_that_breaks_the_rules_has_failed(void **state)
{
    static const struct {
        const char *name, *entity;
    } cases[] = {
        {"lone LF", "\r\none\ntwo\r\n"},
        {"lone CR", "\r\none\rtwo\r\n"},
        {"no end", "\r\none"},
    };
    Desk *desk = secure_desk(state);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        gint64 id = row_of(desk, cases[i].entity);
        g_autoptr(GError) error = NULL;
        g_autoptr(Json) result = json_of(
            delivery_run(&desk->world, id, &error), &error, cases[i].name);
        expect_result(result, "failed malformed", cases[i].name);
        assert_true(outgoing_discard(&desk->world, id, &error));
    }
    assert_int_equal(
        desk_count(desk, "bob@demo.test", "", "x@demo.test", NULL), 0);
    secure_close(desk);
}

static void
sent_message_is_known_by_its_subject_for_a_day(void **state)
{
    Desk *desk = secure_desk(state);
    g_autofree char *key = secret_token_new();
    const ComposeForm form = {
        .to = "bob@demo.test", .subject = "Ordre du jour", .send_key = key};
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) sent =
        json_of(outgoing_send(&desk->world, &form, &error), &error, "send");
    expect_result(sent, "sent", "plain");
    g_autoptr(Json) stored =
        json_of(outgoing_result(&desk->world, key, &error), &error, "stored");
    assert_string_equal(json_get_text(stored, "subject", NULL),
                        "Ordre du jour");
    assert_string_equal(json_get_text(stored, "protection", NULL), "none");
    desk_run("! grep -rqaF 'Ordre du jour' '%s/db'", desk->folder);
    desk->world.now += 24 * 3600 + 1;
    assert_true(outbox_sweep(desk->world.db, desk->world.now, NULL));
    assert_null(outgoing_result(&desk->world, key, NULL));
    secure_close(desk);
}

/* Bob's copy is sent; carol's address is refused by the server. */
static void
sec_33_refused_bcc_is_named_and_kept(void **state)
{
    Desk *desk = secure_desk(state);
    World *world = &desk->world;
    g_autofree char *kid = secure_own(desk);
    secure_contact(desk, "bob", FALSE, FALSE);
    secure_contact(desk, "nobody", TRUE, FALSE);
    const ComposeForm form = {
        .to = "bob@demo.test", .bcc = "nobody@demo.test", .text = "x"};
    g_autoptr(Json) request = secure_prepare(desk, &form, kid);
    g_autoptr(Json) result = secure_finish(desk, request);
    expect_result(result, "sent", "one of two");
    const Json *list = json_get_array(result, "recipients", NULL);
    assert_int_equal(json_array_length(list), 2);
    assert_true(json_bool(json_member(json_array_item(list, 0), "accepted")));
    assert_false(
        json_bool(json_member(json_array_item(list, 1), "accepted")));
    assert_int_equal(outgoing_count(world, NULL), 1);
    /* What is left can be thrown away; what was sent stays known. */
    g_autoptr(GPtrArray) items = outgoing_list(world, NULL);
    assert_int_equal(items->len, 1);
    const OutgoingItem *item = g_ptr_array_index(items, 0);
    assert_string_equal(item->state, "failed");
    assert_string_equal(item->recipients, "nobody@demo.test");
    g_autoptr(GError) error = NULL;
    assert_true(outgoing_discard(world, item->id, &error));
    assert_int_equal(outgoing_count(world, NULL), 0);
    g_autoptr(Json) stored =
        json_of(outgoing_result(world, json_get_text(request, "ticket", NULL),
                                &error),
                &error, "stored");
    expect_result(stored, "sent", "bob's");
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM spool"), 0);
    secure_close(desk);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(s17_message_that_breaks_the_rules_has_failed),
        cmocka_unit_test(sent_message_is_known_by_its_subject_for_a_day),
        cmocka_unit_test(sec_33_refused_bcc_is_named_and_kept),
    };
    return cmocka_run_group_tests(tests, real_setup, real_teardown);
}
