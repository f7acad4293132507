#include "core/admin/revocation_answer.h"

#include <string.h>

#include "core/base/error.h"
#include "core/pki/ocsp.h"
#include "core/store/revocation_cache.h"

#define MAX_QUESTIONS 1000
#define MAX_FAILURES 3
#define QUESTION_SECONDS 15

/* Whom the issuer certified, of those we keep. */
typedef struct {
    const Cert *issuer;
    GHashTable *certs; /* kid → Cert */
} Kept;

static void
keep_if_issued(Kept *kept, Cert *cert)
{
    if (cert_names_issuer(cert, kept->issuer) &&
        strcmp(cert_fingerprint(cert), cert_fingerprint(kept->issuer)) != 0)
        g_hash_table_replace(kept->certs,
                             (gpointer)(guintptr)cert_fingerprint(cert),
                             cert_ref(cert));
}

/* One that limits have become too strict for is not judged either. */
static gboolean
keep_kept(const char *kid, GBytes *der, gpointer data, GError **error)
{
    g_autoptr(Cert) cert = cert_parse(der, NULL);
    if (cert != NULL)
        keep_if_issued(data, cert);
    return TRUE;
}

static gboolean
collect(const Try *try, Kept *kept, GError **error)
{
    GPtrArray *intermediates = trust_intermediates(try->office->trust);
    for (guint i = 0; i < intermediates->len; i++)
        keep_if_issued(kept, g_ptr_array_index(intermediates, i));
    return revocation_each_kept(try->office->db, keep_kept, kept, error);
}

/* Half of its time is not over yet. */
static gboolean
is_fresh(const RevocationCached *known, gint64 now)
{
    return known != NULL && known->next_update > known->this_update &&
           now < known->this_update +
                     (known->next_update - known->this_update) / 2;
}

static const char *
judge_answer(const Try *try, const Ocsp *ocsp, const OcspStatus *status,
             const RevocationCached *known)
{
    gint64 now = try->office->now;
    if (status == NULL)
        return "wrong-issuer";
    if (status->state == OCSP_UNKNOWN)
        return "unknown";
    if (status->this_update > now + TRY_CLOCK_SLACK)
        return "future";
    if (status->next_update < now)
        return "stale";
    if (known != NULL && status->this_update < known->this_update)
        return "older";
    return "ok";
}

static gboolean
save_answer(Try *try, const Cert *cert, const Ocsp *ocsp,
            const OcspStatus *status, GError **error)
{
    const RevocationCached row = {
        .issuer = try->source->issuer,
        .kind = (char *)(guintptr)REVOCATION_OCSP,
        .slot = (char *)(guintptr)cert_fingerprint(cert),
        .der = ocsp->der,
        .this_update = status->this_update,
        .next_update = status->next_update,
    };
    try->kept++;
    return try_save(try, &row, error);
}

static gboolean
take_answer(Try *try, const Cert *cert, GBytes *bytes,
            const RevocationCached *known, GError **error)
{
    guint checks = 16;
    g_autoptr(GError) why = NULL;
    g_autoptr(Ocsp) ocsp = ocsp_parse(bytes, &why);
    if (ocsp == NULL) {
        try->result = g_error_matches(why, APP_ERROR, APP_ERROR_REFUSED)
                          ? "refused"
                          : "not-a-list";
        return TRUE;
    }
    try->result = "bad-signature";
    if (!ocsp_is_from(ocsp, try->issuer, trust_policy(try->office->trust),
                      &checks, NULL))
        return TRUE;
    const OcspStatus *status = ocsp_find(ocsp, try->issuer, cert);
    try->result = judge_answer(try, ocsp, status, known);
    return strcmp(try->result, "ok") != 0 ||
           save_answer(try, cert, ocsp, status, error);
}

static gboolean
ask_about(Try *try, const Cert *cert, const RevocationCached *known,
          GError **error)
{
    g_autoptr(GBytes) body = ocsp_question(try->issuer, cert, NULL);
    const HttpQuestion question = {
        .url = try->source->url,
        .body = body,
        .content_type = "application/ocsp-request",
        .accept = "application/ocsp-response",
        .max_bytes = OCSP_MAX_BYTES,
        .seconds = QUESTION_SECONDS,
        .allow_private = try->source->allow_private,
    };
    g_autoptr(HttpAnswer) answer = try_ask(try, &question);
    if (answer == NULL)
        return TRUE;
    try->result = "not-a-list";
    if (g_strcmp0(answer->content_type, "application/ocsp-response") != 0)
        return TRUE;
    return take_answer(try, cert, answer->body, known, error);
}

/* Asks where what is known is old. A responder that fails three times in a
 * row is left alone. */
static gboolean
ask_all(Try *try, GHashTable *certs, GError **error)
{
    guint limit =
        try->max_questions != 0 ? try->max_questions : MAX_QUESTIONS;
    const char *worst = "ok";
    guint failures = 0;
    GHashTableIter iter;
    gpointer kid, cert;
    g_hash_table_iter_init(&iter, certs);
    while (g_hash_table_iter_next(&iter, &kid, &cert) && try->asked < limit &&
           failures < MAX_FAILURES) {
        g_autoptr(GError) why = NULL;
        g_autoptr(RevocationCached) known = revocation_cache_find(
            try->office->db, try->source->issuer, REVOCATION_OCSP, kid, &why);
        if (is_fresh(known, try->office->now))
            continue;
        if (why != NULL || !ask_about(try, cert, known, &why)) {
            g_propagate_error(error, g_steal_pointer(&why));
            return FALSE;
        }
        gboolean is_good = strcmp(try->result, "ok") == 0;
        failures = is_good ? 0 : failures + 1;
        if (!is_good && strcmp(worst, "ok") == 0)
            worst = try->result;
    }
    try->result = worst;
    return TRUE;
}

gboolean
revocation_answers(Try *try, GError **error)
{
    g_autoptr(GHashTable) certs = g_hash_table_new_full(
        g_str_hash, g_str_equal, NULL, (GDestroyNotify)cert_unref);
    Kept kept = {try->issuer, certs};
    return collect(try, &kept, error) && ask_all(try, certs, error);
}
