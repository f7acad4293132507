#include "core/mime/html_entity.h"

#include <stdlib.h>
#include <string.h>

#define NAME_MAX_SIZE 8

typedef struct {
    const char *name;
    gunichar value;
} Entity;

/* In the order of strcmp(). */
static const Entity entities[] = {
    {"AElig", 198},   {"Aacute", 193},  {"Acirc", 194},   {"Agrave", 192},
    {"Aring", 197},   {"Atilde", 195},  {"Auml", 196},    {"Ccedil", 199},
    {"Dagger", 8225}, {"ETH", 208},     {"Eacute", 201},  {"Ecirc", 202},
    {"Egrave", 200},  {"Euml", 203},    {"Iacute", 205},  {"Icirc", 206},
    {"Igrave", 204},  {"Iuml", 207},    {"Ntilde", 209},  {"OElig", 338},
    {"Oacute", 211},  {"Ocirc", 212},   {"Ograve", 210},  {"Oslash", 216},
    {"Otilde", 213},  {"Ouml", 214},    {"Scaron", 352},  {"THORN", 222},
    {"Uacute", 218},  {"Ucirc", 219},   {"Ugrave", 217},  {"Uuml", 220},
    {"Yacute", 221},  {"Yuml", 376},    {"aacute", 225},  {"acirc", 226},
    {"acute", 180},   {"aelig", 230},   {"agrave", 224},  {"amp", 38},
    {"apos", 39},     {"aring", 229},   {"atilde", 227},  {"auml", 228},
    {"bdquo", 8222},  {"brvbar", 166},  {"bull", 8226},   {"ccedil", 231},
    {"cedil", 184},   {"cent", 162},    {"copy", 169},    {"curren", 164},
    {"dagger", 8224}, {"deg", 176},     {"divide", 247},  {"eacute", 233},
    {"ecirc", 234},   {"egrave", 232},  {"emsp", 8195},   {"ensp", 8194},
    {"eth", 240},     {"euml", 235},    {"euro", 8364},   {"frac12", 189},
    {"frac14", 188},  {"frac34", 190},  {"gt", 62},       {"hellip", 8230},
    {"iacute", 237},  {"icirc", 238},   {"iexcl", 161},   {"igrave", 236},
    {"iquest", 191},  {"iuml", 239},    {"laquo", 171},   {"larr", 8592},
    {"ldquo", 8220},  {"lrm", 8206},    {"lsaquo", 8249}, {"lsquo", 8216},
    {"lt", 60},       {"macr", 175},    {"mdash", 8212},  {"micro", 181},
    {"middot", 183},  {"minus", 8722},  {"nbsp", 160},    {"ndash", 8211},
    {"not", 172},     {"ntilde", 241},  {"oacute", 243},  {"ocirc", 244},
    {"oelig", 339},   {"ograve", 242},  {"ordf", 170},    {"ordm", 186},
    {"oslash", 248},  {"otilde", 245},  {"ouml", 246},    {"para", 182},
    {"permil", 8240}, {"plusmn", 177},  {"pound", 163},   {"quot", 34},
    {"raquo", 187},   {"rarr", 8594},   {"rdquo", 8221},  {"reg", 174},
    {"rlm", 8207},    {"rsaquo", 8250}, {"rsquo", 8217},  {"sbquo", 8218},
    {"scaron", 353},  {"sect", 167},    {"shy", 173},     {"sup1", 185},
    {"sup2", 178},    {"sup3", 179},    {"szlig", 223},   {"thinsp", 8201},
    {"thorn", 254},   {"times", 215},   {"trade", 8482},  {"uacute", 250},
    {"ucirc", 251},   {"ugrave", 249},  {"uml", 168},     {"uuml", 252},
    {"yacute", 253},  {"yen", 165},     {"yuml", 255},    {"zwj", 8205},
    {"zwnj", 8204},
};

static int
compare_name(const void *key, const void *entry)
{
    return strcmp(key, ((const Entity *)entry)->name);
}

/* "eacute;" behind '&'; returns how much was read, 0 if it is none. */
static gsize
read_name(const char *text, gsize size, gunichar *value)
{
    char name[NAME_MAX_SIZE + 1];
    gsize n = 0;
    while (n < size && n < NAME_MAX_SIZE && g_ascii_isalnum(text[n])) {
        name[n] = text[n];
        n++;
    }
    name[n] = '\0';
    const Entity *found = bsearch(name, entities, G_N_ELEMENTS(entities),
                                  sizeof *entities, compare_name);
    if (found == NULL)
        return 0;
    *value = found->value;
    return n + (n < size && text[n] == ';' ? 1 : 0);
}

/* "#233;" or "#xe9;" behind '&'. */
static gsize
read_number(const char *text, gsize size, gunichar *value)
{
    gboolean hex = size > 1 && (text[1] | 0x20) == 'x';
    gsize at = hex ? 2 : 1, start = at;
    gunichar number = 0;
    for (; at < size; at++) {
        int digit = hex ? g_ascii_xdigit_value(text[at])
                        : g_ascii_digit_value(text[at]);
        if (digit < 0)
            break;
        if (number < 0x110000)
            number = number * (hex ? 16 : 10) + (gunichar)digit;
    }
    if (at == start)
        return 0;
    *value = number != 0 && g_unichar_validate(number) ? number : 0xfffd;
    return at + (at < size && text[at] == ';' ? 1 : 0);
}

void
html_entities_append(GString *out, const char *text, gsize size)
{
    for (gsize at = 0; at < size;) {
        gunichar value = 0;
        gsize n = 0;
        if (text[at] == '&' && at + 1 < size)
            n = text[at + 1] == '#'
                    ? read_number(text + at + 1, size - at - 1, &value)
                    : read_name(text + at + 1, size - at - 1, &value);
        if (n > 0)
            g_string_append_unichar(out, value);
        else
            g_string_append_c(out, text[at]);
        at += n + 1;
    }
}
