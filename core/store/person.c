#include "core/store/person.h"

typedef enum { TEXT, NUMBER, TIME, YES, BYTES } Kind;

typedef struct {
    const char *name;
    Kind kind;
} Field;

#define FIELDS_MAX 14

/* What one table says: its columns in the order of the statement. */
typedef struct {
    const char *name, *table, *sql;
    Field fields[FIELDS_MAX + 1];
} Section;

static const char account_sql[] =
    "SELECT login, address, name, language, option, enabled, preference,"
    " last_choice, warned, role, suspended, seen, created, mode"
    " FROM account WHERE id = $1";
static const char scope_sql[] =
    "SELECT domain FROM account_scope WHERE account = $1 ORDER BY domain";
static const char groups_sql[] =
    "SELECT g.name FROM account_group_member m"
    " JOIN account_group g ON g.id = m.account_group"
    " WHERE m.account = $1 ORDER BY g.name";
static const char policy_sql[] =
    "SELECT line, value, changed FROM policy WHERE account = $1"
    " ORDER BY line";
static const char sessions_sql[] =
    "SELECT created, seen FROM session WHERE account = $1 ORDER BY id";
static const char own_sql[] =
    "SELECT kid, created, der, chain FROM own_cert WHERE account = $1"
    " ORDER BY created, kid";
static const char disabled_sql[] =
    "SELECT key, reason, created FROM disabled_key WHERE account = $1"
    " ORDER BY created";
static const char requests_sql[] =
    "SELECT id, algorithm, key, renews, state, reason, kid, decided_by,"
    " decided, created, csr FROM cert_request WHERE account = $1"
    " ORDER BY created";
static const char issued_sql[] =
    "SELECT serial, kid, address, algorithm, not_after, revoked, created, der"
    " FROM issued WHERE account = $1 ORDER BY created";
static const char contacts_sql[] =
    "SELECT name, address, book, pinned, created FROM contact"
    " WHERE account = $1 ORDER BY place, id";
static const char contact_certs_sql[] =
    "SELECT c.address, k.kid, k.standing, k.source, k.created,"
    " k.capabilities_at, k.der, k.chain FROM contact c"
    " JOIN contact_cert k ON k.contact = c.id"
    " WHERE c.account = $1 ORDER BY c.place, c.id, k.created";
static const char given_sql[] =
    "SELECT c.address, g.key, g.told FROM contact c"
    " JOIN given_key g ON g.contact = c.id"
    " WHERE c.account = $1 ORDER BY c.place, c.id, g.key";
static const char verdicts_sql[] =
    "SELECT code, COUNT(*), MIN(changed), MAX(changed) FROM seen_verdict"
    " WHERE account = $1 GROUP BY code ORDER BY code";
static const char envelopes_sql[] =
    "SELECT COUNT(*), MIN(created), MAX(created) FROM envelope_seen"
    " WHERE account = $1 HAVING COUNT(*) > 0";
static const char outbox_sql[] =
    "SELECT message_id, CASE state WHEN 0 THEN 'waiting' WHEN 1 THEN"
    " 'sending' WHEN 2 THEN 'sent' WHEN 3 THEN 'unknown' ELSE 'failed' END,"
    " reason, filed, created, changed FROM outbox WHERE account = $1"
    " ORDER BY id";
static const char keyreq_sql[] =
    "SELECT CASE kind WHEN 0 THEN 'sign' ELSE 'open' END, expires FROM keyreq"
    " WHERE account = $1 ORDER BY expires";
static const char notices_sql[] =
    "SELECT code, detail, actor, created FROM notice WHERE account = $1"
    " ORDER BY id";
static const char support_sql[] =
    "SELECT code, error, route, kid, created FROM support_code"
    " WHERE account = $1 ORDER BY created";
static const char audit_sql[] =
    "SELECT id, created, actor, source, subject, act, before, after"
    " FROM audit WHERE account = $1"
    " OR actor = (SELECT login FROM account WHERE id = $1)"
    " OR lower(subject) = (SELECT login FROM account WHERE id = $1)"
    " ORDER BY id";
