/*
 * Policy as administrators set it (S8): the lines of one place (the site, a
 * domain, a group, an account), whom a change would touch, and the change.
 * Lines of the site and of groups are for those who reach all domains, those
 * of a domain or an account for whoever reaches it.
 */
#ifndef SCEAU_ADMIN_POLICY_ADMIN_H
#define SCEAU_ADMIN_POLICY_ADMIN_H

#include "core/admin/office.h"
#include "core/store/policy.h"

#define POLICY_TRIAL_NAMES 10

typedef struct {
    PolicyScope scope;
    char *subject; /* as policy_save() takes it */
    char *name;    /* a domain, the group's name, the address; "" the site */
} PolicyPlace;

void policy_place_free(PolicyPlace *place);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PolicyPlace, policy_place_free)

/* subject: a domain, a group's name or id, an address or an account's id;
 * not looked at for the site. APP_ERROR_NOT_FOUND, APP_ERROR_FORBIDDEN. */
PolicyPlace *policy_admin_place(const Office *office, PolicyScope scope,
                                const char *subject, GError **error);

/* The lines of a place, by line; NULL where it has none. */
typedef struct {
    char *values[POLICY_LINES];
    char *state; /* changes when one of them does */
} PolicySheet;

void policy_sheet_free(PolicySheet *sheet);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PolicySheet, policy_sheet_free)

PolicySheet *policy_admin_sheet(const Office *office,
                                const PolicyPlace *place, GError **error);

/* What is to be: typed, and NULL or "" for no line. */
typedef struct {
    PolicyLine line;
    const char *typed;
} PolicyEdit;

/* So many are held to after instead of before; NULL is: as built in. */
typedef struct {
    PolicyLine line;
    char *before, *after;
    guint count;
} PolicyEffect;

typedef struct {
    GPtrArray *effects; /* PolicyEffect, by line */
    GPtrArray *names;   /* the first addresses */
    guint touched;      /* accounts, each once */
    guint edits;        /* lines that change, whomever they touch */
} PolicyTrial;

void policy_trial_free(PolicyTrial *trial);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PolicyTrial, policy_trial_free)

/* Changes nothing. APP_ERROR_INPUT names the line whose value is wrong. */
PolicyTrial *policy_admin_try(const Office *office, const PolicyPlace *place,
                              const PolicyEdit *edits, gsize n,
                              GError **error);
/* All or nothing. state: of the sheet that was edited, or NULL;
 * APP_ERROR_CONFLICT when it is another by now. */
gboolean policy_admin_set(const Office *office, const PolicyPlace *place,
                          const PolicyEdit *edits, gsize n, const char *state,
                          GError **error);

#endif
