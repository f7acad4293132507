/*
 * form_mail --from ADDRESS --to ADDRESSES --subject TEXT [--cipher NAME]
 *     [--file PATH]… --cert FILE… <text >message
 *
 * An example of core/mail/form_mail.h: what a form on a web site received, as
 * an encrypted message for a mail server's sendmail. It holds no key: whoever
 * takes this machine over finds public certificates.
 *
 *     cc -I. deploy/examples/form_mail.c build/lib*.a $(pkg-config …) …
 */
#include <stdio.h>

#include <glib/gstdio.h>

#include "core/mail/form_mail.h"

typedef struct {
    char *from, *to, *subject, *cipher;
    char **files, **certs;
} Options;

static gboolean
to_output(gpointer user, const guint8 *data, gsize size, GError **error)
{
    if (fwrite(data, 1, size, user) == size)
        return TRUE;
    g_set_error_literal(error, G_FILE_ERROR, G_FILE_ERROR_IO,
                        "cannot write the message");
    return FALSE;
}

static GBytes *
file_bytes(const char *path, GError **error)
{
    char *data = NULL;
    gsize size = 0;
    if (!g_file_get_contents(path, &data, &size, error))
        return NULL;
    return g_bytes_new_take(data, size);
}

/* GBytes of each file; NULL with error. */
static GPtrArray *
all_bytes(char **paths, GError **error)
{
    g_autoptr(GPtrArray) all =
        g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    for (gsize i = 0; paths != NULL && paths[i] != NULL; i++) {
        GBytes *bytes = file_bytes(paths[i], error);
        if (bytes == NULL)
            return NULL;
        g_ptr_array_add(all, bytes);
    }
    return g_steal_pointer(&all);
}

static gboolean
write_message(const Options *options, const char *text, FILE *out,
              GError **error)
{
    g_autoptr(GPtrArray) certs = all_bytes(options->certs, error);
    g_autoptr(GPtrArray) data =
        certs != NULL ? all_bytes(options->files, error) : NULL;
    if (data == NULL)
        return FALSE;
    g_autofree FormMailFile *files = g_new0(FormMailFile, data->len);
    for (guint i = 0; i < data->len; i++)
        files[i] =
            (FormMailFile){options->files[i], "application/octet-stream",
                           g_ptr_array_index(data, i)};
    const FormMail mail = {
        .from = options->from,
        .to = options->to,
        .subject = options->subject,
        .text = text,
        .files = files,
        .n_files = data->len,
        .certificates = (GBytes **)certs->pdata,
        .n_certificates = certs->len,
        .cipher = options->cipher,
        .now = g_get_real_time() / G_USEC_PER_SEC,
    };
    return form_mail_write(&mail, to_output, out, error);
}

static char *
read_all(FILE *in)
{
    GString *text = g_string_new(NULL);
    char block[4096];
    gsize got;
    while ((got = fread(block, 1, sizeof block, in)) > 0)
        g_string_append_len(text, block, (gssize)got);
    return g_string_free(text, FALSE);
}

int
main(int argc, char **argv)
{
    Options options = {NULL, NULL, NULL, NULL, NULL, NULL};
    const GOptionEntry entries[] = {
        {"from", 0, 0, G_OPTION_ARG_STRING, &options.from, "", "ADDRESS"},
        {"to", 0, 0, G_OPTION_ARG_STRING, &options.to, "", "ADDRESSES"},
        {"subject", 0, 0, G_OPTION_ARG_STRING, &options.subject, "", "TEXT"},
        {"cipher", 0, 0, G_OPTION_ARG_STRING, &options.cipher, "", "NAME"},
        {"file", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.files, "",
         "PATH"},
        {"cert", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.certs, "",
         "FILE"},
        {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL},
    };
    g_autoptr(GOptionContext) context = g_option_context_new("<text");
    g_option_context_add_main_entries(context, entries, NULL);
    g_autoptr(GError) error = NULL;
    gboolean good = g_option_context_parse(context, &argc, &argv, &error);
    if (good) {
        g_autofree char *text = read_all(stdin);
        good = write_message(&options, text, stdout, &error);
    }
    if (!good)
        fprintf(stderr, "form_mail: %s\n", error->message);
    g_free(options.from);
    g_free(options.to);
    g_free(options.subject);
    g_free(options.cipher);
    g_strfreev(options.files);
    g_strfreev(options.certs);
    return good && fflush(stdout) == 0 ? 0 : 2;
}
