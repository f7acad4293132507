/* What a man in the middle may try around STARTTLS (SEC-54, M2 to M4). */
#include "tests/net/net_test.h"

#include "tests/net/fake_server.h"

typedef enum { IMAP, SMTP } Protocol;

/* Plays the script; the error, which there must be. *secret is what was
 * heard under TLS. Nothing that is a password may be heard outside it. */
static GError *
play(const World *world, Protocol protocol, const Step *steps,
     const char *name, GString *secret)
{
    GError *error = NULL;
    FakeServer *fake = fake_start(steps, world->folder, NULL);
    ServerConfig server = fake_config(fake, TLS_STARTTLS, world->ca);
    if (protocol == IMAP) {
        if (try_signing_in(&server, &error))
            fail_msg("%s: signed in", name);
    } else if (try_sending(&server, plain_message, NULL, NULL, &error)) {
        fail_msg("%s: sent", name);
    }
    fake_join(fake);
    const char *const never[] = {"AUTH", "LOGIN", "AGFsaWNl", "MAIL"};
    for (gsize i = 0; i < G_N_ELEMENTS(never); i++) {
        if (strstr(fake->plain->str, never[i]) != NULL)
            fail_msg("%s: said %s in the open", name, never[i]);
    }
    if (secret != NULL)
        g_string_assign(secret, fake->secret->str);
    fake_free(fake);
    if (error == NULL)
        fail_msg("%s: no error", name);
    return error;
}

#define IMAP_HI                                                              \
    "* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN SASL-IR] hi\r\n"
#define SMTP_EHLO "250-hi\r\n250-SIZE 9\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n"

static const char *const imap_injections[] = {
    "x",
    "\r",
    "\n",
    "\r\n",
    " ",
    "\x16\x16\x16\x16\x16",
    "* OK x\r\n",
    "* OK",
    "T1 OK again\r\n",
    "T2 OK you are signed in\r\n",
    "T2 OK [CAPABILITY IMAP4rev1] signed in\r\n",
    "T2 NO\r\n",
    "T2 BAD\r\n",
    "* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\nT2 OK\r\n",
    "* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n",
    "* PREAUTH you are in\r\n",
    "* BYE\r\n",
    "+ \r\n",
    "+ go on\r\n",
    "* OK [ALERT] your account is closed, call 555\r\n",
    "* OK [REFERRAL imap://mallory.test/] there\r\n",
    "T2 NO [REFERRAL imap://mallory.test/] there\r\n",
    "* LIST (\\Sent) \"/\" Mallory\r\n",
    "* 1 EXISTS\r\n",
    "* 1 FETCH (UID 1 BODY[] {5}\r\nhello)\r\n",
    "* 1 FETCH (BODY[] {99}\r\n",
    "* FLAGS ()\r\n* 1 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\nT3 OK\r\n",
    "* ID (\"name\" \"mallory\")\r\n",
    "T2 OK\r\nT3 OK\r\nT4 OK\r\n",
};

static const char *const smtp_injections[] = {
    "x",
    "\r",
    "\n",
    "\r\n",
    " ",
    "\x16\x16\x16\x16\x16",
    "220 again\r\n",
    "250",
    "250 hi\r\n",
    "250-hi\r\n",
    "250-hi\r\n250 AUTH PLAIN\r\n",
    "250-hi\r\n250-AUTH LOGIN\r\n250 SIZE 1\r\n",
    "250 hi\r\n235 signed in\r\n",
    "250 hi\r\n235 in\r\n250 ok\r\n250 ok\r\n354 go\r\n250 sent\r\n",
    "235 in\r\n",
    "334 \r\n",
    "354 go\r\n",
    "421 bye\r\n",
    "454 no TLS\r\n",
    "500 what\r\n",
    "530 authenticate\r\n",
    "535 wrong password\r\n",
    "550 5.7.1 call 555\r\n",
    "551 try <mallory.test>\r\n",
    "220-a\r\n220-b\r\n220 c\r\n",
    "221 bye\r\n",
    "503 order\r\n",
    "250 2.0.0 queued\r\n",
};

