/*
 * Messages for the judge's tests, signed by openssl here and now with the
 * demonstration's people, and what to expect of each.
 */
#ifndef SCEAU_TESTS_MAIL_JUDGE_TEST_H
#define SCEAU_TESTS_MAIL_JUDGE_TEST_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "core/mail/judge.h"
#include "core/pki/trust.h"

#define ENTITY "Content-Type: text/plain\r\n\r\nHello Alice\r\n"

typedef struct {
    char *dir;
    Trust *trust;
    GPtrArray *certs; /* the issuing authority */
    gint64 now;
} People;

/* Runs a program; "<" among its arguments is a file that it writes. */
static void
run(const char *const *argv, GBytes **output)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path =
        g_build_filename(g_get_tmp_dir(), "sceau-XXXXXX", NULL);
    g_autofree char *out = NULL, *problem = NULL, *text = NULL;
    int status = 1, fd = g_mkstemp(path);
    gsize size;
    g_autoptr(GPtrArray) all = g_ptr_array_new();
    for (; *argv != NULL; argv++)
        g_ptr_array_add(all, (gpointer)(gsize)(**argv == '<' ? path : *argv));
    g_ptr_array_add(all, NULL);
    if (!g_spawn_sync(NULL, (char **)all->pdata, NULL, G_SPAWN_SEARCH_PATH,
                      NULL, NULL, &out, &problem, &status, &error) ||
        status != 0)
        fail_msg("%s: %s", (char *)all->pdata[0],
                 error == NULL ? problem : error->message);
    if (output != NULL) {
        assert_true(g_file_get_contents(path, &text, &size, NULL));
        *output = g_bytes_new(text, size);
    }
    g_unlink(path);
    close(fd);
}

