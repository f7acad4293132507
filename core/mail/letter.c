#include "core/mail/letter.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/mail/protection.h"

/* A GVariant, not JSON: a message to many people has more than json_read()
 * takes, and bytes are bytes. ^as: a NULL-terminated array of texts. */
#define TYPE "(msmsmsmsmsmsmsmsasxayay)"
#define FORMAT "(msmsmsmsmsmsmsms^asx@ay@ay)"

Letter *
letter_new(void)
{
    return g_new0(Letter, 1);
}

void
letter_free(Letter *letter)
{
    if (letter == NULL)
        return;
    g_free(letter->message_id);
    g_free(letter->from);
    g_strfreev(letter->recipients);
    secret_text_free(letter->subject);
    secret_text_free(letter->prefix);
    g_free(letter->suffix);
    g_clear_pointer(&letter->spool_key, g_bytes_unref);
    g_free(letter->send_key);
    g_free(letter->kid);
    g_free(letter->boundary);
    g_clear_pointer(&letter->attributes, g_bytes_unref);
    g_free(letter);
}

const char *
letter_protection(const Letter *letter)
{
    if (strstr(letter->prefix, "\r\nContent-Type: multipart/signed;") != NULL)
        return protection_name(PROTECTION_SIGN);
    if (strstr(letter->prefix, "\r\nContent-Type: application/pkcs7-mime;") !=
        NULL)
        return protection_name(PROTECTION_SIGN_ENCRYPT);
    return protection_name(PROTECTION_NONE);
}

static GVariant *
bytes_variant(GBytes *bytes)
{
    gsize size = 0;
    const void *data = bytes != NULL ? g_bytes_get_data(bytes, &size) : NULL;
    return g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, data, size, 1);
}

GBytes *
letter_write(const Letter *letter)
{
    g_autoptr(GVariant) value = g_variant_ref_sink(g_variant_new(
        FORMAT, letter->message_id, letter->from, letter->subject,
        letter->prefix, letter->suffix, letter->send_key, letter->kid,
        letter->boundary, letter->recipients, letter->entity_size,
        bytes_variant(letter->spool_key), bytes_variant(letter->attributes)));
    return secret_bytes_new(g_variant_get_data(value),
                            g_variant_get_size(value));
}

static GBytes *
bytes_copy(GVariant *value)
{
    gsize size;
    const void *data = g_variant_get_fixed_array(value, &size, 1);
    return size > 0 ? secret_bytes_new(data, size) : NULL;
}

Letter *
letter_read(GBytes *bytes, GError **error)
{
    if (bytes == NULL) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_NOT_FOUND,
                            "waiting message: its content is wiped");
        return NULL;
    }
    g_autoptr(GVariant) value = g_variant_ref_sink(
        g_variant_new_from_bytes(G_VARIANT_TYPE(TYPE), bytes, FALSE));
    g_autoptr(GVariant) spool_key = NULL;
    g_autoptr(GVariant) attributes = NULL;
    g_autoptr(Letter) letter = letter_new();
    g_variant_get(value, FORMAT, &letter->message_id, &letter->from,
                  &letter->subject, &letter->prefix, &letter->suffix,
                  &letter->send_key, &letter->kid, &letter->boundary,
                  &letter->recipients, &letter->entity_size, &spool_key,
                  &attributes);
    letter->spool_key = bytes_copy(spool_key);
    letter->attributes = bytes_copy(attributes);
    if (letter->message_id == NULL || letter->prefix == NULL ||
        letter->spool_key == NULL) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_INTERNAL,
                            "waiting message: kept data has no such form");
        return NULL;
    }
    return g_steal_pointer(&letter);
}
