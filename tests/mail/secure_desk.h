/*
 * A desk whose person may sign and encrypt: a certificate authority that is
 * trusted there, certificates of people at demo.test, and the vault's part in
 * signing, done by openssl.
 */
#ifndef SCEAU_TESTS_MAIL_SECURE_DESK_H
#define SCEAU_TESTS_MAIL_SECURE_DESK_H

#include "core/base/secret.h"
#include "core/mail/contacts_certificate.h"
#include "core/mail/enrol.h"
#include "core/mail/outgoing.h"
#include "core/store/contact_cert.h"
#include "tests/mail/desk.h"

static GBytes *
desk_file(const Desk *desk, const char *name)
{
    g_autofree char *path = g_build_filename(desk->folder, name, NULL);
    char *data = NULL;
    gsize size = 0;
    if (!g_file_get_contents(path, &data, &size, NULL))
        fail_msg("no file %s", path);
    return g_bytes_new_take(data, size);
}

static void
desk_write(const Desk *desk, const char *name, const void *data, gsize size)
{
    g_autofree char *path = g_build_filename(desk->folder, name, NULL);
    assert_true(g_file_set_contents(path, data, (gssize)size, NULL));
}

/* ECDSA-Sig-Value → r‖s, as WebCrypto gives it. */
static GBytes *
raw_ecdsa(const guint8 *der)
{
    guint8 raw[64] = {0};
    const guint8 *at = der + 2;
    for (int i = 0; i < 2; i++) {
        gsize size = at[1];
        const guint8 *value = at + 2;
        at = value + size;
        while (size > 32) {
            value++;
            size--;
        }
        memcpy(raw + 32 * (i + 1) - size, value, size);
    }
    return g_bytes_new(raw, sizeof raw);
}

/* What the vault does with the attributes of a request, with KEY.key. */
static GBytes *
desk_signature(const Desk *desk, const char *key, gboolean ec,
               const Json *request)
{
    g_autoptr(GBytes) attributes =
        json_get_bytes(request, "attributes", NULL);
    desk_write(desk, "attributes", g_bytes_get_data(attributes, NULL),
               g_bytes_get_size(attributes));
    desk_run("cd '%s' && openssl dgst -sha256 -sign %s.key -out signature"
             " attributes",
             desk->folder, key);
    g_autoptr(GBytes) signature = desk_file(desk, "signature");
    return ec ? raw_ecdsa(g_bytes_get_data(signature, NULL))
              : g_steal_pointer(&signature);
}

/* WHO.key: the desks of one program share a person's key, since making one
 * of RSA takes longer than most tests. */
static void
secure_key(const Desk *desk, const char *who, gboolean ec)
{
    const char *kind = ec ? "ec" : "rsa";
    desk_run("cd '%s' && mkdir -p '%s/keys' && pool='%s/keys/%s.%s' &&"
             " { [ -f \"$pool\" ] || openssl genpkey -algorithm %s"
             " -out \"$pool\"; } && cp \"$pool\" %s.key",
             desk->folder, desk->real->folder, desk->real->folder, who, kind,
             ec ? "EC -pkeyopt ec_paramgen_curve:P-256"
                : "RSA -pkeyopt rsa_keygen_bits:2048",
             who);
}

/* WHO.key, WHO.pem and WHO.der for WHO@demo.test by the desk's authority;
 * until: days from now. */
static void
secure_person(const Desk *desk, const char *who, gboolean ec, int until)
{
    secure_key(desk, who, ec);
    desk_run("cd '%s' && openssl req -new -key %s.key -out %s.csr"
             " -subj '/CN=%s' && printf '"
             "subjectAltName=email:%s@demo.test\\n"
             "keyUsage=critical,digitalSignature,%s\\n"
             "extendedKeyUsage=emailProtection\\n' >%s.ext &&"
             " openssl x509 -req -in %s.csr -CA ca.pem -CAkey ca.key"
             " -CAcreateserial -days %d -extfile %s.ext -out %s.pem &&"
             " openssl x509 -in %s.pem -outform DER -out %s.der",
             desk->folder, who, who, who, who,
             ec ? "keyAgreement" : "keyEncipherment", who, who, until, who,
             who, who, who);
}

/* The account read again, after something about it changed. */
static void
secure_account_again(Desk *desk)
{
    gint64 id = desk->world.account->id;
    account_free((Account *)(guintptr)desk->world.account);
    desk->world.account = account_load(desk->world.db, id, NULL);
}

