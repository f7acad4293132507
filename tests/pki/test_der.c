/* The DER reader: shortest lengths, no more than there is, nothing else. */
#include "tests/pki/pki_test.h"

static Der
der(const char *bytes, gsize size)
{
    return (Der){(const guint8 *)bytes, size};
}

static void
values_are_read_strictly(void **state)
{
    static const struct {
        const char *name;
        const char *bytes;
        gsize size;
        gboolean want;
        gsize length;
    } cases[] = {
        {"nothing", "", 0, FALSE, 0},
        {"a tag alone", "\004", 1, FALSE, 0},
        {"empty value", "\004\000", 2, TRUE, 0},
        {"short", "\004\002ab", 4, TRUE, 2},
        {"cut", "\004\003ab", 4, FALSE, 0},
        {"more behind", "\004\001ab", 4, TRUE, 1},
        {"long form for a short length", "\004\201\001a", 4, FALSE, 0},
        {"leading zero", "\004\202\000\001a", 5, FALSE, 0},
        {"indefinite", "\060\200\000\000", 4, FALSE, 0},
        {"length of length missing", "\004\202\001", 3, FALSE, 0},
        {"five octets of length", "\004\205\001\000\000\000\000", 7, FALSE,
         0},
        {"larger than everything", "\004\204\377\377\377\377", 6, FALSE, 0},
        {"tag of two octets", "\037\201\001\000", 4, FALSE, 0},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Der in = der(cases[i].bytes, cases[i].size);
        DerItem item;
        gboolean got = der_next(&in, &item);
        if (got != cases[i].want ||
            (got && item.value.size != cases[i].length))
            fail_msg("%s", cases[i].name);
    }
}

static void
object_identifiers_are_dotted(void **state)
{
    static const struct {
        const char *bytes;
        gsize size;
        const char *want;
    } cases[] = {
        {"\125\035\017", 3, "2.5.29.15"},
        {"\052\206\110\206\367\015\001\011\001", 9, "1.2.840.113549.1.9.1"},
        {"\210\067\001", 3, "2.999.1"},
        {"\000", 1, "0.0"},
        {"\117", 1, "1.39"},
        {"\217\377\377\377\177", 5, "2.4294967215"},
        {"", 0, NULL},
        {"\052\206", 2, NULL},
        {"\377\377\377\377\377\377\377\377\177", 9, "xffffffffffffffff7f"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        char text[DER_OID_MAX];
        gboolean got = der_oid(der(cases[i].bytes, cases[i].size), text);
        assert_int_equal(got, cases[i].want != NULL);
        if (got)
            assert_string_equal(text, cases[i].want);
    }
}

static void
a_long_object_identifier_is_refused(void **state)
{
    char bytes[200], text[DER_OID_MAX];
    memset(bytes, 1, sizeof bytes);
    assert_false(der_oid(der(bytes, sizeof bytes), text));
}

static void
times_have_one_form(void **state)
{
    static const struct {
        const char *text;
        guint8 tag;
        gint64 want; /* -1: refused */
    } cases[] = {
        {"700101000000Z", DER_UTC_TIME, 0},
        {"261125120000Z", DER_UTC_TIME, TEST_NOW},
        {"491231235959Z", DER_UTC_TIME, G_GINT64_CONSTANT(2524607999)},
        {"20261125120000Z", DER_GENERALIZED_TIME, TEST_NOW},
        {"99991231235959Z", DER_GENERALIZED_TIME,
         G_GINT64_CONSTANT(253402300799)},
        {"2611251200Z", DER_UTC_TIME, -1},
        {"261125120000+0100", DER_UTC_TIME, -1},
        {"261125120000z", DER_UTC_TIME, -1},
        {"261325120000Z", DER_UTC_TIME, -1},
        {"260230120000Z", DER_UTC_TIME, -1},
        {"2611251200 0Z", DER_UTC_TIME, -1},
        {"20261125120000.5Z", DER_GENERALIZED_TIME, -1},
        {"00000101000000Z", DER_GENERALIZED_TIME, -1},
        {"20261125120000", DER_GENERALIZED_TIME, -1},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        gsize size = strlen(cases[i].text);
        char bytes[32] = {(char)cases[i].tag, (char)size};
        memcpy(bytes + 2, cases[i].text, size);
        Der in = der(bytes, size + 2);
        gint64 got = -1;
        if (!der_take_time(&in, &got))
            got = -1;
        if (got != cases[i].want)
            fail_msg("%s", cases[i].text);
    }
}

static void
bits_are_named_from_the_left(void **state)
{
    guint bits;
    assert_true(der_bits(der("\007\200", 2), &bits));
    assert_int_equal(bits, USAGE_DIGITAL_SIGNATURE);
    assert_true(der_bits(der("\001\006", 2), &bits));
    assert_int_equal(bits, USAGE_CERT_SIGN | USAGE_CRL_SIGN);
    assert_true(der_bits(der("\007\000\200", 3), &bits));
    assert_int_equal(bits, 1U << 8);
    assert_true(der_bits(der("\000", 1), &bits));
    assert_int_equal(bits, 0);
    assert_false(der_bits(der("\010\000", 2), &bits));
    assert_false(der_bits(der("\000abc", 4), &bits));
    assert_false(der_bits(der("", 0), &bits));
}

static void
numbers_are_small_and_positive(void **state)
{
    guint value;
    assert_true(der_uint(der("\177\377\377\377", 4), &value));
    assert_int_equal(value, G_MAXINT32);
    assert_false(der_uint(der("\200", 1), &value));
    assert_false(der_uint(der("\000\200\000\000\000", 5), &value));
    assert_false(der_uint(der("", 0), &value));
}

static void
every_verdict_has_its_code(void **state)
{
    for (guint i = 0; i <= VERDICT_VERIFIED; i++) {
        Verdict back;
        assert_true(verdict_from_code(verdict_code((Verdict)i), &back));
        assert_int_equal(back, i);
    }
    Verdict none;
    assert_false(verdict_from_code("good", &none));
    assert_string_equal(verdict_code(VERDICT_SEVERAL_SIGNERS),
                        "several-signers");
}

static void
the_first_verdict_is_shown(void **state)
{
    assert_int_equal(verdict_first(0), VERDICT_VERIFIED);
    assert_int_equal(
        verdict_first(1U << VERDICT_WEAK | 1U << VERDICT_EXPIRED),
        VERDICT_EXPIRED);
    assert_int_equal(
        verdict_first(1U << VERDICT_UNCHECKED | 1U << VERDICT_MALFORMED),
        VERDICT_MALFORMED);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_read_strictly),
        cmocka_unit_test(object_identifiers_are_dotted),
        cmocka_unit_test(a_long_object_identifier_is_refused),
        cmocka_unit_test(times_have_one_form),
        cmocka_unit_test(bits_are_named_from_the_left),
        cmocka_unit_test(numbers_are_small_and_positive),
        cmocka_unit_test(every_verdict_has_its_code),
        cmocka_unit_test(the_first_verdict_is_shown),
    };
    return cmocka_run_group_tests_name("DER", tests, NULL, NULL);
}
