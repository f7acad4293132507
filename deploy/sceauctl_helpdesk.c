/* sceauctl helpdesk: a person found and seen as far as helpdesk may, support
 * codes, and the acts that get somebody going again. */
#include <stdio.h>
#include <string.h>

#include "core/admin/helpdesk.h"
#include "core/admin/theft.h"
#include "core/base/error.h"
#include "deploy/sceauctl_words.h"

static const char *
option_of(const Account *account)
{
    if (!account->allowed)
        return "forbidden";
    return account->enabled ? "on" : "off";
}

static Json *
person_json(const Account *account)
{
    Json *json = json_object_new();
    json_set_text(json, "address", account->address);
    json_set_text(json, "name", account->name);
    json_set_text(json, "role", role_name(account->role));
    json_set_text(json, "option", option_of(account));
    json_set_text(json, "preference", account->preference);
    json_set_bool(json, "suspended", account->suspended);
    return json;
}

static void
print_person(const Account *account)
{
    printf("%s\t%s\t%s\t%s%s\t%s\n", account->address,
           role_name(account->role), option_of(account), account->preference,
           account->suspended ? ", suspended" : "",
           account->name != NULL ? account->name : "");
}

static gboolean
find(const Verb *verb, GError **error)
{
    g_autoptr(GPtrArray) found =
        helpdesk_find(verb->office, verb->words[0], error);
    if (found == NULL)
        return FALSE;
    g_autoptr(Json) list = json_array_new();
    for (guint i = 0; i < found->len; i++) {
        if (verb->json)
            json_append(list, person_json(g_ptr_array_index(found, i)));
        else
            print_person(g_ptr_array_index(found, i));
    }
    return !verb->json || verb_print(list, error);
}

static Account *
account_of(const Verb *verb, GError **error)
{
    return office_find(verb->office, ROLE_HELPDESK, verb->words[0], error);
}

static Json *
certificate_json(const HelpdeskCertificate *certificate)
{
    Json *json = json_object_new();
    json_set_text(json, "kid", certificate->kid);
    json_set_time(json, "not_before", certificate->not_before);
    json_set_time(json, "not_after", certificate->not_after);
    json_set(json, "problems", verb_texts(certificate->problems));
    verb_set_moment(json, "stolen", certificate->stolen);
    return json;
}

/* Of the certificate it is about only that there is one. */
static Json *
code_json(const SupportCode *code)
{
    Json *json = json_object_new();
    json_set_text(json, "code", code->code);
    json_set_text(json, "error", code->error);
    json_set_text(json, "route", code->route);
    json_set_time(json, "at", code->created);
    json_set_bool(json, "certificate", code->kid != NULL);
    return json;
}

static char *
date_of(gint64 time)
{
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(time);
    return g_date_time_format(date, "%Y-%m-%dT%H:%M:%SZ");
}

static void
print_code(const SupportCode *code, const Account *account)
{
    g_autofree char *when = date_of(code->created);
    printf(
        "%s\t%s\t%s\t%s\t%s%s%s\n", code->code, when, code->error,
        code->route, code->kid != NULL ? "about a stored certificate" : "-",
        account != NULL ? "\t" : "", account != NULL ? account->address : "");
}

static gboolean
print_view_json(const HelpdeskView *view, GError **error)
{
    g_autoptr(Json) json = person_json(view->account);
    Json *certificates = json_array_new();
    for (guint i = 0; i < view->certificates->len; i++)
        json_append(certificates, certificate_json(g_ptr_array_index(
                                      view->certificates, i)));
    Json *codes = json_array_new();
    for (guint i = 0; i < view->codes->len; i++)
        json_append(codes, code_json(g_ptr_array_index(view->codes, i)));
    json_set(json, "certificates", certificates);
    json_set(json, "codes", codes);
    return verb_print(json, error);
}

