/*
 * sceauctl open: the MIME entity in the first encrypted layer of a message,
 * by the content key that its reader has unwrapped (DESIGN §7). Nothing is
 * written before all of it is known to be whole.
 */
#include <getopt.h>
#include <stdio.h>

#include "core/base/error.h"
#include "core/mail/recipients.h"
#include "deploy/sceauctl.h"
#include "deploy/sceauctl_file.h"
#include "deploy/sceauctl_key.h"

/* A bare object is decrypted in its own place, as a message's is in what was
 * decoded of it: so it may not stay in the file. */
static GBytes *
file_read(const char *path, gboolean *mapped, GError **error)
{
    GBytes *file = sceauctl_read(path, mapped, error);
    if (file == NULL || !*mapped || tlv_peek(span_of(file)) != TLV_SEQUENCE)
        return file;
    *mapped = FALSE;
    return sceauctl_own(file);
}

static EnvelopedData *
envelope_find(const char *path, GError **error)
{
    gboolean mapped;
    g_autoptr(GBytes) cms = NULL;
    g_autoptr(GBytes) file = file_read(path, &mapped, error);
    if (file == NULL ||
        !recipients_find_layer(file, mapped ? sceauctl_forget : NULL, &cms,
                               error))
        return NULL;
    if (cms == NULL) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                            "message: nothing in it is encrypted");
        return NULL;
    }
    return enveloped_data_read(cms, error);
}

static gboolean
open_message(const char *path, GBytes *key, GError **error)
{
    EnvelopedData *data = envelope_find(path, error);
    if (data == NULL)
        return FALSE;
    g_autoptr(GBytes) plain = enveloped_data_take(data, key, error);
    if (plain == NULL)
        return FALSE;
    gsize size;
    const guint8 *bytes = g_bytes_get_data(plain, &size);
    return sceauctl_write(bytes, size, error);
}

int
sceauctl_open(int argc, char **argv)
{
    static const struct option options[] = {
        {"content-key", required_argument, NULL, 'k'},
        {NULL, 0, NULL, 0},
    };
    g_autoptr(GError) error = NULL;
    char *text = NULL;
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", options, NULL)) == 'k')
        text = optarg;
    if (option >= 0 || text == NULL || argc - optind != 1) {
        fputs("usage: sceauctl open --content-key HEX FILE|-\n", stderr);
        return 2;
    }
    g_autoptr(GBytes) key = sceauctl_key_take(text, &error);
    if (key == NULL)
        return sceauctl_fail("open", error);
    if (open_message(argv[optind], key, &error))
        return 0;
    g_prefix_error(&error, "%s: ", argv[optind]);
    return sceauctl_fail("open", error);
}
