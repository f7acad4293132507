/*
 * Random values, tickets, sealing and wiping. This module knows keys only as
 * bytes it was given; where they are kept is its callers' affair.
 */
#ifndef SCEAU_BASE_SECRET_H
#define SCEAU_BASE_SECRET_H

#include <glib.h>

#define SECRET_KEY_SIZE 32

/* Fills out with size random bytes; never fails (aborts the process). */
void secret_random(guint8 *out, gsize size);

/* 32 random bytes as base64url without padding (43 characters). */
char *secret_token_new(void);

/* Lower-case hex SHA-256 of text: how a cookie is stored (SEC-45). */
char *secret_hash(const char *text);
/* The same of bytes: several times as fast as GLib's, which counts for a
 * large message. */
char *secret_hash_bytes(GBytes *bytes);

/* TRUE if both texts are equal; time depends on their lengths only. */
gboolean secret_equal(const char *a, const char *b);

/* Lower-case hex HMAC-SHA256(ticket, "name"): the row's name of a ticket. */
char *secret_ticket_name(const char *ticket);

/*
 * AES-256-GCM under a key of SECRET_KEY_SIZE bytes: 12-byte nonce, then
 * ciphertext, then 16-byte tag. context is authenticated, not stored: the
 * same text must be given to open.
 */
GBytes *secret_seal(GBytes *key, const char *context, GBytes *plain);
/* APP_ERROR_NOT_FOUND when key or context are not those of the sealing. */
GBytes *secret_open(GBytes *key, const char *context, GBytes *sealed,
                    GError **error);

/* HMAC-SHA256(ticket, "seal"): the key under which a request is sealed. */
GBytes *secret_ticket_key(const char *ticket);
/* HKDF-SHA256(secret: cookie, salt: server key, info: purpose). */
GBytes *secret_derive(const char *cookie, GBytes *server_key,
                      const char *purpose);
/*
 * Reads the server key, 32 bytes as hex, from path; a missing file is made
 * with mode 0600. A file others may read is APP_ERROR_CONFIG.
 */
GBytes *secret_server_key_load(const char *path, GError **error);

/* GBytes of a copy of data, wiped when freed. */
GBytes *secret_bytes_new(const void *data, gsize size);
/* Overwrites size bytes in a way the compiler keeps. */
void secret_wipe(void *data, gsize size);
/* Wipes a NUL-terminated text and frees it; NULL is fine. */
void secret_text_free(char *text);

#endif
