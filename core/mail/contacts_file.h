/* Certificates out of a file that somebody sent or chose. */
#ifndef SCEAU_MAIL_CONTACTS_FILE_H
#define SCEAU_MAIL_CONTACTS_FILE_H

#include "core/pki/cert.h"

#define CONTACTS_FILE_MAX_BYTES (256 * 1024)
#define CONTACTS_FILE_MAX_CERTS 64

/*
 * DER, PEM with any number of blocks, or a certs-only PKCS #7, DER, BER or
 * PEM: what .cer .crt .der .pem .p7b .p7c hold. GPtrArray of Cert, at least
 * one; what in it is no certificate is passed over. APP_ERROR_TOO_LARGE, or
 * APP_ERROR_CERTIFICATE where there is none.
 */
GPtrArray *contacts_file_read(GBytes *file, GError **error);

#endif
