/*
 * A certificate in the forms other programs take (S5, S6). What is written is
 * public: there is no way to put a key into it.
 */
#ifndef SCEAU_PKI_CERT_EXPORT_H
#define SCEAU_PKI_CERT_EXPORT_H

#include "core/pki/cert.h"

#define CERT_PASSWORD_MAX 256

typedef enum { CERT_PEM, CERT_DER, CERT_P7B, CERT_P12 } CertFormat;

/* "pem", "der", "p7b", "p12", as the file name ends; APP_ERROR_INPUT for a
 * name of nothing. */
const char *cert_format_name(CertFormat format);
gboolean cert_format_from_name(const char *name, CertFormat *out,
                               GError **error);

/*
 * p7b and p12 hold the chain too, a GPtrArray of Cert, or NULL. A p12 is
 * encrypted under password, without which it is APP_ERROR_INPUT.
 */
GBytes *cert_export(const Cert *cert, GPtrArray *chain, CertFormat format,
                    const char *password, GError **error);

/* One PEM block. */
void cert_append_pem(GString *out, const Cert *cert);

#endif
