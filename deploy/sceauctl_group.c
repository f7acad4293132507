/* sceauctl group: lists of people that policy lines are laid down for. */
#include <stdio.h>

#include "core/admin/groups.h"
#include "core/base/error.h"
#include "deploy/sceauctl_words.h"

#define PAGE 500

/* NULL without error where there is none. */
static gboolean
find(const Verb *verb, Group **group, GError **error)
{
    g_autoptr(GError) why = NULL;
    *group = group_find(verb->office->db, verb->words[0], &why);
    if (*group != NULL ||
        g_error_matches(why, APP_ERROR, APP_ERROR_NOT_FOUND))
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&why));
    return FALSE;
}

static gboolean
done(const Verb *verb, GError **error)
{
    g_autoptr(Json) json = json_object_new();
    json_set_bool(json, "done", TRUE);
    return !verb->json || verb_print(json, error);
}

/* Makes the group when it is not there, and puts people in it. */
static gboolean
add(const Verb *verb, GError **error)
{
    g_autoptr(Group) group = NULL;
    if (!find(verb, &group, error))
        return FALSE;
    gint64 id = group != NULL
                    ? group->id
                    : groups_create(verb->office, verb->words[0], error);
    if (id == 0)
        return FALSE;
    for (guint i = 1; i < verb->n_words; i++)
        if (!groups_add(verb->office, id, verb->words[i], error))
            return FALSE;
    return done(verb, error);
}

/* People from the group, or the group itself. */
static gboolean
remove_it(const Verb *verb, GError **error)
{
    g_autoptr(Group) group =
        group_find(verb->office->db, verb->words[0], error);
    if (group == NULL)
        return FALSE;
    if (verb->n_words == 1)
        return groups_remove(verb->office, group->id, error) &&
               done(verb, error);
    for (guint i = 1; i < verb->n_words; i++)
        if (!groups_drop(verb->office, group->id, verb->words[i], error))
            return FALSE;
    return done(verb, error);
}

static gboolean
list_groups(const Verb *verb, GError **error)
{
    g_autoptr(GPtrArray) groups = group_list(verb->office->db, error);
    if (groups == NULL)
        return FALSE;
    g_autoptr(Json) list = json_array_new();
    for (guint i = 0; i < groups->len; i++) {
        const Group *group = g_ptr_array_index(groups, i);
        if (!verb->json) {
            printf("%s\t%" G_GINT64_FORMAT "\n", group->name, group->members);
            continue;
        }
        Json *json = json_object_new();
        json_set_text(json, "name", group->name);
        json_set_int(json, "members", group->members);
        json_append(list, json);
    }
    return !verb->json || verb_print(list, error);
}

static gboolean
list(const Verb *verb, GError **error)
{
    if (verb->n_words == 0)
        return list_groups(verb, error);
    Db *db = verb->office->db;
    g_autoptr(Group) group = group_find(db, verb->words[0], error);
    if (group == NULL)
        return FALSE;
    g_autoptr(Json) all = json_array_new();
    g_autofree char *after = NULL;
    for (;;) {
        g_autoptr(GPtrArray) members =
            group_members(db, group->id, 0, after, PAGE, error);
        if (members == NULL)
            return FALSE;
        for (guint i = 0; i < members->len; i++) {
            const Account *account = g_ptr_array_index(members, i);
            g_free(after);
            after = g_strdup(account->login);
            if (verb->json)
                json_append_text(all, account->address);
            else
                printf("%s\n", account->address);
        }
        if (members->len < PAGE)
            return !verb->json || verb_print(all, error);
    }
}

int
sceauctl_group(const SceauctlContext *context, int argc, char **argv)
{
    static const VerbRow rows[] = {
        {"add", 1, 1000, "", add, FALSE},
        {"remove", 1, 1000, "", remove_it, FALSE},
        {"list", 0, 1, "", list, FALSE},
        {NULL, 0, 0, NULL, NULL, FALSE},
    };
    return verb_run(context, rows, argc, argv);
}
