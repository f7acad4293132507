/* What an answer takes over, and what stays behind. */
#include "core/base/error.h"
#include "core/mail/incoming_internal.h"
#include "core/mail/reply.h"
#include "tests/mail/open_test.h"

static const Account alice = {.login = (char *)(guintptr) "alice@demo.test",
                              .address =
                                  (char *)(guintptr) "alice@demo.test"};
static const World world_of_alice = {.account = &alice};

static Incoming *
read_text(const People *people, const char *text)
{
    const World world = {
        .trust = people->trust, .now = people->now, .account = &alice};
    g_autoptr(GBytes) message = text_bytes(text);
    g_autoptr(GError) error = NULL;
    Incoming *got = incoming_read(&world, message, people->now, &error);
    if (got == NULL)
        fail_msg("%s", error->message);
    return got;
}

static Reply *
answer(const Incoming *incoming, const char *mode)
{
    g_autoptr(GError) error = NULL;
    Reply *reply = reply_make(&world_of_alice, incoming, mode, &error);
    if (reply == NULL)
        fail_msg("%s", error->message);
    return reply;
}

static const struct {
    const char *name, *fields, *mode, *to, *cc;
} addressings[] = {
    {"sender", CLAIRE "To: alice@demo.test, bob@x\n", "reply",
     "Claire Fontaine <claire@demo.test>", ""},
    {"all", CLAIRE "To: Alice@Demo.test, bob@x\nCc: Zoe <z@x>, BOB@x\n",
     "all", "Claire Fontaine <claire@demo.test>", "bob@x, Zoe <z@x>"},
    {"Reply-To", CLAIRE "Reply-To: Desk <d@x>, e@x\nTo: alice@demo.test\n",
     "reply", "Desk <d@x>, e@x", ""},
    {"Reply-To and all", CLAIRE "Reply-To: d@x\nTo: alice@demo.test, d@x\n",
     "all", "d@x", ""},
    {"own message", "From: alice@demo.test\nTo: bob@x\nCc: z@x\n", "reply",
     "bob@x", ""},
    {"own message, all", "From: alice@demo.test\nTo: bob@x\nCc: z@x\n", "all",
     "bob@x", "z@x"},
    {"to oneself", "From: alice@demo.test\nTo: alice@demo.test\n", "reply",
     "alice@demo.test", ""},
    {"name to be quoted", "From: \"F., C. \\\"x\\\"\" <c@x>\nTo: a@b\n",
     "reply", "\"F., C. \\\"x\\\"\" <c@x>", ""},
    {"nobody", "To: a@b\n", "reply", "", ""},
    {"forward", CLAIRE "To: bob@x\n", "forward", "", ""},
};

static void
answer_goes_to_whom_it_should(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(addressings); i++) {
        g_autofree char *text =
            g_strconcat(addressings[i].fields, "\nx\n", NULL);
        g_autoptr(Incoming) incoming = read_text(*state, text);
        g_autoptr(Reply) got = answer(incoming, addressings[i].mode);
        if (strcmp(got->to, addressings[i].to) != 0 ||
            strcmp(got->cc, addressings[i].cc) != 0)
            fail_msg("%s: to \"%s\", cc \"%s\"", addressings[i].name, got->to,
                     got->cc);
    }
}

static const struct {
    const char *subject, *mode, *want;
} subjects[] = {
    {"Subject: Budget\n", "reply", "Re: Budget"},
    {"Subject: RE: Budget\n", "all", "RE: Budget"},
    {"Subject: Budget\n", "forward", "Fwd: Budget"},
    {"Subject: fwd: Budget\n", "forward", "fwd: Budget"},
    {"Subject: Re: Budget\n", "forward", "Fwd: Re: Budget"},
    {"", "reply", "Re: "},
};

static void
subject_is_marked_once(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(subjects); i++) {
        g_autofree char *text =
            g_strconcat(CLAIRE, subjects[i].subject, "\nx\n", NULL);
        g_autoptr(Incoming) incoming = read_text(*state, text);
        g_autoptr(Reply) got = answer(incoming, subjects[i].mode);
        assert_string_equal(got->subject, subjects[i].want);
    }
}

