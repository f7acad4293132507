#include "core/base/json.h"

#include "tests/base/expect.h"

static void
read_refuses(void **state)
{
    g_autofree char *deep = g_strnfill(17, '[');
    g_autofree char *closing = g_strnfill(17, ']');
    g_autofree char *too_deep = g_strconcat(deep, closing, NULL);
    g_autofree char *very_deep = g_strnfill(900000, '[');
    g_autofree char *big = g_strnfill(1024 * 1024 + 1, ' ');
    const struct {
        const char *name, *text;
        AppError want;
    } cases[] = {
        {"nothing", "", APP_ERROR_INPUT},
        {"a text", "\"x\"", APP_ERROR_INPUT},
        {"a repeated key", "{\"a\":1,\"a\":2}", APP_ERROR_INPUT},
        {"bytes after it", "{} x", APP_ERROR_INPUT},
        {"bad UTF-8", "[\"\xff\"]", APP_ERROR_INPUT},
        {"a NUL", "[\"\\u0000\"]", APP_ERROR_INPUT},
        {"a lone surrogate", "[\"\\ud800\"]", APP_ERROR_INPUT},
        {"17 levels", too_deep, APP_ERROR_INPUT},
        {"900000 levels", very_deep, APP_ERROR_INPUT},
        {"over 1 MiB", big, APP_ERROR_TOO_LARGE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        assert_null(json_read(cases[i].text, strlen(cases[i].text), &error));
        expect_app_error(error, cases[i].want, cases[i].name);
    }
    g_autofree char *inner = g_strndup(too_deep + 1, 32);
    g_autoptr(Json) fine = json_read(inner, 32, NULL);
    assert_non_null(fine);
}

static void
members_are_checked(void **state)
{
    static const char text[] =
        "{\"t\":\"x\",\"n\":7,\"l\":[1,\"two\"],\"b\":\"AQI=\"}";
    g_autoptr(Json) json = json_read(text, strlen(text), NULL);
    g_autoptr(GError) error = NULL;
    assert_string_equal(json_get_text(json, "t", &error), "x");
    assert_null(json_get_text(json, "n", &error));
    expect_app_error(error, APP_ERROR_INPUT, "number for text");
    assert_non_null(strstr(error->message, "\"n\""));
    g_clear_error(&error);
    assert_null(json_get_text(json, "absent", &error));
    expect_app_error(error, APP_ERROR_INPUT, "absent");
    g_clear_error(&error);

    const Json *list = json_get_array(json, "l", &error);
    assert_int_equal(json_array_length(list), 2);
    gint64 number = 0;
    assert_true(json_int(json_array_item(list, 0), &number));
    assert_int_equal(number, 1);
    assert_null(json_text(json_array_item(list, 0)));
    assert_string_equal(json_text(json_array_item(list, 1)), "two");
    assert_null(json_array_item(list, 2));

    g_autoptr(GBytes) bytes = json_get_bytes(json, "b", &error);
    assert_memory_equal(g_bytes_get_data(bytes, NULL), "\1\2", 2);
}

static void
base64_has_one_spelling(void **state)
{
    static const struct {
        const char *name, *value;
        gboolean want;
    } cases[] = {
        {"empty", "", TRUE},          {"padded", "AA==", TRUE},
        {"unpadded", "AA", FALSE},    {"bits left over", "AB==", FALSE},
        {"space", "AA ==", FALSE},    {"line end", "AA==\\n", FALSE},
        {"base64url", "-_-_", FALSE}, {"four", "AAAA", TRUE},
        {"junk", "!!!!", FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text =
            g_strdup_printf("{\"b\":\"%s\"}", cases[i].value);
        g_autoptr(Json) json = json_read(text, strlen(text), NULL);
        g_autoptr(GBytes) got = json_get_bytes(json, "b", NULL);
        if ((got != NULL) != cases[i].want)
            fail_msg("%s: %s", cases[i].name, cases[i].value);
    }
}

static void
what_is_written_is_read_again(void **state)
{
    g_autoptr(GBytes) bytes = g_bytes_new("\0\xff", 2);
    g_autoptr(Json) json = json_object_new();
    Json *list = json_array_new();
    json_append_text(list, "é\"\\\n</script>");
    json_append_text(list, "bad \xff");
    json_set(json, "list", list);
    json_set_text(json, "null", NULL);
    json_set_bool(json, "true", TRUE);
    json_set_int(json, "big", G_MAXINT64);
    json_set_bytes(json, "bytes", bytes);
    json_set_time(json, "time", 1795579200);
    g_autofree char *text = json_write(json);
    assert_null(strchr(text, '\n'));

    g_autoptr(Json) again = json_read(text, strlen(text), NULL);
    assert_non_null(again);
    const Json *got = json_get_array(again, "list", NULL);
    assert_string_equal(json_text(json_array_item(got, 0)),
                        "é\"\\\n</script>");
    assert_string_equal(json_text(json_array_item(got, 1)),
                        "bad \xef\xbf\xbd");
    assert_string_equal(json_get_text(again, "time", NULL),
                        "2026-11-25T04:00:00Z");
    assert_true(json_bool(json_member(again, "true")));
    assert_int_equal(json_kind(json_member(again, "null")), JSON_KIND_NULL);
}

static void
times_are_rfc_3339_in_utc(void **state)
{
    static const struct {
        const char *text;
        gboolean good;
        gint64 want;
    } cases[] = {
        {"1970-01-01T00:00:00Z", TRUE, 0},
        {"2026-11-25T04:00:00Z", TRUE, 1795579200},
        {"2100-02-28T23:59:59Z", TRUE, 4107542399},
        {"2026-11-25T04:00:00+00:00", FALSE, 0},
        {"2026-11-25T04:00:00", FALSE, 0},
        {"2026-11-25T04:00:00.5Z", FALSE, 0},
        {"2026-11-25 04:00:00Z", FALSE, 0},
        {"2026-02-29T00:00:00Z", FALSE, 0},
        {"20261125T040000Z", FALSE, 0},
        {"", FALSE, 0},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        gint64 got = 0;
        if (time_from_rfc3339(cases[i].text, &got) != cases[i].good ||
            got != cases[i].want)
            fail_msg("\"%s\"", cases[i].text);
    }

    static const struct {
        gint64 time;
        const char *want;
    } edges[] = {
        {-1, "1969-12-31T23:59:59Z"},
        {-62135596800, "0001-01-01T00:00:00Z"},
        {-62135596801, "9999-12-31T23:59:59Z"},
        {253402300799, "9999-12-31T23:59:59Z"},
        {253402300800, "9999-12-31T23:59:59Z"},
        {G_MAXINT64, "9999-12-31T23:59:59Z"},
        {G_MININT64, "9999-12-31T23:59:59Z"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(edges); i++) {
        g_autofree char *got = time_to_rfc3339(edges[i].time);
        assert_string_equal(got, edges[i].want);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(read_refuses),
        cmocka_unit_test(members_are_checked),
        cmocka_unit_test(base64_has_one_spelling),
        cmocka_unit_test(what_is_written_is_read_again),
        cmocka_unit_test(times_are_rfc_3339_in_utc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