/* A spool hangs on what owns it, and not the other way round. */
static const char delete_spools_sql[] =
    "DELETE FROM spool WHERE id IN"
    " (SELECT spool FROM outbox WHERE account = $1"
    " UNION SELECT spool FROM keyreq WHERE account = $1)";
static const char gone_sql[] =
    "UPDATE account_gone SET id = MAX(id, $1) WHERE one = 1";
static const char delete_sql[] = "DELETE FROM account WHERE id = $1";

/* "name" of the member, table, statement, and what each column is. */
static const Section sections[] = {
    {"account",
     "account",
     account_sql,
     {{"login", TEXT},
      {"address", TEXT},
      {"name", TEXT},
      {"language", TEXT},
      {"secure_mail_option", TEXT},
      {"secure_mail_on", YES},
      {"preference", TEXT},
      {"last_protection_sent", TEXT},
      {"warnings_accepted_at", TIME},
      {"role", TEXT},
      {"suspended", YES},
      {"last_sign_in_at", TIME},
      {"known_since", TIME},
      {"mode", TEXT}}},
    {"domains_acted_on", "account_scope", scope_sql, {{"domain", TEXT}}},
    {"groups", "account_group_member", groups_sql, {{"group", TEXT}}},
    {"policy_lines",
     "policy",
     policy_sql,
     {{"line", TEXT}, {"value", TEXT}, {"changed_at", TIME}}},
    {"sessions",
     "session",
     sessions_sql,
     {{"signed_in_at", TIME}, {"last_seen_at", TIME}}},
    {"own_certificates",
     "own_cert",
     own_sql,
     {{"fingerprint", TEXT},
      {"kept_since", TIME},
      {"certificate", BYTES},
      {"chain", BYTES}}},
    {"keys_that_sign_no_more",
     "disabled_key",
     disabled_sql,
     {{"public_key_hash", TEXT}, {"reason", TEXT}, {"since", TIME}}},
    {"certificate_requests",
     "cert_request",
     requests_sql,
     {{"id", TEXT},
      {"algorithm", TEXT},
      {"public_key_hash", TEXT},
      {"renews", TEXT},
      {"state", TEXT},
      {"reason", TEXT},
      {"certificate_fingerprint", TEXT},
      {"decided_by", TEXT},
      {"decided_at", TIME},
      {"asked_at", TIME},
      {"request", BYTES}}},
    {"certificates_issued",
     "issued",
     issued_sql,
     {{"serial", TEXT},
      {"fingerprint", TEXT},
      {"address", TEXT},
      {"algorithm", TEXT},
      {"ends_at", TIME},
      {"revoked_at", TIME},
      {"issued_at", TIME},
      {"certificate", BYTES}}},
    {"contacts",
     "contact",
     contacts_sql,
     {{"name", TEXT},
      {"address", TEXT},
      {"book", TEXT},
      {"chosen_certificate", TEXT},
      {"kept_since", TIME}}},
    {"certificates_of_contacts",
     "contact_cert",
     contact_certs_sql,
     {{"contact", TEXT},
      {"fingerprint", TEXT},
      {"standing", TEXT},
      {"source", TEXT},
      {"kept_since", TIME},
      {"capabilities_stated_at", TIME},
      {"certificate", BYTES},
      {"chain", BYTES}}},
    {"own_keys_known_to_contacts",
     "given_key",
     given_sql,
     {{"contact", TEXT}, {"public_key_hash", TEXT}, {"told_of_theft", YES}}},
    {"verdicts_of_messages_read",
     "seen_verdict",
     verdicts_sql,
     {{"verdict", TEXT},
      {"messages", NUMBER},
      {"first_at", TIME},
      {"last_at", TIME}}},
    {"hashes_of_encrypted_messages_read",
     "envelope_seen",
     envelopes_sql,
     {{"messages", NUMBER}, {"first_at", TIME}, {"last_at", TIME}}},
    {"outbox",
     "outbox",
     outbox_sql,
     {{"message_id", TEXT},
      {"state", TEXT},
      {"reason", TEXT},
      {"copy_filed", YES},
      {"written_at", TIME},
      {"changed_at", TIME}}},
    {"requests_to_your_key",
     "keyreq",
     keyreq_sql,
     {{"kind", TEXT}, {"expires_at", TIME}}},
    {"notices",
     "notice",
     notices_sql,
     {{"code", TEXT}, {"detail", TEXT}, {"by", TEXT}, {"at", TIME}}},
    {"support_codes",
     "support_code",
     support_sql,
     {{"code", TEXT},
      {"error", TEXT},
      {"page", TEXT},
      {"certificate_fingerprint", TEXT},
      {"at", TIME}}},
    {"acts",
     "audit",
     audit_sql,
     {{"row", NUMBER},
      {"at", TIME},
      {"by", TEXT},
      {"from", TEXT},
      {"on", TEXT},
      {"act", TEXT},
      {"before", TEXT},
      {"after", TEXT}}},
};

