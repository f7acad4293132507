/* sceauctl trust, revocation and ca: words and options in any order, --json
 * of each, and a refusal in one line. */
#include "tests/interop/command.h"

static void
trust_and_revocation_answer_people_and_programs(void **state)
{
    static const Step steps[] = {
        {"trust list --json", 0, "[]\n"},
        {"trust list", 0, ""},
        {"trust add tests/data/none.pem", 2, "none.pem"},
        {"trust add --as root README.md", 2, "--as: anchor or intermediate"},
        {"trust add README.md", 2, "sceauctl trust: "},
        {"trust add README.md --as", 2, "incomplete option \"as\""},
        {"trust try", 2, "a file, or --withdraw FINGERPRINT"},
        {"trust try --withdraw 0011223344556677", 2,
         "no trusted certificate has it"},
        {"trust rename 0011223344556677", 2, "see sceauctl help trust"},
        {"revocation list --json", 0, "[]\n"},
        {"revocation remove x", 2, "by its number in the list"},
        {"revocation add --hard 0011 crl", 2, "takes other arguments"},
        {"revocation add 0011 crl http://a.test/a.crl --hard", 2,
         "sceauctl revocation: no such issuer among the trusted\n"},
        {"revocation --help", 0, "usage: sceauctl revocation list | add"},
    };
    walk(*state, steps, G_N_ELEMENTS(steps));
}

static void
ca_answers_people_and_programs(void **state)
{
    static const Step steps[] = {
        {"ca show --json", 0, "\"authority\":null"},
        {"ca show", 0, "no authority\n"},
        {"ca requests --json", 0, "[]\n"},
        {"ca --json requests", 2, "unknown verb"},
        {"ca issued a --json", 0, "[]\n"},
        {"ca run --json", 0, "{\"issued\":0,\"waiting\":0,\"refused\":0}\n"},
        {"ca issue", 0, "0 issued, 0 waiting for sceau-ca, 0 refused\n"},
        {"ca init Maison --years 99", 2, "it lasts 2 to 20 years"},
        {"ca init --key=p-521 Maison", 2, "no such kind of key"},
        {"ca rule perhaps", 2, "rule: automatic or by-hand"},
        {"ca approve", 2, "approve takes other arguments"},
        {"ca revoke 00 key-compromise", 2, "no certificate of the local"},
        {"ca revoke 00 bored", 2, "sceauctl ca: "},
    };
    walk(*state, steps, G_N_ELEMENTS(steps));
}

int
main(int argc, char **argv)
{
    (void)argc;
    find_command(argv[0]);
    const struct CMUnitTest tests[] = {
        TEST(trust_and_revocation_answer_people_and_programs),
        TEST(ca_answers_people_and_programs),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    g_free(command);
    return failed;
}
