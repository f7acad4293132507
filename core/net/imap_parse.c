#include "core/net/imap_parse.h"

#include <string.h>

#include "core/base/error.h"
#include "core/net/imap_tree.h"
#include "core/net/utf7.h"

typedef struct {
    const char *word;
    ImapReplyKind kind;
} Kind;

static const Kind states[] = {
    {"OK", IMAP_REPLY_OK},           {"NO", IMAP_REPLY_NO},
    {"BAD", IMAP_REPLY_BAD},         {"BYE", IMAP_REPLY_BYE},
    {"PREAUTH", IMAP_REPLY_PREAUTH},
};

static const Kind kinds[] = {
    {"CAPABILITY", IMAP_REPLY_CAPABILITY},
    {"LIST", IMAP_REPLY_LIST},
    {"STATUS", IMAP_REPLY_STATUS},
    {"SEARCH", IMAP_REPLY_SEARCH},
};

static const Kind numbered[] = {
    {"EXISTS", IMAP_REPLY_EXISTS},
    {"EXPUNGE", IMAP_REPLY_EXPUNGE},
    {"FETCH", IMAP_REPLY_FETCH},
};

/* The next word, up to a space or the end; the space is taken too. */
typedef struct {
    const guint8 *at, *end;
} Words;

static gsize
take_word(Words *words, const guint8 **word)
{
    *word = words->at;
    while (words->at < words->end && *words->at != ' ')
        words->at++;
    gsize size = (gsize)(words->at - *word);
    if (words->at < words->end)
        words->at++;
    return size;
}

static gboolean
word_is(const guint8 *word, gsize size, const char *want)
{
    return size == strlen(want) &&
           g_ascii_strncasecmp((const char *)word, want, size) == 0;
}

static const Kind *
kind_find(const Kind *table, gsize count, const guint8 *word, gsize size)
{
    for (gsize i = 0; i < count; i++) {
        if (word_is(word, size, table[i].word))
            return &table[i];
    }
    return NULL;
}

static gboolean
number_parse(const guint8 *word, gsize size, guint32 *out)
{
    guint64 value = 0;
    if (size == 0 || size > 10)
        return FALSE;
    for (gsize i = 0; i < size; i++) {
        if (!g_ascii_isdigit(word[i]))
            return FALSE;
        value = value * 10 + (guint64)(word[i] - '0');
    }
    *out = (guint32)value;
    return value <= G_MAXUINT32;
}

/* "[CODE and more] text" after OK, NO, BAD, BYE or PREAUTH. */
static void
find_code(ImapReply *out)
{
    if (out->rest_size == 0 || out->rest[0] != '[')
        return;
    const guint8 *close = memchr(out->rest, ']', out->rest_size);
    if (close == NULL)
        return;
    out->code = out->rest + 1;
    out->code_size = (gsize)(close - out->code);
}

static gboolean
refuse(const guint8 *text, gsize size, GError **error)
{
    g_autofree char *shown =
        error_quote((const char *)text, (gssize)MIN(size, 60), 60);
    g_set_error(error, APP_ERROR, APP_ERROR_MALFORMED,
                "IMAP: not a response: %s", shown);
    return FALSE;
}

/* What follows "* ". */
static gboolean
parse_untagged(Words *words, ImapReply *out)
{
    const guint8 *word;
    gsize size = take_word(words, &word);
    const Kind *kind = kind_find(states, G_N_ELEMENTS(states), word, size);
    if (kind == NULL)
        kind = kind_find(kinds, G_N_ELEMENTS(kinds), word, size);
    if (kind == NULL && number_parse(word, size, &out->number)) {
        size = take_word(words, &word);
        kind = kind_find(numbered, G_N_ELEMENTS(numbered), word, size);
    }
    out->kind = kind != NULL ? kind->kind : IMAP_REPLY_OTHER;
    return size > 0;
}

