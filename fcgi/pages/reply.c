#include "fcgi/pages/reply.h"

#include <string.h>

#include "fcgi/dates.h"

/* "Name <address>", the name quoted where its characters need it. */
static void
append_person(GString *out, const IncomingPerson *person)
{
    if (person->address == NULL)
        return;
    if (out->len > 0)
        g_string_append(out, ", ");
    if (person->name == NULL) {
        g_string_append(out, person->address);
        return;
    }
    if (strpbrk(person->name, "\"\\()<>[]:;@,.") == NULL) {
        g_string_append_printf(out, "%s <%s>", person->name, person->address);
        return;
    }
    g_string_append_c(out, '"');
    for (const char *c = person->name; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\')
            g_string_append_c(out, '\\');
        g_string_append_c(out, *c);
    }
    g_string_append_printf(out, "\" <%s>", person->address);
}

static gboolean
is_me(const Context *ctx, const IncomingPerson *person)
{
    return person->address != NULL &&
           g_ascii_strcasecmp(person->address, ctx->world.account->address) ==
               0;
}

static void
append_others(const Context *ctx, GString *out, const GPtrArray *people)
{
    for (guint i = 0; people != NULL && i < people->len; i++) {
        const IncomingPerson *person = g_ptr_array_index(people, i);
        if (!is_me(ctx, person))
            append_person(out, person);
    }
}

static void
set_recipients(const Context *ctx, Json *form, const Incoming *incoming,
               ReplyMode mode)
{
    g_autoptr(GString) to = g_string_new(NULL);
    g_autoptr(GString) cc = g_string_new(NULL);
    const GPtrArray *reply = incoming->reply_to;
    /* An answer to one's own message goes on to whom it went. */
    if (is_me(ctx, &incoming->from))
        append_others(ctx, to, incoming->to);
    else if (reply != NULL && reply->len > 0)
        for (guint i = 0; i < reply->len; i++)
            append_person(to, g_ptr_array_index(reply, i));
    else
        append_person(to, &incoming->from);
    if (mode == REPLY_ALL) {
        if (!is_me(ctx, &incoming->from))
            append_others(ctx, cc, incoming->to);
        append_others(ctx, cc, incoming->cc);
    }
    json_set_text(form, "to", to->str);
    json_set_text(form, "cc", cc->str);
    shell_set_true(form, "show_cc", cc->len > 0);
}

/* "Re: " once, however often it was answered. */
static void
set_subject(Json *form, const char *subject, ReplyMode mode)
{
    const char *mark = mode == REPLY_FORWARD ? "Fwd: " : "Re: ";
    const char *rest = subject != NULL ? subject : "";
    if (g_ascii_strncasecmp(rest, mark, strlen(mark) - 1) == 0)
        mark = "";
    g_autofree char *text = g_strconcat(mark, rest, NULL);
    json_set_text(form, "subject", text);
}

static void
set_thread(Json *form, const Incoming *incoming)
{
    const char *id = incoming->message_id;
    if (id == NULL)
        return;
    const char *before = incoming->references;
    g_autofree char *all = before != NULL && *before != '\0'
                               ? g_strconcat(before, " ", id, NULL)
                               : g_strdup(id);
    json_set_text(form, "in_reply_to", id);
    json_set_text(form, "references", all);
}

/* Plain text only, and none that a weak or misplaced layer covers: a quote
 * must not carry out what its reader did not see (SEC-35). */
static gboolean
may_quote(const Incoming *incoming)
{
    const Judgement *judgement = incoming->judgement;
    if (incoming->encrypted || incoming->too_complex)
        return FALSE;
    if (judgement == NULL)
        return TRUE;
    for (guint i = 0; i < judgement->reasons->len; i++)
        if (strcmp(g_ptr_array_index(judgement->reasons, i),
                   "errant-layer") == 0)
            return FALSE;
    return strcmp(judgement->encryption, "none") == 0;
}

static void
append_texts(GString *out, const Incoming *incoming, const char *mark)
{
    for (guint i = 0; i < incoming->texts->len; i++) {
        g_auto(GStrv) lines =
            g_strsplit(g_ptr_array_index(incoming->texts, i), "\n", -1);
        guint n = g_strv_length(lines);
        while (n > 0 && *g_strchomp(lines[n - 1]) == '\0')
            n--;
        for (guint j = 0; j < n; j++) {
            /* A quote of a quote needs no further space. */
            const char *gap = *mark != '\0' && lines[j][0] != '>' ? " " : "";
            g_string_append_printf(out, "%s%s%s\n", mark, gap,
                                   g_strchomp(lines[j]));
        }
    }
}

static const char *
shown(const IncomingPerson *person)
{
    const char *name = person->name != NULL ? person->name : person->address;
    return name != NULL ? name : "?";
}

static void
set_text(const Context *ctx, Json *form, const Incoming *incoming,
         ReplyMode mode)
{
    g_autoptr(GString) text = g_string_new("\n\n");
    g_autofree char *day = date_plain(ctx->words, incoming->date);
    g_autofree char *clock = date_clock(incoming->date);
    if (mode == REPLY_FORWARD) {
        g_autofree char *head = words_fill(
            ctx->words,
            N_("Forwarded message, from %{name} on %{date} at %{time}:"),
            "name", shown(&incoming->from), "date", day, "time", clock, NULL);
        g_string_append_printf(text, "%s\n\n", head);
        append_texts(text, incoming, "");
    } else {
        g_autofree char *head = words_fill(
            ctx->words, N_("On %{date} at %{time}, %{name} wrote:"), "date",
            day, "time", clock, "name", shown(&incoming->from), NULL);
        g_string_append_printf(text, "%s\n", head);
        append_texts(text, incoming, ">");
    }
    json_set_text(form, "text", text->str);
}

void
reply_fill(const Context *ctx, Json *form, const Incoming *incoming,
           ReplyMode mode)
{
    set_subject(form, incoming->subject, mode);
    if (mode != REPLY_FORWARD) {
        set_recipients(ctx, form, incoming, mode);
        set_thread(form, incoming);
    }
    if (incoming->texts != NULL && may_quote(incoming))
        set_text(ctx, form, incoming, mode);
}
