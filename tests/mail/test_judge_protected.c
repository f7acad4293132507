/* Protected fields of encrypted mail, as RFC 9788 and older programs write
 * them: what differs outside is named, what is inside is shown if something
 * vouches for it. */
#include "core/mail/incoming.h"
#include "core/mail/incoming_internal.h"
#include "tests/mail/open_test.h"

#define TO "To: Alice <alice@demo.test>\r\n"
#define HIDDEN "Subject: [...]\r\n"
#define REAL "Subject: Budget 2027\r\n"
#define DATE "Date: Wed, 25 Nov 2026 04:30:00 +0000\r\n"

/* Inside: type, fields of claire's and a text. */
#define ENTITY_OF(type, fields)                                              \
    "Content-Type: " type "\r\n" fields "\r\nHello\r\n"

typedef struct {
    const char *name, *outside, *entity;
    const char *differing;     /* "Subject,To"; "" for none */
    const char *subject;       /* what a page shows under GCM */
    const char *subject_plain; /* and under CBC, where nobody vouches */
} Case;

#define CIPHER "text/plain; hp=\"cipher\""
#define OUTER                                                                \
    "HP-Outer: From: Claire Fontaine <claire@demo.test>\r\n"                 \
    "HP-Outer: To: Alice <alice@demo.test>\r\n"                              \
    "HP-Outer: Subject: [...]\r\n"
#define ALL CLAIRE TO REAL DATE

static const Case cases[] = {
    {"as we write it", CLAIRE TO HIDDEN, ENTITY_OF(CIPHER, ALL OUTER), "",
     "Budget 2027", "[...]"},
    {"HP-Outer folded", CLAIRE TO HIDDEN,
     ENTITY_OF(CIPHER, ALL "HP-Outer: From:\r\n Claire Fontaine"
                           " <claire@demo.test>\r\n"
                           "HP-Outer:\r\n To: Alice <alice@demo.test>\r\n"
                           "HP-Outer: Subject:\r\n [...]\r\n"),
     "", "Budget 2027", "[...]"},
    {"subject changed on the way", CLAIRE TO "Subject: Urgent\r\n",
     ENTITY_OF(CIPHER, ALL OUTER), "Subject", "Budget 2027", "Urgent"},
    {"subject added on the way", CLAIRE TO "Subject: Urgent\r\n",
     ENTITY_OF(CIPHER,
               ALL "HP-Outer: From: Claire Fontaine <claire@demo.test>\r\n"
                   "HP-Outer: To: Alice <alice@demo.test>\r\n"),
     "Subject", "Budget 2027", "Urgent"},
    {"recipient changed", CLAIRE "To: bob@demo.test\r\n" HIDDEN,
     ENTITY_OF(CIPHER, ALL OUTER), "To", "Budget 2027", "[...]"},
    {"two subjects outside", CLAIRE TO HIDDEN HIDDEN,
     ENTITY_OF(CIPHER, ALL OUTER), "Subject", "Budget 2027", "[...]"},
    {"From is another inside", CLAIRE TO HIDDEN,
     ENTITY_OF(CIPHER, "From: boss@demo.test\r\n" TO REAL DATE OUTER), "From",
     "Budget 2027", "[...]"},
    {"names left out outside",
     "From: claire@demo.test\r\nTo: alice@demo.test\r\n" HIDDEN,
     ENTITY_OF(CIPHER, ALL "HP-Outer: From: claire@demo.test\r\n"
                           "HP-Outer: To: alice@demo.test\r\n"
                           "HP-Outer: Subject: [...]\r\n"),
     "", "Budget 2027", "[...]"},
    {"cipher without HP-Outer", CLAIRE TO HIDDEN, ENTITY_OF(CIPHER, ALL), "",
     "Budget 2027", "[...]"},
    {"cipher without HP-Outer, changed", CLAIRE TO "Subject: Urgent\r\n",
     ENTITY_OF(CIPHER, ALL), "Subject", "Budget 2027", "Urgent"},
    {"clear inside encryption", CLAIRE TO REAL,
     ENTITY_OF("text/plain; hp=clear", ALL), "", "Budget 2027",
     "Budget 2027"},
    {"an unknown value protects nothing", CLAIRE TO HIDDEN,
     ENTITY_OF("text/plain; hp=maybe", ALL), "", "[...]", "[...]"},
    {"Enigmail", CLAIRE TO "Subject: ...\r\n",
     ENTITY_OF("text/plain; protected-headers=\"v1\"", ALL), "",
     "Budget 2027", "..."},
    {"Enigmail, subject alone", CLAIRE TO "Subject: Encrypted Message\r\n",
     ENTITY_OF("text/plain; protected-headers=\"v1\"", REAL), "",
     "Budget 2027", "Encrypted Message"},
    {"Enigmail, changed", CLAIRE TO "Subject: Urgent\r\n",
     ENTITY_OF("text/plain; protected-headers=\"v1\"", REAL), "Subject",
     "Budget 2027", "Urgent"},
    {"wrapped (RFC 8551)", CLAIRE TO HIDDEN,
     "Content-Type: message/rfc822; forwarded=no\r\n\r\n" ALL "\r\nHello\r\n",
     "", "Budget 2027", "[...]"},
    {"wrapped, changed", CLAIRE "To: bob@demo.test\r\n" HIDDEN,
     "Content-Type: message/rfc822; forwarded=no\r\n\r\n" ALL "\r\nHello\r\n",
     "To", "Budget 2027", "[...]"},
    {"a forwarded message is none of it", CLAIRE TO HIDDEN,
     "Content-Type: message/rfc822\r\n\r\n" ALL "\r\nHello\r\n", "", "[...]",
     "[...]"},
    {"fields of a part are none of it", CLAIRE TO HIDDEN,
     "Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n" ENTITY_OF(
         CIPHER, ALL) "--m--\r\n",
     "", "[...]", "[...]"},
};

