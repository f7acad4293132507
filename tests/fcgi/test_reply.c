/* The page that answers a message: whose words stand around the quote, and
 * where the files are that come along. What may be quoted is core/mail's. */
#include "tests/base/expect.h"

#include "fcgi/pages/reply.h"

static Account alice = {.address = (char *)(guintptr) "alice@demo.test"};
static Config config = {.base_path = (char *)(guintptr) "/"};
static const Site site = {.config = &config};

static void
file_free(gpointer data)
{
    IncomingFile *file = data;
    g_free(file->path);
    g_free(file->name);
    g_free(file->type);
    g_free(file);
}

/* claire to alice, with one file. */
static Incoming *
incoming_new(gboolean opened)
{
    static Judgement judgement = {
        .encryption = "none", .signature = "none", .state = "unprotected"};
    Incoming *self = g_new0(Incoming, 1);
    self->subject = g_strdup("Accord");
    self->from.name = g_strdup("Claire F., DRH");
    self->from.address = g_strdup("claire@demo.test");
    self->to = g_ptr_array_new();
    self->cc = g_ptr_array_new();
    self->reply_to = g_ptr_array_new();
    self->missing = g_ptr_array_new();
    self->texts = g_ptr_array_new_with_free_func(g_free);
    self->quotable = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(self->texts, g_strdup("Bonjour\r\n"));
    g_ptr_array_add(self->quotable, g_strdup("Bonjour\r\n"));
    self->htmls = g_ptr_array_new();
    self->files = g_ptr_array_new_with_free_func(file_free);
    IncomingFile *file = g_new0(IncomingFile, 1);
    file->path = g_strdup("2");
    file->name = g_strdup("plan.pdf");
    file->type = g_strdup("application/pdf");
    g_ptr_array_add(self->files, file);
    self->message_id = g_strdup("<2@demo.test>");
    self->date = 1795608000;
    self->html_allowed = TRUE;
    self->opened = opened;
    self->encrypted = opened;
    judgement.reasons = g_ptr_array_new();
    judgement.encryption = opened ? "encrypted" : "none";
    judgement.authenticated = opened;
    judgement.opened = opened;
    self->judgement = &judgement;
    return self;
}

static void
incoming_drop(Incoming *self)
{
    g_ptr_array_unref(self->judgement->reasons);
    GPtrArray *const arrays[] = {self->to,    self->cc,       self->reply_to,
                                 self->texts, self->quotable, self->htmls,
                                 self->files, self->missing};
    for (gsize i = 0; i < G_N_ELEMENTS(arrays); i++)
        g_ptr_array_unref(arrays[i]);
    g_free(self->subject);
    g_free(self->from.name);
    g_free(self->from.address);
    g_free(self->message_id);
    g_free(self);
}

static void
fill(ComposeStart *start, const Incoming *incoming, const char *mode)
{
    const Context ctx = {.site = &site,
                         .world = {.account = &alice, .now = 1795608000}};
    const MessageId id = {"INBOX", 1, 55};
    g_autoptr(GHashTable) none = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GError) error = NULL;
    compose_start_fields(&ctx, start, none);
    expect_fine(reply_fill(&ctx, start, &id, incoming, mode, &error), error,
                mode);
}

static const char *
member(const ComposeStart *start, const char *name)
{
    return json_text(json_member(start->form, name));
}

static void
a_reply_says_who_wrote_when(void **state)
{
    Incoming *incoming = incoming_new(FALSE);
    g_auto(ComposeStart) start = {0};
    fill(&start, incoming, "reply");
    assert_string_equal(member(&start, "to"),
                        "\"Claire F., DRH\" <claire@demo.test>");
    assert_string_equal(member(&start, "in_reply_to"), "<2@demo.test>");
    const char *text = member(&start, "text");
    assert_true(g_str_has_prefix(text, "\n\nOn 25 November 2026 at "));
    assert_non_null(strstr(text, "Claire F., DRH wrote:\n> Bonjour\n"));
    assert_null(start.files);
    assert_false(start.must_encrypt);
    incoming_drop(incoming);
}

static const char *
first_url(const ComposeStart *start)
{
    assert_non_null(start->files);
    assert_int_equal(json_array_length(start->files), 1);
    const Json *file = json_array_item(start->files, 0);
    assert_string_equal(json_text(json_member(file, "name")), "plan.pdf");
    return json_text(json_member(file, "url"));
}

static void
a_forwarded_message_brings_its_files(void **state)
{
    Incoming *incoming = incoming_new(FALSE);
    g_auto(ComposeStart) start = {0};
    fill(&start, incoming, "forward");
    assert_string_equal(member(&start, "to"), "");
    assert_string_equal(first_url(&start), "/mail/INBOX/1-55/part/2");
    assert_true(g_str_has_prefix(member(&start, "text"),
                                 "\n\nForwarded message, from Claire F., DRH "
                                 "on 25 November 2026 at "));
    incoming_drop(incoming);
}

static void
sec_35_what_was_encrypted_leaves_encrypted(void **state)
{
    Incoming *incoming = incoming_new(TRUE);
    g_auto(ComposeStart) start = {0};
    fill(&start, incoming, "forward");
    assert_string_equal(first_url(&start), "/mail/INBOX/1-55/open/part/2");
    assert_true(start.must_encrypt);
    incoming_drop(incoming);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reply_says_who_wrote_when),
        cmocka_unit_test(a_forwarded_message_brings_its_files),
        cmocka_unit_test(sec_35_what_was_encrypted_leaves_encrypted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
