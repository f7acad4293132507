#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "tests/mime/vectors.h"

static void
compare(const char *name, const char *got, const char *want)
{
    if (strcmp(got, want) == 0)
        return;
    fail_msg("%s: got\n%s\nwant\n%s", name, got, want);
}

static void
check_vector(const char *name, const Json *vector, Draft *draft)
{
    const char *boundary = json_get_text(vector, "boundary", NULL);
    g_autoptr(GError) error = NULL;
    if (draft->to->len + draft->cc->len + draft->bcc->len > 0)
        assert_true(draft_check(draft, &error));
    g_autoptr(Entity) signed_part =
        entity_build_with(draft, vector_protect(vector), boundary, &error);
    g_autoptr(Entity) plain =
        entity_build_with(draft, PROTECT_NONE, boundary, &error);
    assert_non_null(signed_part);
    assert_non_null(plain);

    g_autoptr(GString) got = entity_string(signed_part);
    compare(name, got->str, json_get_text(vector, "expected", NULL));
    assert_int_equal(entity_size(signed_part), got->len);
    g_autofree char *digest = g_compute_checksum_for_string(
        G_CHECKSUM_SHA256, got->str, (gssize)got->len);
    assert_string_equal(digest, json_get_text(vector, "sha256", NULL));

    g_autoptr(GString) unprotected = entity_string(plain);
    compare(name, unprotected->str, json_get_text(vector, "unsigned", NULL));
}

static void
entity_is_byte_exact_for_every_vector(void **state)
{
    assert_true(vectors_each(check_vector) >= 65);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entity_is_byte_exact_for_every_vector),
    };
    return cmocka_run_group_tests_name("entity", tests, NULL, NULL);
}
