#include "core/mail/outgoing.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/secret.h"
#include "core/cms/signed_data.h"
#include "core/mail/delivery.h"
#include "core/mail/form.h"
#include "core/mail/giving.h"
#include "core/mail/letter.h"
#include "core/mail/outgoing_group.h"
#include "core/mail/outgoing_request.h"
#include "core/mail/outgoing_seal.h"
#include "core/mail/sealing_plan.h"
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

/* What is being prepared. */
typedef struct {
    const Draft *draft;
    const Signer *signer;
    const Entity *entity;
    Letter *letter;
    GPtrArray *plan; /* SealingCopy, or NULL: to be signed only */
    char *ticket;
} Preparation;

static Letter *
signed_letter(const Draft *draft, const Signer *signer, Protection protection)
{
    Letter *letter = letter_new();
    const char *digest = micalg(signer->algorithm);
    letter->message_id = g_strdup(draft->message_id);
    letter->from = g_strdup(draft->from->address);
    letter->recipients = draft_recipients(draft);
    letter->subject = g_strdup(draft->subject);
    letter->boundary = boundary_new();
    letter->prefix =
        protection == PROTECTION_SIGN
            ? message_prefix_signed(draft, letter->boundary, digest)
            : message_inner_signed(letter->boundary, digest);
    return letter;
}

/* Attributes over the entity's digest, all of it into the key request; inside
 * a transaction. */
static gboolean
create_request(const World *world, const Preparation *what,
               Spooling *spooling, DigestStream *digest, GError **error)
{
    gint64 spool = spooling_finish(spooling, what->letter, error);
    if (spool == 0)
        return FALSE;
    g_autoptr(GBytes) value = digest_stream_value(digest);
    what->letter->attributes = attributes_build(
        what->signer->algorithm, what->signer->cert, value, world->now);
    g_autoptr(GBytes) resume =
        outgoing_request_write(what->letter, what->plan);
    return keyreq_create(world->db, world->account->id, world->session->id,
                         KEYREQ_SIGN, what->ticket, resume, spool,
                         world->now + KEYREQ_LIFETIME, error);
}

static gboolean
store_request(const World *world, const Preparation *what, GError **error)
{
    g_autoptr(DigestStream) digest =
        digest_stream_new(what->signer->algorithm);
    g_autoptr(Spooling) spooling = spooling_new(world, digest);
    if (!spooling_entity(spooling, what->entity, error) ||
        !db_begin(world->db, error))
        return FALSE;
    if (create_request(world, what, spooling, digest, error) &&
        db_commit(world->db, error)) {
        spooling_keep(spooling);
        return TRUE;
    }
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
request_json(const World *world, const Preparation *what,
             Protection protection)
{
    g_autoptr(Json) json = json_object_new();
    json_set_text(json, "ticket", what->ticket);
    json_set_text(json, "kid", what->letter->kid);
    json_set_text(json, "algorithm",
                  sign_algorithm_name(what->signer->algorithm));
    json_set_text(json, "protection", protection_name(protection));
    json_set(json, "entity", pieces_json(what->entity));
    json_set_bytes(json, "attributes", what->letter->attributes);
    json_set_time(json, "signing_time", world->now);
    json_set_time(json, "expires", world->now + KEYREQ_LIFETIME);
    return json_write(json);
}

static char *
prepare(const World *world, Preparation *what, Protection protection,
        GError **error)
{
    if (!spooling_fits(what->entity, error))
        return NULL;
    if (protection == PROTECTION_SIGN_ENCRYPT) {
        what->plan = sealing_plan_make(world, what->draft,
                                       entity_size(what->entity), error);
        if (what->plan == NULL)
            return NULL;
    }
    if (!store_request(world, what, error))
        return NULL;
    return request_json(world, what, protection);
}

static gboolean
may_send(const World *world, Protection protection, const Draft *draft,
         GError **error)
{
    g_auto(GStrv) recipients = draft_recipients(draft);
    return protection_check(world, protection,
                            (const char *const *)recipients, error);
}

char *
outgoing_prepare(const World *world, const ComposeForm *form, const char *kid,
                 Protection protection, GError **error)
{
    g_assert(protection != PROTECTION_NONE);
    if (!protection_check(world, protection, NULL, error))
        return NULL;
    g_autoptr(Signer) signer = signer_load(world, kid, error);
    if (signer == NULL)
        return NULL;
    g_autoptr(Draft) draft = form_draft(world, form, error);
    if (draft == NULL || !may_send(world, protection, draft, error))
        return NULL;
    g_autoptr(Entity) entity = entity_build(
        draft, protection == PROTECTION_SIGN ? PROTECT_CLEAR : PROTECT_CIPHER,
        error);
    if (entity == NULL)
        return NULL;

    g_autoptr(Letter) letter = signed_letter(draft, signer, protection);
    letter->kid = g_strdup(kid);
    letter->send_key = g_strdup(form->send_key);
    g_autofree char *ticket = secret_token_new();
    Preparation what = {draft, signer, entity, letter, NULL, ticket};
    char *json = prepare(world, &what, protection, error);
    g_clear_pointer(&what.plan, g_ptr_array_unref);
    return json;
}

/* Completes the letter of an open request with its signature. */
static gboolean
sign_letter(const World *world, Letter *letter, GBytes *signature,
            GError **error)
{
    g_autoptr(Signer) signer = signer_load(world, letter->kid, error);
    if (signer == NULL)
        return FALSE;
    if (!signed_data_check(signer->algorithm, signer->cert,
                           letter->attributes, signature)) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_SIGNATURE,
                            "signature is not the one that was asked for");
        return FALSE;
    }

    g_autoptr(GBytes) signed_data =
        signed_data_write(signer->algorithm, signer->cert, signer->chain,
                          letter->attributes, signature, error);
    if (signed_data == NULL)
        return FALSE;
    letter->suffix = message_suffix_signed(letter->boundary, signed_data);
    return TRUE;
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

