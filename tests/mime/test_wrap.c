#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "core/mime/gate.h"
#include "core/mime/view.h"
#include "core/mime/wrap.h"

#define HEAD                                                                 \
    "From: a@b\n"                                                            \
    "Content-Type: multipart/signed; micalg=sha-256;\n"                      \
    " protocol=\"application/pkcs7-signature\"; boundary=\"b\"\n\n"
#define PART "Content-Type: text/plain\n\nhello\n"
#define SIG                                                                  \
    "Content-Type: application/pkcs7-signature; name=smime.p7s\n"            \
    "Content-Transfer-Encoding: base64\n\nAQID\n"

typedef struct {
    const char *name;
    const char *message;
    LayerKind kind;
    const char *payload;
    gboolean outside;
} Shape;

static const Shape shapes[] = {
    {"signed", HEAD "--b\n" PART "\n--b\n" SIG "--b--\n", LAYER_SIGNED, PART,
     FALSE},
    {"mbox line", "From a@b x\n" HEAD "--b\n" PART "\n--b\n" SIG "--b--\n",
     LAYER_SIGNED, PART, FALSE},
    {"preamble",
     HEAD "For readers without MIME\n\n--b\n" PART "\n--b\n" SIG "--b--\n",
     LAYER_SIGNED, PART, FALSE},
    {"white space behind delimiters",
     HEAD "--b \n" PART "\n--b\t\n" SIG "--b-- \n", LAYER_SIGNED, PART,
     FALSE},
    {"blank epilogue", HEAD "--b\n" PART "\n--b\n" SIG "--b--\n\n \n",
     LAYER_SIGNED, PART, FALSE},
    {"empty payload", HEAD "--b\n\n--b\n" SIG "--b--\n", LAYER_SIGNED, "",
     FALSE},
    {"no line end at the end", HEAD "--b\n" PART "\n--b\n" SIG "--b--",
     LAYER_SIGNED, PART, FALSE},
    {"longer delimiter inside",
     HEAD "--b\n--bx\n" PART "\n--b\n" SIG "--b--\n", LAYER_SIGNED,
     "--bx\n" PART, FALSE},
    {"x-pkcs7",
     "Content-Type: multipart/signed; protocol=\"application/x-pkcs7-"
     "signature\"; boundary=b\n\n--b\nx\n--b\nContent-Type: application/"
     "x-pkcs7-signature\n\nabc\n--b--\n",
     LAYER_SIGNED, "x", FALSE},
    {"epilogue", HEAD "--b\n" PART "\n--b\n" SIG "--b--\nvisit http://x\n",
     LAYER_SIGNED, PART, TRUE},
    {"one part", HEAD "--b\n" PART "--b--\n", LAYER_BROKEN, NULL, FALSE},
    {"no part", HEAD "nothing\n", LAYER_BROKEN, NULL, FALSE},
    {"three parts", HEAD "--b\n" PART "--b\n" PART "--b\n" SIG "--b--\n",
     LAYER_BROKEN, NULL, FALSE},
    {"three parts, the second a signature",
     HEAD "--b\n" PART "--b\n" SIG "--b\n" PART "--b--\n", LAYER_BROKEN, NULL,
     FALSE},
    {"signature first", HEAD "--b\n" SIG "--b\n" PART "--b--\n", LAYER_BROKEN,
     NULL, FALSE},
    {"signature of another kind",
     HEAD "--b\n" PART "--b\nContent-Type: text/plain\n\nx\n--b--\n",
     LAYER_BROKEN, NULL, FALSE},
    {"not closed", HEAD "--b\n" PART "--b\n" SIG, LAYER_BROKEN, NULL, FALSE},
    {"no boundary",
     "Content-Type: multipart/signed; protocol=\"application/pkcs7-"
     "signature\"\n\n--b\n",
     LAYER_BROKEN, NULL, FALSE},
    {"PGP",
     "Content-Type: multipart/signed; protocol=\"application/pgp-"
     "signature\"; boundary=b\n\n--b\nx\n--b\ny\n--b--\n",
     LAYER_NONE, NULL, FALSE},
    {"plain", "Content-Type: text/plain\n\nx", LAYER_NONE, NULL, FALSE},
    {"no header", "\nx", LAYER_NONE, NULL, FALSE},
    {"nothing", "", LAYER_NONE, NULL, FALSE},
    {"mixed around signed",
     "Content-Type: multipart/mixed; boundary=m\n\n--m\n" HEAD "--b\n" PART
     "--b\n" SIG "--b--\n--m--\n",
     LAYER_NONE, NULL, FALSE},
    {"opaque", "Content-Type: application/pkcs7-mime\n\nabc", LAYER_OPAQUE,
     NULL, FALSE},
    {"x-opaque", "Content-Type: Application/X-PKCS7-MIME; name=x\n\nabc",
     LAYER_OPAQUE, NULL, FALSE},
    {"octets called p7m",
     "Content-Type: application/octet-stream; name=SMIME.P7M\n\nabc",
     LAYER_OPAQUE, NULL, FALSE},
    {"octets called p7m by disposition",
     "Content-Type: application/octet-stream\nContent-Disposition: "
     "attachment; filename=\"smime.p7m\"\n\nabc",
     LAYER_OPAQUE, NULL, FALSE},
    {"octets", "Content-Type: application/octet-stream\n\nabc", LAYER_NONE,
     NULL, FALSE},
};

