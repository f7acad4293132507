/* What the read page says of an encrypted message, locked and opened. */
#include "tests/base/expect.h"

#include "fcgi/pages/read_message.h"

static Account alice = {.address = (char *)(guintptr) "alice@demo.test"};
static Config config = {.base_path = (char *)(guintptr) "/"};
static const Site site = {.config = &config};

/* A message of claire's, with one person in To, one HTML part and one file;
 * nothing in it is owned but the arrays. */
typedef struct {
    Incoming incoming;
    Judgement judgement;
    IncomingPerson to;
    IncomingFile file;
    Db *db; /* or NULL: nothing of it is asked for */
} Sample;

#define TEXT(text) ((char *)(guintptr)(text))

static Sample *
sample_new(const char *state, const char *signature, const char *encryption)
{
    Sample *self = g_new0(Sample, 1);
    Incoming *in = &self->incoming;
    GPtrArray **const arrays[] = {&in->to,       &in->cc,     &in->reply_to,
                                  &in->texts,    &in->htmls,  &in->files,
                                  &in->quotable, &in->missing};
    for (gsize i = 0; i < G_N_ELEMENTS(arrays); i++)
        *arrays[i] = g_ptr_array_new();
    in->from = (IncomingPerson){TEXT("Claire"), TEXT("claire@demo.test")};
    self->to.address = alice.address;
    g_ptr_array_add(in->to, &self->to);
    self->file = (IncomingFile){.path = TEXT("2"), .name = TEXT("a.pdf")};
    g_ptr_array_add(in->files, &self->file);
    g_ptr_array_add(in->htmls, TEXT("<p>a</p>"));
    in->remote = TRUE;
    in->date = 1795608000;
    in->html_allowed = TRUE;
    in->encrypted = g_strcmp0(encryption, "none") != 0;
    Judgement *judgement = &self->judgement;
    judgement->state = state;
    judgement->signature = signature;
    judgement->encryption = encryption;
    judgement->reasons = g_ptr_array_new();
    judgement->layers = g_ptr_array_new();
    in->judgement = judgement;
    return self;
}

static void
sample_free(Sample *self)
{
    Incoming *in = &self->incoming;
    GPtrArray *const arrays[] = {in->to,
                                 in->cc,
                                 in->reply_to,
                                 in->texts,
                                 in->htmls,
                                 in->files,
                                 in->quotable,
                                 in->missing,
                                 self->judgement.reasons,
                                 self->judgement.layers};
    for (gsize i = 0; i < G_N_ELEMENTS(arrays); i++)
        g_ptr_array_unref(arrays[i]);
    g_free(self);
}

static Json *
message_in(const Sample *sample, const char *kind, const MailQuery *list)
{
    g_autoptr(GBytes) server_key = g_bytes_new_static("server key", 10);
    const Context ctx = {.site = &site,
                         .world = {.db = sample->db,
                                   .account = &alice,
                                   .server_key = server_key,
                                   .now = 1795608000}};
    Reading view = {.ctx = &ctx,
                    .kind = kind,
                    .list = *list,
                    .incoming = &sample->incoming,
                    .id = {"INBOX", 1, 51}};
    g_autoptr(GError) error = NULL;
    Json *message = read_message_json(&view, &error);
    expect_fine(message != NULL, error, kind);
    return message;
}

static Json *
message_of(const Sample *sample, const char *kind)
{
    return message_in(sample, kind, &(MailQuery){"INBOX", NULL, FALSE, 1});
}

/* The member at a path, "signature.verdict.verified". */
static const Json *
at(const Json *json, const char *path)
{
    g_auto(GStrv) names = g_strsplit(path, ".", -1);
    for (gsize i = 0; names[i] != NULL; i++)
        json = json_member(json, names[i]);
    return json;
}

static void
expect_true(const Json *json, const char *path, gboolean want,
            const char *name)
{
    if (json_bool(at(json, path)) != want)
        fail_msg("%s: %s", name, path);
}

