#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "tests/mime/vectors.h"

static void
compare(const char *name, const char *got, const char *want)
{
    if (strcmp(got, want) == 0)
        return;
    fail_msg("%s: got\n%s\nwant\n%s", name, got, want);
}

static void
check_vector(const char *name, const Json *vector, Draft *draft)
{
    const char *boundary = json_get_text(vector, "boundary", NULL);
    g_autoptr(GError) error = NULL;
    if (draft->to->len + draft->cc->len + draft->bcc->len > 0)
        assert_true(draft_check(draft, &error));
    g_autoptr(Entity) signed_part =
        entity_build_with(draft, vector_protect(vector), boundary, &error);
    g_autoptr(Entity) plain =
        entity_build_with(draft, PROTECT_NONE, boundary, &error);
    assert_non_null(signed_part);
    assert_non_null(plain);

    g_autoptr(GString) got = entity_string(signed_part);
    compare(name, got->str, json_get_text(vector, "expected", NULL));
    assert_int_equal(entity_size(signed_part), got->len);
    g_autofree char *digest = g_compute_checksum_for_string(
        G_CHECKSUM_SHA256, got->str, (gssize)got->len);
    assert_string_equal(digest, json_get_text(vector, "sha256", NULL));

    g_autoptr(GString) unprotected = entity_string(plain);
    compare(name, unprotected->str, json_get_text(vector, "unsigned", NULL));
}

static void
entity_is_byte_exact_for_every_vector(void **state)
{
    assert_true(vectors_each(check_vector) >= 65);
}

/* What is between from and to, which must be there. */
static char *
between(const char *text, const char *from, const char *to)
{
    const char *start = strstr(text, from);
    assert_non_null(start);
    start += strlen(from);
    const char *end = strstr(start, to);
    assert_non_null(end);
    return g_strndup(start, (gsize)(end - start));
}

/* RFC 9788: HP-Outer says byte for byte what stands outside. */
static void
check_outer(const char *name, const Json *vector, Draft *draft)
{
    if (draft->to->len + draft->cc->len + draft->bcc->len == 0)
        return;
    g_autoptr(GError) error = NULL;
    assert_true(draft_check(draft, &error));
    g_autoptr(Entity) entity = entity_build(draft, PROTECT_CIPHER, &error);
    g_autoptr(GString) inside = entity_string(entity);
    g_autofree char *outside =
        message_prefix_encrypted(draft, "enveloped-data");
    g_autofree char *shown = between(outside, "From: ", "MIME-Version: ");
    /* The first HP-Outer is that of From. */
    const char *end =
        draft->files->len > 0 ? "\r\n\r\n" : "Content-Transfer-Encoding";
    g_autofree char *copies = between(inside->str, "HP-Outer: From: ", end);
    g_auto(GStrv) fields = g_strsplit(copies, "HP-Outer: ", -1);
    g_autofree char *joined = g_strjoinv("", fields);
    g_autofree char *whole = draft->files->len > 0
                                 ? g_strconcat(joined, "\r\n", NULL)
                                 : g_strdup(joined);
    compare(name, whole, shown);
    assert_non_null(strstr(shown, "\r\nSubject: [...]\r\n"));
    if (draft->subject[0] != '\0' && strlen(draft->subject) > 5)
        assert_null(strstr(outside, draft->subject));
}

static void
sec_37_hp_outer_says_what_stands_outside(void **state)
{
    assert_true(vectors_each(check_outer) >= 65);
}

/* Read in small pieces, it is the same. */
static void
check_pieces(const char *name, const Json *vector, Draft *draft)
{
    const char *boundary = json_get_text(vector, "boundary", NULL);
    draft_check(draft, NULL);
    g_autoptr(Entity) entity =
        entity_build_with(draft, vector_protect(vector), boundary, NULL);
    g_autoptr(GString) want = entity_string(entity);
    for (gsize size = 78; size < 400; size += 67) {
        g_autoptr(EntityReader) reader = entity_reader_new(entity);
        g_autoptr(GString) got = g_string_new(NULL);
        g_autofree guint8 *piece = g_malloc(size);
        gsize part;
        while ((part = entity_reader_read(reader, piece, size)) > 0) {
            assert_true(part <= size);
            g_string_append_len(got, (const char *)piece, (gssize)part);
        }
        compare(name, got->str, want->str);
    }
}

static void
entity_is_the_same_in_any_pieces(void **state)
{
    vectors_each(check_pieces);
}

/* What an unfinished message keeps is inside when it is encrypted. */
static void
z17_kept_fields_are_inside(void **state)
{
    g_autoptr(Draft) draft = draft_new();
    draft->from = mailbox_new(NULL, "a@example.org");
    g_ptr_array_add(draft->bcc, mailbox_new("Bé", "secret@example.org"));
    draft_keep_mailboxes(draft, "Bcc", draft->bcc);
    draft_keep(draft, "X-Sceau-To", "half typé <");
    assert_true(draft_check_unfinished(draft, NULL));
    g_ptr_array_set_size(draft->bcc, 0);
    assert_false(draft_check(draft, NULL));
    assert_true(draft_check_unfinished(draft, NULL));
    g_autoptr(Entity) entity = entity_build(draft, PROTECT_CIPHER, NULL);
    assert_non_null(entity);
    g_autoptr(GString) inside = entity_string(entity);
    assert_non_null(strstr(inside->str, "\r\nBcc: =?utf-8?B?"));
    assert_non_null(strstr(inside->str, "\r\nX-Sceau-To: =?utf-8?B?"));
    g_autofree char *outside =
        message_prefix_encrypted(draft, "authEnveloped-data");
    assert_null(strstr(outside, "secret"));
    assert_null(strstr(outside, "X-Sceau"));
    g_autofree char *clear = message_prefix_plain(draft);
    assert_non_null(strstr(clear, "secret@example.org"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entity_is_byte_exact_for_every_vector),
        cmocka_unit_test(sec_37_hp_outer_says_what_stands_outside),
        cmocka_unit_test(entity_is_the_same_in_any_pieces),
        cmocka_unit_test(z17_kept_fields_are_inside),
    };
    return cmocka_run_group_tests_name("entity", tests, NULL, NULL);
}
