#include "deploy/sceauctl.h"

#include <stdio.h>
#include <string.h>

#include "core/base/config.h"
#include "core/base/error.h"
#include "core/store/account.h"
#include "core/store/audit.h"

/* One run of the command: its database and its arguments. */
typedef struct {
    Db *db;
    char **argv;
    gint64 now;
} Run;

/* Whether the option is offered, and whether the person ticked it. */
static const char *
secure_mail(const Account *account)
{
    if (!account->allowed)
        return "not allowed";
    return account->enabled ? "allowed, on" : "allowed, off";
}

static gboolean
list(const Run *run, GError **error)
{
    g_autoptr(GPtrArray) accounts = account_list(run->db, error);
    if (accounts == NULL)
        return FALSE;
    for (guint i = 0; i < accounts->len; i++) {
        const Account *account = g_ptr_array_index(accounts, i);
        printf("%s\t%s\t%s\n", account->address, secure_mail(account),
               account->name != NULL ? account->name : "");
    }
    return TRUE;
}

static gboolean
note(const Run *run, const char *subject, const char *act, const char *after,
     GError **error)
{
    const AuditAct row = {.actor = "terminal",
                          .source = "terminal",
                          .subject = subject,
                          .act = act,
                          .after = after};
    return audit_add(run->db, &row, run->now, error);
}

static gboolean
set_allowed(const Run *run, gboolean allowed, GError **error)
{
    return account_set_allowed(run->db, run->argv[2], allowed, run->now,
                               error) &&
           note(run, run->argv[2], run->argv[1], NULL, error);
}

static gboolean
allow(const Run *run, GError **error)
{
    return set_allowed(run, TRUE, error);
}

/* The person's own tick, for accounts made ready by a script. */
static gboolean
allow_on(const Run *run, GError **error)
{
    if (!allow(run, error))
        return FALSE;
    g_autoptr(Account) account = account_find(run->db, run->argv[2], error);
    return account != NULL &&
           account_set_enabled(run->db, account->id, TRUE, error);
}

static gboolean
deny(const Run *run, GError **error)
{
    return set_allowed(run, FALSE, error);
}

static gboolean
rename_account(const Run *run, GError **error)
{
    g_autoptr(GError) why = NULL;
    g_autoptr(Account) account = account_find(run->db, run->argv[2], &why);
    if (account == NULL && why == NULL)
        g_set_error(&why, APP_ERROR, APP_ERROR_NOT_FOUND,
                    "no such account; allow it first");
    if (why == NULL && !g_utf8_validate(run->argv[3], -1, NULL))
        g_set_error(&why, APP_ERROR, APP_ERROR_INPUT, "name is not UTF-8");
    if (account == NULL || why != NULL) {
        g_propagate_error(error, g_steal_pointer(&why));
        return FALSE;
    }
    return account_set_name(run->db, account->id, run->argv[3], error) &&
           note(run, account->address, "name", run->argv[3], error);
}

static const struct {
    const char *name;
    int argc;
    const char *option; /* the last argument, when it must be this */
    gboolean (*run)(const Run *run, GError **error);
} acts[] = {
    {"allow", 3, NULL, allow}, {"allow", 4, "--on", allow_on},
    {"deny", 3, NULL, deny},   {"name", 4, NULL, rename_account},
    {"list", 2, NULL, list},
};

static gboolean
is_act(gsize act, int argc, char **argv)
{
    const char *option = acts[act].option;
    return argc == acts[act].argc && strcmp(argv[1], acts[act].name) == 0 &&
           (option == NULL || strcmp(argv[argc - 1], option) == 0);
}

static int
run_act(gsize act, const SceauctlContext *context, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Config) config = config_load(context->config, &error);
    if (config == NULL)
        return sceauctl_fail("account", error);
    g_autoptr(Db) db = db_open(config->database, &error);
    if (db == NULL || !db_begin(db, &error))
        return sceauctl_fail("account", error);

    const Run run = {db, argv, context->now};
    if (acts[act].run(&run, &error) && db_commit(db, &error))
        return 0;
    db_rollback(db);
    return sceauctl_fail("account", error);
}

int
sceauctl_account(const SceauctlContext *context, int argc, char **argv)
{
    for (gsize i = 0; argc >= 2 && i < G_N_ELEMENTS(acts); i++) {
        if (is_act(i, argc, argv))
            return run_act(i, context, argv);
    }
    fputs("usage: sceauctl account allow ADDRESS [--on] | deny ADDRESS |"
          " name ADDRESS NAME | list\n",
          stderr);
    return 2;
}
