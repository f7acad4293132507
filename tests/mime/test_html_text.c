/* HTML as text: readable, with nothing hidden in it. */
#include <stdarg.h>

#include <time.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "core/mime/html_text.h"

typedef struct {
    const char *name, *html, *want;
} Reading;

static const Reading readings[] = {
    {"text", "Hello", "Hello\n"},
    {"nothing", "", ""},
    {"spaces", " a\n\t b&nbsp;c ", "a b c\n"},
    {"paragraphs", "<p>a<p>b</p><p>c", "a\n\nb\n\nc\n"},
    {"lines", "a<br>b<br><br>c<div>d</div>e", "a\nb\n\nc\nd\ne\n"},
    {"list", "<ul><li>a<li>b</ul>c", "- a\n- b\n\nc\n"},
    {"table", "<table><tr><td>a<td>b<tr><td>c</td></tr></table>", "a b\nc\n"},
    {"quote",
     "<p>x</p><blockquote>a<br>b<blockquote>c</blockquote>"
     "</blockquote>d",
     "x\n\n> a\n> b\n\n>> c\n\nd\n"},
    {"preformatted", "<pre>a\n  b\n\nc</pre>", "a\n  b\n\nc\n"},
    {"references", "&eacute;&#233;&#xe9;&lt;b&gt;&amp;&euro;&unknown;&",
     "ééé<b>&€&unknown;&\n"},
    {"no control characters", "a&#0;b&#27;[31m&#x202e;c",
     "a\xef\xbf\xbd"
     "b[31mc\n"},
    {"comment", "a<!-- <b>x</b> -->b<!doctype x>c", "abc\n"},
    {"head",
     "<html><head><title>T</title><style>p{}</style>"
     "<script>s</script></head><body>a</body></html>",
     "a\n"},
    {"pictures and links", "<a href='http://e'>a</a><img alt=b src=c>",
     "a\n"},
    {"less than", "1 < 2 and 3<4", "1 < 2 and 3<4\n"},
    {"never closed", "a<p title=\"b", "a\n"},
    {"inline", "a<b>b</b><i>c</i> <span>d</span>", "abc d\n"},
};

static void
text_reads_as_the_html_looks(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(readings); i++) {
        gboolean hidden = FALSE;
        g_autofree char *got = html_to_text(readings[i].html, &hidden);
        if (strcmp(got, readings[i].want) != 0 || hidden)
            fail_msg("%s: \"%s\", want \"%s\"", readings[i].name, got,
                     readings[i].want);
    }
}

#define STYLED(style)                                                        \
    "<p>before</p><div style=\"" style "\">SECRET</div>after"

/* How texts are hidden from those who read, and quoted by programs. */
static const char *const covert[] = {
    STYLED("display:none"),
    STYLED("DISPLAY : none !important"),
    STYLED("d\\69splay:none"),
    STYLED("/**/display:/**/none"),
    STYLED("color:red;visibility:hidden"),
    STYLED("visibility:collapse"),
    STYLED("opacity:0"),
    STYLED("opacity:.01"),
    STYLED("filter:opacity(0)"),
    STYLED("font-size:0"),
    STYLED("font-size:1px"),
    STYLED("font: 0/0 a"),
    STYLED("color:#fff"),
    STYLED("color:white"),
    STYLED("color:rgb(255, 255, 255)"),
    STYLED("color:#fefefe"),
    STYLED("color:transparent"),
    STYLED("color:rgba(0,0,0,0)"),
    STYLED("background:#000;color:#010101"),
    STYLED("background-color:black"),
    STYLED("position:absolute;left:-9999px"),
    STYLED("position:fixed;top:-5000px"),
    STYLED("text-indent:-9999px"),
    STYLED("margin-left:-9999px"),
    STYLED("height:0;overflow:hidden"),
    STYLED("max-height:0px;overflow:hidden"),
    STYLED("width:1px;height:1px;overflow:hidden"),
    STYLED("clip:rect(0,0,0,0);position:absolute"),
    STYLED("clip-path:inset(100%)"),
    STYLED("transform:scale(0)"),
    STYLED("transform:translateX(-9999px)"),
    STYLED("mso-hide:all"),
    STYLED("-webkit-text-fill-color:transparent"),
    STYLED("content-visibility:hidden"),
    "before<p hidden>SECRET</p>after",
    "before<p hidden=''>SECRET</p>after",
    "before<font color=white>SECRET</font>after",
    "<body bgcolor=black text=white>before<font "
    "color=#000>SECRET</font>after",
    "<style>.x{display:none}</style>before<p class='a x b'>SECRET</p>after",
    "before<p class=x>SECRET</p>after<style>/**/.x , "
    ".y{display:none}</style>",
    "<style>#x{font-size:0}p.y{opacity:0}</style>before"
    "<p id=x>SECRET</p><p class=y>SECRET</p>after",
    "<style>i{display:none}</style>before<i>SECRET</i>after",
    "before<div style='display:none'><p>a<b>SECRET</b></p></div>after",
    "before<textarea>SECRET</textarea>after",
    "before<select><option>SECRET</select>after",
    "before<iframe>SECRET</iframe>after",
    "before<object><p>SECRET</p></object>after",
    "before<template>SECRET</template>after",
    "before<svg><text>SECRET</text></svg>after",
    "before<img alt=SECRET title=SECRET>after",
    "before<!--SECRET-->after",
};

