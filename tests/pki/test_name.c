/* RFC 5280 §7.1: when two names are the same, and what lies below what. */
#include "tests/pki/forge.h"

typedef struct {
    guint8 tag;
    const char *value;
    gsize size; /* 0: up to the NUL */
} Text;

static GBytes *
one(const char *type, Text text)
{
    gsize size = text.size ? text.size : strlen(text.value);
    return wrap(DER_SEQUENCE, oid(type),
                wrap(text.tag, g_bytes_new(text.value, size), NULL), NULL);
}

static GBytes *
cn(Text text)
{
    return wrap(DER_SEQUENCE,
                wrap(DER_SET, one(NAME_COMMON_NAME, text), NULL), NULL);
}

static Name *
parse(GBytes *der)
{
    Name *name = name_parse(der_of(der));
    assert_non_null(name);
    return name;
}

static gboolean
are_equal(GBytes *a, GBytes *b)
{
    g_autoptr(GBytes) first = a;
    g_autoptr(GBytes) second = b;
    g_autoptr(Name) x = parse(first);
    g_autoptr(Name) y = parse(second);
    gboolean equal = name_equal(x, y);
    assert_int_equal(equal, name_equal(y, x));
    return equal;
}

static const struct {
    const char *name;
    Text a, b;
    gboolean want;
} texts[] = {
    {"same", {DER_UTF8_STRING, "Ana", 0}, {DER_UTF8_STRING, "Ana", 0}, TRUE},
    {"capitals",
     {DER_UTF8_STRING, "ANA", 0},
     {DER_UTF8_STRING, "ana", 0},
     TRUE},
    {"string types",
     {DER_PRINTABLE_STRING, "Ana", 0},
     {DER_UTF8_STRING, "Ana", 0},
     TRUE},
    {"BMPString",
     {DER_BMP_STRING, "\0A\0n\0a", 6},
     {DER_UTF8_STRING, "Ana", 0},
     TRUE},
    {"UniversalString",
     {DER_UNIVERSAL_STRING, "\0\0\0A\0\0\0n", 8},
     {DER_UTF8_STRING, "An", 0},
     TRUE},
    {"TeletexString",
     {DER_TELETEX_STRING, "Zo\353", 0},
     {DER_UTF8_STRING, "Zo\303\253", 0},
     TRUE},
    {"spaces",
     {DER_UTF8_STRING, "  Ana   Lee ", 0},
     {DER_UTF8_STRING, "ana lee", 0},
     TRUE},
    {"no space",
     {DER_UTF8_STRING, "Ana Lee", 0},
     {DER_UTF8_STRING, "AnaLee", 0},
     FALSE},
    {"composed",
     {DER_UTF8_STRING, "Zo\303\253", 0},
     {DER_UTF8_STRING, "Zoe\314\210", 0},
     TRUE},
    {"accents",
     {DER_UTF8_STRING, "Zo\303\253", 0},
     {DER_UTF8_STRING, "Zoe", 0},
     FALSE},
    {"NUL",
     {DER_UTF8_STRING, "Ana\0x", 5},
     {DER_UTF8_STRING, "Ana", 0},
     FALSE},
    {"NUL in BMPString",
     {DER_BMP_STRING, "\0A\0\0\0x", 6},
     {DER_UTF8_STRING, "A", 0},
     FALSE},
    {"broken UTF-8",
     {DER_UTF8_STRING, "An\303", 0},
     {DER_UTF8_STRING, "An\303", 0},
     TRUE},
    {"empty", {DER_UTF8_STRING, "", 0}, {DER_PRINTABLE_STRING, " ", 0}, TRUE},
    {"lookalike",
     {DER_UTF8_STRING, "\320\220na", 0},
     {DER_UTF8_STRING, "Ana", 0},
     FALSE},
};