static void
print_view(const HelpdeskView *view)
{
    print_person(view->account);
    for (guint i = 0; i < view->certificates->len; i++) {
        const HelpdeskCertificate *one =
            g_ptr_array_index(view->certificates, i);
        g_autofree char *until = date_of(one->not_after);
        g_autofree char *problems = g_strjoinv(", ", one->problems);
        printf("certificate %s\tuntil %s\t%s\n", one->kid, until,
               *problems != '\0' ? problems : "can sign");
    }
    for (guint i = 0; i < view->codes->len; i++)
        print_code(g_ptr_array_index(view->codes, i), NULL);
}

static gboolean
show(const Verb *verb, GError **error)
{
    g_autoptr(Account) account = account_of(verb, error);
    g_autoptr(HelpdeskView) view =
        account != NULL ? helpdesk_view(verb->office, account->id, error)
                        : NULL;
    if (view == NULL)
        return FALSE;
    if (verb->json)
        return print_view_json(view, error);
    print_view(view);
    return TRUE;
}

static gboolean
reset(const Verb *verb, GError **error)
{
    g_autoptr(Account) account = account_of(verb, error);
    return account != NULL &&
           helpdesk_reset_preferences(verb->office, account->id, error) &&
           verb_done(verb, error);
}

static gboolean
guide(const Verb *verb, GError **error)
{
    g_autoptr(Account) account = account_of(verb, error);
    return account != NULL &&
           helpdesk_guide(verb->office, account->id, error) &&
           verb_done(verb, error);
}

static gboolean
print_outcome(const Verb *verb, const TheftOutcome *outcome, GError **error)
{
    const char *what = outcome->instructions;
    g_autoptr(Json) json = json_object_new();
    json_set_bool(json, "revoked", outcome->revoked);
    json_set_text(json, "authority", outcome->local ? "local" : "other");
    json_set_text(json, "instructions", what);
    if (verb->json)
        return verb_print(json, error);
    puts("The key signs no more.");
    if (outcome->revoked)
        puts("Its certificate is revoked.");
    if (g_strcmp0(what, "later") == 0)
        puts("sceau-ca does not answer: sceauctl ca run revokes it later.");
    if (g_strcmp0(what, "other-authority") == 0)
        puts("A certificate is of another authority: have it revoked there "
             "too.");
    return TRUE;
}

static gboolean
stolen(const Verb *verb, GError **error)
{
    TheftOutcome outcome;
    const char *kid = verb->words[1];
    g_autoptr(Account) account = account_of(verb, error);
    if (account == NULL)
        return FALSE;
    if (verb_option(verb, "withdraw") == NULL)
        return theft_report(verb->office, account, kid, &outcome, error) &&
               print_outcome(verb, &outcome, error);
    if (kid != NULL)
        return theft_withdraw(verb->office, account, kid, error) &&
               verb_done(verb, error);
    g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                        "stolen --withdraw: which certificate?");
    return FALSE;
}

static gboolean
decode(const Verb *verb, GError **error)
{
    g_autoptr(Account) account = NULL;
    g_autoptr(SupportCode) code =
        helpdesk_decode(verb->office, verb->words[0], &account, error);
    if (code == NULL)
        return FALSE;
    if (!verb->json) {
        print_code(code, account);
        return TRUE;
    }
    g_autoptr(Json) json = code_json(code);
    json_set_text(json, "address", account != NULL ? account->address : NULL);
    return verb_print(json, error);
}

static gboolean
invalidate(const Verb *verb, GError **error)
{
    return helpdesk_invalidate(verb->office, verb->words[0], error) &&
           verb_done(verb, error);
}

/* Each act is a transaction of its own. */
int
sceauctl_helpdesk(const SceauctlContext *context, int argc, char **argv)
{
    static const VerbRow rows[] = {
        {"find", 1, 1, "", find, 0},
        {"show", 1, 1, "", show, 0},
        {"reset-preferences", 1, 1, "", reset, 0},
        {"guide", 1, 1, "", guide, 0},
        {"stolen", 1, 2, "withdraw", stolen, 0},
        {"code", 1, 1, "", decode, 0},
        {"invalidate", 1, 1, "", invalidate, 0},
        {NULL, 0, 0, NULL, NULL, 0},
    };
    return verb_run(context, rows, argc, argv);
}
