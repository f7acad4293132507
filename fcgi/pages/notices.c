#include "fcgi/pages/notices.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/mail/enrol.h"
#include "core/store/notice.h"
#include "fcgi/dates.h"
#include "fcgi/pages/keys.h"
#include "fcgi/pages/shell.h"
#include "fcgi/template_escape.h"

#define SHOWN_MAX 20

/* Every code that has words of its own, and its icon. */
static const struct {
    const char *code, *icon;
} kinds[] = {
    {"preference-reset", "settings"},
    {"option-allowed", "shield"},
    {"option-on", "shield"},
    {"option-withdrawn", "shield"},
    {"certificate-issued", "key"},
    {"request-refused", "key"},
    {"certificate-revoked", "key"},
    {"stolen-marked", "warning"},
    {"stolen-withdrawn", "key"},
    {"peer-invalidated", "contacts"},
    {"first-guide", "help"},
    {"site-reset", "sliders"},
    {"other", "person"},
};

static gsize
kind_of(const char *code)
{
    gsize i = 0;
    while (i + 1 < G_N_ELEMENTS(kinds) && strcmp(kinds[i].code, code) != 0)
        i++;
    return i;
}

/* A detail that is a day, as people write it. */
static char *
day_of(const Context *ctx, const char *detail)
{
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
    g_autofree char *whole =
        detail != NULL && strlen(detail) == strlen("2026-11-25")
            ? g_strconcat(detail, "T12:00:00Z", NULL)
            : g_strdup(detail);
    g_autoptr(GDateTime) time =
        whole != NULL ? g_date_time_new_from_iso8601(whole, utc) : NULL;
    return time != NULL ? date_plain(ctx->words, g_date_time_to_unix(time))
                        : NULL;
}

static void
set_kind(Json *json, const Notice *notice)
{
    gsize kind = kind_of(notice->code);
    json_set(json, "code", shell_code(kinds[kind].code));
    json_set_text(json, "icon", kinds[kind].icon);
}

static Json *
notice_json(const Context *ctx, const Notice *notice)
{
    g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, notice->id);
    g_autofree char *when =
        date_full(ctx->words, notice->created, ctx->world.now);
    g_autofree char *day = day_of(ctx, notice->detail);
    Json *json = json_object_new();
    json_set_text(json, "id", id);
    set_kind(json, notice);
    json_set_text(json, "when", when);
    json_set_text(json, "day", day);
    json_set_text(json, "detail", notice->detail);
    return json;
}

static GPtrArray *
load(const Context *ctx, gint64 account)
{
    g_autoptr(GError) why = NULL;
    GPtrArray *list = notice_list(ctx->world.db, account, SHOWN_MAX, &why);
    if (list == NULL)
        log_error("notices", why);
    return list;
}

void
notices_add(const Context *ctx, Json *context)
{
    if (ctx->world.account == NULL)
        return;
    g_autoptr(GPtrArray) list = load(ctx, ctx->world.account->id);
    if (list == NULL || list->len == 0)
        return;
    g_autofree char *count = g_strdup_printf("%u", list->len);
    Json *notices = json_object_new();
    Json *all = json_array_new();
    set_kind(notices, g_ptr_array_index(list, 0));
    json_set_text(notices, "count", list->len > 1 ? count : NULL);
    for (guint i = 0; i < list->len; i++)
        json_append(all, notice_json(ctx, g_ptr_array_index(list, i)));
    json_set(notices, "all", all);
    json_set(context, "notices", notices);
}

void
notices_add_end(const Context *ctx, Json *context)
{
    gint64 end = 0;
    g_autoptr(GError) why = NULL;
    if (!account_is_secure(ctx->world.account))
        return;
    if (!enrol_end(&ctx->world, &end, &why)) {
        log_error("certificate-end", why);
        return;
    }
    g_autoptr(Json) left = keys_left(ctx, end);
    if (left != NULL && json_bool(json_member(left, "urgent")))
        json_set(context, "ending", g_steal_pointer(&left));
}

gboolean
notices_guide(const Context *ctx, gint64 account)
{
    g_autoptr(GPtrArray) list = load(ctx, account);
    for (guint i = 0; list != NULL && i < list->len; i++) {
        const Notice *notice = g_ptr_array_index(list, i);
        if (strcmp(notice->code, "first-guide") == 0)
            return TRUE;
    }
    return FALSE;
}

PAGE(page_notice_dismiss)
{
    guint64 id = 0;
    const char *back = request_field(req, "return");
    if (!g_ascii_string_to_unsigned(req->captures[0], 10, 1, G_MAXINT64, &id,
                                    NULL)) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_NOT_FOUND,
                            "notice: not a number");
        return FALSE;
    }
    if (!notice_dismiss(ctx->world.db, ctx->world.account->id, (gint64)id,
                        error))
        return FALSE;
    if (request_wants_json(req))
        return response_json(res, "{}");
    if (back == NULL || back[0] != '/' || !escape_is_safe_url(back))
        return response_redirect(res, "/");
    response_status(res, 303);
    response_header(res, "Location", back);
    return response_text(res, "text/plain; charset=utf-8", "");
}
