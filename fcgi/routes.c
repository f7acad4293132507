#include "fcgi/routes.h"

#include <string.h>

#include "core/base/error.h"

#define SMALL (64 * 1024)
#define USER ACCESS_USER
#define SECURE (ACCESS_USER | ACCESS_SECURE)
#define ADMIN (ACCESS_USER | ACCESS_ADMIN)
#define AUTHORITY "/admin/authority"
#define HELPDESK (ACCESS_USER | ACCESS_HELPDESK)
#define MESSAGE "/mail/{}/{}"
#define TRUST_FILE (4 * 1024 * 1024)
#define TRUSTED "/admin/trust/{}"
#define CONTACT "/contacts/{}"
#define PEER CONTACT "/certificates/{}"

/* One column each: method, path, who may, longest body, what answers. */
static const Route table[] = {
    {METHOD_GET, "/", ACCESS_OPEN, 0, page_home},
    {METHOD_GET, "/sign-in", ACCESS_OPEN, 0, page_sign_in_show},
    {METHOD_POST, "/sign-in", ACCESS_OPEN, SMALL, page_sign_in},
    {METHOD_POST, "/sign-out", ACCESS_OPEN, SMALL, page_sign_out},
    {METHOD_GET, "/mail/{}", USER, 0, page_mailbox},
    {METHOD_GET, MESSAGE, USER | ACCESS_MARKS, 0, page_read},
    {METHOD_POST, MESSAGE "/act", USER, SMALL, page_act},
    {METHOD_GET, MESSAGE "/raw", USER, 0, page_read_raw},
    {METHOD_GET, MESSAGE "/part/{}", USER, 0, page_read_part},
    {METHOD_GET, MESSAGE "/image/{}", USER, 0, page_read_image},
    {METHOD_POST, MESSAGE "/open", SECURE, SMALL, page_open},
    {METHOD_POST, MESSAGE "/open/part/{}", SECURE, SMALL, page_open_part},
    {METHOD_POST, MESSAGE "/open/image/{}", SECURE, SMALL, page_open_image},
    {METHOD_POST, MESSAGE "/open/compose", SECURE, SMALL, page_open_compose},
    {METHOD_GET, "/compose", USER, 0, page_compose_show},
    {METHOD_POST, "/compose", USER, REQUEST_BODY_MAX, page_compose},
    {METHOD_POST, "/drafts", USER, REQUEST_BODY_MAX, page_drafts_save},
    {METHOD_POST, "/drafts/discard", USER, SMALL, page_drafts_discard},
    {METHOD_POST, "/key-requests/signature", SECURE, SMALL, page_keyreq_sign},
    {METHOD_GET, "/certificates", USER, 0, page_certificates_list},
    {METHOD_POST, "/certificates", SECURE, 1024 * 1024,
     page_certificates_add},
    {METHOD_POST, "/certificates/remove", SECURE, SMALL,
     page_certificates_remove},
    {METHOD_POST, "/certificates/stolen", SECURE, SMALL,
     page_certificates_stolen},
    {METHOD_POST, "/certificates/request", SECURE, SMALL,
     page_certificate_request},
    {METHOD_POST, "/certificates/cancel", SECURE, SMALL,
     page_certificate_cancel},
    {METHOD_GET, "/certificates/requests", SECURE, 0,
     page_certificate_requests},
    {METHOD_GET, "/crl/{}", ACCESS_OPEN, 0, page_crl},
    {METHOD_GET, "/certificates/{}/{}", SECURE, 0, page_certificate_take},
    {METHOD_POST, "/certificates/{}/p12", SECURE, SMALL,
     page_certificate_p12},
    {METHOD_POST, MESSAGE "/part/{}/certificate", USER, SMALL,
     page_part_certificate},
    {METHOD_GET, "/contacts", USER, 0, page_contacts},
    {METHOD_POST, "/contacts", USER, SMALL, page_contacts_create},
    {METHOD_GET, "/contacts/status", USER, 0, page_contacts_status},
    {METHOD_GET, "/contacts/suggest", USER, 0, page_contacts_suggest},
    {METHOD_GET, CONTACT, USER, 0, page_contact},
    {METHOD_GET, CONTACT "/edit", USER, 0, page_contact_back},
    {METHOD_POST, CONTACT "/edit", USER, SMALL, page_contact_edit},
    {METHOD_POST, CONTACT "/remove", USER, SMALL, page_contact_remove},
    {METHOD_GET, CONTACT "/certificates", USER, 0, page_contact_back},
    {METHOD_POST, CONTACT "/certificates", USER, 1024 * 1024,
     page_contact_certificate_add},
    {METHOD_GET, PEER, USER, 0, page_contact_back},
    {METHOD_POST, PEER, USER, SMALL, page_contact_certificate_act},
    {METHOD_GET, PEER "/{}", USER, 0, page_contact_certificate_take},
    {METHOD_POST, PEER "/p12", USER, SMALL, page_contact_certificate_p12},
    {METHOD_GET, "/preferences", USER, 0, page_preferences},
    {METHOD_POST, "/preferences", USER, SMALL, page_preferences_save},
    {METHOD_GET, "/preferences/data", USER, 0, page_data},
    {METHOD_POST, "/preferences/data/export", USER, SMALL, page_data_export},
    {METHOD_POST, "/preferences/data/delete", USER, SMALL, page_data_delete},
    {METHOD_GET, "/security", SECURE, 0, page_security},
    {METHOD_POST, "/security", SECURE, SMALL, page_security_save},
    {METHOD_POST, "/security/accept", SECURE, SMALL, page_security_accept},
    {METHOD_GET, "/keys", SECURE, 0, page_keys},
    {METHOD_GET, "/outbox", USER, 0, page_outbox},
    {METHOD_POST, "/outbox/{}/retry", USER, SMALL, page_outbox_retry},
    {METHOD_POST, "/outbox/{}/discard", USER, SMALL, page_outbox_discard},
    {METHOD_GET, "/sent", USER, 0, page_sent},
    {METHOD_GET, "/admin/trust", ADMIN, 0, page_admin_trust},
    {METHOD_POST, "/admin/trust", ADMIN, TRUST_FILE, page_admin_trust_save},
    {METHOD_POST, "/admin/trust/upload", ADMIN, TRUST_FILE,
     page_admin_trust_upload},
    {METHOD_GET, TRUSTED, ADMIN, 0, page_admin_trust_cert},
    {METHOD_POST, TRUSTED, ADMIN, SMALL, page_admin_trust_rename},
    {METHOD_GET, TRUSTED "/withdraw", ADMIN, 0,
     page_admin_trust_withdraw_ask},
    {METHOD_POST, TRUSTED "/withdraw", ADMIN, SMALL,
     page_admin_trust_withdraw},
    {METHOD_POST, TRUSTED "/sources", ADMIN, SMALL,
     page_admin_trust_source_add},
    {METHOD_POST, TRUSTED "/sources/{}", ADMIN, SMALL,
     page_admin_trust_source},
    {METHOD_GET, AUTHORITY, ADMIN, 0, page_admin_authority},
    {METHOD_POST, AUTHORITY "/make", ADMIN, SMALL, page_admin_authority_make},
    {METHOD_POST, AUTHORITY "/rule", ADMIN, SMALL, page_admin_authority_rule},
    {METHOD_POST, AUTHORITY "/decide", ADMIN, SMALL,
     page_admin_authority_decide},
    {METHOD_POST, AUTHORITY "/resume", ADMIN, SMALL,
     page_admin_authority_resume},
    {METHOD_POST, AUTHORITY "/list", ADMIN, SMALL, page_admin_authority_list},
    {METHOD_POST, AUTHORITY "/upload", ADMIN, 1024 * 1024,
     page_admin_authority_upload},
    {METHOD_GET, AUTHORITY "/certificate/{}", ADMIN, 0,
     page_admin_authority_take},
    {METHOD_GET, AUTHORITY "/issued/{}", ADMIN, 0, page_admin_issued},
    {METHOD_GET, AUTHORITY "/issued/{}/{}", ADMIN, 0, page_admin_issued_take},
    {METHOD_POST, AUTHORITY "/issued/{}/p12", ADMIN, SMALL,
     page_admin_issued_p12},
    {METHOD_POST, AUTHORITY "/issued/{}/revoke", ADMIN, SMALL,
     page_admin_issued_revoke},
    {METHOD_GET, AUTHORITY "/reset", ADMIN, 0, page_admin_reset},
    {METHOD_POST, AUTHORITY "/reset", ADMIN, SMALL, page_admin_reset_do},
    {METHOD_GET, "/admin/accounts", ADMIN, 0, page_accounts},
    {METHOD_GET, "/admin/accounts/import", ADMIN, 0,
     page_accounts_import_show},
    {METHOD_POST, "/admin/accounts/import", ADMIN, 4 * 1024 * 1024,
     page_accounts_import},
    {METHOD_GET, "/admin/accounts/{}", ADMIN, 0, page_account},
    {METHOD_POST, "/admin/accounts/{}", ADMIN, SMALL, page_account_save},
    {METHOD_GET, "/admin/policy", ADMIN, 0, page_policy},
    {METHOD_GET, "/admin/policy/{}/{}", ADMIN, 0, page_policy_place},
    {METHOD_POST, "/admin/policy/{}/{}", ADMIN, SMALL, page_policy_save},
    {METHOD_POST, "/admin/groups", ADMIN, SMALL, page_group_create},
    {METHOD_POST, "/admin/groups/{}", ADMIN, SMALL, page_group_act},
    {METHOD_GET, "/admin/people/{}", ADMIN, 0, page_person},
    {METHOD_POST, "/admin/people/{}/export", ADMIN, SMALL,
     page_person_export},
    {METHOD_POST, "/admin/people/{}/delete", ADMIN, SMALL,
     page_person_delete},
    {METHOD_GET, "/admin", ADMIN, 0, page_admin_overview},
    {METHOD_GET, "/admin/audit", ADMIN, 0, page_admin_audit},
    {METHOD_GET, "/admin/audit/export", ADMIN, 0, page_admin_audit_export},
    {METHOD_GET, "/helpdesk", HELPDESK, 0, page_helpdesk},
    {METHOD_GET, "/helpdesk/{}", HELPDESK, 0, page_helpdesk_person},
    {METHOD_GET, "/helpdesk/{}/{}", HELPDESK, 0, page_helpdesk_ask},
    {METHOD_POST, "/helpdesk/{}/{}", HELPDESK, SMALL, page_helpdesk_act},
    {METHOD_POST, "/notices/{}/dismiss", USER, SMALL, page_notice_dismiss},
    {METHOD_POST, "/language", ACCESS_OPEN, SMALL, page_language},
    {METHOD_GET, "/help", ACCESS_OPEN, 0, page_help},
    {METHOD_GET, "/healthz", ACCESS_ALONE, 0, page_health},
    {METHOD_GET, "/metrics", ACCESS_ALONE, 0, page_metrics},
    {METHOD_GET, "/frame.html", ACCESS_ALONE, 0, page_asset_frame},
    {METHOD_GET, "/frame-images.html", ACCESS_ALONE, 0,
     page_asset_frame_images},
    {METHOD_GET, "/frame.js", ACCESS_ALONE, 0, page_asset_frame_script},
    {METHOD_GET, "/vault-worker.js", ACCESS_ALONE, 0, page_asset_worker},
};

