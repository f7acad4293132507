/* Submission servers that break off or refuse, at each stage. */
#include "tests/net/net_test.h"

#include "tests/net/fake_server.h"

#define HELLO                                                                \
    {STEP_SAY, "220 hi\r\n", 0}, {STEP_HEAR, "EHLO", 0},                     \
    {                                                                        \
        STEP_SAY, "250-hi\r\n250-8BITMIME\r\n250 AUTH PLAIN\r\n", 0          \
    }
#define AUTH                                                                 \
    {STEP_HEAR, "AUTH", 0},                                                  \
    {                                                                        \
        STEP_SAY, "235 in\r\n", 0                                            \
    }
#define MAIL                                                                 \
    {STEP_HEAR, "MAIL", 0},                                                  \
    {                                                                        \
        STEP_SAY, "250 ok\r\n", 0                                            \
    }
#define RCPT                                                                 \
    {STEP_HEAR, "RCPT", 0},                                                  \
    {                                                                        \
        STEP_SAY, "250 ok\r\n", 0                                            \
    }
#define DATA                                                                 \
    {STEP_HEAR, "DATA", 0},                                                  \
    {                                                                        \
        STEP_SAY, "354 go\r\n", 0                                            \
    }
#define DOT                                                                  \
    {                                                                        \
        STEP_HEAR, "\r\n.\r\n", 0                                            \
    }
#define CUT                                                                  \
    {                                                                        \
        STEP_CLOSE, NULL, 0                                                  \
    }
#define SAY(text)                                                            \
    {                                                                        \
        STEP_SAY, text, 0                                                    \
    }
#define STEPS 16

/* alice sends message to bob; what the server heard is *heard. */
static GPtrArray *
play(const Step *steps, const char *message, char **heard,
     GPtrArray **refused, GError **error)
{
    FakeServer *fake = fake_start(steps, NULL, NULL);
    ServerConfig server = fake_config(fake, TLS_NONE, NULL);
    GPtrArray *results = try_sending(&server, message, NULL, refused, error);
    fake_join(fake);
    if (heard != NULL)
        *heard = g_strdup(fake->plain->str);
    fake_free(fake);
    return results;
}

static void
a_cut_tells_what_became_of_the_message(void **state)
{
    static const struct {
        const char *name;
        AppError want;
        Step steps[STEPS];
    } cases[] = {
        {"at once", APP_ERROR_UNREACHABLE, {CUT}},
        {"after the greeting",
         APP_ERROR_UNREACHABLE,
         {SAY("220 hi\r\n"), CUT}},
        {"after EHLO", APP_ERROR_UNREACHABLE, {HELLO, CUT}},
        {"after AUTH", APP_ERROR_UNREACHABLE, {HELLO, AUTH, CUT}},
        {"after MAIL", APP_ERROR_UNREACHABLE, {HELLO, AUTH, MAIL, CUT}},
        {"after RCPT", APP_ERROR_UNREACHABLE, {HELLO, AUTH, MAIL, RCPT, CUT}},
        {"in place of 354",
         APP_ERROR_UNREACHABLE,
         {HELLO, AUTH, MAIL, RCPT, {STEP_HEAR, "DATA", 0}, CUT}},
        {"after the dot",
         APP_ERROR_UNKNOWN_OUTCOME,
         {HELLO, AUTH, MAIL, RCPT, DATA, DOT, CUT}},
        {"in the middle of the answer",
         APP_ERROR_UNKNOWN_OUTCOME,
         {HELLO, AUTH, MAIL, RCPT, DATA, DOT, SAY("250 o"), CUT}},
        {"no answer but nonsense",
         APP_ERROR_UNKNOWN_OUTCOME,
         {HELLO, AUTH, MAIL, RCPT, DATA, DOT, SAY("what?\r\n"), CUT}},
        {"two codes in one answer",
         APP_ERROR_UNKNOWN_OUTCOME,
         {HELLO, AUTH, MAIL, RCPT, DATA, DOT, SAY("250-a\r\n550 b\r\n"),
          CUT}},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        if (play(cases[i].steps, plain_message, NULL, NULL, &error) != NULL)
            fail_msg("%s: sent", cases[i].name);
        assert_app_error(error, cases[i].want, cases[i].name);
    }
}

