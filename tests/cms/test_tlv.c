/* BER in place: what is read, and what is refused (SEC-04). */
#include "tests/cms/forge.h"

/* depth nested SEQUENCEs around an INTEGER, definite or not. */
static GBytes *
nest(guint depth, gboolean indefinite)
{
    DerWriter *der = der_new();
    for (guint i = 0; indefinite && i < depth; i++)
        der_put_raw(der, (Span){(const guint8 *)"\x30\x80", 2});
    der_put_int(der, 5);
    for (guint i = 0; i < depth; i++) {
        if (indefinite)
            der_put_raw(der, (Span){(const guint8 *)"\0\0", 2});
        else
            der_wrap(der, 0, TLV_SEQUENCE);
    }
    return der_finish(der);
}

static void
sec_04_depth_is_bounded(void **state)
{
    for (guint indefinite = 0; indefinite < 2; indefinite++) {
        g_autoptr(GBytes) most = nest(TLV_DEPTH, indefinite);
        g_autoptr(GBytes) more = nest(TLV_DEPTH + 1, indefinite);
        gsize size;
        assert_true(tlv_measure(span_of(most), &size));
        assert_int_equal(size, g_bytes_get_size(most));
        assert_false(tlv_measure(span_of(more), &size));
    }
}

#define CASE(name, bytes, size)                                              \
    {                                                                        \
        name, {(const guint8 *)(bytes), sizeof(bytes) - 1}, size             \
    }

static void
sec_04_lengths_stay_inside(void **state)
{
    /* size is what the first value takes; 0 where it must be refused. */
    static const struct {
        const char *name;
        Span bytes;
        gsize size;
    } cases[] = {
        CASE("null", "\x05\x00", 2),
        CASE("followed by more", "\x05\x00\x41", 2),
        CASE("long form", "\x04\x81\x01\x41", 4),
        CASE("longer than needed", "\x04\x84\x00\x00\x00\x01\x41", 7),
        CASE("eight octets of length",
             "\x04\x88\x00\x00\x00\x00\x00\x00\x00\x01\x41", 11),
        CASE("indefinite", "\x30\x80\x05\x00\x00\x00", 6),
        CASE("indefinite in definite", "\x30\x06\x30\x80\x05\x00\x00\x00", 8),
        CASE("definite in indefinite", "\x30\x80\x30\x02\x05\x00\x00\x00", 8),
        CASE("empty", "", 0),
        CASE("tag alone", "\x30", 0),
        CASE("cut", "\x04\x02\x41", 0),
        CASE("length cut", "\x04\x82\x01", 0),
        CASE("nine octets of length",
             "\x04\x89\x00\x00\x00\x00\x00\x00\x00\x00\x01\x41", 0),
        CASE("largest length", "\x04\x88\xff\xff\xff\xff\xff\xff\xff\xff\x41",
             0),
        CASE("reserved length", "\x04\xff\x41", 0),
        CASE("primitive indefinite", "\x04\x80\x00\x00", 0),
        CASE("end missing", "\x30\x80\x05\x00", 0),
        CASE("half an end", "\x30\x80\x05\x00\x00", 0),
        CASE("end in definite", "\x30\x02\x00\x00", 0),
        CASE("end at the top", "\x00\x00", 0),
        CASE("end with a length", "\x30\x80\x00\x01\x41\x00\x00", 0),
        CASE("child beyond parent", "\x30\x03\x04\x02\x41\x41\x41", 0),
        CASE("indefinite child beyond parent",
             "\x30\x04\x30\x80\x05\x00\x00\x00", 0),
        CASE("high tag number", "\x1f\x01\x00", 0),
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        gsize size = 0;
        gboolean sound = tlv_measure(cases[i].bytes, &size);
        if (sound != (cases[i].size > 0) || (sound && size != cases[i].size))
            fail_msg("%s: %d, %zu", cases[i].name, sound, size);
    }
}

