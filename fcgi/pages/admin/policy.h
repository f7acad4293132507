/* Policy lines in words, for the pages that show or edit them. */
#ifndef SCEAU_FCGI_PAGES_ADMIN_POLICY_H
#define SCEAU_FCGI_PAGES_ADMIN_POLICY_H

#include "core/admin/policy_admin.h"
#include "fcgi/pages/shell.h"

/* What a line is about; translated, static. */
const char *policy_line_words(const Context *ctx, PolicyLine line);
/* A value, or NULL (built in), as a person reads it; the caller frees. */
char *policy_value_words(const Context *ctx, PolicyLine line,
                         const char *value);
/* [{label, value, from: {site: true}, of}] of what holds for an account. */
Json *policy_lines_json(const Context *ctx, const Policy *policy);
/* The fields of a form: [{name, label, hint, choice: [{value, label,
 * selected}] or absent, value, numeric, area}]; typed has one text a line. */
Json *policy_fields_json(const Context *ctx, char *const *typed);
/* {touched, nobody, effects: [{label, before, after, count}], names: [],
 * more} */
Json *policy_trial_json(const Context *ctx, const PolicyTrial *trial);

#endif
