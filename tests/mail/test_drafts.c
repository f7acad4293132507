#include "core/mail/drafts.h"

#include "core/mail/incoming.h"
#include "tests/mail/secure_desk.h"

#define CANARY "canary7f3a91c0e5d2b8466f10a9"

static GPtrArray *
two_files(void)
{
    static FormFile one = {(char *)(guintptr) "résumé.pdf",
                           (char *)(guintptr) "application/pdf", NULL};
    static FormFile two = {(char *)(guintptr) "b.bin",
                           (char *)(guintptr) "application/x-test", NULL};
    GPtrArray *files = g_ptr_array_new();
    one.data = g_bytes_new_static("\0\1\2", 3);
    two.data = g_bytes_new_static("", 0);
    g_ptr_array_add(files, &one);
    g_ptr_array_add(files, &two);
    return files;
}

static DraftSaved *
save(const Desk *desk, const ComposeForm *form, Protection protection,
     const char *previous, const char *name)
{
    g_autoptr(GError) error = NULL;
    DraftSaved *saved =
        drafts_save(&desk->world, form, protection, previous, &error);
    expect_fine(saved != NULL, error, name);
    return saved;
}

/* How many messages the Drafts folder holds, whatever is in them. */
static guint
drafts_in_folder(const Desk *desk)
{
    return desk_count(desk, "alice@demo.test", ".Drafts", "Message-ID", NULL);
}

static void
expect_text(const char *what, const char *got, const char *want)
{
    if (g_strcmp0(got, want) != 0)
        fail_msg("%s: got \"%s\", want \"%s\"", what, got, want);
}

static void
expect_form(const DraftForm *got, const ComposeForm *want, const char *name)
{
    const struct {
        const char *what, *got, *want;
    } fields[] = {
        {"to", got->to, want->to},
        {"cc", got->cc, want->cc},
        {"bcc", got->bcc, want->bcc},
        {"subject", got->subject, want->subject},
        {"text", got->text, want->text},
        {"in_reply_to", got->in_reply_to, want->in_reply_to},
        {"references", got->references, want->references},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
        g_autofree char *what = g_strconcat(name, " ", fields[i].what, NULL);
        expect_text(what, fields[i].got, fields[i].want);
    }
    assert_int_equal(got->files->len,
                     want->files != NULL ? want->files->len : 0);
    for (guint i = 0; i < got->files->len; i++) {
        const FormFile *file = g_ptr_array_index(got->files, i);
        const FormFile *was = g_ptr_array_index(want->files, i);
        expect_text("name", file->name, was->name);
        expect_text("type", file->type, was->type);
        assert_true(g_bytes_equal(file->data, was->data));
    }
}

static Desk *
clean_desk(void **state)
{
    Desk *desk = secure_desk(state);
    desk_run("rm -rf '%s/alice@demo.test/Maildir/.Drafts'", desk->real->mail);
    return desk;
}

static void
ordinary_draft_comes_back_as_it_was_typed(void **state)
{
    g_autoptr(GPtrArray) files = two_files();
    const ComposeForm forms[] = {
        {.to = "\"Bob, B.\" <bob@demo.test>, carol@demo.test",
         .cc = "\"Zoë\" <zoe@demo.test>",
         .bcc = "secret@demo.test",
         .subject = "Réunion",
         .text = "un\n\ndeux\n.\nFrom x",
         .in_reply_to = "<a@b>",
         .references = "<0@b> <a@b>",
         .files = files},
        {.to = "bob@demo.test, half.typ",
         .cc = "",
         .bcc = "é <",
         .subject = "",
         .text = ""},
        {.to = "",
         .cc = "",
         .bcc = "",
         .subject = " two  spaces ",
         .text = "x"},
    };
    Desk *desk = clean_desk(state);
    g_autofree char *previous = NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(forms); i++) {
        Protection protection = i == 0 ? PROTECTION_SIGN : PROTECTION_NONE;
        g_autoptr(DraftSaved) saved =
            save(desk, &forms[i], protection, previous, "ordinary");
        assert_false(saved->encrypted || saved->cleared);
        assert_int_equal(saved->saved, desk->world.now);
        g_autoptr(GError) error = NULL;
        g_autoptr(DraftForm) got =
            drafts_load(&desk->world, saved->draft, &error);
        expect_fine(got != NULL, error, "load");
        assert_false(got->locked);
        assert_int_equal(got->protection, protection);
        expect_form(got, &forms[i], "form");
        /* The new one took the place of the last. */
        assert_int_equal(drafts_in_folder(desk), 1);
        g_free(previous);
        previous = g_strdup(saved->draft);
    }
    g_autoptr(GError) error = NULL;
    assert_true(drafts_discard(&desk->world, previous, &error));
    assert_true(drafts_discard(&desk->world, previous, &error));
    assert_int_equal(drafts_in_folder(desk), 0);
    assert_null(drafts_load(&desk->world, previous, &error));
    expect_app_error(error, APP_ERROR_NOT_FOUND, "gone");
    secure_close(desk);
}

