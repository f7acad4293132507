/*
 * sceau-revocation: asks the sources of revocation lists and answers that
 * administrators wrote down, once, and ends. The one program besides the
 * pages' that speaks HTTP; sceauctl has no need of what that takes.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "core/admin/revocation_fetch.h"
#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/log.h"
#include "deploy/sceauctl_office.h"

#ifndef SCEAU_SYSCONF
#define SCEAU_SYSCONF "/etc"
#endif

typedef struct {
    SceauctlContext context;
    RevocationOrder order;
    gboolean json;
} Options;

enum { DONE, A_SOURCE_FAILED, REFUSED };

static int
usage(FILE *out, int status)
{
    fputs("usage: sceau-revocation [-c CONFIG] [--force] [--json] [ID]\n"
          "  -c CONFIG  configuration (default /etc/sceau/sceau.conf)\n"
          "  --force    also the sources that are not due\n"
          "  --json     say what came of it\n"
          "  ID         this source alone, by its number in the list of\n"
          "             sceauctl revocation list\n",
          out);
    return status;
}

static int
fail(const GError *error)
{
    fprintf(stderr, "sceau-revocation: %s\n", error->message);
    return REFUSED;
}

static Json *
fetched_json(const RevocationFetched *fetched)
{
    Json *json = json_object_new();
    json_set_int(json, "id", fetched->source);
    json_set_text(json, "issuer_name", fetched->issuer);
    json_set_text(json, "kind", fetched->kind);
    json_set_text(json, "url", fetched->url);
    json_set_text(json, "result", fetched->result);
    json_set_int(json, "asked", fetched->asked);
    json_set_int(json, "kept", fetched->kept);
    return json;
}

static gboolean
is_good(const RevocationFetched *fetched)
{
    return strcmp(fetched->result, "ok") == 0 ||
           strcmp(fetched->result, "unchanged") == 0;
}

static int
report(const Options *options, const GPtrArray *all)
{
    int status = DONE;
    g_autoptr(Json) array = json_array_new();
    for (guint i = 0; i < all->len; i++) {
        const RevocationFetched *fetched = g_ptr_array_index(all, i);
        json_append(array, fetched_json(fetched));
        if (!is_good(fetched))
            status = A_SOURCE_FAILED;
    }
    g_autofree char *text = json_write(array);
    if (options->json && puts(text) < 0)
        return REFUSED;
    return status;
}

static int
run(const Options *options)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SceauctlOffice) self =
        sceauctl_office_open(&options->context, &error);
    if (self == NULL || !sceauctl_office_trust(self, &error))
        return fail(error);
    g_autoptr(GPtrArray) all =
        revocation_fetch(&self->office, &options->order, &error);
    return all != NULL ? report(options, all) : fail(error);
}

/* One that is named is asked, due or not. */
static gboolean
take_id(Options *options, const char *text)
{
    guint64 id = 0;
    options->order.force = TRUE;
    if (!g_ascii_string_to_unsigned(text, 10, 1, G_MAXINT64, &id, NULL)) {
        fputs("sceau-revocation: the source is given by its number in the "
              "list\n",
              stderr);
        return FALSE;
    }
    options->order.source = (gint64)id;
    return TRUE;
}

int
main(int argc, char **argv)
{
    static const struct option long_options[] = {
        {"force", no_argument, NULL, 'f'},
        {"json", no_argument, NULL, 'j'},
        {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'V'},
        {NULL, 0, NULL, 0},
    };
    Options options = {
        .context = {SCEAU_SYSCONF "/sceau/sceau.conf", (gint64)time(NULL)},
    };
    int option;
    umask(0077);
    log_open("syslog");
    while ((option = getopt_long(argc, argv, "c:V", long_options, NULL)) !=
           -1) {
        if (option == 'c')
            options.context.config = optarg;
        else if (option == 'f')
            options.order.force = TRUE;
        else if (option == 'j')
            options.json = TRUE;
        else if (option == 'V')
            return puts("sceau-revocation " SCEAU_VERSION) < 0;
        else
            return usage(option == 'h' ? stdout : stderr,
                         option == 'h' ? DONE : REFUSED);
    }
    if (argc - optind > 1)
        return usage(stderr, REFUSED);
    if (optind < argc && !take_id(&options, argv[optind]))
        return REFUSED;
    return run(&options);
}
