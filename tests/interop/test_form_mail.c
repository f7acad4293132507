/*
 * T11: the example program writes a form's text as a message that openssl
 * opens, with public certificates alone. The program is compiled in here, and
 * run in a child.
 */
int form_mail_main(int argc, char **argv);
#define main form_mail_main
#include "deploy/examples/form_mail.c" /* NOLINT(bugprone-suspicious-include) */
#undef main

#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/base/expect.h"

typedef struct {
    char *folder;
    int status;
} Run;

static void shell(const Run *run, const char *format, ...)
    G_GNUC_PRINTF(2, 3);

static void
shell(const Run *run, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    g_autofree char *command = g_strdup_vprintf(format, list);
    va_end(list);
    const char *const argv[] = {"sh", "-ec", command, NULL};
    g_autofree char *said = NULL;
    int status = 1;
    if (!g_spawn_sync(run->folder, (char **)(guintptr)argv, NULL,
                      G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, &said, &status,
                      NULL) ||
        status != 0)
        fail_msg("%s: %s", command, said);
}

static void
person(const Run *run, const char *who, const char *key, const char *usage)
{
    shell(run,
          "openssl req -x509 -nodes -newkey %s -days 9 -keyout %s.key -out"
          " %s.pem -subj '/CN=%s' -addext subjectAltName=email:%s@demo.test"
          " -addext keyUsage=%s -addext extendedKeyUsage=emailProtection",
          key, who, who, who, who, usage);
}

static void
child(const Run *run, char **argv, int argc)
{
    if (chdir(run->folder) != 0)
        _exit(9);
    int in = open("text", O_RDONLY);
    int out = open("message", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    int said = open("said", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(said, 2) < 0)
        _exit(9);
    int status = form_mail_main(argc, argv);
    fflush(NULL);
    _exit(status);
}

/* arguments: separated by "|". */
static void
form_mail(Run *run, const char *arguments)
{
    g_auto(GStrv) argv = g_strsplit(arguments, "|", -1);
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0)
        child(run, argv, (int)g_strv_length(argv));
    int wait = 0;
    assert_int_equal(waitpid(pid, &wait, 0), pid);
    run->status = WEXITSTATUS(wait);
}

static Run
run_new(void)
{
    Run run = {temporary_folder(), 0};
    person(&run, "bob", "rsa:2048", "keyEncipherment");
    person(&run, "carol", "ec -pkeyopt ec_paramgen_curve:P-256",
           "keyAgreement");
    person(&run, "weak", "rsa:1024", "keyEncipherment");
    person(&run, "signer", "rsa:2048", "digitalSignature");
    shell(&run, "printf 'Card: 4111\\nName: Zo\\303\\251\\n' >text;"
                " printf 'f%%.0s' $(seq 3000) >file.bin");
    return run;
}

static void
run_end(Run *run)
{
    shell(run, "rm -rf '%s'", run->folder);
    g_free(run->folder);
}

static void
t11_openssl_opens_the_message_of_a_form(void **state)
{
    static const struct {
        const char *name, *cipher, *type;
    } cases[] = {
        {"default", "", "smime-type=enveloped-data"},
        {"gcm", "--cipher=aes256-gcm|", "smime-type=authEnveloped-data"},
    };
    Run run = run_new();
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *arguments = g_strdup_printf(
            "form_mail|--from=Shop <shop@demo.test>|--to=Bob "
            "<bob@demo.test>, carol@demo.test|--subject=Order 7|%s--file="
            "file.bin|--cert=bob.pem|--cert=carol.pem|--cert=weak.pem",
            cases[i].cipher);
        form_mail(&run, arguments);
        if (run.status != 0)
            shell(&run, "cat said >&2; false");
        shell(&run,
              "grep -q '%s' message && grep -q '^Subject: \\[' message"
              " && ! grep -q 'Order 7' message",
              cases[i].type);
        for (int who = 0; who < 2; who++) {
            const char *name = who == 0 ? "bob" : "carol";
            shell(&run,
                  "openssl cms -decrypt -in message -inkey %s.key -recip"
                  " %s.pem -out inner && grep -q '^Subject: Order 7' inner &&"
                  " grep -q 'hp=\"cipher\"' inner && grep -q"
                  " '^HP-Outer: Subject: \\[' inner && grep -q"
                  " filename=.file.bin inner && grep -q '^Q2FyZDogNDExMQ0K'"
                  " inner",
                  name, name);
        }
    }
    run_end(&run);
}

static void
sec_33_form_without_one_certificate_writes_nothing(void **state)
{
    static const struct {
        const char *name, *arguments, *said;
    } cases[] = {
        {"one is missing",
         "f|--from=a@demo.test|--to=bob@demo.test, carol@demo.test|--cert="
         "bob.pem",
         "no certificate to encrypt to \"carol@demo.test\""},
        {"another's",
         "f|--from=a@demo.test|--to=dave@demo.test|--cert=bob.pem",
         "no certificate to encrypt to \"dave@demo.test\""},
        {"too weak",
         "f|--from=a@demo.test|--to=weak@demo.test|--cert="
         "weak.pem",
         "\"weak@demo.test\""},
        {"for signing only",
         "f|--from=a@demo.test|--to=signer@demo.test|--cert=signer.pem",
         "\"signer@demo.test\""},
        {"nobody", "f|--from=a@demo.test|--cert=bob.pem", "To:"},
        {"sec_51 a line end in the subject",
         "f|--from=a@demo.test|--to=bob@demo.test|--subject=x\r\nBcc: "
         "e@evil.test|--cert=bob.pem",
         "Subject:"},
        {"no sender", "f|--to=bob@demo.test|--cert=bob.pem", "From:"},
        {"rc2",
         "f|--from=a@demo.test|--to=bob@demo.test|--cipher=rc2|--cert="
         "bob.pem",
         "cipher:"},
        {"no certificate at all",
         "f|--from=a@demo.test|--to=bob@demo.test|--cert=text", ""},
    };
    Run run = run_new();
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        form_mail(&run, cases[i].arguments);
        if (run.status != 2)
            fail_msg("%s: status %d", cases[i].name, run.status);
        shell(&run,
              "test ! -s message && test $(wc -l <said) = 1"
              " && grep -qF '%s' said",
              cases[i].said);
    }
    run_end(&run);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(t11_openssl_opens_the_message_of_a_form),
        cmocka_unit_test(sec_33_form_without_one_certificate_writes_nothing),
    };
    return cmocka_run_group_tests_name("form mail", tests, NULL, NULL);
}