static void
ids_that_are_none_are_refused(void **state)
{
    static const char *const ids[] = {"",
                                      "1",
                                      "1-",
                                      "-1",
                                      "1-0",
                                      "0-1",
                                      "1-2 ",
                                      "1-2-3",
                                      "a-b",
                                      "+1-2",
                                      "4294967296-1",
                                      "1-4294967296",
                                      "1-99999999999999999999"};
    Desk *desk = clean_desk(state);
    for (gsize i = 0; i < G_N_ELEMENTS(ids); i++) {
        g_autoptr(GError) error = NULL;
        assert_false(drafts_discard(&desk->world, ids[i], &error));
        expect_app_error(error, APP_ERROR_INPUT, ids[i]);
    }
    secure_close(desk);
}

static void
expect_no_canary(const Desk *desk, const char *name)
{
    static const char *const folders[] = {".Drafts", ".Sent", "", ".Trash"};
    static const char *const forms[] = {CANARY, "Y2FuYXJ5N2Yz"};
    for (gsize i = 0; i < G_N_ELEMENTS(folders); i++)
        for (gsize j = 0; j < G_N_ELEMENTS(forms); j++)
            if (desk_count(desk, "alice@demo.test", folders[i], forms[j],
                           NULL) > 0)
                fail_msg("%s: canary in %s", name, folders[i]);
    desk_run("! grep -rqaF -e %s -e Y2FuYXJ5N2Yz '%s/db'", CANARY,
             desk->folder);
}

static DraftForm *
open_draft(const Desk *desk, const char *id, GError **error)
{
    guint32 validity = 0, uid = 0;
    assert_int_equal(sscanf(id, "%u-%u", &validity, &uid), 2);
    g_autoptr(Incoming) incoming =
        incoming_open(&desk->world, "Drafts", validity, uid, error);
    if (incoming == NULL)
        return NULL;
    assert_non_null(incoming->key_request);
    g_autoptr(Json) request =
        json_read(incoming->key_request, strlen(incoming->key_request), NULL);
    g_autoptr(GBytes) key = secure_unwrap(desk, request);
    return drafts_load_opened(&desk->world, "Drafts", validity, uid,
                              json_get_text(request, "ticket", NULL), key,
                              error);
}

static void
b9_z17_sec_36_draft_of_secure_mail_is_encrypted_to_its_author(void **state)
{
    g_autoptr(GPtrArray) files = two_files();
    const ComposeForm form = {.to = "\"Bob\" <bob@demo.test>",
                              .cc = "",
                              .bcc = "carol@demo.test, half",
                              .subject = CANARY,
                              .text = CANARY " text",
                              .in_reply_to = "<a@b>",
                              .references = "<a@b>",
                              .files = files};
    Desk *desk = clean_desk(state);
    g_autofree char *kid = secure_own(desk);
    g_autoptr(DraftSaved) saved =
        save(desk, &form, PROTECTION_SIGN_ENCRYPT, NULL, "encrypted");
    assert_true(saved->encrypted);
    expect_no_canary(desk, "saved");
    g_autofree char *message = NULL;
    assert_int_equal(desk_count(desk, "alice@demo.test", ".Drafts",
                                "\nSubject: [...]", &message),
                     1);
    assert_null(strstr(message, "carol"));
    /* Encrypted, and not signed. */
    desk_write(desk, "message", message, strlen(message));
    desk_run("cd '%s' && openssl cms -decrypt -in message -inkey alice.key"
             " -recip alice.pem -out inner && grep -q '^Subject: %s' inner &&"
             " grep -q '^Content-Type: multipart/mixed' inner",
             desk->folder, CANARY);

    g_autoptr(GError) error = NULL;
    g_autoptr(DraftForm) locked =
        drafts_load(&desk->world, saved->draft, &error);
    expect_fine(locked != NULL, error, "load");
    assert_true(locked->locked);
    expect_text("folder", locked->folder, "Drafts");
    g_autoptr(DraftForm) got = open_draft(desk, saved->draft, &error);
    expect_fine(got != NULL, error, "open");
    assert_int_equal(got->protection, PROTECTION_SIGN_ENCRYPT);
    expect_form(got, &form, "opened");
    expect_no_canary(desk, "opened");
    secure_close(desk);
}

