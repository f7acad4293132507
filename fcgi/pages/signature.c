#include "fcgi/pages/signature.h"

#include <string.h>

#include "fcgi/dates.h"
#include "fcgi/support.h"

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

/* "Subject, Date": what says something else outside than inside. */
static char *
differing_words(const Context *ctx, const Judgement *judgement)
{
    static const char *const names[][2] = {
        {"From", N_("From")},
        {"To", N_("To")},
        {"Cc", N_("Cc")},
        {"Subject", N_("Subject")},
        {"Date", N_("Date")},
        {"Reply-To", N_("Replies to")},
        {"Sender", N_("Handed in by")},
    };
    const GPtrArray *fields = judgement->differing;
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; fields != NULL && i < fields->len; i++) {
        const char *field = g_ptr_array_index(fields, i);
        for (gsize j = 0; j < G_N_ELEMENTS(names); j++)
            if (g_ascii_strcasecmp(field, names[j][0]) == 0)
                field = catalogue_text(ctx->words, names[j][1]);
        g_string_append_printf(out, "%s%s", i > 0 ? ", " : "", field);
    }
    return out->len > 0 ? g_string_free(g_steal_pointer(&out), FALSE) : NULL;
}

/* RFC 5280 §5.3.1, as far as people are told. */
static const char *
reason_of(gint reason)
{
    static const char *const names[] = {
        [1] = "key",        [2] = "authority", [3] = "left",
        [4] = "superseded", [5] = "unused",    [6] = "hold",
        [9] = "privilege",  [10] = "authority"};
    return reason > 0 && (gsize)reason < G_N_ELEMENTS(names) ? names[reason]
                                                             : NULL;
}

static const char *
revocation_code(const Judgement *judgement)
{
    const RevocationFinding *found = &judgement->revocation;
    if (found->how == REVOCATION_NOT_CHECKED)
        return strcmp(judgement->signature, "unknown-issuer") == 0
                   ? "unknown-issuer"
                   : "not-checked";
    if (found->revoked)
        return "revoked";
    if (found->date != 0)
        return "later";
    return found->how == REVOCATION_BY_LIST ? "list" : "answer";
}

/* Whether the certificate was cancelled, and how that is known. */
static void
set_revocation(const Context *ctx, Json *json, const Judgement *judgement)
{
    const RevocationFinding *found = &judgement->revocation;
    Json *revocation = shell_code(revocation_code(judgement));
    g_autofree char *said = date_plain(ctx->words, found->said);
    g_autofree char *since = date_plain(ctx->words, found->date);
    const char *reason = reason_of(found->reason);
    json_set_text(revocation, "said", said);
    json_set_text(revocation, "since", since);
    if (reason != NULL && found->date != 0)
        json_set(revocation, "reason", shell_code(reason));
    json_set(json, "revocation", revocation);
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
    set_revocation(ctx, json, judgement);
}

/* SECURITY §4: the seal stands for the message's state, not for a signature
 * that is right while something else counts against it. */
static const char *
verdict_shown(const Judgement *judgement)
{
    gboolean holds = strcmp(judgement->state, "verified") == 0 ||
                     strcmp(judgement->state, "confidential") == 0;
    if (strcmp(judgement->signature, "verified") == 0 && !holds)
        return "verified-but";
    return judgement->signature;
}

/* Of a verdict that is about the certificate: what helpdesk is told to forget
 * it by, where it is kept. */
static void
set_support(const Context *ctx, Json *json, const Judgement *judgement)
{
    static const char *const about[] = {
        "unknown-issuer", "revoked",          "not-yet-valid",
        "expired",        "address-mismatch", "weak",
        "unchecked",      "wrong-usage",      NULL};
    if (judgement->fingerprint == NULL ||
        !g_strv_contains(about, judgement->signature))
        return;
    g_autofree char *code = support_of_certificate(
        ctx, "/mail/{}/{}", judgement->fingerprint, judgement->signature);
    json_set_text(json, "support", code);
}

static Json *
signature_json(const Context *ctx, const Judgement *judgement,
               const char *verdict, gboolean danger)
{
    Json *json = json_object_new();
    g_autofree char *differing = differing_words(ctx, judgement);
    json_set_text(json, "differing", differing);
    json_set(json, "reasons", reasons_json(judgement));
    if (strcmp(verdict, "none") == 0) {
        json_set(json, "verdict", json_object_new());
        json_set_bool(json, "unsigned", TRUE);
        return json;
    }
    Json *code = shell_code(verdict);
    shell_set_true(code, "open", strcmp(verdict, "verified") != 0);
    shell_set_true(code, "danger", danger);
    json_set(json, "verdict", code);
    set_signer(ctx, json, judgement);
    set_support(ctx, json, judgement);
    if (judgement->has_signing_time) {
        g_autofree char *when =
            date_full(ctx->words, judgement->signing_time, ctx->world.now);
        json_set_text(json, "signed_on", when);
    }
    return json;
}

/* "AES-256-GCM" of aes256-gcm: the innermost envelope's. */
static char *
cipher_words(const Judgement *judgement)
{
    const char *name = NULL;
    for (guint i = 0; i < judgement->layers->len; i++) {
        const JudgedLayer *layer = g_ptr_array_index(judgement->layers, i);
        if (strcmp(layer->kind, "encrypted") == 0)
            name = layer->algorithm;
    }
    if (name == NULL)
        return NULL;
    g_autofree char *upper = g_ascii_strup(name, -1);
    return g_str_has_prefix(upper, "AES")
               ? g_strdup_printf("AES-%s", upper + strlen("AES"))
               : g_steal_pointer(&upper);
}

/* An envelope on what does not count as protected would say too much. */
static Json *
encryption_json(const Judgement *judgement)
{
    Json *json =
        shell_code(judgement != NULL ? judgement->encryption : "none");
    shell_set_true(json, "muted",
                   judgement != NULL &&
                       strcmp(judgement->state, "unprotected") == 0);
    return json;
}

/* SEC-19: what is signed inside is labelled, and counts for nothing. */
static gboolean
has_errant_layer(const Judgement *judgement)
{
    for (guint i = 0; i < judgement->reasons->len; i++)
        if (strcmp(g_ptr_array_index(judgement->reasons, i),
                   "errant-layer") == 0)
            return TRUE;
    return FALSE;
}

void
signature_add(const Context *ctx, Json *message, const Incoming *incoming,
              gboolean *verified, gboolean *danger)
{
    const Judgement *judgement = incoming->judgement;
    *verified = FALSE;
    *danger = FALSE;
    json_set(message, "encryption", encryption_json(judgement));
    if (judgement == NULL)
        return;
    const char *verdict = verdict_shown(judgement);
    gboolean is_signed = strcmp(verdict, "none") != 0;
    *verified = strcmp(verdict, "verified") == 0;
    *danger = is_danger(verdict);
    if (incoming->opened) {
        g_autofree char *cipher = cipher_words(judgement);
        json_set_bool(message, "opened", TRUE);
        json_set_text(message, "cipher", cipher);
    }
    if (!is_signed && !incoming->opened) {
        shell_set_true(message, "errant", has_errant_layer(judgement));
        return;
    }
    json_set_bool(message, "line", TRUE);
    json_set(message, "signature",
             signature_json(ctx, judgement, verdict, *danger));
}
