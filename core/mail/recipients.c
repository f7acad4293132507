#include "core/mail/recipients.h"

#include "core/base/error.h"
#include "core/cms/compressed.h"
#include "core/cms/content_info.h"
#include "core/cms/signed_data.h"
#include "core/mail/judge_source.h"
#include "core/mime/gate.h"
#include "core/mime/wrap.h"

#define LAYERS_MAX 4                   /* SEC-03 */
#define CONTENT_MAX (50 * 1024 * 1024) /* SEC-01 */

static void
set_span(Json *object, const char *name, Span span)
{
    g_autoptr(GBytes) bytes = span_copy(span);
    json_set_bytes(object, name, bytes);
}

static void
set_if(Json *object, const char *name, char *text)
{
    g_autofree char *held = text;
    if (held != NULL)
        json_set_text(object, name, held);
}

static void
set_agreement(Json *object, const Recipient *recipient)
{
    json_set_text(object, "curve", recipient->curve);
    set_span(object, "public", recipient->public_point);
    json_set_text(object, "kdf_hash", recipient->kdf_hash);
    json_set_bytes(object, "shared_info", recipient->shared_info);
    json_set_int(object, "kek_bits", recipient->kek_bits);
    json_set_text(object, "wrap", recipient->wrap);
}

Json *
recipient_json(const Recipient *recipient)
{
    Json *object = json_object_new();
    json_set_text(object, "kind", recipient_kind_name(recipient->kind));
    set_if(object, "issuer", recipient_issuer(recipient));
    set_if(object, "serial", recipient_serial(recipient));
    set_if(object, "key_id", recipient_key_id(recipient));
    set_span(object, "encrypted_key", recipient->encrypted_key);
    if (recipient->kind == RECIPIENT_OAEP) {
        json_set_text(object, "hash", recipient->hash);
        json_set_text(object, "mgf_hash", recipient->mgf_hash);
        set_span(object, "label", recipient->label);
    }
    if (recipient->kind == RECIPIENT_ECDH)
        set_agreement(object, recipient);
    return object;
}

Json *
recipients_json(const EnvelopedData *data)
{
    Json *array = json_array_new();
    for (guint i = 0; i < data->recipients->len; i++)
        json_append(array,
                    recipient_json(g_ptr_array_index(data->recipients, i)));
    return array;
}

/* Looking for the encrypted layer, outermost first. */
typedef struct {
    GBytes *entity; /* a MIME entity, or */
    GBytes *cms;    /* a CMS object; both NULL: there is nothing below */
    void (*forget)(const guint8 *data, gsize size);
} Search;

static void
search_set(Search *search, GBytes *entity, GBytes *cms)
{
    g_clear_pointer(&search->entity, g_bytes_unref);
    g_clear_pointer(&search->cms, g_bytes_unref);
    search->entity = entity;
    search->cms = cms;
}

static void
search_clear(Search *search)
{
    search_set(search, NULL, NULL);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Search, search_clear)

/* From an entity to the CMS object or the signed part in it. */
static gboolean
enter_entity(Search *search, GError **error)
{
    gsize size;
    const guint8 *data = g_bytes_get_data(search->entity, &size);
    if (!gate_check(data, size, error))
        return FALSE;
    g_autoptr(Layer) layer = layer_find(data, size);
    GBytes *entity = NULL, *cms = NULL;
    if (layer->kind == LAYER_SIGNED)
        entity = g_bytes_new_from_bytes(search->entity,
                                        (gsize)(layer->payload - data),
                                        layer->payload_size);
    else if (layer->kind == LAYER_OPAQUE)
        cms = layer_cms(layer, search->forget);
    search_set(search, entity, cms);
    return TRUE;
}

/* From a signed or compressed object to what it holds. */
static gboolean
enter_cms(Search *search, GError **error)
{
    const char *kind = cms_content_kind(search->cms);
    GBytes *entity = NULL;
    if (g_strcmp0(kind, "signed") == 0) {
        g_autoptr(SignedData) data =
            signed_data_read(search->cms, NULL, 0, NULL, 0, 0);
        if (data->opaque)
            entity =
                signed_data_take_content(data, g_steal_pointer(&search->cms));
    } else if (g_strcmp0(kind, "compressed") == 0) {
        entity = compressed_data_read(search->cms, CONTENT_MAX, error);
        if (entity == NULL)
            return FALSE;
    }
    search_set(search, entity, NULL);
    return TRUE;
}

static gboolean
is_encrypted(GBytes *cms)
{
    const char *kind = cms_content_kind(cms);
    return g_strcmp0(kind, "enveloped") == 0 ||
           g_strcmp0(kind, "auth-enveloped") == 0;
}

gboolean
recipients_find_layer(GBytes *file,
                      void (*forget)(const guint8 *data, gsize size),
                      GBytes **out, GError **error)
{
    g_auto(JudgeSource) source = judge_source_find(file);
    g_auto(Search) search = {.entity = g_steal_pointer(&source.entity),
                             .cms = g_steal_pointer(&source.cms),
                             .forget = forget};
    *out = NULL;
    for (guint layers = 0; search.entity != NULL || search.cms != NULL;) {
        if (search.entity != NULL) {
            if (!enter_entity(&search, error))
                return FALSE;
            continue;
        }
        if (is_encrypted(search.cms)) {
            *out = g_steal_pointer(&search.cms);
            return TRUE;
        }
        if (++layers > LAYERS_MAX) {
            g_set_error(error, APP_ERROR, APP_ERROR_TOO_COMPLEX,
                        "message: more than %d layers", LAYERS_MAX);
            return FALSE;
        }
        if (!enter_cms(&search, error))
            return FALSE;
    }
    return TRUE;
}
