#include "core/mail/incoming.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/mail/connection.h"
#include "core/mail/harvest.h"
#include "core/mail/incoming_fill.h"
#include "core/mail/incoming_internal.h"
#include "core/mime/gate.h"
#include "core/mime/scan.h"
#include "core/store/seen_verdict.h"
#include "core/store/tally.h"

#define MAX_MESSAGE (50 * 1024 * 1024)

static gboolean
is_limit(const GError *error)
{
    return g_error_matches(error, APP_ERROR, APP_ERROR_TOO_COMPLEX) ||
           g_error_matches(error, APP_ERROR, APP_ERROR_TOO_LARGE);
}

Judgement *
incoming_judge(const World *world, GBytes *message, gint64 arrival,
               GBytes *content_key, GPtrArray *readers, GError **error)
{
    const JudgeInput input = {
        .trust = world->trust,
        .arrival = arrival,
        .now = world->now,
        .content_key = content_key,
        .readers = readers,
    };
    return judge_message(message, &input, error);
}

/* Refused by the gate: the header alone, if that is not what was refused. */
static Incoming *
header_only(GBytes *message, gint64 arrival)
{
    gsize size = 0;
    const guint8 *data = g_bytes_get_data(message, &size);
    gsize header = MIN(scan_body(data, size), SCAN_MAX_HEADER);
    Incoming *incoming = incoming_new();
    incoming->date = arrival;
    incoming->too_complex = TRUE;
    if (!gate_check(data, header, NULL))
        return incoming;
    g_autoptr(Headers) outer = headers_parse(data, header);
    incoming_fill_people(incoming, outer, NULL);
    return incoming;
}

/* What is shown of the payload: without layers it is the message itself, in
 * which nothing is protected. */
static Protected *
shown_of(const Judgement *judgement)
{
    gsize size = 0;
    const guint8 *data = g_bytes_get_data(judgement->payload, &size);
    if (judgement->layers->len > 0)
        return protected_find(data, size);
    Protected *whole = g_new0(Protected, 1);
    whole->entity = data;
    whole->size = size;
    return whole;
}

/* SEC-37: fields inside count only where something vouches for them. */
static gboolean
has_shown_fields(const Judgement *judgement, const Protected *shown)
{
    return judgement->covered && shown->kind != PROTECTED_NONE;
}

static gboolean
fill_judged(Incoming *incoming, GBytes *message, GError **error)
{
    const Judgement *judgement = incoming->judgement;
    g_autoptr(Protected) shown = shown_of(judgement);
    gboolean inside = has_shown_fields(judgement, shown);
    g_autoptr(View) view =
        inside ? view_build_protected(shown->entity, shown->size, error)
               : view_build(shown->entity, shown->size, error);
    if (view == NULL)
        return FALSE;

    gsize size = 0;
    const guint8 *data = g_bytes_get_data(message, &size);
    g_autoptr(Headers) outer = headers_parse(data, size);
    incoming->encrypted = strcmp(judgement->encryption, "none") != 0;
    incoming->opened = judgement->opened;
    incoming_fill_people(incoming, outer, inside ? shown : NULL);
    incoming_fill_parts(incoming, view);
    return TRUE;
}

Incoming *
incoming_of(GBytes *message, gint64 arrival, Judgement *judgement,
            GError **error)
{
    g_autoptr(GError) problem = NULL;
    g_autoptr(Incoming) incoming = incoming_new();
    incoming->date = arrival;
    incoming->judgement = judgement;
    if (fill_judged(incoming, message, &problem))
        return g_steal_pointer(&incoming);
    if (is_limit(problem))
        return header_only(message, arrival);
    g_propagate_error(error, g_steal_pointer(&problem));
    return NULL;
}

Incoming *
incoming_read(const World *world, GBytes *message, gint64 arrival,
              GError **error)
{
    g_autoptr(GError) problem = NULL;
    Judgement *judgement =
        incoming_judge(world, message, arrival, NULL, NULL, &problem);
    if (judgement != NULL)
        return incoming_of(message, arrival, judgement, error);
    if (is_limit(problem))
        return header_only(message, arrival);
    g_propagate_error(error, g_steal_pointer(&problem));
    return NULL;
}

static gboolean
keep_verdict(const World *world, const IncomingSpot *spot, const char *code,
             GError **error)
{
    const guint32 uid = spot->uid;
    gint64 account = world->account->id;
    g_autoptr(GHashTable) known = seen_verdict_load(
        world->db, account, spot->folder, spot->uid_validity, &uid, 1, error);
    /* A message counts once, the first time it is read. */
    return known != NULL &&
           seen_verdict_save(world->db, account, spot->folder,
                             spot->uid_validity, uid, code, world->now,
                             error) &&
           (g_hash_table_size(known) > 0 ||
            tally_add_code(world->db, "verdict-", code, world->now, error));
}

