#include "core/mail/outgoing.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/secret.h"
#include "core/cms/signed_data.h"
#include "core/mail/delivery.h"
#include "core/mail/form.h"
#include "core/mail/letter.h"
#include "core/mail/protection.h"
#include "core/mail/signer.h"
#include "core/mail/spooling.h"
#include "core/store/keyreq.h"
#include "core/store/spool.h"

/* micalg of RFC 5751 §3.4.3.2 */
static const char *
micalg(SignAlgorithm algorithm)
{
    return strcmp(sign_algorithm_digest(algorithm), "sha384") == 0
               ? "sha-384"
               : "sha-256";
}

static GChecksum *
digest_new(SignAlgorithm algorithm)
{
    return g_checksum_new(
        strcmp(sign_algorithm_digest(algorithm), "sha384") == 0
            ? G_CHECKSUM_SHA384
            : G_CHECKSUM_SHA256);
}

static GBytes *
digest_bytes(GChecksum *digest)
{
    guint8 raw[64];
    gsize size = sizeof raw;
    g_checksum_get_digest(digest, raw, &size);
    return g_bytes_new(raw, size);
}

static Letter *
signed_letter(const Draft *draft, const Signer *signer, const char *kid,
              const char *send_key)
{
    Letter *letter = letter_new();
    letter->message_id = g_strdup(draft->message_id);
    letter->from = g_strdup(draft->from->address);
    letter->recipients = draft_recipients(draft);
    letter->subject = g_strdup(draft->subject);
    letter->boundary = boundary_new();
    letter->prefix = message_prefix_signed(draft, letter->boundary,
                                           micalg(signer->algorithm));
    letter->kid = g_strdup(kid);
    letter->send_key = g_strdup(send_key);
    return letter;
}

/* Entity into the spool, attributes over its digest, all of it into the key
 * request; inside the caller's transaction. */
static gboolean
store_request(const World *world, const Entity *entity, const Signer *signer,
              Letter *letter, const char *ticket, GError **error)
{
    g_autoptr(GChecksum) digest = digest_new(signer->algorithm);
    gint64 spool = spooling_write(world, entity, letter, digest, error);
    if (spool == 0)
        return FALSE;

    g_autoptr(GBytes) value = digest_bytes(digest);
    letter->attributes =
        attributes_build(signer->algorithm, signer->cert, value, world->now);
    g_autoptr(GBytes) resume = letter_write(letter);
    return keyreq_create(world->db, world->account->id, world->session->id,
                         KEYREQ_SIGN, ticket, resume, spool,
                         world->now + KEYREQ_LIFETIME, error);
}

static gboolean
store_request_at_once(const World *world, const Entity *entity,
                      const Signer *signer, Letter *letter,
                      const char *ticket, GError **error)
{
    if (!db_begin(world->db, error))
        return FALSE;
    if (store_request(world, entity, signer, letter, ticket, error) &&
        db_commit(world->db, error))
        return TRUE;
    db_rollback(world->db);
    return FALSE;
}

static Json *
pieces_json(const Entity *entity)
{
    Json *list = json_array_new();
    GPtrArray *pieces = entity_pieces(entity);
    for (guint i = 0; i < pieces->len; i++) {
        const EntityPiece *piece = g_ptr_array_index(pieces, i);
        if (piece->text != NULL) {
            json_append_text(list, piece->text);
            continue;
        }
        Json *file = json_object_new();
        json_set_int(file, "file", piece->file);
        json_append(list, file);
    }
    return list;
}

static char *
request_json(const World *world, const Entity *entity, const Signer *signer,
             const Letter *letter, const char *ticket)
{
    g_autoptr(Json) json = json_object_new();
    json_set_text(json, "ticket", ticket);
    json_set_text(json, "kid", letter->kid);
    json_set_text(json, "algorithm", sign_algorithm_name(signer->algorithm));
    json_set(json, "entity", pieces_json(entity));
    json_set_bytes(json, "attributes", letter->attributes);
    json_set_time(json, "signing_time", world->now);
    json_set_time(json, "expires", world->now + KEYREQ_LIFETIME);
    return json_write(json);
}

