#include <string.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/mail/incoming_internal.h"
#include "core/store/envelope_seen.h"

/* In `sealed` the server opens nothing (SECURITY §2). */
static gboolean
may_open(const World *world, GError **error)
{
    const Account *account = world->account;
    if (account_is_secure(account) &&
        g_strcmp0(account->mode, "assisted") == 0)
        return TRUE;
    g_set_error_literal(error, APP_ERROR, APP_ERROR_FORBIDDEN,
                        "this account does not open mail here");
    return FALSE;
}

/* SEC-29. A key that was wrapped for nobody here was not asked for. */
static gboolean
check_copied(const World *world, const Judgement *judgement, gboolean *copied,
             GError **error)
{
    const GPtrArray *hashes = judgement->key_hashes;
    *copied = FALSE;
    if (hashes == NULL || hashes->len == 0) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_CERTIFICATE,
                            "message: not encrypted to a certificate of "
                            "this account");
        return FALSE;
    }
    for (guint i = 0; i < hashes->len && !*copied; i++)
        if (!envelope_seen_check(
                world->db, world->account->id, g_ptr_array_index(hashes, i),
                judgement->content_hash, world->now, copied, error))
            return FALSE;
    return TRUE;
}

/* The judgement of message opened with content_key; where its envelope is
 * another's, of message as it is, and *copied. */
static Judgement *
judge_opened(const World *world, GBytes *message, gint64 arrival,
             GBytes *content_key, gboolean *copied, GError **error)
{
    g_autoptr(GPtrArray) readers = incoming_readers(world, error);
    if (readers == NULL)
        return NULL;
    g_autoptr(Judgement) opened =
        incoming_judge(world, message, arrival, content_key, readers, error);
    if (opened == NULL || !check_copied(world, opened, copied, error))
        return NULL;
    if (*copied)
        return incoming_judge(world, message, arrival, NULL, NULL, error);
    return g_steal_pointer(&opened);
}

static Incoming *
open_message(const World *world, const IncomingSpot *spot, GBytes *message,
             GBytes *content_key, GError **error)
{
    gboolean copied = FALSE;
    Judgement *judgement = judge_opened(world, message, spot->arrival,
                                        content_key, &copied, error);
    if (judgement == NULL)
        return NULL;
    Incoming *incoming =
        incoming_of(message, spot->arrival, judgement, error);
    if (incoming != NULL)
        incoming->copied = copied;
    return incoming;
}

/* SEC-25: the request is for these bytes. */
static gboolean
is_same_message(GBytes *message, const char *digest, GError **error)
{
    g_autofree char *got = secret_hash_bytes(message);
    if (strcmp(got, digest) == 0)
        return TRUE;
    g_set_error_literal(error, APP_ERROR, APP_ERROR_CONFLICT,
                        "message: not the one that was shown");
    return FALSE;
}

Incoming *
incoming_finish(const World *world, const char *folder, guint32 uid_validity,
                guint32 uid, const char *ticket, GBytes *content_key,
                GError **error)
{
    IncomingSpot spot = {
        .folder = folder, .uid_validity = uid_validity, .uid = uid};
    g_autofree char *digest = NULL;
    if (!may_open(world, error) ||
        !incoming_request_peek(world, &spot, ticket, content_key, &digest,
                               error))
        return NULL;
    g_autoptr(GBytes) message = incoming_fetch(world, &spot, error);
    if (message == NULL || !is_same_message(message, digest, error))
        return NULL;
    g_autoptr(Incoming) incoming =
        open_message(world, &spot, message, content_key, error);
    if (incoming == NULL ||
        !incoming_request_answer(world, ticket, content_key, error))
        return NULL;
    incoming_note(world, &spot, incoming);
    return g_steal_pointer(&incoming);
}

Incoming *
incoming_opened(const World *world, const char *folder, guint32 uid_validity,
                guint32 uid, GBytes *content_key, GError **error)
{
    IncomingSpot spot = {
        .folder = folder, .uid_validity = uid_validity, .uid = uid};
    if (!may_open(world, error))
        return NULL;
    g_autoptr(GBytes) message = incoming_fetch(world, &spot, error);
    return message == NULL
               ? NULL
               : open_message(world, &spot, message, content_key, error);
}

IncomingPart *
incoming_part_opened(const World *world, const char *folder,
                     guint32 uid_validity, guint32 uid, GBytes *content_key,
                     const char *path, GError **error)
{
    IncomingSpot spot = {
        .folder = folder, .uid_validity = uid_validity, .uid = uid};
    gboolean copied = FALSE;
    if (!may_open(world, error))
        return NULL;
    g_autoptr(GBytes) message = incoming_fetch(world, &spot, error);
    if (message == NULL)
        return NULL;
    g_autoptr(Judgement) judgement = judge_opened(
        world, message, spot.arrival, content_key, &copied, error);
    if (judgement == NULL)
        return NULL;
    if (!copied)
        return incoming_part_of(judgement, path, error);
    g_set_error_literal(error, APP_ERROR, APP_ERROR_REFUSED,
                        "message: its envelope is another message's");
    return NULL;
}