static void
texts_are_compared_as_people_read_them(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        if (are_equal(cn(texts[i].a), cn(texts[i].b)) != texts[i].want)
            fail_msg("%s", texts[i].name);
    }
}

static GBytes *
pair(const char *first, const char *second)
{
    Text text = {DER_UTF8_STRING, "x", 0};
    return wrap(DER_SEQUENCE,
                wrap(DER_SET, one(first, text), one(second, text), NULL),
                NULL);
}

static void
attributes_of_one_relative_name_have_no_order(void **state)
{
    assert_true(
        are_equal(pair("2.5.4.3", "2.5.4.10"), pair("2.5.4.10", "2.5.4.3")));
    assert_false(
        are_equal(pair("2.5.4.3", "2.5.4.10"), pair("2.5.4.3", "2.5.4.11")));
}

static void
relative_names_have_an_order(void **state)
{
    GBytes *there =
        wrap(DER_SEQUENCE, attribute("2.5.4.10", DER_UTF8_STRING, "Test"),
             attribute("2.5.4.3", DER_UTF8_STRING, "Ana"), NULL);
    GBytes *back =
        wrap(DER_SEQUENCE, attribute("2.5.4.3", DER_UTF8_STRING, "Ana"),
             attribute("2.5.4.10", DER_UTF8_STRING, "Test"), NULL);
    assert_false(are_equal(there, back));
}

static void
below_is_by_whole_relative_names(void **state)
{
    g_autoptr(GBytes) ana = dn("Ana"), anais = dn("Anais");
    g_autoptr(GBytes) test = wrap(
        DER_SEQUENCE, attribute("2.5.4.10", DER_UTF8_STRING, "test"), NULL);
    g_autoptr(GBytes) nothing = wrap(DER_SEQUENCE, NULL);
    g_autoptr(Name) name = parse(ana), longer = parse(anais);
    g_autoptr(Name) base = parse(test), root = parse(nothing);
    assert_true(name_is_within(name, base));
    assert_true(name_is_within(name, root));
    assert_true(name_is_within(name, name));
    assert_false(name_is_within(base, name));
    assert_false(name_is_within(longer, name));
    assert_true(name_is_empty(root));
}

static void
values_are_listed_in_order(void **state)
{
    g_autoptr(GBytes) der =
        wrap(DER_SEQUENCE, attribute("2.5.4.3", DER_UTF8_STRING, "one"),
             attribute("2.5.4.10", DER_UTF8_STRING, "Test"),
             attribute("2.5.4.3", DER_OCTET_STRING, "no text"),
             attribute("2.5.4.3", DER_UTF8_STRING, "two"), NULL);
    g_autoptr(GPtrArray) got = name_values(der_of(der), NAME_COMMON_NAME);
    assert_int_equal(got->len, 2);
    assert_string_equal(got->pdata[0], "one");
    assert_string_equal(got->pdata[1], "two");
}

static void
what_is_no_name_is_refused(void **state)
{
    static const struct {
        const char *name;
        const char *der;
        gsize size;
    } cases[] = {
        {"nothing", "", 0},
        {"a text", "\014\001a", 3},
        {"an empty relative name", "\060\002\061\000", 4},
        {"no value", "\060\011\061\007\060\005\006\003\125\004\003", 11},
        {"cut", "\060\013\061\011\060\007\006\003\125\004\003\014", 12},
        {"something behind", "\060\000\000", 3},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Der der = {(const guint8 *)cases[i].der, cases[i].size};
        g_autoptr(Name) name = name_parse(der);
        if (name != NULL)
            fail_msg("%s", cases[i].name);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_compared_as_people_read_them),
        cmocka_unit_test(attributes_of_one_relative_name_have_no_order),
        cmocka_unit_test(relative_names_have_an_order),
        cmocka_unit_test(below_is_by_whole_relative_names),
        cmocka_unit_test(values_are_listed_in_order),
        cmocka_unit_test(what_is_no_name_is_refused),
    };
    return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
