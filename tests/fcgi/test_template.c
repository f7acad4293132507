#include "tests/base/expect.h"

#include "fcgi/template.h"
#include "fcgi/template_escape.h"

/* Sources by name: pairs, NULL at the end. */
static char *
from_pairs(gconstpointer user, const char *name, GError **error)
{
    const char *const *pairs = user;
    for (; pairs[0] != NULL; pairs += 2)
        if (strcmp(pairs[0], name) == 0)
            return g_strdup(pairs[1]);
    g_set_error(error, APP_ERROR, APP_ERROR_FILE, "no template %s", name);
    return NULL;
}

static Template *
compile(const char *source, GError **error)
{
    const char *const pairs[] = {
        "page", source,      "part", "<i>{{name}}</i>",
        "self", "{{>self}}", "open", "<b class=\"",
        NULL,   NULL};
    return template_compile("page", from_pairs, pairs, NULL, error);
}

static char *
render(const char *source, const char *json)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Template) template = compile(source, &error);
    expect_fine(template != NULL, error, source);
    g_autoptr(Json) context = json_read(json, strlen(json), &error);
    expect_fine(context != NULL, error, json);
    GString *out = g_string_new(NULL);
    template_render(template, context, out);
    return g_string_free(out, FALSE);
}

static const struct {
    const char *name, *source, *json, *want;
} written[] = {
    {"text", "a {{x}} b", "{\"x\":\"<&>\\\"'`\"}",
     "a &lt;&amp;&gt;&quot;&#39;&#96; b"},
    {"number", "{{x}}", "{\"x\":12}", "12"},
    {"missing", "[{{x}}]", "{}", "[]"},
    {"null", "[{{x}}]", "{\"x\":null}", "[]"},
    {"object in text", "[{{x}}]", "{\"x\":{\"y\":1}}", "[]"},
    {"dotted", "{{a.b.c}}", "{\"a\":{\"b\":{\"c\":\"v\"}}}", "v"},
    {"control", "{{x}}", "{\"x\":\"a\\u0001\\u001bb\"}",
     "a\xef\xbf\xbd\xef\xbf\xbd"
     "b"},
    {"section true", "{{#x}}y{{/x}}", "{\"x\":true}", "y"},
    {"section false", "{{#x}}y{{/x}}", "{\"x\":false}", ""},
    {"section empty text", "{{#x}}y{{/x}}", "{\"x\":\"\"}", ""},
    {"section text", "{{#x}}y{{/x}}", "{\"x\":\"t\"}", "y"},
    {"section empty array", "{{#x}}y{{/x}}{{^x}}n{{/x}}", "{\"x\":[]}", "n"},
    {"section array of objects", "{{#x}}({{n}}){{/x}}",
     "{\"x\":[{\"n\":1},{\"n\":2}]}", "(1)(2)"},
    {"inner first, then outwards", "{{#x}}{{n}}{{m}}{{/x}}",
     "{\"n\":\"o\",\"m\":\"p\",\"x\":{\"n\":\"i\"}}", "ip"},
    {"null stops the search", "{{#x}}[{{n}}]{{/x}}",
     "{\"n\":\"o\",\"x\":{\"n\":null}}", "[]"},
    {"dotted section", "{{#a.b}}{{c}}{{/a.b}}",
     "{\"a\":{\"b\":{\"c\":\"v\"}}}", "v"},
    {"partial", "{{>part}}", "{\"name\":\"<n>\"}", "<i>&lt;n&gt;</i>"},
    {"comment", "a{{! nothing }}b", "{}", "ab"},
    {"words", "{{_Hello %{a.n}!}}", "{\"a\":{\"n\":\"<x>\"}}",
     "Hello &lt;x&gt;!"},
    {"title", "<title>{{x}}</title>", "{\"x\":\"</title><b>\"}",
     "<title>&lt;/title&gt;&lt;b&gt;</title>"},
    {"url whole", "<a href=\"{{x}}\">", "{\"x\":\"/mail/a?b=1&c=2\"}",
     "<a href=\"/mail/a?b=1&amp;c=2\">"},
    {"url part", "<a href=\"/m/{{x}}\">", "{\"x\":\"a b/c?d\"}",
     "<a href=\"/m/a%20b/c%3Fd\">"},
    {"url part cannot make a host", "<a href=\"{{x}}{{y}}\">",
     "{\"x\":\"/\",\"y\":\"/evil.example\"}",
     "<a href=\"/%2Fevil.example\">"},
    {"bool attribute", "<i{{#x}} hidden{{/x}}>", "{\"x\":true}",
     "<i hidden>"},
    {"json",
     "<script type=\"application/json\">{\"d\": {{x}}, \"w\": "
     "{{_Say %{y}}}}</script>",
     "{\"x\":[\"</script>\",1],\"y\":\"<\\\"\"}",
     "<script type=\"application/json\">{\"d\": "
     "[\"\\u003c/script\\u003e\",1], \"w\": \"Say "
     "\\u003c\\\"\"}</script>"},
};

static void
what_is_written(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(written); i++) {
        g_autofree char *got = render(written[i].source, written[i].json);
        if (strcmp(got, written[i].want) != 0)
            fail_msg("%s: got %s, want %s", written[i].name, got,
                     written[i].want);
    }
}

