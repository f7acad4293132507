/* Any bytes as an envelope: read, listed, opened in both ways with a key of
 * the size it wants. Both ways agree, and give no more than was put in. */
#include <stdint.h>
#include <stdlib.h>

#include "core/base/json.h"
#include "core/cms/enveloped_data.h"
#include "core/mail/recipients.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
list(const EnvelopedData *read)
{
    Json *array = recipients_json(read);
    if (json_array_length(array) != read->recipients->len)
        abort();
    free(json_write(array));
    json_free(array);
    for (guint i = 0; i < read->recipients->len; i++)
        g_free(recipient_key_hash(g_ptr_array_index(read->recipients, i)));
    g_free(enveloped_data_content_hash(read));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const guint8 octets[32] = "0123456789abcdef0123456789ABCDE";
    GBytes *der = g_bytes_new(data, size);
    EnvelopedData *read = enveloped_data_read(der, NULL);
    if (read != NULL) {
        list(read);
        GBytes *key = g_bytes_new(octets, read->key_size);
        GBytes *text = enveloped_data_open(read, key, NULL);
        g_clear_pointer(&der, g_bytes_unref);
        GBytes *taken = enveloped_data_take(read, key, NULL);
        if ((text == NULL) != (taken == NULL) ||
            (text != NULL && !g_bytes_equal(text, taken)) ||
            (text != NULL && g_bytes_get_size(text) > size))
            abort();
        g_clear_pointer(&text, g_bytes_unref);
        g_clear_pointer(&taken, g_bytes_unref);
        g_bytes_unref(key);
    }
    g_clear_pointer(&der, g_bytes_unref);
    return 0;
}
