#include "core/mail/incoming.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/mail/connection.h"
#include "core/mail/incoming_fill.h"
#include "core/mime/gate.h"
#include "core/mime/scan.h"
#include "core/store/seen_verdict.h"

#define MAX_MESSAGE (50 * 1024 * 1024)

static gboolean
is_limit(const GError *error)
{
    return g_error_matches(error, APP_ERROR, APP_ERROR_TOO_COMPLEX) ||
           g_error_matches(error, APP_ERROR, APP_ERROR_TOO_LARGE);
}

static Judgement *
judge(const World *world, GBytes *message, gint64 arrival, GError **error)
{
    const JudgeInput input = {
        .trust = world->trust,
        .arrival = arrival,
        .now = world->now,
    };
    return judge_message(message, &input, error);
}

/* Refused by the gate: the header alone, if that is not what was refused. */
static void
fill_header_only(Incoming *incoming, GBytes *message)
{
    gsize size = 0;
    const guint8 *data = g_bytes_get_data(message, &size);
    gsize header = MIN(scan_body(data, size), SCAN_MAX_HEADER);
    incoming->too_complex = TRUE;
    if (!gate_check(data, header, NULL))
        return;
    g_autoptr(Headers) outer = headers_parse(data, header);
    incoming_fill_people(incoming, outer, NULL);
}

/* SEC-37: fields inside count only under a signature that verified. */
static Headers *
protected_headers(const Judgement *judgement)
{
    gsize size = 0;
    const guint8 *data = g_bytes_get_data(judgement->payload, &size);
    g_autoptr(Headers) inner = headers_parse(data, size);
    const char *type = headers_raw(inner, "Content-Type");
    if (strcmp(judgement->signature, "verified") != 0 || type == NULL)
        return NULL;
    g_autofree char *lower = g_ascii_strdown(type, -1);
    if (strstr(lower, "hp=") == NULL || headers_count(inner, "From") == 0)
        return NULL;
    return g_steal_pointer(&inner);
}

static gboolean
fill_judged(Incoming *incoming, GBytes *message, GError **error)
{
    const Judgement *judgement = incoming->judgement;
    gsize size = 0;
    const guint8 *data = g_bytes_get_data(judgement->payload, &size);
    g_autoptr(View) view = view_build(data, size, error);
    if (view == NULL)
        return FALSE;

    data = g_bytes_get_data(message, &size);
    g_autoptr(Headers) outer = headers_parse(data, size);
    g_autoptr(Headers) inner = protected_headers(judgement);
    gboolean covered = strcmp(judgement->signature, "verified") == 0;
    incoming->encrypted = strcmp(judgement->encryption, "none") != 0;
    incoming_fill_people(incoming, outer, inner);
    incoming_fill_parts(incoming, view, covered);
    return TRUE;
}

Incoming *
incoming_read(const World *world, GBytes *message, gint64 arrival,
              GError **error)
{
    g_autoptr(GError) problem = NULL;
    g_autoptr(Incoming) incoming = incoming_new();
    incoming->date = arrival;
    incoming->judgement = judge(world, message, arrival, &problem);
    if (incoming->judgement != NULL &&
        fill_judged(incoming, message, &problem))
        return g_steal_pointer(&incoming);
    if (!is_limit(problem)) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return NULL;
    }
    g_clear_pointer(&incoming->judgement, judgement_free);
    fill_header_only(incoming, message);
    return g_steal_pointer(&incoming);
}

/*
 * The list shows a verdict only as the message was shown: a signature that
 * verifies around something that counts against it keeps its neutral mark.
 * Failing to store one costs a mark, not the message.
 */
static void
save_verdict(const World *world, const char *folder, guint32 uid_validity,
             guint32 uid, const Judgement *judgement)
{
    const char *code = judgement->signature;
    if (strcmp(code, "none") == 0 ||
        (strcmp(code, "verified") == 0 &&
         strcmp(judgement->state, "verified") != 0 &&
         strcmp(judgement->state, "confidential") != 0))
        return;
    g_autoptr(GError) problem = NULL;
    if (!seen_verdict_save(world->db, world->account->id, folder,
                           uid_validity, uid, code, world->now, &problem))
        log_error("verdict-not-stored", problem);
}

static GBytes *
fetch(const World *world, const char *folder, guint32 uid_validity,
      guint32 uid, gint64 *arrival, gboolean *seen, GError **error)
{
    g_auto(Connection) connection = connection_take(world, error);
    if (connection.imap == NULL)
        return NULL;
    return imap_fetch(connection.imap, folder, uid_validity, uid, MAX_MESSAGE,
                      arrival, seen, error);
}

Incoming *
incoming_open(const World *world, const char *folder, guint32 uid_validity,
              guint32 uid, GError **error)
{
    gint64 arrival = 0;
    gboolean seen = FALSE;
    g_autoptr(GError) problem = NULL;
    g_autoptr(GBytes) message =
        fetch(world, folder, uid_validity, uid, &arrival, &seen, &problem);
    g_autoptr(Incoming) incoming = NULL;
    if (message != NULL) {
        incoming = incoming_read(world, message, arrival, error);
    } else if (is_limit(problem)) {
        incoming = incoming_new();
        incoming->date = arrival;
        incoming->too_complex = TRUE;
    } else {
        g_propagate_error(error, g_steal_pointer(&problem));
    }
    if (incoming == NULL)
        return NULL;
    incoming->seen = seen;
    if (incoming->judgement != NULL)
        save_verdict(world, folder, uid_validity, uid, incoming->judgement);
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

static IncomingPart *
part_of(GBytes *payload, const char *path, GError **error)
{
    gsize size = 0;
    const guint8 *data = g_bytes_get_data(payload, &size);
    g_autoptr(IncomingPart) part = g_new0(IncomingPart, 1);
    part->data = view_part_data(data, size, path, error);
    if (part->data == NULL)
        return NULL;
    g_autoptr(View) view = view_build(data, size, error);
    if (view == NULL)
        return NULL;
    part->name = g_strdup(incoming_part_name(view, path));
    part->image = view_image_type(part->data);
    return g_steal_pointer(&part);
}

IncomingPart *
incoming_part(const World *world, const char *folder, guint32 uid_validity,
              guint32 uid, const char *path, GError **error)
{
    gint64 arrival = 0;
    gboolean seen = FALSE;
    g_autoptr(GBytes) message =
        fetch(world, folder, uid_validity, uid, &arrival, &seen, error);
    if (message == NULL)
        return NULL;
    /* Judged again, so that the path leads into what was shown. */
    g_autoptr(Judgement) judgement = judge(world, message, arrival, error);
    if (judgement == NULL)
        return NULL;
    return part_of(judgement->payload, path, error);
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
