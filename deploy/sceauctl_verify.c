/*
 * sceauctl verify: the verdict on one message or CMS object (DESIGN §7). The
 * file is mapped, not read: what it costs is what is decoded of it.
 */
#include <getopt.h>
#include <stdio.h>
#include <time.h>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/mail/judge.h"
#include "core/mime/names.h"
#include "core/pki/trust.h"
#include "deploy/sceauctl.h"
#include "deploy/sceauctl_file.h"
#include "deploy/sceauctl_key.h"

typedef struct {
    Trust *trust;
    GPtrArray *certs;
    GBytes *content;
    GBytes *content_key;
    gint64 at;
    gboolean has_at;
    const char *from;
    gboolean json;
} Options;

static void
options_clear(Options *options)
{
    g_clear_pointer(&options->trust, trust_free);
    g_clear_pointer(&options->certs, g_ptr_array_unref);
    g_clear_pointer(&options->content, g_bytes_unref);
    g_clear_pointer(&options->content_key, g_bytes_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

static GPtrArray *
read_certs(const char *path, GError **error)
{
    g_autoptr(GBytes) bytes = sceauctl_read(path, NULL, error);
    if (bytes == NULL)
        return NULL;
    GPtrArray *certs = cert_parse_file(bytes, error);
    if (certs == NULL)
        g_prefix_error(error, "%s: ", path);
    return certs;
}

static gboolean
take_trust(Options *options, char *path, GError **error)
{
    g_autoptr(GPtrArray) certs = read_certs(path, error);
    for (guint i = 0; certs != NULL && i < certs->len; i++)
        trust_add_anchor(options->trust, g_ptr_array_index(certs, i));
    return certs != NULL;
}

static gboolean
take_certs(Options *options, char *path, GError **error)
{
    g_autoptr(GPtrArray) certs = read_certs(path, error);
    for (guint i = 0; certs != NULL && i < certs->len; i++)
        g_ptr_array_add(options->certs,
                        cert_ref(g_ptr_array_index(certs, i)));
    return certs != NULL;
}

static gboolean
take_crl(Options *options, char *path, GError **error)
{
    g_autoptr(GBytes) bytes = sceauctl_read(path, NULL, error);
    if (bytes == NULL)
        return FALSE;
    if (trust_add_crls(options->trust, bytes, error))
        return TRUE;
    g_prefix_error(error, "%s: ", path);
    return FALSE;
}

static gboolean
take_at(Options *options, char *text, GError **error)
{
    options->has_at = time_from_rfc3339(text, &options->at);
    if (!options->has_at) {
        g_autofree char *quoted = error_quote(text, -1, 40);
        g_set_error(error, APP_ERROR, APP_ERROR_INPUT,
                    "--at %s: not a time like 2026-11-25T14:30:00Z", quoted);
    }
    return options->has_at;
}

static gboolean
take_content(Options *options, char *path, GError **error)
{
    g_clear_pointer(&options->content, g_bytes_unref);
    options->content = sceauctl_read(path, NULL, error);
    return options->content != NULL;
}

static gboolean
take_from(Options *options, char *address, GError **error)
{
    options->from = address;
    return TRUE;
}

static gboolean
take_json(Options *options, char *unused, GError **error)
{
    options->json = TRUE;
    return TRUE;
}

static gboolean
take_content_key(Options *options, char *text, GError **error)
{
    g_clear_pointer(&options->content_key, g_bytes_unref);
    options->content_key = sceauctl_key_take(text, error);
    return options->content_key != NULL;
}

static const struct option long_options[] = {
    {"trust", required_argument, NULL, 0},
    {"certs", required_argument, NULL, 1},
    {"crl", required_argument, NULL, 2},
    {"at", required_argument, NULL, 3},
    {"from", required_argument, NULL, 4},
    {"content", required_argument, NULL, 5},
    {"content-key", required_argument, NULL, 6},
    {"json", no_argument, NULL, 7},
    {NULL, 0, NULL, 0},
};

static gboolean (*const takers[])(Options *options, char *value,
                                  GError **error) = {
    take_trust, take_certs,   take_crl,         take_at,
    take_from,  take_content, take_content_key, take_json,
};

/* The one FILE; NULL if an option or the number of files is wrong. */
static const char *
options_take(Options *options, int argc, char **argv, GError **error)
{
    int option;
    opterr = 0; /* one line, and it is ours */
    while ((option = getopt_long(argc, argv, "", long_options, NULL)) >= 0) {
        if (option == '?') {
            g_autofree char *quoted = error_quote(argv[optind - 1], -1, 40);
            g_set_error(error, APP_ERROR, APP_ERROR_INPUT,
                        "%s: no such option, or its value is missing; see "
                        "sceauctl(1)",
                        quoted);
            return NULL;
        }
        if (!takers[option](options, optarg, error))
            return NULL;
    }
    if (argc - optind != 1) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                            "give one FILE, or - for standard input");
        return NULL;
    }
    return argv[optind];
}

