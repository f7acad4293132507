/* sceauctl group: lists of people that policy lines are laid down for. */
#include <stdio.h>

#include "core/admin/groups.h"
#include "deploy/sceauctl_words.h"

#define PAGE 500

/* Makes the group when it is not there, and puts people in it. */
static gboolean
add(const Verb *verb, GError **error)
{
    return groups_fill(verb->office, verb->words[0], verb->words + 1,
                       error) &&
           verb_done(verb, error);
}

/* People from the group, or the group itself. */
static gboolean
remove_it(const Verb *verb, GError **error)
{
    g_autoptr(Group) group =
        group_find(verb->office->db, verb->words[0], error);
    if (group == NULL)
        return FALSE;
    gboolean fine =
        verb->n_words == 1
            ? groups_remove(verb->office, group->id, error)
            : groups_drop(verb->office, group->id, verb->words + 1, error);
    return fine && verb_done(verb, error);
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
        {"add", 1, 1000, "", add, 0},
        {"remove", 1, 1000, "", remove_it, 0},
        {"list", 0, 1, "", list, 0},
        {NULL, 0, 0, NULL, NULL, 0},
    };
    return verb_run(context, rows, argc, argv);
}