static void
thread_goes_on_in_a_reply_alone(void **state)
{
    g_autoptr(Incoming) incoming = read_text(
        *state, CLAIRE "Message-ID: <2@x>\nReferences: <1@x>\n\nx\n");
    g_autoptr(Reply) reply = answer(incoming, "reply");
    assert_string_equal(reply->in_reply_to, "<2@x>");
    assert_string_equal(reply->references, "<1@x> <2@x>");
    g_autoptr(Reply) forward = answer(incoming, "forward");
    assert_null(forward->in_reply_to);
    assert_null(forward->references);
    g_autoptr(GError) error = NULL;
    assert_null(reply_make(&world_of_alice, incoming, "shout", &error));
    assert_int_equal(app_error_code(error), APP_ERROR_INPUT);
}

#define ALTERNATIVE                                                          \
    CLAIRE "Content-Type: multipart/alternative; boundary=m\n\n--m\n\n"      \
           "plain\n--m\nContent-Type: text/html\n\n<p>rich</p>\n--m--\n"
#define HTML CLAIRE "Content-Type: text/html\n\n"

static const struct {
    const char *name, *message, *reply, *forward, *left_out;
} quotes[] = {
    {"text", CLAIRE "\nHello\n\n> before\n-- \nClaire\n\n\n",
     "> Hello\n>\n>> before\n> --\n> Claire\n",
     "Hello\n\n> before\n--\nClaire\n", NULL},
    {"text beside HTML", ALTERNATIVE, "> plain\n", "plain\n", NULL},
    {"HTML alone", HTML "<p>One<p>Two", "> One\n>\n> Two\n", "One\n\nTwo\n",
     NULL},
    {"hidden text", HTML "a<p style=display:none>SECRET</p>b",
     "> a\n>\n> b\n", "a\n\nb\n", "hidden-text"},
    {"nothing", CLAIRE "\n", "", "", NULL},
};

static void
quote_is_plain_text(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(quotes); i++) {
        g_autoptr(Incoming) incoming = read_text(*state, quotes[i].message);
        g_autoptr(Reply) reply = answer(incoming, "reply");
        g_autoptr(Reply) forward = answer(incoming, "forward");
        if (strcmp(reply->text, quotes[i].reply) != 0 ||
            strcmp(forward->text, quotes[i].forward) != 0 ||
            g_strcmp0(reply->quote_left_out, quotes[i].left_out) != 0)
            fail_msg("%s: \"%s\", \"%s\", %s", quotes[i].name, reply->text,
                     forward->text, reply->quote_left_out);
        assert_false(reply->must_encrypt);
    }
}

#define FILES                                                                \
    "Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n"               \
    "Content-Type: text/html\r\n\r\n<img "                                   \
    "src=\"cid:a%%40x\">Hello\r\n--m\r\n"                                    \
    "Content-Type: image/png\r\nContent-ID: <a@x>\r\n"                       \
    "Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--m\r\n"       \
    "Content-Type: application/pdf; name=a.pdf\r\n\r\nx\r\n--m--\r\n"

static void
forwarded_message_carries_its_files(void **state)
{
    g_autofree char *text = g_strdup_printf(CLAIRE FILES);
    g_autoptr(Incoming) incoming = read_text(*state, text);
    assert_int_equal(incoming->files->len, 2);
    const IncomingFile *image = g_ptr_array_index(incoming->files, 0);
    assert_true(image->embedded);
    g_autoptr(Reply) reply = answer(incoming, "reply");
    assert_int_equal(reply->files->len, 0);
    g_autoptr(Reply) forward = answer(incoming, "forward");
    assert_int_equal(forward->files->len, 1);
    const IncomingFile *file = g_ptr_array_index(forward->files, 0);
    assert_string_equal(file->name, "a.pdf");
    assert_string_equal(forward->text, "Hello\n");
}

static Incoming *
opened(const People *people, GBytes *body)
{
    g_autoptr(GBytes) message = message_of(people, CLAIRE, body);
    g_autoptr(GError) error = NULL;
    Incoming *got = incoming_of(message, people->now,
                                judge_opened(people, message), &error);
    if (got == NULL)
        fail_msg("%s", error->message);
    return got;
}

