#include "core/cms/signed_data.h"

#include <string.h>

#include "core/cms/content.h"
#include "core/cms/content_info.h"
#include "core/cms/verify.h"
#include "core/cms/signer.h"

/* SEC-04 */
#define DIGESTS_MAX 8
#define CERTIFICATES_MAX 32
#define SIGNERS_MAX 8

#define SET(verdict) ((VerdictSet)1 << (verdict))

/* The parts of a SignedData, in place. */
typedef struct {
    Span type; /* eContentType */
    gboolean has_content;
    Tlv content;
    Span certificates, signers;
} Parts;

/* What judging one SignerInfo needs. */
typedef struct {
    const Parts *parts;
    Content content;
    GPtrArray *extra;
    guint floor_rsa_bits, floor_ec_bits;
} Question;

static gboolean
count_values(Span values, guint max, guint *count)
{
    Tlv value;
    for (*count = 0; values.size > 0; (*count)++)
        if (*count == max || !tlv_read(&values, &value))
            return FALSE;
    return TRUE;
}

/* EncapsulatedContentInfo: the type and, unless detached, the content. */
static gboolean
encapsulated_take(Span *in, Parts *out)
{
    Span body, wrapped;
    gsize size;
    if (!tlv_take(in, TLV_SEQUENCE, &body) ||
        !tlv_take(&body, TLV_OID, &out->type))
        return FALSE;
    out->has_content = tlv_take(&body, TLV_EXPLICIT, &wrapped);
    if (body.size > 0)
        return FALSE;
    return !out->has_content ||
           (tlv_read(&wrapped, &out->content) && wrapped.size == 0 &&
            (out->content.tag & ~0x20) == TLV_OCTETS &&
            octets_measure(&out->content, &size));
}

static gboolean
parts_read(Span der, Parts *out)
{
    Span content, body, digests, crls;
    guint version, count;
    *out = (Parts){0};
    if (content_info_read(der, &content) != OID_SIGNED_DATA ||
        !tlv_take(&content, TLV_SEQUENCE, &body) || content.size > 0 ||
        !tlv_take_int(&body, &version) ||
        !tlv_take(&body, TLV_SET, &digests) ||
        !count_values(digests, DIGESTS_MAX, &count) ||
        !encapsulated_take(&body, out))
        return FALSE;

    tlv_take(&body, TLV_EXPLICIT, &out->certificates);
    tlv_take(&body, TLV_EXPLICIT + 1, &crls);
    return count_values(out->certificates, CERTIFICATES_MAX, &count) &&
           tlv_take(&body, TLV_SET, &out->signers) && body.size == 0;
}

/* What cannot be read as a certificate is as good as absent. */
static void
certificates_read(Span certificates, GPtrArray *out)
{
    Tlv value;
    while (tlv_read(&certificates, &value)) {
        g_autoptr(GBytes) der = span_copy(value.whole);
        Cert *cert = cert_parse(der, NULL);
        if (cert != NULL)
            g_ptr_array_add(out, cert);
    }
}

static gboolean
is_below_floor(const Question *question, const Cert *cert)
{
    switch (cert_key_kind(cert)) {
    case KEY_RSA:
    case KEY_RSA_PSS:
    case KEY_DSA:
        return cert_key_bits(cert) < question->floor_rsa_bits;
    case KEY_EC:
        return cert_key_bits(cert) < question->floor_ec_bits;
    case KEY_ED25519:
    case KEY_X25519:
    case KEY_OTHER:
        return FALSE;
    }
    return FALSE;
}

/* One SignerInfo with what has been found out about it so far. */
typedef struct {
    SignerInfo info;
    SignedAttributes attributes;
    const Digest *digest;
    Scheme scheme;
    ContentForm form;
    guint8 hash[DIGEST_MAX];
    gsize hash_size;
    GBytes *signed_set; /* NULL without signed attributes */
} Signing;

