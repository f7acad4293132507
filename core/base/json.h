/*
 * JSON in and out; jansson's only home. Bytes are base64, times RFC 3339 UTC
 * in whole seconds, digests lower-case hex (DESIGN §3).
 */
#ifndef SCEAU_BASE_JSON_H
#define SCEAU_BASE_JSON_H

#include <glib.h>

typedef struct json_t Json;

/* Parses an object or array of at most 1 MiB, depth 16, no duplicate keys. */
Json *json_read(const char *text, gsize len, GError **error);
Json *json_object_new(void);
Json *json_array_new(void);
char *json_write(const Json *json);
char *json_write_lines(const Json *json); /* indented, to be read */
void json_free(Json *json);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Json, json_free)

/* Borrowed text of a member; APP_ERROR_INPUT names a missing or wrong one. */
const char *json_get_text(const Json *object, const char *name,
                          GError **error);
/* Decodes a base64 member, strictly. */
GBytes *json_get_bytes(const Json *object, const char *name, GError **error);
/* Borrowed array member. */
const Json *json_get_array(const Json *object, const char *name,
                           GError **error);
gsize json_array_length(const Json *array);
const Json *json_array_item(const Json *array, gsize index);
const char *json_text(const Json *value); /* NULL if it is not a text */
gboolean json_int(const Json *value, gint64 *out);
gboolean json_bool(const Json *value); /* TRUE only for true */

typedef enum {
    JSON_KIND_NULL, /* NULL too */
    JSON_KIND_BOOL,
    JSON_KIND_NUMBER,
    JSON_KIND_TEXT,
    JSON_KIND_ARRAY,
    JSON_KIND_OBJECT,
} JsonKind;
JsonKind json_kind(const Json *value);
/* Borrowed; NULL when object is none or has no such member. */
const Json *json_member(const Json *object, const char *name);
/* A new reference, to put the same value elsewhere. */
Json *json_share(const Json *value);
/* Sets every member of other in object. */
void json_merge(Json *object, const Json *other);

/* NULL text is written as null; bytes that are not UTF-8 as U+FFFD. */
void json_set_text(Json *object, const char *name, const char *text);
void json_set_bytes(Json *object, const char *name, GBytes *bytes);
void json_set_int(Json *object, const char *name, gint64 value);
void json_set_bool(Json *object, const char *name, gboolean value);
void json_set_time(Json *object, const char *name, gint64 unix_seconds);
/* Steal value. */
void json_set(Json *object, const char *name, Json *value);
void json_append(Json *array, Json *value);
void json_append_text(Json *array, const char *text);

/* RFC 3339 UTC, whole seconds. */
char *time_to_rfc3339(gint64 unix_seconds);
gboolean time_from_rfc3339(const char *text, gint64 *unix_seconds);

#endif
