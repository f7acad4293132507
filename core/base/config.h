/*
 * The configuration file (GKeyFile syntax; deploy/sceau.conf.example lists
 * every key). Reading is strict: an unknown group or key, or a bad value, is
 * APP_ERROR_CONFIG naming file, line and reason.
 */
#ifndef SCEAU_BASE_CONFIG_H
#define SCEAU_BASE_CONFIG_H

#include <glib.h>

typedef enum {
    TLS_IMPLICIT, /* the port speaks TLS from the first byte */
    TLS_STARTTLS, /* upgraded before anything is said */
    TLS_NONE,     /* refused by config_load unless the host is loopback */
} TlsMode;

typedef struct {
    char *host;
    guint16 port;
    TlsMode tls;
    char *ca_file; /* NULL: the system's */
} ServerConfig;

typedef struct {
    /* [site] */
    char *base_path;    /* begins and ends with '/', default "/" */
    char *origin;       /* "https://mail.example.org"; required */
    char *organisation; /* shown on the sign-in page */
    char *static_path;  /* URL path of the static files, default base +
                           "static/" */
    gboolean insecure_localhost; /* plain http, only if origin is localhost */
    char *metrics_token; /* what /metrics asks for, or the path of a file
                            that holds it; NULL: there is no such page */
    /* [server] */
    char *log;     /* "stderr" or "syslog" */
    guint workers; /* processes, 1 to 64, default 2 */
    guint threads; /* per process, 1 to 128, default 16 */
    /* [store] */
    char *database;   /* path of the SQLite file */
    char *server_key; /* path of the server key, outside the database */
    /* [mail] */
    ServerConfig imap;
    ServerConfig submission;
    char *default_domain; /* appended to a login without '@'; or NULL */
    /* [trust] */
    char *anchors;               /* file or folder; NULL: no anchors */
    char *intermediates;         /* file or folder, or NULL */
    char *crls;                  /* file or folder, or NULL */
    gboolean system_roots;       /* anchors of the system too */
    gboolean require_revocation; /* default FALSE */
    guint min_rsa_bits;          /* sending and Verified, default 2048 */
    guint floor_rsa_bits;        /* hard floor, default 1024 */
    guint min_ec_bits;           /* default 256 */
    guint floor_ec_bits;         /* default 224 */
    /* [authority] */
    char *ca_socket; /* where sceau-ca listens */
    /* [session] */
    guint idle_minutes; /* default 30 */
    guint hours;        /* default 12 */
    char *templates;    /* folder of compiled templates and catalogues */
} Config;

Config *config_load(const char *path, GError **error);
void config_free(Config *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Config, config_free)

#endif
