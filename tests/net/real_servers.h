/* The private mail system of tests/net/servers, for one test program. */
#ifndef SCEAU_TESTS_NET_REAL_SERVERS_H
#define SCEAU_TESTS_NET_REAL_SERVERS_H

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "core/base/config.h"

typedef struct {
    char *folder, *ca, *mail;
    GHashTable *env; /* of servers.env */
    ServerConfig imap, imaps;
    /* Ways of sending: chasquid's two, then postfix's where it runs. */
    struct {
        const char *name;
        ServerConfig server;
    } ways[4];
    guint way_count;
} Real;

static void
real_run(const char *verb, const char *folder, const char *option)
{
    const char *const argv[] = {"tests/net/servers", verb, folder, option,
                                NULL};
    int status = 1;
    g_autoptr(GError) error = NULL;
    g_autofree char *said = NULL;
    if (!g_spawn_sync(NULL, (char **)(guintptr)argv, NULL,
                      G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, &said,
                      &status, &error) ||
        status != 0)
        g_error("tests/net/servers %s: %s", verb, said);
}

static ServerConfig
real_config(const Real *real, const char *port, TlsMode tls)
{
    const char *number = g_hash_table_lookup(real->env, port);
    return (ServerConfig){
        .host = (char *)(guintptr) "127.0.0.1",
        .port = (guint16)(number != NULL ? g_ascii_strtoull(number, NULL, 10)
                                         : 0),
        .tls = tls,
        .ca_file = real->ca,
    };
}

static void
real_add_way(Real *real, const char *name, const char *port, TlsMode tls)
{
    ServerConfig server = real_config(real, port, tls);
    if (server.port == 0)
        return;
    real->ways[real->way_count].name = name;
    real->ways[real->way_count++].server = server;
}

/* option: NULL, or "no-postfix" for those who send nothing. */
static Real *
real_start(const char *option)
{
    Real *real = g_new0(Real, 1);
    g_autofree char *text = NULL;
    real->folder = g_dir_make_tmp("sceau-mail-XXXXXX", NULL);
    g_chmod(real->folder, 0755);
    real_run("start", real->folder, option);
    g_autofree char *file =
        g_build_filename(real->folder, "servers.env", NULL);
    g_assert_true(g_file_get_contents(file, &text, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    real->env =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    for (char **line = lines; *line != NULL; line++) {
        char *sign = strchr(*line, '=');
        if (sign != NULL)
            g_hash_table_insert(real->env,
                                g_strndup(*line, (gsize)(sign - *line)),
                                g_strdup(sign + 1));
    }
    real->ca = g_strdup(g_hash_table_lookup(real->env, "CA"));
    real->mail = g_strdup(g_hash_table_lookup(real->env, "MAIL"));
    real->imap = real_config(real, "IMAP_PORT", TLS_STARTTLS);
    real->imaps = real_config(real, "IMAPS_PORT", TLS_IMPLICIT);
    real_add_way(real, "chasquid, STARTTLS", "SUBMISSION_PORT", TLS_STARTTLS);
    real_add_way(real, "chasquid, implicit", "SUBMISSIONS_PORT",
                 TLS_IMPLICIT);
    real_add_way(real, "postfix, STARTTLS", "POSTFIX_SUBMISSION_PORT",
                 TLS_STARTTLS);
    real_add_way(real, "postfix, implicit", "POSTFIX_SUBMISSIONS_PORT",
                 TLS_IMPLICIT);
    return real;
}

static void
real_end(Real *real)
{
    real_run("stop", real->folder, NULL);
    const char *const argv[] = {"rm", "-rf", real->folder, NULL};
    g_spawn_sync(NULL, (char **)(guintptr)argv, NULL, G_SPAWN_SEARCH_PATH,
                 NULL, NULL, NULL, NULL, NULL, NULL);
    g_hash_table_unref(real->env);
    g_free(real->folder);
    g_free(real->ca);
    g_free(real->mail);
    g_free(real);
}

/* Without postfix, which takes its time. */
G_GNUC_UNUSED static int
real_setup(void **state)
{
    *state = real_start("no-postfix");
    return 0;
}

static int
real_teardown(void **state)
{
    real_end(*state);
    return 0;
}

#endif
