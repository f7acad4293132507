/*
 * kill -9 of sceau-ca and of a worker at each step of issue, revoke and
 * reset: what was begun is finished by the next round, there is no
 * certificate without a record, no record without a certificate, and no two
 * alike.
 */
#include "core/admin/certify.h"

#include <fcntl.h>

#include "core/admin/reset.h"
#include "core/pki/cert.h"
#include "core/pki/crl.h"
#include "core/store/own_cert.h"
#include "tests/admin/authority_test.h"
#include "tests/admin/kill_at.h"

typedef struct {
    const char *name;
    void (*prepare)(Desk *desk);
    void (*act)(const Desk *desk);
    void (*expect)(const Desk *desk, const char *name);
    guint stride; /* every step, or every so many */
} Act;

/* Of the request or certificate that the act is about. */
static char subject[80];

static void
prepare_issue(Desk *desk)
{
    g_autoptr(GBytes) csr = p256_request("ana@demo.test");
    g_autoptr(Json) answer = ask(desk, desk->ana, csr, "");
    g_strlcpy(subject, member(answer, "id"), sizeof subject);
}

static void
act_issue(const Desk *desk)
{
    CertifyCount count;
    const Office office = terminal_of(desk);
    const char *const ids[] = {subject, NULL};
    certify_approve(&office, ids, &count, NULL);
}

/* The approval itself may not have come to be: then it still waits, and
 * nothing was made of it. */
static void
expect_issue(const Desk *desk, const char *name)
{
    g_autoptr(CertRequest) request =
        cert_request_load(desk->db, subject, NULL);
    if (strcmp(request->state, REQUEST_WAITING) == 0)
        act_issue(desk);
    g_autoptr(CertRequest) now = cert_request_load(desk->db, subject, NULL);
    if (strcmp(now->state, REQUEST_ISSUED) != 0)
        fail_msg("%s: %s", name, now->state);
    g_autoptr(Issued) issued = issued_find(desk->db, now->kid, NULL);
    g_autoptr(OwnCert) own =
        own_cert_get(desk->db, desk->ana, now->kid, NULL);
    assert_non_null(issued);
    assert_true(g_bytes_equal(issued->der, own->der));
}

static void
prepare_revoke(Desk *desk)
{
    g_autofree char *kid = certified(desk, desk->ana, NULL);
    g_strlcpy(subject, kid, sizeof subject);
}

static void
act_revoke(const Desk *desk)
{
    gboolean local = FALSE;
    const Office office = terminal_of(desk);
    certify_revoke(&office, subject, CERTIFY_SUPERSEDED, &local, NULL);
}

static void
expect_revoke(const Desk *desk, const char *name)
{
    act_revoke(desk);
    g_autoptr(Issued) issued = issued_find(desk->db, subject, NULL);
    if (issued->revoked == 0 || !issued->published)
        fail_msg("%s: not published", name);
    g_autoptr(LocalAuthority) authority =
        local_authority_find(desk->db, NULL);
    g_autoptr(GBytes) der =
        local_authority_crl(desk->db, authority->file, NULL);
    g_autoptr(Crl) crl = crl_parse(der, NULL);
    assert_int_equal(
        crl->entries->len,
        number_of(desk->db, "SELECT COUNT(revoked) FROM issued"));
}

static void
prepare_reset(Desk *desk)
{
    g_autoptr(LocalAuthority) authority =
        local_authority_find(desk->db, NULL);
    if (authority == NULL)
        make_authority(desk);
    account_set_allowed(desk->db, "ana@demo.test", TRUE, NOW, NULL);
}

static void
act_reset(const Desk *desk)
{
    g_autofree char *exported = NULL;
    const Office office = terminal_of(desk);
    reset_site(&office, "Maison", &exported, NULL);
}

/* Begun and ended, or not begun at all. */
static void
expect_reset(const Desk *desk, const char *name)
{
    g_autoptr(LocalAuthority) authority =
        local_authority_find(desk->db, NULL);
    g_autoptr(Account) ana = account_load(desk->db, desk->ana, NULL);
    g_autoptr(Json) shown = ledger_state(desk);
    if (authority != NULL && strcmp(authority->state, AUTHORITY_ACTIVE) != 0)
        fail_msg("%s: %s", name, authority->state);
    if (ana->allowed != (authority != NULL))
        fail_msg("%s: half reset", name);
    if (member(shown, "problem") != NULL)
        fail_msg("%s: %s", name, member(shown, "problem"));
}