static const struct {
    const char *name;
    AppError want;
    Step steps[STEPS];
} refusals[] = {
    {"greeting", APP_ERROR_UNREACHABLE, {SAY("421 busy\r\n")}},
    {"AUTH, wrong",
     APP_ERROR_CREDENTIALS,
     {HELLO, {STEP_HEAR, "AUTH", 0}, SAY("535 5.7.8 no\r\n")}},
    {"AUTH, later",
     APP_ERROR_UNREACHABLE,
     {HELLO, {STEP_HEAR, "AUTH", 0}, SAY("454 4.7.0 no\r\n")}},
    {"MAIL",
     APP_ERROR_REFUSED,
     {HELLO, AUTH, {STEP_HEAR, "MAIL", 0}, SAY("550 5.7.1 no\r\n")}},
    {"MAIL, too large",
     APP_ERROR_TOO_LARGE,
     {HELLO, AUTH, {STEP_HEAR, "MAIL", 0}, SAY("552 5.3.4 no\r\n")}},
    {"MAIL, later",
     APP_ERROR_UNREACHABLE,
     {HELLO, AUTH, {STEP_HEAR, "MAIL", 0}, SAY("452 4.3.1 no\r\n")}},
    {"RCPT",
     APP_ERROR_REFUSED,
     {HELLO, AUTH, MAIL, {STEP_HEAR, "RCPT", 0}, SAY("550 5.1.1 no\r\n")}},
    {"RCPT, greylisted",
     APP_ERROR_UNREACHABLE,
     {HELLO, AUTH, MAIL, {STEP_HEAR, "RCPT", 0}, SAY("450 4.2.0 later\r\n")}},
    {"RCPT, server leaves",
     APP_ERROR_UNREACHABLE,
     {HELLO, AUTH, MAIL, {STEP_HEAR, "RCPT", 0}, SAY("421 4.3.2 bye\r\n")}},
    {"DATA",
     APP_ERROR_REFUSED,
     {HELLO,
      AUTH,
      MAIL,
      RCPT,
      {STEP_HEAR, "DATA", 0},
      SAY("554 5.5.1 no\r\n")}},
    {"DATA answered 250",
     APP_ERROR_UNREACHABLE,
     {HELLO, AUTH, MAIL, RCPT, {STEP_HEAR, "DATA", 0}, SAY("250 ok\r\n")}},
    {"the message",
     APP_ERROR_REFUSED,
     {HELLO, AUTH, MAIL, RCPT, DATA, DOT, SAY("554 5.7.1 no\r\n")}},
    {"the message, later",
     APP_ERROR_UNREACHABLE,
     {HELLO, AUTH, MAIL, RCPT, DATA, DOT, SAY("451 4.3.0 no\r\n")}},
    {"the message, quota",
     APP_ERROR_TOO_LARGE,
     {HELLO, AUTH, MAIL, RCPT, DATA, DOT, SAY("552 5.2.2 no\r\n")}},
};

static void
refusals_have_their_kind(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GPtrArray) refused = NULL;
        if (play(refusals[i].steps, plain_message, NULL, &refused, &error) !=
            NULL)
            fail_msg("%s: sent", refusals[i].name);
        assert_app_error(error, refusals[i].want, refusals[i].name);
        if (g_str_has_prefix(refusals[i].name, "RCPT, grey")) {
            const RecipientResult *one = g_ptr_array_index(refused, 0);
            assert_string_equal(one->reason, "450 4.2.0");
        }
    }
}

/* What the server says is shown as codes, never as its words. */
static void
words_of_the_server_are_not_shown(void **state)
{
    const Step steps[] = {HELLO,
                          AUTH,
                          MAIL,
                          {STEP_HEAR, "RCPT", 0},
                          SAY("550-call 555\r\n550 \x1b[2J<script>\r\n"),
                          {STEP_END, NULL, 0}};
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) refused = NULL;
    assert_null(play(steps, plain_message, NULL, &refused, &error));
    const RecipientResult *one = g_ptr_array_index(refused, 0);
    assert_string_equal(one->reason, "550");
    assert_null(strstr(error->message, "script"));
}

