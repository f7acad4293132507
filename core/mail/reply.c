#include "core/mail/reply.h"

#include <string.h>

#include "core/base/error.h"

typedef enum { MODE_REPLY, MODE_ALL, MODE_FORWARD } Mode;

static gboolean
mode_read(const char *text, Mode *mode, GError **error)
{
    static const char *const names[] = {"reply", "all", "forward"};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        if (g_strcmp0(text, names[i]) == 0) {
            *mode = (Mode)i;
            return TRUE;
        }
    }
    g_set_error_literal(error, APP_ERROR, APP_ERROR_INPUT,
                        "mode: not reply, all or forward");
    return FALSE;
}

/* "Name <address>", the name quoted where its characters need it. */
static void
append_person(GString *out, const IncomingPerson *person)
{
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

/* Who is written to, each once and nobody to himself. */
typedef struct {
    const Account *account;
    GHashTable *known; /* lower-case addresses */
    GString *to, *cc;
} Addressing;

static gboolean
is_me(const Account *account, const char *address)
{
    return g_ascii_strcasecmp(address, account->address) == 0 ||
           g_strcmp0(account->login, address) == 0;
}

static void
add_person(Addressing *addressing, GString *field,
           const IncomingPerson *person)
{
    if (person->address == NULL || *person->address == '\0')
        return;
    char *key = g_ascii_strdown(person->address, -1);
    if (g_hash_table_add(addressing->known, key))
        append_person(field, person);
}

static void
add_others(Addressing *addressing, GString *field, const GPtrArray *people)
{
    for (guint i = 0; i < people->len; i++) {
        const IncomingPerson *person = g_ptr_array_index(people, i);
        if (person->address != NULL &&
            !is_me(addressing->account, person->address))
            add_person(addressing, field, person);
    }
}

static void
address(Addressing *addressing, const Incoming *incoming, Mode mode)
{
    gboolean mine = is_me(addressing->account, incoming->from.address);
    const GPtrArray *reply_to = incoming->reply_to;
    /* An answer to one's own message goes on to whom it went. */
    if (mine)
        add_others(addressing, addressing->to, incoming->to);
    for (guint i = 0; !mine && i < reply_to->len; i++)
        add_person(addressing, addressing->to,
                   g_ptr_array_index(reply_to, i));
    if (addressing->to->len == 0)
        add_person(addressing, addressing->to, &incoming->from);
    if (mode != MODE_ALL)
        return;
    add_others(addressing, addressing->cc, incoming->to);
    add_others(addressing, addressing->cc, incoming->cc);
}

static void
set_recipients(Reply *reply, const Account *account, const Incoming *incoming,
               Mode mode)
{
    g_autoptr(GHashTable) known =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Addressing addressing = {account, known, g_string_new(NULL),
                             g_string_new(NULL)};
    if (mode != MODE_FORWARD)
        address(&addressing, incoming, mode);
    reply->to = g_string_free(addressing.to, FALSE);
    reply->cc = g_string_free(addressing.cc, FALSE);
}

/* "Re: " once, however often it was answered. */
static char *
subject_of(const char *subject, Mode mode)
{
    const char *mark = mode == MODE_FORWARD ? "Fwd: " : "Re: ";
    const char *rest = subject != NULL ? subject : "";
    if (g_ascii_strncasecmp(rest, mark, strlen(mark) - 1) == 0)
        mark = "";
    return g_strconcat(mark, rest, NULL);
}

static void
set_thread(Reply *reply, const Incoming *incoming)
{
    const char *id = incoming->message_id;
    const char *before = incoming->references;
    if (id == NULL)
        return;
    reply->in_reply_to = g_strdup(id);
    reply->references = before != NULL && *before != '\0'
                            ? g_strconcat(before, " ", id, NULL)
                            : g_strdup(id);
}

static gboolean
has_reason(const Judgement *judgement, const char *code)
{
    for (guint i = 0; i < judgement->reasons->len; i++)
        if (strcmp(g_ptr_array_index(judgement->reasons, i), code) == 0)
            return TRUE;
    return FALSE;
}

/*
 * SEC-35: what a weak or misplaced layer covers, or what nobody vouches for,
 * may be another's text that its reader is made to send on.
 */
static const char *
kept_back(const Incoming *incoming)
{
    const Judgement *judgement = incoming->judgement;
    if (incoming->copied || (incoming->encrypted && !incoming->opened) ||
        (judgement != NULL &&
         strcmp(judgement->state, "encrypted-locked") == 0))
        return "locked";
    if (incoming->too_complex || judgement == NULL)
        return "too-complex";
    if (strcmp(judgement->encryption, "weak") == 0)
        return "weak-encryption";
    if (judgement->text_only || !incoming->html_allowed)
        return "unauthenticated";
    return has_reason(judgement, "errant-layer") ? "errant-layer" : NULL;
}

/* The lines of one text, those at its end that are empty left out. */
static void
append_text(GString *out, const char *text, const char *mark)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    guint n = g_strv_length(lines);
    while (n > 0 && *g_strchomp(lines[n - 1]) == '\0')
        n--;
    for (guint i = 0; i < n; i++) {
        /* A quote of a quote needs no further space. */
        const char *gap = *mark != '\0' && lines[i][0] != '>' ? " " : "";
        g_autofree char *line = g_strconcat(mark, gap, lines[i], NULL);
        g_string_append_printf(out, "%s\n", g_strchomp(line));
    }
}

static char *
quote(const Incoming *incoming, Mode mode)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < incoming->quotable->len; i++)
        append_text(out, g_ptr_array_index(incoming->quotable, i),
                    mode == MODE_FORWARD ? "" : ">");
    return g_string_free(out, FALSE);
}

/* Images that only the HTML showed have no place in a text. */
static void
carry_files(Reply *reply, const Incoming *incoming)
{
    for (guint i = 0; i < incoming->files->len; i++) {
        IncomingFile *file = g_ptr_array_index(incoming->files, i);
        if (!file->embedded)
            g_ptr_array_add(reply->files, file);
    }
}

Reply *
reply_make(const World *world, const Incoming *incoming, const char *mode,
           GError **error)
{
    Mode what;
    if (!mode_read(mode, &what, error))
        return NULL;
    Reply *reply = g_new0(Reply, 1);
    reply->files = g_ptr_array_new();
    set_recipients(reply, world->account, incoming, what);
    reply->subject = subject_of(incoming->subject, what);
    if (what != MODE_FORWARD)
        set_thread(reply, incoming);
    reply->must_encrypt = incoming->opened;
    reply->quote_left_out = kept_back(incoming);
    if (reply->quote_left_out != NULL) {
        reply->text = g_strdup("");
        return reply;
    }
    reply->text = quote(incoming, what);
    if (incoming->hidden)
        reply->quote_left_out = "hidden-text";
    if (what == MODE_FORWARD)
        carry_files(reply, incoming);
    return reply;
}

void
reply_free(Reply *reply)
{
    if (reply == NULL)
        return;
    g_ptr_array_unref(reply->files);
    g_free(reply->to);
    g_free(reply->cc);
    g_free(reply->subject);
    g_free(reply->text);
    g_free(reply->in_reply_to);
    g_free(reply->references);
    g_free(reply);
}
