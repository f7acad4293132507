/*
 * sceauctl seal: standard input as an encrypted application/pkcs7-mime entity
 * on standard output (DESIGN §7), in one pass and in little memory whatever
 * the size. The octets are encrypted as they come: an entity that is to be
 * mail has CRLF line ends already.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/cms/enveloped_write.h"
#include "core/mime/base64.h"
#include "deploy/sceauctl.h"
#include "deploy/sceauctl_file.h"

#define RUN (64 * 1024)

typedef struct {
    Cipher cipher;
    gboolean oaep;
    GPtrArray *certs; /* Cert */
} Options;

static void
options_clear(Options *options)
{
    g_clear_pointer(&options->certs, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

/* One certificate a recipient; of a file with a chain that is the first. */
static gboolean
take_to(Options *options, const char *path, GError **error)
{
    g_autoptr(GBytes) bytes = sceauctl_read(path, NULL, error);
    if (bytes == NULL)
        return FALSE;
    g_autoptr(GPtrArray) certs = cert_parse_file(bytes, error);
    if (certs == NULL) {
        g_prefix_error(error, "%s: ", path);
        return FALSE;
    }
    g_ptr_array_add(options->certs, cert_ref(g_ptr_array_index(certs, 0)));
    return TRUE;
}

static gboolean
take_cipher(Options *options, const char *name, GError **error)
{
    if (cipher_from_name(name, &options->cipher))
        return TRUE;
    g_autofree char *quoted = error_quote(name, -1, 40);
    g_set_error(error, APP_ERROR, APP_ERROR_INPUT,
                "--cipher %s: not aes128-cbc, aes256-cbc, aes128-gcm or "
                "aes256-gcm",
                quoted);
    return FALSE;
}

static gboolean
take_option(Options *options, int option, GError **error)
{
    switch (option) {
    case 't':
        return take_to(options, optarg, error);
    case 'c':
        return take_cipher(options, optarg, error);
    case 'o':
        options->oaep = TRUE;
        return TRUE;
    default:
        g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                            "no such option, or its value is missing; see "
                            "sceauctl(1)");
        return FALSE;
    }
}

static gboolean
options_take(Options *options, int argc, char **argv, GError **error)
{
    static const struct option known[] = {
        {"to", required_argument, NULL, 't'},
        {"cipher", required_argument, NULL, 'c'},
        {"oaep", no_argument, NULL, 'o'},
        {NULL, 0, NULL, 0},
    };
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", known, NULL)) >= 0)
        if (!take_option(options, option, error))
            return FALSE;
    /* More certificates may follow the first --to. */
    for (int i = optind; i < argc; i++)
        if (!take_to(options, argv[i], error))
            return FALSE;
    if (options->certs->len > 0)
        return TRUE;
    g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                        "give the recipients: --to CERT...");
    return FALSE;
}

/* What was encrypted, on its way to standard output as lines of base64. */
typedef struct {
    guint8 rest[BASE64_LINE_BYTES]; /* less than a line */
    gsize used;
    GString *lines;
} Output;

static gboolean
output_flush(Output *output, GError **error)
{
    gboolean good =
        sceauctl_write(output->lines->str, output->lines->len, error);
    g_string_truncate(output->lines, 0);
    return good;
}

static gboolean
output_put(gpointer user, const guint8 *data, gsize size, GError **error)
{
    Output *output = user;
    while (output->used > 0 && size > 0) {
        output->rest[output->used++] = *data++;
        size--;
        if (output->used < BASE64_LINE_BYTES)
            continue;
        base64_append_lines(output->lines, output->rest, BASE64_LINE_BYTES);
        output->used = 0;
    }
    gsize whole = size / BASE64_LINE_BYTES * BASE64_LINE_BYTES;
    base64_append_lines(output->lines, data, whole);
    for (data += whole, size -= whole; size > 0; size--)
        output->rest[output->used++] = *data++;
    return output_flush(output, error);
}

