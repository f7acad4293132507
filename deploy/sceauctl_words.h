/*
 * What sub-commands with verbs share: "account role ADDRESS ROLE --domain D"
 * is split by a table of rows into words and options; --json is taken by all.
 * Exit 0: done; 1: what the verb says of it; 2: refused, with one line on
 * standard error.
 */
#ifndef SCEAU_DEPLOY_SCEAUCTL_WORDS_H
#define SCEAU_DEPLOY_SCEAUCTL_WORDS_H

#include "core/admin/office.h"
#include "core/base/json.h"
#include "deploy/sceauctl.h"

typedef struct {
    const Office *office;
    const char *const *words; /* NULL-terminated, after the verb */
    guint n_words;
    gboolean json;
    GPtrArray *options; /* "domain=a.test", "on" */
    int *status;        /* 0, which a verb may make 1 */
} Verb;

enum {
    VERB_CHANGES = 1, /* runs in one transaction, and is done */
    VERB_TRUSTS = 2,  /* the office has what is trusted, files and store */
};

typedef struct {
    const char *name;
    guint least, most;   /* words */
    const char *options; /* "domain= on": with a value, and without */
    gboolean (*run)(const Verb *verb, GError **error);
    guint how; /* VERB_… */
} VerbRow;

/* rows end with a NULL name; argv[0] is the command's name. */
int verb_run(const SceauctlContext *context, const VerbRow *rows, int argc,
             char **argv);

/* The value of an option, "" of one without, NULL if it was not given. */
const char *verb_option(const Verb *verb, const char *name);
/* The words from this one on, with spaces between. */
char *verb_words(const Verb *verb, guint from);
/* The values of one that may be repeated, with spaces between. */
char *verb_option_all(const Verb *verb, const char *name);

/* One line on standard output. */
gboolean verb_print(const Json *json, GError **error);
/* For programs {"done":true}, for people nothing. */
gboolean verb_done(const Verb *verb, GError **error);
/* For programs {"removed":7}, for people "removed: 7". */
gboolean verb_count(const Verb *verb, const char *word, gint64 count,
                    GError **error);
/* A value of a line, what is no printable text as '?', then after; NULL is
 * "-". */
void verb_print_value(const char *value, char after);
/* RFC 3339, or null for 0. */
void verb_set_moment(Json *json, const char *name, gint64 moment);
Json *verb_texts(char *const *texts);

gboolean sceauctl_account_import(const Verb *verb, GError **error);

#endif
