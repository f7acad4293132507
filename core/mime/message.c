/* The message around the entity: header, delimiters, signature. */
#include <string.h>

#include "core/mime/base64.h"
#include "core/mime/encode.h"
#include "core/mime/entity.h"
#include "core/mime/mime.h"
#include "core/mime/tree.h"

typedef struct {
    const char *name, *value;
} Field;

/* more: after MIME-Version, up to one without a name. */
static char *
outer_header(const Draft *draft, TreeFields fields, const Field *more)
{
    mime_init();
    g_autoptr(GMimeHeaderList) list = g_mime_header_list_new(NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    tree_add_fields(list, draft, fields);
    tree_add_field(list, "MIME-Version", "1.0");
    g_ptr_array_add(names, (gpointer)(gsize) "MIME-Version");
    for (; more->name != NULL; more++) {
        tree_add_field(list, more->name, more->value);
        g_ptr_array_add(names, (gpointer)(gsize)more->name);
    }
    g_ptr_array_add(names, NULL);
    g_autoptr(GMimeFormatOptions) options = g_mime_format_options_new();
    g_mime_format_options_set_newline_format(options,
                                             GMIME_NEWLINE_FORMAT_DOS);
    char *header = g_mime_header_list_to_string(list, options);

    g_assert(tree_header_is(header, draft, fields, NULL,
                            (const char *const *)names->pdata));
    return header;
}

char *
message_prefix_plain(const Draft *draft)
{
    const Field none = {NULL, NULL};
    return outer_header(draft, FIELDS_PLAIN, &none);
}

static char *
signed_type(const char *boundary, const char *micalg)
{
    return g_strdup_printf(
        "multipart/signed; protocol=\"application/pkcs7-signature\";" FOLD
        "micalg=%s; boundary=\"%s\"",
        micalg, boundary);
}

char *
message_prefix_signed(const Draft *draft, const char *boundary,
                      const char *micalg)
{
    g_autofree char *type = signed_type(boundary, micalg);
    const Field more[] = {{"Content-Type", type}, {NULL, NULL}};
    g_autofree char *header = outer_header(draft, FIELDS_SIGNED, more);
    return g_strdup_printf("%s\r\n--%s\r\n", header, boundary);
}

char *
message_inner_signed(const char *boundary, const char *micalg)
{
    g_autofree char *type = signed_type(boundary, micalg);
    return g_strdup_printf("Content-Type: %s\r\n\r\n--%s\r\n", type,
                           boundary);
}

char *
message_prefix_encrypted(const Draft *draft, const char *smime_type)
{
    g_autofree char *type = g_strdup_printf(
        "application/pkcs7-mime; smime-type=%s;" FOLD "name=\"smime.p7m\"",
        smime_type);
    const Field more[] = {
        {"Content-Type", type},
        {"Content-Transfer-Encoding", "base64"},
        {"Content-Disposition", "attachment; filename=\"smime.p7m\""},
        {NULL, NULL},
    };
    g_autofree char *header = outer_header(draft, FIELDS_OBSCURED, more);
    return g_strconcat(header, "\r\n", NULL);
}

char *
message_suffix_signed(const char *boundary, GBytes *signed_data)
{
    gsize size = 0;
    const guint8 *data = g_bytes_get_data(signed_data, &size);
    g_autoptr(GString) out = g_string_new(NULL);
    g_string_append_printf(
        out,
        "\r\n--%s\r\n"
        "Content-Type: application/pkcs7-signature; name=\"smime.p7s\"\r\n"
        "Content-Transfer-Encoding: base64\r\n"
        "Content-Disposition: attachment; filename=\"smime.p7s\"\r\n\r\n",
        boundary);
    base64_append_lines(out, data, size);
    g_string_append_printf(out, "\r\n--%s--\r\n", boundary);
    return g_string_free(g_steal_pointer(&out), FALSE);
}
