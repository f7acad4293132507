/*
 * Who gets which copy of an encrypted message and with what certificates it
 * is sealed. Settled when the message is prepared, for all at once or not at
 * all (SEC-33), and kept until it is signed: what was checked is what is
 * used.
 */
#ifndef SCEAU_MAIL_SEALING_PLAN_H
#define SCEAU_MAIL_SEALING_PLAN_H

#include "core/mail/sealing.h"
#include "core/mail/world.h"
#include "core/mime/draft.h"

typedef struct {
    char **recipients;  /* who gets it */
    GPtrArray *readers; /* SealingReader: they, and the sender */
    Cipher cipher;
    char *prefix; /* header of the message, empty line included */
} SealingCopy;

void sealing_copy_free(SealingCopy *copy);

/*
 * SealingCopy, the first of which is filed in Sent: one for To and Cc and one
 * for each of Bcc, whose certificate nobody else sees. APP_ERROR_CERTIFICATE
 * names the first address that cannot be encrypted to, APP_ERROR_TOO_LARGE
 * says that it would be too many copies of plain_size.
 */
GPtrArray *sealing_plan_make(const World *world, const Draft *draft,
                             guint64 plain_size, GError **error);

/* Certificates and addresses; nothing secret but who is in Bcc. */
GVariant *sealing_plan_write(const GPtrArray *plan);
GPtrArray *sealing_plan_read(GVariant *value, GError **error);
#define SEALING_PLAN_TYPE "a(assua(ayb))"

/* The account's own certificate as a reader; APP_ERROR_CERTIFICATE says what
 * is wrong with it. */
SealingReader *sealing_self(const World *world, GError **error);

#endif
