/* Layers of every kind, bare objects, protected fields, the JSON. */
#include "core/base/error.h"
#include "core/base/json.h"
#include "tests/mail/judge_test.h"

#define CLAIRE "From: Claire Fontaine <claire@demo.test>\r\n"

/* openssl cms with the given first arguments over text; SMIME or DER. */
static GBytes *
cms(const People *people, GBytes *text, ...)
{
    g_autofree char *in = g_strdup_printf("%s/text", people->dir);
    g_autofree char *to = g_strdup_printf("%s/ids/alice.pem", people->dir);
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    gboolean encrypts = FALSE;
    assert_true(g_file_set_contents(in, g_bytes_get_data(text, NULL),
                                    (gssize)g_bytes_get_size(text), NULL));
    g_ptr_array_add(argv, (gpointer)(gsize) "openssl");
    g_ptr_array_add(argv, (gpointer)(gsize) "cms");
    va_list list;
    char *more;
    va_start(list, text);
    while ((more = va_arg(list, char *)) != NULL) {
        g_ptr_array_add(argv, more);
        encrypts |= g_str_equal(more, "-encrypt");
    }
    va_end(list);
    g_ptr_array_add(argv, (gpointer)(gsize) "-binary");
    g_ptr_array_add(argv, (gpointer)(gsize) "-in");
    g_ptr_array_add(argv, in);
    g_ptr_array_add(argv, (gpointer)(gsize) "-out");
    g_ptr_array_add(argv, (gpointer)(gsize) "<");
    if (encrypts)
        g_ptr_array_add(argv, to);
    g_ptr_array_add(argv, NULL);
    GBytes *out = NULL;
    run((const char *const *)argv->pdata, &out);
    return out;
}

static void
expect_layers(const People *people, const char *name, GBytes *message,
              const char *want)
{
    g_autoptr(Judgement) got =
        judge_at(people, message, people->now, people->now + 10, NULL);
    g_autoptr(GString) said = g_string_new(NULL);
    g_autofree char *reasons = reasons_of(got);
    g_string_append_printf(said, "%s %s %s [%s]", got->state, got->signature,
                           got->encryption, reasons);
    for (guint i = 0; i < got->layers->len; i++) {
        const JudgedLayer *layer = g_ptr_array_index(got->layers, i);
        g_string_append_printf(said, " %s:%s:%s", layer->kind,
                               layer->algorithm ? layer->algorithm : "?",
                               layer->verdict ? layer->verdict : "-");
    }
    if (!g_str_equal(said->str, want))
        fail_msg("%s: got \"%s\", want \"%s\"", name, said->str, want);
}

static void
encrypted_layers_stay_locked(void **state)
{
    static const struct {
        const char *name, *cipher, *want;
    } cases[] = {
        {"aes256", "-aes256",
         "encrypted-locked none encrypted [] encrypted:aes256-cbc:-"},
        {"aes128", "-aes128",
         "encrypted-locked none encrypted [] encrypted:aes128-cbc:-"},
        {"gcm", "-aes-256-gcm",
         "encrypted-locked none encrypted [] encrypted:aes256-gcm:-"},
        {"3des", "-des3",
         "unprotected none weak [weak-encryption] encrypted:3des-cbc:-"},
    };
    People *people = *state;
    g_autoptr(GBytes) text = text_bytes(ENTITY);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GBytes) body =
            cms(people, text, "-encrypt", cases[i].cipher, NULL);
        g_autoptr(GBytes) message = message_of(people, CLAIRE, body);
        expect_layers(people, cases[i].name, message, cases[i].want);
    }
}

