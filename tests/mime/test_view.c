#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "core/base/error.h"
#include "core/mime/view.h"

static View *
view(const char *message)
{
    g_autoptr(GError) error = NULL;
    View *out = view_build((const guint8 *)message, strlen(message), &error);
    if (out == NULL)
        fail_msg("%s", error->message);
    return out;
}

static const Part *
part(const View *shown, guint index)
{
    assert_true(index < shown->parts->len);
    return g_ptr_array_index(shown->parts, index);
}

#define MIXED "Content-Type: multipart/mixed; boundary=m\n\n"
#define TYPE(t) "Content-Type: " t "\n\n"

static const struct {
    const char *name;
    const char *message;
    const char *want; /* path:role:type, joined by spaces */
} trees[] =
    {
        {"no type", "Subject: x\n\nbody\n", "1:text:text/plain"},
        {"nothing", "", "1:text:text/plain"},
        {"text", TYPE("text/plain") "x", "1:text:text/plain"},
        {"mbox line", "From a@b x\n" TYPE("text/html") "x",
         "1:html:text/html"},
        {"mixed",
         MIXED "--m\n\na\n--m\n" TYPE("application/pdf") "b\n--m--\n",
         "1:text:text/plain 2:attachment:application/pdf"},
        {"alternative below mixed",
         MIXED "--m\n" TYPE("multipart/alternative; boundary=n") "--n\n" TYPE(
             "text/plain") "a\n--n\n" TYPE("text/html") "b\n--n--\n--"
                                                        "m\n" TYPE(
                                                            "image/"
                                                            "png") "c"
                                                                   "\n"
                                                                   "--"
                                                                   "m-"
                                                                   "-"
                                                                   "\n",
         "1.1:text:text/plain 1.2:html:text/html 2:attachment:image/png"},
        {"forwarded message stays a file",
         MIXED "--m\n" TYPE("message/rfc822") "Subject: in\n\nx\n--m--\n",
         "1:attachment:message/rfc822"},
        {"signature",
         MIXED
         "--m\n\na\n--m\n" TYPE("application/pkcs7-signature") "x\n--m--\n",
         "1:text:text/plain 2:signature:application/pkcs7-signature"},
        {"encrypted",
         TYPE("application/pkcs7-mime; smime-type=enveloped-data") "x",
         "1:encrypted:application/pkcs7-mime"},
        {"certificates",
         TYPE("application/pkcs7-mime; smime-type=certs-only") "x",
         "1:attachment:application/pkcs7-mime"},
        {"text as attachment",
         "Content-Disposition: attachment\n" TYPE("text/plain") "x",
         "1:attachment:text/plain"},
        {"unknown disposition",
         "Content-Disposition: x-strange\n" TYPE("text/html") "x",
         "1:attachment:text/html"},
        {"second text with a name",
         MIXED "--m\n\na\n--m\n" TYPE("text/plain; name=a.txt") "b\n--m--\n",
         "1:text:text/plain 2:attachment:text/plain"},
        {"sec_08 calendars, SVG, RTF, TNEF are files",
         MIXED "--m\n" TYPE("text/calendar") "a\n--m\n" TYPE("image/svg+xml") "b\n--m\n" TYPE(
             "text/rtf") "c\n--m\n" TYPE("application/ms-tnef") "d\n--"
                                                                "m\n" TYPE(
                                                                    "t"
                                                                    "e"
                                                                    "x"
                                                                    "t"
                                                                    "/"
                                                                    "x"
                                                                    "m"
                                                                    "l") "e\n"
                                                                         "--"
                                                                         "m--"
                                                                         "\n",
         "1:attachment:text/calendar 2:attachment:image/svg+xml "
         "3:attachment:text/rtf 4:attachment:application/ms-tnef "
         "5:attachment:text/xml"},
        {"bad type", "Content-Type: ///\n\nx",
         "1:attachment:application/octet-stream"},
};

static const char *const roles[] = {"text", "html", "attachment", "signature",
                                    "encrypted"};

