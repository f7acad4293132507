/* Opening messages that lie in a real mailbox. */
#include "tests/mail/desk.h"

#include "core/mail/incoming.h"
#include "core/mail/mailbox.h"
#include "core/store/seen_verdict.h"

#define MESSAGE                                                              \
    "From: Claire <claire@demo.test>\nTo: carol@demo.test\n"                 \
    "Subject: opened\nContent-Type: multipart/mixed; boundary=m\n\n"         \
    "--m\n\nhello\n--m\nContent-Type: application/octet-stream; "            \
    "name=a.bin\nContent-Transfer-Encoding: base64\n\nAAEC\n--m--\n"

/* Looks like a signature and is none: malformed, which is a verdict. */
#define BROKEN                                                               \
    "From: Claire <claire@demo.test>\nSubject: broken\n"                     \
    "Content-Type: multipart/signed; boundary=b;"                            \
    " protocol=\"application/pkcs7-signature\"\n\n--b\n\nx\n--b--\n"

static void
deliver(const Desk *desk, const char *message)
{
    g_autofree char *path = g_build_filename(desk->folder, "message", NULL);
    assert_true(g_file_set_contents(path, message, -1, NULL));
    desk_run("tests/net/servers deliver '%s' carol@demo.test <'%s'",
             desk->real->folder, path);
}

static guint32
find(const Desk *desk, const char *subject, guint32 *uid_validity)
{
    g_autoptr(MailPage) page = mailbox_page(
        &desk->world, &(MailQuery){.folder = "INBOX", .page = 1}, NULL);
    assert_non_null(page);
    *uid_validity = page->uid_validity;
    for (guint i = 0; i < page->rows->len; i++) {
        const MailRow *row = g_ptr_array_index(page->rows, i);
        if (g_strcmp0(row->subject, subject) == 0)
            return row->uid;
    }
    fail_msg("no message with subject %s", subject);
    return 0;
}

static Desk *
carol(void **state)
{
    Desk *desk = desk_open(*state);
    desk_sign_in(desk, "carol@demo.test");
    desk->world.trust = world_trust_load(&desk->config, NULL);
    assert_non_null(desk->world.trust);
    return desk;
}

static void
leave(Desk *desk)
{
    world_trust_free((struct Trust *)(guintptr)desk->world.trust);
    desk_close(desk);
}

static gboolean
gather(gpointer user, const guint8 *data, gsize size, GError **error)
{
    g_string_append_len(user, (const char *)data, (gssize)size);
    return TRUE;
}

static void
message_its_parts_and_its_bytes_come_from_the_mailbox(void **state)
{
    Desk *desk = carol(state);
    deliver(desk, MESSAGE);
    guint32 validity = 0;
    guint32 uid = find(desk, "opened", &validity);
    g_autoptr(GError) error = NULL;
    g_autoptr(Incoming) got =
        incoming_open(&desk->world, "INBOX", validity, uid, &error);
    expect_fine(got != NULL, error, "open");
    assert_string_equal(got->subject, "opened");
    assert_string_equal(g_ptr_array_index(got->texts, 0), "hello");
    assert_false(got->seen || got->flagged);
    /* There is no Date: the arrival stands for it. */
    assert_true(ABS(got->date - desk->world.now) < 600);

    assert_true(
        mailbox_act(&desk->world, "INBOX", validity, uid, "flag", &error));
    g_autoptr(Incoming) marked =
        incoming_open(&desk->world, "INBOX", validity, uid, &error);
    assert_true(marked->flagged);

    const IncomingFile *file = g_ptr_array_index(got->files, 0);
    g_autoptr(IncomingPart) part = incoming_part(
        &desk->world, "INBOX", validity, uid, file->path, &error);
    expect_fine(part != NULL, error, "part");
    assert_int_equal(g_bytes_get_size(part->data), 3);
    assert_memory_equal(g_bytes_get_data(part->data, NULL), "\0\1\2", 3);
    assert_string_equal(part->name, file->name);
    assert_null(part->image);

    g_autoptr(GString) raw = g_string_new(NULL);
    assert_true(incoming_raw(&desk->world, "INBOX", validity, uid, gather,
                             raw, &error));
    assert_non_null(strstr(raw->str, "Subject: opened\r\n"));
    assert_non_null(strstr(raw->str, "AAEC\r\n--m--\r\n"));
    leave(desk);
}

static void
what_is_not_there_is_not_found(void **state)
{
    Desk *desk = carol(state);
    deliver(desk, MESSAGE);
    guint32 validity = 0;
    guint32 uid = find(desk, "opened", &validity);
    g_autoptr(GError) error = NULL;
    assert_null(
        incoming_open(&desk->world, "INBOX", validity + 1, uid, &error));
    expect_app_error(error, APP_ERROR_NOT_FOUND, "uid_validity");
    g_clear_error(&error);
    assert_null(
        incoming_open(&desk->world, "INBOX", validity, uid + 1000, &error));
    expect_app_error(error, APP_ERROR_NOT_FOUND, "uid");
    g_clear_error(&error);
    assert_null(
        incoming_part(&desk->world, "INBOX", validity, uid, "9", &error));
    expect_app_error(error, APP_ERROR_NOT_FOUND, "path");
    leave(desk);
}

static char *
stored_verdict(const Desk *desk, guint32 validity, guint32 uid)
{
    g_autoptr(GHashTable) found =
        seen_verdict_load(desk->world.db, desk->world.account->id, "INBOX",
                          validity, &uid, 1, NULL);
    assert_non_null(found);
    return g_strdup(g_hash_table_lookup(found, GUINT_TO_POINTER(uid)));
}

static void
o2_verdict_is_stored_for_the_list_when_there_is_one(void **state)
{
    Desk *desk = carol(state);
    deliver(desk, MESSAGE);
    deliver(desk, BROKEN);
    guint32 validity = 0;
    guint32 plain = find(desk, "opened", &validity);
    guint32 broken = find(desk, "broken", &validity);
    g_autoptr(Incoming) one =
        incoming_open(&desk->world, "INBOX", validity, plain, NULL);
    g_autoptr(Incoming) other =
        incoming_open(&desk->world, "INBOX", validity, broken, NULL);
    assert_non_null(one);
    assert_string_equal(other->judgement->signature, "malformed");
    assert_null(stored_verdict(desk, validity, plain));
    g_autofree char *stored = stored_verdict(desk, validity, broken);
    assert_string_equal(stored, "malformed");
    leave(desk);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            message_its_parts_and_its_bytes_come_from_the_mailbox),
        cmocka_unit_test(what_is_not_there_is_not_found),
        cmocka_unit_test(o2_verdict_is_stored_for_the_list_when_there_is_one),
    };
    return cmocka_run_group_tests(tests, real_setup, real_teardown);
}
