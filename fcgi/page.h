/*
 * What every page gets and gives: it reads the form, makes one call into
 * core/mail, and shows the result. A page that fails returns FALSE with an
 * error; serve.c shows it.
 */
#ifndef SCEAU_FCGI_PAGE_H
#define SCEAU_FCGI_PAGE_H

#include "core/admin/office.h"
#include "fcgi/access.h"
#include "fcgi/messages.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

typedef struct {
    const Site *site;
    World world;
    const Visitor *visitor;
    const char *language;
    const Catalogue *words;
} Context;

typedef gboolean (*Page)(const Context *ctx, const Request *req,
                         Response *res, GError **error);

#define PAGE(name)                                                           \
    gboolean name(const Context *ctx, const Request *req, Response *res,     \
                  GError **error)

PAGE(page_home);
PAGE(page_sign_in_show);
PAGE(page_sign_in);
PAGE(page_sign_out);
PAGE(page_mailbox);
PAGE(page_act);
PAGE(page_read);
PAGE(page_read_part);
PAGE(page_read_image);
PAGE(page_read_raw);
PAGE(page_open);
PAGE(page_open_part);
PAGE(page_open_image);
PAGE(page_open_compose);
PAGE(page_compose_show);
PAGE(page_compose);
PAGE(page_drafts_save);
PAGE(page_drafts_discard);
PAGE(page_keyreq_sign);
PAGE(page_certificates_list);
PAGE(page_certificates_add);
PAGE(page_certificates_remove);
PAGE(page_certificate_request);
PAGE(page_certificate_cancel);
PAGE(page_certificate_requests);
PAGE(page_crl);
PAGE(page_admin_authority);
PAGE(page_admin_authority_make);
PAGE(page_admin_authority_rule);
PAGE(page_admin_authority_decide);
PAGE(page_admin_authority_resume);
PAGE(page_admin_authority_list);
PAGE(page_admin_authority_upload);
PAGE(page_admin_authority_take);
PAGE(page_admin_issued);
PAGE(page_admin_issued_take);
PAGE(page_admin_issued_p12);
PAGE(page_admin_issued_revoke);
PAGE(page_admin_reset);
PAGE(page_admin_reset_do);
PAGE(page_keys);
PAGE(page_certificate_take);
PAGE(page_certificate_p12);
PAGE(page_part_certificate);
PAGE(page_contacts);
PAGE(page_contacts_create);
PAGE(page_contacts_status);
PAGE(page_contacts_suggest);
PAGE(page_contact);
PAGE(page_contact_back);
PAGE(page_contact_edit);
PAGE(page_contact_remove);
PAGE(page_contact_certificate_add);
PAGE(page_contact_certificate_act);
PAGE(page_contact_certificate_take);
PAGE(page_contact_certificate_p12);
PAGE(page_preferences);
PAGE(page_preferences_save);
PAGE(page_security);
PAGE(page_security_save);
PAGE(page_security_accept);
PAGE(page_outbox);
PAGE(page_outbox_retry);
PAGE(page_outbox_discard);
PAGE(page_sent);
PAGE(page_notice_dismiss);
PAGE(page_helpdesk);
PAGE(page_helpdesk_person);
PAGE(page_helpdesk_ask);
PAGE(page_helpdesk_act);
PAGE(page_certificates_stolen);
PAGE(page_language);
PAGE(page_help);
PAGE(page_health);
PAGE(page_admin_trust);
PAGE(page_admin_trust_save);
PAGE(page_admin_trust_upload);
PAGE(page_admin_trust_cert);
PAGE(page_admin_trust_rename);
PAGE(page_admin_trust_withdraw_ask);
PAGE(page_admin_trust_withdraw);
PAGE(page_admin_trust_source_add);
PAGE(page_admin_trust_source);
PAGE(page_accounts);
PAGE(page_accounts_import_show);
PAGE(page_accounts_import);
PAGE(page_account);
PAGE(page_account_save);
PAGE(page_policy);
PAGE(page_policy_place);
PAGE(page_policy_save);
PAGE(page_group_create);
PAGE(page_group_act);
PAGE(page_admin_overview);
PAGE(page_metrics);
PAGE(page_data);
PAGE(page_data_export);
PAGE(page_data_delete);
PAGE(page_person);
PAGE(page_person_export);
PAGE(page_person_delete);
PAGE(page_admin_audit);
PAGE(page_admin_audit_export);
PAGE(page_asset_frame);
PAGE(page_asset_frame_images);
PAGE(page_asset_frame_script);
PAGE(page_asset_worker);

/* Shows the error, as a page or as JSON (serve.c calls it). */
void page_error(const Context *ctx, const Request *req, Response *res,
                const GError *error, const char *reference);

#endif
