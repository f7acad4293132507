/*
 * The one decision about a message's state: layers taken off, signature
 * checked, signer judged, address and times compared (SEC-09 to 20). Used by
 * the read page and by `sceauctl verify`, whose JSON is judgement_json().
 */
#ifndef SCEAU_MAIL_JUDGE_H
#define SCEAU_MAIL_JUDGE_H

#include "core/pki/trust.h"

typedef struct {
    const struct Trust *trust;
    GPtrArray *certs; /* extra Certs the message may lack, or NULL */
    gint64 arrival;   /* the moment to judge by: --at, or arrival */
    gint64 now;
    const char *from; /* address to hold to when there is no From; NULL */
    GBytes *content;  /* what a bare detached CMS covers; or NULL */
    /* Opens the first encrypted layer; NULL: it stays locked. */
    GBytes *content_key;
    GPtrArray *readers; /* Certs of the person who reads, or NULL */
    /* Told of each piece of the message that is done with, so that a mapped
     * file need not stay in memory while it is decoded; or NULL. */
    void (*forget)(const guint8 *data, gsize size);
} JudgeInput;

typedef struct {
    const char *kind; /* "signed", "encrypted", "compressed" */
    char *algorithm;
    const char *verdict; /* NULL but for signed */
} JudgedLayer;

typedef struct {
    const char *state;      /* SECURITY §4: "unprotected", "verified", … */
    const char *signature;  /* a verdict's code or "none" */
    const char *encryption; /* "none", "encrypted", "weak" */
    GPtrArray *layers;      /* JudgedLayer, outermost first */
    /* signer; all NULL when there is none */
    char **addresses;
    char *name, *issuer, *issuer_name, *fingerprint, *key;
    gint64 not_before, not_after;
    RevocationFinding revocation; /* of the signer's certificate */
    gboolean has_signing_time;
    gint64 signing_time;
    char *digest;
    char *from;         /* the address compared, or NULL */
    GPtrArray *reasons; /* const char*: codes, verdicts first in order */
    /* Names of the fields that say something else outside (RFC 9788); const
     * char*, empty unless reasons have header-mismatch. */
    GPtrArray *differing;
    /* The verified or shown entity: a slice of the message's own bytes, or of
     * the bytes that an encrypted layer held. */
    GBytes *payload;
    /* The innermost signer, what came along, what they can read; all NULL
     * when there is none. */
    Cert *signer;
    GPtrArray *certs; /* Cert */
    GBytes *capabilities;
    GBytes *enveloped;      /* CMS of the encrypted layer that is locked */
    gboolean opened;        /* content_key opened it */
    gboolean authenticated; /* its cipher says that nobody changed it (GCM) */
    /* Fields inside are under a signature that verified, or inside a layer
     * that its cipher authenticates: they may be shown (SEC-37). */
    gboolean covered;
    /* Opened and neither: text, no HTML, no quoting (SEC-30). */
    gboolean text_only;
    /* Of an opened layer: hashes of the keys wrapped for the readers, and of
     * the content (SEC-29); NULL otherwise. */
    GPtrArray *key_hashes; /* char* */
    char *content_hash;
} Judgement;

/* message: whole message, or bare CMS in DER or PEM; never fails on content.
 * NULL only for APP_ERROR_TOO_LARGE or APP_ERROR_TOO_COMPLEX, and with a
 * content_key for APP_ERROR_MALFORMED or APP_ERROR_REFUSED: it opens nothing
 * here. */
Judgement *judge_message(GBytes *message, const JudgeInput *input,
                         GError **error);
void judgement_free(Judgement *judgement);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Judgement, judgement_free)
/* The object of DESIGN §7. */
char *judgement_json(const Judgement *judgement);
#endif