/* A message that cannot be sent as it is does not get its dot. */
static void
s17_sec_56_a_message_not_in_crlf_form_is_never_ended(void **state)
{
    static const struct {
        const char *name;
        const char *message;
    } cases[] = {
        {"LF dot LF", "a\n.\n"},
        {"smuggled", "a: b\r\n\r\nx\n.\r\nMAIL FROM:<m@x>\r\n"},
        {"lone CR", "a\rb\r\n"},
        {"no end", "a: b\r\n\r\nc"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Step steps[] = {HELLO,
                              AUTH,
                              MAIL,
                              RCPT,
                              DATA,
                              DOT,
                              SAY("250 ok\r\n"),
                              {STEP_END, NULL, 0}};
        g_autoptr(GError) error = NULL;
        g_autofree char *heard = NULL;
        if (play(steps, cases[i].message, &heard, NULL, &error) != NULL)
            fail_msg("%s: sent", cases[i].name);
        assert_app_error(error, APP_ERROR_MALFORMED, cases[i].name);
        if (g_str_has_suffix(heard, ".\r\n"))
            fail_msg("%s: ended", cases[i].name);
    }
}

/* The bytes on the wire; nothing is said ahead of its turn. */
static void
sec_56_what_goes_out_is_exact(void **state)
{
    const Step steps[] = {HELLO,
                          AUTH,
                          MAIL,
                          RCPT,
                          DATA,
                          DOT,
                          SAY("250 ok\r\n"),
                          {STEP_END, NULL, 0}};
    g_autoptr(GError) error = NULL;
    g_autofree char *heard = NULL;
    g_autoptr(GPtrArray) results =
        play(steps, plain_message, &heard, NULL, &error);
    assert_non_null(results);
    const char *mail = strstr(heard, "MAIL");
    assert_string_equal(mail, "MAIL FROM:<alice@demo.test> BODY=8BITMIME\r\n"
                              "RCPT TO:<bob@demo.test>\r\n"
                              "DATA\r\n"
                              "From: alice@demo.test\r\n"
                              "To: bob@demo.test\r\n"
                              "Subject: seven\r\n"
                              "\r\n"
                              "one\r\n"
                              "..two\r\n"
                              "...\r\n"
                              ".\r\n"
                              "QUIT\r\n");
}

static void
capabilities_decide_what_is_said(void **state)
{
    static const struct {
        const char *name;
        const char *ehlo;
        const char *to, *message;
        AppError want; /* 0: sent */
        const char *mail;
    } cases[] = {
        {"all", "250-hi\r\n250-SIZE 999\r\n250-SMTPUTF8\r\n250 8BITMIME\r\n",
         "z\xc3\xa9@x.test", "a: b\r\n", 0,
         "MAIL FROM:<a@x.test> SIZE=6 BODY=8BITMIME SMTPUTF8\r\n"},
        {"domain as A-labels", "250-hi\r\n250 SIZE\r\n", "z@\xc3\xa9.test",
         "a: b\r\n", 0,
         "MAIL FROM:<a@x.test> SIZE=6\r\nRCPT TO:<z@xn--9ca.test>\r\n"},
        {"no SMTPUTF8", "250 hi\r\n", "z\xc3\xa9@x.test", "a: b\r\n",
         APP_ERROR_REFUSED, "MAIL FROM:<a@x.test>\r\n"},
        {"8 bits and no 8BITMIME", "250 hi\r\n", "z@x.test",
         "a: \xc3\xa9\r\n", APP_ERROR_REFUSED, "MAIL FROM:<a@x.test>\r\n"},
        {"SIZE too small", "250-hi\r\n250 SIZE 5\r\n", "z@x.test", "a: b\r\n",
         APP_ERROR_TOO_LARGE, NULL},
        {"pipelined", "250-hi\r\n250 PIPELINING\r\n", "z@x.test", "a: b\r\n",
         0, "MAIL FROM:<a@x.test>\r\nRCPT TO:<z@x.test>\r\n"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Step steps[] = {SAY("220 hi\r\n"),
                              {STEP_HEAR, "EHLO", 0},
                              SAY(cases[i].ehlo),
                              MAIL,
                              {STEP_HEAR, "RCPT", 0},
                              SAY("250 ok\r\n"),
                              DATA,
                              DOT,
                              SAY("250 ok\r\n"),
                              {STEP_END, NULL, 0}};
        const char *const to[] = {cases[i].to, NULL};
        FakeServer *fake = fake_start(steps, NULL, NULL);
        ServerConfig server = fake_config(fake, TLS_NONE, NULL);
        Text text = {.text = cases[i].message,
                     .size = strlen(cases[i].message)};
        const Submission what = {.from = "a@x.test",
                                 .recipients = to,
                                 .size = text.size,
                                 .source = text_source,
                                 .user = &text};
        g_autoptr(GError) error = NULL;
        g_autoptr(GPtrArray) got =
            submission_send(&server, &what, NULL, &error);
        fake_join(fake);
        if ((int)cases[i].want != 0)
            assert_app_error(error, cases[i].want, cases[i].name);
        else if (got == NULL)
            fail_msg("%s: %s", cases[i].name, error->message);
        if ((cases[i].mail != NULL) !=
                (strstr(fake->plain->str, "MAIL") != NULL) ||
            (cases[i].mail != NULL &&
             strstr(fake->plain->str, cases[i].mail) == NULL))
            fail_msg("%s: said %s", cases[i].name, fake->plain->str);
        fake_free(fake);
    }
}

/* 120 recipients in batches of 50; each keeps its own answer. */
static void
sec_56_pipelined_answers_find_their_recipients(void **state)
{
    char *to[121] = {NULL};
    GString *answers[3] = {g_string_new("250 ok\r\n"), g_string_new(NULL),
                           g_string_new(NULL)};
    for (guint i = 0; i < 120; i++) {
        to[i] = g_strdup_printf("u%u@x.test", i);
        g_string_append_printf(answers[i / 50], "%u x\r\n",
                               i % 7 == 0 ? 550 + i % 4 : 250);
    }
    const Step steps[] = {SAY("220 hi\r\n"),
                          {STEP_HEAR, "EHLO", 0},
                          SAY("250-hi\r\n250 PIPELINING\r\n"),
                          {STEP_HEAR, "<u49@x.test>\r\n", 0},
                          SAY(answers[0]->str),
                          {STEP_HEAR, "<u99@x.test>\r\n", 0},
                          SAY(answers[1]->str),
                          {STEP_HEAR, "<u119@x.test>\r\n", 0},
                          SAY(answers[2]->str),
                          DATA,
                          DOT,
                          SAY("250 ok\r\n"),
                          {STEP_END, NULL, 0}};
    FakeServer *fake = fake_start(steps, NULL, NULL);
    ServerConfig server = fake_config(fake, TLS_NONE, NULL);
    Text text = {.text = plain_message, .size = strlen(plain_message)};
    const Submission what = {.from = "a@x.test",
                             .recipients = (const char *const *)to,
                             .size = text.size,
                             .source = text_source,
                             .user = &text};
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) got = submission_send(&server, &what, NULL, &error);
    fake_join(fake);
    assert_non_null(got);
    for (guint i = 0; i < 120; i++) {
        const RecipientResult *one = g_ptr_array_index(got, i);
        assert_string_equal(one->address, to[i]);
        assert_int_equal(one->accepted, i % 7 != 0);
        g_free(to[i]);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(answers); i++)
        g_string_free(answers[i], TRUE);
    fake_free(fake);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cut_tells_what_became_of_the_message),
        cmocka_unit_test(refusals_have_their_kind),
        cmocka_unit_test(words_of_the_server_are_not_shown),
        cmocka_unit_test(
            s17_sec_56_a_message_not_in_crlf_form_is_never_ended),
        cmocka_unit_test(sec_56_what_goes_out_is_exact),
        cmocka_unit_test(capabilities_decide_what_is_said),
        cmocka_unit_test(sec_56_pipelined_answers_find_their_recipients),
    };
    return cmocka_run_group_tests_name("net/submission_cut", tests, NULL,
                                       NULL);
}