static void
z3_the_seal_is_for_the_whole_state(void **state)
{
    static const struct {
        const char *state, *signature, *encryption;
        gboolean opened, seal, envelope, unsigned_;
    } cases[] = {
        {"verified", "verified", "none", FALSE, TRUE, FALSE, FALSE},
        {"confidential", "verified", "encrypted", TRUE, TRUE, TRUE, FALSE},
        {"unprotected", "verified", "none", FALSE, FALSE, FALSE, FALSE},
        {"unprotected", "verified", "encrypted", TRUE, FALSE, FALSE, FALSE},
        {"encrypted-unverified", "none", "encrypted", TRUE, FALSE, TRUE,
         TRUE},
        {"encrypted-unverified", "verified", "encrypted", TRUE, FALSE, TRUE,
         FALSE},
        {"unprotected", "none", "weak", TRUE, FALSE, FALSE, TRUE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Sample *sample = sample_new(cases[i].state, cases[i].signature,
                                    cases[i].encryption);
        sample->incoming.opened = cases[i].opened;
        g_autoptr(Json) got = message_of(sample, "inbox");
        g_autofree char *name =
            g_strdup_printf("%s, %s", cases[i].state, cases[i].signature);
        expect_true(got, "signature.verdict.verified", cases[i].seal, name);
        expect_true(got, "signature.unsigned", cases[i].unsigned_, name);
        expect_true(got, "opened", cases[i].opened, name);
        expect_true(got, "line", TRUE, name);
        gboolean envelope = json_bool(at(got, "encryption.encrypted")) &&
                            !json_bool(at(got, "encryption.muted"));
        if (envelope != cases[i].envelope)
            fail_msg("%s: envelope", name);
        sample_free(sample);
    }
}

/* A message leads back to the list that it was opened in, and so do its
 * acts. */
static void
z20_a_message_keeps_its_place(void **state)
{
    static const struct {
        MailQuery list;
        const char *place;
    } cases[] = {
        {{"INBOX", NULL, FALSE, 1}, ""},
        {{"INBOX", NULL, FALSE, 3}, "?page=3"},
        {{"INBOX", "bail d\u00fb", FALSE, 1}, "?q=bail%20d%C3%BB"},
        {{"INBOX", "a&b=c#?+", TRUE, 2},
         "?q=a%26b%3Dc%23%3F%2B&in=texts&page=2"},
    };
    Sample *sample = sample_new("unprotected", "none", "none");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Json) got = message_in(sample, "inbox", &cases[i].list);
        g_autofree char *back =
            g_strconcat("/mail/INBOX", cases[i].place, NULL);
        g_autofree char *act =
            g_strconcat("/mail/INBOX/1-51/act", cases[i].place, NULL);
        assert_string_equal(json_text(at(got, "back")), back);
        assert_string_equal(json_text(at(got, "act_url")), act);
    }
    sample_free(sample);
}

