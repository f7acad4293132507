#include "core/admin/rights.h"

#include "core/base/error.h"
#include "core/store/outbox.h"
#include "core/store/person.h"

#define N_(text) text

static const RightsNote stays[] = {
    {"acts", N_("Acts on this account, in the journal"),
     N_("Each row of the journal vouches for the one before: one that could "
        "be removed would let anybody hide what they did. They hold the "
        "address, codes and dates, no content.")},
    {"issued", N_("Certificates that the local authority issued"),
     N_("Their serial numbers must be known for as long as somebody may ask "
        "whether they were revoked.")},
    {"log", N_("Lines of the system’s log"),
     N_("They are kept for the time that the administrator has set, to find "
        "abuse and faults.")},
    {NULL, NULL, NULL},
};

static const RightsNote elsewhere[] = {
    {"mail", N_("The mail itself"),
     N_("It lies on the mail server, in its folders; it is neither copied "
        "nor "
        "deleted here.")},
    {"keys", N_("Private keys"),
     N_("They are in the browsers where they were imported or made, never on "
        "this server. Remove them there under Keys and certificates, in each "
        "browser, or by deleting the site’s data in its settings.")},
    {"password", N_("The mail password"),
     N_("It is kept only while somebody is signed in, sealed under a key "
        "that only the browser holds.")},
    {"outbox", N_("Content of messages on their way"),
     N_("It is sealed until it is sent and then wiped; the copy is in the "
        "folder of sent mail.")},
    {"others", N_("Address books of other people"),
     N_("What they keep about their correspondents is theirs.")},
    {NULL, NULL, NULL},
};

const RightsNote *
rights_stays(void)
{
    return stays;
}

const RightsNote *
rights_elsewhere(void)
{
    return elsewhere;
}

Account *
rights_account(const Office *office, gint64 id, GError **error)
{
    if (office->who != NULL && office->who->id == id)
        return account_load(office->db, id, error);
    return office_account(office, ROLE_ADMINISTRATOR, id, error);
}

const char **
rights_obstacles(const Office *office, const Account *account, GError **error)
{
    gint64 unsent = outbox_count_unsent(office->db, account->id, error);
    if (unsent < 0)
        return NULL;
    const char **codes = g_new0(const char *, 4);
    gsize n = 0;
    if (unsent > 0)
        codes[n++] = "outbox";
    if (account->role != ROLE_STAFF)
        codes[n++] = "role";
    if (account->suspended)
        codes[n++] = "suspended";
    return codes;
}

static Json *
notes_json(const RightsNote *note, RightsSay say, gconstpointer user)
{
    Json *list = json_array_new();
    for (; note->code != NULL; note++) {
        Json *json = json_object_new();
        json_set_text(json, "what",
                      say != NULL ? say(user, note->what) : note->what);
        json_set_text(json, "why",
                      say != NULL ? say(user, note->why) : note->why);
        json_append(list, json);
    }
    return list;
}

static gboolean
gather(const Office *office, const Account *account, Json *json,
       GError **error)
{
    json_set_int(json, "version", 1);
    json_set_text(json, "about", account->address);
    json_set_time(json, "made_at", office->now);
    return person_export(office->db, account->id, json, error);
}

char *
rights_export(const Office *office, gint64 id, RightsSay say,
              gconstpointer user, GError **error)
{
    g_autoptr(Account) account = rights_account(office, id, error);
    if (account == NULL || !db_begin(office->db, error))
        return NULL;
    g_autoptr(Json) json = json_object_new();
    /* Noted first, so that the file has this too. */
    if (office_note(office, account, NULL, "person-export", NULL, NULL,
                    error) &&
        gather(office, account, json, error) &&
        db_commit(office->db, error)) {
        json_set(json, "not_in_this_file", notes_json(elsewhere, say, user));
        json_set(json, "stays_after_deletion", notes_json(stays, say, user));
        return json_write_lines(json);
    }
    db_rollback(office->db);
    return NULL;
}

static gboolean
is_free(const Office *office, const Account *account, GError **error)
{
    g_autofree const char **codes = rights_obstacles(office, account, error);
    if (codes == NULL)
        return FALSE;
    if (codes[0] == NULL)
        return TRUE;
    static const struct {
        const char *code, *what;
    } words[] = {
        {"outbox", "messages wait in the outbox: send or discard them first"},
        {"role", "it has a role: make it staff first"},
        {"suspended", "it is suspended, and a deletion would lift that"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        if (g_str_equal(words[i].code, codes[0]))
            g_set_error(error, APP_ERROR, APP_ERROR_CONFLICT, "person: %s",
                        words[i].what);
    return FALSE;
}

gboolean
rights_delete(const Office *office, gint64 id, const char *typed,
              GError **error)
{
    g_autoptr(Account) account = rights_account(office, id, error);
    if (account == NULL)
        return FALSE;
    if (typed == NULL || g_ascii_strcasecmp(typed, account->address) != 0) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                            "person: the address was not typed");
        return FALSE;
    }
    if (!db_begin(office->db, error))
        return FALSE;
    if (is_free(office, account, error) &&
        person_delete(office->db, account->id, error) &&
        office_note(office, account, NULL, "person-delete", NULL, NULL,
                    error) &&
        db_commit(office->db, error)) {
        db_settle(office->db);
        return TRUE;
    }
    db_rollback(office->db);
    return FALSE;
}