static char *
differing_of(const Judgement *judgement)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < judgement->differing->len; i++)
        g_ptr_array_add(names, g_ptr_array_index(judgement->differing, i));
    g_ptr_array_add(names, NULL);
    return g_strjoinv(",", (char **)names->pdata);
}

static Incoming *
show(const People *people, const char *name, const char *outside,
     GBytes *entity, const char *cipher)
{
    g_autoptr(GBytes) body = seal(people, entity, cipher);
    g_autofree char *fields = g_strconcat(outside, DATE, NULL);
    g_autoptr(GBytes) message = message_of(people, fields, body);
    g_autoptr(GError) error = NULL;
    Incoming *incoming = incoming_of(message, people->now,
                                     judge_opened(people, message), &error);
    if (incoming == NULL)
        fail_msg("%s: %s", name, error->message);
    return incoming;
}

static void
expect_subject(const char *name, const Incoming *incoming, const char *want)
{
    if (g_strcmp0(incoming->subject, want) != 0)
        fail_msg("%s: shows \"%s\", want \"%s\"", name, incoming->subject,
                 want);
}

static void
sec_37_b4_fields_of_encrypted_mail(void **state)
{
    People *people = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Case *one = &cases[i];
        g_autoptr(GBytes) entity = text_bytes(one->entity);
        g_autoptr(Incoming) gcm =
            show(people, one->name, one->outside, entity, "-aes-256-gcm");
        g_autofree char *differing = differing_of(gcm->judgement);
        if (!g_str_equal(differing, one->differing))
            fail_msg("%s: \"%s\" differ, want \"%s\"", one->name, differing,
                     one->differing);
        const char *state_of =
            *one->differing == '\0' ? "encrypted-unverified" : "unprotected";
        assert_string_equal(gcm->judgement->state, state_of);
        expect_subject(one->name, gcm, one->subject);
        assert_string_equal(gcm->from.address, "claire@demo.test");

        g_autoptr(Incoming) cbc =
            show(people, one->name, one->outside, entity, "-aes256");
        expect_subject(one->name, cbc, one->subject_plain);
        assert_false(cbc->html_allowed);
    }
}

static void
a_signature_inside_vouches_for_the_fields(void **state)
{
    People *people = *state;
    static const char entity[] = ENTITY_OF(CIPHER, ALL OUTER);
    g_autoptr(GBytes) inner = sign(people, "claire", entity, NULL);
    g_autoptr(Incoming) good =
        show(people, "good", CLAIRE TO HIDDEN, inner, "-aes256");
    assert_string_equal(good->judgement->signature, "verified");
    assert_int_equal(good->judgement->differing->len, 0);
    assert_string_equal(good->subject, "Budget 2027");

    g_autoptr(GBytes) strange = sign(people, "etranger", entity, NULL);
    g_autoptr(Incoming) bad =
        show(people, "bad", CLAIRE TO HIDDEN, strange, "-aes256");
    assert_string_equal(bad->subject, "[...]");
}

