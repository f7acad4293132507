/* One try of one source, as its steps see it; of revocation_fetch only. */
#ifndef SCEAU_ADMIN_REVOCATION_TRY_H
#define SCEAU_ADMIN_REVOCATION_TRY_H

#include "core/admin/office.h"
#include "core/net/http.h"
#include "core/pki/cert.h"
#include "core/store/revocation_cache.h"
#include "core/store/revocation_source.h"

/* Clocks that differ by less are thought the same. */
#define TRY_CLOCK_SLACK 300

typedef struct {
    const Office *office;
    const RevocationSource *source;
    Cert *issuer; /* borrowed; NULL: no longer trusted */
    guint max_questions;
    const char *result; /* a code; static */
    guint asked, kept;
    gint64 next; /* when what came ends; 0: not known */
    char *etag, *modified;
} Try;

void try_clear(Try *try);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Try, try_clear)

/* NULL where nothing came; the result then says why. */
HttpAnswer *try_ask(Try *try, const HttpQuestion *question);

/* Keeps what came, in a transaction of its own. */
gboolean try_save(const Try *try, const RevocationCached *row,
                  GError **error);

/* Is the result one under which the source is in order? */
gboolean try_has_succeeded(const Try *try);

#endif
