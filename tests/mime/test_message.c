/* The messages we write, read by others: GMime, Python, OpenSSL. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <glib/gstdio.h>

#include "core/mime/gate.h"
#include "core/mime/view.h"
#include "core/mime/wrap.h"
#include "tests/mime/vectors.h"

static char *folder;

static gboolean
has_program(const char *name)
{
    g_autofree char *path = g_find_program_in_path(name);
    if (path == NULL)
        print_message("skipped: no %s\n", name);
    return path != NULL;
}

/* Runs a shell command in the folder, its path as $d. */
static void
run(const char *command)
{
    g_autofree char *all = g_strdup_printf("d='%s'; %s", folder, command);
    const char *argv[] = {"/bin/sh", "-c", all, NULL};
    g_autofree char *errors = NULL;
    int status = 0;
    g_assert_true(g_spawn_sync(NULL, (char **)(gsize)argv, NULL,
                               G_SPAWN_DEFAULT, NULL, NULL, NULL, &errors,
                               &status, NULL));
    if (status != 0)
        fail_msg("%s: %s", command, errors);
}

static void
save(const char *name, const char *data, gsize size)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    assert_true(g_file_set_contents(path, data, (gssize)size, NULL));
}

/* Without recipients draft_check refuses; the header may still be written. */
static GString *
plain_message(Draft *draft, const char *boundary)
{
    draft_check(draft, NULL);
    g_autoptr(Entity) entity =
        entity_build_with(draft, PROTECT_NONE, boundary, NULL);
    g_autofree char *prefix = message_prefix_plain(draft);
    GString *message = entity_string(entity);
    g_string_prepend(message, prefix);
    return message;
}

static const Part *
part_at(const View *view, guint index)
{
    assert_true(index < view->parts->len);
    return g_ptr_array_index(view->parts, index);
}

static void
check_people(const char *name, const Headers *headers, const char *field,
             const GPtrArray *want)
{
    g_autoptr(GPtrArray) got = headers_mailboxes(headers, field);
    assert_int_equal(got->len, want->len);
    for (guint i = 0; i < want->len; i++) {
        const Mailbox *a = g_ptr_array_index(got, i);
        const Mailbox *b = g_ptr_array_index(want, i);
        if (g_strcmp0(a->address, b->address) != 0 ||
            g_strcmp0(a->name, b->name) != 0)
            fail_msg("%s: %s %s <%s>", name, field, a->name, a->address);
    }
}

static void
round_trip(const char *name, const Json *vector, Draft *draft)
{
    const char *boundary = json_get_text(vector, "boundary", NULL);
    g_autoptr(GString) message = plain_message(draft, boundary);
    const guint8 *data = (const guint8 *)message->str;
    assert_true(gate_check(data, message->len, NULL));

    g_autoptr(Headers) headers = headers_parse(data, message->len);
    assert_true(headers_are_sound(headers));
    check_people(name, headers, "To", draft->to);
    check_people(name, headers, "Cc", draft->cc);
    assert_int_equal(headers_count(headers, "Bcc"), 0);
    g_autofree char *subject = headers_text(headers, "Subject");
    if (strchr(draft->subject, '\t') == NULL)
        assert_string_equal(subject, draft->subject);
    gint64 date = 0;
    assert_true(headers_date(headers, &date));
    assert_true(date == draft->date);

    g_autoptr(View) view = view_build(data, message->len, NULL);
    assert_int_equal(view->parts->len, 1 + draft->files->len);
    assert_int_equal(part_at(view, 0)->role, PART_TEXT);
    for (guint i = 0; i < draft->files->len; i++) {
        const DraftFile *file = g_ptr_array_index(draft->files, i);
        const Part *part = part_at(view, i + 1);
        g_autoptr(GBytes) bytes =
            view_part_data(data, message->len, part->path, NULL);
        if (strcmp(part->name, file->name) != 0 ||
            strcmp(part->type, file->type) != 0 ||
            !g_bytes_equal(bytes, file->data))
            fail_msg("%s: file %u: %s", name, i, part->name);
    }
}

