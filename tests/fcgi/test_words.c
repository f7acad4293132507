/*
 * Every text that a person can read is translated: those of the templates,
 * found by compiling them, and those that C marks with N_("…").
 */
#include "tests/base/expect.h"

#include "fcgi/messages.h"
#include "fcgi/site.h"

/* The catalogue as msgfmt makes it, checked by it too. */
static int
setup(void **state)
{
    g_autofree char *folder = temporary_folder();
    g_autofree char *path = g_build_filename(folder, "fr.mo", NULL);
    const char *const argv[] = {
        "msgfmt", "-c", "-o", path, "templates/po/fr.po", NULL};
    int status = 0;
    g_autoptr(GError) error = NULL;
    gboolean ok =
        g_spawn_sync(NULL, (char **)(guintptr)argv, NULL, G_SPAWN_SEARCH_PATH,
                     NULL, NULL, NULL, NULL, &status, &error);
    expect_fine(ok && status == 0, error, "msgfmt");
    *state = catalogue_load(path, &error);
    expect_fine(*state != NULL, error, "catalogue");
    remove_folder(folder);
    return 0;
}

static int
teardown(void **state)
{
    catalogue_free(*state);
    return 0;
}

typedef struct {
    const Catalogue *words;
    GString *missing;
    guint count;
} Search;

/* A translation has the holes of its msgid, no more and no less. */
static gboolean
same_holes(const char *a, const char *b)
{
    for (const char *hole = strstr(a, "%{"); hole != NULL;
         hole = strstr(hole + 1, "%{")) {
        const char *close = strchr(hole, '}');
        if (close == NULL)
            return FALSE;
        g_autofree char *text = g_strndup(hole, (gsize)(close - hole) + 1);
        if (strstr(b, text) == NULL)
            return FALSE;
    }
    return TRUE;
}

static void
look(gpointer user, const char *msgid)
{
    Search *search = user;
    const char *text = catalogue_text(search->words, msgid);
    search->count++;
    /* What is not found comes back as the very same pointer. */
    if (text == msgid)
        g_string_append_printf(search->missing, "\n  %s", msgid);
    else if (!same_holes(msgid, text) || !same_holes(text, msgid))
        g_string_append_printf(search->missing, "\n  holes of %s", msgid);
}

static void
finish(Search *search, guint least)
{
    if (search->missing->len > 0)
        fail_msg("without French:%s", search->missing->str);
    assert_true(search->count >= least);
    g_string_free(search->missing, TRUE);
}

static void
every_word_of_the_templates_is_french_too(void **state)
{
    Search search = {*state, g_string_new(NULL), 0};
    for (const char *const *page = site_page_names(); *page != NULL; page++) {
        g_autoptr(GError) error = NULL;
        expect_fine(template_words(*page, template_from_folder, "templates",
                                   look, &search, &error),
                    error, *page);
    }
    finish(&search, 100);
}

/* "one" "two" of C, joined and without escapes. */
static char *
c_text(const char *at)
{
    GString *out = g_string_new(NULL);
    for (;;) {
        at += strspn(at, " \n\t");
        if (*at != '"')
            return g_string_free(out, FALSE);
        for (at++; *at != '"'; at++) {
            if (*at == '\\')
                at++;
            g_string_append_c(out, *at);
        }
        at++;
    }
}

static void
look_in_file(Search *search, const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autofree char *text = NULL;
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    for (const char *at = strstr(text, "N_("); at != NULL;
         at = strstr(at + 1, "N_(")) {
        g_autofree char *msgid = c_text(at + 3);
        if (*msgid != '\0')
            look(search, msgid);
    }
}

static void
every_word_of_c_is_french_too(void **state)
{
    static const char *const folders[] = {"fcgi", "fcgi/pages",
                                          "fcgi/pages/admin", "core/admin"};
    Search search = {*state, g_string_new(NULL), 0};
    for (gsize i = 0; i < G_N_ELEMENTS(folders); i++) {
        g_autoptr(GDir) dir = g_dir_open(folders[i], 0, NULL);
        const char *name;
        while ((name = g_dir_read_name(dir)) != NULL)
            if (g_str_has_suffix(name, ".c"))
                look_in_file(&search, folders[i], name);
    }
    finish(&search, 80);
}

static void
every_error_has_words(void **state)
{
    for (int code = APP_ERROR_INPUT; code <= APP_ERROR_INTERNAL; code++) {
        g_autoptr(GError) error =
            g_error_new_literal(APP_ERROR, code, "something");
        const Message *message = message_for(error);
        if (message->code != (AppError)code)
            fail_msg("no words for %s", app_error_name((AppError)code));
        assert_true(message->status >= 400 && message->status < 600);
        assert_string_not_equal(message_phrase(message->status), "Error");
        assert_ptr_equal(message_named(app_error_name((AppError)code)),
                         message);
    }
    assert_null(message_named("none"));
    assert_null(message_named(NULL));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_word_of_the_templates_is_french_too),
        cmocka_unit_test(every_word_of_c_is_french_too),
        cmocka_unit_test(every_error_has_words),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
