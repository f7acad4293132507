/*
 * A site with a sceau-ca of its own, the real program, in a folder of the
 * test; and people who ask it for certificates.
 */
#ifndef SCEAU_TESTS_ADMIN_AUTHORITY_TEST_H
#define SCEAU_TESTS_ADMIN_AUTHORITY_TEST_H

#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "core/admin/accounts.h"
#include "core/admin/local_ca.h"
#include "core/net/ca_client.h"
#include "core/store/authority.h"
#include "core/store/cert_request.h"
#include "core/store/issued.h"
#include "core/store/notice.h"
#include "tests/admin/office_test.h"
#include "tests/pki/request.h"

/* Of the program that is tested, from argv[0]. */
static char *sceau_ca;

typedef struct {
    char *folder, *site, *ca, *conf;
    Config *config;
    Db *db;
    gint64 ana, bob;
    GPid process; /* 0: it does not run */
    gint64 now;
} Desk;

static inline char *
write_config(const char *folder)
{
    g_autofree char *text = g_strdup_printf(
        "[site]\norigin = https://mail.demo.test\norganisation = Maison\n"
        "[store]\ndatabase = %s/site/sceau.db\nserver_key = %s/key\n"
        "[mail]\nimap_host = imap.demo.test\nsubmission_host = smtp\n"
        "[authority]\nsocket = %s/sock\n",
        folder, folder, folder);
    char *path = g_build_filename(folder, "sceau.conf", NULL);
    assert_true(g_file_set_contents(path, text, -1, NULL));
    return path;
}

static inline void
start_ca(Desk *desk)
{
    g_autofree char *sock = g_build_filename(desk->folder, "sock", NULL);
    char *argv[] = {sceau_ca, (char *)(guintptr) "-c", desk->conf, NULL};
    assert_true(
        g_spawn_async(NULL, argv, NULL,
                      G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDERR_TO_DEV_NULL,
                      NULL, NULL, &desk->process, NULL));
    /* Any answer will do; a socket of the one before is no answer. */
    for (int tries = 0; tries < 500; tries++) {
        g_autoptr(Json) show = json_read("{\"op\":\"show\"}", 13, NULL);
        g_autoptr(Json) shown =
            ca_client_ask(desk->config->ca_socket, show, NULL);
        if (shown != NULL)
            return;
        g_usleep(2000);
    }
    fail_msg("sceau-ca does not start");
}

static inline void
stop_ca(Desk *desk, int number)
{
    if (desk->process == 0)
        return;
    kill(desk->process, number);
    waitpid(desk->process, NULL, 0);
    desk->process = 0;
}

static inline gint64
new_person(Desk *desk, const char *address)
{
    g_autoptr(GError) error = NULL;
    gint64 id = new_account(desk->db, address);
    expect_fine(account_set_allowed(desk->db, address, TRUE, NOW, &error) &&
                    account_set_enabled(desk->db, id, TRUE, &error),
                error, address);
    return id;
}

static inline Office
terminal_of(const Desk *desk)
{
    return (Office){.config = desk->config,
                    .db = desk->db,
                    .actor = "terminal:test",
                    .source = "terminal",
                    .now = desk->now};
}

static inline Office
office_for(const Desk *desk, const Account *who)
{
    Office office = terminal_of(desk);
    office.who = who;
    office.actor = who->login;
    office.source = "192.0.2.1";
    return office;
}

static inline void
make_authority(const Desk *desk)
{
    g_autoptr(GError) error = NULL;
    const Office office = terminal_of(desk);
    const LocalCaPlan plan = {"Maison CA", "Maison", "p-256", 10};
    expect_fine(local_ca_make(&office, &plan, &error), error, "authority");
}

/* Without a sceau-ca that runs. */
static inline Desk *
bare_desk(void)
{
    g_autoptr(GError) error = NULL;
    Desk *desk = g_new0(Desk, 1);
    desk->folder = temporary_folder();
    desk->site = g_build_filename(desk->folder, "site", NULL);
    desk->ca = g_build_filename(desk->folder, "ca", NULL);
    desk->conf = g_build_filename(desk->folder, "ca.conf", NULL);
    desk->now = g_get_real_time() / G_USEC_PER_SEC;
    g_autofree char *path = write_config(desk->folder);
    g_autofree char *text = g_strdup_printf(
        "socket = %s/sock\nfolder = %s\ndomains = demo.test\n", desk->folder,
        desk->ca);
    assert_true(g_file_set_contents(desk->conf, text, -1, NULL));
    desk->config = config_load(path, &error);
    expect_fine(desk->config != NULL, error, "config");
    desk->db = db_open(desk->config->database, &error);
    expect_fine(desk->db != NULL, error, "database");
    desk->ana = new_person(desk, "ana@demo.test");
    desk->bob = new_person(desk, "bob@demo.test");
    return desk;
}