/* "T7 OK": only OK, NO and BAD end a command. */
static gboolean
parse_tagged(const guint8 *tag, gsize tag_size, Words *words, ImapReply *out)
{
    if (tag_size < 2 || tag[0] != 'T' ||
        !number_parse(tag + 1, tag_size - 1, &out->tag) || out->tag == 0)
        return FALSE;
    const guint8 *word;
    gsize size = take_word(words, &word);
    const Kind *kind = kind_find(states, 3, word, size);
    if (kind == NULL)
        return FALSE;
    out->kind = kind->kind;
    return TRUE;
}

gboolean
imap_parse_reply(const guint8 *text, gsize size, ImapReply *out,
                 GError **error)
{
    Words words = {text, text + size};
    const guint8 *first;
    gsize first_size = take_word(&words, &first);
    memset(out, 0, sizeof *out);
    out->kind = IMAP_REPLY_CONTINUE;
    gboolean good = word_is(first, first_size, "+") ||
                    (word_is(first, first_size, "*")
                         ? parse_untagged(&words, out)
                         : parse_tagged(first, first_size, &words, out));
    if (!good)
        return refuse(text, size, error);
    out->rest = words.at;
    out->rest_size = (gsize)(words.end - words.at);
    if (out->kind >= IMAP_REPLY_OK && out->kind <= IMAP_REPLY_PREAUTH)
        find_code(out);
    return TRUE;
}

gboolean
imap_reply_has_literals(const guint8 *line, gsize size)
{
    Words words = {line, line + size};
    const guint8 *word;
    gsize word_size = take_word(&words, &word);
    if (!word_is(word, word_size, "*"))
        return FALSE;
    word_size = take_word(&words, &word);
    return kind_find(states, G_N_ELEMENTS(states), word, word_size) == NULL;
}

gboolean
imap_reply_code_is(const ImapReply *reply, const char *word)
{
    if (reply->code == NULL)
        return FALSE;
    Words words = {reply->code, reply->code + reply->code_size};
    const guint8 *first;
    gsize size = take_word(&words, &first);
    return word_is(first, size, word);
}

gboolean
imap_reply_code_number(const ImapReply *reply, const char *word, guint32 *out)
{
    if (!imap_reply_code_is(reply, word))
        return FALSE;
    Words words = {reply->code, reply->code + reply->code_size};
    const guint8 *number;
    take_word(&words, &number);
    gsize size = take_word(&words, &number);
    return number_parse(number, size, out);
}

gboolean
imap_reply_append_uid(const ImapReply *reply, guint32 *uid_validity,
                      guint32 *uid)
{
    if (!imap_reply_code_is(reply, "APPENDUID"))
        return FALSE;
    Words words = {reply->code, reply->code + reply->code_size};
    const guint8 *word;
    guint32 first = 0, second = 0;
    take_word(&words, &word);
    gsize size = take_word(&words, &word);
    if (!number_parse(word, size, &first) || first == 0)
        return FALSE;
    size = take_word(&words, &word);
    /* "12:14" is no number: more than one was never appended. */
    if (!number_parse(word, size, &second) || second == 0 ||
        take_word(&words, &word) != 0)
        return FALSE;
    *uid_validity = first;
    *uid = second;
    return TRUE;
}

guint
imap_parse_capabilities(const ImapReply *reply)
{
    static const struct {
        const char *word;
        guint bits;
    } table[] = {
        {"STARTTLS", IMAP_CAN_STARTTLS},
        {"AUTH=PLAIN", IMAP_CAN_PLAIN},
        {"SASL-IR", IMAP_CAN_SASL_IR},
        {"LOGINDISABLED", IMAP_CANNOT_LOGIN},
        {"SPECIAL-USE", IMAP_CAN_SPECIAL_USE},
        {"PREVIEW", IMAP_CAN_PREVIEW},
        {"MOVE", IMAP_CAN_MOVE},
        {"UIDPLUS", IMAP_CAN_UIDPLUS},
        {"IMAP4rev1", IMAP_CAN_REV},
        {"IMAP4rev2", IMAP_CAN_REV | IMAP_CAN_SASL_IR | IMAP_CAN_SPECIAL_USE |
                          IMAP_CAN_MOVE | IMAP_CAN_UIDPLUS},
    };
    Words words = {reply->rest, reply->rest + reply->rest_size};
    const guint8 *word;
    guint bits = 0;
    if (imap_reply_code_is(reply, "CAPABILITY")) {
        words = (Words){reply->code, reply->code + reply->code_size};
        take_word(&words, &word);
    } else if (reply->kind != IMAP_REPLY_CAPABILITY) {
        return 0;
    }
    while (words.at < words.end) {
        gsize size = take_word(&words, &word);
        for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
            if (word_is(word, size, table[i].word))
                bits |= table[i].bits;
        }
    }
    return bits;
}

