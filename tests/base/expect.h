/* What the tests of several folders say about errors and temporary files. */
#ifndef SCEAU_TESTS_BASE_EXPECT_H
#define SCEAU_TESTS_BASE_EXPECT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <glib.h>
#include <glib/gstdio.h>

#include "core/base/error.h"

/* The case's name is printed when it fails. */
static inline void
expect_app_error(const GError *error, AppError want, const char *name)
{
    if (error == NULL || error->domain != APP_ERROR ||
        error->code != (int)want)
        fail_msg("%s: got %s, want %s", name,
                 error != NULL ? error->message : "no error",
                 app_error_name(want));
}

static inline void
expect_fine(gboolean ok, const GError *error, const char *name)
{
    if (!ok || error != NULL)
        fail_msg("%s: %s", name,
                 error != NULL ? error->message : "failed without error");
}

static inline char *
temporary_folder(void)
{
    char *folder = g_dir_make_tmp("sceau-test-XXXXXX", NULL);
    assert_non_null(folder);
    return folder;
}

/* Flat folders only. */
static inline void
remove_folder(const char *folder)
{
    GDir *dir = g_dir_open(folder, 0, NULL);
    const char *name;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        g_unlink(path);
    }
    if (dir != NULL)
        g_dir_close(dir);
    g_rmdir(folder);
}

#endif