static void
sec_35_what_style_hides_is_left_out(void **state)
{
    assert_true(G_N_ELEMENTS(covert) >= 16);
    for (gsize i = 0; i < G_N_ELEMENTS(covert); i++) {
        gboolean hidden = FALSE;
        g_autofree char *got = html_to_text(covert[i], &hidden);
        if (strstr(got, "SECRET") != NULL || strstr(got, "before") == NULL ||
            strstr(got, "after") == NULL)
            fail_msg("%s: \"%s\"", covert[i], got);
        if (strstr(covert[i], "style=") != NULL && !hidden)
            fail_msg("%s: not noticed", covert[i]);
    }
}

/* What a reader sees is never lost. */
static const char *const open[] = {
    STYLED("display:block"),
    STYLED("opacity:0.8"),
    STYLED("font-size:12px"),
    STYLED("font-size:0.9em"),
    STYLED("font:bold 12px/18px serif"),
    STYLED("color:#333"),
    STYLED("background:#000;color:#fff"),
    STYLED("background:url(cid:x);color:#fff"),
    STYLED("background:linear-gradient(red, blue);color:white"),
    STYLED("height:0"),
    STYLED("left:-9999px"),
    STYLED("margin-left:-5px"),
    STYLED("transform:scale(0.5)"),
    STYLED("clip-path:none"),
    "<body bgcolor=#222222 text=white>before SECRET after",
    ("<style>@media print{.x{display:none}}</style>before"
     "<p class=x>SECRET</p>after"),
    "<style>.a .x{display:none}</style>before<p class=x>SECRET</p>after",
    "before<p style='display:none'>gone<p>SECRET</p>after",
    "before<li style='display:none'>gone<li>SECRET</li>after",
    "<table><tr><td style='display:none'>gone<td>before SECRET after</table>",
    "before<details><summary>s</summary>SECRET</details>after",
    "before</div></p></b>SECRET after",
};

static void
what_is_seen_is_quoted(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(open); i++) {
        gboolean hidden = FALSE;
        g_autofree char *got = html_to_text(open[i], &hidden);
        if (strstr(got, "SECRET") == NULL || strstr(got, "gone") != NULL)
            fail_msg("%s: \"%s\"", open[i], got);
    }
}

/* Of processor, for as many pieces as make size octets. */
static double
seconds_of(const char *piece, gsize size)
{
    g_autoptr(GString) html =
        g_string_new("<style>.a,.b,.c,.d,.e,.f{color:red}</style>");
    while (html->len < size)
        g_string_append(html, piece);
    clock_t start = clock();
    gboolean hidden = FALSE;
    g_autofree char *got = html_to_text(html->str, &hidden);
    assert_non_null(got);
    return (double)(clock() - start) / CLOCKS_PER_SEC;
}

static void
time_is_linear_in_the_size(void **state)
{
    static const char *const pieces[] = {"<div>",
                                         "<b",
                                         "</p>",
                                         "<p class='a b c d e f'>x",
                                         "<!--",
                                         "&",
                                         "<td>",
                                         "<style>.a{color:red}</style>",
                                         "<blockquote>",
                                         "a ",
                                         "<p style='color:red;a:b'>"};
    for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++) {
        double quarter = seconds_of(pieces[i], 256 * 1024);
        double whole = seconds_of(pieces[i], 1024 * 1024);
        /* Four times the size; squared it would be sixteen. */
        if (whole > 8 * quarter + 0.1)
            fail_msg("%s: %.2f s, and %.2f s of a quarter", pieces[i], whole,
                     quarter);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_reads_as_the_html_looks),
        cmocka_unit_test(sec_35_what_style_hides_is_left_out),
        cmocka_unit_test(what_is_seen_is_quoted),
        cmocka_unit_test(time_is_linear_in_the_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
