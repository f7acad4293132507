/*
 * A server that does what a script says, for peers that no real server will
 * play. It runs in a thread, takes one connection, and keeps what it heard in
 * the open and under TLS; when the script is over it listens until the client
 * hangs up.
 */
#ifndef SCEAU_TESTS_NET_FAKE_SERVER_H
#define SCEAU_TESTS_NET_FAKE_SERVER_H

#include <arpa/inet.h>
#include <gio/gio.h>
#include <gnutls/gnutls.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/config.h"

typedef enum {
    STEP_END,
    STEP_SAY,   /* text, count bytes of it or all (0) */
    STEP_FLOOD, /* text count times, while the client listens */
    STEP_HEAR,  /* up to and including text */
    STEP_TLS,   /* text: name of the certificate */
    STEP_CLOSE, /* hang up, here and now */
} StepKind;

typedef struct {
    StepKind kind;
    const char *text;
    gsize count;
} Step;

typedef struct {
    const Step *steps;
    const char *certificates; /* folder */
    const char *priority;     /* NULL: NORMAL */
    int listener;
    int fd;
    guint16 port;
    gnutls_session_t tls;
    gnutls_certificate_credentials_t credentials;
    GString *plain, *secret; /* heard without and with TLS */
    gsize read;              /* of the one in use, by STEP_HEAR */
    gboolean handshake_done;
    GThread *thread;
} FakeServer;

static gssize
fake_receive(FakeServer *fake)
{
    char block[4096];
    gssize got = fake->tls != NULL
                     ? gnutls_record_recv(fake->tls, block, sizeof block)
                     : recv(fake->fd, block, sizeof block, 0);
    if (got > 0)
        g_string_append_len(fake->tls != NULL ? fake->secret : fake->plain,
                            block, got);
    return got;
}

static gboolean
fake_say(FakeServer *fake, const char *text, gsize size)
{
    while (size > 0) {
        gssize sent = fake->tls != NULL
                          ? gnutls_record_send(fake->tls, text, size)
                          : send(fake->fd, text, size, MSG_NOSIGNAL);
        if (sent <= 0)
            return FALSE;
        text += sent;
        size -= (gsize)sent;
    }
    return TRUE;
}

static gboolean
fake_hear(FakeServer *fake, const char *text)
{
    for (;;) {
        const GString *heard = fake->tls != NULL ? fake->secret : fake->plain;
        const char *found = strstr(heard->str + fake->read, text);
        if (found != NULL) {
            fake->read = (gsize)(found - heard->str) + strlen(text);
            return TRUE;
        }
        if (fake_receive(fake) <= 0)
            return FALSE;
    }
}

static gboolean
fake_handshake(FakeServer *fake, const char *name)
{
    g_autofree char *cert =
        g_strdup_printf("%s/%s.pem", fake->certificates, name);
    g_autofree char *key =
        g_strdup_printf("%s/%s.key", fake->certificates, name);
    gnutls_certificate_allocate_credentials(&fake->credentials);
    if (gnutls_certificate_set_x509_key_file(fake->credentials, cert, key,
                                             GNUTLS_X509_FMT_PEM) < 0)
        g_error("no certificate %s", cert);
    gnutls_init(&fake->tls, GNUTLS_SERVER | GNUTLS_NO_SIGNAL);
    if (gnutls_priority_set_direct(
            fake->tls, fake->priority != NULL ? fake->priority : "NORMAL",
            NULL) < 0)
        g_error("priority %s", fake->priority);
    gnutls_credentials_set(fake->tls, GNUTLS_CRD_CERTIFICATE,
                           fake->credentials);
    gnutls_transport_set_int(fake->tls, fake->fd);
    fake->read = 0;
    int rc;
    do {
        rc = gnutls_handshake(fake->tls);
    } while (rc < 0 && !gnutls_error_is_fatal(rc));
    fake->handshake_done = rc == GNUTLS_E_SUCCESS;
    return fake->handshake_done;
}

