#include "core/pki/crl_scope.h"

/* A DistributionPoint; the parts that are absent have size 0. */
typedef struct {
    Der names;      /* contents of DistributionPointName */
    Der crl_issuer; /* contents of GeneralNames */
    guint reasons;
} Point;

static gboolean
read_point(Der sequence, Point *point)
{
    Der value;
    *point = (Point){.reasons = CRL_ALL_REASONS};
    der_take(&sequence, DER_CONTEXT | DER_CONSTRUCTED | 0, &point->names);
    if (der_take(&sequence, DER_CONTEXT | 1, &value)) {
        if (!der_bits(value, &point->reasons))
            return FALSE;
        point->reasons &= CRL_ALL_REASONS;
    }
    der_take(&sequence, DER_CONTEXT | DER_CONSTRUCTED | 2,
             &point->crl_issuer);
    return sequence.size == 0;
}

static Name *
directory_name(const DerItem *general)
{
    return general->tag == GENERAL_DIRECTORY ? name_parse(general->value)
                                             : NULL;
}

static gboolean
general_equal(const DerItem *a, const DerItem *b)
{
    g_autoptr(Name) x = directory_name(a);
    g_autoptr(Name) y = directory_name(b);
    if (x != NULL && y != NULL)
        return name_equal(x, y);
    return a->tag == b->tag && der_equal(a->value, b->value);
}

static gboolean
names_intersect(Der a, Der b)
{
    DerItem x, y;
    while (der_next(&a, &x)) {
        for (Der rest = b; der_next(&rest, &y);) {
            if (general_equal(&x, &y))
                return TRUE;
        }
    }
    return FALSE;
}

static gboolean
names_contain(Der names, const Name *name)
{
    DerItem general;
    while (der_next(&names, &general)) {
        g_autoptr(Name) directory = directory_name(&general);
        if (directory != NULL && name_equal(directory, name))
            return TRUE;
    }
    return FALSE;
}

/* nameRelativeToCRLIssuer as the whole name it stands for; or NULL. */
static Name *
relative_name(Der point_name, const Name *crl_issuer)
{
    Der relative;
    if (!der_take(&point_name, DER_CONTEXT | DER_CONSTRUCTED | 1, &relative))
        return NULL;
    return name_parse_below(crl_issuer, relative);
}

/* Does one DistributionPointName share a name with the other? Both are
 * fullName [0] or a name relative to the CRL's issuer. */
static gboolean
point_names_match(Der a, Der b, const Name *crl_issuer)
{
    g_autoptr(Name) relative_a = relative_name(a, crl_issuer);
    g_autoptr(Name) relative_b = relative_name(b, crl_issuer);
    Der full_a = {NULL, 0}, full_b = {NULL, 0};
    der_take(&a, DER_CONTEXT | DER_CONSTRUCTED | 0, &full_a);
    der_take(&b, DER_CONTEXT | DER_CONSTRUCTED | 0, &full_b);
    if (relative_a != NULL && relative_b != NULL)
        return name_equal(relative_a, relative_b);
    if (relative_a != NULL)
        return names_contain(full_b, relative_a);
    if (relative_b != NULL)
        return names_contain(full_a, relative_b);
    return names_intersect(full_a, full_b);
}

/* §6.3.3 (b)(2)(i): a list for one point is not a list for another. */
static gboolean
matches_point(const Crl *crl, const Point *point)
{
    g_autoptr(Name) relative = NULL;
    Der full, names = crl->scope.names;
    if (names.size == 0)
        return TRUE;
    if (point->names.size > 0)
        return point_names_match(names, point->names, crl->issuer);
    relative = relative_name(names, crl->issuer);
    if (relative != NULL)
        return names_contain(point->crl_issuer, relative);
    return der_take(&names, DER_CONTEXT | DER_CONSTRUCTED | 0, &full) &&
           names_intersect(full, point->crl_issuer);
}

static guint
reasons_at(const Crl *crl, const Cert *cert, const Point *point)
{
    gboolean by_issuer = point->crl_issuer.size == 0 &&
                         name_equal(crl->issuer, cert->issuer_key);
    gboolean by_other =
        crl->scope.indirect && names_contain(point->crl_issuer, crl->issuer);
    if ((!by_issuer && !by_other) || !matches_point(crl, point))
        return 0;
    return crl->scope.reasons & point->reasons;
}

/* Without a point of its own a certificate is spoken of by the lists of its
 * issuer that are for no point, or for the point named after the issuer. */
static guint
reasons_by_default(const Crl *crl, const Cert *cert)
{
    Der full, names = crl->scope.names;
    if (!name_equal(crl->issuer, cert->issuer_key))
        return 0;
    if (names.size == 0)
        return crl->scope.reasons;
    if (!der_take(&names, DER_CONTEXT | DER_CONSTRUCTED | 0, &full) ||
        !names_contain(full, cert->issuer_key))
        return 0;
    return crl->scope.reasons;
}

guint
crl_scope_reasons(const Crl *crl, const Cert *cert)
{
    Der points = cert->extensions.crl_points, sequence;
    gboolean is_authority = cert->extensions.is_ca;
    if (crl->scope.only_attribute || (crl->scope.only_user && is_authority) ||
        (crl->scope.only_authority && !is_authority))
        return 0;
    guint reasons = reasons_by_default(crl, cert);
    while (der_take(&points, DER_SEQUENCE, &sequence)) {
        Point point;
        if (read_point(sequence, &point))
            reasons |= reasons_at(crl, cert, &point);
    }
    return reasons;
}
