#include "tests/base/expect.h"

#include "fcgi/request_form.h"

#define TYPE "multipart/form-data; boundary=--b1"
#define FIELD(name, value)                                                   \
    "----b1\r\nContent-Disposition: form-data; name=\"" name                 \
    "\"\r\n\r\n" value "\r\n"
#define FILE_PART(name, type, value)                                         \
    "----b1\r\nContent-Disposition: form-data; name=\"file\"; "              \
    "filename=\"" name "\"\r\nContent-Type: " type "\r\n\r\n" value "\r\n"
#define END "----b1--\r\n"

typedef struct {
    GHashTable *fields;
    GPtrArray *files;
} Form;

static void
file_free(gpointer data)
{
    RequestFile *file = data;
    g_free(file->name);
    g_free(file->type);
    g_bytes_unref(file->data);
    g_free(file);
}

static Form
form_new(void)
{
    return (Form){
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
        g_ptr_array_new_with_free_func(file_free)};
}

static void
form_clear(Form *form)
{
    g_hash_table_unref(form->fields);
    g_ptr_array_unref(form->files);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Form, form_clear)

static gboolean
read_bytes(const char *type, const void *data, gsize size, Form *form,
           GError **error)
{
    g_autoptr(GBytes) body = g_bytes_new(data, size);
    return form_read_multipart(type, body, form->fields, form->files, error);
}

static void
fields_and_files_come_as_they_were_sent(void **state)
{
    static const char body[] =
        FIELD("to", "a@b.test") FIELD("text", "1\r\n\r\n--b1 not\r\n")
            FILE_PART("r\xc3\xa9sum\xc3\xa9.pdf", "application/pdf",
                      "%PDF\0\r\n--\xff\r\n\r\n")
                FILE_PART("a%22b.txt", "text/plain", "") END;
    g_auto(Form) form = form_new();
    g_autoptr(GError) error = NULL;
    expect_fine(read_bytes(TYPE, body, sizeof body - 1, &form, &error), error,
                "form");
    assert_string_equal(g_hash_table_lookup(form.fields, "to"), "a@b.test");
    assert_string_equal(g_hash_table_lookup(form.fields, "text"),
                        "1\r\n\r\n--b1 not\r\n");
    assert_int_equal(form.files->len, 2);
    const RequestFile *file = g_ptr_array_index(form.files, 0);
    assert_string_equal(file->name, "résumé.pdf");
    assert_string_equal(file->type, "application/pdf");
    static const char want[] = "%PDF\0\r\n--\xff\r\n\r\n";
    assert_int_equal(g_bytes_get_size(file->data), sizeof want - 1);
    assert_memory_equal(g_bytes_get_data(file->data, NULL), want,
                        sizeof want - 1);
    file = g_ptr_array_index(form.files, 1);
    assert_string_equal(file->name, "a\"b.txt");
}

/* A mail attached to a mail is bytes like any other. */
static void
a_file_of_type_multipart_or_message_is_not_opened(void **state)
{
    static const char inner[] =
        "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\na\r\n"
        "--x--\r\n";
    static const char *const types[] = {"message/rfc822",
                                        "multipart/mixed; boundary=x"};
    for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
        g_autofree char *body = g_strconcat(
            "----b1\r\nContent-Disposition: form-data; name=\"file\"; "
            "filename=\"m.eml\"\r\nContent-Type: ",
            types[i], "\r\n\r\n", inner, "\r\n" END, NULL);
        g_auto(Form) form = form_new();
        g_autoptr(GError) error = NULL;
        expect_fine(read_bytes(TYPE, body, strlen(body), &form, &error),
                    error, types[i]);
        const RequestFile *file = g_ptr_array_index(form.files, 0);
        assert_int_equal(g_bytes_get_size(file->data), strlen(inner));
        assert_memory_equal(g_bytes_get_data(file->data, NULL), inner,
                            strlen(inner));
    }
}

static void
an_empty_file_field_is_no_file(void **state)
{
    static const char body[] =
        FILE_PART("", "application/octet-stream", "") END;
    g_auto(Form) form = form_new();
    g_autoptr(GError) error = NULL;
    expect_fine(read_bytes(TYPE, body, sizeof body - 1, &form, &error), error,
                "form");
    assert_int_equal(form.files->len, 0);
}

static void
what_is_badly_built_is_refused(void **state)
{
    static const struct {
        const char *name, *type, *body;
    } cases[] = {
        {"no boundary", "multipart/form-data", FIELD("a", "1") END},
        {"empty boundary",
         "multipart/form-data; boundary=", FIELD("a", "1") END},
        {"long boundary",
         "multipart/form-data; boundary=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
         FIELD("a", "1") END},
        {"another boundary", TYPE, "--other\r\n\r\n"},
        {"nothing", TYPE, ""},
        {"no end", TYPE, FIELD("a", "1")},
        {"cut in a part", TYPE, "----b1\r\nContent-Dispo"},
        {"cut after the boundary", TYPE, "----b1"},
        {"no blank line", TYPE, "----b1\r\nA: b\r\n" END},
        {"no name", TYPE,
         "----b1\r\nContent-Disposition: form-data\r\n\r\n1\r\n" END},
        {"field twice", TYPE, FIELD("a", "1") FIELD("a", "2") END},
        {"field not UTF-8", TYPE, FIELD("a", "\xff") END},
        {"name not UTF-8", TYPE, FIELD("\xff", "a") END},
        {"a file elsewhere", TYPE,
         "----b1\r\nContent-Disposition: form-data; name=\"to\"; "
         "filename=\"x\"\r\n\r\n1\r\n" END},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Form) form = form_new();
        g_autoptr(GError) error = NULL;
        gboolean got = read_bytes(cases[i].type, cases[i].body,
                                  strlen(cases[i].body), &form, &error);
        if (got)
            fail_msg("%s was taken", cases[i].name);
        expect_app_error(error, APP_ERROR_INPUT, cases[i].name);
    }
}

/* Every cut of a good form is refused, and none is read beyond its end. */
static void
sec_50_a_form_cut_anywhere_is_refused(void **state)
{
    static const char body[] =
        FIELD("to", "a@b.test") FILE_PART("f", "text/plain", "x") END;
    for (gsize size = 0; size < sizeof body - 3; size++) {
        g_auto(Form) form = form_new();
        g_autoptr(GError) error = NULL;
        if (read_bytes(TYPE, body, size, &form, &error))
            fail_msg("cut at %u was taken", (guint)size);
    }
}

static void
too_many_fields_or_files_are_refused(void **state)
{
    g_autoptr(GString) body = g_string_new(NULL);
    for (guint i = 0; i <= FORM_FILES_MAX; i++)
        g_string_append(body, FILE_PART("f", "text/plain", "x"));
    g_string_append(body, END);
    g_auto(Form) form = form_new();
    g_autoptr(GError) error = NULL;
    assert_false(read_bytes(TYPE, body->str, body->len, &form, &error));
    g_string_truncate(body, 0);
    for (guint i = 0; i <= FORM_FIELDS_MAX; i++)
        g_string_append_printf(body, "%u=1&", i);
    assert_false(
        form_read_urlencoded(body->str, body->len, form.fields, NULL));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_and_files_come_as_they_were_sent),
        cmocka_unit_test(a_file_of_type_multipart_or_message_is_not_opened),
        cmocka_unit_test(an_empty_file_field_is_no_file),
        cmocka_unit_test(what_is_badly_built_is_refused),
        cmocka_unit_test(sec_50_a_form_cut_anywhere_is_refused),
        cmocka_unit_test(too_many_fields_or_files_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
