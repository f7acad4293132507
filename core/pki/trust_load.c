/* The administrator's files: which are read, and what is said of bad ones. */
#include "core/pki/trust.h"

#include "core/base/error.h"
#include "core/pki/cert_fields.h"
#include "core/pki/pem.h"

#include <string.h>

typedef gboolean (*FileAdder)(Trust *trust, GBytes *bytes, GError **error);

static gboolean
add_certs(Trust *trust, GBytes *bytes, void (*add)(Trust *, Cert *),
          GError **error)
{
    g_autoptr(GPtrArray) certs = cert_parse_file(bytes, error);
    if (certs == NULL)
        return FALSE;
    for (guint i = 0; i < certs->len; i++)
        add(trust, g_ptr_array_index(certs, i));
    return TRUE;
}

static gboolean
add_anchors(Trust *trust, GBytes *bytes, GError **error)
{
    return add_certs(trust, bytes, trust_add_anchor, error);
}

static gboolean
add_intermediates(Trust *trust, GBytes *bytes, GError **error)
{
    return add_certs(trust, bytes, trust_add_intermediate, error);
}

/* Whatever is wrong with a file is the administrator's to mend. */
static gboolean
load_file(Trust *trust, const char *path, FileAdder add, GError **error)
{
    g_autoptr(GError) cause = NULL;
    char *data = NULL;
    gsize size = 0;
    if (!g_file_get_contents(path, &data, &size, NULL)) {
        g_set_error(error, APP_ERROR, APP_ERROR_CONFIG,
                    "%s: file cannot be read", path);
        return FALSE;
    }
    g_autoptr(GBytes) bytes = g_bytes_new_take(data, size);
    if (!add(trust, bytes, &cause)) {
        g_set_error(error, APP_ERROR, APP_ERROR_CONFIG, "%s: %s", path,
                    cause->message);
        return FALSE;
    }
    return TRUE;
}

/* Folders also hold notes, keys and links named by hash. */
static gboolean
is_wanted_file(const char *name)
{
    static const char *const endings[] = {".pem", ".crt", ".cer", ".der",
                                          ".p7b", ".p7c", ".crl"};
    for (gsize i = 0; i < G_N_ELEMENTS(endings); i++) {
        if (name[0] != '.' && g_str_has_suffix(name, endings[i]))
            return TRUE;
    }
    return FALSE;
}

static gint
compare_texts(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static gboolean
load_folder(Trust *trust, const char *path, FileAdder add, GError **error)
{
    g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    const char *name;
    if (folder == NULL) {
        g_set_error(error, APP_ERROR, APP_ERROR_CONFIG,
                    "%s: folder cannot be read", path);
        return FALSE;
    }
    while ((name = g_dir_read_name(folder)) != NULL) {
        if (is_wanted_file(name))
            g_ptr_array_add(names, g_build_filename(path, name, NULL));
    }
    g_ptr_array_sort(names, compare_texts);
    for (guint i = 0; i < names->len; i++) {
        if (!load_file(trust, g_ptr_array_index(names, i), add, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
load(Trust *trust, const char *path, FileAdder add, GError **error)
{
    if (path == NULL)
        return TRUE;
    if (g_file_test(path, G_FILE_TEST_IS_DIR))
        return load_folder(trust, path, add, error);
    return load_file(trust, path, add, error);
}

/* Authorities of a system's bundle that say they are for something else than
 * mail are passed over, and so is what this program cannot read. */
static gboolean
add_if_for_mail(const char *label, GBytes *der, gpointer data, GError **error)
{
    Trust *trust = data;
    gboolean is_plain = strcmp(label, "CERTIFICATE") == 0;
    if (!is_plain && strcmp(label, "TRUSTED CERTIFICATE") != 0)
        return TRUE;
    g_autoptr(Cert) cert =
        is_plain ? cert_parse(der, NULL) : cert_parse_trusted(der, NULL);
    if (cert != NULL && cert_has_purpose(cert, PURPOSE_EMAIL))
        trust_add_anchor(trust, cert);
    return TRUE;
}

static gboolean
add_system_bundle(Trust *trust, GBytes *bytes, GError **error)
{
    return pem_each(bytes, add_if_for_mail, trust, error);
}

/* Where systems keep the bundle of what they trust, best first. */
static const char *const system_bundles[] = {
    "/etc/pki/ca-trust/extracted/pem/email-ca-bundle.pem",
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
};

gboolean
trust_add_system(Trust *trust, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(system_bundles); i++) {
        if (g_file_test(system_bundles[i], G_FILE_TEST_EXISTS))
            return load_file(trust, system_bundles[i], add_system_bundle,
                             error);
    }
    g_set_error_literal(error, APP_ERROR, APP_ERROR_CONFIG,
                        "[trust] system_roots: no bundle of this system is"
                        " found");
    return FALSE;
}

Trust *
trust_load(const char *anchors, const char *intermediates, const char *crls,
           const TrustPolicy *policy, GError **error)
{
    g_autoptr(Trust) trust = trust_new(policy);
    if (!load(trust, anchors, add_anchors, error) ||
        !load(trust, intermediates, add_intermediates, error) ||
        !load(trust, crls, trust_add_crls, error))
        return NULL;
    return g_steal_pointer(&trust);
}
