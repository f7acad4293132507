#include "core/pki/pem.h"

#include "core/base/error.h"

#include <string.h>

#define BEGIN "-----BEGIN "
#define END "-----END "
#define DASHES "-----"

typedef struct {
    const char *at;
    const char *end;
} Text;

static const char *
find(Text text, const char *needle)
{
    return memmem(text.at, (gsize)(text.end - text.at), needle,
                  strlen(needle));
}

static Text
text_of(GBytes *bytes)
{
    gsize size;
    const char *data = g_bytes_get_data(bytes, &size);
    if (data == NULL)
        data = "";
    return (Text){data, data + size};
}

gboolean
pem_is(GBytes *bytes)
{
    Text text = text_of(bytes);
    return find(text, BEGIN) != NULL;
}

/* The label between "-----BEGIN " and "-----"; moves behind it. */
static char *
take_label(Text *text)
{
    const char *close = find(*text, DASHES);
    if (close == NULL || close - text->at > 64 ||
        memchr(text->at, '\n', (gsize)(close - text->at)) != NULL)
        return NULL;
    char *label = g_strndup(text->at, (gsize)(close - text->at));
    text->at = close + strlen(DASHES);
    return label;
}

/* Base64 as RFC 7468 has it; "Proc-Type" headers belong to keys alone. */
static GBytes *
decode(Text body)
{
    for (const char *p = body.at; p < body.end; p++) {
        if (!g_ascii_isalnum(*p) && !g_ascii_isspace(*p) &&
            strchr("+/=", *p) == NULL)
            return NULL;
    }
    g_autofree char *base64 = g_strndup(body.at, (gsize)(body.end - body.at));
    gsize size = 0;
    guchar *der = g_base64_decode(base64, &size);
    return g_bytes_new_take(der, size);
}

static gboolean
refuse(GError **error)
{
    g_set_error_literal(error, APP_ERROR, APP_ERROR_CERTIFICATE,
                        "PEM: a block is broken");
    return FALSE;
}

gboolean
pem_each(GBytes *bytes, PemVisitor visit, gpointer data, GError **error)
{
    Text text = text_of(bytes);
    const char *begin;
    while ((begin = find(text, BEGIN)) != NULL) {
        text.at = begin + strlen(BEGIN);
        g_autofree char *label = take_label(&text);
        const char *end = find(text, END);
        if (label == NULL || end == NULL)
            return refuse(error);
        Text body = {text.at, end};
        text.at = end + strlen(END);
        g_autofree char *closing = take_label(&text);
        if (g_strcmp0(label, closing) != 0)
            return refuse(error);
        /* Encrypted keys have headers: not base64, and not for us. */
        g_autoptr(GBytes) der = decode(body);
        if (der == NULL && g_str_has_suffix(label, " KEY"))
            continue;
        if (der == NULL)
            return refuse(error);
        if (!visit(label, der, data, error))
            return FALSE;
    }
    return TRUE;
}
