#include "core/base/json.h"

#include <jansson.h>
#include <string.h>
#include <time.h>

#include "core/base/error.h"

#define TEXT_MAX (1024 * 1024)
#define DEPTH_MAX 16

/* Objects and arrays below value, value included; TRUE within the limit. */
static gboolean
depth_is_fine(const json_t *value, guint left)
{
    if (!json_is_object(value) && !json_is_array(value))
        return TRUE;
    if (left == 0)
        return FALSE;

    if (json_is_array(value)) {
        for (gsize i = 0; i < json_array_size(value); i++) {
            if (!depth_is_fine(json_array_get(value, i), left - 1))
                return FALSE;
        }
        return TRUE;
    }
    void *at = json_object_iter((json_t *)(guintptr)value);
    for (; at != NULL;
         at = json_object_iter_next((json_t *)(guintptr)value, at)) {
        if (!depth_is_fine(json_object_iter_value(at), left - 1))
            return FALSE;
    }
    return TRUE;
}

Json *
json_read(const char *text, gsize len, GError **error)
{
    if (len > TEXT_MAX) {
        g_set_error_literal(error, APP_ERROR, APP_ERROR_TOO_LARGE,
                            "JSON of more than 1 MiB");
        return NULL;
    }

    json_error_t why;
    /* jansson itself stops at 2048 levels: its recursion is bounded. */
    json_t *value = json_loadb(text, len, JSON_REJECT_DUPLICATES, &why);
    if (value == NULL) {
        g_set_error(error, APP_ERROR, APP_ERROR_INPUT,
                    "JSON cannot be read at byte %d", why.position);
        return NULL;
    }
    if (!depth_is_fine(value, DEPTH_MAX)) {
        json_decref(value);
        g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                            "JSON deeper than 16 levels");
        return NULL;
    }
    return value;
}

Json *
json_object_new(void)
{
    return json_object();
}

Json *
json_array_new(void)
{
    return json_array();
}

char *
json_write(const Json *json)
{
    char *text = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY);
    g_assert(text != NULL);

    /* GLib frees what we return; jansson uses the same allocator. */
    return text;
}

char *
json_write_lines(const Json *json)
{
    char *text = json_dumps(json, JSON_INDENT(2) | JSON_ENCODE_ANY);
    g_assert(text != NULL);
    return text;
}

void
json_free(Json *json)
{
    json_decref(json);
}

const char *
json_get_text(const Json *object, const char *name, GError **error)
{
    const json_t *value = json_object_get(object, name);
    if (!json_is_string(value)) {
        g_set_error(error, APP_ERROR, APP_ERROR_INPUT,
                    "JSON member \"%s\" is missing or is no text", name);
        return NULL;
    }
    return json_string_value(value);
}

/* Strictly RFC 4648 §4: no white space, padding where it belongs, no bits
 * left over; so that one value has one spelling. */
static GBytes *
base64_decode(const char *text)
{
    gsize size = 0;
    guchar *data = g_base64_decode(text, &size);
    g_autofree char *again = g_base64_encode(data, size);
    if (strcmp(again, text) != 0) {
        g_free(data);
        return NULL;
    }
    return g_bytes_new_take(data, size);
}

GBytes *
json_get_bytes(const Json *object, const char *name, GError **error)
{
    const char *text = json_get_text(object, name, error);
    if (text == NULL)
        return NULL;

    GBytes *bytes = base64_decode(text);
    if (bytes == NULL)
        g_set_error(error, APP_ERROR, APP_ERROR_INPUT,
                    "JSON member \"%s\" is not base64", name);
    return bytes;
}

const Json *
json_get_array(const Json *object, const char *name, GError **error)
{
    const json_t *value = json_object_get(object, name);
    if (!json_is_array(value)) {
        g_set_error(error, APP_ERROR, APP_ERROR_INPUT,
                    "JSON member \"%s\" is missing or is no array", name);
        return NULL;
    }
    return value;
}

