/*
 * Where in an HTML document a template's hole stands: a small reader of the
 * literal text around it, after the tokenizer of the HTML standard. It knows
 * our own templates' HTML, and refuses what it is not certain about.
 */
#ifndef SCEAU_FCGI_TEMPLATE_HTML_H
#define SCEAU_FCGI_TEMPLATE_HTML_H

#include <glib.h>

typedef enum {
    HTML_TEXT,
    HTML_TAG_OPEN, /* after '<' or '</' */
    HTML_TAG_NAME,
    HTML_IN_TAG, /* between attributes */
    HTML_ATTR_NAME,
    HTML_AFTER_NAME,   /* spaces after a name, no '=' yet */
    HTML_BEFORE_VALUE, /* after '=' */
    HTML_VALUE_DOUBLE,
    HTML_VALUE_SINGLE,
    HTML_VALUE_BARE,
    HTML_DECLARATION, /* <!doctype …> */
    HTML_COMMENT,
    HTML_RCDATA, /* in title and textarea */
    HTML_JSON,   /* in script type="application/json" */
    HTML_RAW,    /* in any other script, in style */
} HtmlState;

typedef struct {
    HtmlState state;
    gboolean closing;     /* in an end tag */
    gboolean gap;         /* a space or the tag's end must follow */
    gboolean json_type;   /* this tag has type="application/json" */
    gboolean json_string; /* between the quotes of a JSON text */
    gboolean started;     /* something of the attribute's value is written */
    char tag[16];         /* lower case, cut */
    char attr[24];
    char value[24]; /* the value's literal beginning */
} HtmlPlace;

typedef enum {
    ESCAPE_HTML,     /* text, RCDATA and quoted attributes */
    ESCAPE_URL,      /* a whole address or its beginning, checked */
    ESCAPE_URL_PART, /* later in an address: percent-encoded */
    ESCAPE_JSON,     /* a whole JSON value inside a script */
} Escape;

/* Goes over literal text. Returns NULL or what is wrong with it; static. */
const char *html_advance(HtmlPlace *place, const char *text, gsize size);

/* What escaping a value here needs. Returns NULL or why it cannot stand. */
const char *html_hole(const HtmlPlace *place, Escape *out);

/* To be called before a section begins and before it ends: names are over. */
const char *html_section(HtmlPlace *place);

/*
 * A section began at before and ends at place: they must be alike, since it
 * may be left out. place becomes what is certain of both.
 */
const char *html_join(HtmlPlace *place, const HtmlPlace *before);

#endif