static void
gmime_reads_back_what_the_form_said(void **state)
{
    assert_true(vectors_each(round_trip) >= 50);
}

static void
save_message(const char *name, const Json *vector, Draft *draft)
{
    g_autoptr(GString) message =
        plain_message(draft, json_get_text(vector, "boundary", NULL));
    g_autofree char *path =
        g_strdup_printf("eml/%.*s.eml", (int)strlen(name) - 5, name);
    save(path, message->str, message->len);
}

static void
python_reads_back_what_the_form_said(void **state)
{
    if (!has_program("python3"))
        return;
    run("mkdir -p \"$d/eml\"");
    vectors_each(save_message);
    run("python3 tests/mime/check_messages.py " VECTOR_FOLDER " \"$d/eml\"");
}

/* The message as outgoing makes it, with a signature by OpenSSL. */
static void
sign(const char *name, const Json *vector, Draft *draft)
{
    if (draft->files->len == 0 && strcmp(name, "plain.json") != 0)
        return;
    assert_true(draft_check(draft, NULL));
    g_autoptr(Entity) entity = entity_build(draft, PROTECT_CLEAR, NULL);
    g_autoptr(GString) signed_part = entity_string(entity);
    save("entity", signed_part->str, signed_part->len);
    run("openssl cms -sign -binary -in \"$d/entity\" -outform DER"
        " -signer \"$d/c.pem\" -inkey \"$d/k.pem\" -out \"$d/sig\"");
    g_autofree char *path = g_build_filename(folder, "sig", NULL);
    g_autofree char *der = NULL;
    gsize size = 0;
    assert_true(g_file_get_contents(path, &der, &size, NULL));
    g_autoptr(GBytes) cms = g_bytes_new(der, size);

    g_autofree char *boundary = boundary_new();
    g_autofree char *prefix =
        message_prefix_signed(draft, boundary, "sha-256");
    g_autofree char *suffix = message_suffix_signed(boundary, cms);
    g_autoptr(GString) message = g_string_new(prefix);
    g_string_append(message, signed_part->str);
    g_string_append(message, suffix);
    save("signed", message->str, message->len);
    run("openssl cms -verify -noverify -in \"$d/signed\" -out \"$d/out\"");
    run("cmp \"$d/entity\" \"$d/out\"");

    g_autoptr(Layer) layer =
        layer_find((const guint8 *)message->str, message->len);
    g_autoptr(GBytes) got = layer_cms(layer, NULL);
    assert_int_equal(layer->kind, LAYER_SIGNED);
    assert_false(layer->outside);
    assert_int_equal(layer->payload_size, signed_part->len);
    assert_memory_equal(layer->payload, signed_part->str, signed_part->len);
    assert_true(g_bytes_equal(got, cms));
}

static void
z7_openssl_verifies_our_messages_and_gets_the_same_bytes(void **state)
{
    if (!has_program("openssl"))
        return;
    run("openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=x -days 2"
        " -addext extendedKeyUsage=emailProtection"
        " -keyout \"$d/k.pem\" -out \"$d/c.pem\" 2>/dev/null");
    vectors_each(sign);
}

static int
begin(void **state)
{
    folder = g_dir_make_tmp("sceau-mime-XXXXXX", NULL);
    return folder == NULL;
}

static int
end(void **state)
{
    run("rm -r \"$d\"");
    g_clear_pointer(&folder, g_free);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gmime_reads_back_what_the_form_said),
        cmocka_unit_test(python_reads_back_what_the_form_said),
        cmocka_unit_test(
            z7_openssl_verifies_our_messages_and_gets_the_same_bytes),
    };
    return cmocka_run_group_tests_name("message", tests, begin, end);
}
