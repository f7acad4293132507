#include <string.h>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/secret.h"
#include "core/mail/incoming_internal.h"
#include "core/mail/recipients.h"
#include "core/store/keyreq.h"
#include "core/store/own_cert.h"

/* Keys that are asked for in one request, and recipients that are named. */
#define ASKED_MAX 16
#define NAMED_MAX 20

GPtrArray *
incoming_readers(const World *world, GError **error)
{
    g_autoptr(GPtrArray) rows =
        own_cert_list(world->db, world->account->id, error);
    if (rows == NULL)
        return NULL;
    GPtrArray *certs =
        g_ptr_array_new_with_free_func((GDestroyNotify)cert_unref);
    for (guint i = 0; i < rows->len; i++) {
        const OwnCert *row = g_ptr_array_index(rows, i);
        Cert *cert = cert_parse(row->der, NULL);
        if (cert != NULL)
            g_ptr_array_add(certs, cert);
    }
    return certs;
}

/* SEC-26: the keys that are wrapped for certificates of the account, by the
 * name or the key identifier in the message, and no others. */
static Json *
asked_for(const EnvelopedData *data, const GPtrArray *readers)
{
    Json *asked = json_array_new();
    for (guint i = 0; i < data->recipients->len; i++) {
        const Recipient *one = g_ptr_array_index(data->recipients, i);
        for (guint j = 0; j < readers->len; j++) {
            const Cert *cert = g_ptr_array_index(readers, j);
            if (!recipient_is_for(one, cert) ||
                json_array_length(asked) == ASKED_MAX)
                continue;
            Json *item = recipient_json(one);
            json_set_text(item, "kid", cert_fingerprint(cert));
            json_append(asked, item);
            break;
        }
    }
    return asked;
}

/* B5. */
static void
name_missing(Incoming *incoming, const EnvelopedData *data)
{
    for (guint i = 0; i < MIN(data->recipients->len, NAMED_MAX); i++) {
        const Recipient *one = g_ptr_array_index(data->recipients, i);
        IncomingRecipient *named = g_new0(IncomingRecipient, 1);
        named->issuer = recipient_issuer(one);
        named->serial = recipient_serial(one);
        named->key_id = recipient_key_id(one);
        g_ptr_array_add(incoming->missing, named);
    }
}

/* What the row remembers. answered: a mark of the key that opened it, which
 * says nothing without the ticket; or NULL. */
static GBytes *
resume_write(const char *folder, gint64 uid_validity, gint64 uid,
             const char *digest, const char *answered)
{
    g_autoptr(Json) json = json_object_new();
    json_set_text(json, "folder", folder);
    json_set_int(json, "uid_validity", uid_validity);
    json_set_int(json, "uid", uid);
    json_set_text(json, "digest", digest);
    json_set_text(json, "answered", answered);
    char *text = json_write(json);
    return g_bytes_new_take(text, strlen(text));
}

static gboolean
store_request(const World *world, const IncomingSpot *spot, GBytes *message,
              const char *ticket, GError **error)
{
    g_autofree char *digest = secret_hash_bytes(message);
    g_autoptr(GBytes) resume = resume_write(spot->folder, spot->uid_validity,
                                            spot->uid, digest, NULL);
    return keyreq_create(world->db, world->account->id, world->session->id,
                         KEYREQ_UNWRAP, ticket, resume, 0,
                         world->now + KEYREQ_LIFETIME, error);
}

/* Steals asked. */
static char *
request_json(const World *world, const IncomingSpot *spot, const char *ticket,
             const EnvelopedData *data, Json *asked)
{
    g_autofree char *message =
        g_strdup_printf("%u-%u", spot->uid_validity, spot->uid);
    g_autoptr(Json) json = json_object_new();
    json_set_text(json, "ticket", ticket);
    json_set_time(json, "expires", world->now + KEYREQ_LIFETIME);
    json_set_int(json, "key_size", (gint64)data->key_size);
    json_set_text(json, "message", message);
    json_set(json, "recipients", asked);
    return json_write(json);
}

static gboolean
ask(const World *world, const IncomingSpot *spot, GBytes *message,
    const EnvelopedData *data, Incoming *incoming, GError **error)
{
    g_autoptr(GPtrArray) readers = incoming_readers(world, error);
    if (readers == NULL)
        return FALSE;
    g_autoptr(Json) asked = asked_for(data, readers);
    if (json_array_length(asked) == 0) {
        name_missing(incoming, data);
        return TRUE;
    }
    /* SEC-31: of a cipher that is never opened no key is asked for. */
    if (data->key_size == 0)
        return TRUE;
    g_autofree char *ticket = secret_token_new();
    if (!store_request(world, spot, message, ticket, error))
        return FALSE;
    incoming->key_request =
        request_json(world, spot, ticket, data, g_steal_pointer(&asked));
    return TRUE;
}