/* Alice, who ticked the option and read the warnings; no certificate yet. */
static Desk *
secure_desk(void **state)
{
    Desk *desk = desk_open(*state);
    World *world = &desk->world;
    secure_key(desk, "ca", FALSE);
    desk_run("cd '%s' && openssl req -x509 -key ca.key -days 99 -out ca.pem"
             " -subj '/CN=Test authority'",
             desk->folder);
    desk->config.anchors = g_build_filename(desk->folder, "ca.pem", NULL);
    g_autoptr(GError) error = NULL;
    world->trust = world_trust_load(&desk->config, &error);
    expect_fine(world->trust != NULL, error, "trust");
    desk_sign_in(desk, "alice@demo.test");
    desk_allow(desk, TRUE);
    gint64 id = world->account->id;
    assert_true(account_set_enabled(world->db, id, TRUE, NULL));
    assert_true(account_set_warned(world->db, id, world->now, NULL));
    secure_account_again(desk);
    return desk;
}

static void
secure_close(Desk *desk)
{
    world_trust_free((struct Trust *)(guintptr)desk->world.trust);
    g_free(desk->config.anchors);
    desk_close(desk);
}

/* Clocks of openssl and of this test are the same from here on. */
static void
secure_now(Desk *desk)
{
    desk->world.now = g_get_real_time() / G_USEC_PER_SEC + 1;
}

/* Alice's own certificate, enrolled; its kid. */
G_GNUC_UNUSED static char *
secure_own(Desk *desk)
{
    secure_person(desk, "alice", FALSE, 30);
    secure_now(desk);
    g_autoptr(GBytes) der = desk_file(desk, "alice.der");
    g_autoptr(GPtrArray) chain = g_ptr_array_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) json = json_of(
        enrol_certificate(&desk->world, der, chain, &error), &error, "own");
    return g_strdup(json_get_text(json, "kid", NULL));
}

/* WHO with a certificate that alice knows, and what WHO announced. */
G_GNUC_UNUSED static void
secure_contact(Desk *desk, const char *who, gboolean ec, gboolean announces)
{
    static const guint8 capabilities[] = {
        0x30, 26,   0x30, 11, 6, 9,    0x60, 0x86, 0x48, 1,    0x65, 3, 4, 1,
        0x2e, 0x30, 11,   6,  9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 7};
    secure_person(desk, who, ec, 30);
    secure_now(desk);
    g_autofree char *name = g_strconcat(who, ".der", NULL);
    g_autoptr(GBytes) der = desk_file(desk, name);
    g_auto(Upload) upload = {0};
    g_autoptr(GError) error = NULL;
    if (!contacts_upload(&desk->world, 0, der, UPLOAD_FILE, &upload, &error))
        fail_msg("%s: %s", who, error->message);
    if (!announces)
        return;
    g_autoptr(GBytes) bytes =
        g_bytes_new_static(capabilities, sizeof capabilities);
    assert_true(contact_cert_set_capabilities(desk->world.db, upload.contact,
                                              upload.kid, bytes,
                                              desk->world.now, &error));
}

/* Decrypts message with WHO's key and verifies what was inside; the signed
 * entity is in the file "content", what was encrypted in "inner". */
G_GNUC_UNUSED static void
secure_openssl_opens(const Desk *desk, const char *who, const char *message)
{
    desk_write(desk, "message", message, strlen(message));
    desk_run("cd '%s' && openssl cms -decrypt -in message -inkey %s.key"
             " -recip %s.pem -out inner && openssl cms -verify -in inner"
             " -CAfile ca.pem -out content",
             desk->folder, who, who);
}

G_GNUC_UNUSED static Json *
secure_prepare(const Desk *desk, const ComposeForm *form, const char *kid)
{
    g_autoptr(GError) error = NULL;
    return json_of(outgoing_prepare(&desk->world, form, kid,
                                    PROTECTION_SIGN_ENCRYPT, &error),
                   &error, "prepare");
}

G_GNUC_UNUSED static Json *
secure_finish(const Desk *desk, const Json *request)
{
    g_autoptr(GBytes) signature =
        desk_signature(desk, "alice", FALSE, request);
    g_autoptr(GError) error = NULL;
    return json_of(outgoing_finish(&desk->world,
                                   json_get_text(request, "ticket", NULL),
                                   signature, &error),
                   &error, "finish");
}

/* The content key of a request to open, as the vault would unwrap it. */
G_GNUC_UNUSED static GBytes *
secure_unwrap(const Desk *desk, const Json *request)
{
    const Json *list = json_get_array(request, "recipients", NULL);
    assert_int_equal(json_array_length(list), 1);
    const Json *one = json_array_item(list, 0);
    const char *kind = json_get_text(one, "kind", NULL);
    g_autoptr(GBytes) key = json_get_bytes(one, "encrypted_key", NULL);
    desk_write(desk, "wrapped", g_bytes_get_data(key, NULL),
               g_bytes_get_size(key));
    desk_run(
        "cd '%s' && openssl pkeyutl -decrypt -inkey alice.key %s"
        " -in wrapped -out unwrapped",
        desk->folder,
        strcmp(kind, "oaep") == 0
            ? "-pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256"
            : "");
    return desk_file(desk, "unwrapped");
}

#endif
