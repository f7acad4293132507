#include "core/mime/html_look.h"

#include <string.h>

#include "core/mime/html_color.h"
#include "core/mime/remote_text.h"

#define RULES_MAX 2000
#define BUDGET (4 * 1024 * 1024)
#define FAR_OFF (-500) /* pixels */

struct HtmlRules {
    GHashTable *declarations; /* selector to text */
    gsize budget;             /* octets of them that are still read */
};

/* What several declarations hide only together. */
typedef struct {
    HtmlLook *look;
    gboolean no_size, clipped; /* height:0 and overflow:hidden */
    gboolean placed, far_off;  /* position:absolute and left:-9999px */
} Reading;

typedef void (*Reader)(Reading *reading, const char *value);

static void
read_none(Reading *reading, const char *value)
{
    if (g_str_has_prefix(value, "none"))
        reading->look->hidden = TRUE;
}

static void
read_visibility(Reading *reading, const char *value)
{
    if (g_str_has_prefix(value, "hidden") ||
        g_str_has_prefix(value, "collapse"))
        reading->look->hidden = TRUE;
}

static void
read_opacity(Reading *reading, const char *value)
{
    double much = g_ascii_strtod(value, NULL);
    if (strchr(value, '%') != NULL)
        much /= 100;
    if (much < 0.1)
        reading->look->hidden = TRUE;
}

/* Two pixels, or a seventh of what is around it. */
static void
read_font_size(Reading *reading, const char *value)
{
    char *end = NULL;
    double size = g_ascii_strtod(value, &end);
    if (end == value)
        return;
    double least = *end == '%' ? 15 : strstr(end, "em") != NULL ? 0.15 : 2.5;
    if (size < least)
        reading->look->hidden = TRUE;
}

/* "italic 0/0 serif": the first number is the size. */
static void
read_font(Reading *reading, const char *value)
{
    value += strcspn(value, "0123456789");
    read_font_size(reading, value);
}

static void
read_size(Reading *reading, const char *value)
{
    char *end = NULL;
    if (g_ascii_strtod(value, &end) < 2 && end != value && *end != 'e')
        reading->no_size = TRUE;
}

static void
read_overflow(Reading *reading, const char *value)
{
    if (g_str_has_prefix(value, "hidden") || g_str_has_prefix(value, "clip"))
        reading->clipped = TRUE;
}

static void
read_position(Reading *reading, const char *value)
{
    reading->placed = !g_str_has_prefix(value, "static");
}

static void
read_place(Reading *reading, const char *value)
{
    if (g_ascii_strtod(value, NULL) <= FAR_OFF)
        reading->far_off = TRUE;
}

static void
read_indent(Reading *reading, const char *value)
{
    if (g_ascii_strtod(value, NULL) <= FAR_OFF)
        reading->look->hidden = TRUE;
}

static void
read_clip(Reading *reading, const char *value)
{
    static const char *const nothing[] = {"rect(0",    "rect(1px",
                                          "inset(50%", "inset(100%",
                                          "circle(0",  "polygon(0 0, 0 0"};
    for (gsize i = 0; i < G_N_ELEMENTS(nothing); i++)
        if (strstr(value, nothing[i]) != NULL)
            reading->look->hidden = TRUE;
}

static void
read_transform(Reading *reading, const char *value)
{
    const char *scale = strstr(value, "scale");
    const char *move = strstr(value, "translate");
    scale = scale != NULL ? strchr(scale, '(') : NULL;
    move = move != NULL ? strchr(move, '(') : NULL;
    if ((scale != NULL && g_ascii_strtod(scale + 1, NULL) < 0.05) ||
        (move != NULL && g_ascii_strtod(move + 1, NULL) <= FAR_OFF))
        reading->look->hidden = TRUE;
}

static void
read_filter(Reading *reading, const char *value)
{
    const char *opacity = strstr(value, "opacity(");
    if (opacity != NULL)
        read_opacity(reading, opacity + strlen("opacity("));
}

static void
read_hide(Reading *reading, const char *value)
{
    if (g_str_has_prefix(value, "all"))
        reading->look->hidden = TRUE;
}

static void
read_color(Reading *reading, const char *value)
{
    gint32 color = color_read(value);
    if (color == COLOR_NONE)
        reading->look->hidden = TRUE;
    else
        reading->look->color = color;
}

/* A picture behind the text may have any colour. */
static void
read_background(Reading *reading, const char *value)
{
    gint32 color = COLOR_UNKNOWN;
    if (strstr(value, "url(") == NULL && strstr(value, "gradient") == NULL)
        color = color_read(value);
    if (color != COLOR_NONE)
        reading->look->background = color;
}

static const struct {
    const char *name;
    Reader read;
} properties[] = {
    {"display", read_none},
    {"visibility", read_visibility},
    {"content-visibility", read_visibility},
    {"opacity", read_opacity},
    {"font-size", read_font_size},
    {"font", read_font},
    {"max-height", read_size},
    {"max-width", read_size},
    {"height", read_size},
    {"width", read_size},
    {"overflow", read_overflow},
    {"position", read_position},
    {"left", read_place},
    {"right", read_place},
    {"top", read_place},
    {"bottom", read_place},
    {"text-indent", read_indent},
    {"margin-left", read_indent},
    {"margin-top", read_indent},
    {"clip", read_clip},
    {"clip-path", read_clip},
    {"transform", read_transform},
    {"filter", read_filter},
    {"mso-hide", read_hide},
    {"color", read_color},
    {"-webkit-text-fill-color", read_color},
    {"background", read_background},
    {"background-color", read_background},
};

