#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "core/base/error.h"
#include "core/mime/gate.h"

/* The sanitizers cost time and memory of their own. */
#ifdef __SANITIZE_ADDRESS__
#define MOST_US 1000000
#define MOST_KIB (512 * 1024)
#else
#define MOST_US 50000
#define MOST_KIB (32 * 1024)
#endif

/* A message of head, then unit count times, then tail. */
static GString *
repeated(const char *head, const char *unit, guint count, const char *tail)
{
    GString *out = g_string_new(head);
    for (guint i = 0; i < count; i++)
        g_string_append(out, unit);
    g_string_append(out, tail);
    return out;
}

static gboolean
passes(const GString *message, GError **error)
{
    return gate_check((const guint8 *)message->str, message->len, error);
}

typedef struct {
    const char *name;
    const char *head, *unit;
    guint most; /* passes with so many units, not with one more */
    const char *tail;
} Bound;

static void
check_bound(const Bound *bound)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) most =
        repeated(bound->head, bound->unit, bound->most, bound->tail);
    if (!passes(most, &error))
        fail_msg("%s: %u refused: %s", bound->name, bound->most,
                 error->message);
    g_autoptr(GString) more =
        repeated(bound->head, bound->unit, bound->most + 1, bound->tail);
    if (passes(more, &error))
        fail_msg("%s: %u passed", bound->name, bound->most + 1);
    if (!g_error_matches(error, APP_ERROR, APP_ERROR_TOO_COMPLEX))
        fail_msg("%s: %s", bound->name, error->message);
}

static void
sec_01_header_bounds_hold_to_the_unit(void **state)
{
    static const Bound bounds[] = {
        {"fields", "", "a: b\r\n", 1000, "\r\nx"},
        {"a field", "A:", "x", 16 * 1024 - 4, "\r\n\r\n"},
        {"a folded field", "A:", " x\r\n", 4095, "\r\n"},
        {"addresses", "To: a@b", ",\n a@b", 1999, "\n\n"},
        {"groups", "To: ", "a:", 16, "\n\n"},
        {"groups in Sender", "Sender: ", "a:", 16, "\n\n"},
        {"groups after a quote", "To: \"", "a:", 16, "\n\n"},
        {"groups in Resent-Cc", "Resent-Cc: ", "a:", 16, "\n\n"},
        {"groups in a part", "Content-Type: message/rfc822\n\nTo: ", "a:", 16,
         "\n\n"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(bounds); i++)
        check_bound(&bounds[i]);
}

static void
sec_01_header_block_is_at_most_256_kib(void **state)
{
    g_autofree char *field = g_strnfill(1022, 'x');
    memcpy(field, "A:", 2);
    g_autofree char *line = g_strconcat(field, "\r\n", NULL);
    const Bound bound = {"header", "", line, 255, "\r\nbody"};
    check_bound(&bound);
}

static void
sec_01_message_is_at_most_50_mib(void **state)
{
    gsize most = 50 * 1024 * 1024;
    g_autofree guint8 *data = g_malloc0(most + 1);
    memcpy(data, "A: b\n\n", 6);
    g_autoptr(GError) error = NULL;
    assert_true(gate_check(data, most, &error));
    assert_false(gate_check(data, most + 1, &error));
    assert_true(g_error_matches(error, APP_ERROR, APP_ERROR_TOO_LARGE));
}

static void
sec_02_parts_are_at_most_1000(void **state)
{
    static const Bound bounds[] = {
        {"parts", "Content-Type: multipart/mixed; boundary=x\n\n",
         "--x\n\n\n", 1000, "--x--\n"},
        {"parts, CRLF, quoted",
         "Content-Type: multipart/mixed;\r\n boundary=\"x y\"\r\n\r\n",
         "--x y \r\nA: b\r\n\r\n\r\n", 1000, ""},
        {"parts without a body",
         "Content-Type: multipart/mixed; boundary=x\n\n", "--x\n", 1000, ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(bounds); i++)
        check_bound(&bounds[i]);
}

static GString *
nested(guint depth)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < depth; i++)
        g_string_append_printf(
            out,
            "Content-Type: multipart/mixed; boundary=\"b%u.\"\n\n--b%u.\n", i,
            i);
    g_string_append(out, "\ntext\n");
    return out;
}

static void
sec_02_depth_is_at_most_32(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) most = nested(32);
    assert_true(passes(most, &error));
    g_autoptr(GString) more = nested(33);
    assert_false(passes(more, &error));

    const Bound messages = {"messages", "",
                            "Content-Type: message/rfc822\n\n", 32, "text\n"};
    check_bound(&messages);
    const Bound digests = {
        "digest", "Content-Type: multipart/digest; boundary=x\n\n--x\n\n",
        "Content-Type: message/rfc822\n\n", 30, "text\n"};
    check_bound(&digests);
}

static void
sec_02_closed_levels_do_not_count(void **state)
{
    g_autoptr(GString) out =
        g_string_new("Content-Type: multipart/mixed; boundary=o\n\n");
    for (guint i = 0; i < 200; i++)
        g_string_append_printf(
            out,
            "--o\nContent-Type: multipart/alternative; boundary=i%u\n\n"
            "--i%u\n\na\n--i%u\n\nb\n--i%u--\n",
            i, i, i, i);
    g_autoptr(GError) error = NULL;
    assert_true(passes(out, &error));
}