static void
a_signature_around_encryption_says_nothing_of_the_text(void **state)
{
    People *people = *state;
    g_autoptr(GBytes) text = text_bytes(ENTITY);
    g_autoptr(GBytes) inner = cms(people, text, "-encrypt", "-aes256", NULL);
    g_autofree char *entity =
        g_strndup(g_bytes_get_data(inner, NULL), g_bytes_get_size(inner));
    g_autoptr(GBytes) body = sign(people, "claire", entity, NULL);
    g_autoptr(GBytes) message = message_of(people, CLAIRE, body);
    expect_layers(people, "claire", message,
                  "encrypted-locked none encrypted []"
                  " signed:ecdsa-sha256:verified encrypted:aes256-cbc:-");
    g_autoptr(GBytes) other =
        message_of(people, "From: robert@demo.test\r\n", body);
    expect_layers(people, "robert", other,
                  "unprotected address-mismatch encrypted [address-mismatch]"
                  " signed:ecdsa-sha256:address-mismatch"
                  " encrypted:aes256-cbc:-");
}

static GBytes *
signed_twice(const People *people, const char *inner_by, const char *outer_by)
{
    g_autoptr(GBytes) inner = sign(people, inner_by, ENTITY, NULL);
    g_autofree char *entity =
        g_strndup(g_bytes_get_data(inner, NULL), g_bytes_get_size(inner));
    return sign(people, outer_by, entity, "-nodetach", NULL);
}

static void
every_signed_layer_must_hold(void **state)
{
    People *people = *state;
    g_autoptr(GBytes) both = signed_twice(people, "claire", "claire");
    g_autoptr(GBytes) good = message_of(people, CLAIRE, both);
    expect_layers(people, "both", good,
                  "verified verified none [] signed:ecdsa-sha256:verified"
                  " signed:ecdsa-sha256:verified");
    g_autoptr(GBytes) mixed = signed_twice(people, "robert", "claire");
    g_autoptr(GBytes) bad = message_of(people, CLAIRE, mixed);
    expect_layers(people, "inner by another", bad,
                  "unprotected address-mismatch none [address-mismatch]"
                  " signed:ecdsa-sha256:verified"
                  " signed:rsa-sha256:address-mismatch");
}

static void
sec_03_layers_are_bounded(void **state)
{
    People *people = *state;
    g_autofree char *entity = g_strdup(ENTITY);
    for (guint layers = 1; layers <= 5; layers++) {
        g_autoptr(GBytes) body =
            sign(people, "claire", entity, "-nodetach", NULL);
        g_free(entity);
        entity =
            g_strndup(g_bytes_get_data(body, NULL), g_bytes_get_size(body));
        g_autoptr(GBytes) message = message_of(people, CLAIRE, body);
        const JudgeInput input = {.trust = people->trust,
                                  .certs = people->certs,
                                  .arrival = people->now,
                                  .now = people->now + 10};
        g_autoptr(GError) error = NULL;
        g_autoptr(Judgement) got = judge_message(message, &input, &error);
        assert_int_equal(got != NULL, layers <= 4);
        if (got == NULL)
            assert_int_equal(app_error_code(error), APP_ERROR_TOO_COMPLEX);
    }
}

static GBytes *
protected_body(const People *people, const char *parameter,
               const char *fields)
{
    g_autofree char *date = date_of(people->now);
    g_autofree char *entity =
        g_strdup_printf("Content-Type: text/plain; charset=utf-8%s\r\n"
                        "Date: %s\r\n%s\r\nHello\r\n",
                        parameter, date, fields);
    return sign(people, "claire", entity, NULL);
}

