#include "core/base/json.h"
#include "core/mail/judge.h"

static Json *
layers_json(const Judgement *judgement)
{
    Json *array = json_array_new();
    for (guint i = 0; i < judgement->layers->len; i++) {
        const JudgedLayer *layer = g_ptr_array_index(judgement->layers, i);
        Json *object = json_object_new();
        json_set_text(object, "kind", layer->kind);
        json_set_text(object, "algorithm", layer->algorithm);
        json_set_text(object, "verdict", layer->verdict);
        json_append(array, object);
    }
    return array;
}

static Json *
signer_json(const Judgement *judgement)
{
    Json *object = json_object_new();
    Json *addresses = json_array_new();
    for (char **one = judgement->addresses; *one != NULL; one++)
        json_append_text(addresses, *one);
    json_set(object, "addresses", addresses);
    json_set_text(object, "name", judgement->name);
    json_set_text(object, "issuer", judgement->issuer);
    json_set_text(object, "fingerprint", judgement->fingerprint);
    json_set_time(object, "not_before", judgement->not_before);
    json_set_time(object, "not_after", judgement->not_after);
    return object;
}

char *
judgement_json(const Judgement *judgement)
{
    g_autoptr(Json) object = json_object_new();
    json_set_int(object, "version", 1);
    json_set_text(object, "state", judgement->state);
    json_set_text(object, "signature", judgement->signature);
    json_set_text(object, "encryption", judgement->encryption);
    json_set(object, "layers", layers_json(judgement));
    if (judgement->fingerprint == NULL)
        json_set_text(object, "signer", NULL);
    else
        json_set(object, "signer", signer_json(judgement));

    if (judgement->has_signing_time)
        json_set_time(object, "signing_time", judgement->signing_time);
    else
        json_set_text(object, "signing_time", NULL);
    json_set_text(object, "digest", judgement->digest);
    json_set_text(object, "from", judgement->from);

    Json *reasons = json_array_new();
    for (guint i = 0; i < judgement->reasons->len; i++)
        json_append_text(reasons, g_ptr_array_index(judgement->reasons, i));
    json_set(object, "reasons", reasons);
    return json_write(object);
}