static inline int
set_up(void **state)
{
    Desk *desk = bare_desk();
    start_ca(desk);
    make_authority(desk);
    *state = desk;
    return 0;
}

static inline int
tear_down(void **state)
{
    Desk *desk = *state;
    g_autofree char *exports = g_build_filename(desk->site, "exports", NULL);
    stop_ca(desk, SIGTERM);
    db_close(desk->db);
    config_free(desk->config);
    remove_folder(exports);
    remove_folder(desk->site);
    remove_folder(desk->ca);
    remove_folder(desk->folder);
    g_free(desk->site);
    g_free(desk->ca);
    g_free(desk->conf);
    g_free(desk->folder);
    g_free(desk);
    return 0;
}

static inline GBytes *
p256_request(const char *address)
{
    const Wanted wanted = {P256, address, NULL, FALSE};
    return make_request(&wanted);
}

/* The answer to a request of this account. */
static inline Json *
ask(const Desk *desk, gint64 account, GBytes *csr, const char *renews)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Account) who = account_load(desk->db, account, &error);
    const Office office = office_for(desk, who);
    g_autofree char *text = certify_request(&office, csr, renews, &error);
    expect_fine(text != NULL, error, "request");
    return json_read(text, strlen(text), NULL);
}

static inline const char *
member(const Json *json, const char *name)
{
    return json_text(json_member(json, name));
}

/* Approves one request by the terminal. */
static inline void
approve(const Desk *desk, const char *id, CertifyCount *count)
{
    g_autoptr(GError) error = NULL;
    const Office office = terminal_of(desk);
    const char *const ids[] = {id, NULL};
    expect_fine(certify_approve(&office, ids, count, &error), error,
                "approve");
}

/* A certificate for this account, issued: its kid. */
static inline char *
certified(const Desk *desk, gint64 account, const char *address)
{
    CertifyCount count;
    g_autoptr(GBytes) csr = p256_request(address);
    g_autoptr(Json) answer = ask(desk, account, csr, "");
    approve(desk, member(answer, "id"), &count);
    assert_int_equal(count.issued, 1);
    g_autoptr(CertRequest) request =
        cert_request_load(desk->db, member(answer, "id"), NULL);
    assert_non_null(request->kid);
    return g_strdup(request->kid);
}

/* The id of a request that waits. */
static inline char *
asked(const Desk *desk, GBytes **csr)
{
    *csr = p256_request(NULL);
    g_autoptr(Json) answer = ask(desk, desk->ana, *csr, "");
    return g_strdup(member(answer, "id"));
}

static inline void
expect_state(const Desk *desk, const char *id, const char *want)
{
    g_autoptr(CertRequest) request = cert_request_load(desk->db, id, NULL);
    assert_string_equal(request->state, want);
}

static inline gint64
notices(const Desk *desk, gint64 account, const char *code)
{
    gint64 count = 0;
    g_autoptr(GPtrArray) list = notice_list(desk->db, account, 50, NULL);
    for (guint i = 0; i < list->len; i++) {
        const Notice *notice = g_ptr_array_index(list, i);
        count += strcmp(notice->code, code) == 0;
    }
    return count;
}

/* In the place of sceau-ca: takes what is said, and never answers. */
static inline int
listen_silently(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    g_strlcpy(address.sun_path, path, sizeof address.sun_path);
    unlink(address.sun_path);
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(
        bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    listen(listener, 5);
    return listener;
}

/* What sceau-ca says of itself. */
static inline Json *
ledger_state(const Desk *desk)
{
    g_autoptr(GError) error = NULL;
    const Office office = terminal_of(desk);
    Json *shown = local_ca_show(&office, &error);
    expect_fine(shown != NULL, error, "show");
    return shown;
}

static inline gint64
ledger_number(const Desk *desk, const char *name)
{
    gint64 number = -1;
    g_autoptr(Json) shown = ledger_state(desk);
    const Json *authority =
        json_member(json_member(shown, "ca"), "authority");
    json_int(json_member(authority, name), &number);
    return number;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static inline void
find_sceau_ca(char **argv)
{
    g_autofree char *here = g_path_get_dirname(argv[0]);
    sceau_ca = g_build_filename(here, "../../sceau-ca", NULL);
}

#endif
