#include "core/admin/revocation_fetch.h"

#include <string.h>

#include "core/admin/revocation_answer.h"
#include "core/admin/revocation_try.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/pki/crl_series.h"
#include "core/pki/trust.h"
#include "core/store/revocation_cache.h"

#define MAX_LIST (32 * 1024 * 1024)
#define LIST_SECONDS 60
#define HOUR 3600
#define AGAIN_AFTER_FAILURE (15 * 60)

void
revocation_fetched_free(RevocationFetched *fetched)
{
    if (fetched == NULL)
        return;
    g_free(fetched->issuer);
    g_free(fetched->kind);
    g_free(fetched->url);
    g_free(fetched);
}

/* Where the newest of this row stands, or NULL without error. */
static RevocationCached *
known_list(const Try *try, const char *series, GError **error)
{
    return revocation_cache_find(try->office->db, try->source->issuer,
                                 REVOCATION_CRL, series, error);
}

static const char *
judge_list(const Try *try, const Crl *crl, const RevocationCached *known)
{
    g_autofree char *number = crl_number(crl);
    gint64 now = try->office->now;
    if (!crl_names_issuer(crl, try->issuer))
        return "wrong-issuer";
    if (!crl_is_from(crl, try->issuer))
        return "bad-signature";
    if (crl->this_update > now + TRY_CLOCK_SLACK)
        return "future";
    if (known != NULL && (crl->this_update < known->this_update ||
                          crl_number_is_less(number, known->number)))
        return "older";
    /* Without a date for the next it covers nothing (revocation.c). */
    return crl->next_update < now ? "stale" : "ok";
}

static gboolean
save_list(Try *try, const Crl *crl, char *series, GError **error)
{
    g_autofree char *number = crl_number(crl);
    const RevocationCached row = {
        .issuer = try->source->issuer,
        .kind = (char *)(guintptr)REVOCATION_CRL,
        .slot = series,
        .der = crl->der,
        .this_update = crl->this_update,
        .next_update = crl->next_update != G_MININT64 ? crl->next_update : 0,
        .number = number,
    };
    try->next = crl->next_update;
    return try_save(try, &row, error);
}

/* A list out of time is still kept: it may name who is revoked. */
static gboolean
take_list(Try *try, GBytes *bytes, GError **error)
{
    g_autoptr(GError) why = NULL;
    g_autoptr(Crl) crl = crl_read(bytes, NULL);
    try->result = "not-a-list";
    if (crl == NULL)
        return TRUE;
    g_autofree char *series = crl_series(crl);
    g_autoptr(RevocationCached) known = known_list(try, series, &why);
    if (why != NULL) {
        g_propagate_error(error, g_steal_pointer(&why));
        return FALSE;
    }
    try->result = judge_list(try, crl, known);
    if (strcmp(try->result, "ok") != 0 && strcmp(try->result, "stale") != 0)
        return TRUE;
    if (known != NULL && g_bytes_equal(known->der, crl->der))
        try->result = strcmp(try->result, "ok") == 0 ? "unchanged" : "stale";
    else
        try->kept = 1;
    return save_list(try, crl, series, error);
}

static gboolean
fetch_list(Try *try, GError **error)
{
    const HttpQuestion question = {
        .url = try->source->url,
        .accept = "application/pkix-crl, application/x-pkcs7-crl, */*;q=0.1",
        .etag = try->source->etag,
        .modified = try->source->modified,
        .max_bytes = MAX_LIST,
        .seconds = LIST_SECONDS,
        .allow_private = try->source->allow_private,
    };
    g_autoptr(HttpAnswer) answer = try_ask(try, &question);
    if (answer == NULL)
        return TRUE;
    if (answer->unchanged) {
        try->result = "unchanged";
        return TRUE;
    }
    if (!take_list(try, answer->body, error))
        return FALSE;
    /* What was refused is asked for whole the next time. */
    if (try_has_succeeded(try)) {
        try->etag = g_steal_pointer(&answer->etag);
        try->modified = g_steal_pointer(&answer->modified);
    }
    return TRUE;
}

