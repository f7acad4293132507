/*
 * One name against one base of a name constraint, by kind (RFC 5280
 * §4.2.1.10).
 */
#ifndef SCEAU_PKI_CONSTRAINT_MATCH_H
#define SCEAU_PKI_CONSTRAINT_MATCH_H

#include "core/pki/cert_fields.h"

typedef struct {
    guint8 kind;             /* a GeneralName's tag */
    char other[DER_OID_MAX]; /* the type of an otherName */
    const char *text;        /* mailbox (its domain as lower-case A-labels),
                                host or URI; NULL if unreadable */
    Der value;               /* the GeneralName's contents */
} BorneName;

typedef enum {
    MATCH_NO,
    MATCH_YES,
    MATCH_UNKNOWN, /* this kind, or these bytes, nobody here understands */
} Match;

Match constraint_match(const BorneName *name, Der base);

#endif
