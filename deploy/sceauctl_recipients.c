/*
 * sceauctl recipients: for whom the first encrypted layer of a message is,
 * and what each needs to unwrap the content key (DESIGN §7).
 */
#include <getopt.h>
#include <stdio.h>

#include "core/base/error.h"
#include "core/mail/recipients.h"
#include "deploy/sceauctl.h"
#include "deploy/sceauctl_file.h"

/* One line for each key, for people. */
static void
print_lines(const EnvelopedData *data)
{
    for (guint i = 0; data != NULL && i < data->recipients->len; i++) {
        const Recipient *one = g_ptr_array_index(data->recipients, i);
        g_autofree char *issuer = recipient_issuer(one);
        g_autofree char *serial = recipient_serial(one);
        g_autofree char *key_id = recipient_key_id(one);
        g_autofree char *quoted =
            issuer == NULL ? NULL : error_quote(issuer, -1, 1000);
        if (serial != NULL)
            printf("%s\tserial %s of %s\n", recipient_kind_name(one->kind),
                   serial, quoted);
        else
            printf("%s\tkey %s\n", recipient_kind_name(one->kind),
                   key_id == NULL ? "-" : key_id);
    }
}

static void
print_json(const EnvelopedData *data)
{
    g_autoptr(Json) array =
        data == NULL ? json_array_new() : recipients_json(data);
    g_autofree char *text = json_write(array);
    puts(text);
}

static gboolean
list(const char *path, gboolean json, GError **error)
{
    gboolean mapped;
    g_autoptr(GBytes) cms = NULL;
    g_autoptr(EnvelopedData) data = NULL;
    g_autoptr(GBytes) file = sceauctl_read(path, &mapped, error);
    if (file == NULL ||
        !recipients_find_layer(file, mapped ? sceauctl_forget : NULL, &cms,
                               error))
        return FALSE;
    if (cms != NULL) {
        data = enveloped_data_read(cms, error);
        if (data == NULL)
            return FALSE;
    }
    if (json)
        print_json(data);
    else
        print_lines(data);
    return TRUE;
}

int
sceauctl_recipients(int argc, char **argv)
{
    static const struct option options[] = {
        {"json", no_argument, NULL, 'j'},
        {NULL, 0, NULL, 0},
    };
    g_autoptr(GError) error = NULL;
    gboolean json = FALSE;
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", options, NULL)) == 'j')
        json = TRUE;
    if (option >= 0 || argc - optind != 1) {
        fputs("usage: sceauctl recipients [--json] FILE|-\n", stderr);
        return 2;
    }
    if (list(argv[optind], json, &error))
        return 0;
    g_prefix_error(&error, "%s: ", argv[optind]);
    return sceauctl_fail("recipients", error);
}
