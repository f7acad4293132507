/*
 * HTML as a sequence of texts and tags, the way browsers cut it, without a
 * tree. Linear, and it copies nothing.
 */
#ifndef SCEAU_MIME_HTML_SCAN_H
#define SCEAU_MIME_HTML_SCAN_H

#include <glib.h>

typedef struct {
    const char *at;
    gsize size;
} HtmlSpan;

typedef enum { HTML_TEXT, HTML_OPEN, HTML_CLOSE } HtmlKind;

typedef struct {
    HtmlKind kind;
    HtmlSpan text;       /* of a text, or the name of a tag */
    HtmlSpan attributes; /* of an opening tag */
    HtmlSpan raw;        /* what is in a <style>, <script>, <title> … */
} HtmlToken;

/* Takes the next one off *at, which ends in NUL; FALSE at the end. Comments
 * and declarations are left out. */
gboolean html_next(const char **at, HtmlToken *token);

/* Takes the next attribute off attributes; value is as written. */
gboolean html_next_attribute(HtmlSpan *attributes, HtmlSpan *name,
                             HtmlSpan *value);

gboolean html_span_is(HtmlSpan span, const char *want); /* whatever case */
gboolean html_span_is_one_of(HtmlSpan span, const char *const *wants);

#endif