static gboolean
output_end(Output *output, GError **error)
{
    base64_append_lines(output->lines, output->rest, output->used);
    return output_flush(output, error);
}

/* Fills run as far as the input goes; G_MAXSIZE if it cannot be read. */
static gsize
input_read(guint8 run[RUN], GError **error)
{
    gsize used = 0;
    while (used < RUN) {
        gssize got = read(STDIN_FILENO, run + used, RUN - used);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            g_set_error(error, APP_ERROR, APP_ERROR_FILE,
                        "standard input: %s", g_strerror(errno));
            return G_MAXSIZE;
        }
        if (got == 0)
            break;
        used += (gsize)got;
    }
    return used;
}

/* Of a file what is left of it; a pipe does not tell, but may be made wider,
 * so that whoever fills it need not wait for each run. */
static guint64
input_size(void)
{
    struct stat about;
    (void)fcntl(STDIN_FILENO, F_SETPIPE_SZ, 16 * RUN);
    off_t at = lseek(STDIN_FILENO, 0, SEEK_CUR);
    if (at < 0 || fstat(STDIN_FILENO, &about) < 0 ||
        !S_ISREG(about.st_mode) || about.st_size < at)
        return ENVELOPE_SIZE_UNKNOWN;
    return (guint64)(about.st_size - at);
}

static gboolean
pump(EnvelopeWriter *writer, Output *output, GError **error)
{
    g_autofree guint8 *run = g_malloc(RUN);
    gsize got;
    gboolean good = TRUE;
    do {
        got = input_read(run, error);
        good = got != G_MAXSIZE &&
               envelope_writer_update(writer, run, got, error);
    } while (good && got == RUN);
    secret_wipe(run, RUN);
    return good && envelope_writer_finish(writer, error) &&
           output_end(output, error);
}

static EnvelopeWriter *
writer_for(const Options *options, Output *output, GError **error)
{
    guint n = options->certs->len;
    g_autofree EnvelopeRecipient *recipients = g_new0(EnvelopeRecipient, n);
    for (guint i = 0; i < n; i++)
        recipients[i] = (EnvelopeRecipient){
            g_ptr_array_index(options->certs, i), options->oaep};
    return envelope_writer_new(options->cipher, recipients, n, input_size(),
                               output_put, output, error);
}

/* What was begun in a file is taken back: nothing is left half written. */
static void
take_back(off_t begin)
{
    if (begin < 0 || ftruncate(STDOUT_FILENO, begin) < 0)
        return;
    lseek(STDOUT_FILENO, begin, SEEK_SET);
}

static gboolean
seal(const Options *options, GError **error)
{
    g_autoptr(GString) lines = g_string_sized_new(2 * RUN);
    Output output = {.lines = lines};
    g_autoptr(EnvelopeWriter) writer = writer_for(options, &output, error);
    if (writer == NULL)
        return FALSE;
    off_t begin = lseek(STDOUT_FILENO, 0, SEEK_CUR);
    g_string_append_printf(
        lines,
        "MIME-Version: 1.0\r\n"
        "Content-Type: application/pkcs7-mime; smime-type=%s;\r\n"
        " name=\"smime.p7m\"\r\n"
        "Content-Transfer-Encoding: base64\r\n"
        "Content-Disposition: attachment; filename=\"smime.p7m\"\r\n\r\n",
        cipher_smime_type(options->cipher));
    if (pump(writer, &output, error))
        return TRUE;
    take_back(begin);
    return FALSE;
}

int
sceauctl_seal(int argc, char **argv)
{
    g_auto(Options) options = {
        .cipher = CIPHER_AES256_CBC,
        .certs = g_ptr_array_new_with_free_func((GDestroyNotify)cert_unref)};
    g_autoptr(GError) error = NULL;
    if (options_take(&options, argc, argv, &error) && seal(&options, &error))
        return 0;
    return sceauctl_fail("seal", error);
}