static void
z18_turning_encryption_on_leaves_no_clear_draft(void **state)
{
    const ComposeForm form = {.to = "bob@demo.test", .text = CANARY};
    Desk *desk = clean_desk(state);
    g_autoptr(DraftSaved) clear =
        save(desk, &form, PROTECTION_NONE, NULL, "clear");
    /* Z17: without a certificate it is refused; the clear one goes too. */
    g_autoptr(GError) error = NULL;
    assert_null(drafts_save(&desk->world, &form, PROTECTION_SIGN_ENCRYPT,
                            clear->draft, &error));
    expect_app_error(error, APP_ERROR_CERTIFICATE, "no certificate");
    assert_non_null(strstr(error->message, "no-certificate"));
    assert_int_equal(drafts_in_folder(desk), 0);
    expect_no_canary(desk, "refused");

    g_autofree char *kid = secure_own(desk);
    g_autoptr(DraftSaved) again =
        save(desk, &form, PROTECTION_SIGN, NULL, "clear again");
    g_autoptr(DraftSaved) first =
        save(desk, &form, PROTECTION_SIGN_ENCRYPT, again->draft, "encrypted");
    assert_true(first->encrypted && first->cleared);
    expect_no_canary(desk, "replaced");
    g_autoptr(DraftSaved) second = save(desk, &form, PROTECTION_SIGN_ENCRYPT,
                                        first->draft, "encrypted again");
    assert_true(second->encrypted && !second->cleared);
    assert_int_equal(drafts_in_folder(desk), 1);
    /* An encrypted one stays when there is no certificate any more. */
    World later = desk->world;
    later.now += 40 * 24 * 3600;
    g_clear_error(&error);
    assert_null(drafts_save(&later, &form, PROTECTION_SIGN_ENCRYPT,
                            second->draft, &error));
    expect_app_error(error, APP_ERROR_CERTIFICATE, "expired");
    assert_int_equal(drafts_in_folder(desk), 1);
    secure_close(desk);
}

/* A stolen envelope among the drafts must not become text in a form that
 * says where to send it. */
static void
sec_36_other_envelopes_are_no_drafts(void **state)
{
    static const struct {
        const char *name, *cipher, *field;
    } cases[] = {
        {"cbc", "-aes256", "X-Sceau-Choice: sign+encrypt\n"},
        {"without our mark", "-aes-256-gcm", ""},
    };
    Desk *desk = clean_desk(state);
    g_autofree char *kid = secure_own(desk);
    const ComposeForm form = {.to = "a@demo.test", .text = "x"};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(DraftSaved) saved =
            save(desk, &form, PROTECTION_SIGN_ENCRYPT, NULL, "place");
        desk_run("cd '%s' && printf 'To: eve@evil.test\\n%s"
                 "Content-Type: text/plain\\n\\nstolen\\n' >entity &&"
                 " openssl cms -encrypt %s -in entity -out envelope alice.pem"
                 " && { printf 'From: a@demo.test\\nMessage-ID: <x@y>\\n';"
                 " cat envelope; } >forged && cp forged"
                 " '%s/alice@demo.test/Maildir/.Drafts/cur/9.x%d:2,S'",
                 desk->folder, cases[i].field, cases[i].cipher,
                 desk->real->mail, (int)i);
        guint32 validity = 0, uid = 0;
        sscanf(saved->draft, "%u-%u", &validity, &uid);
        g_autofree char *id = g_strdup_printf("%u-%u", validity, uid + 1);
        g_autoptr(GError) error = NULL;
        g_autoptr(DraftForm) got = open_draft(desk, id, &error);
        assert_null(got);
        expect_app_error(error, APP_ERROR_MALFORMED, cases[i].name);
        assert_non_null(strstr(error->message, "draft: not one"));
        desk_run("rm '%s/alice@demo.test/Maildir/.Drafts/cur/'*",
                 desk->real->mail);
    }
    secure_close(desk);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ordinary_draft_comes_back_as_it_was_typed),
        cmocka_unit_test(ids_that_are_none_are_refused),
        cmocka_unit_test(
            b9_z17_sec_36_draft_of_secure_mail_is_encrypted_to_its_author),
        cmocka_unit_test(z18_turning_encryption_on_leaves_no_clear_draft),
        cmocka_unit_test(sec_36_other_envelopes_are_no_drafts),
    };
    return cmocka_run_group_tests(tests, real_setup, real_teardown);
}
