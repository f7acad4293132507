#include "core/mail/form_mail.h"

#include <string.h>

#include "core/base/error.h"
#include "core/mail/form.h"
#include "core/mail/sealing.h"

#define MIN_RSA_BITS 2048

static gboolean
set_people(const FormMail *mail, Draft *draft, GError **error)
{
    g_autoptr(GPtrArray) from =
        mailboxes_parse(mail->from != NULL ? mail->from : "", error);
    if (from == NULL || from->len != 1) {
        if (from != NULL)
            g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                                "From: not one address");
        return FALSE;
    }
    draft->from = g_ptr_array_steal_index(from, 0);
    GPtrArray *to = mailboxes_parse(mail->to != NULL ? mail->to : "", error);
    if (to == NULL)
        return FALSE;
    g_ptr_array_unref(draft->to);
    draft->to = to;
    return TRUE;
}

static Draft *
form_mail_draft(const FormMail *mail, GError **error)
{
    g_autoptr(Draft) draft = draft_new();
    if (!set_people(mail, draft, error))
        return NULL;
    draft->subject = g_strdup(mail->subject != NULL ? mail->subject : "");
    draft->text = g_strdup(mail->text != NULL ? mail->text : "");
    draft->date = mail->now;
    for (gsize i = 0; i < mail->n_files; i++) {
        DraftFile *file = g_new0(DraftFile, 1);
        file->name = g_strdup(mail->files[i].name);
        file->type = g_strdup(mail->files[i].type);
        file->data = g_bytes_ref(mail->files[i].data);
        g_ptr_array_add(draft->files, file);
    }
    return draft_check(draft, error) ? g_steal_pointer(&draft) : NULL;
}

static GPtrArray *
read_certificates(const FormMail *mail, GError **error)
{
    g_autoptr(GPtrArray) certs =
        g_ptr_array_new_with_free_func((GDestroyNotify)cert_unref);
    for (gsize i = 0; i < mail->n_certificates; i++) {
        g_autoptr(GPtrArray) some =
            cert_parse_file(mail->certificates[i], error);
        if (some == NULL)
            return NULL;
        for (guint j = 0; j < some->len; j++)
            g_ptr_array_add(certs, cert_ref(g_ptr_array_index(some, j)));
    }
    return g_steal_pointer(&certs);
}

static gboolean
is_good(const Cert *cert, const char *address, gint64 now)
{
    gboolean rsa = cert_key_kind(cert) == KEY_RSA;
    return cert_has_address(cert, address) && cert_may_encrypt_mail(cert) &&
           cert_not_before(cert) <= now && now <= cert_not_after(cert) &&
           (!rsa || cert_key_bits(cert) >= MIN_RSA_BITS);
}

/* The newest that is good for address; NULL if there is none. */
static Cert *
best_for(const GPtrArray *certs, const char *address, gint64 now)
{
    Cert *best = NULL;
    for (guint i = 0; i < certs->len; i++) {
        Cert *cert = g_ptr_array_index(certs, i);
        if (is_good(cert, address, now) &&
            (best == NULL || cert_not_before(cert) > cert_not_before(best)))
            best = cert;
    }
    return best;
}

static GPtrArray *
find_readers(const FormMail *mail, const Draft *draft, GError **error)
{
    g_autoptr(GPtrArray) certs = read_certificates(mail, error);
    if (certs == NULL)
        return NULL;
    g_autoptr(GPtrArray) readers = sealing_readers_new();
    g_auto(GStrv) addresses = draft_recipients(draft);
    for (gsize i = 0; addresses[i] != NULL; i++) {
        Cert *cert = best_for(certs, addresses[i], mail->now);
        if (cert == NULL) {
            g_autofree char *quoted = error_quote(addresses[i], -1, 80);
            g_set_error(error, APP_ERROR, APP_ERROR_CERTIFICATE,
                        "no certificate to encrypt to \"%s\"", quoted);
            return NULL;
        }
        sealing_readers_add(readers, cert, FALSE);
    }
    return g_steal_pointer(&readers);
}

static gboolean
write_message(const Draft *draft, const Entity *entity, Cipher cipher,
              Sealing *sealing, FormMailSink sink, gpointer user,
              GError **error)
{
    g_autofree char *prefix =
        message_prefix_encrypted(draft, cipher_smime_type(cipher));
    return sink(user, (const guint8 *)prefix, strlen(prefix), error) &&
           entity_write(entity, sealing_write, sealing, error) &&
           sealing_finish(sealing, error);
}

gboolean
form_mail_write(const FormMail *mail, FormMailSink sink, gpointer user,
                GError **error)
{
    Cipher cipher = CIPHER_AES256_CBC;
    if (mail->cipher != NULL && !cipher_from_name(mail->cipher, &cipher)) {
        g_autofree char *quoted = error_quote(mail->cipher, -1, 40);
        g_set_error(error, APP_ERROR, APP_ERROR_INPUT,
                    "cipher: \"%s\" is not known", quoted);
        return FALSE;
    }
    g_autoptr(Draft) draft = form_mail_draft(mail, error);
    if (draft == NULL)
        return FALSE;
    g_autoptr(GPtrArray) readers = find_readers(mail, draft, error);
    if (readers == NULL)
        return FALSE;
    g_autoptr(Entity) entity = entity_build(draft, PROTECT_CIPHER, error);
    if (entity == NULL)
        return FALSE;
    g_autoptr(Sealing) sealing =
        sealing_new(cipher, readers, entity_size(entity), sink, user, error);
    return sealing != NULL &&
           write_message(draft, entity, cipher, sealing, sink, user, error);
}
