#include "core/mail/outgoing.h"

#include "core/base/secret.h"
#include "tests/mail/desk.h"

static Desk *
alice(void **state)
{
    Desk *desk = desk_open(*state);
    desk_sign_in(desk, "alice@demo.test");
    return desk;
}

static void
file_free(gpointer data)
{
    FormFile *file = data;
    g_bytes_unref(file->data);
    g_free(file);
}

static GPtrArray *
one_file(gsize size)
{
    FormFile *file = g_new0(FormFile, 1);
    file->name = (char *)(guintptr) "données.bin";
    file->type = (char *)(guintptr) "application/x-test";
    file->data = g_bytes_new_take(g_strnfill(size, 'f'), size);
    GPtrArray *files = g_ptr_array_new_with_free_func(file_free);
    g_ptr_array_add(files, file);
    return files;
}

static Json *
send(const Desk *desk, const ComposeForm *form, const char *name)
{
    g_autoptr(GError) error = NULL;
    return json_of(outgoing_send(&desk->world, form, &error), &error, name);
}

static void
expect_wiped(const Desk *desk)
{
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM spool"), 0);
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM outbox"
                                       " WHERE content IS NOT NULL"),
                     0);
}

static void
message_reaches_to_cc_bcc_and_sent_folder(void **state)
{
    Desk *desk = alice(state);
    g_autofree char *key = secret_token_new();
    g_autoptr(GPtrArray) files = one_file(100000);
    const ComposeForm form = {
        .to = "Bob <bob@demo.test>",
        .cc = "BOB@demo.test",
        .bcc = "carol@demo.test",
        .subject = "Réunion",
        .text = "Bonjour\n.\n..deux",
        .files = files,
        .send_key = key,
    };
    g_autoptr(Json) got = send(desk, &form, "to, cc, bcc");
    expect_result(got, "sent", "state");
    assert_true(json_bool(json_member(got, "filed")));
    const Json *recipients = json_get_array(got, "recipients", NULL);
    assert_int_equal(json_array_length(recipients), 2);

    const char *id = json_get_text(got, "message_id", NULL);
    g_autofree char *to_bob = desk_delivered(desk, "bob@demo.test", "", id);
    g_autofree char *to_carol =
        desk_delivered(desk, "carol@demo.test", "", id);
    g_autofree char *copy =
        desk_delivered(desk, "alice@demo.test", ".Sent", id);
    /* Bcc is in the envelope only. */
    assert_null(strstr(copy, "carol"));
    assert_null(g_strstr_len(copy, -1, "Bcc"));
    assert_null(strstr(strstr(to_bob, "From: alice"), "carol"));
    /* What was sent is what is kept: the same bytes from From on. */
    assert_string_equal(strstr(to_bob, "From: alice"), copy);
    expect_wiped(desk);
    desk_close(desk);
}

static void
sec_65_same_form_twice_is_one_message(void **state)
{
    Desk *desk = alice(state);
    g_autofree char *key = secret_token_new();
    const ComposeForm form = {.to = "bob@demo.test", .send_key = key};
    g_autofree char *first = outgoing_send(&desk->world, &form, NULL);
    g_autofree char *second = outgoing_send(&desk->world, &form, NULL);
    g_autofree char *stored = outgoing_result(&desk->world, key, NULL);
    assert_string_equal(first, second);
    assert_string_equal(first, stored);
    g_autoptr(Json) json = json_read(first, strlen(first), NULL);
    g_autofree char *delivered = desk_delivered(
        desk, "bob@demo.test", "", json_get_text(json, "message_id", NULL));
    g_autoptr(GError) error = NULL;
    assert_null(outgoing_result(&desk->world, "another", &error));
    expect_app_error(error, APP_ERROR_NOT_FOUND, "another key");
    desk_close(desk);
}

