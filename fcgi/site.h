/*
 * What a process loads once and all its threads read: templates and words in
 * each language, the shared parts of mail, and the few files that are served
 * with policies of their own. Nothing is read per request.
 */
#ifndef SCEAU_FCGI_SITE_H
#define SCEAU_FCGI_SITE_H

#include "core/mail/world_trust.h"
#include "fcgi/template.h"

typedef struct Site Site;
struct Site {
    const Config *config; /* borrowed */
    GBytes *server_key;
    struct ImapPool *pool;
    TrustKeeper *trust;   /* read again when the store's changes */
    char *static_url;     /* "/static/<hash>" */
    char *frame_script;   /* the exact URL of frame.js, for its policy */
    GHashTable *assets;   /* "frame.html" → GBytes */
    GHashTable *pages[2]; /* name → Template, in English and French */
    Catalogue *words[2];  /* English is NULL */
    char *metrics_token;  /* what /metrics asks for, or NULL */
};

Site *site_load(const Config *config, GError **error);
void site_free(Site *site);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Site, site_free)

/* NULL-terminated: every page there is. */
const char *const *site_page_names(void);
/* Name → Template of all of them, compiled from folder, in the language of
 * words. */
GHashTable *site_pages_load(const char *folder, const Catalogue *words,
                            GError **error);

/* language is "fr" or "en"; name one of site_page_names. */
const Template *site_page(const Site *site, const char *language,
                          const char *name);
const Catalogue *site_words(const Site *site, const char *language);

/* Path below the base path, "/mail/INBOX", as an address: "/base/mail/INBOX".
 */
char *site_url(const Site *site, const char *path);

#endif
