#include "fcgi/pages/read_locked.h"

#include <string.h>

#include "core/base/error.h"
#include "core/mail/enrol.h"
#include "fcgi/dates.h"

static gboolean
names_kid(const Json *recipients, const char *kid)
{
    for (gsize i = 0; i < json_array_length(recipients); i++) {
        const Json *recipient = json_array_item(recipients, i);
        if (g_strcmp0(json_text(json_member(recipient, "kid")), kid) == 0)
            return TRUE;
    }
    return FALSE;
}

static Json *
key_json(const Context *ctx, const Json *certificate)
{
    gint64 ends = 0;
    Json *key = json_object_new();
    json_set_text(key, "name", json_text(json_member(certificate, "name")));
    json_set_text(key, "issuer",
                  json_text(json_member(certificate, "issuer")));
    const char *text = json_text(json_member(certificate, "not_after"));
    if (text != NULL && time_from_rfc3339(text, &ends)) {
        g_autofree char *day = date_plain(ctx->words, ends);
        json_set_text(key, "ends", day);
    }
    return key;
}

/* The account's own certificates that the message was encrypted to. */
static Json *
keys_json(const Context *ctx, const Json *request, GError **error)
{
    g_autofree char *text = enrol_list(&ctx->world, error);
    g_autoptr(Json) list =
        text != NULL ? json_read(text, strlen(text), error) : NULL;
    if (list == NULL)
        return NULL;
    const Json *recipients = json_member(request, "recipients");
    const Json *certificates = json_member(list, "certificates");
    Json *keys = json_array_new();
    for (gsize i = 0; i < json_array_length(certificates); i++) {
        const Json *one = json_array_item(certificates, i);
        if (names_kid(recipients, json_text(json_member(one, "kid"))))
            json_append(keys, key_json(ctx, one));
    }
    return keys;
}

static gboolean
add_request(const Reading *view, Json *message, Json *data, GError **error)
{
    const char *text = view->incoming->key_request;
    g_autoptr(Json) request = json_read(text, strlen(text), error);
    if (request == NULL)
        return FALSE;
    Json *keys = keys_json(view->ctx, request, error);
    if (keys == NULL)
        return FALSE;
    json_set(message, "keys", keys);
    json_set_bool(message, "request", TRUE);
    json_set(data, "key_request", g_steal_pointer(&request));
    json_set_bool(data, "draft", strcmp(view->kind, "drafts") == 0);
    return TRUE;
}

/* For whom it was encrypted, when that is somebody else: a delegate reads
 * the mailbox, but not with the owner's key (Z16). */
static const char *
stranger(const Reading *view)
{
    const Incoming *incoming = view->incoming;
    const char *me = view->ctx->world.account->address;
    const IncomingPerson *first = NULL;
    const GPtrArray *lists[] = {incoming->to, incoming->cc};
    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++)
        for (guint j = 0; lists[i] != NULL && j < lists[i]->len; j++) {
            const IncomingPerson *one = g_ptr_array_index(lists[i], j);
            if (one->address == NULL)
                continue;
            if (g_ascii_strcasecmp(one->address, me) == 0)
                return NULL;
            first = first != NULL ? first : one;
        }
    if (first == NULL)
        return NULL;
    return first->name != NULL ? first->name : first->address;
}

/* The value that begins at text, as it was before RFC 4514 escaped it. */
static char *
unescape(const char *text)
{
    GString *out = g_string_new(NULL);
    for (; *text != '\0' && *text != ',' && *text != '+'; text++) {
        if (*text != '\\' || text[1] == '\0') {
            g_string_append_c(out, *text);
        } else if (g_ascii_isxdigit(text[1]) && g_ascii_isxdigit(text[2])) {
            g_string_append_c(out, (char)(g_ascii_xdigit_value(text[1]) * 16 +
                                          g_ascii_xdigit_value(text[2])));
            text += 2;
        } else {
            g_string_append_c(out, *++text);
        }
    }
    return g_string_free(out, FALSE);
}

/* Whom a person would name: the issuer's CN, else all of what it is. */
static char *
issuer_name(const char *dn)
{
    gboolean starts = TRUE;
    for (const char *at = dn; at != NULL && *at != '\0'; at++) {
        if (starts && g_str_has_prefix(at, "CN=")) {
            g_autofree char *name = unescape(at + 3);
            return g_utf8_make_valid(name, -1);
        }
        starts = *at == ',' || *at == '+';
        if (*at == '\\' && at[1] != '\0')
            at++;
    }
    return g_strdup(dn);
}

static void
add_missing(const Reading *view, Json *message)
{
    const GPtrArray *missing = view->incoming->missing;
    Json *list = json_array_new();
    for (guint i = 0; missing != NULL && i < missing->len; i++) {
        const IncomingRecipient *one = g_ptr_array_index(missing, i);
        Json *json = json_object_new();
        g_autofree char *issuer = issuer_name(one->issuer);
        json_set_text(json, "issuer", issuer);
        json_set_text(json, "serial", one->serial);
        json_set_text(json, "key_id", one->key_id);
        json_append(list, json);
    }
    shell_set_true(message, "missing_any", json_array_length(list) > 0);
    json_set(message, "missing", list);
    json_set_text(message, "stranger", stranger(view));
}

gboolean
read_locked_add(const Reading *view, Json *message, Json *data,
                GError **error)
{
    const Incoming *incoming = view->incoming;
    if (!incoming->encrypted || incoming->opened)
        return TRUE;
    json_set_bool(message, "locked", TRUE);
    shell_set_true(message, "copied", incoming->copied);
    if (incoming->key_request != NULL)
        return add_request(view, message, data, error);
    add_missing(view, message);
    return TRUE;
}
