/* sceauctl verify as a person or a script calls it: status and words. */
#include "core/base/json.h"
#include "tests/mail/open_test.h"

static char *command; /* beside this test, where the build puts it */

typedef struct {
    int status;
    char *out, *error;
} Outcome;

static void
outcome_clear(Outcome *outcome)
{
    g_free(outcome->out);
    g_free(outcome->error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Outcome, outcome_clear)

/* arguments: separated by spaces; a leading @ stands for the folder. */
static Outcome
verify(const People *people, const char *arguments)
{
    Outcome outcome = {0};
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) words = g_strsplit(arguments, " ", -1);
    g_autoptr(GPtrArray) argv = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(argv, g_strdup(command));
    g_ptr_array_add(argv, g_strdup("verify"));
    for (char **word = words; *word != NULL; word++)
        g_ptr_array_add(argv, **word == '@'
                                  ? g_strconcat(people->dir, *word + 1, NULL)
                                  : g_strdup(*word));
    g_ptr_array_add(argv, NULL);
    int wait = 0;
    if (!g_spawn_sync(NULL, (char **)argv->pdata, NULL, G_SPAWN_DEFAULT, NULL,
                      NULL, &outcome.out, &outcome.error, &wait, &error))
        fail_msg("%s", error->message);
    outcome.status = WEXITSTATUS(wait);
    return outcome;
}

static void
save(const People *people, const char *name, GBytes *bytes)
{
    g_autofree char *path = g_build_filename(people->dir, name, NULL);
    assert_true(g_file_set_contents(path, g_bytes_get_data(bytes, NULL),
                                    (gssize)g_bytes_get_size(bytes), NULL));
}

/* A message of openssl's, its cipher renamed to RC2. */
static GBytes *
seal_rc2(const People *people)
{
    static const guint8 des3[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 3, 7};
    g_autofree char *in = g_strdup_printf("%s/plain", people->dir);
    g_autofree char *to = person_file(people, "alice", ".pem");
    assert_true(g_file_set_contents(in, ENTITY, -1, NULL));
    g_autoptr(GBytes) der = NULL;
    run((const char *const[]){"openssl", "cms", "-encrypt", "-des3", "-in",
                              in, "-outform", "DER", "-out", "<", to, NULL},
        &der);
    gsize size;
    const guint8 *data = g_bytes_get_data(der, &size);
    guint8 *copy = g_memdup2(data, size);
    guint8 *cipher = memmem(copy, size, des3, sizeof des3);
    assert_non_null(cipher);
    cipher[sizeof des3 - 1] = 2;
    return g_bytes_new_take(copy, size);
}

static int
set_up(void **state)
{
    if (!g_file_test(command, G_FILE_TEST_IS_EXECUTABLE)) {
        print_message("skipped: %s is not built\n", command);
        return 0;
    }
    people_set_up(state);
    People *people = *state;
    g_autoptr(GBytes) body = sign(people, "claire", ENTITY, NULL);
    g_autoptr(GBytes) good =
        message_of(people, "From: Claire <claire@demo.test>\r\n", body);
    g_autoptr(GBytes) nameless = message_of(people, "X-None: 1\r\n", body);
    g_autoptr(GBytes) plain = text_bytes("Subject: x\r\n\r\nHello\r\n");
    g_autoptr(GBytes) der =
        sign(people, "claire", ENTITY, "-outform", "DER", NULL);
    g_autoptr(GBytes) content = text_bytes(ENTITY);
    g_autofree char *colons = g_strnfill(60000, ':');
    g_autofree char *deep = g_strconcat("To: ", colons, "\r\n\r\n", NULL);
    g_autoptr(GBytes) complex = text_bytes(deep);
    g_autoptr(GBytes) sealed = seal(people, body, "-aes-128-gcm");
    g_autoptr(GBytes) sealed_mail =
        message_of(people, "From: Claire <claire@demo.test>\r\n", sealed);
    g_autoptr(GBytes) rc2 = seal_rc2(people);
    save(people, "good", good);
    save(people, "sealed", sealed_mail);
    save(people, "rc2", rc2);
    save(people, "nameless", nameless);
    save(people, "plain", plain);
    save(people, "der", der);
    save(people, "content", content);
    save(people, "complex", complex);
    return 0;
}

static int
tear_down(void **state)
{
    return *state == NULL ? 0 : people_tear_down(state);
}

#define KEY "--content-key 00112233445566778899aabbccddeeff "
#define TRUST "--trust @/ca/root.pem "