static const struct {
    const char *name;
    const char *value;
    gboolean passes;
} boundaries[] = {
    {"token", "multipart/mixed; boundary=abc", TRUE},
    {"no quotes, equals sign", "multipart/mixed; boundary==_abc", TRUE},
    {"quoted", "multipart/mixed; boundary=\"=_a b:c\"", TRUE},
    {"upper case", "Multipart/Mixed; BOUNDARY=\"a\"", TRUE},
    {"spaces", "multipart/mixed; boundary = \"a\"", TRUE},
    {"in a name", "text/plain; name=\"my boundary.txt\"", TRUE},
    {"twice", "multipart/mixed; boundary=a; boundary=b", FALSE},
    {"RFC 2231 piece", "multipart/mixed; boundary*0=a", FALSE},
    {"RFC 2231 charset", "multipart/mixed; boundary*=us''a", FALSE},
    {"comment before", "multipart/mixed; boundary(a)=b", FALSE},
    {"comment behind", "multipart/mixed; boundary=(a)b", FALSE},
    {"escape", "multipart/mixed; boundary=\"a\\b\"", FALSE},
    {"encoded word", "multipart/mixed; boundary=\"=?x?q?a?=\"", FALSE},
    {"8 bit", "multipart/mixed; boundary=\"\xc3\xa9\"", FALSE},
};

static void
sec_02_boundaries_read_differently_are_refused(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(boundaries); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GString) message = g_string_new(NULL);
        g_string_printf(message, "Content-Type: %s\n\nbody\n",
                        boundaries[i].value);
        if (passes(message, &error) != boundaries[i].passes)
            fail_msg("%s: %s", boundaries[i].name,
                     error ? error->message : "ok");
    }
}

/* Of this thread: other programs on the machine do not count. */
static gint64
cpu_us(void)
{
    struct timespec spent;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
    return spent.tv_sec * G_USEC_PER_SEC + spent.tv_nsec / 1000;
}

static gint64
resident_kib(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

/* Generators of everything the limits were made against: all are answered at
 * once and without memory. */
static const struct {
    const char *name;
    const char *head, *unit;
    guint count;
    const char *tail;
    gboolean passes;
} generators[] = {
    {"empty parts", "Content-Type: multipart/mixed; boundary=x\n\n",
     "--x\n\n", 300000, "", FALSE},
    {"82 kB of groups", "To: ", "a:", 41000, "\n\n", FALSE},
    {"stray quotes", "To: ", "\",", 40000, "\n\n", FALSE},
    {"one field", "To: ", "x", 5000000, "\n\n", FALSE},
    {"fields", "", "a:b\n", 1000000, "\n", FALSE},
    {"no field", "", "a\n", 1000000, "\n", FALSE},
    {"continuations", "A: b\n", " \n", 1000000, "\n", FALSE},
    {"dashes in a text", "Subject: x\n\n", "--\n", 1000000, "", TRUE},
    {"delimiters of another",
     "Content-Type: multipart/mixed; boundary=x"
     "\n\n--x\n\n",
     "--y\n", 1000000, "\n--x--\n", TRUE},
    {"closing delimiters", "Content-Type: multipart/mixed; boundary=x\n\n",
     "--x--\n", 1000000, "", TRUE},
    {"boundaries", "", "Content-Type: a/b; boundary=x\n", 1000, "\n", FALSE},
    {"parameters", "Content-Type: multipart/mixed", ";a=b", 1000000, "\n\n",
     FALSE},
    {"comments", "To: ", "(", 1000000, "\n\n", FALSE},
};

static void
sec_02_generator_sweep_answers_in_50_ms_and_32_mib(void **state)
{
    gint64 before = resident_kib();
    for (gsize i = 0; i < G_N_ELEMENTS(generators); i++) {
        g_autoptr(GString) message =
            repeated(generators[i].head, generators[i].unit,
                     generators[i].count, generators[i].tail);
        g_autoptr(GError) error = NULL;
        gint64 start = cpu_us();
        gboolean got = passes(message, &error);
        gint64 took = cpu_us() - start;
        if (got != generators[i].passes)
            fail_msg("%s: %s", generators[i].name,
                     error ? error->message : "ok");
        if (took > MOST_US)
            fail_msg("%s: %d ms", generators[i].name, (int)(took / 1000));
    }
    /* The largest generator itself is 5 MB. */
    assert_true(resident_kib() - before < MOST_KIB);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sec_01_header_bounds_hold_to_the_unit),
        cmocka_unit_test(sec_01_header_block_is_at_most_256_kib),
        cmocka_unit_test(sec_01_message_is_at_most_50_mib),
        cmocka_unit_test(sec_02_parts_are_at_most_1000),
        cmocka_unit_test(sec_02_depth_is_at_most_32),
        cmocka_unit_test(sec_02_closed_levels_do_not_count),
        cmocka_unit_test(sec_02_boundaries_read_differently_are_refused),
        cmocka_unit_test(sec_02_generator_sweep_answers_in_50_ms_and_32_mib),
    };
    return cmocka_run_group_tests_name("gate", tests, NULL, NULL);
}
