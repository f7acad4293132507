/*
 * SEC-44: more than 200 payloads in every place where a value can stand. The
 * page is then read again by a tokenizer of this file's own, which knows
 * nothing of the escaping: it must find the elements and attributes of the
 * template and no others.
 */
#include "tests/base/expect.h"

#include "fcgi/template.h"

static const char page[] =
    "<div class=\"{{v}}\" title='{{v}}'><p>{{v}}</p>"
    "<a href=\"{{v}}\">x</a><a href=\"/m/{{v}}?q={{v}}\">y</a>"
    "<form action=\"{{v}}\"></form><textarea>{{v}}</textarea>"
    "<title>{{v}}</title><p>{{_It says %{v}}}</p>"
    "<script type=\"application/json\">{\"a\": {{v}}, \"b\": {{_So %{v}}}}"
    "</script></div>";

/* What the tokenizer must find: names of tags and attributes in order. */
static const char skeleton[] =
    "div class title p /p a href /a a href /a form action /form textarea "
    "/textarea title /title p /p script type /script /div ";

static const char *const scripts[] = {
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "</title><script>alert(1)</script>",
    "</textarea><script>1</script>",
    "<!--",
    "-->",
    "<!--><script>1</script>",
    "]]>",
    "<![CDATA[<b>]]>",
    "<?php echo 1 ?>",
    "</p></div><b>",
    "<b",
    "<",
    ">",
    "</",
    "<a href=",
    "\"><script>alert(1)</script>",
    "'><script>alert(1)</script>",
    "\" onmouseover=\"alert(1)",
    "' onmouseover='alert(1)",
    "` onmouseover=`alert(1)",
    "\" autofocus onfocus=alert(1) x=\"",
    "javascript:alert(1)",
    "JAVASCRIPT:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    " javascript:alert(1)",
    "\x01javascript:alert(1)",
    "javascript&colon;alert(1)",
    "&#106;avascript:alert(1)",
    "&#x6A;avascript:alert(1)",
    "data:text/html,<script>1</script>",
    "vbscript:msgbox(1)",
    "//evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "https://ok.example/\"><script>1</script>",
    "&lt;script&gt;",
    "&quot;&gt;<b>",
    "&",
    "&amp;amp;",
    "{{v}}",
    "{{_x}}",
    "%{v}",
    "%s%n",
    ("\xe2\x80\xa8"
     "alert(1)"),
    "\xe2\x80\xa9",
    "\xef\xbb\xbf<b>",
    "\xef\xbc\x9cscript\xef\xbc\x9e",
    "\\u003cscript\\u003e",
    "\\\"",
    "\\",
    "\\\\\"",
    "\"\\",
    "'",
    "\"",
    "`",
    "=",
    "a=b c=d",
    "/>",
    "--!>",
    "<textarea>",
    "<title>",
    "<plaintext>",
    "<noscript><p title=\"</noscript>",
    "<math><mi//xlink:href=\"data:x,<script>1</script>\">",
};

/* The same with what browsers have stumbled over before and after. */
static const char *const around[][2] = {
    {"", ""},
    {" ", "\t"},
    {"\n", "\n"},
    {"\"", "\""},
};

static gboolean
is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* Appends the tag's names; returns the position after '>'. */
static const char *
read_tag(const char *at, GString *out)
{
    while (*at != '\0' && !is_space(*at) && *at != '>')
        g_string_append_c(out, g_ascii_tolower(*at++));
    g_string_append_c(out, ' ');
    for (;;) {
        while (is_space(*at) || *at == '/')
            at++;
        if (*at == '>' || *at == '\0')
            return *at == '>' ? at + 1 : at;
        while (*at != '\0' && !is_space(*at) && *at != '=' && *at != '>')
            g_string_append_c(out, g_ascii_tolower(*at++));
        g_string_append_c(out, ' ');
        if (*at != '=')
            continue;
        char quote = *++at;
        if (quote == '"' || quote == '\'') {
            const char *close = strchr(at + 1, quote);
            at = close != NULL ? close + 1 : at + strlen(at);
        } else {
            while (*at != '\0' && !is_space(*at) && *at != '>')
                at++;
        }
    }
}

static char *
names_of(const char *html)
{
    GString *out = g_string_new(NULL);
    while ((html = strchr(html, '<')) != NULL) {
        gsize before = out->len;
        html = read_tag(html + 1, out);
        const char *tag = out->str + before;
        const char *const closed[][2] = {{"textarea", "</textarea"},
                                         {"title", "</title"},
                                         {"script", "</script"}};
        for (gsize i = 0; i < G_N_ELEMENTS(closed); i++) {
            if (!g_str_has_prefix(tag, closed[i][0]))
                continue;
            while (*html != '\0' &&
                   g_ascii_strncasecmp(html, closed[i][1],
                                       strlen(closed[i][1])) != 0)
                html++;
        }
    }
    return g_string_free(out, FALSE);
}

static char *
source(gconstpointer user, const char *name, GError **error)
{
    return g_strdup(page);
}

static gboolean
address_is_dangerous(const char *html)
{
    const char *at = html;
    while ((at = strstr(at, "<a href=\"")) != NULL) {
        at += 9;
        gboolean fine = *at == '#' || (*at == '/' && at[1] != '/') ||
                        *at == '?' || g_str_has_prefix(at, "https://") ||
                        g_str_has_prefix(at, "mailto:");
        if (!fine)
            return TRUE;
    }
    return FALSE;
}

static void
check(const Template *template, const char *payload)
{
    g_autoptr(Json) context = json_object_new();
    g_autoptr(GString) out = g_string_new(NULL);
    json_set_text(context, "v", payload);
    template_render(template, context, out);
    g_autofree char *names = names_of(out->str);
    if (strcmp(names, skeleton) != 0)
        fail_msg("payload %s changed the page: %s", payload, out->str);
    if (address_is_dangerous(out->str))
        fail_msg("payload %s: an address in %s", payload, out->str);

    /* The JSON inside the script gives the payload back. */
    g_autoptr(GError) error = NULL;
    const char *begin = strstr(out->str, "json\">") + 6;
    const char *end = strstr(begin, "</script");
    g_autoptr(Json) back = json_read(begin, (gsize)(end - begin), &error);
    expect_fine(back != NULL, error, payload);
    assert_string_equal(json_text(json_member(back, "a")), payload);
}

static void
sec_44_no_payload_leaves_its_place(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Template) template =
        template_compile("page", source, NULL, NULL, &error);
    expect_fine(template != NULL, error, "compile");
    gsize count = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(scripts); i++)
        for (gsize j = 0; j < G_N_ELEMENTS(around); j++, count++) {
            g_autofree char *payload =
                g_strconcat(around[j][0], scripts[i], around[j][1], NULL);
            check(template, payload);
        }
    assert_true(count >= 200);
}

static void
every_byte_alone_stays_in_its_place(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Template) template =
        template_compile("page", source, NULL, NULL, &error);
    expect_fine(template != NULL, error, "compile");
    for (char c = 1; c < 0x7f; c++) {
        const char payload[] = {c, c, '\0'};
        check(template, payload);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sec_44_no_payload_leaves_its_place),
        cmocka_unit_test(every_byte_alone_stays_in_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
