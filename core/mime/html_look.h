/*
 * Whether a text in HTML is to be seen, as far as its own elements and simple
 * rules of <style> say. Where it is not known the text counts as seen: it is
 * then quoted as plain text, which hides nothing.
 */
#ifndef SCEAU_MIME_HTML_LOOK_H
#define SCEAU_MIME_HTML_LOOK_H

#include "core/mime/html_scan.h"

typedef struct {
    gboolean hidden;
    gint32 color, background; /* 0xrrggbb; -1 unknown */
} HtmlLook;

#define HTML_LOOK_FIRST                                                      \
    {                                                                        \
        FALSE, 0x000000, 0xffffff                                            \
    }

/* Rules of the <style> elements: ".a", "#a", "p", "p.a". */
typedef struct HtmlRules HtmlRules;
HtmlRules *html_rules_read(const char *html);
void html_rules_free(HtmlRules *rules);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HtmlRules, html_rules_free)

/* look: of the parent; becomes that of the element. */
void html_look_enter(HtmlLook *look, const HtmlToken *tag, HtmlRules *rules);
gboolean html_look_is_hidden(const HtmlLook *look);

#endif
