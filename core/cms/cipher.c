#include "core/cms/cipher.h"

static const ContentCipher ciphers[] = {
    {OID_AES128_CBC, "aes128-cbc", GNUTLS_CIPHER_AES_128_CBC, 16, 16, FALSE,
     FALSE},
    {OID_AES192_CBC, "aes192-cbc", GNUTLS_CIPHER_AES_192_CBC, 24, 16, FALSE,
     FALSE},
    {OID_AES256_CBC, "aes256-cbc", GNUTLS_CIPHER_AES_256_CBC, 32, 16, FALSE,
     FALSE},
    {OID_AES128_GCM, "aes128-gcm", GNUTLS_CIPHER_AES_128_GCM, 16, 16, TRUE,
     FALSE},
    {OID_AES192_GCM, "aes192-gcm", GNUTLS_CIPHER_AES_192_GCM, 24, 16, TRUE,
     FALSE},
    {OID_AES256_GCM, "aes256-gcm", GNUTLS_CIPHER_AES_256_GCM, 32, 16, TRUE,
     FALSE},
    {OID_3DES_CBC, "3des-cbc", GNUTLS_CIPHER_3DES_CBC, 24, 8, FALSE, TRUE},
    {OID_DES_CBC, "des-cbc", GNUTLS_CIPHER_UNKNOWN, 0, 0, FALSE, TRUE},
    {OID_RC2_CBC, "rc2-cbc", GNUTLS_CIPHER_UNKNOWN, 0, 0, FALSE, TRUE},
    {OID_RC4, "rc4", GNUTLS_CIPHER_UNKNOWN, 0, 0, FALSE, TRUE},
};

const ContentCipher *
content_cipher_find(Oid oid)
{
    for (gsize i = 0; i < G_N_ELEMENTS(ciphers); i++)
        if (ciphers[i].oid == oid)
            return &ciphers[i];
    return NULL;
}
