#include "core/admin/metrics.h"

#include <string.h>

#include "core/store/cert_request.h"
#include "core/store/figures.h"
#include "core/store/tally.h"

#define DAY (24 * 3600)

/* A family begins with what it is; then come its values. */
static void
family(GString *out, const char *name, const char *type, const char *help)
{
    g_string_append_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help,
                           name, type);
}

/* label NULL: a family of one value. */
static void
value(GString *out, const char *name, const char *label, const char *code,
      gint64 number)
{
    g_string_append(out, name);
    if (label != NULL) {
        g_string_append_printf(out, "{%s=\"", label);
        for (; *code != '\0'; code++)
            if (g_ascii_isalnum(*code) || strchr("-_.+", *code) != NULL)
                g_string_append_c(out, *code);
        g_string_append(out, "\"}");
    }
    g_string_append_printf(out, " %" G_GINT64_FORMAT "\n", number);
}

/* All tallies of a beginning, the rest of the name being the label. */
static void
family_of(GString *out, const GPtrArray *tallies, const char *head,
          const char *name, const char *label, const char *help)
{
    family(out, name, "counter", help);
    for (guint i = 0; i < tallies->len; i++) {
        const Tally *tally = g_ptr_array_index(tallies, i);
        if (g_str_has_prefix(tally->name, head))
            value(out, name, label, tally->name + strlen(head), tally->count);
    }
}

static void
write_counters(GString *out, const GPtrArray *tallies)
{
    static const char sent[] = "sceau_messages_sent_total";
    gint64 all = tally_of(tallies, "sent");
    gint64 is_signed = tally_of(tallies, "sent-signed");
    gint64 encrypted = tally_of(tallies, "sent-encrypted");
    family(out, sent, "counter", "Messages that the mail server took.");
    value(out, sent, "protection", "none", all - is_signed);
    value(out, sent, "protection", "sign", is_signed - encrypted);
    value(out, sent, "protection", "sign+encrypt", encrypted);

    static const char sign_ins[] = "sceau_sign_ins_total";
    family(out, sign_ins, "counter", "Sign-ins, by how they ended.");
    value(out, sign_ins, "result", "ok", tally_of(tallies, "sign-in"));
    value(out, sign_ins, "result", "refused",
          tally_of(tallies, "sign-in-refused"));

    family_of(out, tallies, "verdict-", "sceau_verdicts_total", "verdict",
              "Signed messages read for the first time, by verdict.");
    family_of(out, tallies, "failure-", "sceau_failures_total", "cause",
              "Failures of pages and of sending, by cause.");
}

static gboolean
write_people(GString *out, Db *db, gint64 now, GError **error)
{
    FigureAccounts accounts = {0};
    gint64 ending = 0, waiting = 0, sessions = 0;
    if (!figures_accounts(db, 0, &accounts, error) ||
        !figures_ending(db, 0, now, now + 30 * DAY, &ending, error) ||
        !cert_request_count(db, REQUEST_WAITING, 0, &waiting, error) ||
        !figures_sessions(db, &sessions, error))
        return FALSE;
    static const char name[] = "sceau_accounts";
    family(out, name, "gauge", "Accounts, by the option of secure mail.");
    value(out, name, "option", "forbidden", accounts.forbidden);
    value(out, name, "option", "off", accounts.off);
    value(out, name, "option", "on", accounts.on);
    family(out, "sceau_certificates_ending", "gauge",
           "Accounts whose last certificate ends within 30 days.");
    value(out, "sceau_certificates_ending", NULL, NULL, ending);
    family(out, "sceau_certificate_requests_waiting", "gauge",
           "Requests that wait for an administrator.");
    value(out, "sceau_certificate_requests_waiting", NULL, NULL, waiting);
    family(out, "sceau_sessions", "gauge", "Web sessions that are open.");
    value(out, "sceau_sessions", NULL, NULL, sessions);
    return TRUE;
}

static gboolean
write_state(GString *out, Db *db, GError **error)
{
    static const char *const states[] = {"waiting", "sending", "sent",
                                         "unknown", "failed"};
    gint64 counts[G_N_ELEMENTS(states)] = {0}, rows = 0;
    if (!figures_outbox(db, counts, error) ||
        !figures_audit_rows(db, &rows, error))
        return FALSE;
    static const char name[] = "sceau_outbox_messages";
    family(out, name, "gauge", "Messages in the outbox, by state.");
    for (gsize i = 0; i < G_N_ELEMENTS(states); i++)
        value(out, name, "state", states[i], counts[i]);
    family(out, "sceau_audit_rows_total", "counter", "Rows of the journal.");
    value(out, "sceau_audit_rows_total", NULL, NULL, rows);
    return TRUE;
}

char *
metrics_text(Db *db, gint64 now, GError **error)
{
    g_autoptr(GPtrArray) tallies = tally_since(db, "", 0, error);
    if (tallies == NULL)
        return NULL;
    g_autoptr(GString) out = g_string_new(NULL);
    family(out, "sceau_info", "gauge", "The version that answers.");
    value(out, "sceau_info", "version", SCEAU_VERSION, 1);
    write_counters(out, tallies);
    if (!write_people(out, db, now, error) || !write_state(out, db, error))
        return NULL;
    return g_string_free(g_steal_pointer(&out), FALSE);
}