static GPtrArray *
people_certs(const People *people, const char *name)
{
    g_autofree char *path = g_build_filename(people->dir, name, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(GMappedFile) map = g_mapped_file_new(path, FALSE, &error);
    g_autoptr(GBytes) bytes = map ? g_mapped_file_get_bytes(map) : NULL;
    GPtrArray *certs = bytes ? cert_parse_file(bytes, &error) : NULL;
    if (certs == NULL)
        fail_msg("%s: %s", path, error->message);
    return certs;
}

static void
people_crl(People *people, const char *name)
{
    g_autofree char *path = g_build_filename(people->dir, name, NULL);
    g_autofree char *text = NULL;
    gsize size;
    assert_true(g_file_get_contents(path, &text, &size, NULL));
    g_autoptr(GBytes) bytes = g_bytes_new(text, size);
    assert_true(trust_add_crls(people->trust, bytes, NULL));
}

static int
people_set_up(void **state)
{
    const TrustPolicy policy = TRUST_POLICY_DEFAULT;
    People *people = g_new0(People, 1);
    people->dir = g_dir_make_tmp("sceau-judge-XXXXXX", NULL);
    assert_non_null(people->dir);
    run((const char *const[]){"deploy/demo/identities", people->dir, NULL},
        NULL);
    run((const char *const[]){"tests/mail/identities", people->dir, NULL},
        NULL);
    people->trust = trust_new(&policy);
    g_autoptr(GPtrArray) anchors = people_certs(people, "ca/root.pem");
    trust_add_anchor(people->trust, g_ptr_array_index(anchors, 0));
    people_crl(people, "ca/issuing.crl");
    people_crl(people, "ca/root.crl");
    people->certs = people_certs(people, "ca/issuing.pem");
    people->now = g_get_real_time() / G_USEC_PER_SEC;
    *state = people;
    return 0;
}

static int
people_tear_down(void **state)
{
    People *people = *state;
    run((const char *const[]){"rm", "-rf", people->dir, NULL}, NULL);
    trust_free(people->trust);
    g_ptr_array_unref(people->certs);
    g_free(people->dir);
    g_free(people);
    return 0;
}

/* openssl cms -sign as who, with up to four more arguments; the output of
 * -outform SMIME is a message without fields, that of DER is bare. */
G_GNUC_UNUSED static GBytes *
sign(const People *people, const char *who, const char *entity, ...)
{
    g_autofree char *cert =
        g_strdup_printf("%s/ids/%s.pem", people->dir, who);
    g_autofree char *key = g_strdup_printf("%s/ids/%s.key", people->dir, who);
    g_autofree char *issuing =
        g_strdup_printf("%s/ca/issuing.pem", people->dir);
    g_autofree char *in = g_strdup_printf("%s/entity", people->dir);
    assert_true(g_file_set_contents(in, entity, -1, NULL));
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    const char *const usual[] = {
        "openssl", "cms", "-sign",   "-signer",   cert,    "-inkey", key,
        "-in",     in,    "-binary", "-certfile", issuing, "-out",   "<"};
    for (gsize i = 0; i < G_N_ELEMENTS(usual); i++)
        g_ptr_array_add(argv, (gpointer)(gsize)usual[i]);
    va_list list;
    char *more;
    va_start(list, entity);
    while ((more = va_arg(list, char *)) != NULL)
        g_ptr_array_add(argv, more);
    va_end(list);
    g_ptr_array_add(argv, NULL);
    GBytes *out = NULL;
    run((const char *const *)argv->pdata, &out);
    return out;
}

static char *
date_of(gint64 time)
{
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(time);
    return g_date_time_format(date, "%a, %d %b %Y %H:%M:%S +0000");
}

/* fields, then Date unless they hold one, then body, which begins with
 * Content-Type or MIME-Version. */
G_GNUC_UNUSED static GBytes *
message_of(const People *people, const char *fields, GBytes *body)
{
    g_autofree char *date = date_of(people->now);
    g_autoptr(GString) out = g_string_new(fields);
    if (strstr(fields, "Date:") == NULL)
        g_string_append_printf(out, "Date: %s\r\n", date);
    gsize size;
    const char *data = g_bytes_get_data(body, &size);
    g_string_append_len(out, data, (gssize)size);
    return g_string_free_to_bytes(g_steal_pointer(&out));
}

G_GNUC_UNUSED static GBytes *
text_bytes(const char *text)
{
    return g_bytes_new(text, strlen(text));
}

static char *
reasons_of(const Judgement *judgement)
{
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; i < judgement->reasons->len; i++)
        g_string_append_printf(
            out, "%s%s", i == 0 ? "" : ",",
            (const char *)g_ptr_array_index(judgement->reasons, i));
    return g_string_free(g_steal_pointer(&out), FALSE);
}

G_GNUC_UNUSED static Judgement *
judge_at(const People *people, GBytes *message, gint64 arrival, gint64 now,
         const char *from)
{
    g_autoptr(GError) error = NULL;
    JudgeInput input = {.trust = people->trust,
                        .certs = people->certs,
                        .arrival = arrival,
                        .now = now,
                        .from = from};
    Judgement *judgement = judge_message(message, &input, &error);
    if (judgement == NULL)
        fail_msg("%s", error->message);
    return judgement;
}

/* want: "state signature reasons", reasons "-" for none. */
G_GNUC_UNUSED static void
expect_judgement(const char *name, const Judgement *got, const char *want)
{
    g_autofree char *reasons = reasons_of(got);
    g_autofree char *said =
        g_strdup_printf("%s %s %s", got->state, got->signature,
                        *reasons == '\0' ? "-" : reasons);
    if (!g_str_equal(said, want))
        fail_msg("%s: got \"%s\", want \"%s\"", name, said, want);
}

G_GNUC_UNUSED static void
expect_message(const People *people, const char *name, GBytes *message,
               const char *want)
{
    g_autoptr(Judgement) got =
        judge_at(people, message, people->now, people->now + 10, NULL);
    expect_judgement(name, got, want);
}

#endif
