/*
 * Header protection: the fields that a cryptographic payload carries, as RFC
 * 9788 has them and as older programs wrote them. Whether they may be shown
 * is for those to say who know the layers around the payload.
 */
#ifndef SCEAU_MIME_PROTECTED_H
#define SCEAU_MIME_PROTECTED_H

#include "core/mime/headers.h"

typedef enum {
    PROTECTED_NONE,
    PROTECTED_OLD,     /* protected-headers="v1": some of the fields */
    PROTECTED_CLEAR,   /* hp="clear" */
    PROTECTED_CIPHER,  /* hp="cipher" */
    PROTECTED_WRAPPED, /* message/rfc822; forwarded=no (RFC 8551 §3.1) */
} ProtectedKind;

typedef struct {
    ProtectedKind kind;
    Headers *fields; /* inside; NULL for PROTECTED_NONE */
    Headers *outer;  /* what HP-Outer says of the outside; NULL without any */
    const guint8 *entity; /* what is shown of the payload; borrowed */
    gsize size;
} Protected;

/* payload: an entity that passed the gate. */
Protected *protected_find(const guint8 *payload, gsize size);
void protected_free(Protected *found);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Protected, protected_free)

#endif
