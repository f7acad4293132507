/*
 * The only table from an error's code to an HTTP status and to words: what
 * happened, what is safe, and what to do next.
 */
#ifndef SCEAU_FCGI_MESSAGES_H
#define SCEAU_FCGI_MESSAGES_H

#include "core/base/error.h"
#include "fcgi/i18n.h"

typedef struct {
    const char *about; /* of errors that begin with this; NULL: of all */
    AppError code;
    guint status;
    const char *title, *message, *action; /* msgids */
} Message;

/* The first row that fits; never NULL. */
const Message *message_for(const GError *error);
/* By app_error_name, as the outbox keeps a reason; NULL for another text. */
const Message *message_named(const char *name);
/* All of them, for the test that every text is translated. */
const Message *messages_all(gsize *n);

/* "503 Service Unavailable": the standard phrase of a status we use. */
const char *message_phrase(guint status);

/*
 * text translated, with each %{name} of the name-value pairs put in; the
 * caller frees. words_fill(words, N_("%{n} KB"), "n", "12", NULL).
 */
char *words_fill(const Catalogue *words, const char *msgid,
                 ...) G_GNUC_NULL_TERMINATED;

#endif
