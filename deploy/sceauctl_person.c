/* sceauctl person: a copy of all that is kept about somebody, its deletion.
 */
#include <stdio.h>

#include "core/admin/rights.h"
#include "core/base/error.h"
#include "deploy/sceauctl_words.h"

static Account *
person_of(const Verb *verb, GError **error)
{
    return office_find(verb->office, ROLE_ADMINISTRATOR, verb->words[0],
                       error);
}

/* JSON in any case: it is what a person and a program can read. */
static gboolean export(const Verb *verb, GError **error)
{
    g_autoptr(Account) account = person_of(verb, error);
    if (account == NULL)
        return FALSE;
    g_autofree char *text =
        rights_export(verb->office, account->id, NULL, NULL, error);
    if (text == NULL)
        return FALSE;
    if (puts(text) >= 0 && fflush(stdout) == 0)
        return TRUE;
    g_set_error_literal(error, APP_ERROR, APP_ERROR_FILE,
                        "standard output cannot be written");
    return FALSE;
}

/* The address, given twice, is the confirmation. */
static gboolean delete (const Verb *verb, GError **error)
{
    g_autoptr(Account) account = person_of(verb, error);
    if (account == NULL)
        return FALSE;
    const char *typed = verb_option(verb, "yes");
    if (typed == NULL) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                            "to confirm, add --yes ADDRESS");
        return FALSE;
    }
    if (!rights_delete(verb->office, account->id, typed, error))
        return FALSE;
    if (!verb->json)
        return TRUE;
    g_autoptr(Json) json = json_object_new();
    json_set_text(json, "deleted", account->address);
    return verb_print(json, error);
}

int
sceauctl_person(const SceauctlContext *context, int argc, char **argv)
{
    /* Both have a transaction of their own. */
    static const VerbRow rows[] = {
        {"export", 1, 1, "", export, 0},
        {"delete", 1, 1, "yes=", delete, 0},
        {NULL, 0, 0, NULL, NULL, 0},
    };
    return verb_run(context, rows, argc, argv);
}
