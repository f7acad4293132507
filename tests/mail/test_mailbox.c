#include "core/mail/mailbox.h"

#include "core/store/seen_verdict.h"
#include "tests/mail/desk.h"

/* An inbox of one's own for each test would need accounts; carol has only
 * what is delivered here. */
static void
deliver(const Desk *desk, const char *message)
{
    g_autofree char *path = g_build_filename(desk->folder, "message", NULL);
    assert_true(g_file_set_contents(path, message, -1, NULL));
    desk_run("tests/net/servers deliver '%s' carol@demo.test <'%s'",
             desk->real->folder, path);
}

static const MailRow *
row_with_subject(const MailPage *page, const char *subject)
{
    for (guint i = 0; i < page->rows->len; i++) {
        const MailRow *row = g_ptr_array_index(page->rows, i);
        if (g_strcmp0(row->subject, subject) == 0)
            return row;
    }
    fail_msg("no row with subject %s", subject);
    return NULL;
}

static MailPage *
page_of(const Desk *desk, const char *folder)
{
    g_autoptr(GError) error = NULL;
    MailPage *page = mailbox_page(
        &desk->world, &(MailQuery){.folder = folder, .page = 1}, &error);
    expect_fine(page != NULL, error, folder);
    return page;
}

static Desk *
carol(void **state)
{
    Desk *desk = desk_open(*state);
    desk_sign_in(desk, "carol@demo.test");
    return desk;
}

#define HEAD(subject)                                                        \
    "From: =?utf-8?B?Q2xhaXJlIEZvbnRhaW5l?= <claire@demo.test>\n"            \
    "To: Carol <carol@demo.test>\nSubject: " subject "\n"                    \
    "Date: Wed, 25 Nov 2026 04:00:00 +0000\n"                                \
    "MIME-Version: 1.0\n"

static void
rows_say_who_what_and_how_protected(void **state)
{
    static const struct {
        const char *subject, *message, *protection;
        gboolean files;
    } cases[] = {
        {"Été", HEAD("=?utf-8?Q?=C3=89t=C3=A9?=") "\nplain\n", "none", FALSE},
        {"signed",
         HEAD("signed") "Content-Type: multipart/signed; boundary=b;"
                        " protocol=\"application/pkcs7-signature\";"
                        " micalg=sha-256\n\n--b\nContent-Type: text/plain"
                        "\n\nx\n--b\nContent-Type: application/"
                        "pkcs7-signature; name=smime.p7s\nContent-"
                        "Disposition: attachment; filename=smime.p7s\n\n"
                        "x\n--b--\n",
         "signed", FALSE},
        {"pgp",
         HEAD("pgp") "Content-Type: multipart/signed; boundary=b;"
                     " protocol=\"application/pgp-signature\"\n\n--b\n\nx"
                     "\n--b\nContent-Type: application/pgp-signature\n\n"
                     "x\n--b--\n",
         "none", FALSE},
        {"opaque",
         HEAD("opaque") "Content-Type: application/pkcs7-mime;"
                        " smime-type=signed-data; name=smime.p7m\n\nx\n",
         "signed", FALSE},
        {"sealed",
         HEAD("sealed") "Content-Type: application/pkcs7-mime;"
                        " smime-type=enveloped-data\n\nx\n",
         "encrypted", FALSE},
        {"files",
         HEAD("files") "Content-Type: multipart/mixed; boundary=b\n\n"
                       "--b\n\nx\n--b\nContent-Type: application/pdf\n"
                       "Content-Disposition: attachment; filename=a.pdf"
                       "\n\nx\n--b--\n",
         "none", TRUE},
    };
    Desk *desk = carol(state);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        deliver(desk, cases[i].message);
    g_autoptr(MailPage) page = page_of(desk, "INBOX");
    assert_string_equal(page->kind, "inbox");
    assert_int_equal(page->total, G_N_ELEMENTS(cases));
    assert_int_equal(page->pages, 1);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const MailRow *row = row_with_subject(page, cases[i].subject);
        assert_string_equal(row->from_name, "Claire Fontaine");
        assert_string_equal(row->from_address, "claire@demo.test");
        assert_string_equal(row->to_name, "Carol");
        assert_string_equal(row->protection, cases[i].protection);
        assert_int_equal(row->attachments, cases[i].files);
        assert_null(row->verdict);
        assert_false(row->seen);
    }
    desk_close(desk);
}