static void
parts_have_paths_and_roles(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(trees); i++) {
        g_autoptr(View) shown = view(trees[i].message);
        g_autoptr(GString) got = g_string_new(NULL);
        for (guint j = 0; j < shown->parts->len; j++) {
            const Part *one = part(shown, j);
            g_string_append_printf(got, "%s%s:%s:%s", j > 0 ? " " : "",
                                   one->path, roles[one->role], one->type);
        }
        if (strcmp(got->str, trees[i].want) != 0)
            fail_msg("%s: %s", trees[i].name, got->str);
    }
}

static const struct {
    const char *name;
    const char *head;
    const char *body;
    const char *want;
} charsets[] = {
    {"UTF-8", "charset=utf-8", "\xc3\xa9", "é"},
    {"UTF-8 with a bad byte", "charset=utf-8", "a\xff", "a\xef\xbf\xbd"},
    {"Latin-1", "charset=iso-8859-1", "\xe9", "é"},
    {"Latin-1 that is Windows", "charset=iso-8859-1", "\x93", "“"},
    {"Windows", "charset=windows-1252", "\x80", "€"},
    {"none, UTF-8", "x=y", "\xc3\xa9", "é"},
    {"none, 8 bit", "x=y", "\xe9", "é"},
    {"ASCII that is UTF-8", "charset=us-ascii", "\xc3\xa9", "é"},
    {"unknown", "charset=x-nix", "\xe9", "é"},
    {"Japanese", "charset=iso-2022-jp", "\033$B4A;z\033(B", "漢字"},
    {"Shift_JIS", "charset=Shift_JIS", "\x8a\xbf", "漢"},
    {"Greek", "charset=iso-8859-7", "\xe1", "α"},
    {"Cyrillic", "charset=koi8-r", "\xc1", "а"},
    {"GB", "charset=gb2312", "\xba\xba", "汉"},
    {"line ends", "charset=utf-8", "a\r\nb\rc\nd", "a\nb\nc\nd"},
    {"controls", "charset=utf-8", "a\033[2J\x07\tb", "a[2J\tb"},
};

static void
text_of_any_charset_is_utf8(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(charsets); i++) {
        g_autofree char *message =
            g_strdup_printf("Content-Type: text/plain; %s\n\n%s",
                            charsets[i].head, charsets[i].body);
        g_autoptr(View) shown = view(message);
        if (strcmp(part(shown, 0)->text, charsets[i].want) != 0)
            fail_msg("%s: %s", charsets[i].name, part(shown, 0)->text);
    }
}

static const struct {
    const char *head;
    const char *want;
} names[] = {
    {"Content-Type: a/b; name=\"x.pdf\"", "x.pdf"},
    {"Content-Disposition: attachment; filename=x.pdf", "x.pdf"},
    {"Content-Disposition: attachment; filename*=utf-8''%C3%A9.pdf", "é.pdf"},
    {"Content-Disposition: attachment; filename*0*=utf-8''%C3;\n"
     " filename*1*=%A9.pdf",
     "é.pdf"},
    {"Content-Type: a/b; name=\"=?utf-8?B?w6k=?=.pdf\"", "é.pdf"},
    {"Content-Type: a/b; name=\"=?utf-8?B?YWE=?= =?utf-8?B?w6kuYQ==?=\"",
     "aaé.a"},
    {"Content-Disposition: attachment; filename=\"../../x.pdf\"", "x.pdf"},
    {"Content-Disposition: attachment; filename*=utf-8''a%E2%80%AEfdp.exe",
     "afdp.exe"},
    {"Content-Disposition: attachment; filename*=utf-8''a%0D%0Ab", "ab"},
    {"Content-Disposition: attachment; filename=\"a\xe2\x80\x8b.pdf\"",
     "a.pdf"},
    {"X: y", NULL},
};

static void
sec_43_names_of_parts_are_decoded_and_clean(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *message = g_strconcat(names[i].head, "\n\nx", NULL);
        g_autoptr(View) shown = view(message);
        if (g_strcmp0(part(shown, 0)->name, names[i].want) != 0)
            fail_msg("%s: %s", names[i].head, part(shown, 0)->name);
    }
}