/* A quarter of what is left, an hour to a day; soon after a failure. */
static gint64
next_try(const Try *try)
{
    gint64 now = try->office->now;
    if (!try_has_succeeded(try))
        return now + AGAIN_AFTER_FAILURE;
    gint64 quarter = try->next > now ? (try->next - now) / 4 : 0;
    return now + CLAMP(quarter, HOUR, 24 * HOUR);
}

static gboolean
write_down(const Try *try, GError **error)
{
    RevocationSource row = *try->source;
    gboolean is_good = try_has_succeeded(try);
    gboolean is_same = strcmp(try->result, "unchanged") == 0;
    row.tried = try->office->now;
    row.result = (char *)(guintptr)try->result;
    row.succeeded = is_good ? row.tried : row.succeeded;
    row.next = next_try(try);
    row.etag = try->etag != NULL || !is_same ? try->etag : row.etag;
    row.modified =
        try->modified != NULL || !is_same ? try->modified : row.modified;
    return revocation_source_tried(try->office->db, &row, error);
}

/* Of one that is no longer trusted only the fingerprint is known. */
static const char *
issuer_name(const Try *try)
{
    return try->issuer != NULL ? cert_name(try->issuer) : try->source->issuer;
}

/* "crl, http://…: ok", of the issuer. */
static gboolean
note(const Try *try, GError **error)
{
    const RevocationSource *source = try->source;
    g_autofree char *after =
        g_strdup_printf("%s, %s: %s", source->kind, source->url, try->result);
    return office_note(try->office, NULL, issuer_name(try),
                       "revocation-fetch", NULL, after, error);
}

static gboolean
conclude(const Try *try, gboolean by_hand, GError **error)
{
    Db *db = try->office->db;
    if (!db_begin(db, error))
        return FALSE;
    if (write_down(try, error) && (!by_hand || note(try, error)) &&
        db_commit(db, error))
        return TRUE;
    db_rollback(db);
    return FALSE;
}

static RevocationFetched *
report(const Try *try)
{
    RevocationFetched *fetched = g_new0(RevocationFetched, 1);
    fetched->source = try->source->id;
    fetched->issuer = g_strdup(issuer_name(try));
    fetched->kind = g_strdup(try->source->kind);
    fetched->url = g_strdup(try->source->url);
    fetched->result = try->result;
    fetched->asked = try->asked;
    fetched->kept = try->kept;
    log_event("revocation-fetch", "kind", fetched->kind, "issuer",
              try->source->issuer, "address", fetched->url, "result",
              fetched->result, NULL);
    return fetched;
}

static gboolean
run(Try *try, GError **error)
{
    if (try->issuer == NULL) {
        try->result = "no-issuer";
        return TRUE;
    }
    if (strcmp(try->source->kind, REVOCATION_CRL) == 0)
        return fetch_list(try, error);
    return revocation_answers(try, error);
}

static RevocationFetched *
fetch_one(const Office *office, const RevocationOrder *order,
          const RevocationSource *source, GError **error)
{
    g_auto(Try) try = {
        .office = office,
        .source = source,
        .issuer = trust_find(office->trust, source->issuer),
        .max_questions = order->max_questions,
        .result = "ok",
    };
    if (!run(&try, error) || !conclude(&try, order->force, error))
        return NULL;
    return report(&try);
}

static gboolean
is_wanted(const Office *office, const RevocationOrder *order,
          const RevocationSource *source)
{
    if (order->source != 0 && order->source != source->id)
        return FALSE;
    return order->force || source->next <= office->now;
}

GPtrArray *
revocation_fetch(const Office *office, const RevocationOrder *order,
                 GError **error)
{
    if (!office_reach(office, ROLE_ADMINISTRATOR, NULL, error))
        return NULL;
    g_autoptr(GPtrArray) sources = revocation_source_list(office->db, error);
    if (sources == NULL)
        return NULL;
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(
        (GDestroyNotify)revocation_fetched_free);
    for (guint i = 0; i < sources->len; i++) {
        const RevocationSource *source = g_ptr_array_index(sources, i);
        if (!is_wanted(office, order, source))
            continue;
        RevocationFetched *fetched = fetch_one(office, order, source, error);
        if (fetched == NULL)
            return NULL;
        g_ptr_array_add(all, fetched);
    }
    return g_steal_pointer(&all);
}
