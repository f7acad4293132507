#include "core/admin/overview.h"

#include <string.h>

#include "core/store/cert_request.h"
#include "core/store/tally.h"

#define DAY (24 * 3600)
#define ENDING_SHOWN 8
#define FAILURE "failure-"

void
overview_free(Overview *overview)
{
    if (overview == NULL)
        return;
    g_clear_pointer(&overview->ending, g_ptr_array_unref);
    g_clear_pointer(&overview->failures, g_ptr_array_unref);
    g_free(overview);
}

static gboolean
load_people(Overview *self, const Office *office, GError **error)
{
    Db *db = office->db;
    gint64 scope = 0, now = office->now;
    if (!office_scope(office, &scope, error) ||
        !figures_accounts(db, scope, &self->accounts, error) ||
        !figures_ending(db, scope, now, now + 30 * DAY, &self->ending_30,
                        error) ||
        !figures_ending(db, scope, now, now + 60 * DAY, &self->ending_60,
                        error) ||
        !cert_request_count(db, REQUEST_WAITING, scope, &self->waiting,
                            error))
        return FALSE;
    self->ending = figures_ending_list(db, scope, now, now + 60 * DAY,
                                       ENDING_SHOWN, error);
    return self->ending != NULL;
}

static gboolean
load_days(const Overview *self, Db *db, const char *name,
          gint64 out[OVERVIEW_DAYS], GError **error)
{
    g_autoptr(GArray) days =
        tally_days(db, name, self->first_day, OVERVIEW_DAYS, error);
    if (days == NULL)
        return FALSE;
    memcpy(out, days->data, sizeof(gint64) * OVERVIEW_DAYS);
    return TRUE;
}

static gint
most_first(gconstpointer a, gconstpointer b)
{
    const Tally *one = *(const Tally *const *)a;
    const Tally *two = *(const Tally *const *)b;
    return one->count < two->count   ? 1
           : one->count > two->count ? -1
                                     : strcmp(one->name, two->name);
}

static gboolean
load_failures(Overview *self, Db *db, GError **error)
{
    self->failures = tally_since(db, FAILURE, self->first_day, error);
    if (self->failures == NULL)
        return FALSE;
    for (guint i = 0; i < self->failures->len; i++) {
        Tally *tally = g_ptr_array_index(self->failures, i);
        char *code = g_strdup(tally->name + strlen(FAILURE));
        g_free(tally->name);
        tally->name = code;
    }
    g_ptr_array_sort(self->failures, most_first);
    return TRUE;
}

Overview *
overview_new(const Office *office, GError **error)
{
    if (!office_need(office, ROLE_ADMINISTRATOR, error))
        return NULL;
    Db *db = office->db;
    g_autoptr(Overview) self = g_new0(Overview, 1);
    gint64 first = office->now - (OVERVIEW_DAYS - 1) * DAY;
    self->first_day = first - first % DAY;
    if (load_people(self, office, error) &&
        load_days(self, db, "sent", self->sent, error) &&
        load_days(self, db, "sent-signed", self->is_signed, error) &&
        load_days(self, db, "sent-encrypted", self->encrypted, error) &&
        load_failures(self, db, error))
        return g_steal_pointer(&self);
    return NULL;
}
