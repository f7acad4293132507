/* Rows of the journal in words, for the pages that show them. */
#ifndef SCEAU_FCGI_PAGES_ADMIN_JOURNAL_H
#define SCEAU_FCGI_PAGES_ADMIN_JOURNAL_H

#include "core/admin/journal.h"
#include "fcgi/pages/shell.h"

/* What an act's code says, translated; the code itself when it has none. */
const char *journal_act_words(const Catalogue *words, const char *code);
/* Every code that has words, as options of a form: {code, label, selected}.
 */
Json *journal_act_options(const Catalogue *words, const char *selected);

/* The context of templates/acts.html; rows are AuditRow. */
Json *journal_rows_json(const Context *ctx, const GPtrArray *rows);

#endif
