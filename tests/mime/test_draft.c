#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "core/base/error.h"
#include "core/mime/encode.h"
#include "tests/mime/vectors.h"

static Draft *
good_draft(void)
{
    Draft *draft = draft_new();
    draft->from = mailbox_new("Ann", "ann@example.org");
    g_ptr_array_add(draft->to, mailbox_new(NULL, "bob@example.org"));
    draft->subject = g_strdup("x");
    draft->text = g_strdup("y");
    draft->date = 1795581000;
    return draft;
}

static void
add_file(Draft *draft, const char *name, const char *type, gsize size)
{
    DraftFile *file = g_new0(DraftFile, 1);
    file->name = g_strdup(name);
    file->type = g_strdup(type);
    file->data = g_bytes_new_take(g_malloc0(size + 1), size);
    g_ptr_array_add(draft->files, file);
}

typedef enum {
    FROM_NAME,
    FROM_ADDRESS,
    TO_NAME,
    TO_ADDRESS,
    CC_ADDRESS,
    BCC_ADDRESS,
    SUBJECT,
    IN_REPLY_TO,
    REFERENCES,
    FILE_NAME,
    TEXT,
    MESSAGE_ID
} Where;

static void
put(Draft *draft, Where where, const char *value)
{
    char *copy = g_strdup(value);
    Mailbox *to = g_ptr_array_index(draft->to, 0);
    switch (where) {
    case FROM_NAME:
        g_free(draft->from->name);
        draft->from->name = copy;
        return;
    case FROM_ADDRESS:
        g_free(draft->from->address);
        draft->from->address = copy;
        return;
    case TO_NAME:
        g_free(to->name);
        to->name = copy;
        return;
    case TO_ADDRESS:
        g_free(to->address);
        to->address = copy;
        return;
    case CC_ADDRESS:
        g_ptr_array_add(draft->cc, mailbox_new(NULL, value));
        break;
    case BCC_ADDRESS:
        g_ptr_array_add(draft->bcc, mailbox_new(NULL, value));
        break;
    case SUBJECT:
        g_free(draft->subject);
        draft->subject = copy;
        return;
    case IN_REPLY_TO:
        draft->in_reply_to = copy;
        return;
    case REFERENCES:
        draft->references = copy;
        return;
    case FILE_NAME:
        add_file(draft, value, "a/b", 1);
        break;
    case TEXT:
        g_free(draft->text);
        draft->text = copy;
        return;
    case MESSAGE_ID:
        draft->message_id = copy;
        return;
    }
    g_free(copy);
}

static const struct {
    Where where;
    const char *value;
    const char *want; /* beginning of the message */
} refused[] = {
    {FROM_NAME, "Ann\r\nBcc: x@y", "From: contains a line end"},
    {FROM_NAME, "Ann\nX: y", "From: contains a line end"},
    {FROM_NAME, "Ann\rX: y", "From: contains a line end"},
    {FROM_NAME, "Ann\xff", "From: is not valid UTF-8"},
    {FROM_ADDRESS, "a@b\r\nBcc: x@y", "From: \"a@b\\x0d\\x0aBcc"},
    {FROM_ADDRESS, "a@b>,<c@d", "From: \""},
    {FROM_ADDRESS, "a", "From: \"a\" is no address"},
    {TO_NAME, "Bob\r\nX: y", "To: contains a line end"},
    {TO_ADDRESS, "b@c\nX: y", "To: \""},
    {TO_ADDRESS, "b@c, d@e", "To: \""},
    {TO_ADDRESS, "b c@d", "To: \""},
    {CC_ADDRESS, "b@c\nX: y", "Cc: \""},
    {BCC_ADDRESS, "b@c\nX: y", "Bcc: \""},
    {BCC_ADDRESS, "", "Bcc: \"\" is no address"},
    {SUBJECT, "x\r\nBcc: a@b", "Subject: contains a line end"},
    {SUBJECT, "x\n y", "Subject: contains a line end"},
    {SUBJECT, "x\ry", "Subject: contains a line end"},
    {SUBJECT, "\xed\xa0\x80", "Subject: is not valid UTF-8"},
    {IN_REPLY_TO, "<a@b>\r\nX: y", "In-Reply-To: contains a line end"},
    {REFERENCES, "<a@b>\n <c@d>", "References: contains a line end"},
    {FILE_NAME, "a\r\nX: y", "attachment: contains a line end"},
    {TEXT, "a \xed\xa0\x80 lone surrogate", "text: is not valid UTF-8"},
    {TEXT, "\xff", "text: is not valid UTF-8"},
    {MESSAGE_ID, "a@example.org", "Message-ID:"},
    {MESSAGE_ID, "0123456789abcdef0123456789abcdef@evil.org", "Message-ID:"},
    {MESSAGE_ID, "0123456789abcdef0123456789abcdef@example.org\r\nX: y",
     "Message-ID:"},
};

static void
sec_51_line_ends_are_refused_in_every_field(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Draft) draft = good_draft();
        put(draft, refused[i].where, refused[i].value);
        if (draft_check(draft, &error))
            fail_msg("%u: passed", (guint)i);
        if (!g_error_matches(error, APP_ERROR, APP_ERROR_INPUT) ||
            !g_str_has_prefix(error->message, refused[i].want))
            fail_msg("%u: %s", (guint)i, error->message);
    }
}