static const struct {
    const char *name, *source;
} unsafe[] = {
    {"unquoted attribute", "<a class={{x}}>"},
    {"part of unquoted attribute", "<a class=a{{x}}>"},
    {"tag name", "<{{x}}>"},
    {"inside tag name", "<a{{x}}>"},
    {"end tag name", "</{{x}}>"},
    {"attribute name", "<a {{x}}=\"1\">"},
    {"between attributes", "<a href=\"/\" {{x}}>"},
    {"script", "<script>{{x}}</script>"},
    {"script of another type",
     "<script type=\"text/javascript\">{{x}}</script>"},
    {"script whose type is a hole", "<script type=\"{{t}}\">{{x}}</script>"},
    {"script in capitals", "<SCRIPT>{{x}}</SCRIPT>"},
    {"style", "<style>{{x}}</style>"},
    {"style attribute", "<a style=\"{{x}}\">"},
    {"on attribute", "<a onclick=\"{{x}}\">"},
    {"on attribute in capitals", "<a ONCLICK=\"{{x}}\">"},
    {"on attribute, single quotes", "<a onload='{{x}}'>"},
    {"srcdoc", "<iframe srcdoc=\"{{x}}\">"},
    {"srcset", "<img srcset=\"{{x}}\">"},
    {"http-equiv", "<meta http-equiv=\"{{x}}\">"},
    {"comment", "<!-- {{x}} -->"},
    {"declaration", "<!doctype {{x}}>"},
    {"inside JSON quotes",
     "<script type=\"application/json\">{\"a\": \"{{x}}\"}</script>"},
    {"words in an address", "<a href=\"{{_Go}}\">"},
    {"words in a script", "<script>{{_Go}}</script>"},
    {"raw mode, three braces", "{{{x}}}"},
    {"raw mode, ampersand", "{{&x}}"},
    {"capital name", "{{X}}"},
    {"empty name", "{{}}"},
    {"name with a space", "{{ x }}"},
    {"name with a dash", "{{a-b}}"},
    {"dot at the end", "{{a.}}"},
    {"unclosed hole", "{{x"},
    {"unclosed section", "{{#x}}a"},
    {"end of nothing", "a{{/x}}"},
    {"crossed sections", "{{#x}}{{#y}}{{/x}}{{/y}}"},
    {"section that opens a tag", "{{#x}}<a class=\"{{/x}}b\">"},
    {"section that opens a script", "{{#x}}<script>{{/x}}</script>"},
    {"section that cuts a tag name", "<scr{{#x}}ipt{{/x}}>"},
    {"section that cuts an attribute name", "<a on{{#x}}{{/x}}click=\"\">"},
    {"section at an attribute's value", "<a class={{#x}}b{{/x}}>"},
    {"partial without end", "{{>self}}"},
    {"missing partial", "{{>none}}"},
    {"partial with a path", "{{>../x}}"},
    {"ends inside a tag", "<a href=\"/\""},
    {"ends inside a partial's attribute", "{{>open}}"},
    {"less-than that begins no tag", "a < b"},
    {"bad hole in words", "{{_a %{B}}}"},
    {"empty words", "{{_}}"},
};

static void
sec_44_unsafe_places_do_not_compile(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(unsafe); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Template) got = compile(unsafe[i].source, &error);
        if (got != NULL)
            fail_msg("%s compiled", unsafe[i].name);
        if (error == NULL || error->domain != APP_ERROR)
            fail_msg("%s: no error of ours", unsafe[i].name);
    }
}

static void
an_error_names_file_and_line(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Template) got = compile("a\nb\n<a id={{x}}>", &error);
    assert_null(got);
    expect_app_error(error, APP_ERROR_CONFIG, "line");
    assert_non_null(strstr(error->message, "page.html:3"));
}

static void
addresses_are_ours_or_safe(void **state)
{
    static const struct {
        const char *url;
        gboolean safe;
    } cases[] = {
        {"/", TRUE},
        {"/mail/INBOX?page=2#x", TRUE},
        {"?page=2", TRUE},
        {"#main", TRUE},
        {"https://example.org/a", TRUE},
        {"HTTPS://example.org/a", TRUE},
        {"mailto:a@example.org", TRUE},
        {"", FALSE},
        {"//evil.example/", FALSE},
        {"/\\evil.example/", FALSE},
        {"/\t/evil.example/", FALSE},
        {"/\n/evil.example/", FALSE},
        {"http://example.org/", FALSE},
        {"https:evil.example", FALSE},
        {"javascript:alert(1)", FALSE},
        {"JaVaScRiPt:alert(1)", FALSE},
        {" javascript:alert(1)", FALSE},
        {"java\tscript:alert(1)", FALSE},
        {"\x01javascript:alert(1)", FALSE},
        {"data:text/html,<script>", FALSE},
        {"vbscript:x", FALSE},
        {"blob:https://example.org/1", FALSE},
        {"file:///etc/passwd", FALSE},
        {"ftp://example.org", FALSE},
        {"relative/path", FALSE},
        {"&#106;avascript:alert(1)", FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        if (escape_is_safe_url(cases[i].url) != cases[i].safe)
            fail_msg("%s", cases[i].url);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written),
        cmocka_unit_test(sec_44_unsafe_places_do_not_compile),
        cmocka_unit_test(an_error_names_file_and_line),
        cmocka_unit_test(addresses_are_ours_or_safe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