static void
sec_43_name_that_poses_as_an_address_is_not_shown(void **state)
{
    Desk *desk = carol(state);
    deliver(desk, "From: \"boss@demo.test\" <thief@evil.example>\n"
                  "Subject: poses\n\nx\n");
    deliver(desk, "From: \"\" <empty@evil.example>\nSubject: empty\n\nx\n");
    g_autoptr(MailPage) page = page_of(desk, "INBOX");
    assert_string_equal(row_with_subject(page, "poses")->from_name,
                        "thief@evil.example");
    assert_string_equal(row_with_subject(page, "empty")->from_name,
                        "empty@evil.example");
    desk_close(desk);
}

static void
o2_stored_verdict_is_in_the_list(void **state)
{
    Desk *desk = carol(state);
    deliver(desk, HEAD("judged") "\nx\n");
    g_autoptr(MailPage) before = page_of(desk, "INBOX");
    guint32 uid = row_with_subject(before, "judged")->uid;
    assert_true(seen_verdict_save(desk->world.db, desk->world.account->id,
                                  "INBOX", before->uid_validity, uid,
                                  "altered", desk->world.now, NULL));
    g_autoptr(MailPage) page = page_of(desk, "INBOX");
    assert_string_equal(row_with_subject(page, "judged")->verdict, "altered");
    desk_close(desk);
}

static void
acts_do_what_they_say(void **state)
{
    static const struct {
        const char *act, *where;
        gboolean seen, flagged;
    } cases[] = {
        {"flag", "INBOX", FALSE, TRUE},   {"seen", "INBOX", TRUE, TRUE},
        {"unflag", "INBOX", TRUE, FALSE}, {"unseen", "INBOX", FALSE, FALSE},
        {"trash", "trash", FALSE, FALSE},
    };
    Desk *desk = carol(state);
    deliver(desk, HEAD("acted on") "\nx\n");
    g_autoptr(GPtrArray) folders = mailbox_folders(&desk->world, NULL);
    assert_string_equal(((MailFolder *)g_ptr_array_index(folders, 0))->name,
                        "INBOX");
    const char *trash = NULL;
    for (guint i = 0; i < folders->len; i++) {
        const MailFolder *folder = g_ptr_array_index(folders, i);
        if (strcmp(folder->kind, "trash") == 0)
            trash = folder->name;
    }
    assert_non_null(trash);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(MailPage) before = page_of(desk, "INBOX");
        guint32 uid = row_with_subject(before, "acted on")->uid;
        g_autoptr(GError) error = NULL;
        gboolean ok = mailbox_act(&desk->world, "INBOX", before->uid_validity,
                                  uid, cases[i].act, &error);
        expect_fine(ok, error, cases[i].act);
        g_autoptr(MailPage) after = page_of(
            desk,
            strcmp(cases[i].where, "trash") == 0 ? trash : cases[i].where);
        const MailRow *row = row_with_subject(after, "acted on");
        if (row->seen != cases[i].seen || row->flagged != cases[i].flagged)
            fail_msg("%s", cases[i].act);
    }
    desk_close(desk);
}

static void
asking_for_what_is_not_there_is_refused(void **state)
{
    Desk *desk = carol(state);
    g_autoptr(GError) error = NULL;
    assert_null(mailbox_page(
        &desk->world, &(MailQuery){.folder = "No such folder", .page = 1},
        &error));
    expect_app_error(error, APP_ERROR_NOT_FOUND, "folder");
    g_clear_error(&error);
    assert_false(mailbox_act(&desk->world, "INBOX", 1, 1, "format", &error));
    expect_app_error(error, APP_ERROR_INPUT, "act");
    g_clear_error(&error);
    g_autoptr(MailPage) page = page_of(desk, "INBOX");
    assert_false(mailbox_act(&desk->world, "INBOX", page->uid_validity + 1, 1,
                             "seen", &error));
    expect_app_error(error, APP_ERROR_NOT_FOUND, "uid_validity");
    desk_close(desk);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_say_who_what_and_how_protected),
        cmocka_unit_test(sec_43_name_that_poses_as_an_address_is_not_shown),
        cmocka_unit_test(o2_stored_verdict_is_in_the_list),
        cmocka_unit_test(acts_do_what_they_say),
        cmocka_unit_test(asking_for_what_is_not_there_is_refused),
    };
    return cmocka_run_group_tests(tests, real_setup, real_teardown);
}
