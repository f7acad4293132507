/* What the tests of certificates share; included once by each program. */
#ifndef SCEAU_TESTS_PKI_TEST_H
#define SCEAU_TESTS_PKI_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/error.h"
#include "core/pki/cert_fields.h"
#include "core/pki/trust.h"

/* 2026-11-25T12:00:00Z */
#define TEST_NOW G_GINT64_CONSTANT(1795608000)

static inline GPtrArray *
certs_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)cert_unref);
}

/* NULL if there is no such file. */
static inline char *
read_text(const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    char *text = NULL;
    g_file_get_contents(path, &text, NULL, NULL);
    return text;
}

/* Certificates of folder/name.pem; none for an empty name, or for a file
 * that is missing or bad. */
static inline GPtrArray *
read_certs(const char *folder, const char *name)
{
    g_autoptr(GError) error = NULL;
    if (*name == '\0')
        return certs_new();
    g_autofree char *file = g_strconcat(name, ".pem", NULL);
    char *text = read_text(folder, file);
    if (text == NULL)
        return certs_new();
    g_autoptr(GBytes) bytes = g_bytes_new_take(text, strlen(text));
    GPtrArray *certs = cert_parse_file(bytes, &error);
    if (certs == NULL) {
        print_message("%s: %s\n", name, error->message);
        return certs_new();
    }
    return certs;
}

#endif