/* What was looked into is said, and what was not (S15). */
static void
s15_how_revocation_was_checked_is_told(void **state)
{
    static const struct {
        const char *name, *signature;
        RevocationFinding found;
        const char *want, *reason;
    } cases[] = {
        {"a list",
         "verified",
         {REVOCATION_BY_LIST, 1795500000, FALSE, 0, -1},
         "list",
         NULL},
        {"an answer",
         "verified",
         {REVOCATION_BY_ANSWER, 1795500000, FALSE, 0, -1},
         "answer",
         NULL},
        {"later",
         "verified",
         {REVOCATION_BY_LIST, 1795600000, FALSE, 1795590000, 4},
         "later",
         "superseded"},
        {"stolen",
         "revoked",
         {REVOCATION_BY_LIST, 1795600000, TRUE, 1795590000, 1},
         "revoked",
         "key"},
        {"revoked, no reason",
         "revoked",
         {REVOCATION_BY_ANSWER, 1795600000, TRUE, 1795590000, 0},
         "revoked",
         NULL},
        {"no source",
         "verified",
         {.how = REVOCATION_NOT_CHECKED},
         "not_checked",
         NULL},
        {"a stranger's",
         "unknown-issuer",
         {.how = REVOCATION_NOT_CHECKED},
         "unknown_issuer",
         NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Sample *sample =
            sample_new("unprotected", cases[i].signature, "none");
        g_autoptr(Db) db = db_open(":memory:", NULL);
        sample->db = db;
        sample->judgement.fingerprint = TEXT("00");
        sample->judgement.revocation = cases[i].found;
        g_autoptr(Json) got = message_of(sample, "inbox");
        const Json *said = at(got, "signature.revocation");
        expect_true(said, cases[i].want, TRUE, cases[i].name);
        if (cases[i].reason != NULL)
            expect_true(at(said, "reason"), cases[i].reason, TRUE,
                        cases[i].name);
        else
            assert_null(at(said, "reason"));
        sample_free(sample);
    }
}

static void
sec_40_an_opened_message_loads_nothing(void **state)
{
    Sample *sample = sample_new("confidential", "verified", "encrypted");
    sample->incoming.opened = TRUE;
    g_autoptr(Json) got = message_of(sample, "inbox");
    assert_false(json_bool(at(got, "data.remote")));
    assert_true(json_bool(at(got, "data.opened")));
    assert_string_equal(
        json_text(at(json_array_item(at(got, "files"), 0), "url")),
        "/mail/INBOX/1-51/open/part/2");
    sample_free(sample);
}

static void
sec_30_what_nothing_proves_is_text(void **state)
{
    Sample *sample = sample_new("encrypted-unverified", "none", "encrypted");
    sample->incoming.opened = TRUE;
    sample->incoming.html_allowed = FALSE;
    g_ptr_array_set_size(sample->incoming.htmls, 0);
    g_autoptr(Json) got = message_of(sample, "inbox");
    expect_true(got, "text_only", TRUE, "opened");
    expect_true(got, "html", FALSE, "opened");
    sample_free(sample);
}

static void
b5_the_missing_key_is_named(void **state)
{
    IncomingRecipient one = {TEXT("O=Org,CN=A\\, B \\C3\\A9,C=FR"),
                             TEXT("0a11"), NULL};
    Sample *sample = sample_new("encrypted-locked", "none", "encrypted");
    g_ptr_array_add(sample->incoming.missing, &one);
    g_autoptr(Json) got = message_of(sample, "inbox");
    expect_true(got, "locked", TRUE, "locked");
    expect_true(got, "request", FALSE, "locked");
    expect_true(got, "line", FALSE, "locked");
    const Json *missing = json_array_item(at(got, "missing"), 0);
    assert_string_equal(json_text(at(missing, "issuer")), "A, B é");
    assert_string_equal(json_text(at(missing, "serial")), "0a11");
    assert_null(json_text(at(got, "stranger")));
    sample_free(sample);
}

static void
z16_a_delegate_is_told_whose_key_it_needs(void **state)
{
    Sample *sample = sample_new("encrypted-locked", "none", "encrypted");
    sample->to = (IncomingPerson){TEXT("Dora Owner"), TEXT("dora@demo.test")};
    g_autoptr(Json) got = message_of(sample, "inbox");
    assert_string_equal(json_text(at(got, "stranger")), "Dora Owner");
    sample_free(sample);
}

static void
sec_29_a_copied_envelope_stays_closed(void **state)
{
    Sample *sample = sample_new("encrypted-locked", "none", "encrypted");
    sample->incoming.copied = TRUE;
    g_autoptr(Json) got = message_of(sample, "inbox");
    expect_true(got, "locked", TRUE, "copied");
    expect_true(got, "copied", TRUE, "copied");
    assert_null(at(got, "data.key_request"));
    sample_free(sample);
}

static void
sec_19_a_signature_inside_is_labelled(void **state)
{
    Sample *sample = sample_new("unprotected", "none", "none");
    g_ptr_array_add(sample->judgement.reasons, TEXT("errant-layer"));
    g_autoptr(Json) got = message_of(sample, "inbox");
    expect_true(got, "errant", TRUE, "errant");
    expect_true(got, "line", FALSE, "errant");
    sample_free(sample);
}

static void
what_is_harvested_is_said_once(void **state)
{
    static const struct {
        const char *code, *member;
        gboolean said;
    } cases[] = {
        {NULL, "harvest.added", FALSE},
        {"known", "harvest.known", FALSE},
        {"added", "harvest.added", TRUE},
        {"renewed", "harvest.renewed", TRUE},
        {"offered", "harvest.offered", TRUE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Sample *sample = sample_new("verified", "verified", "none");
        sample->incoming.harvest = cases[i].code;
        sample->incoming.harvest_contact = 7;
        g_autoptr(Json) got = message_of(sample, "inbox");
        expect_true(got, cases[i].member, cases[i].said, cases[i].member);
        if (cases[i].said)
            assert_string_equal(json_text(at(got, "harvest.url")),
                                "/contacts/7");
        sample_free(sample);
    }
}

static void
z26_certificates_among_the_files_can_be_kept(void **state)
{
    static const struct {
        const char *name;
        gboolean kept;
    } cases[] = {
        {"bob.CER", TRUE},  {"bob.crt", TRUE}, {"bob.der", TRUE},
        {"bob.pem", TRUE},  {"bob.p7b", TRUE}, {"bob.p7c", TRUE},
        {"bob.p12", FALSE}, {"cer", FALSE},    {"bob.cer.pdf", FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Sample *sample = sample_new("verified", "verified", "none");
        sample->file.name = TEXT(cases[i].name);
        g_autoptr(Json) got = message_of(sample, "inbox");
        const Json *file = json_array_item(at(got, "files"), 0);
        const char *take = json_text(at(file, "take"));
        if ((take != NULL) != cases[i].kept)
            fail_msg("%s", cases[i].name);
        if (take != NULL)
            assert_string_equal(take, "/mail/INBOX/1-51/part/2/certificate");
        sample_free(sample);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(z3_the_seal_is_for_the_whole_state),
        cmocka_unit_test(z20_a_message_keeps_its_place),
        cmocka_unit_test(s15_how_revocation_was_checked_is_told),
        cmocka_unit_test(sec_40_an_opened_message_loads_nothing),
        cmocka_unit_test(sec_30_what_nothing_proves_is_text),
        cmocka_unit_test(b5_the_missing_key_is_named),
        cmocka_unit_test(z16_a_delegate_is_told_whose_key_it_needs),
        cmocka_unit_test(sec_29_a_copied_envelope_stays_closed),
        cmocka_unit_test(sec_19_a_signature_inside_is_labelled),
        cmocka_unit_test(what_is_harvested_is_said_once),
        cmocka_unit_test(z26_certificates_among_the_files_can_be_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
