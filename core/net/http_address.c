/* Which addresses are of the internet at large (RFC 6890). */
#include "core/net/http.h"

#include <string.h>
#include <sys/socket.h>

typedef struct {
    guint8 prefix[16];
    guint bits;
} Range;

static const Range ranges4[] = {
    {{0}, 8},             /* this network */
    {{10}, 8},            /* private */
    {{100, 64}, 10},      /* shared */
    {{127}, 8},           /* loopback */
    {{169, 254}, 16},     /* link-local, and metadata of clouds */
    {{172, 16}, 12},      /* private */
    {{192, 0, 0}, 24},    /* protocols */
    {{192, 0, 2}, 24},    /* documentation */
    {{192, 88, 99}, 24},  /* 6to4 relays */
    {{192, 168}, 16},     /* private */
    {{198, 18}, 15},      /* benchmarks */
    {{198, 51, 100}, 24}, /* documentation */
    {{203, 0, 113}, 24},  /* documentation */
    {{224}, 3},           /* multicast, reserved, broadcast */
};

static const guint8 mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
static const guint8 nat64[12] = {0, 0x64, 0xff, 0x9b};

static gboolean
is_within(const guint8 *bytes, const Range *range)
{
    guint whole = range->bits / 8, rest = range->bits % 8;
    if (memcmp(bytes, range->prefix, whole) != 0)
        return FALSE;
    guint8 mask = (guint8)(0xff00U >> rest);
    return rest == 0 ||
           (bytes[whole] & mask) == (range->prefix[whole] & mask);
}

static gboolean
is_public4(const guint8 *bytes)
{
    for (gsize i = 0; i < G_N_ELEMENTS(ranges4); i++) {
        if (is_within(bytes, &ranges4[i]))
            return FALSE;
    }
    return TRUE;
}

gboolean
http_is_public(int family, const guint8 *bytes)
{
    static const Range global6 = {{0x20}, 3};
    static const Range excepted6[] = {
        {{0x20, 0x01, 0x00, 0x00}, 23}, /* Teredo and protocols */
        {{0x20, 0x01, 0x0d, 0xb8}, 32}, /* documentation */
        {{0x20, 0x02}, 16},             /* 6to4: any address of version 4 */
    };
    if (family == AF_INET)
        return is_public4(bytes);
    if (family != AF_INET6)
        return FALSE;
    if (memcmp(bytes, mapped, sizeof mapped) == 0 ||
        memcmp(bytes, nat64, sizeof nat64) == 0)
        return is_public4(bytes + 12);
    for (gsize i = 0; i < G_N_ELEMENTS(excepted6); i++) {
        if (is_within(bytes, &excepted6[i]))
            return FALSE;
    }
    return is_within(bytes, &global6);
}
