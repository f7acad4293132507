/* What a page gets of a message at hand, signed here and now. */
#include "tests/mail/judge_test.h"

#include "core/mail/incoming.h"

#define FIELDS                                                               \
    "From: Claire Fontaine <claire@demo.test>\r\n"                           \
    "To: Alice <alice@demo.test>, bob@demo.test\r\nSubject: outside\r\n"

static Incoming *
read_message(const People *people, GBytes *message)
{
    const World world = {.trust = people->trust, .now = people->now + 10};
    g_autoptr(GError) error = NULL;
    Incoming *incoming = incoming_read(&world, message, people->now, &error);
    if (incoming == NULL)
        fail_msg("%s", error->message);
    return incoming;
}

static Incoming *
read_text(const People *people, const char *text)
{
    g_autoptr(GBytes) message = text_bytes(text);
    return read_message(people, message);
}

static Incoming *
read_signed(const People *people, const char *fields, const char *entity)
{
    g_autoptr(GBytes) body = sign(people, "claire", entity, NULL);
    g_autoptr(GBytes) message = message_of(people, fields, body);
    return read_message(people, message);
}

static const char *
text_at(const GPtrArray *texts, guint index)
{
    assert_true(index < texts->len);
    return g_ptr_array_index(texts, index);
}

static const IncomingFile *
file_at(const Incoming *incoming, guint index)
{
    assert_true(index < incoming->files->len);
    return g_ptr_array_index(incoming->files, index);
}

static void
plain_message_is_shown_whole(void **state)
{
    g_autoptr(Incoming) got = read_text(
        *state,
        FIELDS "Cc: =?utf-8?q?Zo=C3=AB?= <zoe@demo.test>\n"
               "Sender: other@demo.test\nReply-To: list@demo.test\n"
               "Date: Wed, 25 Nov 2026 04:30:00 +0000\n"
               "Message-ID: <1@x>\nReferences: junk <0@x> <y y>\n"
               "Content-Type: multipart/mixed; boundary=m\n\n--m\n\nhello\n"
               "--m\nContent-Type: image/png; name=a.png\nContent-ID: <i@x>\n"
               "Content-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--m--\n");
    assert_string_equal(got->subject, "outside");
    assert_string_equal(got->from.name, "Claire Fontaine");
    assert_string_equal(got->from.address, "claire@demo.test");
    assert_int_equal(got->to->len, 2);
    const IncomingPerson *zoe = g_ptr_array_index(got->cc, 0);
    assert_string_equal(zoe->name, "Zoë");
    assert_string_equal(got->sender.address, "other@demo.test");
    assert_int_equal(got->reply_to->len, 1);
    assert_true(got->date == 1795581000);
    assert_string_equal(got->message_id, "<1@x>");
    assert_string_equal(got->references, "<0@x>");
    assert_string_equal(text_at(got->texts, 0), "hello");
    assert_int_equal(got->htmls->len, 0);
    const IncomingFile *file = file_at(got, 0);
    assert_string_equal(file->path, "2");
    assert_string_equal(file->name, "a.png");
    assert_string_equal(file->image, "image/png");
    assert_string_equal(file->content_id, "i@x");
    assert_int_equal(file->size, 8);
    assert_false(file->covered);
    assert_string_equal(got->judgement->signature, "none");
    assert_false(got->encrypted || got->too_complex || got->remote);
}

static void
z30_files_under_a_verified_signature_are_covered(void **state)
{
    static const char entity[] =
        "Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n"
        "Content-Type: text/plain\r\n\r\nhello\r\n--m\r\n"
        "Content-Type: application/pdf; name=a.pdf\r\n\r\nx\r\n--m--\r\n";
    g_autoptr(Incoming) got = read_signed(*state, FIELDS, entity);
    assert_string_equal(got->judgement->state, "verified");
    assert_int_equal(got->files->len, 1);
    assert_true(file_at(got, 0)->covered);
    assert_string_equal(file_at(got, 0)->path, "2");

    g_autoptr(GBytes) body = sign(*state, "claire", entity, NULL);
    g_autoptr(GBytes) message = message_of(*state, FIELDS, body);
    gsize size = 0;
    g_autofree char *edited = g_memdup2(g_bytes_get_data(message, &size),
                                        g_bytes_get_size(message));
    char *hello = memmem(edited, g_bytes_get_size(message), "hello", 5);
    *hello = 'j';
    g_autoptr(GBytes) tampered =
        g_bytes_new(edited, g_bytes_get_size(message));
    g_autoptr(Incoming) altered = read_message(*state, tampered);
    assert_string_equal(altered->judgement->signature, "altered");
    assert_string_equal(text_at(altered->texts, 0), "jello");
    assert_false(file_at(altered, 0)->covered);
}

