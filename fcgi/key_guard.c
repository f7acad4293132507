#include "fcgi/key_guard.h"

#include <string.h>

/* How much of a base64 run is decoded to look at its first DER octets. */
#define PEEK_CHARS 64

static gboolean
has(const guint8 *data, gsize size, const char *needle)
{
    return memmem(data, size, needle, strlen(needle)) != NULL;
}

/* Skips a header with tag; its length must reach beyond what is peeked. */
static gboolean
der_enter(const guint8 **at, const guint8 *end, guint8 tag)
{
    const guint8 *p = *at;
    if (end - p < 2 || p[0] != tag)
        return FALSE;
    /* 0x80 is an indefinite length (pk12util): no octets follow. */
    gsize octets = p[1] < 0x80 ? 0 : p[1] & 0x7f;
    if (octets > 4 || (gsize)(end - p) < 2 + octets)
        return FALSE;
    *at = p + 2 + octets;
    return TRUE;
}

static gboolean
der_begins(const guint8 *at, const guint8 *end, const char *octets,
           gsize size)
{
    return (gsize)(end - at) >= size && memcmp(at, octets, size) == 0;
}

static gboolean
der_is_key(const guint8 *data, gsize size)
{
    /* Object identifiers under which PKCS #8 encrypts: PKCS #5, PKCS #12. */
    static const char pkcs5[] = "\x2a\x86\x48\x86\xf7\x0d\x01\x05";
    static const char pkcs12[] = "\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01";
    const guint8 *at = data;
    const guint8 *end = data + size;
    if (!der_enter(&at, end, 0x30))
        return FALSE;
    /* PKCS #12: version 3, then a ContentInfo. */
    if (der_begins(at, end, "\x02\x01\x03\x30", 4))
        return TRUE;
    /* SEC 1: version 1, then the key as an octet string. */
    if (der_begins(at, end, "\x02\x01\x01\x04", 4))
        return TRUE;
    /* PKCS #1: version 0, then a modulus of many octets. */
    if (der_begins(at, end, "\x02\x01\x00\x02", 4) && end - at > 4 &&
        at[4] >= 0x40)
        return TRUE;
    /* PKCS #8: version 0 or 1, then an algorithm with its identifier. */
    if (der_begins(at, end, "\x02\x01\x00\x30", 4) ||
        der_begins(at, end, "\x02\x01\x01\x30", 4)) {
        at += 3;
        return der_enter(&at, end, 0x30) && at < end && *at == 0x06;
    }
    /* Encrypted PKCS #8: the algorithm comes first. */
    if (!der_enter(&at, end, 0x30) || !der_enter(&at, end, 0x06))
        return FALSE;
    return der_begins(at, end, pkcs5, sizeof pkcs5 - 1) ||
           der_begins(at, end, pkcs12, sizeof pkcs12 - 1);
}

static gboolean
is_base64(guint8 c)
{
    return g_ascii_isalnum(c) || c == '+' || c == '/' || c == '-' || c == '_';
}

static gboolean
base64_is_key(const guint8 *text, gsize size)
{
    char run[PEEK_CHARS + 1];
    gsize n = 0;
    for (gsize i = 0; i < size && n < PEEK_CHARS; i++) {
        guint8 c = text[i];
        /* Line ends, also as JSON or a form writes them, do not count. */
        if (c == '\r' || c == '\n')
            continue;
        if (c == '\\' && i + 1 < size &&
            (text[i + 1] == 'n' || text[i + 1] == 'r')) {
            i++;
            continue;
        }
        if (!is_base64(c))
            break;
        run[n++] = c == '-' ? '+' : c == '_' ? '/' : (char)c;
    }
    n -= n % 4;
    run[n] = '\0';
    if (n < 16)
        return FALSE;
    gsize length = 0;
    g_base64_decode_inplace(run, &length);
    return der_is_key((const guint8 *)run, length);
}

/* A SEQUENCE in base64 begins with 'M' (or "MI"); looked for at the
 * beginning of every run, so that the time stays linear. */
static gboolean
has_base64_key(const guint8 *data, gsize size)
{
    for (gsize i = 0; i + 16 <= size; i++)
        if (data[i] == 'M' && (i == 0 || !is_base64(data[i - 1])) &&
            base64_is_key(data + i, size - i))
            return TRUE;
    return FALSE;
}

static gboolean
has_jwk(const guint8 *data, gsize size)
{
    return has(data, size, "\"kty\"") && has(data, size, "\"d\"");
}

static gboolean
has_pem(const guint8 *data, gsize size)
{
    static const char mark[] = "PRIVATE KEY-----";
    static const char coded[] = "PRIVATE+KEY-----";
    return has(data, size, "-----BEGIN ") && has(data, size, mark)
               ? TRUE
               : has(data, size, "-----BEGIN+") && has(data, size, coded);
}

gboolean
key_guard_sees(const guint8 *data, gsize size)
{
    if (size == 0)
        return FALSE;
    return der_is_key(data, size) || has_pem(data, size) ||
           has_jwk(data, size) || has_base64_key(data, size);
}
