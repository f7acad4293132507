/* Connections kept between clicks, against dovecot. */
#include "tests/net/net_test.h"

#include "tests/net/real_servers.h"

static Imap *
take(ImapPool *pool, const char *who)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *login = g_strconcat(who, "@demo.test", NULL);
    Imap *imap = imap_pool_take(pool, who, login, "secret", &error);
    if (imap == NULL)
        fail_msg("%s: %s", who, error->message);
    return imap;
}

static void
pool_keeps_to_its_keys(void **state)
{
    const Real *real = *state;
    ImapPool *pool = imap_pool_new(&real->imaps, 3);
    g_autoptr(GError) error = NULL;
    Imap *first = take(pool, "alice");
    imap_pool_give(pool, first);
    assert_ptr_equal(take(pool, "alice"), first);
    imap_pool_give(pool, first);
    /* Who knows the key but not the password gets no connection of it. */
    assert_null(
        imap_pool_take(pool, "alice", "alice@demo.test", "guess", &error));
    assert_app_error(error, APP_ERROR_CREDENTIALS, "guess");
    /* Another session of the same person has its own. */
    Imap *other = imap_pool_take(pool, "other session", "alice@demo.test",
                                 "secret", NULL);
    assert_ptr_not_equal(other, first);
    imap_pool_give(pool, other);
    imap_pool_drop(pool, "alice");
    imap_pool_drop(pool, "other session");
    imap_pool_drop(pool, "nobody");
    imap_pool_free(pool);
}

static void
pool_forgets_who_signed_out_meanwhile(void **state)
{
    const Real *real = *state;
    ImapPool *pool = imap_pool_new(&real->imaps, 3);
    Imap *kept = take(pool, "bob"), *out = take(pool, "alice");
    imap_pool_drop(pool, "alice");
    imap_pool_give(pool, out);
    imap_pool_give(pool, kept);
    g_autofree char *command =
        g_strdup_printf("doveadm -c %s/dovecot.conf who", real->folder);
    g_autofree char *said = NULL;
    for (int tries = 0; tries < 40; tries++) {
        g_clear_pointer(&said, g_free);
        g_assert_true(
            g_spawn_command_line_sync(command, &said, NULL, NULL, NULL));
        if (strstr(said, "alice") == NULL)
            break;
        g_usleep(50000);
    }
    assert_null(strstr(said, "alice"));
    assert_non_null(strstr(said, "bob"));
    imap_pool_free(pool);
}

static void
pool_replaces_what_died(void **state)
{
    const Real *real = *state;
    ImapPool *pool = imap_pool_new(&real->imaps, 3);
    g_autoptr(GError) error = NULL;
    Imap *imap = take(pool, "alice");
    imap_pool_give(pool, imap);
    g_autofree char *kick = g_strdup_printf(
        "doveadm -c %s/dovecot.conf kick alice@demo.test", real->folder);
    g_autofree char *said = NULL;
    g_assert_true(g_spawn_command_line_sync(kick, &said, NULL, NULL, NULL));
    assert_non_null(strstr(said, "alice"));
    g_usleep(300000);
    imap = take(pool, "alice");
    ImapPage *page = imap_page(imap, "INBOX", 0, 50, &error);
    if (page == NULL)
        fail_msg("%s", error->message);
    imap_page_free(page);
    imap_pool_give(pool, imap);
    imap_pool_free(pool);
}

typedef struct {
    ImapPool *pool;
    const char *who;
    gint failed;
} Visitor;

static gpointer
visit(gpointer user)
{
    Visitor *visitor = user;
    g_autofree char *login = g_strconcat(visitor->who, "@demo.test", NULL);
    for (int i = 0; i < 15; i++) {
        Imap *imap = imap_pool_take(visitor->pool, visitor->who, login,
                                    "secret", NULL);
        ImapPage *page =
            imap != NULL ? imap_page(imap, "INBOX", 0, 5, NULL) : NULL;
        visitor->failed += page == NULL;
        imap_page_free(page);
        imap_pool_give(visitor->pool, imap);
    }
    return NULL;
}

static void
pool_serves_threads(void **state)
{
    static const char *const people[] = {"alice", "bob", "carol"};
    const Real *real = *state;
    ImapPool *pool = imap_pool_new(&real->imaps, 4);
    Visitor visitors[9];
    GThread *threads[9];
    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++) {
        visitors[i] = (Visitor){pool, people[i % 3], 0};
        threads[i] = g_thread_new("visitor", visit, &visitors[i]);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++) {
        g_thread_join(threads[i]);
        assert_int_equal(visitors[i].failed, 0);
    }
    imap_pool_free(pool);
}

static gpointer
take_and_give(gpointer user)
{
    ImapPool *pool = user;
    Imap *imap = take(pool, "alice");
    imap_pool_give(pool, imap);
    return imap;
}

/* A server that limits connections a person must not be asked for one more
 * because a page is a few milliseconds late. */
static void
pool_waits_for_the_one_that_comes_back(void **state)
{
    const Real *real = *state;
    ImapPool *pool = imap_pool_new(&real->imaps, 4);
    Imap *one = take(pool, "alice"), *two = take(pool, "alice");
    GThread *third = g_thread_new("third", take_and_give, pool);
    g_usleep(50000);
    imap_pool_give(pool, one);
    assert_ptr_equal(g_thread_join(third), one);
    imap_pool_give(pool, two);
    imap_pool_free(pool);
}

/* Where none comes back in time, one more is opened. */
static void
pool_does_not_wait_for_ever(void **state)
{
    const Real *real = *state;
    ImapPool *pool = imap_pool_new(&real->imaps, 4);
    Imap *out[3];
    for (gsize i = 0; i < G_N_ELEMENTS(out); i++)
        out[i] = take(pool, "alice");
    assert_ptr_not_equal(out[2], out[0]);
    assert_ptr_not_equal(out[2], out[1]);
    for (gsize i = 0; i < G_N_ELEMENTS(out); i++)
        imap_pool_give(pool, out[i]);
    imap_pool_free(pool);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pool_keeps_to_its_keys),
        cmocka_unit_test(pool_forgets_who_signed_out_meanwhile),
        cmocka_unit_test(pool_replaces_what_died),
        cmocka_unit_test(pool_serves_threads),
        cmocka_unit_test(pool_waits_for_the_one_that_comes_back),
        cmocka_unit_test(pool_does_not_wait_for_ever),
    };
    return cmocka_run_group_tests_name("net/imap_pool", tests, real_setup,
                                       real_teardown);
}
