#include "core/mail/outgoing_request.h"

#include "core/base/secret.h"
#include "core/mail/sealing_plan.h"

#define TYPE "(ay" SEALING_PLAN_TYPE ")"

void
outgoing_request_free(OutgoingRequest *request)
{
    if (request == NULL)
        return;
    letter_free(request->letter);
    g_clear_pointer(&request->plan, g_ptr_array_unref);
    g_free(request);
}

GBytes *
outgoing_request_write(const Letter *letter, const GPtrArray *plan)
{
    g_autoptr(GBytes) bytes = letter_write(letter);
    gsize size;
    const void *data = g_bytes_get_data(bytes, &size);
    g_autoptr(GVariant) value = g_variant_ref_sink(g_variant_new(
        "(@ay@" SEALING_PLAN_TYPE ")",
        g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, data, size, 1),
        sealing_plan_write(plan)));
    return secret_bytes_new(g_variant_get_data(value),
                            g_variant_get_size(value));
}

OutgoingRequest *
outgoing_request_read(GBytes *bytes, GError **error)
{
    g_autoptr(GVariant) value = g_variant_ref_sink(
        g_variant_new_from_bytes(G_VARIANT_TYPE(TYPE), bytes, FALSE));
    g_autoptr(GVariant) kept = g_variant_get_child_value(value, 0);
    g_autoptr(GVariant) plan = g_variant_get_child_value(value, 1);
    gsize size;
    const void *data = g_variant_get_fixed_array(kept, &size, 1);
    g_autoptr(GBytes) letter = secret_bytes_new(data, size);

    g_autoptr(OutgoingRequest) request = g_new0(OutgoingRequest, 1);
    request->letter = letter_read(letter, error);
    if (request->letter == NULL)
        return NULL;
    if (g_variant_n_children(plan) > 0) {
        request->plan = sealing_plan_read(plan, error);
        if (request->plan == NULL)
            return NULL;
    }
    return g_steal_pointer(&request);
}

Protection
outgoing_request_protection(const OutgoingRequest *request)
{
    return request->plan != NULL ? PROTECTION_SIGN_ENCRYPT : PROTECTION_SIGN;
}
