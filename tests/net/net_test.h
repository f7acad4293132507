/* What the tests of clients share: one attempt each way, and its outcome. */
#ifndef SCEAU_TESTS_NET_NET_TEST_H
#define SCEAU_TESTS_NET_NET_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/error.h"
#include "core/net/imap.h"
#include "core/net/submission.h"

static void
assert_app_error(const GError *error, AppError want, const char *name)
{
    if (error == NULL)
        fail_msg("%s: no error, want %s", name, app_error_name(want));
    else if (app_error_code(error) != want)
        fail_msg("%s: got %s (%s), want %s", name,
                 app_error_name(app_error_code(error)), error->message,
                 app_error_name(want));
}

/* A message given in blocks that end anywhere. */
typedef struct {
    const char *text;
    gsize size, at, block;
} Text;

G_GNUC_UNUSED static gssize
text_source(gpointer user, guint8 *buffer, gsize size, GError **error)
{
    Text *text = user;
    gsize take = MIN(size, text->size - text->at);
    if (text->block > 0)
        take = MIN(take, text->block);
    memcpy(buffer, text->text + text->at, take);
    text->at += take;
    return (gssize)take;
}

static const char plain_message[] = "From: alice@demo.test\r\n"
                                    "To: bob@demo.test\r\n"
                                    "Subject: seven\r\n"
                                    "\r\n"
                                    "one\r\n"
                                    ".two\r\n"
                                    "..\r\n";

static const char *const to_bob[] = {"bob@demo.test", NULL};

/* alice sends message to recipients; NULL: to bob. */
G_GNUC_UNUSED static GPtrArray *
try_sending(const ServerConfig *server, const char *message,
            const char *const *recipients, GPtrArray **refused,
            GError **error)
{
    Text text = {.text = message, .size = strlen(message)};
    const Submission what = {
        .login = "alice@demo.test",
        .password = "secret",
        .from = "alice@demo.test",
        .recipients = recipients != NULL ? recipients : to_bob,
        .size = text.size,
        .source = text_source,
        .user = &text,
    };
    return submission_send(server, &what, refused, error);
}

/* Signs alice in; TRUE if that went well. */
G_GNUC_UNUSED static gboolean
try_signing_in(const ServerConfig *server, GError **error)
{
    ImapPool *pool = imap_pool_new(server, 1);
    Imap *imap =
        imap_pool_take(pool, "key", "alice@demo.test", "secret", error);
    imap_pool_give(pool, imap);
    imap_pool_free(pool);
    return imap != NULL;
}

#endif
