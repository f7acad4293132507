#include "deploy/sceauctl.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "core/base/log.h"

#ifndef SCEAU_SYSCONF
#define SCEAU_SYSCONF "/etc"
#endif

/* run needs the configuration, simple does not. */
static const struct {
    const char *name;
    const char *usage;
    int (*run)(const SceauctlContext *context, int argc, char **argv);
    int (*simple)(int argc, char **argv);
} commands[] = {
    {"account",
     "list [--search WORDS] [--option O] [--role R] [--domain D] "
     "[--suspended] | show ADDRESS | allow ADDRESS [--on] | deny ADDRESS "
     "| name ADDRESS NAME | role ADDRESS staff|helpdesk|administrator "
     "[--domain D]... | suspend ADDRESS | resume ADDRESS | import FILE|- "
     "[--apply-good]  [--json]",
     .run = sceauctl_account},
    {"policy",
     "show [PLACE] | set PLACE LINE VALUE... | unset PLACE LINE | try "
     "PLACE LINE [VALUE]... | effective ADDRESS  [--json]; PLACE is site, "
     "domain D, group NAME or account ADDRESS",
     .run = sceauctl_policy},
    {"group",
     "add NAME [ADDRESS]... | remove NAME [ADDRESS]... | list [NAME]  "
     "[--json]",
     .run = sceauctl_group},
    {"helpdesk",
     "find WORDS | show ADDRESS | reset-preferences ADDRESS | guide "
     "ADDRESS | stolen ADDRESS [KID] [--withdraw] | code CODE | "
     "invalidate CODE  [--json]",
     .run = sceauctl_helpdesk},
    {"person", "export ADDRESS | delete ADDRESS --yes ADDRESS  [--json]",
     .run = sceauctl_person},
    {"audit",
     "list | export [--csv|--json] | verify  [--actor A] [--subject S] "
     "[--act CODE] [--from DAY] [--until DAY] [--limit N] [--json]",
     .run = sceauctl_audit},
    {"ca",
     "init NAME [--organisation TEXT] "
     "[--key=p-256|p-384|rsa-3072|rsa-4096] [--years N] | show | requests "
     "| issued [BEGINNING] | approve ID... | refuse ID... | rule "
     "automatic [DOMAIN]... | rule by-hand | revoke KID [REASON] | crl | "
     "run | issue | reset WORD  [--json]",
     .run = sceauctl_ca},
    {"trust",
     "list | add FILE [--as ROLE] [--purpose P] [--name NAME] "
     "[--accept-expired] | rename FINGERPRINT NAME | withdraw FINGERPRINT "
     "| try FILE | try --withdraw FINGERPRINT  [--json]",
     .run = sceauctl_trust},
    {"revocation",
     "list | add FINGERPRINT crl|ocsp URL [--hard] [--allow-private] | "
     "remove ID  [--json]; sceau-revocation asks them",
     .run = sceauctl_revocation},
    {"verify", "[--trust FILE]... [--json] FILE|-",
     .simple = sceauctl_verify},
    {"recipients", "[--json] FILE|-", .simple = sceauctl_recipients},
    {"open", "--content-key HEX FILE|-", .simple = sceauctl_open},
    {"seal", "--to CERT... [--cipher NAME] [--oaep] < entity > message",
     .simple = sceauctl_seal},
    {"show", "[--json] FILE|-", .simple = sceauctl_show},
};

static int
usage(FILE *out, int status)
{
    fputs("usage: sceauctl [-c CONFIG] COMMAND ARGUMENTS\n", out);
    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++)
        fprintf(out, "  %s %s\n", commands[i].name, commands[i].usage);
    fputs("  help [COMMAND]\nThe manual page sceauctl(1) describes each.\n",
          out);
    return status;
}

/* The row of one command. */
static int
help(const char *command)
{
    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
        if (strcmp(command, commands[i].name) != 0)
            continue;
        printf("usage: sceauctl %s %s\n", commands[i].name,
               commands[i].usage);
        return 0;
    }
    fputs("sceauctl help: there is no such command\n", stderr);
    return 2;
}

int
sceauctl_fail(const char *command, const GError *error)
{
    const char *message = error->message;
    gsize size = strlen(command);
    if (strncmp(message, command, size) == 0 &&
        strncmp(message + size, ": ", 2) == 0)
        message += size + 2;
    fprintf(stderr, "sceauctl %s: %s\n", command, message);
    return 2;
}

/* argv[0] is the command. */
static int
run(const SceauctlContext *context, int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--help") == 0)
        return help(argv[0]);
    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
        if (strcmp(argv[0], commands[i].name) != 0)
            continue;
        if (commands[i].simple != NULL)
            return commands[i].simple(argc, argv);
        return commands[i].run(context, argc, argv);
    }
    fprintf(stderr, "sceauctl: unknown command; see sceauctl help\n");
    return 2;
}

int
main(int argc, char **argv)
{
    SceauctlContext context = {SCEAU_SYSCONF "/sceau/sceau.conf",
                               (gint64)time(NULL)};
    int at = 1;
    umask(0077);
    /* Standard error is for whoever sits at the terminal. */
    log_open("syslog");

    if (at + 1 < argc && strcmp(argv[at], "-c") == 0) {
        context.config = argv[at + 1];
        at += 2;
    }
    if (at < argc && strcmp(argv[at], "--help") == 0)
        return usage(stdout, 0);
    if (at < argc && strcmp(argv[at], "help") == 0)
        return at + 1 < argc ? help(argv[at + 1]) : usage(stdout, 0);
    if (at < argc && strcmp(argv[at], "--version") == 0)
        return puts("sceauctl " SCEAU_VERSION) < 0;
    if (at >= argc)
        return usage(stderr, 2);
    return run(&context, argc - at, argv + at);
}
