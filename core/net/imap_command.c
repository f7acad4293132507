/* Commands out: the one encoder of arguments (SEC-55). */
#include "core/net/imap_wire.h"

#include <string.h>

#include "core/base/secret.h"
#include "core/net/utf7.h"

ImapCommand *
imap_command_new(gsize size)
{
    ImapCommand *command = g_new(ImapCommand, 1);
    command->text = g_string_sized_new(size + 64);
    command->pauses = g_array_new(FALSE, FALSE, sizeof(gsize));
    return command;
}

/* A command may carry a password. */
void
imap_command_free(ImapCommand *command)
{
    if (command == NULL)
        return;
    secret_wipe(command->text->str, command->text->allocated_len);
    g_string_free(command->text, TRUE);
    g_array_unref(command->pauses);
    g_free(command);
}

void
imap_command_add(ImapCommand *command, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_string_append_vprintf(command->text, format, args);
    va_end(args);
}

static gboolean
is_quotable(const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        if ((guchar)*c < 0x20 || (guchar)*c >= 0x7f)
            return FALSE;
    }
    return TRUE;
}

gboolean
imap_command_argument(ImapCommand *command, const char *text, GError **error)
{
    if (strpbrk(text, "\r\n") != NULL || !g_utf8_validate(text, -1, NULL)) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                            "IMAP: an argument has a line end or is not "
                            "UTF-8");
        return FALSE;
    }
    if (!is_quotable(text)) {
        g_string_append_printf(command->text, "{%" G_GSIZE_FORMAT "}\r\n",
                               strlen(text));
        g_array_append_val(command->pauses, command->text->len);
        g_string_append(command->text, text);
        return TRUE;
    }
    g_string_append_c(command->text, '"');
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\')
            g_string_append_c(command->text, '\\');
        g_string_append_c(command->text, *c);
    }
    g_string_append_c(command->text, '"');
    return TRUE;
}

gboolean
imap_command_folder(ImapCommand *command, const char *folder, GError **error)
{
    g_autofree char *name = utf7_from_utf8(folder);
    if (name == NULL || *name == '\0') {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                            "IMAP: not a name for a folder");
        return FALSE;
    }
    return imap_command_argument(command, name, error);
}
