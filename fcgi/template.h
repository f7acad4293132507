/*
 * Templates (templates/README.md): holes, sections, partials and words, no
 * logic and no raw mode. A template is compiled once per language and then
 * only read, so that threads share it. What cannot be escaped safely where it
 * stands is refused when compiling, by APP_ERROR_CONFIG naming file and line.
 */
#ifndef SCEAU_FCGI_TEMPLATE_H
#define SCEAU_FCGI_TEMPLATE_H

#include "core/base/json.h"
#include "fcgi/i18n.h"

typedef struct Template Template;

/* The source of the template or partial name, which is [a-z0-9_]+. */
typedef char *(*TemplateSource)(gconstpointer user, const char *name,
                                GError **error);
/* A TemplateSource: user is the path of a folder of NAME.html. */
char *template_from_folder(gconstpointer user, const char *name,
                           GError **error);

Template *template_compile(const char *name, TemplateSource source,
                           gconstpointer user, const Catalogue *words,
                           GError **error);
void template_free(Template *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Template, template_free)

void template_render(const Template *self, const Json *context, GString *out);

/* Calls found for each msgid of the template and its partials. */
typedef void (*TemplateWord)(gpointer user, const char *msgid);
gboolean template_words(const char *name, TemplateSource source,
                        gconstpointer source_user, TemplateWord found,
                        gpointer user, GError **error);

#endif