static void
sec_37_fields_inside_and_outside_agree(void **state)
{
#define INSIDE CLAIRE "To: alice@demo.test\r\nSubject: Room 12\r\n"
    static const char differs[] = "unprotected verified header-mismatch";
    static const char good[] = "verified verified -";
    static const struct {
        const char *name, *parameter, *inside, *outside, *want;
    } cases[] = {
        {"the same", "; hp=\"clear\"", INSIDE, INSIDE, good},
        {"no parameter", "", INSIDE, CLAIRE "Subject: Other\r\n", good},
        {"folded and encoded", "; hp=clear", INSIDE,
         CLAIRE "To:\r\n alice@demo.test\r\n"
                "Subject: =?utf-8?Q?Room?=\r\n =?utf-8?Q?_12?=\r\n",
         good},
        {"subject", "; hp=\"clear\"", INSIDE,
         CLAIRE "To: alice@demo.test\r\nSubject: Room 13\r\n", differs},
        {"name of the sender", "; hp=\"clear\"", INSIDE,
         "From: The Board <claire@demo.test>\r\nTo: alice@demo.test\r\n"
         "Subject: Room 12\r\n",
         differs},
        {"recipient", "; hp=\"clear\"", INSIDE,
         CLAIRE "To: robert@demo.test\r\nSubject: Room 12\r\n", differs},
        {"one more recipient", "; hp=\"clear\"", INSIDE,
         INSIDE "Cc: robert@demo.test\r\n", differs},
        {"subject taken away", "; hp=\"clear\"", INSIDE,
         CLAIRE "To: alice@demo.test\r\n", differs},
        {"subject inside only of the old form", "; protected-headers=\"v1\"",
         "Subject: Room 12\r\n", INSIDE, good},
        {"old form, subject", "; protected-headers=\"v1\"",
         "Subject: Room 13\r\n", INSIDE, differs},
        {"subject twice inside", "; hp=\"clear\"",
         INSIDE "Subject: Room 13\r\n", INSIDE, differs},
        {"unprotected field added", "; hp=\"clear\"", INSIDE,
         INSIDE "List-Id: <list.demo.test>\r\n", good},
    };
    People *people = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GBytes) body =
            protected_body(people, cases[i].parameter, cases[i].inside);
        g_autoptr(GBytes) message =
            message_of(people, cases[i].outside, body);
        expect_message(people, cases[i].name, message, cases[i].want);
    }
}

static void
bare_objects_are_judged(void **state)
{
    People *people = *state;
    static const char good[] =
        "verified verified none [] signed:ecdsa-sha256:verified";
    g_autoptr(GBytes) der = sign(people, "claire", "some text", "-nodetach",
                                 "-outform", "DER", NULL);
    g_autoptr(GBytes) pem = sign(people, "claire", "some text", "-nodetach",
                                 "-outform", "PEM", NULL);
    g_autoptr(GBytes) detached =
        sign(people, "claire", "some text", "-outform", "DER", NULL);
    expect_layers(people, "DER", der, good);
    expect_layers(people, "PEM", pem, good);
    expect_layers(people, "detached, nothing covered", detached,
                  "unprotected malformed none [malformed]"
                  " signed:?:malformed");

    g_autoptr(GBytes) content = text_bytes("some text");
    g_autoptr(GBytes) other = text_bytes("same text");
    JudgeInput input = {.trust = people->trust,
                        .certs = people->certs,
                        .arrival = people->now,
                        .now = people->now + 10,
                        .content = content,
                        .from = "claire@demo.test"};
    g_autoptr(Judgement) covered = judge_message(detached, &input, NULL);
    expect_judgement("covered", covered, "verified verified -");
    input.content = other;
    g_autoptr(Judgement) altered = judge_message(detached, &input, NULL);
    expect_judgement("altered", altered, "unprotected altered altered");
    input.content = content;
    input.from = "robert@demo.test";
    g_autoptr(Judgement) held = judge_message(detached, &input, NULL);
    expect_judgement("held to another", held,
                     "unprotected address-mismatch address-mismatch");
}

/* A signed file need not be mail; what the gate refuses is not parsed. */
static void
bare_content_may_be_anything(void **state)
{
    People *people = *state;
    g_autofree char *colons = g_strnfill(60000, ':');
    g_autofree char *text = g_strconcat("To: ", colons, "\r\n\r\n", NULL);
    g_autoptr(GBytes) der =
        sign(people, "claire", text, "-nodetach", "-outform", "DER", NULL);
    expect_message(people, "60,000 colons", der, "verified verified -");

    g_autofree char *entity = g_strdup(ENTITY);
    for (guint layers = 0; layers < 5; layers++) {
        g_autoptr(GBytes) body =
            sign(people, "claire", entity, "-nodetach", NULL);
        g_free(entity);
        entity =
            g_strndup(g_bytes_get_data(body, NULL), g_bytes_get_size(body));
    }
    g_autoptr(GBytes) deep =
        sign(people, "claire", entity, "-nodetach", "-outform", "DER", NULL);
    const JudgeInput input = {
        .trust = people->trust, .arrival = people->now, .now = people->now};
    g_autoptr(GError) error = NULL;
    assert_null(judge_message(deep, &input, &error));
    assert_int_equal(app_error_code(error), APP_ERROR_TOO_COMPLEX);
}

