/*
 * One signed layer: the signature, its signer, the address and the times,
 * added to what was found of the message (SEC-09 to 17).
 */
#ifndef SCEAU_MAIL_JUDGE_SIGNED_H
#define SCEAU_MAIL_JUDGE_SIGNED_H

#include "core/cms/signed_data.h"
#include "core/mail/judge_peel.h"

void judge_layer_add(Peel *peel, const char *kind, const char *algorithm,
                     const char *verdict);
/* A signed layer that has these verdicts. */
void judge_signed_add(Peel *peel, const char *algorithm, VerdictSet verdicts);
/* The one in cms; content as for signed_data_read(). */
SignedData *judge_signed(Peel *peel, GBytes *cms, const Span *content,
                         gsize n_content);
/* Whoever signed so far is not the author. */
void judge_signed_forget(Judgement *out);

#endif
