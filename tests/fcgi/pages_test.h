/*
 * One who is signed in to a site whose mail server does not answer, with an
 * authority of its own that makes certificates for anybody; what pages answer
 * to GET and POST. NOW of store_test.h is the time.
 */
#ifndef SCEAU_TESTS_FCGI_PAGES_TEST_H
#define SCEAU_TESTS_FCGI_PAGES_TEST_H

#include "core/store/authority.h"
#include "tests/fcgi/fcgi_test.h"
#include "tests/pki/forge_cert.h"

typedef struct {
    World1 *world;
    char *folder;
    Key *root, *other, *key;
} Pages;

static inline char *
pem_of(const Cert *cert)
{
    gsize size = 0;
    const guint8 *der = g_bytes_get_data(cert_der(cert), &size);
    g_autofree char *text = g_base64_encode(der, size);
    return g_strdup_printf(
        "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n", text);
}

static inline Pages *
pages_new(void)
{
    g_autoptr(GError) error = NULL;
    Pages *self = g_new0(Pages, 1);
    self->world = world1_new(TRUE);
    self->folder = temporary_folder();
    self->root = ec_key_new();
    self->other = ec_key_new();
    self->key = ec_key_new();
    g_autoptr(Cert) root = forge_root("Root", self->root);
    g_autoptr(Cert) other = forge_root("Other", self->other);
    g_autofree char *first = pem_of(root);
    g_autofree char *second = pem_of(other);
    g_autofree char *anchors = g_strconcat(first, second, NULL);
    Config *config = &self->world->config;
    config->anchors = g_build_filename(self->folder, "root.pem", NULL);
    assert_true(g_file_set_contents(config->anchors, anchors, -1, NULL));
    config->imap = (ServerConfig){.host = g_strdup("localhost"), .port = 9};
    config->threads = 1;
    config->min_rsa_bits = config->floor_rsa_bits = 2048;
    config->min_ec_bits = config->floor_ec_bits = 256;
    self->world->site.pool = world_pool_new(config);
    self->world->site.trust = world_keeper_new(config, &error);
    expect_fine(self->world->site.trust != NULL, error, "trust");
    return self;
}

static inline void
pages_free(Pages *self)
{
    World1 *world = self->world;
    world_pool_free(world->site.pool);
    world_keeper_free(world->site.trust);
    g_free(world->config.anchors);
    g_free(world->config.imap.host);
    world1_free(world);
    key_free(self->root);
    key_free(self->other);
    key_free(self->key);
    remove_folder(self->folder);
    g_free(self->folder);
    g_free(self);
}

static inline int
pages_setup(void **state)
{
    *state = pages_new();
    return 0;
}

static inline int
pages_teardown(void **state)
{
    pages_free(*state);
    return 0;
}

/* PEM of address's certificate, for signing and encrypting, issued by one of
 * the two authorities until so many days from now; a greater serial begins
 * later. */
static inline char *
certificate_of(const Pages *self, const char *address, gboolean other,
               gint64 days, guint serial)
{
    g_autoptr(Cert) cert = forge(&(CertSpec){
        .subject = dn("Ana"),
        .issuer = dn(other ? "Other" : "Root"),
        .key = self->key,
        .signer = other ? self->other : self->root,
        .serial = serial,
        .not_before = NOW - 100 * DAY + serial,
        .not_after = NOW + days * DAY,
        .extensions = {
            ext_usage(USAGE_DIGITAL_SIGNATURE | USAGE_KEY_AGREEMENT),
            ext_purpose(MAIL_PURPOSE), ext_alt(mail_name(address))}});
    return pem_of(cert);
}

/* The site has an authority of its own, until local_authority_delete. */
static inline void
pages_authority(const Pages *self)
{
    const LocalAuthority authority = {
        .id = (char *)(guintptr) "a",
        .name = (char *)(guintptr) "Ours",
        .organisation = (char *)(guintptr) "",
        .algorithm = (char *)(guintptr) "P-256",
        .days = 365,
        .file = (char *)(guintptr) "ours",
        .crl_url = (char *)(guintptr) "",
        .domains = (char *)(guintptr) "",
    };
    g_autoptr(GBytes) der = g_bytes_new_static("der", 3);
    assert_true(local_authority_create(self->world->db, &authority, NULL));
    assert_true(local_authority_made(self->world->db, der, NULL));
}

static inline char *
page_get(const Pages *self, const char *path)
{
    g_autofree char *uri = g_strconcat("REQUEST_URI=", path, NULL);
    g_autofree char *cookie =
        g_strconcat("HTTP_COOKIE=__Host-sceau=", self->world->cookie, NULL);
    const char *const env[] = {"REQUEST_METHOD=GET", uri, cookie, NULL};
    return ask(self->world, env, NULL);
}

static inline char *
page_send(const Pages *self, const char *path, const char *type,
          const char *body)
{
    g_autofree char *uri = g_strconcat("REQUEST_URI=", path, NULL);
    g_autofree char *kind = g_strconcat("CONTENT_TYPE=", type, NULL);
    g_autofree char *cookie =
        g_strconcat("HTTP_COOKIE=__Host-sceau=", self->world->cookie, NULL);
    g_autofree char *token =
        g_strconcat("HTTP_X_CSRF_TOKEN=", self->world->csrf, NULL);
    const char *const env[] = {
        "REQUEST_METHOD=POST", uri,  kind, cookie, token,
        "HTTP_ORIGIN=" ORIGIN, NULL,
    };
    return ask(self->world, env, body);
}

static inline char *
page_post(const Pages *self, const char *path, const char *body)
{
    return page_send(self, path, "application/x-www-form-urlencoded", body);
}

/* Posts one file as a form does. */
static inline char *
page_post_file(const Pages *self, const char *path, const char *text)
{
    g_autofree char *body = g_strdup_printf(
        "--b\r\nContent-Disposition: form-data; name=\"file\"; "
        "filename=\"a.pem\"\r\nContent-Type: application/octet-stream\r\n\r\n"
        "%s\r\n--b--\r\n",
        text);
    return page_send(self, path, "multipart/form-data; boundary=b", body);
}

/* A post that leads to want. */
static inline void
expect_leads(char *answer, const char *want)
{
    g_autofree char *line = g_strconcat("Location: ", want, "\r\n", NULL);
    expect_status(answer, 303, want);
    expect_has(answer, line, want);
    g_free(answer);
}

static inline void
expect_page(char *answer, guint status, const char *text)
{
    expect_status(answer, status, text);
    expect_has(answer, text, text);
    g_free(answer);
}

static inline void
expect_lacks(char *answer, const char *text)
{
    if (strstr(answer, text) != NULL)
        fail_msg("'%s' is there", text);
    g_free(answer);
}

#endif