static GString *
with_crlf(const char *text)
{
    GString *out = g_string_new(NULL);
    for (; *text != '\0'; text++)
        g_string_append(out, *text == '\n' ? "\r\n" : (char[]){*text, 0});
    return out;
}

static void
check_shape(const Shape *shape, const char *message, const char *payload)
{
    g_autoptr(Layer) layer =
        layer_find((const guint8 *)message, strlen(message));
    if (layer->kind != shape->kind || layer->outside != shape->outside)
        fail_msg("%s: kind %d, outside %d", shape->name, (int)layer->kind,
                 layer->outside);
    if (payload == NULL)
        return;
    g_autofree char *got =
        g_strndup((const char *)layer->payload, layer->payload_size);
    if (strcmp(got, payload) != 0)
        fail_msg("%s: payload %s", shape->name, got);
    g_autoptr(GBytes) cms = layer_cms(layer, NULL);
    if (cms == NULL || g_bytes_get_size(cms) != 3)
        fail_msg("%s: signature not decoded", shape->name);
}

static void
sec_10_shapes_are_told_apart_with_either_line_end(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(shapes); i++) {
        const Shape *shape = &shapes[i];
        check_shape(shape, shape->message, shape->payload);
        g_autoptr(GString) message = with_crlf(shape->message);
        g_autoptr(GString) payload =
            with_crlf(shape->payload ? shape->payload : "");
        check_shape(shape, message->str,
                    shape->payload ? payload->str : NULL);
    }
}

static const struct {
    const char *name;
    const char *encoding;
    const char *body;
    const char *want; /* NULL: not decodable */
} bodies[] = {
    {"base64", "base64", "YWJj\nZGVm\n", "abcdef"},
    {"one byte", "base64", "YQ==\n", "a"},
    {"two bytes", "BASE64", "YWI=", "ab"},
    {"missing padding", "base64", "YWI", "ab"},
    {"spaces", "base64", " Y W\tJ\r\nj ", "abc"},
    {"junk", "base64", "YW*j", NULL},
    {"text behind padding", "base64", "YQ==YQ==", NULL},
    {"empty", "base64", "\r\n", NULL},
    {"quoted-printable", "quoted-printable", "a=62c=\nd", "abcd"},
    {"binary", "binary", "ab\nc", "ab\nc"},
};

static void
cms_is_decoded_or_refused(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(bodies); i++) {
        g_autofree char *message =
            g_strdup_printf("Content-Type: application/pkcs7-mime\n"
                            "Content-Transfer-Encoding: %s\n\n%s",
                            bodies[i].encoding, bodies[i].body);
        g_autoptr(Layer) layer =
            layer_find((const guint8 *)message, strlen(message));
        g_autoptr(GBytes) cms = layer_cms(layer, NULL);
        const char *want = bodies[i].want;
        if ((cms == NULL) != (want == NULL))
            fail_msg("%s", bodies[i].name);
        if (cms == NULL)
            continue;
        g_autoptr(GBytes) bytes = g_bytes_new_static(want, strlen(want));
        if (!g_bytes_equal(cms, bytes))
            fail_msg("%s: other bytes", bodies[i].name);
    }
}

static void
count_forgotten(const guint8 *data, gsize size)
{
    assert_true(size <= 1024 * 1024);
    g_assert(data != NULL);
}

