/*
 * Words: a reader of gettext's .mo files. libc's own gettext needs a system
 * locale of that name, and a bare system has none but C. A catalogue is read
 * whole and never changes, so threads share it.
 */
#ifndef SCEAU_FCGI_I18N_H
#define SCEAU_FCGI_I18N_H

#include <glib.h>

typedef struct Catalogue Catalogue;

/* APP_ERROR_FILE, or APP_ERROR_MALFORMED for what is not a .mo file. */
Catalogue *catalogue_load(const char *path, GError **error);
Catalogue *catalogue_parse(const guint8 *data, gsize size, GError **error);
void catalogue_free(Catalogue *catalogue);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Catalogue, catalogue_free)

/*
 * The translation; msgid itself when there is none or catalogue is NULL
 * (English). Borrowed from the catalogue or from the caller.
 */
const char *catalogue_text(const Catalogue *catalogue, const char *msgid);

/*
 * The best of "fr" and "en" for an Accept-Language value (or NULL);
 * "en" when it names neither. Static.
 */
const char *language_choose(const char *accept_language);
/* The static "fr" or "en" equal to code, NULL for any other or NULL. */
const char *language_known(const char *code);

/* Marks a text for translation where it is looked up later. */
#define N_(text) text

#endif