static void
data_of_every_path_is_decoded(void **state)
{
    static const char message[] = MIXED
        "--m\n\nplain\n--m\nContent-Transfer-Encoding: "
        "base64\n" TYPE("image/x") "iVBORw0KGgo=\n--m\n" TYPE(
            "message/rfc822") "A:  b\r\n\r\nc "
                              "\r\n\n--m\n" TYPE(
                                  "multipart/"
                                  "mixed; "
                                  "boundary=n") "--n\n\ndeep\n--n--\n--m--\n";
    static const struct {
        const char *path;
        const char *want;
    } cases[] = {
        {"1", "plain"},
        {"2", "\x89PNG\r\n\x1a\n"},
        {"3", "A:  b\r\n\r\nc \r\n"},
        {"4.1", "deep"},
        {"4", NULL},
        {"0", NULL},
        {"5", NULL},
        {"1.1", NULL},
        {"4.2", NULL},
        {"4.", NULL},
        {"", NULL},
        {"-1", NULL},
        {"99999999999999999999", NULL},
    };
    const guint8 *data = (const guint8 *)message;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GBytes) got =
            view_part_data(data, sizeof message - 1, cases[i].path, &error);
        if (cases[i].want == NULL) {
            if (!g_error_matches(error, APP_ERROR, APP_ERROR_NOT_FOUND))
                fail_msg("%s was found", cases[i].path);
            continue;
        }
        g_autoptr(GBytes) want =
            g_bytes_new_static(cases[i].want, strlen(cases[i].want));
        if (got == NULL || !g_bytes_equal(got, want))
            fail_msg("%s: other bytes", cases[i].path);
    }
    g_autoptr(View) shown = view(message);
    assert_string_equal(part(shown, 1)->image, "image/png");
}

static const struct {
    const char *name;
    const char *bytes;
    const char *want;
} images[] = {
    {"PNG", "\x89PNG\r\n\x1a\n....", "image/png"},
    {"JPEG", "\xff\xd8\xff\xe0........", "image/jpeg"},
    {"GIF87", "GIF87a......", "image/gif"},
    {"GIF89", "GIF89a......", "image/gif"},
    {"WebP", "RIFF....WEBP", "image/webp"},
    {"SVG", "<svg xmlns='http://www.w3.org/2000/svg'>", NULL},
    {"HTML", "<html><script>", NULL},
    {"HTML behind a GIF in small letters", "gif89a<script>", NULL},
    {"PDF", "%PDF-1.7....", NULL},
    {"BMP", "BM..........", NULL},
    {"TIFF", "II*.........", NULL},
    {"ICO", "\x01\x01\x01\x01........", NULL},
    {"WAV", "RIFF....WAVE", NULL},
    {"short PNG", "\x89PNG", NULL},
    {"short WebP", "RIFF....WEB", NULL},
    {"ZIP", "PK\x03\x04........", NULL},
    {"ELF",
     "\x7f"
     "ELF........",
     NULL},
    {"EXE", "MZ..........", NULL},
    {"XML", "<?xml version='1.0'?>", NULL},
    {"JavaScript", "alert(1)//..", NULL},
    {"space before PNG", " \x89PNG\r\n\x1a\n", NULL},
    {"EPS", "%!PS-Adobe..", NULL},
    {"MP4", "....ftypisom", NULL},
    {"AVIF", "....ftypavif", NULL},
    {"RTF", "{\\rtf1......", NULL},
    {"OLE", "\xd0\xcf\x11\xe0........", NULL},
    {"7z", "7z\xbc\xaf'.......", NULL},
    {"gzip", "\x1f\x8b..........", NULL},
    {"text", "hello, world", NULL},
    {"nothing", "", NULL},
};

static void
sec_41_thirty_kinds_of_bytes_and_only_four_are_images(void **state)
{
    assert_int_equal(G_N_ELEMENTS(images), 30);
    for (gsize i = 0; i < G_N_ELEMENTS(images); i++) {
        g_autoptr(GBytes) bytes =
            g_bytes_new_static(images[i].bytes, strlen(images[i].bytes));
        if (g_strcmp0(view_image_type(bytes), images[i].want) != 0)
            fail_msg("%s", images[i].name);
    }
}

