/*
 * Certificate policies along a path (RFC 5280 §6.1), kept as RFC 9618 has
 * them: one node for each policy of a level instead of a tree, so that no
 * path makes it grow beyond the sum of its certificates.
 */
#ifndef SCEAU_PKI_POLICY_H
#define SCEAU_PKI_POLICY_H

#include "core/pki/cert_fields.h"

typedef struct PolicyState PolicyState;

/* length: certificates of the path without the anchor. */
PolicyState *policy_state_new(guint length, gboolean explicit_policy);
void policy_state_free(PolicyState *state);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PolicyState, policy_state_free)

/* The next certificate below the anchor; FALSE if the path is not valid. */
gboolean policy_state_add(PolicyState *state, const Cert *cert,
                          gboolean is_last);

/* At the end: wanted holds the acceptable policies, NULL for any. */
gboolean policy_state_accepts(PolicyState *state, const char *const *wanted);

#endif
