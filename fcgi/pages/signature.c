#include "fcgi/pages/signature.h"

#include <string.h>

#include "fcgi/dates.h"

static gboolean
is_danger(const char *verdict)
{
    return strcmp(verdict, "altered") == 0 ||
           strcmp(verdict, "revoked") == 0 ||
           strcmp(verdict, "address-mismatch") == 0;
}

char *
signature_method(const Context *ctx, const char *key, const char *digest)
{
    static const char *const names[][2] = {
        {"sha256", "SHA-256"}, {"sha384", "SHA-384"}, {"sha512", "SHA-512"},
        {"sha1", "SHA-1"},     {"md5", "MD5"},
    };
    if (key == NULL)
        return NULL;
    g_autofree char *bits =
        g_str_has_prefix(key, "RSA ")
            ? words_fill(ctx->words, N_("%{key} bits"), "key", key, NULL)
            : g_strdup(key);
    if (digest == NULL)
        return g_steal_pointer(&bits);
    const char *name = digest;
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        if (strcmp(digest, names[i][0]) == 0)
            name = names[i][1];
    return g_strdup_printf("%s, %s", bits, name);
}

char *
signature_fingerprint(const char *hex)
{
    GString *out = g_string_new(NULL);
    for (gsize i = 0; hex[i] != '\0'; i++) {
        if (i > 0 && i % 4 == 0)
            g_string_append_c(out, ' ');
        g_string_append_c(out, g_ascii_toupper(hex[i]));
    }
    return g_string_free(out, FALSE);
}

static Json *
reasons_json(const Judgement *judgement)
{
    Json *list = json_array_new();
    for (guint i = 0; i < judgement->reasons->len; i++) {
        const char *code = g_ptr_array_index(judgement->reasons, i);
        if (strcmp(code, judgement->signature) != 0)
            json_append(list, shell_code(code));
    }
    return list;
}

static void
set_signer(const Context *ctx, Json *json, const Judgement *judgement)
{
    const char *address =
        judgement->addresses != NULL ? judgement->addresses[0] : NULL;
    const char *by = judgement->name != NULL ? judgement->name : address;
    json_set_text(json, "by", by);
    json_set_text(json, "address", address);
    json_set_text(json, "holder", address != NULL ? address : by);
    if (judgement->fingerprint == NULL)
        return;
    json_set_bool(json, "signer", TRUE);
    g_autofree char *begins = date_plain(ctx->words, judgement->not_before);
    g_autofree char *ends = date_plain(ctx->words, judgement->not_after);
    g_autofree char *print = signature_fingerprint(judgement->fingerprint);
    g_autofree char *method =
        signature_method(ctx, judgement->key, judgement->digest);
    json_set_text(json, "issuer",
                  judgement->issuer_name != NULL ? judgement->issuer_name
                                                 : judgement->issuer);
    json_set_text(json, "not_before", begins);
    json_set_text(json, "not_after", ends);
    json_set_text(json, "method", method);
    json_set_text(json, "fingerprint", print);
}

static Json *
signature_json(const Context *ctx, const Judgement *judgement,
               gboolean verified, gboolean danger)
{
    Json *json = json_object_new();
    Json *verdict = shell_code(judgement->signature);
    shell_set_true(verdict, "open", !verified);
    shell_set_true(verdict, "danger", danger);
    json_set(json, "verdict", verdict);
    set_signer(ctx, json, judgement);
    if (judgement->has_signing_time) {
        g_autofree char *when =
            date_full(ctx->words, judgement->signing_time, ctx->world.now);
        json_set_text(json, "signed_on", when);
    }
    json_set(json, "reasons", reasons_json(judgement));
    return json;
}

void
signature_add(const Context *ctx, Json *message, const Judgement *judgement,
              gboolean *verified, gboolean *danger)
{
    *verified = FALSE;
    *danger = FALSE;
    const char *encryption = "none";
    if (judgement != NULL)
        encryption = judgement->encryption;
    json_set(message, "encryption", shell_code(encryption));
    if (judgement == NULL || strcmp(judgement->signature, "none") == 0)
        return;
    *verified = strcmp(judgement->signature, "verified") == 0;
    *danger = is_danger(judgement->signature);
    json_set(message, "signature",
             signature_json(ctx, judgement, *verified, *danger));
}
