/* sceauctl account: accounts as the pages of administration have them. */
#include <stdio.h>
#include <string.h>

#include "core/admin/accounts.h"
#include "core/base/error.h"
#include "core/base/json.h"
#include "core/store/account_search.h"
#include "deploy/sceauctl_office.h"
#include "deploy/sceauctl_words.h"

#define PAGE 500

/* Whether the option is offered, and whether the person ticked it. */
static const char *
secure_mail(const Account *account)
{
    if (!account->allowed)
        return "not allowed";
    return account->enabled ? "allowed, on" : "allowed, off";
}

static void
print_account(const Account *account, gpointer user)
{
    (void)user;
    printf("%s\t%s\t%s\n", account->address, secure_mail(account),
           account->name != NULL ? account->name : "");
}

static Json *
account_json(const Account *account)
{
    Json *json = json_object_new();
    json_set_text(json, "address", account->address);
    json_set_text(json, "name", account->name);
    json_set_text(json, "option", account->option);
    json_set_bool(json, "enabled", account->enabled);
    json_set_text(json, "role", role_name(account->role));
    json_set_bool(json, "suspended", account->suspended);
    verb_set_moment(json, "last_sign_in", account->seen);
    return json;
}

static void
append_account(const Account *account, gpointer user)
{
    json_append(user, account_json(account));
}

/* All that fit, page by page. */
static gboolean
each(const Verb *verb, AccountQuery *query,
     void (*take)(const Account *account, gpointer user), gpointer user,
     GError **error)
{
    g_autofree char *after = NULL;
    query->limit = PAGE;
    do {
        query->after = after;
        g_autoptr(AccountPage) page =
            account_search(verb->office->db, query, error);
        if (page == NULL)
            return FALSE;
        for (guint i = 0; i < page->accounts->len; i++)
            take(g_ptr_array_index(page->accounts, i), user);
        g_free(after);
        after = g_steal_pointer(&page->next);
    } while (after != NULL);
    return TRUE;
}

static gboolean
list(const Verb *verb, GError **error)
{
    AccountQuery query = {
        .words = verb_option(verb, "search"),
        .option = verb_option(verb, "option"),
        .role = verb_option(verb, "role"),
        .domain = verb_option(verb, "domain"),
        .suspended = verb_option(verb, "suspended") != NULL,
    };
    if (!verb->json)
        return each(verb, &query, print_account, NULL, error);
    g_autoptr(Json) all = json_array_new();
    return each(verb, &query, append_account, all, error) &&
           verb_print(all, error);
}

static gboolean
show(const Verb *verb, GError **error)
{
    const Office *office = verb->office;
    g_autoptr(Account) account =
        office_find(office, ROLE_ADMINISTRATOR, verb->words[0], error);
    g_autofree char *own =
        account != NULL ? accounts_own_option(office, account, error) : NULL;
    g_auto(GStrv) scope =
        own != NULL ? account_scope(office->db, account->id, error) : NULL;
    if (scope == NULL)
        return FALSE;
    g_autoptr(Json) json = account_json(account);
    json_set_text(json, "own_option", own);
    json_set(json, "domains", verb_texts(scope));
    if (verb->json)
        return verb_print(json, error);
    g_autofree char *domains = g_strjoinv(" ", scope);
    printf("address\t%s\nname\t%s\noption\t%s (its own line: %s)\n"
           "secure mail\t%s\nrole\t%s%s%s\nsuspended\t%s\n",
           account->address, account->name != NULL ? account->name : "",
           account->option, own, secure_mail(account),
           role_name(account->role), *domains != '\0' ? " of " : "", domains,
           account->suspended ? "yes" : "no");
    return TRUE;
}

static gboolean
set_option(const Verb *verb, const char *option, GError **error)
{
    const Office *office = verb->office;
    const char *address = verb->words[0];
    gboolean make = strcmp(option, "forbidden") != 0;
    g_autoptr(Account) account =
        make ? accounts_ensure(office, address, error)
             : office_find(office, ROLE_ADMINISTRATOR, address, error);
    return account != NULL &&
           accounts_set_option(office, account, option, error) &&
           (verb_option(verb, "on") == NULL ||
            account_set_enabled(office->db, account->id, TRUE, error));
}

static gboolean
allow(const Verb *verb, GError **error)
{
    return set_option(verb, "allowed", error);
}

static gboolean
deny(const Verb *verb, GError **error)
{
    return account_check_address(verb->words[0], error) &&
           set_option(verb, "forbidden", error);
}

static gboolean
rename_account(const Verb *verb, GError **error)
{
    const Office *office = verb->office;
    const char *name = verb->words[1];
    g_autoptr(Account) account =
        office_find(office, ROLE_ADMINISTRATOR, verb->words[0], error);
    if (account == NULL)
        return FALSE;
    if (!g_utf8_validate(name, -1, NULL)) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                            "name is not UTF-8");
        return FALSE;
    }
    return account_set_name(office->db, account->id, name, error) &&
           office_note(office, account, NULL, "account-name", account->name,
                       name, error);
}

static gboolean
set_role(const Verb *verb, GError **error)
{
    Role role = ROLE_STAFF;
    if (!role_from_name(verb->words[1], &role, error))
        return FALSE;
    g_autofree char *typed = verb_option_all(verb, "domain");
    g_auto(GStrv) domains = accounts_domains(typed, error);
    g_autoptr(Account) account =
        domains != NULL ? accounts_ensure(verb->office, verb->words[0], error)
                        : NULL;
    return account != NULL &&
           accounts_set_role(verb->office, account, role,
                             (const char *const *)domains, error);
}

static gboolean
set_suspended(const Verb *verb, gboolean suspended, GError **error)
{
    g_autoptr(Account) account =
        office_find(verb->office, ROLE_ADMINISTRATOR, verb->words[0], error);
    return account != NULL &&
           accounts_set_suspended(verb->office, account, suspended, error);
}

static gboolean
suspend(const Verb *verb, GError **error)
{
    return set_suspended(verb, TRUE, error);
}

static gboolean
resume(const Verb *verb, GError **error)
{
    return set_suspended(verb, FALSE, error);
}

int
sceauctl_account(const SceauctlContext *context, int argc, char **argv)
{
    static const VerbRow rows[] = {
        {"list", 0, 0, "search= option= role= domain= suspended", list, 0},
        {"show", 1, 1, "", show, 0},
        {"allow", 1, 1, "on", allow, VERB_CHANGES},
        {"deny", 1, 1, "", deny, VERB_CHANGES},
        {"name", 2, 2, "", rename_account, VERB_CHANGES},
        {"role", 2, 2, "domain=", set_role, VERB_CHANGES},
        {"suspend", 1, 1, "", suspend, VERB_CHANGES},
        {"resume", 1, 1, "", resume, VERB_CHANGES},
        {"import", 1, 1, "apply-good", sceauctl_account_import, 0},
        {NULL, 0, 0, NULL, NULL, 0},
    };
    return verb_run(context, rows, argc, argv);
}
