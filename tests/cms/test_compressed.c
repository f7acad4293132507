/* CompressedData within bounds (SEC-03). */
#include <sys/resource.h>
#include <zlib.h>

#include "core/base/error.h"
#include "core/cms/compressed.h"
#include "tests/cms/forge.h"

#define MIB (1024 * 1024)

static GBytes *
compress_bytes(Span text)
{
    uLongf size = compressBound(text.size);
    guint8 *out = g_malloc(size);
    assert_int_equal(compress2(out, &size, text.data, text.size, 9), Z_OK);
    return g_bytes_new_take(out, size);
}

typedef struct {
    Oid algorithm, type; /* zlib and data if unset */
    gsize segment;       /* BER: pieces of so many octets */
    guint8 version;
} Shape;

static void
put_content(DerWriter *der, Span rest, gsize segment)
{
    guint mark = der->len;
    while (segment > 0 && rest.size > 0) {
        gsize run = MIN(segment, rest.size);
        der_put(der, TLV_OCTETS, (Span){rest.data, run});
        rest = (Span){rest.data + run, rest.size - run};
    }
    if (segment > 0)
        der_wrap(der, mark, TLV_OCTETS_BER);
    else
        der_put(der, TLV_OCTETS, rest);
    der_wrap(der, mark, TLV_EXPLICIT);
}

static GBytes *
compressed_data(GBytes *content, const Shape *shape)
{
    DerWriter *der = der_new();
    der_put(der, TLV_OID, oid_body(OID_COMPRESSED_DATA));
    guint outer = der->len;
    der_put_int(der, shape->version);
    guint mark = der->len;
    algorithm_put_plain(
        der, shape->algorithm == OID_UNKNOWN ? OID_ZLIB : shape->algorithm);
    der_wrap(der, mark, TLV_SEQUENCE);
    mark = der->len;
    der_put(der, TLV_OID,
            oid_body(shape->type == OID_UNKNOWN ? OID_DATA : shape->type));
    put_content(der, span_of(content), shape->segment);
    der_wrap(der, mark, TLV_SEQUENCE);
    der_wrap(der, outer, TLV_SEQUENCE);
    der_wrap(der, outer, TLV_EXPLICIT);
    der_wrap(der, 0, TLV_SEQUENCE);
    return der_finish(der);
}

static GBytes *
text_of(gsize size)
{
    guint8 *text = g_malloc(size + 1);
    for (gsize i = 0; i < size; i++)
        text[i] = (guint8)("sceau "[i % 6] + (i / 100) % 3);
    return g_bytes_new_take(text, size);
}

static void
what_was_compressed_is_read(void **state)
{
    static const gsize sizes[] = {0, 1, 100, 65535, 65536, 200000};
    static const gsize segments[] = {0, 1, 7, 1000};
    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++)
        for (gsize j = 0; j < G_N_ELEMENTS(segments); j++) {
            g_autoptr(GError) error = NULL;
            g_autoptr(GBytes) text = text_of(sizes[i]);
            g_autoptr(GBytes) content = compress_bytes(span_of(text));
            g_autoptr(GBytes) der =
                compressed_data(content, &(Shape){.segment = segments[j]});
            g_autoptr(GBytes) got = compressed_data_read(der, MIB, &error);
            /* Beyond a hundred to one it is refused, honest or not. */
            if (sizes[i] > 100 * g_bytes_get_size(content)) {
                assert_null(got);
                continue;
            }
            if (got == NULL)
                fail_msg("%zu: %s", sizes[i], error->message);
            assert_true(g_bytes_equal(got, text));
        }
}

static void
expect_refused(const char *name, GBytes *der, gsize max, AppError want)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) got = compressed_data_read(der, max, &error);
    if (got != NULL || !g_error_matches(error, APP_ERROR, (int)want))
        fail_msg("%s: %s", name, got != NULL ? "read" : error->message);
}