#define PROTECTED                                                            \
    "Content-Type: text/plain; hp=\"clear\"\r\n"                             \
    "From: Claire Fontaine <claire@demo.test>\r\n"                           \
    "To: Alice <alice@demo.test>, bob@demo.test\r\n"                         \
    "Subject: inside\r\n\r\nhello\r\n"

static void
o7_a_name_that_shows_another_address_is_told(void **state)
{
    g_autoptr(Incoming) plain =
        read_text(*state, "From: \"The Boss <boss@demo.test>\" "
                          "<claire@demo.test>\n\nhello\n");
    assert_string_equal(plain->from_claim, "The Boss <boss@demo.test>");
    assert_null(plain->from.name);
    assert_string_equal(plain->from.address, "claire@demo.test");

    g_autoptr(Incoming) inside = read_signed(
        *state, FIELDS,
        "Content-Type: text/plain; hp=\"clear\"\r\n"
        "From: \"boss@demo.test\" <claire@demo.test>\r\n\r\nhello\r\n");
    assert_string_equal(inside->from_claim, "boss@demo.test");
    g_autoptr(Incoming) honest = read_signed(*state, FIELDS, PROTECTED);
    assert_null(honest->from_claim);
}

static void
sec_37_protected_subject_is_shown_only_under_a_valid_signature(void **state)
{
    g_autoptr(Incoming) good = read_signed(*state, FIELDS, PROTECTED);
    assert_string_equal(good->judgement->signature, "verified");
    assert_string_equal(good->subject, "inside");
    assert_true(g_ptr_array_find_with_equal_func(
        good->judgement->reasons, "header-mismatch", g_str_equal, NULL));

    g_autoptr(GBytes) body = sign(*state, "etranger", PROTECTED, NULL);
    g_autoptr(GBytes) message = message_of(*state, FIELDS, body);
    g_autoptr(Incoming) bad = read_message(*state, message);
    assert_string_not_equal(bad->judgement->signature, "verified");
    assert_string_equal(bad->subject, "outside");

    g_autoptr(Incoming) none = read_text(
        *state, FIELDS "Content-Type: multipart/mixed; boundary=m\r\n\r\n"
                       "--m\r\n" PROTECTED "--m--\r\n");
    assert_string_equal(none->subject, "outside");
}

static const struct {
    const char *name;
    const char *from;
    const char *want_name, *want_address;
} people_from[] = {
    {"poses", "\"boss@bank\" <a@b>", NULL, "a@b"},
    {"direction", "=?utf-8?B?4oCuZWVM?= <a@b>", "eeL", "a@b"},
    {"hidden in the address", "a\xe2\x80\x8b@b", NULL, "a\xef\xbf\xbd@b"},
    {"several", "Ann <a@b>, c@d", "Ann", "a@b"},
    {"none", "Ann Lee", NULL, "Ann Lee"},
    {"empty", "", NULL, ""},
};

static void
sec_43_address_is_always_shown(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(people_from); i++) {
        g_autofree char *text =
            g_strdup_printf("From: %s\n\nx\n", people_from[i].from);
        g_autoptr(Incoming) got = read_text(*state, text);
        if (g_strcmp0(got->from.name, people_from[i].want_name) != 0 ||
            g_strcmp0(got->from.address, people_from[i].want_address) != 0)
            fail_msg("%s: %s <%s>", people_from[i].name, got->from.name,
                     got->from.address);
    }
    g_autoptr(Incoming) missing = read_text(*state, "To: a@b\n\nx\n");
    assert_string_equal(missing->from.address, "");
    assert_null(missing->subject);
}

static void
html_reading_holds_the_texts_beside_it(void **state)
{
    g_autoptr(Incoming) got =
        read_text(*state, FIELDS
                  "Content-Type: multipart/mixed; boundary=m\n\n--m\n"
                  "Content-Type: multipart/alternative; boundary=n\n\n--n\n\n"
                  "same\n--n\nContent-Type: text/html\n\n<b>same</b>"
                  "<img src=https://x>\n--n--\n--m\n\na < b\n--m--\n");
    assert_int_equal(got->texts->len, 2);
    assert_int_equal(got->htmls->len, 2);
    assert_string_equal(text_at(got->htmls, 1), "<pre>a &lt; b</pre>");
    assert_true(got->remote);
}

#define MIXED "Content-Type: multipart/mixed; boundary=m\n\n"
#define HTML "Content-Type: text/html\n\n"