static void
names_that_were_left_out_outside_are_shown_from_inside(void **state)
{
    People *people = *state;
    g_autoptr(GBytes) entity = text_bytes(cases[7].entity);
    g_autoptr(Incoming) got =
        show(people, cases[7].name, cases[7].outside, entity, "-aes-256-gcm");
    assert_string_equal(got->from.name, "Claire Fontaine");
    const IncomingPerson *to = g_ptr_array_index(got->to, 0);
    assert_string_equal(to->name, "Alice");
}

/* An answer goes where the signed fields say, not where a relay says. */
static void
reply_to_that_is_only_outside_counts_for_nothing(void **state)
{
    People *people = *state;
    g_autoptr(GBytes) entity = text_bytes(cases[0].entity);
    g_autoptr(Incoming) got =
        show(people, "reply-to", CLAIRE TO HIDDEN "Reply-To: spy@x.test\r\n",
             entity, "-aes-256-gcm");
    assert_int_equal(got->reply_to->len, 0);
}

#define MARKED "hp-legacy-display=\"1\""
#define LEGACY_TEXT                                                          \
    "Content-Type: text/plain; hp=\"cipher\"; " MARKED "\r\n" ALL OUTER      \
    "\r\nSubject: Budget 2027\r\nTo: Alice,\r\n bob\r\n\r\nHello\r\n"
#define LEGACY_HTML                                                          \
    "Content-Type: text/html; hp=\"cipher\"; " MARKED "\r\n" ALL OUTER       \
    "\r\n<html><body><div class=\"header-protection-legacy-display\">"       \
    "<div>Subject: Budget 2027</div></div><p>Hello</p></body></html>\r\n"
#define LEGACY_PART                                                          \
    "Content-Type: multipart/mixed; boundary=m; protected-headers=\"v1\""    \
    "\r\n" REAL "\r\n--m\r\nContent-Type: text/plain;"                       \
    " protected-headers=\"v1\"\r\nContent-Disposition: inline\r\n\r\n"       \
    "Subject: Budget 2027\r\n\r\n--m\r\nContent-Type: text/plain\r\n\r\n"    \
    "Hello\r\n--m--\r\n"

static void
b4_legacy_display_goes_where_the_fields_are_shown(void **state)
{
    static const struct {
        const char *name, *entity;
    } shapes[] = {
        {"text", LEGACY_TEXT},
        {"html", LEGACY_HTML},
        {"part", LEGACY_PART},
    };
    People *people = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(shapes); i++) {
        g_autoptr(GBytes) entity = text_bytes(shapes[i].entity);
        g_autoptr(Incoming) gcm = show(
            people, shapes[i].name, CLAIRE TO HIDDEN, entity, "-aes-256-gcm");
        assert_int_equal(gcm->quotable->len, 1);
        g_autofree char *text = g_strdup(g_ptr_array_index(gcm->quotable, 0));
        if (!g_str_equal(g_strchomp(text), "Hello"))
            fail_msg("%s: \"%s\"", shapes[i].name, text);

        /* Where they are not shown it stays. */
        g_autoptr(Incoming) cbc =
            show(people, shapes[i].name, CLAIRE TO HIDDEN, entity, "-aes256");
        if (strstr(g_ptr_array_index(cbc->texts, 0), "Budget 2027") == NULL)
            fail_msg("%s under CBC", shapes[i].name);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sec_37_b4_fields_of_encrypted_mail),
        cmocka_unit_test(a_signature_inside_vouches_for_the_fields),
        cmocka_unit_test(
            names_that_were_left_out_outside_are_shown_from_inside),
        cmocka_unit_test(reply_to_that_is_only_outside_counts_for_nothing),
        cmocka_unit_test(b4_legacy_display_goes_where_the_fields_are_shown),
    };
    return cmocka_run_group_tests(tests, people_set_up, people_tear_down);
}