static void
form_refuses(void **state)
{
    static const struct {
        const char *name;
        ComposeForm form;
        AppError want;
        const char *where;
    } cases[] = {
        {"t15 another's From",
         {.from = "bob@demo.test", .to = "b@demo.test", .send_key = "k"},
         APP_ERROR_FORBIDDEN,
         "From"},
        {"t15 two From",
         {.from = "alice@demo.test, bob@demo.test",
          .to = "b@demo.test",
          .send_key = "k"},
         APP_ERROR_FORBIDDEN,
         "From"},
        {"bad To",
         {.to = "bob@demo.test, pas une adresse", .send_key = "k"},
         APP_ERROR_INPUT,
         "To: "},
        {"bad Bcc",
         {.to = "b@demo.test", .bcc = "x@", .send_key = "k"},
         APP_ERROR_INPUT,
         "Bcc: "},
        {"nobody", {.subject = "x", .send_key = "k"}, APP_ERROR_INPUT, ""},
        {"sec_51 line end in the subject",
         {.to = "b@demo.test", .subject = "a\r\nBcc: x@y", .send_key = "k"},
         APP_ERROR_INPUT,
         ""},
        {"no key", {.to = "b@demo.test"}, APP_ERROR_INPUT, "send key"},
    };
    Desk *desk = alice(state);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        assert_null(outgoing_send(&desk->world, &cases[i].form, &error));
        expect_app_error(error, cases[i].want, cases[i].name);
        if (strstr(error->message, cases[i].where) == NULL)
            fail_msg("%s: %s", cases[i].name, error->message);
    }
    assert_int_equal(desk_number(desk, "SELECT count(*) FROM outbox"), 0);
    expect_wiped(desk);
    desk_close(desk);
}

static void
t2_unsafe_server_keeps_the_message_waiting(void **state)
{
    static const struct {
        const char *name, *host, *ca;
        gboolean closed_port;
        const char *want;
    } cases[] = {
        {"certificate of nobody known", "127.0.0.1", NULL, FALSE,
         "waiting insecure"},
        {"nobody listens", "127.0.0.1", "its own", TRUE,
         "waiting unreachable"},
    };
    Desk *desk = alice(state);
    const ServerConfig good = desk->config.submission;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *key = secret_token_new();
        const ComposeForm form = {
            .to = "bob@demo.test", .subject = "waits", .send_key = key};
        if (cases[i].ca == NULL)
            desk->config.submission.ca_file = NULL;
        if (cases[i].closed_port)
            desk->config.submission.port = 1;
        g_autoptr(Json) got = send(desk, &form, cases[i].name);
        expect_result(got, cases[i].want, cases[i].name);

        g_autoptr(GPtrArray) list = outgoing_list(&desk->world, NULL);
        const OutgoingItem *item = g_ptr_array_index(list, 0);
        assert_string_equal(item->state, "waiting");
        assert_string_equal(item->subject, "waits");
        assert_string_equal(item->recipients, "bob@demo.test");
        const char *id = json_get_text(got, "message_id", NULL);
        assert_int_equal(desk_count(desk, "bob@demo.test", "", id, NULL), 0);

        desk->config.submission = good;
        g_autoptr(GError) error = NULL;
        g_autoptr(Json) again = json_of(
            outgoing_retry(&desk->world, item->id, &error), &error, "retry");
        expect_result(again, "sent", cases[i].name);
        g_autofree char *delivered =
            desk_delivered(desk, "bob@demo.test", "", id);
        assert_null(outgoing_retry(&desk->world, item->id, &error));
        assert_non_null(error);
    }
    expect_wiped(desk);
    desk_close(desk);
}