/* Whatever is in a field that passes, the header has the fields intended. */
static void
sec_51_no_character_makes_another_field(void **state)
{
    static const Where places[] = {FROM_NAME, TO_NAME, SUBJECT, REFERENCES,
                                   FILE_NAME};
    for (guint c = 1; c < 0x3000; c = c < 0x300 ? c + 1 : c + 37) {
        char text[16] = "a ";
        text[2 + g_unichar_to_utf8(c, text + 2)] = ':';
        for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
            g_autoptr(Draft) draft = good_draft();
            put(draft, places[i], text);
            if (!draft_check(draft, NULL))
                continue;
            g_autoptr(Entity) entity =
                entity_build(draft, PROTECT_CLEAR, NULL);
            assert_non_null(entity);
            g_autofree char *prefix = message_prefix_plain(draft);
            g_autoptr(Headers) headers =
                headers_parse((const guint8 *)prefix, strlen(prefix));
            assert_int_equal(headers_length(headers), 6);
        }
    }
}

static void
sec_56_lines_end_in_crlf_and_are_short(void **state)
{
    g_autoptr(Draft) draft = good_draft();
    g_autofree char *wide = g_strnfill(4000, 'w');
    put(draft, SUBJECT, wide);
    put(draft, TO_NAME, wide);
    put(draft, FILE_NAME, wide);
    put(draft, TEXT, wide);
    g_autofree char *local = g_strnfill(64, 'l');
    g_autofree char *domain = g_strnfill(255, 'd');
    g_autofree char *address = g_strconcat(local, "@", domain, NULL);
    put(draft, CC_ADDRESS, address);
    assert_true(draft_check(draft, NULL));

    g_autoptr(Entity) entity = entity_build(draft, PROTECT_CLEAR, NULL);
    g_autoptr(GString) all = entity_string(entity);
    g_autofree char *prefix = message_prefix_signed(draft, "=_b", "sha-384");
    g_string_prepend(all, prefix);
    g_auto(GStrv) lines = g_strsplit(all->str, "\r\n", -1);
    for (gsize i = 0; lines[i] != NULL; i++) {
        assert_true(strlen(lines[i]) <= 998);
        assert_null(strpbrk(lines[i], "\r\n"));
    }
}

static void
a_message_needs_a_recipient_of_any_kind(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Draft) draft = good_draft();
    g_ptr_array_set_size(draft->to, 0);
    assert_false(draft_check(draft, &error));
    assert_string_equal(error->message, "To: has no recipient");
    put(draft, BCC_ADDRESS, "x@y");
    assert_true(draft_check(draft, NULL));
    g_autofree char *prefix = message_prefix_plain(draft);
    assert_null(strstr(prefix, "x@y"));
    assert_null(strstr(prefix, "To:"));
}

static void
attachments_are_at_most_25_mib_in_all(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Draft) draft = good_draft();
    add_file(draft, "a", "a/b", 25 * 1024 * 1024 - 1);
    add_file(draft, "b", "a/b", 1);
    assert_true(draft_check(draft, &error));
    add_file(draft, "c", "a/b", 1);
    assert_false(draft_check(draft, &error));
    assert_true(g_error_matches(error, APP_ERROR, APP_ERROR_TOO_LARGE));
}

static void
checking_twice_changes_nothing(void **state)
{
    g_autoptr(Draft) draft = good_draft();
    put(draft, REFERENCES, "x <a@b> junk <c@d> <e f> <>");
    put(draft, FILE_NAME, "C:\\a.pdf");
    assert_true(draft_check(draft, NULL));
    assert_string_equal(draft->references, "<a@b> <c@d>");
    g_autofree char *id = g_strdup(draft->message_id);
    assert_true(draft_check(draft, NULL));
    assert_string_equal(draft->references, "<a@b> <c@d>");
    assert_string_equal(draft->message_id, id);
    assert_int_equal(strlen(id), 32 + strlen("@example.org"));
}

static void
boundaries_are_26_characters_and_never_the_same(void **state)
{
    g_autoptr(GHashTable) seen =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < 1000; i++) {
        char *boundary = boundary_new();
        assert_int_equal(strlen(boundary), 26);
        assert_true(g_str_has_prefix(boundary, "=_"));
        for (const char *c = boundary + 2; *c != '\0'; c++)
            assert_true(g_ascii_isalnum(*c));
        assert_true(g_hash_table_add(seen, boundary));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sec_51_line_ends_are_refused_in_every_field),
        cmocka_unit_test(sec_51_no_character_makes_another_field),
        cmocka_unit_test(sec_56_lines_end_in_crlf_and_are_short),
        cmocka_unit_test(a_message_needs_a_recipient_of_any_kind),
        cmocka_unit_test(attachments_are_at_most_25_mib_in_all),
        cmocka_unit_test(checking_twice_changes_nothing),
        cmocka_unit_test(boundaries_are_26_characters_and_never_the_same),
    };
    return cmocka_run_group_tests_name("draft", tests, NULL, NULL);
}