/* Behind the agreement to STARTTLS: in the same packet, or in the next. */
static void
inject(const World *world, Protocol protocol, const char *bytes,
       gboolean apart)
{
    static const char *const agree[] = {"T1 OK go\r\n", "220 go\r\n"};
    g_autofree char *together = g_strconcat(agree[protocol], bytes, NULL);
    g_autofree char *shown = g_strescape(bytes, NULL);
    const Step imap[] = {
        {STEP_SAY, IMAP_HI, 0},  {STEP_HEAR, "STARTTLS\r\n", 0},
        {STEP_SAY, together, 0}, {STEP_TLS, "good", 0},
        {STEP_HEAR, "\r\n", 0},  {STEP_END, NULL, 0},
    };
    const Step smtp[] = {
        {STEP_SAY, "220 hi\r\n", 0}, {STEP_HEAR, "\r\n", 0},
        {STEP_SAY, SMTP_EHLO, 0},    {STEP_HEAR, "STARTTLS\r\n", 0},
        {STEP_SAY, together, 0},     {STEP_TLS, "good", 0},
        {STEP_HEAR, "\r\n", 0},      {STEP_END, NULL, 0},
    };
    Step steps[9] = {{STEP_END, NULL, 0}};
    gsize n = 0;
    const Step *from = protocol == IMAP ? imap : smtp;
    for (; from->kind != STEP_END; from++) {
        steps[n] = *from;
        if (apart && from->text == together) {
            steps[n++].text = agree[protocol];
            steps[n] = (Step){STEP_SAY, bytes, 0};
        }
        n++;
    }
    g_autoptr(GString) secret = g_string_new(NULL);
    g_autoptr(GError) error = play(world, protocol, steps, shown, secret);
    assert_app_error(error, APP_ERROR_INSECURE, shown);
    assert_null(strstr(error->message, "555"));
    if (secret->len != 0)
        fail_msg("%s: went on under TLS", shown);
}

static void
sec_54_m4_injected_bytes_abort(void **state)
{
    guint count = 0;
    for (int apart = 0; apart <= 1; apart++) {
        for (gsize i = 0; i < G_N_ELEMENTS(imap_injections); i++, count++)
            inject(*state, IMAP, imap_injections[i], apart);
        for (gsize i = 0; i < G_N_ELEMENTS(smtp_injections); i++, count++)
            inject(*state, SMTP, smtp_injections[i], apart);
    }
    assert_true(count >= 100);
}

/* The same script without an injection gets as far as the password: what the
 * test above sees is due to the injection. */
static void
t5_password_goes_out_under_tls(void **state)
{
    const Step imap[] = {
        {STEP_SAY, IMAP_HI, 0},
        {STEP_HEAR, "STARTTLS\r\n", 0},
        {STEP_SAY, "T1 OK go\r\n", 0},
        {STEP_TLS, "good", 0},
        {STEP_HEAR, "CAPABILITY\r\n", 0},
        {STEP_SAY, "* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\nT2 OK\r\n",
         0},
        {STEP_HEAR, "AGFsaWNl", 0},
        {STEP_SAY, "T3 NO wrong\r\n", 0},
        {STEP_END, NULL, 0},
    };
    const Step smtp[] = {
        {STEP_SAY, "220 hi\r\n", 0},
        {STEP_HEAR, "\r\n", 0},
        {STEP_SAY, SMTP_EHLO, 0},
        {STEP_HEAR, "STARTTLS\r\n", 0},
        {STEP_SAY, "220 go\r\n", 0},
        {STEP_TLS, "good", 0},
        {STEP_HEAR, "\r\n", 0},
        {STEP_SAY, "250-hi\r\n250 AUTH PLAIN\r\n", 0},
        {STEP_HEAR, "AGFsaWNl", 0},
        {STEP_SAY, "535 wrong\r\n", 0},
        {STEP_END, NULL, 0},
    };
    g_autoptr(GError) one = play(*state, IMAP, imap, "IMAP", NULL);
    g_autoptr(GError) two = play(*state, SMTP, smtp, "submission", NULL);
    assert_app_error(one, APP_ERROR_CREDENTIALS, "IMAP");
    assert_app_error(two, APP_ERROR_CREDENTIALS, "submission");
}

