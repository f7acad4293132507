/*
 * SEC-18: nothing is fetched that a certificate names. In a network of its
 * own, in which every address is reachable over loopback and so counted,
 * 1,000 certificates full of addresses are judged: not one packet.
 */
#include "tests/pki/chain.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define COUNT 1000
#define CANNOT 77

static GBytes *
uri(const char *text)
{
    return wrap(GENERAL_URI, raw(text), NULL);
}

/* authorityInfoAccess: OCSP and caIssuers. */
static GBytes *
ext_access(const char *ocsp, const char *issuers)
{
    return extension(
        "1.3.6.1.5.5.7.1.1", FALSE,
        wrap(
            DER_SEQUENCE,
            wrap(DER_SEQUENCE, oid("1.3.6.1.5.5.7.48.1"), uri(ocsp), NULL),
            wrap(DER_SEQUENCE, oid("1.3.6.1.5.5.7.48.2"), uri(issuers), NULL),
            NULL));
}

static GBytes *
ext_lists(const char *first, const char *second)
{
    return extension(
        "2.5.29.31", FALSE,
        wrap(DER_SEQUENCE,
             wrap(DER_SEQUENCE,
                  wrap(0xa0, wrap(0xa0, uri(first), uri(second), NULL), NULL),
                  NULL),
             NULL));
}

/* A certificate of an unknown or of our authority, by turns. */
static Cert *
hostile(const Keys *keys, guint turn)
{
    g_autofree char *name =
        g_strdup_printf("http://203.0.113.%u/", turn % 250);
    g_autofree char *host = g_strdup_printf("http://h%u.demo.test/a", turn);
    gboolean is_ours = turn % 2 == 0;
    return forge(&(CertSpec){
        .subject = dn("Ana"),
        .issuer = dn(is_ours ? "Root" : "Elsewhere"),
        .key = keys->leaf,
        .signer = is_ours ? keys->root : keys->other,
        .serial = turn + 1,
        .extensions = {ext_usage(USAGE_DIGITAL_SIGNATURE),
                       ext_purpose(MAIL_PURPOSE), ext_access(name, host),
                       ext_lists(host, "ldap://203.0.113.9/cn=a")}});
}

static void
judge_all(const Keys *keys)
{
    static const TrustPolicy policy = TRUST_POLICY_DEFAULT;
    g_autoptr(Trust) trust = trust_new(&policy);
    trust_add_anchor(trust, keys->anchor);
    trust_set_failure(trust, keys->anchor, TRUE);
    for (guint i = 0; i < COUNT; i++) {
        g_autoptr(Cert) cert = hostile(keys, i);
        VerdictSet want = i % 2 == 0 ? BIT(UNCHECKED) : BIT(UNKNOWN_ISSUER);
        VerdictSet got = trust_judge(trust, cert, NULL, TEST_NOW, NULL);
        if (got != want)
            _Exit(1);
    }
}

/* Loopback up, and the way to everywhere. */
static gboolean
open_network(void)
{
    struct ifreq lo = {.ifr_name = "lo"};
    struct rtentry route = {.rt_flags = RTF_UP, .rt_dev = lo.ifr_name};
    struct sockaddr_in any = {.sin_family = AF_INET};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    memcpy(&route.rt_dst, &any, sizeof any);
    memcpy(&route.rt_genmask, &any, sizeof any);
    lo.ifr_flags = IFF_UP;
    gboolean is_open = fd >= 0 && ioctl(fd, SIOCSIFFLAGS, &lo) == 0 &&
                       ioctl(fd, SIOCADDRT, &route) == 0;
    if (fd >= 0)
        close(fd);
    return is_open;
}

/* Packets that were sent in this network. */
static guint64
packets(void)
{
    char line[512];
    guint64 total = 0;
    FILE *file = fopen("/proc/self/net/dev", "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        guint64 field[10];
        const char *at = strchr(line, ':');
        if (at != NULL &&
            sscanf(at + 1, "%lu %lu %lu %lu %lu %lu %lu %lu %lu %lu",
                   &field[0], &field[1], &field[2], &field[3], &field[4],
                   &field[5], &field[6], &field[7], &field[8],
                   &field[9]) == 10)
            total += field[9];
    }
    if (file != NULL)
        fclose(file);
    return total;
}

/* That a packet would be counted. */
static gboolean
counts_packets(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(80)};
    guint64 before = packets();
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    inet_pton(AF_INET, "203.0.113.9", &to.sin_addr);
    gboolean sent =
        sendto(fd, "x", 1, 0, (struct sockaddr *)&to, sizeof to) == 1;
    close(fd);
    return sent && packets() > before;
}

static int
in_a_network_of_its_own(const Keys *keys)
{
    if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0 || !open_network() ||
        !counts_packets())
        return CANNOT;
    guint64 before = packets();
    judge_all(keys);
    return packets() == before ? 0 : 1;
}

static void
sec_18_nothing_that_certificates_name_is_fetched(void **state)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0)
        _Exit(in_a_network_of_its_own(*state));
    assert_true(child > 0 && waitpid(child, &status, 0) == child);
    if (WIFEXITED(status) && WEXITSTATUS(status) == CANNOT) {
        print_message("skipped: no network of its own can be had here\n");
        skip();
    }
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sec_18_nothing_that_certificates_name_is_fetched),
    };
    return cmocka_run_group_tests_name("no fetch", tests, make_keys,
                                       drop_keys);
}