static void
large_base64_decodes_as_glib_does(void **state)
{
    gsize size = 3 * 1024 * 1024 + 1;
    g_autofree guint8 *data = g_malloc(size);
    for (gsize i = 0; i < size; i++)
        data[i] = (guint8)(i * 2654435761u >> 13);
    g_autofree char *code = g_base64_encode(data, size);
    g_autoptr(GString) message =
        g_string_new("Content-Type: application/pkcs7-mime\n"
                     "Content-Transfer-Encoding: base64\n\n");
    for (gsize at = 0; at < strlen(code); at += 76)
        g_string_append_printf(message, "%.76s\r\n", code + at);
    g_autoptr(Layer) layer =
        layer_find((const guint8 *)message->str, message->len);
    g_autoptr(GBytes) cms = layer_cms(layer, count_forgotten);
    assert_int_equal(g_bytes_get_size(cms), size);
    assert_memory_equal(g_bytes_get_data(cms, NULL), data, size);
}

#define MIXED "Content-Type: multipart/mixed; boundary=m\n\n--m\n"

static const struct {
    const char *name;
    const char *message;
    gboolean errant;
} places[] = {
    {"signed itself", HEAD "--b\n" PART "--b\n" SIG "--b--\n", FALSE},
    {"opaque itself",
     "Content-Type: application/pkcs7-mime; smime-type=signed-data\n\nx",
     FALSE},
    {"plain", "Content-Type: text/plain\n\nx", FALSE},
    {"signed below mixed (list footer)",
     MIXED HEAD "--b\n" PART "--b\n" SIG "--b--\n--m\n\nfooter\n--m--\n",
     TRUE},
    {"forwarded",
     MIXED "Content-Type: message/rfc822\n\n" HEAD "--b\n" PART "--b\n" SIG
           "--b--\n--m--\n",
     TRUE},
    {"encrypted below mixed",
     MIXED "Content-Type: application/pkcs7-mime; smime-type=enveloped-"
           "data\n\nx\n--m--\n",
     TRUE},
    {"two levels down",
     MIXED "Content-Type: multipart/alternative; boundary=n\n\n--n\n"
           "Content-Type: application/x-pkcs7-mime\n\nx\n--n--\n--m--\n",
     TRUE},
    {"certificates below mixed",
     MIXED "Content-Type: application/pkcs7-mime; smime-type=certs-only\n\n"
           "x\n--m--\n",
     FALSE},
    {"words in a text",
     MIXED "Content-Type: text/plain\n\nContent-Type: application/pkcs7-"
           "mime\n--m--\n",
     FALSE},
};

static void
sec_19_layers_below_others_are_errant(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
        const char *message = places[i].message;
        if (layer_is_errant((const guint8 *)message, strlen(message)) !=
            places[i].errant)
            fail_msg("%s", places[i].name);
    }
}

/* SEC-20: bytes outside the slice never change what is shown of it. */
static void
sec_20_edits_outside_the_payload_change_nothing_shown(void **state)
{
    static const char message[] =
        HEAD "preamble\n--b\n" PART "\n--b\n" SIG "--b--\nepilogue\n";
    gsize size = sizeof message - 1;
    gsize from = (gsize)(strstr(message, PART) - message);
    g_autoptr(GRand) random = g_rand_new_with_seed(20);
    for (guint i = 0; i < 20000; i++) {
        g_autofree guint8 *edited = g_memdup2(message, size);
        gsize at = (gsize)g_rand_int_range(random, 0, (gint32)size);
        if (at >= from && at < from + strlen(PART))
            continue;
        edited[at] = (guint8)g_rand_int_range(random, 0, 256);
        if (!gate_check(edited, size, NULL))
            continue;
        g_autoptr(Layer) layer = layer_find(edited, size);
        if (layer->kind != LAYER_SIGNED)
            continue;
        g_autoptr(View) view =
            view_build(layer->payload, layer->payload_size, NULL);
        const Part *part = g_ptr_array_index(view->parts, 0);
        if (layer->payload_size == strlen(PART)) {
            assert_int_equal(view->parts->len, 1);
            assert_string_equal(part->text, "hello\n");
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sec_10_shapes_are_told_apart_with_either_line_end),
        cmocka_unit_test(cms_is_decoded_or_refused),
        cmocka_unit_test(large_base64_decodes_as_glib_does),
        cmocka_unit_test(sec_19_layers_below_others_are_errant),
        cmocka_unit_test(
            sec_20_edits_outside_the_payload_change_nothing_shown),
    };
    return cmocka_run_group_tests_name("wrap", tests, NULL, NULL);
}
