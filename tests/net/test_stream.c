#include "tests/net/net_test.h"

#include "core/net/stream.h"
#include "tests/net/fake_server.h"

/* The conversations of a server that gets as far as it can. */
#define GREET_IMAP                                                           \
    "* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN SASL-IR] hi\r\n"
#define GREET_SMTP "220 hi\r\n"
#define EHLO_SMTP "250-hi\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n"

typedef struct {
    const char *name;
    gboolean is_imap;
    TlsMode tls;
    Step before[6]; /* the handshake */
} Way;

static const Way ways[] = {
    {"IMAP, implicit", TRUE, TLS_IMPLICIT, {{STEP_END, NULL, 0}}},
    {"IMAP, STARTTLS",
     TRUE,
     TLS_STARTTLS,
     {{STEP_SAY, GREET_IMAP, 0},
      {STEP_HEAR, "STARTTLS\r\n", 0},
      {STEP_SAY, "T1 OK\r\n", 0},
      {STEP_END, NULL, 0}}},
    {"submission, implicit", FALSE, TLS_IMPLICIT, {{STEP_END, NULL, 0}}},
    {"submission, STARTTLS",
     FALSE,
     TLS_STARTTLS,
     {{STEP_SAY, GREET_SMTP, 0},
      {STEP_HEAR, "\r\n", 0},
      {STEP_SAY, EHLO_SMTP, 0},
      {STEP_HEAR, "STARTTLS\r\n", 0},
      {STEP_SAY, "220 go\r\n", 0},
      {STEP_END, NULL, 0}}},
};

typedef struct {
    const char *name;
    Step step; /* in place of a good handshake */
    const char *priority;
} BadServer;

static const BadServer bad_servers[] = {
    {"unknown authority", {STEP_TLS, "unknown-issuer", 0}, NULL},
    {"self-signed", {STEP_TLS, "self-signed", 0}, NULL},
    {"for another name", {STEP_TLS, "other-name", 0}, NULL},
    {"expired", {STEP_TLS, "expired", 0}, NULL},
    {"not yet valid", {STEP_TLS, "not-yet-valid", 0}, NULL},
    {"a client's certificate", {STEP_TLS, "for-clients", 0}, NULL},
    {"signed by a leaf", {STEP_TLS, "by-a-leaf", 0}, NULL},
    {"RSA 1024", {STEP_TLS, "weak", 0}, NULL},
    {"signed with SHA-1", {STEP_TLS, "sha1", 0}, NULL},
    {"TLS 1.1 at most",
     {STEP_TLS, "good", 0},
     "NORMAL:-VERS-ALL:+VERS-TLS1.1:+VERS-TLS1.0:%COMPAT"},
    {"no TLS at all", {STEP_SAY, "* OK hello in the open\r\n", 0}, NULL},
    {"hangs up", {STEP_CLOSE, NULL, 0}, NULL},
};

static void
attempt(const World *world, const Way *way, const BadServer *bad)
{
    Step steps[8] = {{STEP_END, NULL, 0}};
    gsize n = 0;
    for (; way->before[n].kind != STEP_END; n++)
        steps[n] = way->before[n];
    steps[n] = bad->step;
    g_autofree char *name = g_strdup_printf("%s, %s", way->name, bad->name);
    g_autoptr(GError) error = NULL;
    FakeServer *fake = fake_start(steps, world->folder, bad->priority);
    ServerConfig server = fake_config(fake, way->tls, world->ca);
    if (way->is_imap)
        assert_false(try_signing_in(&server, &error));
    else
        assert_null(try_sending(&server, plain_message, NULL, NULL, &error));
    fake_join(fake);
    assert_app_error(error, APP_ERROR_INSECURE, name);
    /* "alice@demo.test", with NULs around, in base64, and the commands. */
    const char *const never[] = {"AUTH", "LOGIN", "AGFsaWNl", "alice",
                                 "MAIL"};
    for (gsize i = 0; i < G_N_ELEMENTS(never); i++) {
        if (strstr(fake->plain->str, never[i]) != NULL)
            fail_msg("%s: said %s in the open", name, never[i]);
    }
    if (fake->secret->len != 0)
        fail_msg("%s: %zu bytes under TLS", name, fake->secret->len);
    fake_free(fake);
}