static OutgoingRequest *
open_request(const World *world, const Keyreq *req, GBytes *signature,
             GError **error)
{
    if (req->kind != KEYREQ_SIGN) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                            "key request is not for a signature");
        return NULL;
    }
    g_autoptr(OutgoingRequest) request =
        outgoing_request_read(req->resume, error);
    /* The administrator may have changed his mind in these five minutes. */
    if (request == NULL ||
        !protection_check(world, outgoing_request_protection(request),
                          (const char *const *)request->letter->recipients,
                          error) ||
        !sign_letter(world, request->letter, signature, error))
        return NULL;
    return g_steal_pointer(&request);
}

/* What is known of a message once its request is open. */
typedef struct {
    char *key;     /* by which it is known if it was sent before */
    char *subject; /* for this answer; no row keeps an encrypted one's */
} Known;

static void
known_clear(Known *known)
{
    g_free(known->key);
    secret_text_free(known->subject);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Known, known_clear)

static gint64
finish_request(const World *world, const char *ticket, GBytes *signature,
               Known *known, GError **error)
{
    g_autoptr(Keyreq) req =
        keyreq_peek(world->db, world->account->id, world->session->id, ticket,
                    world->now, error);
    if (req == NULL)
        return 0;
    g_autoptr(OutgoingRequest) request =
        open_request(world, req, signature, error);
    if (request == NULL)
        return 0;
    const Letter *letter = request->letter;
    known->subject = g_strdup(letter->subject);
    if (letter->send_key != NULL) {
        g_free(known->key);
        known->key = g_strdup(letter->send_key);
    }
    gint64 id = request->plan != NULL
                    ? outgoing_seal(world, req, request, ticket, error)
                    : move_at_once(world, req, letter, ticket, error);
    if (id == 0)
        return 0;
    protection_sent(world, outgoing_request_protection(request));
    giving_sent(world, (const char *const *)letter->recipients, letter->kid);
    return id;
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

    g_auto(Known) known = {g_strdup(ticket), NULL};
    g_autoptr(GError) why = NULL;
    gint64 id = finish_request(world, ticket, signature, &known, &why);
    if (id != 0)
        return outgoing_group_deliver(world, id, known.subject, error);

    /* Another worker took the request a moment ago, or this form went out
     * under another ticket: then there is a result by now. */
    if (g_error_matches(why, APP_ERROR, APP_ERROR_NOT_FOUND) ||
        g_error_matches(why, APP_ERROR, APP_ERROR_CONFLICT))
        stored = outgoing_result(world, known.key, NULL);
    if (stored == NULL)
        g_propagate_error(error, g_steal_pointer(&why));
    return stored;
}
