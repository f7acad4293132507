#include "core/mail/delivery.h"

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/log.h"
#include "core/mail/filing.h"
#include "core/mail/letter.h"
#include "core/mail/letter_source.h"
#include "core/net/submission.h"
#include "core/store/spool.h"
#include "core/store/tally.h"

const char *
delivery_state_name(OutboxState state)
{
    switch (state) {
    case OUTBOX_WAITING:
        return "waiting";
    case OUTBOX_SENDING:
        return "sending";
    case OUTBOX_SENT:
        return "sent";
    case OUTBOX_UNKNOWN:
        return "unknown";
    case OUTBOX_FAILED:
        return "failed";
    }
    g_assert_not_reached();
}

/* What came of an attempt, before it is written down. */
typedef struct {
    OutboxState state;
    const char *reason; /* static */
    GPtrArray *results; /* RecipientResults, or NULL: nobody was judged */
    gboolean filed;
} Outcome;

static Json *
recipient_json(const char *address, const RecipientResult *result)
{
    Json *json = json_object_new();
    json_set_text(json, "address", address);
    json_set_bool(json, "accepted", result != NULL && result->accepted);
    json_set_text(json, "reason", result != NULL ? result->reason : NULL);
    return json;
}

static char *
outcome_json(const Letter *letter, const Outcome *outcome)
{
    g_autoptr(Json) json = json_object_new();
    Json *recipients = json_array_new();
    for (guint i = 0; letter->recipients[i] != NULL; i++) {
        const RecipientResult *result =
            outcome->results != NULL && i < outcome->results->len
                ? g_ptr_array_index(outcome->results, i)
                : NULL;
        json_append(recipients,
                    recipient_json(letter->recipients[i], result));
    }
    json_set_text(json, "message_id", letter->message_id);
    /* Sealed with the rest, for a day; an encrypted message has none here. */
    json_set_text(json, "subject", letter->subject);
    json_set_text(json, "state", delivery_state_name(outcome->state));
    json_set_text(json, "reason", outcome->reason);
    json_set(json, "recipients", recipients);
    json_set_text(json, "protection", letter_protection(letter));
    json_set_bool(json, "filed", outcome->filed);
    return json_write(json);
}

/* The state that follows from an attempt that did not succeed: nothing was
 * sent unless the code says that it may have been, and what can be mended
 * without the sender waits. */
static OutboxState
state_after(AppError code)
{
    static const AppError hopeless[] = {
        APP_ERROR_REFUSED,   APP_ERROR_TOO_LARGE, APP_ERROR_INPUT,
        APP_ERROR_NOT_FOUND, APP_ERROR_INTERNAL,  APP_ERROR_MALFORMED,
    };
    if (code == APP_ERROR_UNKNOWN_OUTCOME)
        return OUTBOX_UNKNOWN;
    for (gsize i = 0; i < G_N_ELEMENTS(hopeless); i++) {
        if (code == hopeless[i])
            return OUTBOX_FAILED;
    }
    return OUTBOX_WAITING;
}

static GPtrArray *
submit_from_spool(const World *world, const OutboxItem *item,
                  const Letter *letter, GPtrArray **refused, GError **error)
{
    g_autoptr(LetterSource) source =
        letter_source_new(world->db, item->spool, letter, error);
    if (source == NULL)
        return NULL;
    const Submission what = {
        .login = world->session->login,
        .password = world->session->password,
        .from = letter->from,
        .recipients = (const char *const *)letter->recipients,
        .size = letter_source_size(source),
        .source = letter_source_read,
        .user = source,
    };
    return submission_send(&world->config->submission, &what, refused, error);
}

static void
submit(const World *world, const OutboxItem *item, const Letter *letter,
       Outcome *outcome)
{
    g_autoptr(GError) why = NULL;
    GPtrArray *refused = NULL;
    outcome->results = submit_from_spool(world, item, letter, &refused, &why);
    if (outcome->results != NULL) {
        outcome->state = OUTBOX_SENT;
        return;
    }
    log_error("submission", why);
    outcome->state = state_after(app_error_code(why));
    outcome->reason = app_error_name(app_error_code(why));
    outcome->results = refused;
}