static void
sec_53_bad_servers_get_no_byte_of_auth(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(ways); i++) {
        for (gsize j = 0; j < G_N_ELEMENTS(bad_servers); j++)
            attempt(*state, &ways[i], &bad_servers[j]);
    }
}

static void
sec_53_certificate_without_anchors_is_refused(void **state)
{
    const World *world = *state;
    g_autofree char *other =
        g_build_filename(world->folder, "strangers.pem", NULL);
    char *const files[] = {other, NULL};
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        const Step steps[] = {{STEP_TLS, "good", 0}, {STEP_END, NULL, 0}};
        g_autoptr(GError) error = NULL;
        FakeServer *fake = fake_start(steps, world->folder, NULL);
        ServerConfig server = fake_config(fake, TLS_IMPLICIT, files[i]);
        assert_false(try_signing_in(&server, &error));
        fake_join(fake);
        assert_app_error(error, APP_ERROR_INSECURE, "other anchors");
        assert_int_equal(fake->secret->len, 0);
        fake_free(fake);
    }
    ServerConfig nowhere = {.host = (char *)(guintptr) "localhost",
                            .port = 1,
                            .ca_file = (char *)(guintptr) "/nonexistent"};
    g_autoptr(GError) error = NULL;
    assert_null(stream_trust_load(&nowhere, &error));
    assert_app_error(error, APP_ERROR_CONFIG, "no file");
}

/* Opens the stream of a test that looks at the stream itself. */
static Stream *
open_plain(const FakeServer *fake)
{
    ServerConfig server = fake_config(fake, TLS_NONE, NULL);
    g_autoptr(GError) error = NULL;
    Stream *stream = stream_open(&server, NULL, &error);
    assert_non_null(stream);
    stream_set_timeout(stream, 200);
    return stream;
}

