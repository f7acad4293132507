#include "fcgi/i18n.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/file.h"

#define MO_MAGIC 0x950412deU
#define MO_MAX_TEXTS 20000

struct Catalogue {
    GHashTable *texts; /* msgid → translation */
};

typedef struct {
    const guint8 *data;
    gsize size;
    gboolean swapped;
} Mo;

static gboolean
mo_number(const Mo *mo, gsize at, guint32 *out)
{
    if (mo->size < 4 || at > mo->size - 4)
        return FALSE;
    memcpy(out, mo->data + at, 4);
    if (mo->swapped)
        *out = GUINT32_SWAP_LE_BE(*out);
    return TRUE;
}

/* The text of the table entry at; NULL unless whole, ended and UTF-8. */
static const char *
mo_text(const Mo *mo, gsize at)
{
    guint32 length = 0;
    guint32 offset = 0;
    if (!mo_number(mo, at, &length) || !mo_number(mo, at + 4, &offset))
        return NULL;
    if (offset >= mo->size || length >= mo->size - offset)
        return NULL;
    const char *text = (const char *)mo->data + offset;
    if (text[length] != '\0' || strlen(text) != length ||
        !g_utf8_validate(text, (gssize)length, NULL))
        return NULL;
    return text;
}

static gboolean
mo_read(const Mo *mo, GHashTable *texts)
{
    guint32 count = 0;
    guint32 ids = 0;
    guint32 translations = 0;
    if (!mo_number(mo, 8, &count) || !mo_number(mo, 12, &ids) ||
        !mo_number(mo, 16, &translations) || count > MO_MAX_TEXTS)
        return FALSE;
    for (guint32 i = 0; i < count; i++) {
        const char *id = mo_text(mo, (gsize)ids + (gsize)i * 8);
        const char *text = mo_text(mo, (gsize)translations + (gsize)i * 8);
        if (id == NULL || text == NULL)
            return FALSE;
        /* The empty msgid is the catalogue's own header. */
        if (*id != '\0' && *text != '\0')
            g_hash_table_insert(texts, g_strdup(id), g_strdup(text));
    }
    return TRUE;
}

Catalogue *
catalogue_parse(const guint8 *data, gsize size, GError **error)
{
    Mo mo = {data, size, FALSE};
    guint32 magic = 0;
    g_autoptr(Catalogue) catalogue = g_new0(Catalogue, 1);
    catalogue->texts =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    gboolean known = mo_number(&mo, 0, &magic);
    mo.swapped = magic == GUINT32_SWAP_LE_BE(MO_MAGIC);
    if (!known || (magic != MO_MAGIC && !mo.swapped) ||
        !mo_read(&mo, catalogue->texts)) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_MALFORMED,
                            "catalogue: not a sound .mo file");
        return NULL;
    }
    return g_steal_pointer(&catalogue);
}

Catalogue *
catalogue_load(const char *path, GError **error)
{
    g_autofree char *data = NULL;
    gsize size = 0;
    if (!file_read(path, &data, &size, error))
        return NULL;
    Catalogue *catalogue = catalogue_parse((const guint8 *)data, size, error);
    if (catalogue == NULL)
        g_prefix_error(error, "%s: ", path);
    return catalogue;
}

void
catalogue_free(Catalogue *catalogue)
{
    if (catalogue == NULL)
        return;
    g_hash_table_unref(catalogue->texts);
    g_free(catalogue);
}

const char *
catalogue_text(const Catalogue *catalogue, const char *msgid)
{
    const char *text = NULL;
    if (catalogue != NULL)
        text = g_hash_table_lookup(catalogue->texts, msgid);
    return text != NULL ? text : msgid;
}

const char *
language_known(const char *code)
{
    static const char *const known[] = {"fr", "en"};
    for (gsize i = 0; code != NULL && i < G_N_ELEMENTS(known); i++)
        if (strcmp(code, known[i]) == 0)
            return known[i];
    return NULL;
}

/* "fr-CA;q=0.8": the quality in thousandths, 0 if it cannot be read. */
static gint
range_quality(const char *range)
{
    const char *q = strstr(range, ";q=");
    if (q == NULL)
        return 1000;
    double value = g_ascii_strtod(q + 3, NULL);
    return value >= 0 && value <= 1 ? (gint)(value * 1000) : 0;
}

const char *
language_choose(const char *accept_language)
{
    const char *best = "en";
    gint best_quality = 0;
    g_auto(GStrv) ranges =
        g_strsplit(accept_language != NULL ? accept_language : "", ",", 16);
    for (gsize i = 0; ranges[i] != NULL; i++) {
        char *range = g_strstrip(ranges[i]);
        char code[3] = "";
        if (strlen(range) < 2 || (range[2] != '\0' && range[2] != '-' &&
                                  range[2] != ';' && range[2] != ' '))
            continue;
        code[0] = g_ascii_tolower(range[0]);
        code[1] = g_ascii_tolower(range[1]);
        gint quality = range_quality(range);
        if (language_known(code) != NULL && quality > best_quality) {
            best = language_known(code);
            best_quality = quality;
        }
    }
    return best;
}
