#include "core/pki/constraints.h"

#include "core/pki/constraint_match.h"

#include <string.h>

/* The next GeneralSubtree's base. RFC 5280 fixes minimum at 0 and forbids
 * maximum; anything else is not understood. */
static gboolean
take_base(Der *side, DerItem *base)
{
    Der subtree, minimum;
    guint number = 0;
    if (!der_take(side, DER_SEQUENCE, &subtree) || !der_next(&subtree, base))
        return FALSE;
    if (der_take(&subtree, DER_CONTEXT | 0, &minimum) &&
        (!der_uint(minimum, &number) || number != 0))
        return FALSE;
    return subtree.size == 0;
}

/* Does the type of an otherName constraint concern this name at all? */
static gboolean
concerns(const BorneName *name, const DerItem *base)
{
    return base->tag == name->kind &&
           (base->tag != GENERAL_OTHER ||
            constraint_match(name, base->value) != MATCH_NO);
}

/* MATCH_NO: bases of this kind, none matches. *any: there are such bases. */
static Match
match_side(const BorneName *name, Der side, gboolean *any)
{
    Match best = MATCH_NO;
    DerItem base;
    *any = FALSE;
    while (side.size > 0) {
        if (!take_base(&side, &base))
            return MATCH_UNKNOWN;
        if (!concerns(name, &base))
            continue;
        *any = TRUE;
        Match match = constraint_match(name, base.value);
        if (match == MATCH_UNKNOWN)
            return MATCH_UNKNOWN;
        if (match == MATCH_YES)
            best = MATCH_YES;
    }
    return best;
}

static gboolean
is_allowed(const BorneName *name, Der constraints)
{
    Der side;
    gboolean any;
    Match match;
    if (der_take(&constraints, DER_CONTEXT | DER_CONSTRUCTED | 0, &side)) {
        match = match_side(name, side, &any);
        if (match == MATCH_UNKNOWN || (any && match == MATCH_NO))
            return FALSE;
    }
    if (der_take(&constraints, DER_CONTEXT | DER_CONSTRUCTED | 1, &side))
        return match_side(name, side, &any) == MATCH_NO;
    return TRUE;
}

/* Takes address; NULL if it is no mailbox. */
static char *
comparable_mail(char *address)
{
    g_autofree char *mail = address;
    const char *at = mail != NULL ? strrchr(mail, '@') : NULL;
    if (at == NULL)
        return NULL;
    g_autofree char *domain = address_domain_ascii(at + 1);
    if (domain == NULL)
        return NULL;
    return g_strdup_printf("%.*s%s", (int)(at + 1 - mail), mail, domain);
}

/* An international mailbox is held to the constraints on mailboxes (RFC 9598
 * §6), or it would slip past them all. */
static gboolean
is_other_name_allowed(const DerItem *item, BorneName *name, Der constraints)
{
    DerItem content;
    if (!cert_other_name(item->value, name->other, &content))
        return FALSE;
    if (strcmp(name->other, OTHER_NAME_SMTP_UTF8) != 0)
        return is_allowed(name, constraints);
    g_autofree char *text = comparable_mail(address_of_smtp_utf8(&content));
    name->kind = GENERAL_EMAIL;
    name->text = text;
    return is_allowed(name, constraints);
}

static char *
text_of(const DerItem *item)
{
    if (item->tag == GENERAL_EMAIL)
        return comparable_mail(address_of_rfc822(item->value));
    if (item->tag != GENERAL_DNS && item->tag != GENERAL_URI)
        return NULL;
    g_autofree char *text =
        g_strndup((const char *)item->value.data, item->value.size);
    gboolean clean = strlen(text) == item->value.size && g_str_is_ascii(text);
    return clean ? g_steal_pointer(&text) : NULL;
}

static gboolean
is_alt_name_allowed(const DerItem *item, Der constraints)
{
    g_autofree char *text = text_of(item);
    BorneName name = {item->tag, "", text, item->value};
    if (item->tag == GENERAL_OTHER)
        return is_other_name_allowed(item, &name, constraints);
    return is_allowed(&name, constraints);
}

static gboolean
is_subject_allowed(const Cert *cert, Der constraints)
{
    BorneName name = {GENERAL_DIRECTORY, "", NULL, cert->subject_name};
    return name_is_empty(cert->subject_key) || is_allowed(&name, constraints);
}

/* Without alternative names the mailboxes of the subject count: else a
 * constraint on mail would be escaped by leaving them out. */
static gboolean
is_subject_mail_allowed(const Cert *cert, Der constraints)
{
    g_autoptr(GPtrArray) mail = name_values(cert->subject_name, NAME_EMAIL);
    for (guint i = 0; i < mail->len; i++) {
        g_autofree char *text =
            comparable_mail(g_strdup(g_ptr_array_index(mail, i)));
        BorneName name = {GENERAL_EMAIL, "", text, {NULL, 0}};
        if (!is_allowed(&name, constraints))
            return FALSE;
    }
    return TRUE;
}

gboolean
constraints_allow(const Cert *authority, const Cert *cert)
{
    Der constraints = authority->extensions.constraints;
    Der rest = cert->extensions.alt_names;
    DerItem item;
    if (constraints.size == 0)
        return TRUE;
    if (!is_subject_allowed(cert, constraints) ||
        (rest.size == 0 && !is_subject_mail_allowed(cert, constraints)))
        return FALSE;
    while (rest.size > 0) {
        if (!der_next(&rest, &item) ||
            !is_alt_name_allowed(&item, constraints))
            return FALSE;
    }
    return TRUE;
}
