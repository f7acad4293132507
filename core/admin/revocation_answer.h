/* Asking a responder about the certificates this site keeps; of
 * revocation_fetch only. */
#ifndef SCEAU_ADMIN_REVOCATION_ANSWER_H
#define SCEAU_ADMIN_REVOCATION_ANSWER_H

#include "core/admin/revocation_try.h"

/* The result is the first that was not good. FALSE when the store fails. */
gboolean revocation_answers(Try *try, GError **error);

#endif
