#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "core/mime/remote.h"
#include "core/mime/view.h"

static const struct {
    const char *html;
    gboolean remote;
} pages[] = {
    {"", FALSE},
    {"plain < text > with & signs", FALSE},
    {"<p>https://example.org</p>", FALSE},
    {"<a href=\"https://example.org\">x</a>", FALSE},
    {"<map><area href=https://example.org></map>", FALSE},
    {"<img src=\"cid:a@b\">", FALSE},
    {"<img src='data:image/png;base64,AAAA'>", FALSE},
    {"<img src=image001.png>", FALSE},
    {"<img src=C:\\x.png>", FALSE},
    {"<html xmlns:o=\"http://schemas.microsoft.com/office\">", FALSE},
    {"<!-- <img src=https://x/y> -->", FALSE},
    {"<!--[if mso]><v:fill src=\"http://x/y\"/><![endif]-->", FALSE},
    {"<p style=\"color: red; background: #fff\">", FALSE},
    {"<style>p { background: url(cid:x) } /* https://x */</style>", FALSE},
    {"<meta http-equiv=Content-Type content=\"text/html; charset=utf-8\">",
     FALSE},
    {"<a href=x title=\"https://x\">", FALSE},
    {"<img alt='url of it' src=cid:x>", FALSE},
    {"<title><img src=https://x></title>", FALSE},
    {"<img src=\"https://x/y.png\">", TRUE},
    {"<IMG SRC=HTTP://x/y.png>", TRUE},
    {"<img src='//x/y.png'>", TRUE},
    {"<img src=\"\\\\x\\y.png\">", TRUE},
    {"<img src=\"/\\x/y.png\">", TRUE},
    {"<img src=\" \n https://x\">", TRUE},
    {"<img src=\"ht\ntps://x\">", TRUE},
    {"<img src=\"&#104;ttps://x\">", TRUE},
    {"<img src=\"&#x68ttps://x\">", TRUE},
    {"<img src=\"https&colon;&sol;&sol;x\">", TRUE},
    {"<img src=\"&Tab;&sol;/x\">", TRUE},
    {"<img/src=https://x>", TRUE},
    {"<img alt=\"a>b\" src=https://x>", TRUE},
    {"<img alt='\"' src=https://x>", TRUE},
    {"<img alt= src=https://x >", FALSE},
    {"<img\n\tsrc\n=\n'https://x'", TRUE},
    {"<img src=ftp://x>", TRUE},
    {"<img src=file://x/y>", TRUE},
    {"<img srcset='cid:a 1x, https://x 2x'>", TRUE},
    {"<body background=https://x>", TRUE},
    {"<video poster=https://x>", TRUE},
    {"<object data=https://x>", TRUE},
    {"<iframe src=https://x>", TRUE},
    {"<iframe srcdoc=\"x\">", TRUE},
    {"<link rel=stylesheet href=https://x>", TRUE},
    {"<link rel=preconnect href=//x>", TRUE},
    {"<base href=https://x/>", TRUE},
    {"<svg><image xlink:href=https://x></svg>", TRUE},
    {"<svg><use href='//x#a'></svg>", TRUE},
    {"<svg><rect fill=\"url(https://x#a)\"></svg>", TRUE},
    {"<meta http-equiv=refresh content=\"0; URL=https://x\">", TRUE},
    {"<p style=\"background:url(https://x)\">", TRUE},
    {"<p style='background:url(\"//x\")'>", TRUE},
    {"<p style=\"background:URL( 'https://x' )\">", TRUE},
    {"<p style=\"background:\\75 rl(https://x)\">", TRUE},
    {"<p style=\"background:u\\72l(https://x)\">", TRUE},
    {"<p style=\"background:url(\\2f\\2fx)\">", TRUE},
    {"<p style=\"background:&#117;rl(//x)\">", TRUE},
    {"<p style=\"background:image-set('https://x' 1x)\">", TRUE},
    {"<style>@import 'https://x';</style>", TRUE},
    {"<style>@import url(//x);</style>", TRUE},
    {"<style>@font-face{src:url(https://x)}", TRUE},
    {"<STYLE>p{background:url(https://x)}</STYLE>", TRUE},
    {"<!--><img src=https://x>-->", TRUE},
    {"<!-- a --!><img src=https://x>", TRUE},
    {"<!-- a --><img src=https://x>", TRUE},
    {"<p><<img src=https://x>", TRUE},
    {"<?x><img src=https://x>", TRUE},
    {"</x><img src=https://x>", TRUE},
};

static void
sec_40_remote_content_is_seen_wherever_it_hides(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(pages); i++)
        if (html_has_remote(pages[i].html) != pages[i].remote)
            fail_msg("%s", pages[i].html);
}

static void
only_shown_html_counts(void **state)
{
    static const struct {
        const char *message;
        gboolean remote;
    } cases[] = {
        {"Content-Type: text/html\n\n<img src=https://x>", TRUE},
        {"Content-Type: text/plain\n\n<img src=https://x>", FALSE},
        {"Content-Type: text/html\nContent-Disposition: attachment\n\n"
         "<img src=https://x>",
         FALSE},
        {"Content-Type: text/html\nContent-Transfer-Encoding: base64\n\n"
         "PGltZyBzcmM9aHR0cHM6Ly94Pg==",
         TRUE},
        {"Content-Type: text/html; charset=utf-16le\n"
         "Content-Transfer-Encoding: base64\n\n"
         "PABpAG0AZwAgAHMAcgBjAD0ALwAvAHgAPgA=",
         TRUE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const guint8 *data = (const guint8 *)cases[i].message;
        gsize size = strlen(cases[i].message);
        g_autoptr(View) view = view_build(data, size, NULL);
        if (view->remote != cases[i].remote ||
            view_has_remote(data, size) != cases[i].remote)
            fail_msg("%s", cases[i].message);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sec_40_remote_content_is_seen_wherever_it_hides),
        cmocka_unit_test(only_shown_html_counts),
    };
    return cmocka_run_group_tests_name("remote", tests, NULL, NULL);
}
