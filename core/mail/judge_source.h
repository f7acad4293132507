/*
 * What was handed in to be judged: a message, with LF or CRLF line ends and
 * perhaps a leading mbox line, or a bare CMS object in DER or PEM.
 */
#ifndef SCEAU_MAIL_JUDGE_SOURCE_H
#define SCEAU_MAIL_JUDGE_SOURCE_H

#include <glib.h>

typedef struct {
    GBytes *entity; /* a message or MIME entity; NULL for a bare CMS */
    GBytes *cms;    /* DER or BER; NULL for a message */
} JudgeSource;

JudgeSource judge_source_find(GBytes *file);
void judge_source_clear(JudgeSource *source);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(JudgeSource, judge_source_clear)

#endif