gsize
json_array_length(const Json *array)
{
    return json_array_size(array);
}

const Json *
json_array_item(const Json *array, gsize index)
{
    return json_array_get(array, index);
}

const char *
json_text(const Json *value)
{
    return json_string_value(value);
}

JsonKind
json_kind(const Json *value)
{
    if (json_is_object(value))
        return JSON_KIND_OBJECT;
    if (json_is_array(value))
        return JSON_KIND_ARRAY;
    if (json_is_string(value))
        return JSON_KIND_TEXT;
    if (json_is_number(value))
        return JSON_KIND_NUMBER;
    return json_is_boolean(value) ? JSON_KIND_BOOL : JSON_KIND_NULL;
}

const Json *
json_member(const Json *object, const char *name)
{
    return json_object_get(object, name);
}

gboolean
json_bool(const Json *value)
{
    return json_is_true(value);
}

Json *
json_share(const Json *value)
{
    /* Nobody changes a value once it is shared. */
    return json_incref((json_t *)(guintptr)value);
}

void
json_merge(Json *object, const Json *other)
{
    json_object_update(object, (json_t *)(guintptr)other);
}

gboolean
json_int(const Json *value, gint64 *out)
{
    if (!json_is_integer(value))
        return FALSE;
    *out = json_integer_value(value);
    return TRUE;
}

/* Text is checked where it enters; should some not be UTF-8, a page still
 * must not lose a member for it. */
static json_t *
text_value(const char *text)
{
    json_t *value = json_string(text);
    if (value != NULL)
        return value;
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    return json_string(valid);
}

void
json_set_text(Json *object, const char *name, const char *text)
{
    json_object_set_new(object, name,
                        text != NULL ? text_value(text) : json_null());
}

void
json_set_bytes(Json *object, const char *name, GBytes *bytes)
{
    gsize size;
    const guchar *data = g_bytes_get_data(bytes, &size);
    g_autofree char *text = g_base64_encode(data, size);
    json_object_set_new(object, name, json_string(text));
}

void
json_set_int(Json *object, const char *name, gint64 value)
{
    json_object_set_new(object, name, json_integer(value));
}

void
json_set_bool(Json *object, const char *name, gboolean value)
{
    json_object_set_new(object, name, json_boolean(value));
}

void
json_set_time(Json *object, const char *name, gint64 unix_seconds)
{
    g_autofree char *text = time_to_rfc3339(unix_seconds);
    json_object_set_new(object, name, json_string(text));
}

void
json_set(Json *object, const char *name, Json *value)
{
    json_object_set_new(object, name, value);
}

void
json_append(Json *array, Json *value)
{
    json_array_append_new(array, value);
}

void
json_append_text(Json *array, const char *text)
{
    json_array_append_new(array, text_value(text));
}

char *
time_to_rfc3339(gint64 unix_seconds)
{
    const time_t time = (time_t)unix_seconds;
    struct tm date;
    if (gmtime_r(&time, &date) == NULL || date.tm_year < 1 - 1900 ||
        date.tm_year > 9999 - 1900)
        return g_strdup("9999-12-31T23:59:59Z");
    return g_strdup_printf("%04d-%02d-%02dT%02d:%02d:%02dZ",
                           date.tm_year + 1900, date.tm_mon + 1, date.tm_mday,
                           date.tm_hour, date.tm_min, date.tm_sec);
}

gboolean
time_from_rfc3339(const char *text, gint64 *unix_seconds)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(text, NULL);
    if (time == NULL)
        return FALSE;

    /* GLib reads more of ISO 8601 than RFC 3339 has; one spelling here. */
    g_autofree char *again = time_to_rfc3339(g_date_time_to_unix(time));
    if (strcmp(again, text) != 0)
        return FALSE;
    *unix_seconds = g_date_time_to_unix(time);
    return TRUE;
}