char *
outgoing_prepare(const World *world, const ComposeForm *form, const char *kid,
                 Protection protection, GError **error)
{
    if (!protection_choose(world, protection, error))
        return NULL;
    if (protection != PROTECTION_SIGN) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_INTERNAL,
                            "encrypting: not yet");
        return NULL;
    }
    g_autoptr(Signer) signer = signer_load(world, kid, error);
    if (signer == NULL)
        return NULL;
    g_autoptr(Draft) draft = form_draft(world, form, error);
    if (draft == NULL)
        return NULL;
    g_autoptr(Entity) entity = entity_build(draft, PROTECT_CLEAR, error);
    if (entity == NULL)
        return NULL;

    g_autoptr(Letter) letter =
        signed_letter(draft, signer, kid, form->send_key);
    g_autofree char *ticket = secret_token_new();
    if (!store_request_at_once(world, entity, signer, letter, ticket, error))
        return NULL;
    return request_json(world, entity, signer, letter, ticket);
}

/* The letter of an open request, complete: its signature is good. */
static Letter *
sign_letter(const World *world, const Keyreq *req, GBytes *signature,
            GError **error)
{
    g_autoptr(Letter) letter = letter_read(req->resume, error);
    if (letter == NULL)
        return NULL;
    g_autoptr(Signer) signer = signer_load(world, letter->kid, error);
    if (signer == NULL)
        return NULL;
    if (!signed_data_check(signer->algorithm, signer->cert,
                           letter->attributes, signature)) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_SIGNATURE,
                            "signature is not the one that was asked for");
        return NULL;
    }

    g_autoptr(GBytes) signed_data =
        signed_data_write(signer->algorithm, signer->cert, signer->chain,
                          letter->attributes, signature, error);
    if (signed_data == NULL)
        return NULL;
    letter->suffix = message_suffix_signed(letter->boundary, signed_data);
    return g_steal_pointer(&letter);
}

static gint64
move_to_outbox(const World *world, const Keyreq *req, const Letter *letter,
               const char *ticket, GError **error)
{
    if (!keyreq_remove(world->db, ticket, error))
        return 0;
    g_autoptr(GBytes) content = letter_write(letter);
    return outbox_create(world->db, world->server_key, world->account->id,
                         ticket, letter->send_key, letter->message_id,
                         content, req->spool, world->now, error);
}

/* SEC-65: taking the request and making the outbox row are one. */
static gint64
move_at_once(const World *world, const Keyreq *req, const Letter *letter,
             const char *ticket, GError **error)
{
    if (!db_begin(world->db, error))
        return 0;
    gint64 id = move_to_outbox(world, req, letter, ticket, error);
    if (id != 0 && db_commit(world->db, error))
        return id;
    db_rollback(world->db);
    return 0;
}

/* *key: by what the message is known if it was sent before. */
static gint64
finish_request(const World *world, const char *ticket, GBytes *signature,
               char **key, GError **error)
{
    *key = g_strdup(ticket);
    /* The administrator may have changed his mind in these five minutes. */
    if (!protection_choose(world, PROTECTION_SIGN, error))
        return 0;
    g_autoptr(Keyreq) req =
        keyreq_peek(world->db, world->account->id, world->session->id, ticket,
                    world->now, error);
    if (req == NULL)
        return 0;
    if (req->kind != KEYREQ_SIGN) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                            "key request is not for a signature");
        return 0;
    }
    g_autoptr(Letter) letter = sign_letter(world, req, signature, error);
    if (letter == NULL)
        return 0;
    if (letter->send_key != NULL) {
        g_free(*key);
        *key = g_strdup(letter->send_key);
    }
    return move_at_once(world, req, letter, ticket, error);
}

char *
outgoing_finish(const World *world, const char *ticket, GBytes *signature,
                GError **error)
{
    g_autoptr(GError) none = NULL;
    char *stored = outgoing_result(world, ticket, &none);
    if (stored != NULL)
        return stored;
    if (!g_error_matches(none, APP_ERROR, APP_ERROR_NOT_FOUND)) {
        g_propagate_error(error, g_steal_pointer(&none));
        return NULL;
    }

    g_autofree char *key = NULL;
    g_autoptr(GError) why = NULL;
    gint64 id = finish_request(world, ticket, signature, &key, &why);
    if (id != 0)
        return delivery_run(world, id, error);

    /* Another worker took the request a moment ago, or this form went out
     * under another ticket: then there is a result by now. */
    if (g_error_matches(why, APP_ERROR, APP_ERROR_NOT_FOUND) ||
        g_error_matches(why, APP_ERROR, APP_ERROR_CONFLICT))
        stored = outgoing_result(world, key, NULL);
    if (stored == NULL)
        g_propagate_error(error, g_steal_pointer(&why));
    return stored;
}
