#include "core/admin/revocation_try.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/log.h"

void
try_clear(Try *try)
{
    g_free(try->etag);
    g_free(try->modified);
}

gboolean
try_has_succeeded(const Try *try)
{
    return strcmp(try->result, "ok") == 0 ||
           strcmp(try->result, "unchanged") == 0;
}

static const char *
code_of(const GError *error)
{
    static const struct {
        AppError error;
        const char *code;
    } codes[] = {
        {APP_ERROR_FORBIDDEN, "inner-address"},
        {APP_ERROR_CONFLICT, "other-host"},
        {APP_ERROR_INSECURE, "tls"},
        {APP_ERROR_TOO_LARGE, "too-large"},
        {APP_ERROR_REFUSED, "status"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(codes); i++) {
        if (app_error_code(error) == codes[i].error)
            return codes[i].code;
    }
    return "unreachable";
}

HttpAnswer *
try_ask(Try *try, const HttpQuestion *question)
{
    g_autoptr(GError) why = NULL;
    try->asked++;
    HttpAnswer *answer = http_ask(question, &why);
    if (answer == NULL)
        try->result = code_of(why);
    return answer;
}

gboolean
try_save(const Try *try, const RevocationCached *row, GError **error)
{
    Db *db = try->office->db;
    if (!db_begin(db, error))
        return FALSE;
    if (revocation_cache_save(db, row, try->office->now, error) &&
        db_commit(db, error))
        return TRUE;
    db_rollback(db);
    return FALSE;
}
