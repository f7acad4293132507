/* What a reply begins with: whom it goes to, and what it may quote. */
#include "tests/base/expect.h"

#include "fcgi/pages/reply.h"

static Account alice = {.address = (char *)(guintptr) "alice@demo.test"};

static IncomingPerson *
person(const char *name, const char *address)
{
    IncomingPerson *self = g_new0(IncomingPerson, 1);
    self->name = g_strdup(name);
    self->address = g_strdup(address);
    return self;
}

static void
person_free(gpointer data)
{
    IncomingPerson *self = data;
    g_free(self->name);
    g_free(self->address);
    g_free(self);
}

static GPtrArray *
people(const char *name, const char *address, const char *other)
{
    GPtrArray *list = g_ptr_array_new_with_free_func(person_free);
    if (address != NULL)
        g_ptr_array_add(list, person(name, address));
    if (other != NULL)
        g_ptr_array_add(list, person(NULL, other));
    return list;
}

/* claire to alice and robert, copy to dora. */
static Incoming *
incoming_new(void)
{
    Incoming *self = g_new0(Incoming, 1);
    self->subject = g_strdup("Accord");
    self->from.name = g_strdup("Claire F., DRH");
    self->from.address = g_strdup("claire@demo.test");
    self->to = people("Alice", "Alice@demo.test", "robert@demo.test");
    self->cc = people(NULL, "dora@demo.test", NULL);
    self->reply_to = people(NULL, NULL, NULL);
    self->texts = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(self->texts, g_strdup("Bonjour\r\n> avant\r\n\r\n"));
    self->htmls = g_ptr_array_new_with_free_func(g_free);
    self->files = g_ptr_array_new();
    self->message_id = g_strdup("<2@demo.test>");
    self->references = g_strdup("<1@demo.test>");
    self->date = 1795608000;
    return self;
}

static void
incoming_drop(Incoming *self)
{
    g_ptr_array_unref(self->to);
    g_ptr_array_unref(self->cc);
    g_ptr_array_unref(self->reply_to);
    g_ptr_array_unref(self->texts);
    g_ptr_array_unref(self->htmls);
    g_ptr_array_unref(self->files);
    g_free(self->subject);
    g_free(self->from.name);
    g_free(self->from.address);
    g_free(self->message_id);
    g_free(self->references);
    g_free(self);
}

static Json *
fill(const Incoming *incoming, ReplyMode mode)
{
    const Context ctx = {.world = {.account = &alice, .now = 1795608000}};
    Json *form = json_object_new();
    reply_fill(&ctx, form, incoming, mode);
    return form;
}

static void
expect_member(const Json *form, const char *name, const char *want)
{
    const char *got = json_text(json_member(form, name));
    if (g_strcmp0(got, want) != 0)
        fail_msg("%s: got %s, want %s", name, got, want);
}

static void
a_reply_goes_to_the_sender(void **state)
{
    Incoming *incoming = incoming_new();
    g_autoptr(Json) form = fill(incoming, REPLY_ONE);
    expect_member(form, "to", "\"Claire F., DRH\" <claire@demo.test>");
    expect_member(form, "cc", "");
    expect_member(form, "subject", "Re: Accord");
    expect_member(form, "in_reply_to", "<2@demo.test>");
    expect_member(form, "references", "<1@demo.test> <2@demo.test>");
    const char *text = json_text(json_member(form, "text"));
    assert_true(g_str_has_prefix(text, "\n\nOn 25 November 2026 at "));
    assert_non_null(strstr(text, "\n> Bonjour\n>> avant\n"));
    incoming_drop(incoming);
}

static void
a_reply_to_all_leaves_oneself_out(void **state)
{
    Incoming *incoming = incoming_new();
    g_autoptr(Json) form = fill(incoming, REPLY_ALL);
    expect_member(form, "cc", "robert@demo.test, dora@demo.test");
    incoming_drop(incoming);
}

static void
reply_to_comes_before_from(void **state)
{
    Incoming *incoming = incoming_new();
    g_ptr_array_add(incoming->reply_to, person("L", "list@demo.test"));
    g_autoptr(Json) form = fill(incoming, REPLY_ONE);
    expect_member(form, "to", "L <list@demo.test>");
    incoming_drop(incoming);
}

static void
an_answer_to_oneself_goes_on_to_the_recipients(void **state)
{
    Incoming *incoming = incoming_new();
    g_free(incoming->from.address);
    incoming->from.address = g_strdup("ALICE@demo.test");
    g_autoptr(Json) form = fill(incoming, REPLY_ONE);
    expect_member(form, "to", "robert@demo.test");
    incoming_drop(incoming);
}

static void
a_forwarded_message_goes_to_nobody_yet(void **state)
{
    Incoming *incoming = incoming_new();
    g_autoptr(Json) form = fill(incoming, REPLY_FORWARD);
    expect_member(form, "to", NULL);
    expect_member(form, "in_reply_to", NULL);
    expect_member(form, "subject", "Fwd: Accord");
    assert_non_null(strstr(json_text(json_member(form, "text")),
                           "\n\nBonjour\n> avant\n"));
    incoming_drop(incoming);
}

static void
the_mark_is_set_once(void **state)
{
    Incoming *incoming = incoming_new();
    g_free(incoming->subject);
    incoming->subject = g_strdup("RE: Accord");
    g_autoptr(Json) form = fill(incoming, REPLY_ONE);
    expect_member(form, "subject", "RE: Accord");
    incoming_drop(incoming);
}

static void
sec_35_what_nobody_saw_is_not_quoted(void **state)
{
    static const struct {
        const char *name, *encryption, *reason;
        gboolean locked, quoted;
    } cases[] = {
        {"ordinary", "none", "expired", FALSE, TRUE},
        {"encrypted, weak", "weak", NULL, FALSE, FALSE},
        {"encrypted", "encrypted", NULL, FALSE, FALSE},
        {"a layer in the wrong place", "none", "errant-layer", FALSE, FALSE},
        {"locked", "none", NULL, TRUE, FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Incoming *incoming = incoming_new();
        Judgement judgement = {.encryption = cases[i].encryption,
                               .signature = "none",
                               .reasons = g_ptr_array_new()};
        if (cases[i].reason != NULL)
            g_ptr_array_add(judgement.reasons,
                            (gpointer)(guintptr)cases[i].reason);
        incoming->judgement = &judgement;
        incoming->encrypted = cases[i].locked;
        g_autoptr(Json) form = fill(incoming, REPLY_ONE);
        const char *text = json_text(json_member(form, "text"));
        if ((text != NULL) != cases[i].quoted)
            fail_msg("%s", cases[i].name);
        g_ptr_array_unref(judgement.reasons);
        incoming_drop(incoming);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reply_goes_to_the_sender),
        cmocka_unit_test(a_reply_to_all_leaves_oneself_out),
        cmocka_unit_test(reply_to_comes_before_from),
        cmocka_unit_test(an_answer_to_oneself_goes_on_to_the_recipients),
        cmocka_unit_test(a_forwarded_message_goes_to_nobody_yet),
        cmocka_unit_test(the_mark_is_set_once),
        cmocka_unit_test(sec_35_what_nobody_saw_is_not_quoted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
