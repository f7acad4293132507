/* The message around the entity: header, delimiters, signature. */
#include <string.h>

#include "core/mime/base64.h"
#include "core/mime/encode.h"
#include "core/mime/entity.h"
#include "core/mime/mime.h"
#include "core/mime/tree.h"

/* type: the value of the outer Content-Type, or NULL where the entity's own
 * fields follow. */
static char *
outer_header(const Draft *draft, const char *type)
{
    static const char *const with[] = {"MIME-Version", "Content-Type", NULL};
    static const char *const without[] = {"MIME-Version", NULL};

    mime_init();
    g_autoptr(GMimeHeaderList) list = g_mime_header_list_new(NULL);
    tree_add_draft(list, draft);
    tree_add_field(list, "MIME-Version", "1.0");
    if (type != NULL)
        tree_add_field(list, "Content-Type", type);
    g_autoptr(GMimeFormatOptions) options = g_mime_format_options_new();
    g_mime_format_options_set_newline_format(options,
                                             GMIME_NEWLINE_FORMAT_DOS);
    char *header = g_mime_header_list_to_string(list, options);

    g_assert(tree_header_is(header, draft, NULL, type ? with : without));
    return header;
}

char *
message_prefix_plain(const Draft *draft)
{
    return outer_header(draft, NULL);
}

char *
message_prefix_signed(const Draft *draft, const char *boundary,
                      const char *micalg)
{
    g_autofree char *type = g_strdup_printf(
        "multipart/signed; protocol=\"application/pkcs7-signature\";" FOLD
        "micalg=%s; boundary=\"%s\"",
        micalg, boundary);
    g_autofree char *header = outer_header(draft, type);
    return g_strdup_printf("%s\r\n--%s\r\n", header, boundary);
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
