/* SECURITY §5: no false alarm on 500 honest messages; and each is read as its
 * maker meant it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "core/base/json.h"
#include "core/mime/gate.h"
#include "core/mime/headers.h"
#include "core/mime/view.h"
#include "core/mime/wrap.h"

#define COUNT 600

static const char *const roles[] = {"text", "html", "attachment", "signature",
                                    "encrypted"};

static void
same(guint number, const char *what, const char *got, const char *want)
{
    if (g_strcmp0(got, want) != 0)
        fail_msg("%u: %s: got %s, want %s", number, what, got, want);
}

static void
check_mailbox(guint number, const Mailbox *got, const Json *want)
{
    const char *name = json_text(json_array_item(want, 0));
    same(number, "name", got->name ? got->name : "", name);
    same(number, "address", got->address,
         json_text(json_array_item(want, 1)));
}

static void
check_headers(guint number, const Headers *headers, const Json *want)
{
    if (!headers_are_sound(headers))
        fail_msg("%u: not sound", number);
    g_autofree char *subject = headers_text(headers, "Subject");
    same(number, "subject", subject, json_get_text(want, "subject", NULL));
    gint64 date = 0;
    assert_true(headers_date(headers, &date));
    assert_true(date == 1795581000);
    g_autoptr(GPtrArray) from = headers_mailboxes(headers, "From");
    assert_int_equal(from->len, 1);
    check_mailbox(number, g_ptr_array_index(from, 0),
                  json_member(want, "from"));
    g_autoptr(GPtrArray) to = headers_mailboxes(headers, "To");
    const Json *people = json_member(want, "to");
    assert_int_equal(to->len, json_array_length(people));
    for (guint i = 0; i < to->len; i++)
        check_mailbox(number, g_ptr_array_index(to, i),
                      json_array_item(people, i));
}

static void
check_part(guint number, const Part *got, const Json *want)
{
    same(number, "path", got->path, json_get_text(want, "path", NULL));
    same(number, "type", got->type, json_get_text(want, "type", NULL));
    same(number, "role", roles[got->role], json_get_text(want, "role", NULL));
    same(number, "file", got->name, json_text(json_member(want, "name")));
    const char *text = json_text(json_member(want, "text"));
    gint64 size = 0;
    json_int(json_member(want, "size"), &size);
    if (got->role == PART_ATTACHMENT &&
        !g_str_has_prefix(got->type, "message/"))
        assert_int_equal(got->size, size);
    if (text == NULL)
        return;
    g_autofree char *shown = g_strchomp(g_strdup(got->text));
    g_autofree char *meant = g_strchomp(g_strdup(text));
    same(number, "text", shown, meant);
}

static void
check_parts(guint number, const View *view, const Json *want)
{
    const Json *parts = json_member(want, "parts");
    if (view->parts->len != json_array_length(parts))
        fail_msg("%u: %u parts", number, view->parts->len);
    if (view->remote)
        fail_msg("%u: remote", number);
    for (guint i = 0; i < view->parts->len; i++)
        check_part(number, g_ptr_array_index(view->parts, i),
                   json_array_item(parts, i));
}

static char *
load(const char *folder, guint number, const char *suffix, gsize *size)
{
    g_autofree char *path =
        g_strdup_printf("%s/%u.%s", folder, number, suffix);
    char *text = NULL;
    assert_true(g_file_get_contents(path, &text, size, NULL));
    return text;
}

static void
check_message(const char *folder, guint number)
{
    gsize size = 0, json_size = 0;
    g_autofree char *message = load(folder, number, "eml", &size);
    g_autofree char *json = load(folder, number, "json", &json_size);
    g_autoptr(Json) want = json_read(json, json_size, NULL);
    const guint8 *data = (const guint8 *)message;
    g_autoptr(GError) error = NULL;
    if (!gate_check(data, size, &error))
        fail_msg("%u: %s", number, error->message);
    g_autoptr(Layer) layer = layer_find(data, size);
    assert_int_equal(layer->kind, LAYER_NONE);
    assert_false(layer_is_errant(data, size));
    g_autoptr(Headers) headers = headers_parse(data, size);
    check_headers(number, headers, want);
    g_autoptr(View) view = view_build(data, size, NULL);
    check_parts(number, view, want);
}

static gboolean
run(const char *verb, const char *folder, const char *rest)
{
    g_autofree char *command =
        g_strdup_printf("%s '%s' %s", verb, folder, rest);
    const char *const argv[] = {"/bin/sh", "-c", command, NULL};
    int status = 1;
    return g_spawn_sync(NULL, (char **)(gsize)argv, NULL, G_SPAWN_DEFAULT,
                        NULL, NULL, NULL, NULL, &status, NULL) &&
           status == 0;
}

static void
honest_messages_raise_no_alarm_and_are_read_as_meant(void **state)
{
    g_autofree char *python = g_find_program_in_path("python3");
    if (python == NULL) {
        print_message("skipped: no python3\n");
        return;
    }
    g_autofree char *folder = g_dir_make_tmp("sceau-honest-XXXXXX", NULL);
    assert_true(run("python3 tests/mime/make_honest.py", folder, "600"));
    for (guint i = 0; i < COUNT; i++)
        check_message(folder, i);
    assert_true(run("rm -r", folder, ""));
}

/* Third-party messages: none is refused, whatever it is signed with. */
static void
corpus_messages_pass_the_gate(void **state)
{
    const char *corpora = g_getenv("SCEAU_CORPORA");
    if (corpora == NULL) {
        print_message("skipped: SCEAU_CORPORA is not set\n");
        return;
    }
    static const char *const names[] = {"rfc4134/4.8.eml", "rfc4134/4.9.eml",
                                        "rfc4134/5.3.eml"};
    static const LayerKind kinds[] = {LAYER_SIGNED, LAYER_OPAQUE,
                                      LAYER_OPAQUE};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(corpora, names[i], NULL);
        g_autofree char *text = NULL;
        gsize size = 0;
        assert_true(g_file_get_contents(path, &text, &size, NULL));
        const guint8 *data = (const guint8 *)text;
        assert_true(gate_check(data, size, NULL));
        g_autoptr(Layer) layer = layer_find(data, size);
        g_autoptr(GBytes) cms = layer_cms(layer, NULL);
        if (layer->kind != kinds[i] || cms == NULL)
            fail_msg("%s: kind %d", names[i], (int)layer->kind);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            honest_messages_raise_no_alarm_and_are_read_as_meant),
        cmocka_unit_test(corpus_messages_pass_the_gate),
    };
    return cmocka_run_group_tests_name("honest", tests, NULL, NULL);
}