static gboolean
fake_step(FakeServer *fake, const Step *step)
{
    gboolean going = TRUE;
    switch (step->kind) {
    case STEP_SAY:
        return fake_say(fake, step->text,
                        step->count > 0 ? step->count : strlen(step->text));
    case STEP_FLOOD:
        for (gsize i = 0; i < step->count && going; i++)
            going = fake_say(fake, step->text, strlen(step->text));
        return going;
    case STEP_HEAR:
        return fake_hear(fake, step->text);
    case STEP_TLS:
        return fake_handshake(fake, step->text);
    case STEP_CLOSE:
    case STEP_END:
        break;
    }
    return FALSE;
}

static gpointer
fake_run(gpointer user)
{
    FakeServer *fake = user;
    fake->fd = accept(fake->listener, NULL, NULL);
    if (fake->fd < 0)
        return NULL;
    const Step *step = fake->steps;
    while (step->kind != STEP_END && fake_step(fake, step))
        step++;
    if (step->kind != STEP_CLOSE) {
        while (fake_receive(fake) > 0)
            continue;
    }
    if (fake->tls != NULL)
        gnutls_deinit(fake->tls);
    close(fake->fd);
    return NULL;
}

static FakeServer *
fake_start(const Step *steps, const char *certificates, const char *priority)
{
    FakeServer *fake = g_new0(FakeServer, 1);
    struct sockaddr_in here = {.sin_family = AF_INET,
                               .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof here;
    fake->steps = steps;
    fake->certificates = certificates;
    fake->priority = priority;
    fake->plain = g_string_new(NULL);
    fake->secret = g_string_new(NULL);
    fake->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(fake->listener, (struct sockaddr *)&here, sizeof here) != 0 ||
        listen(fake->listener, 1) != 0 ||
        getsockname(fake->listener, (struct sockaddr *)&here, &size) != 0)
        g_error("fake server: no port");
    fake->port = ntohs(here.sin_port);
    fake->thread = g_thread_new("fake server", fake_run, fake);
    return fake;
}

/* Waits until it is done; what it heard can be looked at after that. */
static void
fake_join(FakeServer *fake)
{
    shutdown(fake->listener, SHUT_RDWR);
    g_thread_join(fake->thread);
    close(fake->listener);
}

static void
fake_free(FakeServer *fake)
{
    if (fake->credentials != NULL)
        gnutls_certificate_free_credentials(fake->credentials);
    g_string_free(fake->plain, TRUE);
    g_string_free(fake->secret, TRUE);
    g_free(fake);
}

static ServerConfig
fake_config(const FakeServer *fake, TlsMode tls, char *ca_file)
{
    return (ServerConfig){.host = (char *)(guintptr) "localhost",
                          .port = fake->port,
                          .tls = tls,
                          .ca_file = ca_file};
}

/* The folder of test certificates, made once per program. */
G_GNUC_UNUSED static char *
make_certificates(void)
{
    char *folder = g_dir_make_tmp("sceau-tls-XXXXXX", NULL);
    char *argv[] = {(char *)(guintptr) "tests/net/certificates", folder,
                    NULL};
    int status = 1;
    g_autoptr(GError) error = NULL;
    if (!g_spawn_sync(NULL, argv, NULL,
                      G_SPAWN_STDERR_TO_DEV_NULL | G_SPAWN_STDOUT_TO_DEV_NULL,
                      NULL, NULL, NULL, NULL, &status, &error) ||
        status != 0)
        g_error("tests/net/certificates failed");
    return folder;
}

G_GNUC_UNUSED static void
remove_folder(char *folder)
{
    char *argv[] = {(char *)(guintptr) "rm", (char *)(guintptr) "-rf", folder,
                    NULL};
    g_spawn_sync(NULL, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
                 NULL, NULL, NULL);
    g_free(folder);
}

/* The certificates of one test program. */
typedef struct {
    char *folder, *ca;
} World;

G_GNUC_UNUSED static int
world_make(void **state)
{
    World *world = g_new0(World, 1);
    world->folder = make_certificates();
    world->ca = g_build_filename(world->folder, "ca.pem", NULL);
    *state = world;
    return 0;
}

G_GNUC_UNUSED static int
world_end(void **state)
{
    World *world = *state;
    remove_folder(world->folder);
    g_free(world->ca);
    g_free(world);
    return 0;
}

#endif
