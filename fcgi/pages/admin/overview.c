/* /admin: figures as small charts, each beside what can be done about it.
 * Numbers of the drawings are computed here; the template only writes them.
 */
#include "core/admin/overview.h"

#include "core/store/tally.h"
#include "fcgi/dates.h"
#include "fcgi/pages/shell.h"

/* The drawing of the days: columns of 14 in steps of 20, 100 high. */
#define STEP 20
#define HEIGHT 100
/* The length of a full bar. */
#define LENGTH 600
#define FAILURES_SHOWN 6

static void
set_number(Json *json, const char *name, gint64 value)
{
    g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, value);
    json_set_text(json, name, text);
}

/* In whole percent; "0" of nothing. */
static void
set_share(Json *json, const char *name, gint64 part, gint64 whole)
{
    set_number(json, name,
               whole > 0 ? (part * 200 + whole) / (2 * whole) : 0);
}

/* What is not nothing is seen. */
static gint64
length_of(gint64 part, gint64 whole, gint64 full)
{
    if (part <= 0 || whole <= 0)
        return 0;
    return MAX(part * full / whole, 2);
}

/* One piece of a column, drawn from the foot at *top upwards. */
static void
set_piece(Json *json, const char *name, gint64 part, gint64 most, gint64 *top)
{
    gint64 height = length_of(part, most, HEIGHT);
    if (height == 0)
        return;
    *top -= height;
    Json *piece = json_object_new();
    set_number(piece, "y", MAX(*top, 0));
    set_number(piece, "height", height);
    json_set(json, name, piece);
}

static Json *
day_json(const Context *ctx, const Overview *overview, guint day, gint64 most)
{
    gint64 sent = overview->sent[day];
    gint64 encrypted = MIN(overview->encrypted[day], sent);
    gint64 only_signed =
        MIN(MAX(overview->is_signed[day] - encrypted, 0), sent - encrypted);
    gint64 top = HEIGHT;
    g_autofree char *label =
        date_plain(ctx->words, overview->first_day + (gint64)day * 24 * 3600);
    Json *json = json_object_new();
    json_set_text(json, "label", label);
    set_number(json, "x", (gint64)day * STEP + 3);
    set_number(json, "sent", sent);
    set_number(json, "only_signed", only_signed);
    set_number(json, "encrypted", encrypted);
    shell_set_true(json, "any", sent > 0);
    set_piece(json, "encrypted_bar", encrypted, most, &top);
    set_piece(json, "signed_bar", only_signed, most, &top);
    set_piece(json, "plain_bar", sent - only_signed - encrypted, most, &top);
    return json;
}

static Json *
sent_json(const Context *ctx, const Overview *overview)
{
    gint64 most = 0, sent = 0, is_signed = 0, encrypted = 0;
    for (guint i = 0; i < OVERVIEW_DAYS; i++) {
        most = MAX(most, overview->sent[i]);
        sent += overview->sent[i];
        is_signed += overview->is_signed[i];
        encrypted += overview->encrypted[i];
    }
    Json *json = json_object_new();
    Json *days = json_array_new();
    for (guint i = 0; i < OVERVIEW_DAYS; i++)
        json_append(days, day_json(ctx, overview, i, most));
    json_set(json, "days", days);
    shell_set_true(json, "any", sent > 0);
    set_number(json, "all", sent);
    set_number(json, "most", most);
    set_share(json, "signed_share", MAX(is_signed - encrypted, 0), sent);
    set_share(json, "encrypted_share", encrypted, sent);
    return json;
}

static Json *
accounts_json(const Overview *overview)
{
    const FigureAccounts *of = &overview->accounts;
    gint64 all = of->forbidden + of->off + of->on;
    const struct {
        const char *name, *x, *width;
        gint64 count;
    } parts[] = {
        {"on", "on_x", "on_width", of->on},
        {"off", "off_x", "off_width", of->off},
        {"forbidden", "forbidden_x", "forbidden_width", of->forbidden},
    };
    Json *json = json_object_new();
    gint64 at = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
        gint64 width = length_of(parts[i].count, all, LENGTH);
        set_number(json, parts[i].name, parts[i].count);
        set_number(json, parts[i].x, at);
        set_number(json, parts[i].width, width);
        at += width;
    }
    set_number(json, "all", all);
    return json;
}

static Json *
failures_json(const Context *ctx, const Overview *overview)
{
    const GPtrArray *failures = overview->failures;
    Json *list = json_array_new();
    for (guint i = 0; i < MIN(failures->len, FAILURES_SHOWN); i++) {
        const Tally *tally = g_ptr_array_index(failures, i);
        const Tally *most = g_ptr_array_index(failures, 0);
        const Message *message = message_named(tally->name);
        Json *json = json_object_new();
        json_set_text(json, "words",
                      message != NULL
                          ? catalogue_text(ctx->words, message->title)
                          : tally->name);
        json_set_text(json, "code", tally->name);
        set_number(json, "count", tally->count);
        set_number(json, "width",
                   length_of(tally->count, most->count, LENGTH));
        json_append(list, json);
    }
    return list;
}

static Json *
ending_json(const Context *ctx, const Overview *overview)
{
    Json *list = json_array_new();
    for (guint i = 0; i < overview->ending->len; i++) {
        const FigureEnd *end = g_ptr_array_index(overview->ending, i);
        g_autofree char *date = date_plain(ctx->words, end->not_after);
        gint64 left = (end->not_after - ctx->world.now) / (24 * 3600);
        Json *json = json_object_new();
        json_set_int(json, "id", end->account);
        json_set_text(json, "address", end->address);
        json_set_text(json, "date", date);
        set_number(json, "days", left);
        shell_set_true(json, "soon", left < 30);
        json_append(list, json);
    }
    return list;
}

PAGE(page_admin_overview)
{
    const Office office = shell_office(ctx, req);
    g_autoptr(Overview) overview = overview_new(&office, error);
    if (overview == NULL)
        return FALSE;
    g_autoptr(Json) context = shell_context(ctx, req, "admin_overview");
    json_set(context, "tab", shell_code("overview"));
    json_set(context, "sent", sent_json(ctx, overview));
    json_set(context, "accounts", accounts_json(overview));
    json_set(context, "failures", failures_json(ctx, overview));
    json_set(context, "ending", ending_json(ctx, overview));
    set_number(context, "ending_30", overview->ending_30);
    set_number(context, "ending_60", overview->ending_60);
    set_number(context, "waiting", overview->waiting);
    shell_set_true(context, "waiting_any", overview->waiting > 0);
    shell_set_true(context, "waiting_one", overview->waiting == 1);
    return shell_show_beside(ctx, res, "admin_overview", context);
}