static void
sec_03_text_is_at_most_twice_the_message_and_one_mib(void **state)
{
    g_autoptr(GString) message =
        g_string_new("Content-Type: text/plain; charset=iso-8859-11\n\n");
    for (guint i = 0; i < 4 * 1024 * 1024; i++)
        g_string_append_c(message, '\xa1');
    g_autoptr(View) shown =
        view_build((const guint8 *)message->str, message->len, NULL);
    gsize most = 2 * message->len + 1024 * 1024;
    gsize got = strlen(part(shown, 0)->text);
    assert_true(got <= most + 3);
    assert_true(got > most - 16);
    assert_true(g_utf8_validate(part(shown, 0)->text, -1, NULL));
}

static void
multipart_without_parts_is_shown_as_text(void **state)
{
    g_autoptr(View) bare = view(TYPE("multipart/mixed") "a\r\nb");
    assert_int_equal(bare->parts->len, 1);
    assert_string_equal(part(bare, 0)->text, "a\nb");
    g_autoptr(View) other =
        view(TYPE("multipart/mixed; boundary=m") "--n\n\nx\n");
    assert_string_equal(part(other, 0)->text, "--n\n\nx\n");
}

static void
view_passes_the_gate_itself(void **state)
{
    g_autoptr(GString) message = g_string_new(MIXED);
    for (guint i = 0; i < 1001; i++)
        g_string_append(message, "--m\n\n\n");
    g_autoptr(GError) error = NULL;
    assert_null(
        view_build((const guint8 *)message->str, message->len, &error));
    assert_true(g_error_matches(error, APP_ERROR, APP_ERROR_TOO_COMPLEX));
    assert_false(view_has_remote((const guint8 *)message->str, message->len));
}

static void
alternatives_without_html_replace_nothing(void **state)
{
    g_autoptr(View) plain =
        view(TYPE("multipart/alternative; boundary=n") "--n\n\na\n--n\n" TYPE(
            "text/calendar") "b\n--n--\n");
    assert_false(part(plain, 0)->alternative);
    g_autoptr(View) rich =
        view(TYPE("multipart/alternative; boundary=n") "--n\n\na\n--n\n" TYPE(
            "text/html") "b\n--n--\n");
    assert_true(part(rich, 0)->alternative);
}

/* The size that the list of files says is that of the file that is saved,
 * however its base64 is written. */
static void
a_file_is_as_large_as_it_is_said_to_be(void **state)
{
    static const struct {
        const char *name, *body;
        gsize want;
    } cases[] = {
        {"one byte", "YQ==\r\n", 1},
        {"two, no line end", "YWI=", 2},
        {"lines", "YWJj\r\nZGVm\r\n", 6},
        {"broken anywhere", "YW\nJjZ\n\n GVm", 6},
        {"without padding", "YWJjZA", 4},
        {"nothing behind padding", "YQ==YWJj", 1},
        {"something else in it", "YW*Jj", 3},
        {"nothing", "", 0},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *message = g_strconcat(
            "Content-Type: application/x\nContent-Transfer-Encoding: "
            "base64\n\n",
            cases[i].body, NULL);
        g_autoptr(View) shown = view(message);
        g_autoptr(GBytes) data = view_part_data((const guint8 *)message,
                                                strlen(message), "1", NULL);
        gsize got = part(shown, 0)->size;
        if (got != cases[i].want || g_bytes_get_size(data) != cases[i].want)
            fail_msg("%s: %d, %d", cases[i].name, (int)got,
                     (int)g_bytes_get_size(data));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_have_paths_and_roles),
        cmocka_unit_test(text_of_any_charset_is_utf8),
        cmocka_unit_test(sec_43_names_of_parts_are_decoded_and_clean),
        cmocka_unit_test(data_of_every_path_is_decoded),
        cmocka_unit_test(
            sec_41_thirty_kinds_of_bytes_and_only_four_are_images),
        cmocka_unit_test(
            sec_03_text_is_at_most_twice_the_message_and_one_mib),
        cmocka_unit_test(multipart_without_parts_is_shown_as_text),
        cmocka_unit_test(view_passes_the_gate_itself),
        cmocka_unit_test(alternatives_without_html_replace_nothing),
        cmocka_unit_test(a_file_is_as_large_as_it_is_said_to_be),
    };
    return cmocka_run_group_tests_name("view", tests, NULL, NULL);
}