/* Words to search by, made of names and addresses that are given out. */
static const char *const left_out[] = {"account_word", "contact_word", NULL};
static const char *const kept[] = {"audit", "issued", NULL};

const char *
person_table(gsize index)
{
    return index < G_N_ELEMENTS(sections) ? sections[index].table : NULL;
}

const char *const *
person_tables_left_out(void)
{
    return left_out;
}

const char *const *
person_tables_kept(void)
{
    return kept;
}

/* A column without a value is null, whatever it is of. */
static void
set_field(Json *json, const Field *field, Stmt *st, int column)
{
    if (stmt_is_null(st, column)) {
        json_set_text(json, field->name, NULL);
        return;
    }
    switch (field->kind) {
    case TEXT:
        json_set_text(json, field->name, stmt_text(st, column));
        return;
    case NUMBER:
        json_set_int(json, field->name, stmt_int(st, column));
        return;
    case YES:
        json_set_bool(json, field->name, stmt_int(st, column) != 0);
        return;
    case TIME:
        json_set_time(json, field->name, stmt_int(st, column));
        return;
    case BYTES: {
        g_autoptr(GBytes) bytes = stmt_bytes(st, column);
        json_set_bytes(json, field->name, bytes);
        return;
    }
    }
    g_assert_not_reached();
}

static Json *
row_json(const Section *section, Stmt *st)
{
    Json *json = json_object_new();
    for (int i = 0; section->fields[i].name != NULL; i++)
        set_field(json, &section->fields[i], st, i);
    return json;
}

static Json *
section_json(Db *db, const Section *section, gint64 account, GError **error)
{
    const char *sql = section->sql;
    g_autoptr(Stmt) st = db_prepare(db, sql, error);
    if (st == NULL)
        return NULL;
    stmt_bind_int(st, 1, account);
    g_autoptr(Json) rows = json_array_new();
    gboolean row = FALSE;
    while (stmt_step(st, &row, error)) {
        if (!row)
            return g_steal_pointer(&rows);
        json_append(rows, row_json(section, st));
    }
    return NULL;
}

gboolean
person_export(Db *db, gint64 account, Json *out, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(sections); i++) {
        Json *rows = section_json(db, &sections[i], account, error);
        if (rows == NULL)
            return FALSE;
        json_set(out, sections[i].name, rows);
    }
    return TRUE;
}

static gboolean
run(Db *db, const char *sql, gint64 account, GError **error)
{
    g_autoptr(Stmt) st = db_prepare(db, sql, error);
    if (st == NULL)
        return FALSE;
    stmt_bind_int(st, 1, account);
    return stmt_run(st, error);
}

gboolean
person_delete(Db *db, gint64 account, GError **error)
{
    return run(db, delete_spools_sql, account, error) &&
           run(db, gone_sql, account, error) &&
           run(db, delete_sql, account, error);
}
