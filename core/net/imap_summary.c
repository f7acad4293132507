/* FETCH responses: what the list of messages shows of each. */
#include "core/net/imap_parse.h"

#include <stdio.h>
#include <string.h>

#include "core/net/imap_tree.h"

/* A header with ten thousand addresses is shown by its first. */
#define MAX_ADDRESSES 100

static void
read_flags(ImapFetched *out, const ImapTree *tree, guint32 list)
{
    ImapSummary *s = out->summary;
    out->has_flags = TRUE;
    for (guint32 flag = imap_tree_child(tree, list); flag != 0;
         flag = imap_tree_next(tree, flag)) {
        s->seen |= imap_tree_is(tree, flag, "\\Seen");
        s->flagged |= imap_tree_is(tree, flag, "\\Flagged");
        s->answered |= imap_tree_is(tree, flag, "\\Answered");
    }
}

static void
read_addresses(GPtrArray *into, const ImapTree *tree, guint32 list)
{
    if (!imap_tree_is_list(tree, list))
        return;
    for (guint32 one = imap_tree_child(tree, list);
         one != 0 && into->len < MAX_ADDRESSES;
         one = imap_tree_next(tree, one)) {
        g_autofree char *local =
            imap_tree_text(tree, imap_tree_nth(tree, one, 2));
        g_autofree char *host =
            imap_tree_text(tree, imap_tree_nth(tree, one, 3));
        /* NIL: the begin or end of a group (RFC 9051 §7.5.2). */
        if (local == NULL || host == NULL)
            continue;
        ImapAddress *address = g_new0(ImapAddress, 1);
        address->name = imap_tree_text(tree, imap_tree_nth(tree, one, 0));
        address->address = g_strconcat(local, "@", host, NULL);
        g_ptr_array_add(into, address);
    }
}

static void
read_envelope(ImapFetched *out, const ImapTree *tree, guint32 list)
{
    ImapSummary *s = out->summary;
    if (!imap_tree_is_list(tree, list) || out->has_envelope)
        return;
    out->has_envelope = TRUE;
    s->subject = imap_tree_text(tree, imap_tree_nth(tree, list, 1));
    read_addresses(s->from, tree, imap_tree_nth(tree, list, 2));
    read_addresses(s->to, tree, imap_tree_nth(tree, list, 5));
    s->message_id = imap_tree_text(tree, imap_tree_nth(tree, list, 9));
}

/* The value of name in ("name" "value" …); NULL: not there. */
static char *
parameter(const ImapTree *tree, guint32 list, const char *name)
{
    if (!imap_tree_is_list(tree, list))
        return NULL;
    for (guint32 key = imap_tree_child(tree, list); key != 0;) {
        guint32 value = imap_tree_next(tree, key);
        if (imap_tree_is(tree, key, name))
            return imap_tree_text(tree, value);
        key = imap_tree_next(tree, value);
    }
    return NULL;
}

/* A body is a multipart if its first value is a body. */
static gboolean
is_multipart(const ImapTree *tree, guint32 body)
{
    return imap_tree_is_list(tree, imap_tree_child(tree, body));
}

/* The subtype of a multipart, after its parts. */
static guint32
multipart_subtype(const ImapTree *tree, guint32 body)
{
    guint32 at = imap_tree_child(tree, body);
    while (imap_tree_is_list(tree, at))
        at = imap_tree_next(tree, at);
    return at;
}

/* The disposition list of a single part: its place depends on the type. */
static guint32
part_disposition(const ImapTree *tree, guint32 body)
{
    guint place = 8; /* type subtype params id desc enc size md5 DISP */
    if (imap_tree_is(tree, imap_tree_nth(tree, body, 0), "text"))
        place = 9; /* lines */
    else if (imap_tree_is(tree, imap_tree_nth(tree, body, 0), "message") &&
             (imap_tree_is(tree, imap_tree_nth(tree, body, 1), "rfc822") ||
              imap_tree_is(tree, imap_tree_nth(tree, body, 1), "global")))
        place = 11; /* envelope, body, lines */
    guint32 found = imap_tree_nth(tree, body, place);
    return imap_tree_is_list(tree, found) ? found : 0;
}

static gboolean
is_signature(const ImapTree *tree, guint32 body)
{
    guint32 subtype = imap_tree_nth(tree, body, 1);
    return imap_tree_is(tree, subtype, "pkcs7-signature") ||
           imap_tree_is(tree, subtype, "x-pkcs7-signature");
}

/* TRUE if a part below body is for the reader to save. The tree's depth is
 * bounded, and so is this recursion. */
static gboolean
has_attachments(const ImapTree *tree, guint32 body)
{
    if (!is_multipart(tree, body)) {
        guint32 kind = imap_tree_nth(tree, part_disposition(tree, body), 0);
        return imap_tree_is(tree, kind, "attachment") &&
               !is_signature(tree, body);
    }
    for (guint32 part = imap_tree_child(tree, body);
         imap_tree_is_list(tree, part); part = imap_tree_next(tree, part)) {
        if (has_attachments(tree, part))
            return TRUE;
    }
    return FALSE;
}

static char *
media_type(const ImapTree *tree, const char *type, guint32 subtype_node)
{
    g_autofree char *subtype = imap_tree_text(tree, subtype_node);
    if (type == NULL || subtype == NULL)
        return NULL;
    g_autofree char *both = g_strconcat(type, "/", subtype, NULL);
    return g_ascii_strdown(both, -1);
}

