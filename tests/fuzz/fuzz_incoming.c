/* A whole message, judged and made ready to be shown: layers, protected
 * fields, parts. The key opens what the fuzzer cannot make, so this is about
 * what stands around it. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/mail/incoming_internal.h"
#include "core/pki/trust.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
show(const World *world, GBytes *message, GBytes *key)
{
    Judgement *judgement =
        incoming_judge(world, message, 1795581000, key, NULL, NULL);
    if (judgement == NULL)
        return;
    g_assert(judgement->payload != NULL);
    g_assert(!judgement->text_only || judgement->opened);
    g_assert(strcmp(judgement->state, "confidential") != 0);
    g_autoptr(Incoming) incoming =
        incoming_of(message, 1795581000, judgement, NULL);
    if (incoming == NULL || incoming->judgement == NULL)
        return;
    for (guint i = 0; i < incoming->texts->len; i++)
        g_assert(
            g_utf8_validate(g_ptr_array_index(incoming->texts, i), -1, NULL));
    for (guint i = 0; i < incoming->files->len && i < 10; i++) {
        const IncomingFile *file = g_ptr_array_index(incoming->files, i);
        g_autoptr(IncomingPart) part =
            incoming_part_of(incoming->judgement, file->path, NULL);
        g_assert(part != NULL);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const guint8 zeros[32] = {0};
    const TrustPolicy policy = TRUST_POLICY_DEFAULT;
    g_autoptr(Trust) trust = trust_new(&policy);
    const World world = {.trust = trust, .now = 1795581000};
    g_autoptr(GBytes) message = g_bytes_new(data, size);
    g_autoptr(GBytes) key = g_bytes_new(zeros, sizeof zeros);
    show(&world, message, NULL);
    show(&world, message, key);
    return 0;
}