static void
folder_attributes(ImapFolder *folder, const ImapTree *tree, guint32 list)
{
    static const struct {
        const char *word;
        FolderKind kind;
    } uses[] = {
        {"\\Drafts", FOLDER_DRAFTS},   {"\\Sent", FOLDER_SENT},
        {"\\Archive", FOLDER_ARCHIVE}, {"\\Junk", FOLDER_JUNK},
        {"\\Trash", FOLDER_TRASH},
    };
    folder->selectable = TRUE;
    for (guint32 flag = imap_tree_child(tree, list); flag != 0;
         flag = imap_tree_next(tree, flag)) {
        if (imap_tree_is(tree, flag, "\\Noselect") ||
            imap_tree_is(tree, flag, "\\NonExistent"))
            folder->selectable = FALSE;
        for (gsize i = 0; i < G_N_ELEMENTS(uses); i++) {
            if (imap_tree_is(tree, flag, uses[i].word))
                folder->kind = uses[i].kind;
        }
    }
}

ImapFolder *
imap_parse_list(const ImapReply *reply)
{
    gboolean whole;
    g_autoptr(ImapTree) tree =
        imap_tree_parse(reply->rest, reply->rest_size, &whole);
    guint32 flags = imap_tree_child(tree, 0);
    guint32 delimiter = imap_tree_next(tree, flags);
    guint32 name = imap_tree_next(tree, delimiter);
    g_autofree char *raw = imap_tree_text(tree, name);
    g_autofree char *separator = imap_tree_text(tree, delimiter);
    g_autofree char *decoded = raw != NULL ? utf7_to_utf8(raw) : NULL;
    if (!whole || !imap_tree_is_list(tree, flags) || decoded == NULL ||
        *decoded == '\0')
        return NULL;

    ImapFolder *folder = g_new0(ImapFolder, 1);
    folder_attributes(folder, tree, flags);
    if (separator != NULL)
        folder->delimiter = separator[0];
    /* INBOX is that name in any case (RFC 9051 §5.1). */
    if (g_ascii_strcasecmp(decoded, "INBOX") == 0) {
        folder->kind = FOLDER_INBOX;
        folder->name = g_strdup("INBOX");
    } else {
        folder->name = g_steal_pointer(&decoded);
    }
    return folder;
}

gboolean
imap_parse_status(const ImapReply *reply, const char *item, guint32 *out)
{
    gboolean whole;
    g_autoptr(ImapTree) tree =
        imap_tree_parse(reply->rest, reply->rest_size, &whole);
    guint32 list = imap_tree_next(tree, imap_tree_child(tree, 0));
    if (!whole || !imap_tree_is_list(tree, list))
        return FALSE;
    for (guint32 name = imap_tree_child(tree, list); name != 0;) {
        guint32 value = imap_tree_next(tree, name);
        if (imap_tree_is(tree, name, item))
            return imap_tree_number(tree, value, out);
        name = imap_tree_next(tree, value);
    }
    return FALSE;
}

void
imap_parse_search(const ImapReply *reply, GArray *out)
{
    Words words = {reply->rest, reply->rest + reply->rest_size};
    while (words.at < words.end) {
        const guint8 *word;
        gsize size = take_word(&words, &word);
        guint32 number;
        if (!number_parse(word, size, &number) || number == 0)
            return;
        g_array_append_val(out, number);
    }
}

void
imap_folder_free(ImapFolder *folder)
{
    if (folder == NULL)
        return;
    g_free(folder->name);
    g_free(folder);
}