static const Act acts[] = {
    {"issue", prepare_issue, act_issue, expect_issue, 5},
    {"revoke", prepare_revoke, act_revoke, expect_revoke, 4},
    {"reset", prepare_reset, act_reset, expect_reset, 6},
};

/* Both sides count the same, and every certificate stands once. */
static void
expect_agreement(const Desk *desk, const char *name)
{
    g_autoptr(LocalAuthority) authority =
        local_authority_find(desk->db, NULL);
    if (authority == NULL)
        return;
    gint64 here = number_of(desk->db, "SELECT COUNT(*) FROM issued");
    gint64 alike =
        number_of(desk->db, "SELECT COUNT(DISTINCT serial) FROM issued");
    gint64 own =
        number_of(desk->db, "SELECT COUNT(*) FROM issued AS i JOIN own_cert"
                            " AS o ON o.kid = i.kid");
    if (here != ledger_number(desk, "issued") || here != alike || here != own)
        fail_msg("%s: %d here, %d there", name, (int)here,
                 (int)ledger_number(desk, "issued"));
    assert_int_equal(number_of(desk->db, "SELECT COUNT(revoked) FROM issued"),
                     ledger_number(desk, "revoked"));
}

static void
finish(const Desk *desk, const char *name)
{
    CertifyCount count;
    g_autoptr(GError) error = NULL;
    const Office office = terminal_of(desk);
    expect_fine(local_ca_resume(&office, &count, &error), error, name);
}

/* The worker is a child with a connection of its own. */
static gboolean
kill_worker(Desk *desk, const Act *act, guint n)
{
    pid_t child = fork();
    if (child == 0) {
        be_followed();
        Desk own = *desk;
        own.db = db_open(desk->config->database, NULL);
        act->act(&own);
        _exit(0);
    }
    return follow(child, n);
}

/* sceau-ca is followed by a child, since this process has to talk to it. */
static pid_t
start_followed(Desk *desk, guint n)
{
    pid_t follower = fork();
    if (follower != 0)
        return follower;
    pid_t child = fork();
    if (child == 0) {
        int nowhere = open("/dev/null", O_WRONLY);
        dup2(nowhere, STDERR_FILENO);
        be_followed();
        execl(sceau_ca, sceau_ca, "-c", desk->conf, NULL);
        _exit(127);
    }
    _exit(follow(child, n) ? 1 : 0);
}

/* Ended, and still to be waited for. */
static gboolean
is_over(pid_t child)
{
    siginfo_t info = {0};
    return waitid(P_PID, (id_t)child, &info, WEXITED | WNOHANG | WNOWAIT) ==
               0 &&
           info.si_pid == child;
}

static gboolean
kill_authority(Desk *desk, const Act *act, guint n)
{
    int status = 0;
    stop_ca(desk, SIGTERM);
    pid_t follower = start_followed(desk, n);
    /* It answers, or has died of the step it was to die of. */
    for (int tries = 0; tries < 300; tries++) {
        g_autoptr(Json) shown = ledger_state(desk);
        if (json_kind(json_member(shown, "ca")) == JSON_KIND_OBJECT ||
            is_over(follower))
            break;
        g_usleep(2000);
    }
    act->act(desk);
    /* It still answers: the act is over, and it was not killed. */
    g_autoptr(Json) after = ledger_state(desk);
    gboolean alive = json_kind(json_member(after, "ca")) == JSON_KIND_OBJECT;
    kill(follower, SIGKILL);
    waitpid(follower, &status, 0);
    start_ca(desk);
    return alive;
}

typedef gboolean (*Killer)(Desk *desk, const Act *act, guint n);

static void
at_each_step(Desk *desk, Killer killer, const char *who)
{
    for (gsize i = 0; i < G_N_ELEMENTS(acts); i++) {
        const Act *act = &acts[i];
        guint n = 1;
        for (gboolean over = FALSE; !over; n += act->stride) {
            g_autofree char *name = g_strdup_printf(
                "%s killed at step %u of %s", who, n, act->name);
            act->prepare(desk);
            over = killer(desk, act, n);
            finish(desk, name);
            act->expect(desk, name);
            expect_agreement(desk, name);
        }
        /* One that was never killed shows nothing. */
        assert_true(n > 5);
        print_message("%s: %u steps of %s\n", who, n, act->name);
    }
}

static void
a_worker_killed_at_each_step(void **state)
{
    at_each_step(*state, kill_worker, "worker");
}

static void
sceau_ca_killed_at_each_step(void **state)
{
    at_each_step(*state, kill_authority, "sceau-ca");
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(a_worker_killed_at_each_step),
        TEST(sceau_ca_killed_at_each_step),
    };
    find_sceau_ca(argv);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