/* "address yes" or "address no 5…", one per recipient, joined by commas. */
static char *
judged(const Json *result)
{
    const Json *list = json_get_array(result, "recipients", NULL);
    g_autoptr(GString) out = g_string_new(NULL);
    for (gsize i = 0; i < json_array_length(list); i++) {
        const Json *one = json_array_item(list, i);
        const char *reason = json_text(json_member(one, "reason"));
        g_string_append_printf(
            out, "%s%s %s%.1s", i > 0 ? "," : "",
            json_get_text(one, "address", NULL),
            json_bool(json_member(one, "accepted")) ? "yes" : "no ",
            reason != NULL ? reason : "");
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static void
refused_recipients_are_named(void **state)
{
    /* chasquid takes every recipient and then refuses the whole message;
     * postfix, which only root can run, judges each. */
    static const struct {
        const char *name, *to;
        guint way;
        const char *state, *want;
    } cases[] = {
        {"whole", "bob@demo.test, y@elsewhere.example", 1, "failed refused",
         "bob@demo.test no ,y@elsewhere.example no "},
        {"every one", "x@demo.test, y@demo.test", 3, "failed refused",
         "x@demo.test no 5,y@demo.test no 5"},
        {"one of two", "bob@demo.test, y@demo.test", 3, "sent",
         "bob@demo.test yes,y@demo.test no 5"},
    };
    Desk *desk = alice(state);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        if (cases[i].way >= desk->real->way_count) {
            print_message("skipped: %s needs postfix\n", cases[i].name);
            continue;
        }
        g_autofree char *key = secret_token_new();
        const ComposeForm form = {.to = cases[i].to, .send_key = key};
        desk->config.submission = desk->real->ways[cases[i].way].server;
        g_autoptr(Json) got = send(desk, &form, cases[i].name);
        expect_result(got, cases[i].state, cases[i].name);
        g_autofree char *recipients = judged(got);
        assert_string_equal(recipients, cases[i].want);
    }

    /* What failed is kept until the person decides. */
    g_autoptr(GPtrArray) list = outgoing_list(&desk->world, NULL);
    for (guint i = 0; i < list->len; i++) {
        const OutgoingItem *item = g_ptr_array_index(list, i);
        if (strcmp(item->state, "failed") == 0)
            assert_true(outgoing_discard(&desk->world, item->id, NULL));
    }
    expect_wiped(desk);
    desk_close(desk);
}

static void
copy_that_cannot_be_filed_is_said(void **state)
{
    Desk *desk = alice(state);
    g_autofree char *key = secret_token_new();
    const ComposeForm form = {.to = "bob@demo.test", .send_key = key};
    world_pool_free(desk->world.pool);
    desk->config.imap.port = 1;
    desk->world.pool = world_pool_new(&desk->config);
    g_autoptr(Json) got = send(desk, &form, "without IMAP");
    expect_result(got, "sent", "without IMAP");
    assert_false(json_bool(json_member(got, "filed")));
    g_autofree char *stored = outgoing_result(&desk->world, key, NULL);
    assert_non_null(strstr(stored, "\"filed\":false"));
    expect_wiped(desk);
    desk_close(desk);
}

static void
others_see_and_touch_nothing_of_it(void **state)
{
    Desk *desk = alice(state);
    g_autofree char *key = secret_token_new();
    const ComposeForm form = {.to = "x@elsewhere.example", .send_key = key};
    g_autoptr(Json) failed = send(desk, &form, "failed");
    g_autoptr(GPtrArray) list = outgoing_list(&desk->world, NULL);
    gint64 id = ((OutgoingItem *)g_ptr_array_index(list, 0))->id;

    session_free((Session *)(guintptr)desk->world.session);
    account_free((Account *)(guintptr)desk->world.account);
    g_clear_pointer(&desk->cookie, g_free);
    desk_sign_in(desk, "bob@demo.test");
    g_autoptr(GPtrArray) of_bob = outgoing_list(&desk->world, NULL);
    assert_int_equal(of_bob->len, 0);
    g_autoptr(GError) error = NULL;
    assert_null(outgoing_retry(&desk->world, id, &error));
    expect_app_error(error, APP_ERROR_NOT_FOUND, "retry");
    g_clear_error(&error);
    assert_false(outgoing_discard(&desk->world, id, &error));
    expect_app_error(error, APP_ERROR_NOT_FOUND, "discard");
    g_clear_error(&error);
    assert_null(outgoing_result(&desk->world, key, &error));
    expect_app_error(error, APP_ERROR_NOT_FOUND, "result");
    desk_close(desk);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(message_reaches_to_cc_bcc_and_sent_folder),
        cmocka_unit_test(sec_65_same_form_twice_is_one_message),
        cmocka_unit_test(form_refuses),
        cmocka_unit_test(t2_unsafe_server_keeps_the_message_waiting),
        cmocka_unit_test(refused_recipients_are_named),
        cmocka_unit_test(copy_that_cannot_be_filed_is_said),
        cmocka_unit_test(others_see_and_touch_nothing_of_it),
    };
    return cmocka_run_group_tests(tests, all_servers, real_teardown);
}
