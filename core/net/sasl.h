/* SASL PLAIN (RFC 4616), as IMAP and submission both send it. */
#ifndef SCEAU_NET_SASL_H
#define SCEAU_NET_SASL_H

/* base64 of NUL login NUL password; freed with secret_text_free(). */
char *sasl_plain(const char *login, const char *password);

#endif