static void
line_is_judged(void **state)
{
    static const struct {
        const char *name;
        const char *said;
        gsize size;
        int want; /* 0: a line */
    } cases[] = {
        {"a line", "good\r\n", 6, 0},
        {"an empty one", "\r\n", 2, 0},
        {"the longest", "0123456789\r\n", 12, 0},
        {"one longer", "0123456789A\r\n", 13, APP_ERROR_MALFORMED},
        {"much longer", "0123456789ABCDEFGHIJ", 20, APP_ERROR_MALFORMED},
        {"LF alone", "bad\n", 4, APP_ERROR_MALFORMED},
        {"LF first", "\nbad\r\n", 6, APP_ERROR_MALFORMED},
        {"CR in it", "ba\rd\r\n", 6, APP_ERROR_MALFORMED},
        {"CR twice", "bad\r\r\n", 6, APP_ERROR_MALFORMED},
        {"NUL in it", "ba\0d\r\n", 6, APP_ERROR_MALFORMED},
        {"no end", "bad", 3, APP_ERROR_UNREACHABLE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Step steps[] = {{STEP_SAY, cases[i].said, cases[i].size},
                              {STEP_CLOSE, NULL, 0}};
        g_autoptr(GError) error = NULL;
        g_autoptr(GByteArray) line = g_byte_array_new();
        FakeServer *fake = fake_start(steps, NULL, NULL);
        Stream *stream = open_plain(fake);
        gboolean got = stream_read_line(stream, line, 10, &error);
        if (cases[i].want != 0)
            assert_app_error(error, (AppError)cases[i].want, cases[i].name);
        else if (!got || line->len != cases[i].size - 2)
            fail_msg("%s: not read", cases[i].name);
        stream_free(stream);
        fake_join(fake);
        fake_free(fake);
    }
}

static void
silence_ends_in_time(void **state)
{
    const Step steps[] = {{STEP_SAY, "half a li", 0},
                          {STEP_HEAR, "never", 0},
                          {STEP_END, NULL, 0}};
    g_autoptr(GError) error = NULL;
    g_autoptr(GByteArray) line = g_byte_array_new();
    FakeServer *fake = fake_start(steps, NULL, NULL);
    Stream *stream = open_plain(fake);
    gint64 begin = g_get_monotonic_time();
    assert_false(stream_read_line(stream, line, 100, &error));
    gint64 took = g_get_monotonic_time() - begin;
    assert_app_error(error, APP_ERROR_UNREACHABLE, "silence");
    assert_in_range((guint64)took, 150000, 2000000);
    stream_free(stream);
    fake_join(fake);
    fake_free(fake);
}

/* A byte at a time, each in time: the whole still ends. */
static gpointer
drip(gpointer user)
{
    FakeServer *fake = user;
    while (fake->fd <= 0)
        g_usleep(1000);
    while (fake_say(fake, "x", 1))
        g_usleep(100000);
    return NULL;
}

static void
dripping_ends_in_time(void **state)
{
    const Step steps[] = {{STEP_HEAR, "never", 0}, {STEP_END, NULL, 0}};
    g_autoptr(GError) error = NULL;
    g_autoptr(GByteArray) line = g_byte_array_new();
    FakeServer *fake = fake_start(steps, NULL, NULL);
    Stream *stream = open_plain(fake);
    guint8 block[100];
    GThread *thread = g_thread_new("drip", drip, fake);
    gint64 begin = g_get_monotonic_time();
    stream_begin_exchange(stream);
    while (stream_read(stream, block, sizeof block, &error) > 0)
        continue;
    gint64 took = g_get_monotonic_time() - begin;
    assert_app_error(error, APP_ERROR_UNREACHABLE, "dripping");
    assert_in_range((guint64)took, 300000, 3000000);
    stream_free(stream);
    fake_join(fake);
    g_thread_join(thread);
    fake_free(fake);
}

static void
m5_no_tls_is_for_loopback_only(void **state)
{
    const char *const hosts[] = {"192.0.2.1", "10.0.0.1", "::ffff:127.0.0.1",
                                 "2001:db8::1", "0.0.0.0"};
    for (gsize i = 0; i < G_N_ELEMENTS(hosts); i++) {
        ServerConfig server = {
            .host = (char *)(guintptr)hosts[i], .port = 1, .tls = TLS_NONE};
        g_autoptr(GError) error = NULL;
        assert_null(stream_open(&server, NULL, &error));
        assert_app_error(error, APP_ERROR_INSECURE, hosts[i]);
    }
}

static void
nobody_there_is_unreachable(void **state)
{
    const World *world = *state;
    /* Port 1 of loopback: nothing listens. .invalid: no such name. */
    const char *const hosts[] = {"127.0.0.1", "localhost",
                                 "mail.sceau.invalid"};
    for (gsize i = 0; i < G_N_ELEMENTS(hosts); i++) {
        ServerConfig server = {.host = (char *)(guintptr)hosts[i],
                               .port = 1,
                               .ca_file = world->ca};
        g_autoptr(GError) error = NULL;
        assert_false(try_signing_in(&server, &error));
        assert_app_error(error, APP_ERROR_UNREACHABLE, hosts[i]);
        g_clear_error(&error);
        assert_null(try_sending(&server, plain_message, NULL, NULL, &error));
        assert_app_error(error, APP_ERROR_UNREACHABLE, hosts[i]);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sec_53_bad_servers_get_no_byte_of_auth),
        cmocka_unit_test(sec_53_certificate_without_anchors_is_refused),
        cmocka_unit_test(line_is_judged),
        cmocka_unit_test(silence_ends_in_time),
        cmocka_unit_test(dripping_ends_in_time),
        cmocka_unit_test(m5_no_tls_is_for_loopback_only),
        cmocka_unit_test(nobody_there_is_unreachable),
    };
    return cmocka_run_group_tests_name("net/stream", tests, world_make,
                                       world_end);
}
