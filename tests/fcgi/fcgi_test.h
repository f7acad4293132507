/* A site without mail servers, and requests made to it without a web
 * server, for the tests of this folder. They run from the top of the tree. */
#ifndef SCEAU_TESTS_FCGI_FCGI_TEST_H
#define SCEAU_TESTS_FCGI_FCGI_TEST_H

#include "core/base/secret.h"
#include "fcgi/serve.h"
#include "tests/store/store_test.h"

#define ORIGIN "https://mail.example.org"

typedef struct {
    Config config;
    Site site;
    Db *db;
    gint64 account;
    char *cookie; /* of a session of the account */
    char *csrf;
} World1;

static inline void
test_asset(Site *site, const char *name, const char *text)
{
    g_hash_table_insert(site->assets, g_strdup(name),
                        g_bytes_new(text, strlen(text)));
}

static inline World1 *
world1_new(gboolean allowed)
{
    g_autoptr(GError) error = NULL;
    World1 *self = g_new0(World1, 1);
    self->config = (Config){
        .base_path = g_strdup("/"),
        .origin = g_strdup(ORIGIN),
        .organisation = g_strdup("Université <de> Test"),
        .static_path = g_strdup("/static/"),
        .idle_minutes = 30,
        .hours = 12,
    };
    self->site = (Site){
        .config = &self->config,
        .server_key = some_key(7),
        .static_url = g_strdup("/static/abc"),
        .frame_script = g_strdup(ORIGIN "/frame.js"),
        .assets = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                        (GDestroyNotify)g_bytes_unref),
    };
    test_asset(&self->site, "frame.html", "<!doctype html>");
    test_asset(&self->site, "frame.js", "'use strict';");
    test_asset(&self->site, "vault-worker.js", "'use strict';");
    self->site.pages[0] = site_pages_load("templates", NULL, &error);
    expect_fine(self->site.pages[0] != NULL, error, "pages");
    self->site.pages[1] = g_hash_table_ref(self->site.pages[0]);
    self->db = memory_db();
    self->account = new_account(self->db, "alice@demo.test");
    if (allowed)
        expect_fine(
            account_set_allowed(self->db, "alice@demo.test", TRUE, NOW,
                                &error) &&
                account_set_enabled(self->db, self->account, TRUE, &error),
            error, "allow");
    self->cookie =
        session_create(self->db, self->site.server_key, self->account,
                       "alice@demo.test", "secret", NOW, &error);
    expect_fine(self->cookie != NULL, error, "session");
    g_autoptr(Session) session = session_find(
        self->db, self->site.server_key, self->cookie, NOW, 30, 12, &error);
    expect_fine(session != NULL, error, "session");
    self->csrf = g_strdup(session->csrf);
    return self;
}

static inline void
world1_free(World1 *self)
{
    db_close(self->db);
    g_hash_table_unref(self->site.assets);
    g_hash_table_unref(self->site.pages[0]);
    g_hash_table_unref(self->site.pages[1]);
    g_bytes_unref(self->site.server_key);
    g_free(self->site.static_url);
    g_free(self->site.frame_script);
    g_free(self->config.base_path);
    g_free(self->config.origin);
    g_free(self->config.organisation);
    g_free(self->config.static_path);
    g_free(self->cookie);
    g_free(self->csrf);
    g_free(self);
}

/* For a whole program: one account, allowed and signed in. */
static inline int
world1_setup(void **state)
{
    *state = world1_new(TRUE);
    return 0;
}

static inline int
world1_teardown(void **state)
{
    world1_free(*state);
    return 0;
}

typedef struct {
    const char *body;
    gsize at;
    GString *out;
} TestChannel;

static inline gboolean
test_read(gpointer user, guint8 *out, gsize size)
{
    TestChannel *channel = user;
    if (strlen(channel->body + channel->at) < size)
        return FALSE;
    memcpy(out, channel->body + channel->at, size);
    channel->at += size;
    return TRUE;
}

static inline gboolean
test_write(gpointer user, const void *data, gsize size)
{
    TestChannel *channel = user;
    g_string_append_len(channel->out, data, (gssize)size);
    return TRUE;
}

/* The whole answer, "Status: 403 Forbidden…" first; the caller frees. env is
 * NULL-terminated; a body's CONTENT_LENGTH is added when it has none. */
static inline char *
ask(World1 *world, const char *const *env, const char *body)
{
    TestChannel state = {body != NULL ? body : "", 0, g_string_new(NULL)};
    const Channel channel = {test_read, test_write, &state, NULL};
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(g_free);
    gboolean has_length = FALSE;
    for (; *env != NULL; env++) {
        has_length = has_length || g_str_has_prefix(*env, "CONTENT_LENGTH=");
        g_ptr_array_add(all, g_strdup(*env));
    }
    if (body != NULL && !has_length)
        g_ptr_array_add(
            all, g_strdup_printf("CONTENT_LENGTH=%u", (guint)strlen(body)));
    g_ptr_array_add(all, NULL);
    serve(&world->site, world->db, (char *const *)all->pdata, &channel, NOW);
    return g_string_free(state.out, FALSE);
}

static inline guint
status_of(const char *answer)
{
    return g_str_has_prefix(answer, "Status: ")
               ? (guint)g_ascii_strtoull(answer + 8, NULL, 10)
               : 0;
}

static inline void
expect_status(const char *answer, guint want, const char *name)
{
    if (status_of(answer) != want)
        fail_msg("%s: got %.60s, want %u", name, answer, want);
}

static inline void
expect_has(const char *answer, const char *want, const char *name)
{
    if (strstr(answer, want) == NULL)
        fail_msg("%s: '%s' is missing in %s", name, want, answer);
}

#endif
