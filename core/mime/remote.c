#include "core/mime/remote.h"

#include <string.h>

#include "core/mime/html_scan.h"
#include "core/mime/remote_text.h"

/* Attributes whose address is fetched without a click. */
static gboolean
is_fetched(HtmlSpan tag, HtmlSpan attribute)
{
    static const char *const always[] = {
        "src",      "srcset",   "background", "poster",
        "data",     "lowsrc",   "dynsrc",     "imagesrcset",
        "code",     "codebase", "archive",    "classid",
        "manifest", "icon",     "object",     NULL,
    };
    static const char *const links[] = {"href", "xlink:href", NULL};
    static const char *const clicked[] = {"a", "area", NULL};
    return html_span_is_one_of(attribute, always) ||
           (html_span_is_one_of(attribute, links) &&
            !html_span_is_one_of(tag, clicked));
}

static gboolean
attribute_is_remote(HtmlSpan tag, HtmlSpan name, HtmlSpan raw)
{
    g_autofree char *copy = g_strndup(raw.at, raw.size);
    g_autofree char *value = entities_decode(copy);
    if (is_fetched(tag, name))
        return html_span_is(name, "srcset") ||
                       html_span_is(name, "imagesrcset")
                   ? list_is_remote(value)
                   : address_is_remote(value);
    /* A whole document, for which no mailer has a use. */
    if (html_span_is(name, "srcdoc"))
        return TRUE;
    if (html_span_is(tag, "meta") && html_span_is(name, "content"))
        return refresh_is_remote(value);
    /* style, and the SVG attributes that take url(…). */
    return css_has_remote(value);
}

static gboolean
tag_is_remote(const HtmlToken *tag)
{
    HtmlSpan rest = tag->attributes, name, value;
    while (html_next_attribute(&rest, &name, &value))
        if (value.at != NULL && attribute_is_remote(tag->text, name, value))
            return TRUE;
    if (!html_span_is(tag->text, "style"))
        return FALSE;
    g_autofree char *style = g_strndup(tag->raw.at, tag->raw.size);
    return css_has_remote(style);
}

gboolean
html_has_remote(const char *html)
{
    HtmlToken token;
    while (html_next(&html, &token))
        if (token.kind == HTML_OPEN && tag_is_remote(&token))
            return TRUE;
    return FALSE;
}