static void
read_property(Reading *reading, char *declaration)
{
    char *colon = strchr(declaration, ':');
    if (colon == NULL)
        return;
    *colon = '\0';
    const char *name = g_strstrip(declaration);
    const char *value = g_strstrip(colon + 1);
    for (gsize i = 0; i < G_N_ELEMENTS(properties); i++)
        if (strcmp(name, properties[i].name) == 0)
            properties[i].read(reading, value);
}

/* style: plain. */
static void
apply(HtmlLook *look, const char *style)
{
    Reading reading = {.look = look};
    g_auto(GStrv) each = g_strsplit(style, ";", -1);
    for (char **one = each; *one != NULL; one++)
        read_property(&reading, *one);
    if ((reading.no_size && reading.clipped) ||
        (reading.placed && reading.far_off))
        look->hidden = TRUE;
}

static void
add_rule(HtmlRules *rules, const char *selectors, const char *declarations)
{
    g_auto(GStrv) each = g_strsplit(selectors, ",", -1);
    for (char **one = each; *one != NULL; one++) {
        const char *selector = g_strstrip(*one);
        if (strpbrk(selector, " >+~:[*") != NULL ||
            g_hash_table_size(rules->declarations) >= RULES_MAX)
            continue;
        const char *before =
            g_hash_table_lookup(rules->declarations, selector);
        g_hash_table_replace(
            rules->declarations, g_strdup(selector),
            before == NULL || strlen(before) > RULES_MAX
                ? g_strdup(declarations)
                : g_strconcat(before, ";", declarations, NULL));
    }
}

static char *
without_comments(const char *css)
{
    GString *out = g_string_new(NULL);
    while (*css != '\0') {
        const char *open = strstr(css, "/*");
        const char *close = open == NULL ? NULL : strstr(open + 2, "*/");
        if (open == NULL)
            break;
        g_string_append_len(out, css, open - css);
        css = close == NULL ? "" : close + 2;
    }
    g_string_append(out, css);
    return g_string_free(out, FALSE);
}

/* Rules at the top alone: what is inside @media holds for some readers. */
static void
read_rules(HtmlRules *rules, HtmlSpan css)
{
    g_autofree char *raw = g_strndup(css.at, css.size);
    g_autofree char *plain = css_plain(raw);
    g_autofree char *text = without_comments(plain);
    guint depth = 0;
    char *selector = text, *open = NULL;
    for (char *at = text; *at != '\0'; at++) {
        if (*at == '{' && depth++ == 0)
            open = at;
        if (*at != '}' || depth == 0 || --depth > 0)
            continue;
        *open = *at = '\0';
        if (strchr(selector, '@') == NULL)
            add_rule(rules, selector, open + 1);
        selector = at + 1;
    }
}

HtmlRules *
html_rules_read(const char *html)
{
    HtmlRules *rules = g_new0(HtmlRules, 1);
    rules->declarations =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    rules->budget = BUDGET;
    HtmlToken token;
    while (html_next(&html, &token))
        if (token.kind == HTML_OPEN && html_span_is(token.text, "style"))
            read_rules(rules, token.raw);
    return rules;
}

void
html_rules_free(HtmlRules *rules)
{
    if (rules == NULL)
        return;
    g_hash_table_unref(rules->declarations);
    g_free(rules);
}

static void
apply_rule(HtmlLook *look, HtmlRules *rules, const char *selector)
{
    const char *style = g_hash_table_lookup(rules->declarations, selector);
    gsize size = style == NULL ? 0 : strlen(style);
    if (size == 0 || size > rules->budget)
        return;
    rules->budget -= size;
    apply(look, style);
}

static void
apply_classes(HtmlLook *look, HtmlRules *rules, const char *tag,
              const char *value)
{
    g_auto(GStrv) names = g_strsplit_set(value, " \t\r\n\f", 50);
    for (char **name = names; *name != NULL; name++) {
        g_autofree char *class = g_strconcat(".", *name, NULL);
        g_autofree char *both = g_strconcat(tag, class, NULL);
        apply_rule(look, rules, class);
        apply_rule(look, rules, both);
    }
}

static void
apply_attribute(HtmlLook *look, HtmlRules *rules, const char *tag,
                HtmlSpan name, const char *value)
{
    if (html_span_is(name, "hidden")) {
        look->hidden = TRUE;
    } else if (html_span_is(name, "class")) {
        apply_classes(look, rules, tag, value);
    } else if (html_span_is(name, "id")) {
        g_autofree char *id = g_strconcat("#", value, NULL);
        apply_rule(look, rules, id);
    } else if (html_span_is(name, "bgcolor")) {
        look->background = color_read(value);
    } else if (html_span_is(name, "background")) {
        look->background = COLOR_UNKNOWN;
    } else if (html_span_is(name, "color") || html_span_is(name, "text")) {
        look->color = color_read(value);
    } else if (html_span_is(name, "style")) {
        g_autofree char *style = without_comments(value);
        apply(look, style);
    }
}

void
html_look_enter(HtmlLook *look, const HtmlToken *tag, HtmlRules *rules)
{
    HtmlSpan rest = tag->attributes, name, value;
    g_autofree char *plain =
        g_ascii_strdown(tag->text.at, (gssize)tag->text.size);
    apply_rule(look, rules, plain);
    while (html_next_attribute(&rest, &name, &value)) {
        g_autofree char *raw =
            g_strndup(value.at != NULL ? value.at : "", value.size);
        g_autofree char *decoded = entities_decode(raw);
        g_autofree char *lower = css_plain(decoded);
        apply_attribute(look, rules, plain, name, lower);
    }
}

gboolean
html_look_is_hidden(const HtmlLook *look)
{
    return look->hidden || color_is_near(look->color, look->background);
}
