#include "core/mail/sealing_plan.h"

#include <string.h>

#include "core/base/error.h"
#include "core/mail/addressee.h"
#include "core/mail/form.h"

/* Of a message to many in Bcc, each of whom gets a copy of its own. */
#define MAX_COPIES 100
#define MAX_COPIES_BYTES (256 * 1024 * 1024)

void
sealing_copy_free(SealingCopy *copy)
{
    if (copy == NULL)
        return;
    g_strfreev(copy->recipients);
    g_clear_pointer(&copy->readers, g_ptr_array_unref);
    g_free(copy->prefix);
    g_free(copy);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SealingCopy, sealing_copy_free)

static GPtrArray *
plan_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)sealing_copy_free);
}

static gboolean
check_usable(const Addressee *addressee, const char *who, GError **error)
{
    if (addressee->problem == NULL && addressee->cert != NULL)
        return TRUE;
    g_autofree char *quoted = error_quote(addressee->address, -1, 80);
    g_set_error(error, APP_ERROR, APP_ERROR_CERTIFICATE,
                "cannot encrypt to %s \"%s\": %s", who, quoted,
                addressee->problem != NULL ? addressee->problem
                                           : "no-certificate");
    return FALSE;
}

SealingReader *
sealing_self(const World *world, GError **error)
{
    g_autoptr(GPtrArray) self = addressee_self(world, error);
    if (self == NULL)
        return NULL;
    const Addressee *own = g_ptr_array_index(self, 0);
    if (!check_usable(own, "the sender", error))
        return NULL;
    return sealing_reader_new(own->cert, own->oaep);
}

/*
 * For count addressees from first on. GCM where all of them announced it
 * (SEC-32); the sender reads it here, and so counts as one who did.
 */
static SealingCopy *
copy_new(const GPtrArray *addressees, guint first, guint count,
         const SealingReader *self, const Draft *draft)
{
    SealingCopy *copy = g_new0(SealingCopy, 1);
    g_autoptr(GPtrArray) addresses = g_ptr_array_new();
    gboolean gcm = TRUE;
    copy->readers = sealing_readers_new();
    for (guint i = first; i < first + count; i++) {
        const Addressee *addressee = g_ptr_array_index(addressees, i);
        gcm = gcm && addressee->gcm;
        sealing_readers_add(copy->readers, addressee->cert, addressee->oaep);
        g_ptr_array_add(addresses, g_strdup(addressee->address));
    }
    sealing_readers_add(copy->readers, self->cert, self->oaep);
    g_ptr_array_add(addresses, NULL);
    copy->recipients =
        (char **)g_ptr_array_free(g_steal_pointer(&addresses), FALSE);
    copy->cipher = gcm ? CIPHER_AES256_GCM : CIPHER_AES256_CBC;
    copy->prefix =
        message_prefix_encrypted(draft, cipher_smime_type(copy->cipher));
    return copy;
}

static GPtrArray *
usable_addressees(const World *world, char **addresses, GError **error)
{
    g_autoptr(GPtrArray) addressees =
        addressees_find(world, (const char *const *)addresses, error);
    if (addressees == NULL)
        return NULL;
    for (guint i = 0; i < addressees->len; i++)
        if (!check_usable(g_ptr_array_index(addressees, i), "recipient",
                          error))
            return NULL;
    return g_steal_pointer(&addressees);
}

static gboolean
check_copies(const GPtrArray *plan, guint64 plain_size, GError **error)
{
    /* Twice base64: 49 bytes of 26. */
    guint64 total = plan->len * (plain_size / 26 * 49);
    if (plan->len <= MAX_COPIES &&
        (plan->len <= 1 || total <= MAX_COPIES_BYTES))
        return TRUE;
    g_set_error_literal(error, APP_ERROR, APP_ERROR_TOO_LARGE,
                        "Bcc: too many copies of this size to encrypt");
    return FALSE;
}

GPtrArray *
sealing_plan_make(const World *world, const Draft *draft, guint64 plain_size,
                  GError **error)
{
    g_auto(GStrv) addresses = draft_recipients(draft);
    guint visible = draft_visible_recipients(draft);
    g_autoptr(GPtrArray) addressees =
        usable_addressees(world, addresses, error);
    if (addressees == NULL)
        return NULL;
    SealingReader *self = sealing_self(world, error);
    if (self == NULL)
        return NULL;

    g_autoptr(GPtrArray) plan = plan_new();
    if (visible > 0)
        g_ptr_array_add(plan, copy_new(addressees, 0, visible, self, draft));
    for (guint i = visible; i < addressees->len; i++)
        g_ptr_array_add(plan, copy_new(addressees, i, 1, self, draft));
    sealing_reader_free(self);
    if (!check_copies(plan, plain_size, error))
        return NULL;
    return g_steal_pointer(&plan);
}

static void
write_copy(GVariantBuilder *out, const SealingCopy *copy)
{
    GVariantBuilder readers;
    g_variant_builder_init(&readers, G_VARIANT_TYPE("a(ayb)"));
    for (guint i = 0; i < copy->readers->len; i++) {
        const SealingReader *reader = g_ptr_array_index(copy->readers, i);
        gsize size;
        const void *der = g_bytes_get_data(cert_der(reader->cert), &size);
        g_variant_builder_add(
            &readers, "(@ayb)",
            g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, der, size, 1),
            reader->oaep);
    }
    g_variant_builder_add(out, "(^assu@a(ayb))", copy->recipients,
                          copy->prefix, (guint32)copy->cipher,
                          g_variant_builder_end(&readers));
}

GVariant *
sealing_plan_write(const GPtrArray *plan)
{
    GVariantBuilder out;
    g_variant_builder_init(&out, G_VARIANT_TYPE(SEALING_PLAN_TYPE));
    for (guint i = 0; plan != NULL && i < plan->len; i++)
        write_copy(&out, g_ptr_array_index(plan, i));
    return g_variant_builder_end(&out);
}

static gboolean
read_readers(GVariant *list, GPtrArray *readers, GError **error)
{
    for (gsize i = 0; i < g_variant_n_children(list); i++) {
        g_autoptr(GVariant) der = NULL;
        gboolean oaep = FALSE;
        g_variant_get_child(list, i, "(@ayb)", &der, &oaep);
        gsize size;
        const void *data = g_variant_get_fixed_array(der, &size, 1);
        g_autoptr(GBytes) bytes = g_bytes_new(data, size);
        g_autoptr(Cert) cert = cert_parse(bytes, error);
        if (cert == NULL)
            return FALSE;
        g_ptr_array_add(readers, sealing_reader_new(cert, oaep));
    }
    return TRUE;
}

GPtrArray *
sealing_plan_read(GVariant *value, GError **error)
{
    g_autoptr(GPtrArray) plan = plan_new();
    for (gsize i = 0; i < g_variant_n_children(value); i++) {
        g_autoptr(SealingCopy) copy = g_new0(SealingCopy, 1);
        g_autoptr(GVariant) readers = NULL;
        guint32 cipher = 0;
        g_variant_get_child(value, i, "(^assu@a(ayb))", &copy->recipients,
                            &copy->prefix, &cipher, &readers);
        copy->cipher = (Cipher)cipher;
        copy->readers = sealing_readers_new();
        if (!read_readers(readers, copy->readers, error))
            return NULL;
        g_ptr_array_add(plan, g_steal_pointer(&copy));
    }
    return g_steal_pointer(&plan);
}
