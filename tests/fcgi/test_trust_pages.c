/* The pages of trust over a real database: looked at, saved, renamed,
 * withdrawn, and what two administrators do to each other. */
#include "core/store/trust_cert.h"
#include "tests/fcgi/pages_test.h"

typedef struct {
    Pages *pages; /* signed in: an administrator */
    Key *key;
    Cert *fresh;
    char *pem, *path; /* of the certificate, and its page */
} Desk;

static int
desk_setup(void **state)
{
    Desk *desk = g_new0(Desk, 1);
    desk->pages = pages_new();
    World1 *world = desk->pages->world;
    g_autoptr(GError) error = NULL;
    g_autoptr(Account) account =
        account_find(world->db, "alice@demo.test", &error);
    expect_fine(account != NULL, error, "alice");
    assert_true(account_set_role(world->db, account->id, ROLE_ADMINISTRATOR,
                                 NULL, NULL));
    g_free(world->cookie);
    g_free(world->csrf);
    world->cookie =
        session_create(world->db, world->site.server_key, account->id,
                       "alice@demo.test", "secret", NOW, &error);
    g_autoptr(Session) session =
        session_find(world->db, world->site.server_key, world->cookie, NOW,
                     30, 12, &error);
    world->csrf = g_strdup(session->csrf);
    desk->key = ec_key_new();
    desk->fresh = forge_root("Fresh", desk->key);
    desk->pem = pem_of(desk->fresh);
    desk->path =
        g_strconcat("/admin/trust/", cert_fingerprint(desk->fresh), NULL);
    *state = desk;
    return 0;
}

static int
desk_teardown(void **state)
{
    Desk *desk = *state;
    pages_free(desk->pages);
    key_free(desk->key);
    cert_unref(desk->fresh);
    g_free(desk->pem);
    g_free(desk->path);
    g_free(desk);
    return 0;
}

static gint64
edition(const Desk *desk)
{
    gint64 number = 0;
    assert_true(
        trust_version_load(desk->pages->world->db, NULL, &number, NULL));
    return number;
}

static char *
with_edition(const Desk *desk, const char *more)
{
    return g_strdup_printf("edition=%" G_GINT64_FORMAT "%s", edition(desk),
                           more);
}

static char *
save_body(const Desk *desk)
{
    g_autofree char *base64 =
        g_base64_encode((const guint8 *)desk->pem, strlen(desk->pem));
    g_autofree char *carried = g_uri_escape_string(base64, NULL, FALSE);
    g_autofree char *more =
        g_strconcat("&purpose=mail&name=Ours&carried=", carried, NULL);
    return with_edition(desk, more);
}

static void
add(const Desk *desk)
{
    g_autofree char *body = save_body(desk);
    expect_leads(page_post(desk->pages, "/admin/trust", body),
                 "/admin/trust?saved=added");
}

static gint64
kept(const Desk *desk)
{
    return number_of(desk->pages->world->db, "SELECT count(*) FROM trust_cert"
                                             " WHERE withdrawn IS NULL");
}

static void
a_file_is_shown_before_it_is_saved(void **state)
{
    const Desk *desk = *state;
    expect_page(page_post_file(desk->pages, "/admin/trust/upload", desk->pem),
                200, "Compare, then add");
    assert_int_equal(kept(desk), 0);
    add(desk);
    assert_int_equal(kept(desk), 1);
    expect_page(page_get(desk->pages, "/admin/trust"), 200, "Ours");
    expect_page(page_get(desk->pages, desk->path), 200, "Withdraw…");
}

static void
what_is_no_authority_is_refused_with_its_reason(void **state)
{
    const Desk *desk = *state;
    g_autofree char *person =
        certificate_of(desk->pages, "ana@demo.test", FALSE, 40, 7);
    expect_page(page_post_file(desk->pages, "/admin/trust/upload", "hello"),
                422, "This file is not a certificate.");
    expect_page(page_post_file(desk->pages, "/admin/trust/upload", ""), 400,
                "No file came with this.");
    expect_page(page_post_file(desk->pages, "/admin/trust/upload", person),
                200, "Not an authority");
}

static void
it_is_renamed_and_withdrawn(void **state)
{
    const Desk *desk = *state;
    add(desk);
    g_autofree char *name = with_edition(desk, "&name=Theirs");
    g_autofree char *renamed =
        g_strconcat(desk->path, "?saved=renamed", NULL);
    expect_leads(page_post(desk->pages, desk->path, name), renamed);
    expect_page(page_get(desk->pages, desk->path), 200, "Theirs");
    g_autofree char *empty = with_edition(desk, "&name=+");
    expect_page(page_post(desk->pages, desk->path, empty), 400,
                "A name is needed.");
    g_autofree char *withdraw = g_strconcat(desk->path, "/withdraw", NULL);
    expect_page(page_get(desk->pages, withdraw), 200,
                "Withdraw this authority?");
    g_autofree char *body = with_edition(desk, "");
    expect_leads(page_post(desk->pages, withdraw, body),
                 "/admin/trust?saved=withdrawn");
    assert_int_equal(kept(desk), 0);
}

static void
a_page_that_is_out_of_date_saves_nothing(void **state)
{
    const Desk *desk = *state;
    add(desk);
    g_autofree char *late = with_edition(desk, "&name=Late");
    g_autofree char *first = with_edition(desk, "&name=First");
    g_autofree char *renamed =
        g_strconcat(desk->path, "?saved=renamed", NULL);
    expect_leads(page_post(desk->pages, desk->path, first), renamed);
    expect_page(page_post(desk->pages, desk->path, late), 409,
                "Somebody else saved in the meantime");
    expect_page(page_get(desk->pages, desk->path), 200, "First");
}

static void
sec_18_addresses_are_added_and_refused(void **state)
{
    const Desk *desk = *state;
    add(desk);
    g_autofree char *sources = g_strconcat(desk->path, "/sources", NULL);
    g_autofree char *added =
        g_strconcat(desk->path, "?saved=source-added", NULL);
    g_autofree char *good = with_edition(
        desk, "&kind=crl&failure=hard&address=http%3A%2F%2Fcrl.demo.test%2F");
    g_autofree char *bad =
        with_edition(desk, "&kind=crl&address=ldap%3A%2F%2Fdemo.test%2F");
    expect_page(page_post(desk->pages, sources, bad), 400,
                "This is not an address that can be asked.");
    expect_leads(page_post(desk->pages, sources, good), added);
    expect_page(page_get(desk->pages, desk->path), 200,
                "http://crl.demo.test/");
    expect_page(page_get(desk->pages, "/admin/trust"), 200, "Not asked yet");
}

#define DESK(test)                                                           \
    cmocka_unit_test_setup_teardown(test, desk_setup, desk_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        DESK(a_file_is_shown_before_it_is_saved),
        DESK(what_is_no_authority_is_refused_with_its_reason),
        DESK(it_is_renamed_and_withdrawn),
        DESK(a_page_that_is_out_of_date_saves_nothing),
        DESK(sec_18_addresses_are_added_and_refused),
    };
    return cmocka_run_group_tests_name("trust pages", tests, NULL, NULL);
}
