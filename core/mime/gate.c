#include "core/mime/gate.h"

#include "core/base/error.h"
#include "core/mime/scan.h"

#define MAX_MESSAGE (50 * 1024 * 1024)
#define MAX_ADDRESSES 2000
#define MAX_COLONS 16

static gboolean
is_address_field(const ScanField *field)
{
    static const char *const names[] = {
        "From",
        "Sender",
        "Reply-To",
        "To",
        "Cc",
        "Bcc",
        "Resent-From",
        "Resent-Sender",
        "Resent-Reply-To",
        "Resent-To",
        "Resent-Cc",
        "Resent-Bcc",
        "Return-Path",
        "Disposition-Notification-To",
        "Mail-Reply-To",
        "Mail-Followup-To",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        if (scan_name_is(field, names[i]))
            return TRUE;
    return FALSE;
}

/*
 * GMime descends once for every colon of a group (82 kB of "a:" overflow its
 * stack) and searches the list again for every comma. Commas count inside
 * quotes too, since a stray quote is read in different ways.
 */
static gboolean
check_addresses(gpointer user, const ScanField *field, GError **error)
{
    guint *addresses = user;
    if (!is_address_field(field))
        return TRUE;

    guint colons = 0, all_colons = 0;
    gboolean quoted = FALSE;
    for (gsize i = 0; i < field->value_size; i++) {
        guint8 c = field->value[i];
        if (c == '"')
            quoted = !quoted;
        else if (c == '\\')
            i++;
        else if (c == ':' && ++all_colons && !quoted)
            colons++;
        else if (c == ',' || c == ';')
            (*addresses)++;
    }
    /* An open quote: another parser may not take it for one. */
    if (colons > MAX_COLONS || (quoted && all_colons > MAX_COLONS)) {
        g_set_error(error, APP_ERROR, APP_ERROR_TOO_COMPLEX,
                    "an address field has more than %d groups", MAX_COLONS);
        return FALSE;
    }
    if (*addresses >= MAX_ADDRESSES) {
        g_set_error(error, APP_ERROR, APP_ERROR_TOO_COMPLEX,
                    "message has more than %d addresses", MAX_ADDRESSES);
        return FALSE;
    }
    return TRUE;
}

gboolean
gate_check(const guint8 *data, gsize size, GError **error)
{
    if (size > MAX_MESSAGE) {
        g_set_error(error, APP_ERROR, APP_ERROR_TOO_LARGE,
                    "message is larger than %d MiB",
                    MAX_MESSAGE / (1024 * 1024));
        return FALSE;
    }
    guint addresses = 0;
    return scan_fields(data, size, check_addresses, &addresses, NULL, error);
}