gboolean
incoming_request(const World *world, const IncomingSpot *spot,
                 GBytes *message, Incoming *incoming, GError **error)
{
    Judgement *judgement = incoming->judgement;
    if (judgement == NULL || judgement->enveloped == NULL)
        return TRUE;
    g_autoptr(GBytes) enveloped = g_steal_pointer(&judgement->enveloped);
    if (!account_is_secure(world->account))
        return TRUE;
    /* What cannot be read has no recipients to ask. */
    g_autoptr(EnvelopedData) data = enveloped_data_read(enveloped, NULL);
    return data == NULL || ask(world, spot, message, data, incoming, error);
}

/* A mark of content_key that is compared under the ticket alone. */
static char *
mark_of(const char *ticket, GBytes *content_key)
{
    g_autoptr(GBytes) key = secret_ticket_key(ticket);
    return g_compute_hmac_for_bytes(G_CHECKSUM_SHA256, key, content_key);
}

static Json *
peek(const World *world, const char *ticket, gint64 *expires, GError **error)
{
    g_autoptr(Keyreq) req =
        keyreq_peek(world->db, world->account->id, world->session->id, ticket,
                    world->now, error);
    if (req == NULL)
        return NULL;
    if (req->kind != KEYREQ_UNWRAP) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                            "key request is not for opening a message");
        return NULL;
    }
    *expires = req->expires;
    gsize size = 0;
    const char *text = g_bytes_get_data(req->resume, &size);
    return json_read(text, size, error);
}

static gint64
member_int(const Json *json, const char *name)
{
    gint64 value = 0;
    json_int(json_member(json, name), &value);
    return value;
}

static gboolean
is_about(const Json *json, const IncomingSpot *spot)
{
    return g_strcmp0(json_text(json_member(json, "folder")), spot->folder) ==
               0 &&
           member_int(json, "uid_validity") == spot->uid_validity &&
           member_int(json, "uid") == spot->uid;
}

/* SEC-25: one result for a request. */
static gboolean
may_answer(const Json *json, const char *ticket, GBytes *content_key,
           GError **error)
{
    const char *answered = json_text(json_member(json, "answered"));
    g_autofree char *mark = mark_of(ticket, content_key);
    if (answered == NULL || secret_equal(answered, mark))
        return TRUE;
    g_set_error_literal(error, APP_ERROR, APP_ERROR_CONFLICT,
                        "key request was answered with another key");
    return FALSE;
}

gboolean
incoming_request_peek(const World *world, const IncomingSpot *spot,
                      const char *ticket, GBytes *content_key, char **digest,
                      GError **error)
{
    gint64 expires;
    g_autoptr(Json) json = peek(world, ticket, &expires, error);
    if (json == NULL)
        return FALSE;
    if (!is_about(json, spot)) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_NOT_FOUND,
                            "key request is about another message");
        return FALSE;
    }
    if (!may_answer(json, ticket, content_key, error))
        return FALSE;
    *digest = g_strdup(json_get_text(json, "digest", error));
    return *digest != NULL;
}

/* Inside a transaction: of two answers at once the first one counts. */
static gboolean
answer(const World *world, const char *ticket, GBytes *content_key,
       GError **error)
{
    gint64 expires = 0;
    g_autoptr(Json) json = peek(world, ticket, &expires, error);
    if (json == NULL || !may_answer(json, ticket, content_key, error))
        return FALSE;
    if (json_text(json_member(json, "answered")) != NULL)
        return TRUE;
    g_autofree char *mark = mark_of(ticket, content_key);
    g_autoptr(GBytes) resume = resume_write(
        json_text(json_member(json, "folder")),
        member_int(json, "uid_validity"), member_int(json, "uid"),
        json_text(json_member(json, "digest")), mark);
    return keyreq_remove(world->db, ticket, error) &&
           keyreq_create(world->db, world->account->id, world->session->id,
                         KEYREQ_UNWRAP, ticket, resume, 0, expires, error);
}

gboolean
incoming_request_answer(const World *world, const char *ticket,
                        GBytes *content_key, GError **error)
{
    if (!db_begin(world->db, error))
        return FALSE;
    if (answer(world, ticket, content_key, error) &&
        db_commit(world->db, error))
        return TRUE;
    db_rollback(world->db);
    return FALSE;
}
