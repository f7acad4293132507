#include "core/net/smtp_data.h"

#include "core/base/error.h"

#define MAX_LINE 998

static gboolean
refuse(const SmtpData *data, const char *what, GError **error)
{
    g_set_error(error, APP_ERROR, APP_ERROR_MALFORMED,
                "message to be sent: line %" G_GSIZE_FORMAT ": %s",
                data->lines + 1, what);
    return FALSE;
}

/* What is wrong with c after what came before it; NULL: nothing. */
static const char *
fault(const SmtpData *data, guint8 c)
{
    if (data->after_cr != (c == '\n'))
        return data->after_cr ? "a CR without LF" : "a LF without CR";
    if (c == '\0')
        return "a NUL";
    if (c != '\r' && c != '\n' && data->line >= MAX_LINE)
        return "a line over 998 bytes";
    return NULL;
}

gboolean
smtp_data_add(SmtpData *data, const guint8 *in, gsize size, GByteArray *out,
              GError **error)
{
    static const guint8 dot = '.';
    gsize copied = 0;
    for (gsize i = 0; i < size; i++) {
        const char *what = fault(data, in[i]);
        if (what != NULL)
            return refuse(data, what, error);
        if (in[i] == '.' && data->line == 0) {
            g_byte_array_append(out, in + copied, (guint)(i - copied));
            g_byte_array_append(out, &dot, 1);
            copied = i;
        }
        data->eight_bit |= in[i] > 127;
        data->after_cr = in[i] == '\r';
        if (in[i] == '\n') {
            data->lines++;
            data->line = 0;
        } else if (in[i] != '\r')
            data->line++;
    }
    g_byte_array_append(out, in + copied, (guint)(size - copied));
    return TRUE;
}

gboolean
smtp_data_end(SmtpData *data, GByteArray *out, GError **error)
{
    if (data->line != 0 || data->after_cr)
        return refuse(data, "no line end at its end", error);
    g_byte_array_append(out, (const guint8 *)".\r\n", 3);
    return TRUE;
}