/*
 * The list shows a verdict only as the message was shown: a signature that
 * verifies around something that counts against it keeps its neutral mark.
 * Failing to store one costs a mark, not the message.
 */
static void
save_verdict(const World *world, const IncomingSpot *spot,
             const Judgement *judgement)
{
    const char *code = judgement->signature;
    if (strcmp(code, "none") == 0 ||
        (strcmp(code, "verified") == 0 &&
         strcmp(judgement->state, "verified") != 0 &&
         strcmp(judgement->state, "confidential") != 0))
        return;
    g_autoptr(GError) problem = NULL;
    if (db_begin(world->db, &problem) &&
        keep_verdict(world, spot, code, &problem) &&
        db_commit(world->db, &problem))
        return;
    db_rollback(world->db);
    log_error("verdict-not-stored", problem);
}

static void
harvest(const World *world, Incoming *incoming)
{
    g_autoptr(GError) problem = NULL;
    incoming->harvest =
        harvest_message(world, incoming->judgement, &incoming->harvest_kid,
                        &incoming->harvest_contact, &problem);
    if (problem != NULL)
        log_error("certificate-not-harvested", problem);
}

void
incoming_note(const World *world, const IncomingSpot *spot,
              Incoming *incoming)
{
    incoming->seen = spot->seen;
    incoming->flagged = spot->flagged;
    if (incoming->judgement == NULL)
        return;
    save_verdict(world, spot, incoming->judgement);
    harvest(world, incoming);
}

GBytes *
incoming_fetch(const World *world, IncomingSpot *spot, GError **error)
{
    g_auto(Connection) connection = connection_take(world, error);
    if (connection.imap == NULL)
        return NULL;
    return imap_fetch(connection.imap, spot->folder, spot->uid_validity,
                      spot->uid, MAX_MESSAGE, &spot->arrival, &spot->seen,
                      &spot->flagged, error);
}

static Incoming *
too_large(const IncomingSpot *spot)
{
    Incoming *incoming = incoming_new();
    incoming->date = spot->arrival;
    incoming->too_complex = TRUE;
    return incoming;
}

Incoming *
incoming_open(const World *world, const char *folder, guint32 uid_validity,
              guint32 uid, GError **error)
{
    IncomingSpot spot = {
        .folder = folder, .uid_validity = uid_validity, .uid = uid};
    g_autoptr(GError) problem = NULL;
    g_autoptr(GBytes) message = incoming_fetch(world, &spot, &problem);
    g_autoptr(Incoming) incoming = NULL;
    if (message != NULL)
        incoming = incoming_read(world, message, spot.arrival, error);
    else if (is_limit(problem))
        incoming = too_large(&spot);
    else
        g_propagate_error(error, g_steal_pointer(&problem));
    if (incoming == NULL ||
        !incoming_request(world, &spot, message, incoming, error))
        return NULL;
    incoming_note(world, &spot, incoming);
    return g_steal_pointer(&incoming);
}

void
incoming_part_free(IncomingPart *part)
{
    if (part == NULL)
        return;
    g_clear_pointer(&part->data, g_bytes_unref);
    g_free(part->name);
    g_free(part);
}

IncomingPart *
incoming_part_of(const Judgement *judgement, const char *path, GError **error)
{
    g_autoptr(Protected) shown = shown_of(judgement);
    g_autoptr(IncomingPart) part = g_new0(IncomingPart, 1);
    part->data = view_part_data(shown->entity, shown->size, path, error);
    if (part->data == NULL)
        return NULL;
    g_autoptr(View) view = view_build(shown->entity, shown->size, error);
    if (view == NULL)
        return NULL;
    part->name = g_strdup(incoming_part_name(view, path));
    /* SEC-30: nothing is drawn of what nobody vouches for. */
    if (!judgement->text_only)
        part->image = view_image_type(part->data);
    return g_steal_pointer(&part);
}

IncomingPart *
incoming_part(const World *world, const char *folder, guint32 uid_validity,
              guint32 uid, const char *path, GError **error)
{
    IncomingSpot spot = {
        .folder = folder, .uid_validity = uid_validity, .uid = uid};
    g_autoptr(GBytes) message = incoming_fetch(world, &spot, error);
    if (message == NULL)
        return NULL;
    /* Judged again, so that the path leads into what was shown. */
    g_autoptr(Judgement) judgement =
        incoming_judge(world, message, spot.arrival, NULL, NULL, error);
    return judgement == NULL ? NULL
                             : incoming_part_of(judgement, path, error);
}

gboolean
incoming_raw(const World *world, const char *folder, guint32 uid_validity,
             guint32 uid, IncomingSink sink, gpointer user, GError **error)
{
    g_auto(Connection) connection = connection_take(world, error);
    return connection.imap != NULL &&
           imap_fetch_to(connection.imap, folder, uid_validity, uid, sink,
                         user, error);
}