/* Texts are what a reply quotes: nothing in them that was not shown. */
static const char *const covert[] = {
    HTML "<p style=\"display:none\">SECRET</p>",
    HTML "<p style=\"font-size:0\">SECRET</p>",
    HTML "<p style=\"color:#fff\">SECRET</p>",
    HTML "<!-- SECRET -->",
    HTML "<img alt=SECRET src=cid:x>",
    HTML "<style>/* SECRET */</style>",
    HTML "<textarea hidden>SECRET</textarea>",
    "Content-Type: multipart/alternative; boundary=m\n\n--m\n\nhello\n"
    "--m\n" HTML "<p hidden>SECRET</p>\n--m--\n",
    MIXED "SECRET\n--m\n\nhello\n--m--\n",
    MIXED "--m\n\nhello\n--m--\nSECRET\n",
    MIXED "--m\n\nhello\n--m\nContent-Type: message/rfc822\n\n"
          "Subject: x\n\nSECRET\n--m--\n",
    MIXED "--m\n\nhello\n--m\nContent-Disposition: attachment\n\nSECRET\n"
          "--m--\n",
    MIXED "--m\n\nhello\n--m\nContent-Type: text/plain; name=x.txt\n\n"
          "SECRET\n--m--\n",
    MIXED "--m\n\nhello\n--m\nContent-Type: text/calendar\n\nSECRET\n"
          "--m--\n",
    MIXED "--m\n\nhello\n--m\nContent-Type: text/enriched\n\nSECRET\n"
          "--m--\n",
    MIXED "--m\n\nhello\n--m\nContent-Type: application/pkcs7-mime\n\n"
          "SECRET\n--m--\n",
    "X-Hidden: SECRET\nContent-Type: text/plain\n\nhello\n",
};

static void
sec_35_covert_content_never_reaches_the_texts(void **state)
{
    assert_true(G_N_ELEMENTS(covert) >= 16);
    for (gsize i = 0; i < G_N_ELEMENTS(covert); i++) {
        g_autofree char *text = g_strconcat("From: a@b\n", covert[i], NULL);
        g_autoptr(Incoming) got = read_text(*state, text);
        for (guint j = 0; j < got->texts->len; j++)
            if (strstr(text_at(got->texts, j), "SECRET") != NULL)
                fail_msg("%s", covert[i]);
    }
}

static void
encrypted_message_is_locked_and_has_no_files(void **state)
{
    g_autofree char *cert =
        g_strdup_printf("%s/ids/claire.pem", ((People *)*state)->dir);
    g_autofree char *in =
        g_strdup_printf("%s/entity", ((People *)*state)->dir);
    assert_true(g_file_set_contents(in, ENTITY, -1, NULL));
    g_autoptr(GBytes) body = NULL;
    run((const char *const[]){"openssl", "cms", "-encrypt", "-aes256", "-in",
                              in, "-out", "<", cert, NULL},
        &body);
    g_autoptr(GBytes) message = message_of(*state, FIELDS, body);
    g_autoptr(Incoming) got = read_message(*state, message);
    assert_true(got->encrypted);
    assert_int_equal(got->files->len, 0);
    assert_int_equal(got->texts->len, 0);
}

static void
sec_01_too_complex_leaves_the_header_and_the_download(void **state)
{
    g_autoptr(GString) text =
        g_string_new(FIELDS "Content-Type: multipart/mixed; boundary=m\n\n");
    for (guint i = 0; i < 1001; i++)
        g_string_append(text, "--m\n\n\n");
    g_autoptr(Incoming) parts = read_text(*state, text->str);
    assert_true(parts->too_complex);
    assert_null(parts->judgement);
    assert_string_equal(parts->subject, "outside");
    assert_int_equal(parts->texts->len + parts->files->len, 0);

    g_string_assign(text, FIELDS "To: ");
    for (guint i = 0; i < 41000; i++)
        g_string_append(text, "a:");
    g_string_append(text, "\n\nx\n");
    g_autoptr(Incoming) groups = read_text(*state, text->str);
    assert_true(groups->too_complex);
    assert_null(groups->subject);
    assert_string_equal(groups->from.address, "");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_message_is_shown_whole),
        cmocka_unit_test(z30_files_under_a_verified_signature_are_covered),
        cmocka_unit_test(
            sec_37_protected_subject_is_shown_only_under_a_valid_signature),
        cmocka_unit_test(sec_43_address_is_always_shown),
        cmocka_unit_test(o7_a_name_that_shows_another_address_is_told),
        cmocka_unit_test(html_reading_holds_the_texts_beside_it),
        cmocka_unit_test(sec_35_covert_content_never_reaches_the_texts),
        cmocka_unit_test(encrypted_message_is_locked_and_has_no_files),
        cmocka_unit_test(
            sec_01_too_complex_leaves_the_header_and_the_download),
    };
    return cmocka_run_group_tests(tests, people_set_up, people_tear_down);
}
