/* HTML as text: whatever the HTML, what comes out is text that a page can
 * show and a mail can carry. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/mime/html_text.h"
#include "core/mime/legacy.h"
#include "core/mime/names.h"
#include "core/mime/remote.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *raw = g_strndup((const char *)data, size);
    g_autofree char *html = g_utf8_make_valid(raw, -1);
    gboolean hidden = FALSE;
    g_autofree char *text = html_to_text(html, &hidden);
    g_assert(g_utf8_validate(text, -1, NULL));
    for (const char *at = text; *at != '\0'; at = utf8_next(at)) {
        gunichar c = g_utf8_get_char(at);
        g_assert(c == '\n' || !char_is_hidden(c));
    }
    html_has_remote(html);
    g_autofree char *dropped = legacy_drop_html(html);
    g_assert(strlen(dropped) <= strlen(html));
    const char *kept = legacy_skip_text(html);
    g_assert(kept >= html && kept <= html + strlen(html));
    return 0;
}