const Route *
routes_all(gsize *n)
{
    *n = G_N_ELEMENTS(table);
    return table;
}

/* Segment by segment; a captured one is decoded and may not be empty. */
static char **
match(const char *pattern, const char *path)
{
    g_auto(GStrv) want = g_strsplit(pattern, "/", -1);
    g_auto(GStrv) got = g_strsplit(path, "/", 16);
    g_autoptr(GPtrArray) captures = g_ptr_array_new_with_free_func(g_free);
    gsize i = 0;
    for (; want[i] != NULL && got[i] != NULL; i++) {
        if (strcmp(want[i], "{}") != 0) {
            if (strcmp(want[i], got[i]) != 0)
                return NULL;
            continue;
        }
        char *text = request_decode(got[i], strlen(got[i]), FALSE);
        if (text == NULL || *text == '\0') {
            g_free(text);
            return NULL;
        }
        g_ptr_array_add(captures, text);
    }
    if (want[i] != NULL || got[i] != NULL)
        return NULL;
    g_ptr_array_add(captures, NULL);
    return (char **)g_ptr_array_free(g_steal_pointer(&captures), FALSE);
}

const Route *
routes_find(Request *req, gboolean *other_method, GError **error)
{
    *other_method = FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
        g_auto(GStrv) captures = match(table[i].pattern, req->path);
        if (captures == NULL)
            continue;
        if (table[i].method != req->method) {
            *other_method = TRUE;
            continue;
        }
        req->captures = g_steal_pointer(&captures);
        req->pattern = table[i].pattern;
        return &table[i];
    }
    g_set_error_literal(error, APP_ERROR, APP_ERROR_NOT_FOUND,
                        "routes: no such page");
    return NULL;
}