/* Structure and agreement of what the signer says (SEC-11, 12, 13). */
static gboolean
signing_is_sound(const Question *question, Signing *signing)
{
    const SignerInfo *info = &signing->info;
    if (oid_find(question->parts->type) != OID_DATA)
        return FALSE;
    signing->digest = digest_find(info->digest.oid);
    if (signing->digest == NULL ||
        !scheme_read(&info->scheme, signing->digest, &signing->scheme))
        return FALSE;
    if (content_is_attributes(&question->content, CONTENT_EXACT) ||
        content_is_attributes(&question->content, CONTENT_CRLF))
        return FALSE;
    if (!unsigned_attributes_are_sound(info->unsigned_attributes))
        return FALSE;
    if (!info->has_attributes)
        return TRUE;
    return signed_attributes_read(info->attributes, &signing->attributes) &&
           signing->attributes.content_type == OID_DATA &&
           signed_attributes_protect(&signing->attributes, info);
}

static void
hash_content(const Question *question, Signing *signing, ContentForm form)
{
    signing->hash_size = content_digest(&question->content, form,
                                        signing->digest, signing->hash);
}

/*
 * Hashes the content and compares it with messageDigest. Where line ends are
 * bare it tries CRLF first, then the bytes as they are: either is a reading
 * under which nothing was changed. Without attributes the signature decides.
 */
static gboolean
signing_digest_agrees(const Question *question, Signing *signing)
{
    gboolean detached = question->content.octets == NULL;
    gboolean lf = detached && content_has_bare_lf(&question->content);
    Span want = signing->attributes.digest;
    hash_content(question, signing, lf ? CONTENT_CRLF : CONTENT_EXACT);
    if (signing->signed_set == NULL ||
        span_equal((Span){signing->hash, signing->hash_size}, want))
        return TRUE;
    if (!lf)
        return FALSE;
    hash_content(question, signing, CONTENT_EXACT);
    return span_equal((Span){signing->hash, signing->hash_size}, want);
}

static gboolean
signing_verifies(const Signing *signing, const Cert *signer)
{
    if (signing->signed_set != NULL)
        return verify_over_message(&signing->scheme, signer,
                                   span_of(signing->signed_set),
                                   signing->info.signature);
    return verify_over_digest(&signing->scheme, signer,
                              (Span){signing->hash, signing->hash_size},
                              signing->info.signature);
}

/* The nth certificate that may be meant, first those that came along. */
static Cert *
candidate(const SignedData *data, const Question *question, guint n)
{
    if (n < data->certs->len)
        return g_ptr_array_index(data->certs, n);
    n -= data->certs->len;
    if (question->extra == NULL || n >= question->extra->len)
        return NULL;
    return g_ptr_array_index(question->extra, n);
}

/* What is wrong with this certificate as the signer's; 0 for nothing. */
static VerdictSet
signing_by(const Question *question, const Signing *signing, const Cert *cert)
{
    const Scheme *scheme = &signing->scheme;
    if (!signed_attributes_name(&signing->attributes, cert))
        return SET(VERDICT_MALFORMED);
    if (is_below_floor(question, cert) ||
        signing->digest->gnutls == GNUTLS_DIG_UNKNOWN)
        return SET(VERDICT_WEAK);
    /* DSA parameters may be inherited: then there is nothing to compute. */
    if (!verify_is_possible(scheme, cert))
        return SET(scheme->family == FAMILY_DSA ? VERDICT_WEAK
                                                : VERDICT_ALTERED);
    return signing_verifies(signing, cert) ? 0 : SET(VERDICT_ALTERED);
}

/*
 * Two certificates may share an issuer and a serial number when one of them
 * is forged: the one that the ESS attribute names and the signature fits.
 */
static VerdictSet
signing_find_signer(const Question *question, const Signing *signing,
                    SignedData *data)
{
    VerdictSet worst = SET(VERDICT_UNKNOWN_ISSUER);
    Cert *cert;
    g_autoptr(Cert) first = NULL;
    for (guint n = 0; (cert = candidate(data, question, n)) != NULL; n++) {
        if (!signer_is(&signing->info, cert))
            continue;
        VerdictSet verdict = signing_by(question, signing, cert);
        if (verdict == 0 || first == NULL) {
            g_clear_pointer(&first, cert_unref);
            first = cert_ref(cert);
            worst = verdict;
        }
        if (verdict == 0)
            break;
    }
    if (data->signer == NULL)
        data->signer = g_steal_pointer(&first);
    return worst;
}

static void
remember(SignedData *data, const Signing *signing)
{
    if (data->digest == NULL && signing->digest != NULL)
        data->digest = g_strdup(signing->digest->name);
    if (data->algorithm == NULL && signing->scheme.digest != NULL)
        data->algorithm = scheme_name(&signing->scheme);
    if (signing->attributes.has_time && !data->has_signing_time) {
        data->has_signing_time = TRUE;
        data->signing_time = signing->attributes.time;
    }
    if (data->capabilities.size == 0)
        data->capabilities = signing->attributes.capabilities;
}