/* Saved files: LF line ends, a leading mbox line, no From but a given one. */
static void
files_as_programs_save_them(void **state)
{
    People *people = *state;
    g_autoptr(GBytes) body = sign(people, "claire", ENTITY, NULL);
    g_autoptr(GBytes) message = message_of(people, CLAIRE, body);
    g_autoptr(GString) text = g_string_new_len(
        g_bytes_get_data(message, NULL), (gssize)g_bytes_get_size(message));
    g_string_replace(text, "\r\n", "\n", 0);
    g_autoptr(GBytes) lf = text_bytes(text->str);
    expect_message(people, "LF", lf, "verified verified -");
    g_string_prepend(text, "From claire@demo.test Wed Nov 25 2026\n");
    g_autoptr(GBytes) mbox = text_bytes(text->str);
    expect_message(people, "mbox", mbox, "verified verified -");

    g_autoptr(GBytes) nameless = message_of(people, "X-Nothing: 1\r\n", body);
    g_autoptr(Judgement) got = judge_at(people, nameless, people->now,
                                        people->now + 10, "claire@demo.test");
    expect_judgement("given From", got, "verified verified -");
    assert_string_equal(got->from, "claire@demo.test");
    g_autoptr(GBytes) twice =
        message_of(people, "Subject: a\r\nSubject: b\r\n", body);
    g_autoptr(Judgement) unsound = judge_at(
        people, twice, people->now, people->now + 10, "claire@demo.test");
    expect_judgement("given From, Subject twice", unsound,
                     "unprotected malformed malformed");
    g_autoptr(Judgement) other = judge_at(
        people, message, people->now, people->now + 10, "robert@demo.test");
    expect_judgement("its own From holds", other, "verified verified -");
}

static void
the_json_is_that_of_the_contract(void **state)
{
    static const char *const names[] = {
        "version", "state",  "signature",    "encryption", "layers",
        "signer",  "digest", "signing_time", "from",       "reasons"};
    People *people = *state;
    g_autoptr(GBytes) body = sign(people, "claire", ENTITY, NULL);
    g_autoptr(GBytes) message = message_of(people, CLAIRE, body);
    g_autoptr(Judgement) got =
        judge_at(people, message, people->now, people->now + 10, NULL);
    g_autofree char *text = judgement_json(got);
    g_autoptr(Json) json = json_read(text, (gssize)strlen(text), NULL);
    assert_non_null(json);
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        if (json_member(json, names[i]) == NULL)
            fail_msg("%s is missing", names[i]);
    assert_string_equal(json_get_text(json, "digest", NULL), "sha256");
    const Json *signer = json_member(json, "signer");
    assert_string_equal(json_get_text(signer, "name", NULL),
                        "Claire Fontaine");
    assert_int_equal(strlen(json_get_text(signer, "fingerprint", NULL)), 64);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encrypted_layers_stay_locked),
        cmocka_unit_test(
            a_signature_around_encryption_says_nothing_of_the_text),
        cmocka_unit_test(every_signed_layer_must_hold),
        cmocka_unit_test(sec_03_layers_are_bounded),
        cmocka_unit_test(sec_37_fields_inside_and_outside_agree),
        cmocka_unit_test(bare_objects_are_judged),
        cmocka_unit_test(bare_content_may_be_anything),
        cmocka_unit_test(files_as_programs_save_them),
        cmocka_unit_test(the_json_is_that_of_the_contract),
    };
    return cmocka_run_group_tests(tests, people_set_up, people_tear_down);
}
