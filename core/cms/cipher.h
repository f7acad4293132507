/*
 * The ciphers of encrypted content: which of them we open, which we write and
 * which are only known by name, to be refused by it (SEC-31).
 */
#ifndef SCEAU_CMS_CIPHER_H
#define SCEAU_CMS_CIPHER_H

#include "core/cms/algorithm.h"

typedef struct {
    Oid oid;
    const char *name;                 /* "aes256-cbc" */
    gnutls_cipher_algorithm_t gnutls; /* UNKNOWN: refused */
    gsize key_size, block_size;       /* octets; 0 where refused */
    gboolean authenticated;           /* GCM */
    gboolean weak;
} ContentCipher;

#define KEY_SIZE_MAX 32

/* NULL for anything that is no cipher of content. */
const ContentCipher *content_cipher_find(Oid oid);

#endif
