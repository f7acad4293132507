/*
 * One value of the configuration file: read by its type into its member, or
 * refused with file, line and reason. For core/base/config.c alone.
 */
#ifndef SCEAU_BASE_CONFIG_VALUE_H
#define SCEAU_BASE_CONFIG_VALUE_H

#include "core/base/config.h"

typedef enum {
    TYPE_TEXT,
    TYPE_BOOL,
    TYPE_UINT,
    TYPE_PORT,
    TYPE_TLS
} ConfigType;

typedef struct {
    const char *group, *name;
    ConfigType type;
    gsize offset;
    guint min, max;
    /* What is wrong with a text, or NULL. */
    const char *(*check)(const char *value);
} ConfigKey;

/* One line that sets a key, and where it is. */
typedef struct {
    const char *path;
    guint line;
} ConfigPlace;

const char *config_check_url_path(const char *value);
const char *config_check_origin(const char *value);
const char *config_check_host(const char *value);
const char *config_check_token(const char *value);
const char *config_check_log(const char *value);

/* Always FALSE, so that a caller can return it. */
gboolean config_refuse(const ConfigPlace *at, GError **error,
                       const char *what, const char *value);

gboolean config_set_value(Config *config, const ConfigKey *key,
                          const ConfigPlace *at, const char *value,
                          GError **error);

#endif
