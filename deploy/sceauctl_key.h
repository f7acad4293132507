/* A content key as it is given on the command line. */
#ifndef SCEAU_DEPLOY_SCEAUCTL_KEY_H
#define SCEAU_DEPLOY_SCEAUCTL_KEY_H

#include <glib.h>

/*
 * text: 16, 24 or 32 octets in hexadecimal digits; APP_ERROR_INPUT for
 * anything else. It is an argument of the program, so it is overwritten for
 * who lists processes. The result is wiped when it is freed.
 */
GBytes *sceauctl_key_take(char *text, GError **error);

#endif