static void
sec_04_only_padding_follows(void **state)
{
    static const struct {
        const char *name;
        Span bytes;
        gboolean padding;
    } cases[] = {
        CASE("nothing", "", TRUE),        CASE("line end", "\r\n", TRUE),
        CASE("zeros", "\0\0\0", TRUE),    CASE("both", " \0\r\n\t", TRUE),
        CASE("a letter", "\r\nA", FALSE), CASE("a value", "\x05\x00", FALSE),
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        if (tlv_is_padding(cases[i].bytes) != cases[i].padding)
            fail_msg("%s", cases[i].name);
}

static char *
collect(Span bytes)
{
    Tlv value;
    gsize size = 0;
    assert_true(tlv_read(&bytes, &value));
    if (!octets_measure(&value, &size))
        return NULL;
    g_autoptr(GString) out = g_string_new(NULL);
    OctetReader reader;
    Span piece;
    octets_start(&reader, &value);
    while (octets_next(&reader, &piece))
        g_string_append_len(out, (const char *)piece.data,
                            (gssize)piece.size);
    assert_int_equal(out->len, size);
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static void
octets_are_read_in_pieces(void **state)
{
    static const struct {
        const char *name;
        Span bytes;
        const char *want;
    } cases[] = {
        CASE("primitive", "\x04\x02hi", "hi"),
        CASE("empty", "\x04\x00", ""),
        CASE("constructed", "\x24\x06\x04\x01h\x04\x01i", "hi"),
        CASE("constructed, empty", "\x24\x00", ""),
        CASE("indefinite", "\x24\x80\x04\x01h\x04\x00\x04\x01i\0\0", "hi"),
        CASE("nested", "\x24\x80\x24\x03\x04\x01h\x04\x01i\0\0", "hi"),
        CASE("implicit", "\xa0\x03\x04\x01h", "h"),
        CASE("implicit, primitive", "\x80\x01h", "h"),
        CASE("an integer inside", "\x24\x03\x02\x01h", NULL),
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got = collect(cases[i].bytes);
        if (g_strcmp0(got, cases[i].want) != 0)
            fail_msg("%s: %s", cases[i].name, got);
    }
}

static void
lengths_are_written_shortest(void **state)
{
    static const struct {
        gsize size;
        const char *header; /* in hex, after the tag */
    } cases[] = {{0, "00"},          {127, "7f"},     {128, "8180"},
                 {255, "81ff"},      {256, "820100"}, {65535, "82ffff"},
                 {65536, "83010000"}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree guint8 *zeros = g_malloc0(cases[i].size + 1);
        g_autoptr(DerWriter) der = der_new();
        der_put(der, TLV_OCTETS, (Span){zeros, cases[i].size});
        g_autoptr(GString) got = g_string_new(NULL);
        for (guint at = 1; at < der->len - cases[i].size; at++)
            g_string_append_printf(got, "%02x", der->data[at]);
        assert_string_equal(got->str, cases[i].header);
        Span rest = {der->data, der->len};
        Tlv value;
        assert_true(tlv_read(&rest, &value));
        assert_int_equal(value.body.size, cases[i].size);
    }
}

static void
times_change_form_in_2050(void **state)
{
    static const struct {
        gint64 time;
        guint8 tag;
        const char *text;
    } cases[] = {
        {0, TLV_UTC_TIME, "700101000000Z"},
        {1795580000, TLV_UTC_TIME, "261125041320Z"},
        {2524607999, TLV_UTC_TIME, "491231235959Z"},
        {2524608000, TLV_GENERALIZED_TIME, "20500101000000Z"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(DerWriter) der = der_new();
        der_put_time(der, cases[i].time);
        assert_int_equal(der->data[0], cases[i].tag);
        assert_memory_equal(der->data + 2, cases[i].text, der->len - 2);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sec_04_depth_is_bounded),
        cmocka_unit_test(sec_04_lengths_stay_inside),
        cmocka_unit_test(sec_04_only_padding_follows),
        cmocka_unit_test(octets_are_read_in_pieces),
        cmocka_unit_test(lengths_are_written_shortest),
        cmocka_unit_test(times_change_form_in_2050),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