static VerdictSet
signing_judge(const Question *question, Signing *signing, SignedData *data)
{
    VerdictSet verdicts = 0;
    gboolean sound = signing_is_sound(question, signing);
    remember(data, signing);
    if (!sound)
        return SET(VERDICT_MALFORMED);

    g_autoptr(GBytes) set = signing->info.has_attributes
                                ? signer_attributes(&signing->info)
                                : NULL;
    signing->signed_set = set;
    if (signing->digest->weak || signing->scheme.family == FAMILY_DSA ||
        set == NULL)
        verdicts |= SET(VERDICT_WEAK);
    if (signing->digest->gnutls != GNUTLS_DIG_UNKNOWN &&
        !signing_digest_agrees(question, signing))
        verdicts |= SET(VERDICT_ALTERED);
    return verdicts | signing_find_signer(question, signing, data);
}

static void
signers_judge(const Question *question, SignedData *data)
{
    Span signers = question->parts->signers;
    guint count;
    if (!count_values(signers, SIGNERS_MAX, &count) || count == 0) {
        data->verdicts |= SET(VERDICT_MALFORMED);
        return;
    }
    if (count > 1)
        data->verdicts |= SET(VERDICT_SEVERAL_SIGNERS);
    for (guint i = 0; i < count; i++) {
        Signing signing = {0};
        data->verdicts |= signer_take(&signers, &signing.info)
                              ? signing_judge(question, &signing, data)
                              : SET(VERDICT_MALFORMED);
    }
}

SignedData *
signed_data_read(GBytes *der, const Span *content, gsize n_content,
                 GPtrArray *extra, guint floor_rsa_bits, guint floor_ec_bits)
{
    SignedData *data = g_new0(SignedData, 1);
    data->certs = g_ptr_array_new_with_free_func((GDestroyNotify)cert_unref);
    Parts parts;
    if (!parts_read(span_of(der), &parts)) {
        data->verdicts = SET(VERDICT_MALFORMED);
        return data;
    }
    certificates_read(parts.certificates, data->certs);
    data->opaque = parts.has_content;
    data->content = parts.content;

    /* SEC-10: content inside or beside it, never both, never neither. */
    if (parts.has_content == (n_content > 0)) {
        data->verdicts = SET(VERDICT_MALFORMED);
        return data;
    }
    Question question = {
        .parts = &parts,
        .content = {.spans = content,
                    .n_spans = n_content,
                    .octets = parts.has_content ? &parts.content : NULL},
        .extra = extra,
        .floor_rsa_bits = floor_rsa_bits,
        .floor_ec_bits = floor_ec_bits,
    };
    signers_judge(&question, data);
    return data;
}

void
signed_data_free(SignedData *data)
{
    if (data == NULL)
        return;
    g_clear_pointer(&data->signer, cert_unref);
    g_ptr_array_unref(data->certs);
    g_free(data->digest);
    g_free(data->algorithm);
    g_free(data);
}

/* Moves the pieces towards the beginning, over headers already read. */
static GBytes *
pieces_join(const Tlv *content, GBytes *der)
{
    gsize offset = (gsize)(content->body.data - span_of(der).data);
    gsize used = 0, total;
    guint8 *bytes = g_bytes_unref_to_data(der, &total);
    Tlv value = {.tag = content->tag,
                 .body = {bytes + offset, content->body.size}};
    OctetReader reader;
    Span piece;
    octets_start(&reader, &value);
    while (octets_next(&reader, &piece)) {
        memmove(bytes + used, piece.data, piece.size);
        used += piece.size;
    }
    return g_bytes_new_take(bytes, used);
}

GBytes *
signed_data_take_content(SignedData *data, GBytes *der)
{
    g_assert(data->opaque);
    Tlv content = data->content;
    data->content = (Tlv){0};
    if (content.tag != TLV_OCTETS)
        return pieces_join(&content, der);

    g_autoptr(GBytes) held = der;
    gsize offset = (gsize)(content.body.data - span_of(der).data);
    return g_bytes_new_from_bytes(held, offset, content.body.size);
}
