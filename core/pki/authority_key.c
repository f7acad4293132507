#include "core/pki/authority_key.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/secret.h"

#define KEY_FILE_MAX 65536

gboolean
authority_fail(GError **error, const char *what, int status)
{
    g_set_error(error, APP_ERROR, APP_ERROR_CONFIG, "authority: %s: %s", what,
                gnutls_strerror(status));
    return FALSE;
}

static gboolean
fail_file(GError **error, const char *path)
{
    int number = errno;
    g_set_error(error, APP_ERROR,
                number == ENOSPC || number == EFBIG ? APP_ERROR_STORE
                                                    : APP_ERROR_CONFIG,
                "authority: key %s: %s", path, g_strerror(number));
    return FALSE;
}

static const struct {
    const char *name;
    gnutls_pk_algorithm_t kind;
    unsigned bits;
} algorithms[] = {
    {"p-256", GNUTLS_PK_ECDSA,
     GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1)},
    {"p-384", GNUTLS_PK_ECDSA,
     GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP384R1)},
    {"rsa-3072", GNUTLS_PK_RSA, 3072},
    {"rsa-4096", GNUTLS_PK_RSA, 4096},
};

static gboolean
generate(const char *algorithm, gnutls_datum_t *pem, GError **error)
{
    g_auto(gnutls_x509_privkey_t) made = NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(algorithms); i++) {
        if (strcmp(algorithms[i].name, algorithm) != 0)
            continue;
        int status = gnutls_x509_privkey_init(&made);
        if (status >= 0)
            status = gnutls_x509_privkey_generate(made, algorithms[i].kind,
                                                  algorithms[i].bits, 0);
        if (status >= 0)
            status = gnutls_x509_privkey_export2_pkcs8(
                made, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, pem);
        return status >= 0 || authority_fail(error, "making a key", status);
    }
    g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                        "authority: no such kind of key");
    return FALSE;
}

static gboolean
write_all(int file, const guint8 *data, gsize size)
{
    while (size > 0) {
        gssize n = write(file, data, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return FALSE;
        data += n;
        size -= (gsize)n;
    }
    return fsync(file) == 0;
}

static gboolean
sync_folder(const char *path)
{
    g_autofree char *folder = g_path_get_dirname(path);
    int handle = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (handle < 0)
        return FALSE;
    gboolean fine = fsync(handle) == 0;
    close(handle);
    return fine;
}

gboolean
authority_key_make(const char *algorithm, const char *path, GError **error)
{
    gnutls_datum_t pem = {NULL, 0};
    if (!generate(algorithm, &pem, error))
        return FALSE;
    int file = open(
        path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0400);
    gboolean fine = file >= 0 && write_all(file, pem.data, pem.size);
    if (!fine)
        fail_file(error, path);
    if (file >= 0)
        close(file);
    secret_wipe(pem.data, pem.size);
    gnutls_free(pem.data);
    if (fine && !sync_folder(path))
        fine = fail_file(error, path);
    if (!fine && file >= 0)
        unlink(path);
    return fine;
}

/* Others may not read it, or it is nobody's key any more. */
static gboolean
import_file(AuthorityKey *key, const char *path, GError **error)
{
    guint8 text[KEY_FILE_MAX];
    struct stat status;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0 || fstat(file, &status) != 0) {
        fail_file(error, path);
        if (file >= 0)
            close(file);
        return FALSE;
    }
    gssize size = read(file, text, sizeof text);
    close(file);
    if ((status.st_mode & 077) != 0 || size <= 0) {
        g_set_error(
            error, APP_ERROR, APP_ERROR_CONFIG, "authority: key %s: %s", path,
            size <= 0 ? "cannot be read" : "others may read it: chmod 400");
        return FALSE;
    }
    gnutls_datum_t pem = {text, (unsigned)size};
    int code = gnutls_privkey_import_x509_raw(key->handle, &pem,
                                              GNUTLS_X509_FMT_PEM, NULL, 0);
    secret_wipe(text, sizeof text);
    return code >= 0 || authority_fail(error, "its key file", code);
}

/* A PIN is tried once: a token locks itself after a few wrong ones. */
static int
give_pin(void *file, int attempt, const char *url, const char *label,
         unsigned flags, char *pin, size_t pin_max)
{
    g_autofree char *text = NULL;
    gsize size = 0;
    if (attempt > 0 || file == NULL ||
        !g_file_get_contents(file, &text, &size, NULL))
        return GNUTLS_E_PKCS11_PIN_ERROR;
    g_strchomp(text);
    gboolean fits = strlen(text) < pin_max;
    if (fits)
        g_strlcpy(pin, text, pin_max);
    secret_wipe(text, size);
    return fits ? 0 : GNUTLS_E_PKCS11_PIN_ERROR;
}

/* "pkcs11:...?pin-source=file:/path": the file is read by us. GnuTLS would
 * ask for a program that knows how. */
static gboolean
import_token(AuthorityKey *key, const char *source, GError **error)
{
    static const char mark[] = "?pin-source=";
    const char *pin = strstr(source, mark);
    g_autofree char *url = pin != NULL
                               ? g_strndup(source, (gsize)(pin - source))
                               : g_strdup(source);
    if (pin != NULL) {
        pin += strlen(mark);
        key->pin_file =
            g_strdup(g_str_has_prefix(pin, "file:") ? pin + 5 : pin);
    }
    gnutls_privkey_set_pin_function(key->handle, give_pin, key->pin_file);
    int status = gnutls_privkey_import_url(key->handle, url, 0);
    return status >= 0 ||
           authority_fail(error, "its key on the token", status);
}

static gnutls_digest_algorithm_t
digest_of(gnutls_privkey_t handle)
{
    unsigned bits = 0;
    int kind = gnutls_privkey_get_pk_algorithm(handle, &bits);
    return kind == GNUTLS_PK_ECDSA && bits > 256 ? GNUTLS_DIG_SHA384
                                                 : GNUTLS_DIG_SHA256;
}

AuthorityKey *
authority_key_load(const char *source, GError **error)
{
    g_autoptr(AuthorityKey) key = g_new0(AuthorityKey, 1);
    if (gnutls_privkey_init(&key->handle) < 0 ||
        gnutls_pubkey_init(&key->public) < 0)
        return NULL;
    if (g_str_has_prefix(source, "pkcs11:")
            ? !import_token(key, source, error)
            : !import_file(key, source, error))
        return NULL;
    int status = gnutls_pubkey_import_privkey(key->public, key->handle, 0, 0);
    if (status < 0) {
        authority_fail(error, "its public key", status);
        return NULL;
    }
    key->digest = digest_of(key->handle);
    return g_steal_pointer(&key);
}

void
authority_key_free(AuthorityKey *key)
{
    if (key == NULL)
        return;
    gnutls_privkey_deinit(key->handle);
    gnutls_pubkey_deinit(key->public);
    g_free(key->pin_file);
    g_free(key);
}
