#include "deploy/sceauctl.h"

#include <stdio.h>
#include <string.h>

#include "core/base/config.h"
#include "core/base/error.h"
#include "core/store/account.h"
#include "core/store/audit.h"

static int
list(Db *db, const SceauctlContext *context, const char *address,
     GError **error)
{
    g_autoptr(GPtrArray) accounts = account_list(db, error);
    if (accounts == NULL)
        return 2;

    for (guint i = 0; i < accounts->len; i++) {
        const Account *account = g_ptr_array_index(accounts, i);
        printf("%s\t%s\t%s\n", account->login, account->address,
               account->allowed ? "allowed" : "not allowed");
    }
    return 0;
}

static int
set_allowed(Db *db, const SceauctlContext *context, const char *address,
            gboolean allowed, GError **error)
{
    if (!db_begin(db, error))
        return 2;
    if (!account_set_allowed(db, address, allowed, context->now, error) ||
        !audit_add(db, 0, "sceauctl", allowed ? "allow" : "deny", address,
                   context->now, error) ||
        !db_commit(db, error)) {
        db_rollback(db);
        return 2;
    }
    return 0;
}

static int
allow(Db *db, const SceauctlContext *context, const char *address,
      GError **error)
{
    return set_allowed(db, context, address, TRUE, error);
}

static int
deny(Db *db, const SceauctlContext *context, const char *address,
     GError **error)
{
    return set_allowed(db, context, address, FALSE, error);
}

static const struct {
    const char *name;
    int arguments;
    int (*run)(Db *db, const SceauctlContext *context, const char *address,
               GError **error);
} acts[] = {
    {"allow", 3, allow},
    {"deny", 3, deny},
    {"list", 2, list},
};

int
sceauctl_account(const SceauctlContext *context, int argc, char **argv)
{
    for (gsize i = 0; i < G_N_ELEMENTS(acts); i++) {
        if (argc < 2 || strcmp(argv[1], acts[i].name) != 0 ||
            argc != acts[i].arguments)
            continue;

        g_autoptr(GError) error = NULL;
        g_autoptr(Config) config = config_load(context->config, &error);
        if (config == NULL)
            return sceauctl_fail("account", error);
        g_autoptr(Db) db = db_open(config->database, &error);
        if (db == NULL)
            return sceauctl_fail("account", error);
        int status =
            acts[i].run(db, context, argc > 2 ? argv[2] : NULL, &error);
        return status == 0 ? 0 : sceauctl_fail("account", error);
    }
    fputs("usage: sceauctl account allow ADDRESS | deny ADDRESS | list\n",
          stderr);
    return 2;
}
