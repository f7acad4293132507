#ifndef SCEAU_NET_SUBMISSION_INTERNAL_H
#define SCEAU_NET_SUBMISSION_INTERNAL_H

#include "core/net/submission.h"
#include "core/net/stream.h"

/* submission_send() over a connected stream, which it takes. */
GPtrArray *submission_send_over(Stream *stream, TlsMode tls,
                                const Submission *what, GPtrArray **refused,
                                GError **error);

#endif
