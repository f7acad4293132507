#include "tests/base/expect.h"

#include "fcgi/i18n.h"

/* A .mo file of two texts, made by hand: header, two tables, texts. */
static GByteArray *
mo_new(gboolean swapped)
{
    static const char texts[] = "Inbox\0Sent\0Reception\0Envoyes";
    const guint32 base = 28 + 32;
    const guint32 words[] = {0x950412deU, 0, 2,         28,   28 + 16,
                             0,           0, 5,         base, 4,
                             base + 6,    9, base + 11, 7,    base + 21};
    GByteArray *mo = g_byte_array_new();
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        guint32 word = swapped ? GUINT32_SWAP_LE_BE(words[i]) : words[i];
        g_byte_array_append(mo, (const guint8 *)&word, 4);
    }
    g_byte_array_append(mo, (const guint8 *)texts, sizeof texts);
    return mo;
}

static void
a_catalogue_is_read_in_both_byte_orders(void **state)
{
    for (gboolean swapped = FALSE; swapped <= TRUE; swapped++) {
        g_autoptr(GByteArray) mo = mo_new(swapped);
        g_autoptr(GError) error = NULL;
        g_autoptr(Catalogue) got = catalogue_parse(mo->data, mo->len, &error);
        expect_fine(got != NULL, error, "catalogue");
        assert_string_equal(catalogue_text(got, "Inbox"), "Reception");
        assert_string_equal(catalogue_text(got, "Sent"), "Envoyes");
        assert_string_equal(catalogue_text(got, "Trash"), "Trash");
    }
}

static void
without_a_catalogue_the_msgid_is_the_text(void **state)
{
    assert_string_equal(catalogue_text(NULL, "Inbox"), "Inbox");
}

/* Any cut, and any byte changed, gives an answer and reads nothing else. */
static void
a_damaged_catalogue_is_refused_or_read_within_its_bounds(void **state)
{
    g_autoptr(GByteArray) mo = mo_new(FALSE);
    for (gsize size = 0; size < mo->len - 1; size++) {
        g_autofree guint8 *copy = g_memdup2(mo->data, MAX(size, 1));
        g_autoptr(Catalogue) got = catalogue_parse(copy, size, NULL);
        if (got != NULL)
            fail_msg("cut at %u was taken", (guint)size);
    }
    for (gsize at = 0; at < mo->len; at++) {
        for (guint bit = 0; bit < 8; bit++) {
            g_autofree guint8 *copy = g_memdup2(mo->data, mo->len);
            copy[at] ^= (guint8)(1 << bit);
            g_autoptr(Catalogue) got = catalogue_parse(copy, mo->len, NULL);
            if (got != NULL)
                catalogue_text(got, "Inbox");
        }
    }
}

static void
the_language_is_the_best_that_is_known(void **state)
{
    static const struct {
        const char *accept, *want;
    } cases[] = {
        {NULL, "en"},
        {"", "en"},
        {"fr", "fr"},
        {"fr-CA", "fr"},
        {"FR", "fr"},
        {"de", "en"},
        {"de, fr;q=0.5", "fr"},
        {"en;q=0.3, fr;q=0.8", "fr"},
        {"fr;q=0.3, en;q=0.8", "en"},
        {"fr;q=0", "en"},
        {"fry", "en"},
        {"fr;q=x", "en"},
        {"*", "en"},
        {"fr-FR,fr;q=0.9,en-US;q=0.8,en;q=0.7", "fr"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        if (strcmp(language_choose(cases[i].accept), cases[i].want) != 0)
            fail_msg("%s", cases[i].accept);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_catalogue_is_read_in_both_byte_orders),
        cmocka_unit_test(without_a_catalogue_the_msgid_is_the_text),
        cmocka_unit_test(
            a_damaged_catalogue_is_refused_or_read_within_its_bounds),
        cmocka_unit_test(the_language_is_the_best_that_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