static gboolean
write_down(const World *world, gint64 id, const Outcome *outcome,
           const char *result, GError **error)
{
    return outbox_set(world->db, world->server_key, id, outcome->state,
                      outcome->reason, result, world->now, error);
}

/* Each copy that the mail server took, by what protects it. */
static gboolean
count_sent(const World *world, const Letter *letter, GError **error)
{
    const char *protection = letter_protection(letter);
    gboolean encrypted = g_strcmp0(protection, "sign+encrypt") == 0;
    gboolean is_signed = encrypted || g_strcmp0(protection, "sign") == 0;
    return tally_add(world->db, "sent", world->now, error) &&
           (!is_signed ||
            tally_add(world->db, "sent-signed", world->now, error)) &&
           (!encrypted ||
            tally_add(world->db, "sent-encrypted", world->now, error));
}

static void
count_failure(const World *world, const char *reason)
{
    g_autoptr(GError) why = NULL;
    if (reason != NULL &&
        !tally_add_code(world->db, "failure-", reason, world->now, &why))
        log_error("tally", why);
}

/* The last step: the copy's place is known and the content is wiped, its key
 * first and at once. */
static gboolean
finish(const World *world, const OutboxItem *item, const Letter *letter,
       const Outcome *outcome, const char *result, GError **error)
{
    if (!db_begin(world->db, error))
        return FALSE;
    if (outbox_filed(world->db, item->id, error) &&
        write_down(world, item->id, outcome, result, error) &&
        count_sent(world, letter, error) && db_commit(world->db, error))
        return spool_wipe(world->db, item->spool, error);
    db_rollback(world->db);
    return FALSE;
}

/* A copy that could not be filed is no failed message: said, not raised. */
static char *
file_copy(const World *world, const OutboxItem *item, const Letter *letter,
          Outcome *outcome)
{
    g_autoptr(GError) why = NULL;
    outcome->filed =
        item->filed || filing_append(world, item->spool, letter, &why);
    if (!outcome->filed)
        log_error("file-in-sent", why);
    g_clear_error(&why);

    char *result = outcome_json(letter, outcome);
    /* The message is sent: what fails from here on is mended by the sweep. */
    if (!finish(world, item, letter, outcome, result, &why))
        log_error("outbox-wipe", why);
    return result;
}

static char *
attempt(const World *world, const OutboxItem *item, const Letter *letter)
{
    Outcome outcome = {0};
    submit(world, item, letter, &outcome);
    g_autofree char *result = outcome_json(letter, &outcome);
    g_autoptr(GError) why = NULL;
    gboolean written = write_down(world, item->id, &outcome, result, &why);
    if (!written)
        log_error("outbox-state", why);
    if (written && outcome.state == OUTBOX_SENT) {
        g_free(result);
        result = file_copy(world, item, letter, &outcome);
    }
    count_failure(world, outcome.reason);
    log_event("outgoing", "message", letter->message_id, "state",
              delivery_state_name(outcome.state), "reason", outcome.reason,
              NULL);
    g_clear_pointer(&outcome.results, g_ptr_array_unref);
    return g_steal_pointer(&result);
}

char *
delivery_run(const World *world, gint64 id, GError **error)
{
    g_autoptr(OutboxItem) item = outbox_load(world->db, world->server_key,
                                             world->account->id, id, error);
    if (item == NULL)
        return NULL;
    g_autoptr(Letter) letter = letter_read(item->content, error);
    if (letter == NULL)
        return NULL;

    /* On the disk before the first byte leaves: a worker that dies from here
     * on leaves SENDING behind, which becomes UNKNOWN, never a second copy.
     */
    if (!outbox_claim(world->db, id, world->now, error))
        return NULL;
    return attempt(world, item, letter);
}

char *
delivery_result(const OutboxItem *item, GError **error)
{
    const Outcome outcome = {item->state, item->reason, NULL, item->filed};
    /* A stored result says what is true unless a sweep or a claim came after
     * it; the state in the row is always the later word. */
    if (item->result != NULL && item->state != OUTBOX_SENDING &&
        item->state != OUTBOX_UNKNOWN)
        return g_strdup(item->result);
    g_autoptr(Letter) letter = letter_read(item->content, error);
    if (letter == NULL)
        return NULL;
    return outcome_json(letter, &outcome);
}