static void
expect_left_out(const char *name, const Incoming *incoming, const char *why)
{
    g_autoptr(Reply) reply = answer(incoming, "reply");
    g_autoptr(Reply) forward = answer(incoming, "forward");
    if (g_strcmp0(reply->quote_left_out, why) != 0 ||
        reply->must_encrypt != incoming->opened)
        fail_msg("%s: %s", name, reply->quote_left_out);
    if (why != NULL && (*reply->text != '\0' || *forward->text != '\0' ||
                        forward->files->len > 0))
        fail_msg("%s: quoted", name);
    if (why == NULL && *reply->text == '\0')
        fail_msg("%s: no quote", name);
}

static void
sec_35_what_nobody_vouches_for_is_not_quoted(void **state)
{
    People *people = *state;
    g_autofree char *entity = g_strdup_printf(FILES);
    g_autoptr(GBytes) plain = text_bytes(entity);
    g_autoptr(GBytes) inner = sign(people, "claire", entity, NULL);
    g_autofree char *inner_text = text_of(inner);
    g_autofree char *mixed = g_strdup_printf(
        "Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n%s\r\n"
        "--o\r\nContent-Type: text/plain\r\n\r\nfooter\r\n--o--\r\n",
        inner_text);
    g_autoptr(GBytes) errant = text_bytes(mixed);
    const struct {
        const char *name;
        GBytes *entity;
        const char *cipher, *why;
    } cases[] = {
        {"signed, CBC", inner, "-aes256", NULL},
        {"GCM", plain, "-aes-256-gcm", NULL},
        {"CBC alone", plain, "-aes256", "unauthenticated"},
        {"3DES around a signature", inner, "-des3", "weak-encryption"},
        {"errant, GCM", errant, "-aes-256-gcm", "errant-layer"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GBytes) body =
            seal(people, cases[i].entity, cases[i].cipher);
        g_autoptr(Incoming) incoming = opened(people, body);
        expect_left_out(cases[i].name, incoming, cases[i].why);
    }
    g_autofree char *clear = g_strconcat(CLAIRE, mixed, NULL);
    g_autoptr(Incoming) list = read_text(people, clear);
    expect_left_out("errant, clear", list, "errant-layer");
    g_autoptr(GBytes) body = seal(people, plain, "-aes256");
    g_autofree char *sealed = text_of(body);
    g_autofree char *message = g_strconcat(CLAIRE, sealed, NULL);
    g_autoptr(Incoming) locked = read_text(people, message);
    expect_left_out("locked", locked, "locked");
}

/* SEC-30: what may have been changed is read as text, and draws nothing. */
static void
sec_30_unauthenticated_content_is_text_alone(void **state)
{
    People *people = *state;
    g_autofree char *entity = g_strdup_printf(FILES);
    g_autoptr(GBytes) plain = text_bytes(entity);
    g_autoptr(GBytes) body = seal(people, plain, "-aes256");
    g_autoptr(Incoming) got = opened(people, body);
    assert_false(got->html_allowed);
    assert_int_equal(got->htmls->len, 0);
    assert_false(got->remote);
    assert_string_equal(g_ptr_array_index(got->texts, 0), "Hello\n");
    const IncomingFile *image = g_ptr_array_index(got->files, 0);
    assert_null(image->image);
    assert_false(image->embedded);
    g_autoptr(GError) error = NULL;
    g_autoptr(IncomingPart) part =
        incoming_part_of(got->judgement, "2", &error);
    assert_non_null(part);
    assert_null(part->image);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answer_goes_to_whom_it_should),
        cmocka_unit_test(subject_is_marked_once),
        cmocka_unit_test(thread_goes_on_in_a_reply_alone),
        cmocka_unit_test(quote_is_plain_text),
        cmocka_unit_test(forwarded_message_carries_its_files),
        cmocka_unit_test(sec_35_what_nobody_vouches_for_is_not_quoted),
        cmocka_unit_test(sec_30_unauthenticated_content_is_text_alone),
    };
    return cmocka_run_group_tests(tests, people_set_up, people_tear_down);
}
