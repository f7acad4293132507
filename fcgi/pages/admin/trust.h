/* What the pages of trust share. */
#ifndef SCEAU_FCGI_PAGES_ADMIN_TRUST_H
#define SCEAU_FCGI_PAGES_ADMIN_TRUST_H

#include "core/admin/revocation_admin.h"
#include "core/admin/trust_admin.h"
#include "fcgi/pages/shell.h"

/* What was given that could not be taken: msgids. */
typedef struct {
    const char *message, *action;
    guint status;
} TrustFault;

/* In words; FALSE for an error that is not the form's. */
gboolean trust_fault(const GError *error, TrustFault *fault);
void trust_set_fault(const Context *ctx, const Request *req, Response *res,
                     Json *context, const TrustFault *fault);

/* The common context, with tab, edition and saved. */
Json *trust_context(const Context *ctx, const Request *req, const char *page,
                    GError **error);
/* The edition a form was made from; APP_ERROR_INPUT for what is none. */
gboolean trust_edition_read(const Request *req, gint64 *edition,
                            GError **error);
/* "/base/admin/trust/…"; the caller frees. */
char *trust_url(const Context *ctx, const char *kid);
gboolean trust_redirect(Response *res, const char *kid, const char *saved);

Json *trust_line_json(const Context *ctx, const TrustLine *line);
Json *trust_effect_json(const TrustEffect *effect);
Json *trust_sources_json(const Context *ctx, GPtrArray *lines);

/* The page of one certificate, with what went wrong with a post, or NULL. */
gboolean trust_show_one(const Context *ctx, const Request *req, Response *res,
                        const char *kid, const TrustFault *fault,
                        GError **error);
/* The list, the same. */
gboolean trust_show_list(const Context *ctx, const Request *req,
                         Response *res, const TrustFault *fault,
                         GError **error);

#endif
