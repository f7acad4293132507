/*
 * The overview: what an administrator should know and act on. Figures of
 * people are of the domains of whoever looks; counts of what happened are of
 * the whole site and of nobody.
 */
#ifndef SCEAU_ADMIN_OVERVIEW_H
#define SCEAU_ADMIN_OVERVIEW_H

#include "core/admin/office.h"
#include "core/store/figures.h"

#define OVERVIEW_DAYS 30

typedef struct {
    FigureAccounts accounts;
    gint64 ending_30, ending_60; /* the second has the first too */
    GPtrArray *ending;           /* FigureEnd, the soonest ones */
    gint64 waiting;              /* requests for a certificate */
    gint64 first_day;            /* of the three below */
    gint64 sent[OVERVIEW_DAYS];
    gint64 is_signed[OVERVIEW_DAYS]; /* the encrypted ones among them */
    gint64 encrypted[OVERVIEW_DAYS];
    GPtrArray *failures; /* Tally: app_error_name and count, most first */
} Overview;

Overview *overview_new(const Office *office, GError **error);
void overview_free(Overview *overview);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Overview, overview_free)

#endif