/* For a terminal: what could move the cursor or the eye is left out. */
static void
print_line(const char *label, const char *text)
{
    if (text == NULL)
        return;
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    g_autoptr(GString) out = g_string_new(NULL);
    for (const char *at = valid; *at != '\0'; at = utf8_next(at))
        if (g_unichar_isprint(g_utf8_get_char(at)))
            g_string_append_unichar(out, g_utf8_get_char(at));
    printf("  %-11s %s\n", label, out->str);
}

static void
print_plain(const Judgement *judgement)
{
    g_autofree char *time = judgement->has_signing_time
                                ? time_to_rfc3339(judgement->signing_time)
                                : NULL;
    printf("%s\n", judgement->state);
    print_line("signature", judgement->signature);
    print_line("encryption", judgement->encryption);
    print_line("from", judgement->from);
    print_line("signer", judgement->name);
    print_line("issuer", judgement->issuer);
    print_line("SHA-256", judgement->fingerprint);
    print_line("signed at", time);
    for (guint i = 0; i < judgement->reasons->len; i++)
        print_line("reason", g_ptr_array_index(judgement->reasons, i));
}

static Judgement *
judge_file(const Options *options, const char *path, GError **error)
{
    gboolean mapped = FALSE;
    g_autoptr(GBytes) message = sceauctl_read(path, &mapped, error);
    if (message == NULL)
        return NULL;
    gint64 now = (gint64)time(NULL);
    JudgeInput input = {
        .trust = options->trust,
        .certs = options->certs,
        .arrival = options->has_at ? options->at : now,
        .now = options->has_at ? options->at : now,
        .from = options->from,
        .content = options->content,
        .content_key = options->content_key,
        .forget = mapped ? sceauctl_forget : NULL,
    };
    Judgement *judgement = judge_message(message, &input, error);
    if (judgement == NULL)
        g_prefix_error(error, "%s: ", path);
    return judgement;
}

int
sceauctl_verify(int argc, char **argv)
{
    const TrustPolicy policy = TRUST_POLICY_DEFAULT;
    g_auto(Options) options = {
        .trust = trust_new(&policy),
        .certs = g_ptr_array_new_with_free_func((GDestroyNotify)cert_unref)};
    g_autoptr(GError) error = NULL;
    const char *path = options_take(&options, argc, argv, &error);
    if (path == NULL)
        return sceauctl_fail("verify", error);

    g_autoptr(Judgement) judgement = judge_file(&options, path, &error);
    if (judgement == NULL)
        return sceauctl_fail("verify", error);
    if (options.json) {
        g_autofree char *json = judgement_json(judgement);
        puts(json);
    } else {
        print_plain(judgement);
    }
    gboolean good = g_str_equal(judgement->state, "verified") ||
                    g_str_equal(judgement->state, "confidential");
    return good ? 0 : 1;
}
