/*
 * sceau-ca: the one program that reads the authority's key. It listens on a
 * unix socket, believes the kernel about who asks, answers one line of JSON
 * with another, and issues only what its own configuration and profile allow.
 * No network, no templates, no mail.
 */
#ifndef SCEAU_DEPLOY_SCEAU_CA_H
#define SCEAU_DEPLOY_SCEAU_CA_H

#include "core/base/json.h"
#include "core/store/ledger.h"

typedef struct {
    char *socket;   /* path; unused when systemd hands the socket over */
    char *folder;   /* its own, 0700: key and ledger */
    char *key;      /* "pkcs11:…", or NULL: a file of its own */
    char **domains; /* whose addresses it certifies, A-labels */
    char **peers;   /* user names, or numbers, that may ask */
    guint days;     /* validity at most and by default */
    guint crl_days; /* how long a CRL is good for */
} CaConfig;

/* APP_ERROR_CONFIG names file and line. */
CaConfig *ca_config_load(const char *path, GError **error);
void ca_config_free(CaConfig *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CaConfig, ca_config_free)

typedef struct {
    const CaConfig *config;
    Db *ledger;
    gint64 now; /* of the request that is being answered */
} Ca;

/* Finishes what a crash left: a retired key under its old name, a key that no
 * authority came to have. */
gboolean ca_recover(const Ca *ca, GError **error);

/* One request: an object with "op". The answer, or NULL with error. */
Json *ca_act(const Ca *ca, const Json *request, GError **error);

/* The operations, in their own files. */
Json *ca_show(const Ca *ca, const Json *request, GError **error);
Json *ca_init(const Ca *ca, const Json *request, GError **error);
Json *ca_issue(const Ca *ca, const Json *request, GError **error);
Json *ca_revoke(const Ca *ca, const Json *request, GError **error);
Json *ca_crl(const Ca *ca, const Json *request, GError **error);
Json *ca_retire(const Ca *ca, const Json *request, GError **error);

/* The authority in use; APP_ERROR_NOT_FOUND when there is none. */
LedgerAuthority *ca_authority(const Ca *ca, GError **error);
/* Path of a key file, or the "pkcs11:" URL itself; the caller frees. */
char *ca_key_source(const Ca *ca, const char *key);

/* Listens, or takes systemd's socket. -1 with error. */
int ca_listen(const CaConfig *config, GError **error);
/* Takes one connection, answers one request and closes it. */
void ca_serve(Ca *ca, int connection);

#endif
