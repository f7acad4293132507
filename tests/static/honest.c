/*
 * What an honest server sends: `honest CERTIFICATE.der [pss] < FORM.json`
 * prints the signing request that core makes of a form (as tests/data/entity
 * writes forms, with "date"), for the vault's tests to sign or to spoil.
 */
#include <stdio.h>
#include <string.h>

#include "core/base/json.h"
#include "core/cms/attributes.h"
#include "core/mime/entity.h"
#include "tests/mime/vectors.h"

static gboolean
digest_sink(gpointer user, const guint8 *data, gsize size, GError **error)
{
    g_checksum_update(user, data, (gssize)size);
    return TRUE;
}

static GBytes *
digest_of(const Entity *entity, SignAlgorithm algorithm, GError **error)
{
    gboolean longer = algorithm == SIGN_ECDSA_SHA384;
    g_autoptr(GChecksum) sum =
        g_checksum_new(longer ? G_CHECKSUM_SHA384 : G_CHECKSUM_SHA256);
    if (!entity_write(entity, digest_sink, sum, error))
        return NULL;
    guint8 raw[64];
    gsize size = sizeof raw;
    g_checksum_get_digest(sum, raw, &size);
    return g_bytes_new(raw, size);
}

static Json *
pieces_of(const Entity *entity)
{
    Json *list = json_array_new();
    GPtrArray *pieces = entity_pieces(entity);
    for (guint i = 0; i < pieces->len; i++) {
        const EntityPiece *piece = g_ptr_array_index(pieces, i);
        if (piece->text != NULL) {
            json_append_text(list, piece->text);
            continue;
        }
        Json *file = json_object_new();
        json_set_int(file, "file", piece->file);
        json_append(list, file);
    }
    return list;
}

static char *
request_of(const Draft *draft, Protect protect, const Cert *cert,
           SignAlgorithm algorithm, GError **error)
{
    g_autoptr(Entity) entity = entity_build(draft, protect, error);
    if (entity == NULL)
        return NULL;
    g_autoptr(GBytes) digest = digest_of(entity, algorithm, error);
    if (digest == NULL)
        return NULL;
    g_autoptr(GBytes) attributes =
        attributes_build(algorithm, cert, digest, draft->date);

    g_autoptr(Json) json = json_object_new();
    json_set_text(json, "ticket", "ticket");
    json_set_text(json, "kid", cert_fingerprint(cert));
    json_set_text(json, "protection",
                  protect == PROTECT_CIPHER ? "sign+encrypt" : "sign");
    json_set_text(json, "algorithm", sign_algorithm_name(algorithm));
    json_set(json, "entity", pieces_of(entity));
    json_set_bytes(json, "attributes", attributes);
    json_set_time(json, "signing_time", draft->date);
    json_set_time(json, "expires", draft->date + 300);
    return json_write(json);
}

static Protect
protect_of(const Json *vector)
{
    const Json *form = json_member(vector, "form");
    const char *name = json_text(json_member(form, "protection"));
    return g_strcmp0(name, "sign+encrypt") == 0 ? PROTECT_CIPHER
                                                : PROTECT_CLEAR;
}

static char *
answer(const char *der_path, gboolean pss, const char *form, gsize size,
       GError **error)
{
    g_autofree char *der = NULL;
    gsize der_size = 0;
    if (!g_file_get_contents(der_path, &der, &der_size, error))
        return NULL;
    g_autoptr(GBytes) bytes = g_bytes_new(der, der_size);
    g_autoptr(Cert) cert = cert_parse(bytes, error);
    SignAlgorithm algorithm;
    if (cert == NULL || !sign_algorithm_for(cert, &algorithm, error))
        return NULL;
    g_autoptr(Json) vector = json_read(form, size, error);
    if (vector == NULL)
        return NULL;
    g_autoptr(Draft) draft = vector_draft(vector);
    if (!draft_check(draft, error))
        return NULL;
    return request_of(draft, protect_of(vector), cert,
                      pss ? SIGN_PSS_SHA256 : algorithm, error);
}

int
main(int argc, char **argv)
{
    static char form[1 << 20];
    gsize size = fread(form, 1, sizeof form, stdin);
    if (argc < 2) {
        fprintf(stderr, "usage: honest CERTIFICATE.der [pss] < FORM.json\n");
        return 2;
    }
    g_autoptr(GError) error = NULL;
    g_autofree char *request = answer(
        argv[1], argc > 2 && strcmp(argv[2], "pss") == 0, form, size, &error);
    if (request == NULL) {
        fprintf(stderr, "honest: %s\n", error->message);
        return 1;
    }
    puts(request);
    return 0;
}