static void
the_status_says_what_was_found(void **state)
{
    static const struct {
        const char *name, *arguments;
        int status;
    } cases[] = {
        {"verified", TRUST "@/good", 0},
        {"with CRLs",
         TRUST "--crl @/ca/issuing.crl --crl @/ca/root.crl @/good", 0},
        {"certificates in one more file",
         TRUST "--certs @/ca/issuing.pem @/good", 0},
        {"no anchors", "@/good", 1},
        {"no signature", TRUST "@/plain", 1},
        {"no From", TRUST "@/nameless", 1},
        {"From given", TRUST "--from claire@demo.test @/nameless", 0},
        {"another From given", TRUST "--from x@demo.test @/nameless", 1},
        {"detached, covered", TRUST "--content @/content @/der", 0},
        {"detached, alone", TRUST "@/der", 1},
        {"detached, another", TRUST "--content @/plain @/der", 1},
        {"arrived long ago", TRUST "--at 1999-01-01T00:00:00Z @/good", 1},
        {"no such file", TRUST "@/nothing", 2},
        {"no such anchor file", "--trust @/nothing @/good", 2},
        {"no certificates in it", "--trust @/plain @/good", 2},
        {"no CRL in it", "--crl @/plain @/good", 2},
        {"beyond the limits", TRUST "@/complex", 2},
        {"not a time", "--at yesterday @/good", 2},
        {"no file", TRUST "--json", 2},
        {"two files", TRUST "@/good @/good", 2},
        {"unknown option", "--wrong @/good", 2},
        {"a key where nothing is encrypted", TRUST KEY "@/good", 0},
        {"locked", TRUST "@/sealed", 1},
        {"a key that does not open", TRUST KEY "@/sealed", 2},
        {"half a key", TRUST "--content-key 00 @/sealed", 2},
        {"no key", TRUST "--content-key zz @/sealed", 2},
        {"RC2 is not opened", TRUST KEY "@/rc2", 2},
    };
    People *people = *state;
    if (people == NULL)
        skip();
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Outcome) got = verify(people, cases[i].arguments);
        if (got.status != cases[i].status)
            fail_msg("%s: exit %d, %s%s", cases[i].name, got.status, got.out,
                     got.error);
        /* A refusal is a line on standard error and nothing else. */
        assert_int_equal(*got.out == '\0', got.status == 2);
        g_auto(GStrv) lines = g_strsplit(got.error, "\n", -1);
        assert_int_equal(g_strv_length(lines), got.status == 2 ? 2 : 0);
    }
}

static void
json_is_one_object(void **state)
{
    People *people = *state;
    if (people == NULL)
        skip();
    g_auto(Outcome) got = verify(people, TRUST "--json @/good");
    g_autoptr(Json) json = json_read(got.out, (gssize)strlen(got.out), NULL);
    assert_non_null(json);
    assert_string_equal(json_get_text(json, "state", NULL), "verified");
    assert_string_equal(json_get_text(json, "from", NULL),
                        "claire@demo.test");
    assert_int_equal(json_array_length(json_get_array(json, "reasons", NULL)),
                     0);
}

/* What the people of DESIGN §7 do with the key: seal, recipients, verify. */
static void
content_key_opens_the_layer_that_the_command_names(void **state)
{
    People *people = *state;
    if (people == NULL)
        skip();
    g_autoptr(GBytes) inner = sign(people, "claire", ENTITY, NULL);
    g_autoptr(GBytes) body = seal(people, inner, "-aes256");
    g_autoptr(GBytes) message =
        message_of(people, "From: Claire <claire@demo.test>\r\n", body);
    save(people, "opens", message);
    g_autoptr(GBytes) key = content_key_of(people, "alice", message);
    g_autoptr(GString) hex = g_string_new(NULL);
    for (gsize i = 0; i < g_bytes_get_size(key); i++)
        g_string_append_printf(
            hex, "%02x", ((const guint8 *)g_bytes_get_data(key, NULL))[i]);
    g_autofree char *arguments =
        g_strdup_printf(TRUST "--json --content-key %s @/opens", hex->str);
    g_auto(Outcome) got = verify(people, arguments);
    assert_int_equal(got.status, 0);
    g_autoptr(Json) json = json_read(got.out, (gssize)strlen(got.out), NULL);
    assert_non_null(json);
    assert_string_equal(json_get_text(json, "state", NULL), "confidential");
    assert_string_equal(json_get_text(json, "encryption", NULL), "encrypted");
    const Json *layers = json_get_array(json, "layers", NULL);
    assert_int_equal(json_array_length(layers), 2);
    assert_null(strstr(got.out, hex->str));
}

int
main(int argc, char **argv)
{
    g_autofree char *here = g_path_get_dirname(argv[0]);
    g_autofree char *path = g_build_filename(here, "../../sceauctl", NULL);
    command = path;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_status_says_what_was_found),
        cmocka_unit_test(json_is_one_object),
        cmocka_unit_test(content_key_opens_the_layer_that_the_command_names),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
