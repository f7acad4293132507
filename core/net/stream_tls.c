#include "core/net/stream_internal.h"

#include <poll.h>
#include <string.h>

#include <gnutls/x509.h>

#include "core/base/error.h"

/* TLS 1.2 with forward secrecy, or 1.3; nothing weaker than 112 bits. */
static const char priority[] =
    "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA:%PROFILE_MEDIUM";

struct StreamTrust {
    gnutls_certificate_credentials_t anchors;
    gnutls_priority_t priorities;
};

StreamTrust *
stream_trust_load(const ServerConfig *server, GError **error)
{
    g_autoptr(StreamTrust) trust = g_new0(StreamTrust, 1);
    gnutls_certificate_allocate_credentials(&trust->anchors);
    int rc = gnutls_priority_init(&trust->priorities, priority, NULL);
    g_assert(rc == GNUTLS_E_SUCCESS);

    int count =
        server->ca_file == NULL
            ? gnutls_certificate_set_x509_system_trust(trust->anchors)
            : gnutls_certificate_set_x509_trust_file(
                  trust->anchors, server->ca_file, GNUTLS_X509_FMT_PEM);
    if (count <= 0) {
        g_set_error(error, APP_ERROR, APP_ERROR_CONFIG,
                    "%s: no authority's certificate can be read",
                    server->ca_file != NULL ? server->ca_file
                                            : "the system's trust store");
        return NULL;
    }
    return g_steal_pointer(&trust);
}

void
stream_trust_free(StreamTrust *trust)
{
    if (trust == NULL)
        return;
    gnutls_certificate_free_credentials(trust->anchors);
    gnutls_priority_deinit(trust->priorities);
    g_free(trust);
}

/* What is wrong with the certificate, in our words: the peer, who may be
 * anybody at this moment, gets none of its own into the log. */
static const char *
certificate_problem(unsigned int status)
{
    static const struct {
        unsigned int bit;
        const char *words;
    } problems[] = {
        {GNUTLS_CERT_REVOKED, "has been revoked"},
        {GNUTLS_CERT_UNEXPECTED_OWNER, "is for another host"},
        {GNUTLS_CERT_SIGNER_NOT_FOUND, "is from an unknown authority"},
        {GNUTLS_CERT_SIGNER_NOT_CA, "is signed by one who may not"},
        {GNUTLS_CERT_INSECURE_ALGORITHM, "is too weak"},
        {GNUTLS_CERT_EXPIRED, "has expired"},
        {GNUTLS_CERT_NOT_ACTIVATED, "is not valid yet"},
        {GNUTLS_CERT_PURPOSE_MISMATCH, "is not for servers"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(problems); i++) {
        if (status & problems[i].bit)
            return problems[i].words;
    }
    return "cannot be verified";
}

static gboolean
insecure(Stream *stream, int rc, GError **error)
{
    if (rc == GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR) {
        unsigned int status =
            gnutls_session_get_verify_cert_status(stream->tls);
        g_set_error(error, APP_ERROR, APP_ERROR_INSECURE,
                    "%s: its certificate %s", stream->host,
                    certificate_problem(status));
    } else {
        g_set_error(error, APP_ERROR, APP_ERROR_INSECURE,
                    "%s: no TLS connection: %s", stream->host,
                    gnutls_strerror(rc));
    }
    return FALSE;
}

static void
set_up(Stream *stream)
{
    gnutls_init(&stream->tls, GNUTLS_CLIENT | GNUTLS_NONBLOCK |
                                  GNUTLS_NO_SIGNAL | GNUTLS_NO_TICKETS);
    gnutls_priority_set(stream->tls, stream->trust->priorities);
    gnutls_credentials_set(stream->tls, GNUTLS_CRD_CERTIFICATE,
                           stream->trust->anchors);
    gnutls_transport_set_int(stream->tls, stream->fd);
    if (!g_hostname_is_ip_address(stream->host))
        gnutls_server_name_set(stream->tls, GNUTLS_NAME_DNS, stream->host,
                               strlen(stream->host));
}

/* What the certificate must be for; lives as long as the handshake. */
typedef struct {
    gnutls_typed_vdata_st list[2];
    char purpose[sizeof GNUTLS_KP_TLS_WWW_SERVER];
} Demand;

/* GnuTLS compares the name, or IP address, during the handshake: a server
 * that fails has been told nothing. */
static void
demand_identity(Stream *stream, Demand *demand)
{
    memcpy(demand->purpose, GNUTLS_KP_TLS_WWW_SERVER, sizeof demand->purpose);
    demand->list[0].type = GNUTLS_DT_DNS_HOSTNAME;
    demand->list[0].data = (unsigned char *)stream->host;
    demand->list[1].type = GNUTLS_DT_KEY_PURPOSE_OID;
    demand->list[1].data = (unsigned char *)demand->purpose;
    gnutls_session_set_verify_cert2(stream->tls, demand->list, 2, 0);
}

gboolean
stream_handshake(Stream *stream, GError **error)
{
    g_assert(stream->tls == NULL);
    Demand demand = {0};
    gint64 deadline = stream_deadline(stream);
    set_up(stream);
    demand_identity(stream, &demand);
    for (;;) {
        int rc = gnutls_handshake(stream->tls);
        if (rc == GNUTLS_E_SUCCESS)
            return TRUE;
        if (rc != GNUTLS_E_AGAIN && rc != GNUTLS_E_INTERRUPTED) {
            if (gnutls_error_is_fatal(rc))
                return insecure(stream, rc, error);
            continue;
        }
        short events =
            gnutls_record_get_direction(stream->tls) ? POLLOUT : POLLIN;
        if (!stream_wait(stream, events, deadline, error))
            return FALSE;
    }
}

/* TRUE if the call is to be repeated, after waiting where that is needed. */
static gboolean
again(Stream *stream, gssize rc, short events, gint64 deadline,
      GError **error)
{
    if (rc == GNUTLS_E_INTERRUPTED)
        return TRUE;
    if (rc == GNUTLS_E_AGAIN)
        return stream_wait(stream, events, deadline, error);
    /* A renegotiation is refused like any other surprise. */
    g_set_error(error, APP_ERROR, APP_ERROR_UNREACHABLE,
                "%s: the TLS connection broke: %s", stream->host,
                gnutls_strerror((int)rc));
    return FALSE;
}

gssize
stream_tls_send(Stream *stream, const void *data, gsize size, gint64 deadline,
                GError **error)
{
    for (;;) {
        gssize rc = gnutls_record_send(stream->tls, data, size);
        if (rc >= 0)
            return rc;
        if (!again(stream, rc, POLLOUT, deadline, error))
            return -1;
    }
}

gssize
stream_tls_receive(Stream *stream, gint64 deadline, GError **error)
{
    for (;;) {
        gssize rc = gnutls_record_recv(stream->tls, stream->buffer,
                                       sizeof stream->buffer);
        if (rc >= 0)
            return rc;
        if (rc == GNUTLS_E_PREMATURE_TERMINATION)
            return 0;
        if (!again(stream, rc, POLLIN, deadline, error))
            return -1;
    }
}

void
stream_tls_close(Stream *stream)
{
    if (stream->tls == NULL)
        return;
    /* Our half only: who has hung up is not waited for. */
    gnutls_bye(stream->tls, GNUTLS_SHUT_WR);
    gnutls_deinit(stream->tls);
    stream->tls = NULL;
}
