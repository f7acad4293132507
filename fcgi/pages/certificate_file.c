#include "fcgi/pages/certificate_file.h"

#include "core/base/error.h"

gboolean
certificate_file_check(const char *format, GError **error)
{
    static const char *const formats[] = {"pem", "der", "p7b", NULL};
    if (g_strv_contains(formats, format))
        return TRUE;
    g_set_error_literal(error, APP_ERROR, APP_ERROR_NOT_FOUND,
                        "certificate: no such format");
    return FALSE;
}

gboolean
certificate_file_show(Response *res, GBytes *bytes, const char *name)
{
    response_policy(res, POLICY_DOWNLOAD);
    response_disposition(res, TRUE, name);
    return response_bytes(res, "application/octet-stream", bytes);
}