static gboolean
is_envelope_of_smime(const char *type)
{
    return g_strcmp0(type, "application/pkcs7-mime") == 0 ||
           g_strcmp0(type, "application/x-pkcs7-mime") == 0;
}

static void
read_structure(ImapFetched *out, const ImapTree *tree, guint32 body)
{
    ImapSummary *s = out->summary;
    if (!imap_tree_is_list(tree, body) || s->type != NULL)
        return;
    guint32 parameters;
    if (is_multipart(tree, body)) {
        guint32 subtype = multipart_subtype(tree, body);
        s->type = media_type(tree, "multipart", subtype);
        parameters = imap_tree_next(tree, subtype);
    } else {
        g_autofree char *type =
            imap_tree_text(tree, imap_tree_child(tree, body));
        s->type = media_type(tree, type, imap_tree_nth(tree, body, 1));
        parameters = imap_tree_nth(tree, body, 2);
    }
    s->smime_type = parameter(tree, parameters, "smime-type");
    s->protocol = parameter(tree, parameters, "protocol");
    /* smime.p7m is the message itself, though it is sent as an attachment. */
    s->attachments =
        !is_envelope_of_smime(s->type) && has_attachments(tree, body);
}

/* One item of the response; unknown ones are passed over. */
static void
read_item(ImapFetched *out, const ImapTree *tree, guint32 name, guint32 value)
{
    ImapSummary *s = out->summary;
    if (imap_tree_is(tree, name, "UID")) {
        imap_tree_number(tree, value, &s->uid);
    } else if (imap_tree_is(tree, name, "FLAGS")) {
        read_flags(out, tree, value);
    } else if (imap_tree_is(tree, name, "INTERNALDATE")) {
        g_autofree char *text = imap_tree_text(tree, value);
        if (text != NULL)
            imap_parse_date(text, &s->date);
    } else if (imap_tree_is(tree, name, "ENVELOPE")) {
        read_envelope(out, tree, value);
    } else if (imap_tree_is(tree, name, "BODYSTRUCTURE")) {
        read_structure(out, tree, value);
    } else if (imap_tree_is(tree, name, "PREVIEW")) {
        g_free(s->preview);
        s->preview = imap_tree_text(tree, value);
    } else if (imap_tree_is(tree, name, "BODY[]") && out->body == NULL) {
        out->body = imap_tree_bytes(tree, value);
    }
}

ImapFetched *
imap_parse_fetch(const ImapReply *reply)
{
    ImapFetched *out = g_new0(ImapFetched, 1);
    out->summary = imap_summary_new();
    g_autoptr(ImapTree) tree =
        imap_tree_parse(reply->rest, reply->rest_size, &out->whole);
    guint32 items = imap_tree_child(tree, 0);
    if (!imap_tree_is_list(tree, items)) {
        out->whole = FALSE;
        return out;
    }
    for (guint32 name = imap_tree_child(tree, items); name != 0;) {
        guint32 value = imap_tree_next(tree, name);
        read_item(out, tree, name, value);
        name = imap_tree_next(tree, value);
    }
    return out;
}

void
imap_fetched_free(ImapFetched *fetched)
{
    if (fetched == NULL)
        return;
    imap_summary_free(fetched->summary);
    g_bytes_unref(fetched->body);
    g_free(fetched);
}

ImapSummary *
imap_summary_new(void)
{
    ImapSummary *s = g_new0(ImapSummary, 1);
    s->from =
        g_ptr_array_new_with_free_func((GDestroyNotify)imap_address_free);
    s->to = g_ptr_array_new_with_free_func((GDestroyNotify)imap_address_free);
    return s;
}

void
imap_summary_free(ImapSummary *summary)
{
    if (summary == NULL)
        return;
    g_free(summary->subject);
    g_ptr_array_unref(summary->from);
    g_ptr_array_unref(summary->to);
    g_free(summary->message_id);
    g_free(summary->preview);
    g_free(summary->type);
    g_free(summary->smime_type);
    g_free(summary->protocol);
    g_free(summary);
}

void
imap_address_free(ImapAddress *address)
{
    if (address == NULL)
        return;
    g_free(address->name);
    g_free(address->address);
    g_free(address);
}

static gint
month_number(const char *name)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (gint i = 0; i < 12; i++) {
        if (g_ascii_strncasecmp(months + (gsize)i * 3, name, 3) == 0)
            return i + 1;
    }
    return 0;
}

gboolean
imap_parse_date(const char *text, gint64 *out)
{
    int day, year, hour, minute, second, used = 0;
    char month[4], sign, zone[5];
    if (sscanf(text, "%2d-%3[A-Za-z]-%4d %2d:%2d:%2d %c%4[0-9]%n", &day,
               month, &year, &hour, &minute, &second, &sign, zone,
               &used) != 8 ||
        text[used] != '\0' || strlen(zone) != 4 ||
        (sign != '+' && sign != '-'))
        return FALSE;
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
    g_autoptr(GDateTime) date = g_date_time_new(
        utc, year, month_number(month), day, hour, minute, MIN(second, 59));
    if (date == NULL)
        return FALSE;
    gint64 offset = (zone[0] - '0') * 36000 + (zone[1] - '0') * 3600 +
                    (zone[2] - '0') * 600 + (zone[3] - '0') * 60;
    *out = g_date_time_to_unix(date) - (sign == '-' ? -offset : offset);
    return TRUE;
}