static const struct {
    const char *name;
    Protocol protocol;
    AppError want;
    Step steps[7];
} downgrades[] = {
    {"IMAP: PREAUTH",
     IMAP,
     APP_ERROR_INSECURE,
     {{STEP_SAY, "* PREAUTH [CAPABILITY IMAP4rev1] in\r\n", 0}}},
    {"IMAP: stripped",
     IMAP,
     APP_ERROR_INSECURE,
     {{STEP_SAY, "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] x\r\n", 0}}},
    {"IMAP: stripped when asked",
     IMAP,
     APP_ERROR_INSECURE,
     {{STEP_SAY, "* OK hi\r\n", 0},
      {STEP_HEAR, "CAPABILITY\r\n", 0},
      {STEP_SAY, "* CAPABILITY IMAP4rev1\r\nT1 OK\r\n", 0}}},
    {"IMAP: capabilities refused",
     IMAP,
     APP_ERROR_INSECURE,
     {{STEP_SAY, "* OK hi\r\n", 0},
      {STEP_HEAR, "CAPABILITY\r\n", 0},
      {STEP_SAY, "T1 BAD what\r\n", 0}}},
    {"IMAP: NO",
     IMAP,
     APP_ERROR_INSECURE,
     {{STEP_SAY, IMAP_HI, 0},
      {STEP_HEAR, "STARTTLS\r\n", 0},
      {STEP_SAY, "T1 NO [ALERT] call 555\r\n", 0}}},
    {"IMAP: BAD",
     IMAP,
     APP_ERROR_INSECURE,
     {{STEP_SAY, IMAP_HI, 0},
      {STEP_HEAR, "STARTTLS\r\n", 0},
      {STEP_SAY, "T1 BAD\r\n", 0}}},
    {"IMAP: another's answer",
     IMAP,
     APP_ERROR_MALFORMED,
     {{STEP_SAY, IMAP_HI, 0},
      {STEP_HEAR, "STARTTLS\r\n", 0},
      {STEP_SAY, "T9 OK\r\n", 0}}},
    {"IMAP: PREAUTH instead",
     IMAP,
     APP_ERROR_MALFORMED,
     {{STEP_SAY, IMAP_HI, 0},
      {STEP_HEAR, "STARTTLS\r\n", 0},
      {STEP_SAY, "* PREAUTH x\r\n", 0}}},
    {"IMAP: BYE",
     IMAP,
     APP_ERROR_UNREACHABLE,
     {{STEP_SAY, "* BYE [REFERRAL imap://mallory.test/]\r\n", 0}}},
    {"IMAP: not IMAP",
     IMAP,
     APP_ERROR_MALFORMED,
     {{STEP_SAY, "220 smtp here\r\n", 0}}},
    {"IMAP: no end of chatter",
     IMAP,
     APP_ERROR_MALFORMED,
     {{STEP_SAY, IMAP_HI, 0},
      {STEP_HEAR, "STARTTLS\r\n", 0},
      {STEP_FLOOD, "* OK still thinking\r\n", 100000}}},
    {"IMAP: capabilities forgotten",
     IMAP,
     APP_ERROR_CONFIG,
     {{STEP_SAY, IMAP_HI, 0},
      {STEP_HEAR, "STARTTLS\r\n", 0},
      {STEP_SAY, "T1 OK\r\n", 0},
      {STEP_TLS, "good", 0},
      {STEP_HEAR, "CAPABILITY\r\n", 0},
      {STEP_SAY, "* CAPABILITY IMAP4rev1 LOGINDISABLED\r\nT2 OK\r\n", 0}}},
    {"SMTP: stripped",
     SMTP,
     APP_ERROR_INSECURE,
     {{STEP_SAY, "220 hi\r\n", 0},
      {STEP_HEAR, "\r\n", 0},
      {STEP_SAY, "250-hi\r\n250 AUTH PLAIN\r\n", 0}}},
    {"SMTP: name only",
     SMTP,
     APP_ERROR_INSECURE,
     {{STEP_SAY, "220 hi\r\n", 0},
      {STEP_HEAR, "\r\n", 0},
      {STEP_SAY, "250 STARTTLS\r\n", 0}}},
    {"SMTP: almost",
     SMTP,
     APP_ERROR_INSECURE,
     {{STEP_SAY, "220 hi\r\n", 0},
      {STEP_HEAR, "\r\n", 0},
      {STEP_SAY, "250-hi\r\n250 XSTARTTLS\r\n", 0}}},
    {"SMTP: 454",
     SMTP,
     APP_ERROR_INSECURE,
     {{STEP_SAY, "220 hi\r\n", 0},
      {STEP_HEAR, "\r\n", 0},
      {STEP_SAY, SMTP_EHLO, 0},
      {STEP_HEAR, "STARTTLS\r\n", 0},
      {STEP_SAY, "454 not now, call 555\r\n", 0}}},
    {"SMTP: 250 is no agreement",
     SMTP,
     APP_ERROR_INSECURE,
     {{STEP_SAY, "220 hi\r\n", 0},
      {STEP_HEAR, "\r\n", 0},
      {STEP_SAY, SMTP_EHLO, 0},
      {STEP_HEAR, "STARTTLS\r\n", 0},
      {STEP_SAY, "250 ok\r\n", 0}}},
    {"SMTP: capabilities forgotten",
     SMTP,
     APP_ERROR_CONFIG,
     {{STEP_SAY, "220 hi\r\n250-hi\r\n", 0},
      {STEP_SAY, "250-STARTTLS\r\n250 AUTH PLAIN\r\n", 0},
      {STEP_HEAR, "STARTTLS\r\n", 0},
      {STEP_SAY, "220 go\r\n", 0},
      {STEP_TLS, "good", 0},
      {STEP_SAY, "250-hi\r\n250-SIZE 99\r\n250 STARTTLS\r\n", 0}}},
    {"SMTP: 554 greeting",
     SMTP,
     APP_ERROR_UNREACHABLE,
     {{STEP_SAY, "554 call 555\r\n", 0}}},
    {"SMTP: not SMTP",
     SMTP,
     APP_ERROR_MALFORMED,
     {{STEP_SAY, "* OK imap here\r\n", 0}}},
    {"SMTP: greeting without end",
     SMTP,
     APP_ERROR_MALFORMED,
     {{STEP_FLOOD, "220-hi\r\n", 100000}}},
    {"SMTP: EHLO without end",
     SMTP,
     APP_ERROR_MALFORMED,
     {{STEP_SAY, "220 hi\r\n", 0}, {STEP_FLOOD, "250-X\r\n", 100000}}},
};

static void
sec_54_m3_tls_is_not_to_be_talked_away(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(downgrades); i++) {
        g_autoptr(GString) secret = g_string_new(NULL);
        g_autoptr(GError) error =
            play(*state, downgrades[i].protocol, downgrades[i].steps,
                 downgrades[i].name, secret);
        assert_app_error(error, downgrades[i].want, downgrades[i].name);
        if (strstr(error->message, "call") != NULL ||
            strstr(error->message, "mallory") != NULL)
            fail_msg("%s: shown: %s", downgrades[i].name, error->message);
        if (strstr(secret->str, "AUTH") || strstr(secret->str, "LOGIN"))
            fail_msg("%s: password", downgrades[i].name);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(t5_password_goes_out_under_tls),
        cmocka_unit_test(sec_54_m4_injected_bytes_abort),
        cmocka_unit_test(sec_54_m3_tls_is_not_to_be_talked_away),
    };
    return cmocka_run_group_tests_name("net/starttls", tests, world_make,
                                       world_end);
}
