/*
 * The values of an IMAP response (RFC 9051 §9: atoms, quoted strings,
 * literals and parenthesised lists) as a flat array of nodes that point into
 * the response's bytes. Knows no command. Depth and number are bounded;
 * reading stops at the first fault, and what was read until there can be
 * used.
 */
#ifndef SCEAU_NET_IMAP_TREE_H
#define SCEAU_NET_IMAP_TREE_H

#include <glib.h>

typedef enum {
    IMAP_NODE_ATOM,   /* NIL is one */
    IMAP_NODE_QUOTED, /* may contain backslashes */
    IMAP_NODE_LITERAL,
    IMAP_NODE_LIST,
} ImapNodeKind;

typedef struct {
    ImapNodeKind kind;
    guint32 size;  /* of text */
    guint32 child; /* first of a list; 0: none */
    guint32 next;  /* sibling; 0: none */
    const guint8 *text;
} ImapNode;

/* Node 0 is a list that stands for the whole. */
typedef struct {
    GArray *nodes;
} ImapTree;

/* Reads all of text; *whole says whether it came to its end. */
ImapTree *imap_tree_parse(const guint8 *text, gsize size, gboolean *whole);
void imap_tree_free(ImapTree *tree);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImapTree, imap_tree_free)

/*
 * Nodes by number; 0, which is nobody's child or sibling, means that there is
 * none and may be passed on: the nth child of nothing is nothing.
 */
guint32 imap_tree_child(const ImapTree *tree, guint32 node);
guint32 imap_tree_next(const ImapTree *tree, guint32 node);
/* Counted from 0. */
guint32 imap_tree_nth(const ImapTree *tree, guint32 node, guint n);
gboolean imap_tree_is_list(const ImapTree *tree, guint32 node);
/* TRUE for an atom or string that is word, whatever the case. */
gboolean imap_tree_is(const ImapTree *tree, guint32 node, const char *word);
/* The text as valid UTF-8 without control characters; NULL for NIL, a list
 * or nothing. */
char *imap_tree_text(const ImapTree *tree, guint32 node);
/* The exact bytes of a string; NULL for NIL, a list or nothing. */
GBytes *imap_tree_bytes(const ImapTree *tree, guint32 node);
gboolean imap_tree_number(const ImapTree *tree, guint32 node, guint32 *out);

/*
 * TRUE if the line, whose CRLF was taken off, ends by announcing a literal:
 * "{123}". *size is then its size.
 */
gboolean imap_line_announces(const guint8 *line, gsize length, gsize *size);

#endif