static void
what_is_damaged_is_refused(void **state)
{
    g_autoptr(GBytes) text = text_of(2000);
    g_autoptr(GBytes) content = compress_bytes(span_of(text));
    static const struct {
        const char *name;
        Shape shape;
    } cases[] = {
        {"another algorithm", {.algorithm = OID_RC4}},
        {"another content", {.type = OID_SIGNED_DATA}},
        {"another version", {.version = 1}},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GBytes) der = compressed_data(content, &cases[i].shape);
        expect_refused(cases[i].name, der, MIB, APP_ERROR_MALFORMED);
    }
    g_autoptr(GBytes) der = compressed_data(content, &(Shape){0});
    for (gsize cut = 0; cut < g_bytes_get_size(der); cut++) {
        g_autoptr(GBytes) part = g_bytes_new_from_bytes(der, 0, cut);
        expect_refused("cut", part, MIB, APP_ERROR_MALFORMED);
    }
    for (gsize cut = 0; cut < g_bytes_get_size(content); cut++) {
        g_autoptr(GBytes) part = g_bytes_new_from_bytes(content, 0, cut);
        g_autoptr(GBytes) short_der = compressed_data(part, &(Shape){0});
        expect_refused("cut within", short_der, MIB, APP_ERROR_MALFORMED);
    }
    g_autoptr(GByteArray) longer = g_byte_array_new();
    Span span = span_of(content);
    g_byte_array_append(longer, span.data, (guint)span.size);
    g_byte_array_append(longer, (const guint8 *)"x", 1);
    g_autoptr(GBytes) more =
        g_byte_array_free_to_bytes(g_steal_pointer(&longer));
    g_autoptr(GBytes) more_der = compressed_data(more, &(Shape){0});
    expect_refused("octets after the end", more_der, MIB,
                   APP_ERROR_MALFORMED);
}

static void
sec_03_no_more_than_was_allowed(void **state)
{
    g_autoptr(GBytes) text = text_of(1000);
    g_autoptr(GBytes) content = compress_bytes(span_of(text));
    g_autoptr(GBytes) der = compressed_data(content, &(Shape){0});
    g_autoptr(GBytes) got = compressed_data_read(der, 1000, NULL);
    assert_non_null(got);
    expect_refused("one octet more", der, 999, APP_ERROR_TOO_LARGE);
}

/* In KiB; a sanitizer keeps what was freed, so there it says nothing. */
static glong
most_memory(void)
{
#ifdef __SANITIZE_ADDRESS__
    return 0;
#else
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
#endif
}

/* Ten mebibytes in ten kibibytes: the most that zlib can. The reader may have
 * ten gibibytes, and takes one. */
static void
sec_03_a_bomb_stops(void **state)
{
    g_autofree guint8 *zeros = g_malloc0(10 * MIB);
    g_autoptr(GBytes) content = compress_bytes((Span){zeros, 10 * MIB});
    assert_in_range(g_bytes_get_size(content), 9 * 1024, 11 * 1024);
    g_autoptr(GBytes) der = compressed_data(content, &(Shape){0});
    glong before = most_memory();
    expect_refused("a bomb", der, 10240UL * MIB, APP_ERROR_TOO_LARGE);
    assert_true(most_memory() - before < 100 * 1024);
}

/* One mebibyte of zeros, in a block that refers to nothing before it. */
static void
append_block(z_stream *stream, guint8 *zeros, GByteArray *out)
{
    guint8 run[65536];
    stream->next_in = zeros;
    stream->avail_in = MIB;
    do {
        stream->next_out = run;
        stream->avail_out = sizeof run;
        deflate(stream, Z_FULL_FLUSH);
        g_byte_array_append(out, run,
                            (guint)(sizeof run - stream->avail_out));
    } while (stream->avail_out == 0);
}

/* The same block again and again; nobody gets as far as its end. */
static GBytes *
gibibyte_of_zeros(void)
{
    z_stream stream = {0};
    g_autofree guint8 *zeros = g_malloc0(MIB);
    g_autoptr(GByteArray) block = g_byte_array_new();
    GByteArray *out = g_byte_array_new();
    assert_int_equal(deflateInit(&stream, 9), Z_OK);
    append_block(&stream, zeros, out);
    append_block(&stream, zeros, block);
    deflateEnd(&stream);
    for (guint i = 1; i < 1024; i++)
        g_byte_array_append(out, block->data, block->len);
    return g_byte_array_free_to_bytes(out);
}

/* A gibibyte in one mebibyte: cut at a hundred to one, and at the limit. */
static void
sec_03_a_large_bomb_stops(void **state)
{
    g_autoptr(GBytes) content = gibibyte_of_zeros();
    g_autoptr(GBytes) der =
        compressed_data(content, &(Shape){.segment = 4096});
    glong before = most_memory();
    expect_refused("a gibibyte", der, 50 * MIB, APP_ERROR_TOO_LARGE);
    assert_true(most_memory() - before < 100 * 1024);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_compressed_is_read),
        cmocka_unit_test(what_is_damaged_is_refused),
        cmocka_unit_test(sec_03_no_more_than_was_allowed),
        cmocka_unit_test(sec_03_a_bomb_stops),
        cmocka_unit_test(sec_03_a_large_bomb_stops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
