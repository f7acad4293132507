#include "core/admin/reset_export.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/store/authority.h"
#include "core/store/cert_request.h"
#include "core/store/issued.h"
#include "core/store/third_party.h"

#define PAGE 500

/* Written piece by piece: a large site does not fit into memory. */
typedef struct {
    FILE *out;
    gboolean first; /* of the list that is being written */
} Export;

static gboolean
fail(GError **error, const char *path)
{
    g_set_error(error, APP_ERROR, APP_ERROR_STORE, "export %s: %s", path,
                g_strerror(errno));
    return FALSE;
}

static void
put(Export *to, const char *text)
{
    fputs(text, to->out);
}

static void
open_list(Export *to, const char *name)
{
    fprintf(to->out, ",\n\"%s\": [", name);
    to->first = TRUE;
}

/* Steals json. */
static void
put_item(Export *to, Json *json)
{
    g_autofree char *text = json_write(json);
    put(to, to->first ? "\n" : ",\n");
    put(to, text);
    to->first = FALSE;
    json_free(json);
}

static gboolean
put_authority(const Office *office, Export *to, GError **error)
{
    g_autoptr(GError) why = NULL;
    g_autoptr(LocalAuthority) one = local_authority_find(office->db, &why);
    if (why != NULL) {
        g_propagate_error(error, g_steal_pointer(&why));
        return FALSE;
    }
    open_list(to, "authority");
    if (one != NULL) {
        Json *json = json_object_new();
        json_set_text(json, "name", one->name);
        json_set_text(json, "crl_url", one->crl_url);
        if (one->der != NULL)
            json_set_bytes(json, "certificate", one->der);
        json_set_bool(json, "automatic", one->automatic);
        json_set_text(json, "domains", one->domains);
        json_set_time(json, "created", one->created);
        put_item(to, json);
    }
    put(to, "]");
    return TRUE;
}

static Json *
issued_json(const Issued *one)
{
    Json *json = json_object_new();
    json_set_text(json, "address", one->address);
    json_set_text(json, "serial", one->serial);
    json_set_text(json, "kid", one->kid);
    json_set_bytes(json, "certificate", one->der);
    json_set_time(json, "created", one->created);
    if (one->revoked != 0) {
        json_set_time(json, "revoked", one->revoked);
        json_set_int(json, "reason", one->reason);
    }
    return json;
}

static gboolean
put_issued(const Office *office, Export *to, GError **error)
{
    IssuedQuery query = {.limit = PAGE};
    guint got = PAGE;
    open_list(to, "issued");
    while (got == PAGE) {
        g_autoptr(GPtrArray) page = issued_list(office->db, &query, error);
        if (page == NULL)
            return FALSE;
        got = page->len;
        query.offset += got;
        for (guint i = 0; i < got; i++)
            put_item(to, issued_json(g_ptr_array_index(page, i)));
    }
    put(to, "]");
    return TRUE;
}

static gboolean
put_requests(const Office *office, Export *to, GError **error)
{
    static const char *const states[] = {REQUEST_WAITING, REQUEST_APPROVED};
    open_list(to, "requests");
    for (gsize i = 0; i < G_N_ELEMENTS(states); i++) {
        g_autoptr(GPtrArray) list =
            cert_request_in_state(office->db, states[i], 0, G_MAXINT, error);
        if (list == NULL)
            return FALSE;
        for (guint j = 0; j < list->len; j++) {
            const CertRequest *one = g_ptr_array_index(list, j);
            Json *json = json_object_new();
            json_set_text(json, "address", one->address);
            json_set_text(json, "state", one->state);
            json_set_bytes(json, "csr", one->csr);
            json_set_time(json, "created", one->created);
            put_item(to, json);
        }
    }
    put(to, "]");
    return TRUE;
}

static gboolean
put_third_party(const ThirdParty *one, gpointer data, GError **error)
{
    Json *json = json_object_new();
    json_set_text(json, "account", one->account);
    json_set_text(json, "contact", one->contact);
    json_set_text(json, "kid", one->kid);
    json_set_text(json, "standing", one->standing);
    json_set_text(json, "source", one->source);
    json_set_bytes(json, "certificate", one->der);
    json_set_time(json, "created", one->created);
    put_item(data, json);
    return TRUE;
}

static gboolean
put_accounts(const Office *office, Export *to, GError **error)
{
    g_autoptr(GPtrArray) accounts = account_list(office->db, error);
    if (accounts == NULL)
        return FALSE;
    open_list(to, "accounts");
    for (guint i = 0; i < accounts->len; i++) {
        const Account *account = g_ptr_array_index(accounts, i);
        if (!account->allowed)
            continue;
        Json *json = json_object_new();
        json_set_text(json, "address", account->address);
        json_set_bool(json, "on", account->enabled);
        put_item(to, json);
    }
    put(to, "]");
    return TRUE;
}

static gboolean
put_all(const Office *office, Export *to, GError **error)
{
    g_autofree char *now = time_to_rfc3339(office->now);
    fprintf(to->out, "{\"version\": 1,\n\"time\": \"%s\"", now);
    if (!put_authority(office, to, error) || !put_issued(office, to, error) ||
        !put_requests(office, to, error) || !put_accounts(office, to, error))
        return FALSE;
    open_list(to, "third_party");
    if (!third_party_each(office->db, put_third_party, to, error))
        return FALSE;
    put(to, "]}\n");
    return TRUE;
}

/* exports/reset-20261130T043000Z-<random>.json */
static char *
path_of(const Office *office)
{
    g_autofree char *folder = g_path_get_dirname(office->config->database);
    g_autoptr(GDateTime) when = g_date_time_new_from_unix_utc(office->now);
    g_autofree char *time = g_date_time_format(when, "%Y%m%dT%H%M%SZ");
    g_autofree char *name =
        g_strdup_printf("reset-%s-%04x.json", time, g_random_int() & 0xffff);
    return g_build_filename(folder, "exports", name, NULL);
}

static gboolean
write_file(const Office *office, const char *path, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);
    if (g_mkdir_with_parents(folder, 0700) != 0)
        return fail(error, folder);
    int file = open(
        path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    FILE *out = file >= 0 ? fdopen(file, "w") : NULL;
    if (out == NULL)
        return fail(error, path);
    Export to = {out, TRUE};
    gboolean fine = put_all(office, &to, error);
    if (fine && (fflush(out) != 0 || ferror(out) || fsync(file) != 0))
        fine = fail(error, path);
    if (fclose(out) != 0 && fine)
        fine = fail(error, path);
    if (!fine)
        unlink(path);
    return fine;
}

char *
reset_export(const Office *office, GError **error)
{
    g_autofree char *path = path_of(office);
    return write_file(office, path, error) ? g_steal_pointer(&path) : NULL;
}
