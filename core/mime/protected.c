#include "core/mime/protected.h"

#include <string.h>

#include "core/mime/gmime_auto.h"
#include "core/mime/mime.h"
#include "core/mime/scan.h"

void
protected_free(Protected *found)
{
    if (found == NULL)
        return;
    headers_free(found->fields);
    headers_free(found->outer);
    g_free(found);
}

static gboolean
parameter_is(GMimeContentType *type, const char *name, const char *want)
{
    const char *value = g_mime_content_type_get_parameter(type, name);
    return value != NULL && g_ascii_strcasecmp(value, want) == 0;
}

/* RFC 2046 §5.2.1: nothing else is a message as it stands. */
static gboolean
is_unencoded(const Headers *headers)
{
    const char *encoding = headers_raw(headers, "Content-Transfer-Encoding");
    return encoding == NULL || g_ascii_strcasecmp(encoding, "7bit") == 0 ||
           g_ascii_strcasecmp(encoding, "8bit") == 0 ||
           g_ascii_strcasecmp(encoding, "binary") == 0;
}

static ProtectedKind
kind_of(const Headers *headers)
{
    const char *raw = headers_raw(headers, "Content-Type");
    if (raw == NULL)
        return PROTECTED_NONE;
    mime_init();
    g_autoptr(GMimeContentType) type = g_mime_content_type_parse(NULL, raw);
    if (type == NULL)
        return PROTECTED_NONE;
    if (parameter_is(type, "hp", "cipher"))
        return PROTECTED_CIPHER;
    if (parameter_is(type, "hp", "clear"))
        return PROTECTED_CLEAR;
    /* Others are attached messages: their fields are not this one's. */
    if (g_mime_content_type_is_type(type, "message", "rfc822") &&
        parameter_is(type, "forwarded", "no") && is_unencoded(headers))
        return PROTECTED_WRAPPED;
    return parameter_is(type, "protected-headers", "v1") ? PROTECTED_OLD
                                                         : PROTECTED_NONE;
}

Protected *
protected_find(const guint8 *payload, gsize size)
{
    Protected *found = g_new0(Protected, 1);
    g_autoptr(Headers) headers = headers_parse(payload, size);
    found->kind = kind_of(headers);
    found->entity = payload;
    found->size = size;
    if (found->kind == PROTECTED_WRAPPED) {
        gsize body = scan_body(payload, size);
        found->entity = payload + body;
        found->size = size - body;
        found->fields = headers_parse(found->entity, found->size);
    } else if (found->kind != PROTECTED_NONE) {
        found->fields = g_steal_pointer(&headers);
    }
    if (found->kind == PROTECTED_CIPHER)
        found->outer = headers_hp_outer(found->fields);
    return found;
}
