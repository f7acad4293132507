/*
 * Honest messages of openssl, gpgsm and NSS, signed, encrypted and both, in
 * every combination: not one may be shown as less than it is. 63 of them, 504
 * with SCEAU_LONG.
 */
#include "core/mail/incoming_internal.h"
#include "tests/mail/gadget.h"

static const char *const entities[] = {
    "Content-Type: text/plain; charset=utf-8\r\n\r\nBonjour %u\r\n",
    "Content-Type: text/plain; charset=iso-8859-1\r\n"
    "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    "Bonjour %u =E9t=E9\r\n",
    "Content-Type: text/html\r\n\r\n<p>Bonjour %u<br><a href="
    "\"https://demo.test\">ici</a></p>\r\n",
    "Content-Type: multipart/alternative; boundary=\"=_a\"\r\n\r\n"
    "preamble\r\n--=_a\r\n\r\nBonjour %u\r\n--=_a\r\n"
    "Content-Type: text/html\r\n\r\n<b>Bonjour</b>\r\n--=_a--\r\n",
    "Content-Type: multipart/mixed; boundary=\"=_m\"\r\n\r\n--=_m\r\n"
    "Content-Type: text/plain; format=flowed\r\n\r\nBonjour %u \r\nagain\r\n"
    "-- \r\nMe\r\n--=_m\r\nContent-Type: application/octet-stream; "
    "name=a.bin\r\nContent-Transfer-Encoding: base64\r\n\r\nAAECAwQ=\r\n"
    "--=_m--\r\n",
    "Content-Type: text/plain\r\nX-Folded: a\r\n b\r\n\r\n"
    ".Bonjour %u\r\n..\r\nFrom me\r\n\ttrailing \t\r\n\r\n\r\n",
    "\r\nBonjour %u, without fields\r\n",
    "Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n"
    "Content-Type: multipart/related; boundary=i\r\n\r\n--i\r\n"
    "Content-Type: text/html\r\n\r\nBonjour %u<img src=cid:p@x>\r\n--i\r\n"
    "Content-Type: image/png\r\nContent-ID: <p@x>\r\n"
    "Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--i--\r\n"
    "--o\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\ny\r\n"
    "--o--\r\n",
};

typedef struct {
    const char *tool, *who;
    gboolean opaque;
} Signing;

static const Signing signings[] = {
    {NULL, "claire", FALSE},     {"openssl", "claire", FALSE},
    {"openssl", "claire", TRUE}, {"openssl", "robert", FALSE},
    {"gpgsm", "alice", FALSE},   {"nss", "alice", FALSE},
    {"nss", "claire", TRUE},
};

typedef struct {
    const char *tool, *cipher;
    gboolean signed_outside, authenticated;
} Sealing;

static const Sealing sealings[] = {
    {NULL, NULL, FALSE, FALSE},
    {"openssl", "-aes256", FALSE, FALSE},
    {"openssl", "-aes-128-cbc", FALSE, FALSE},
    {"openssl", "-aes-192-cbc", FALSE, FALSE},
    {"openssl", "-aes-256-gcm", FALSE, TRUE},
    {"openssl", "-aes-128-gcm", FALSE, TRUE},
    {"gpgsm", NULL, FALSE, FALSE},
    {"nss", NULL, FALSE, FALSE},
    {"openssl", "-aes256", TRUE, FALSE},
};

/* tests/interop/peers VERB-TOOL DIR WHO in out [opaque]: the output. */
static GBytes *
peer(const People *people, const char *verb, const char *tool,
     const char *who, GBytes *content, gboolean opaque)
{
    g_autofree char *name = g_strconcat(verb, "-", tool, NULL);
    g_autofree char *in = g_build_filename(people->dir, "content", NULL);
    assert_true(g_file_set_contents(in, g_bytes_get_data(content, NULL),
                                    (gssize)g_bytes_get_size(content), NULL));
    GBytes *out = NULL;
    run((const char *const[]){"tests/interop/peers", name, people->dir, who,
                              in, "<", opaque ? "opaque" : NULL, NULL},
        &out);
    return out;
}

static GBytes *
signed_by(const People *people, const Signing *signing, GBytes *entity)
{
    if (signing->tool == NULL)
        return g_bytes_ref(entity);
    g_autoptr(GBytes) cms = peer(people, "sign", signing->tool, signing->who,
                                 entity, signing->opaque);
    gsize size;
    const guint8 *data = g_bytes_get_data(cms, &size);
    if (signing->opaque)
        return entity_of_cms(data, size);
    g_autofree char *text = text_of(entity);
    g_autofree char *base64 = g_base64_encode(data, size);
    char *all = g_strconcat(
        "Content-Type: multipart/signed; micalg=sha-256;\r\n"
        " protocol=\"application/pkcs7-signature\"; boundary=\"--s\"\r\n\r\n"
        "This is signed.\r\n----s\r\n",
        text,
        "\r\n----s\r\nContent-Type: application/pkcs7-signature; "
        "name=smime.p7s\r\nContent-Transfer-Encoding: base64\r\n\r\n",
        base64, "\r\n----s--\r\n", NULL);
    return g_bytes_new_take(all, strlen(all));
}

static GBytes *
sealed_by(const People *people, const Sealing *sealing, GBytes *entity)
{
    if (sealing->tool == NULL)
        return g_bytes_ref(entity);
    if (sealing->cipher != NULL)
        return seal(people, entity, sealing->cipher);
    g_autoptr(GBytes) cms =
        peer(people, "encrypt", sealing->tool, "alice", entity, FALSE);
    gsize size;
    const guint8 *data = g_bytes_get_data(cms, &size);
    return entity_of_cms(data, size);
}

/* As a file of an old mailbox has it. */
static GBytes *
with_lf(GBytes *message)
{
    g_autofree char *text = text_of(message);
    g_auto(GStrv) lines = g_strsplit(text, "\r\n", -1);
    char *joined = g_strjoinv("\n", lines);
    return g_bytes_new_take(joined, strlen(joined));
}

static GBytes *
message_number(const People *people, guint i, const Signing *signing,
               const Sealing *sealing)
{
    const char *format = entities[(i * 5 + i / 63) % G_N_ELEMENTS(entities)];
    g_auto(GStrv) halves = g_strsplit(format, "%u", 2);
    g_autofree char *number = g_strdup_printf("%u", i);
    g_autofree char *text = g_strconcat(halves[0], number, halves[1], NULL);
    g_autoptr(GBytes) entity = text_bytes(text);
    g_autoptr(GBytes) inner = signed_by(people, signing, entity);
    g_autoptr(GBytes) sealed = sealed_by(people, sealing, inner);
    const Signing outer = {"openssl", signing->who, FALSE};
    g_autoptr(GBytes) body = sealing->signed_outside
                                 ? signed_by(people, &outer, sealed)
                                 : g_bytes_ref(sealed);
    g_autofree char *from =
        g_strdup_printf("From: Some One <%s@demo.test>\r\n"
                        "To: alice@demo.test\r\nSubject: =?utf-8?q?n=C2=B0?="
                        " %u\r\n",
                        signing->who, i);
    g_autoptr(GBytes) message = message_of(people, from, body);
    return i % 3 == 2 ? with_lf(message) : g_steal_pointer(&message);
}

static const char *
state_wanted(const Signing *signing, const Sealing *sealing)
{
    gboolean is_signed = signing->tool != NULL;
    if (sealing->tool != NULL)
        return is_signed ? "confidential" : "encrypted-unverified";
    return is_signed ? "verified" : "unprotected";
}

static gboolean
holds(const Incoming *got, const char *text)
{
    const GPtrArray *lists[] = {got->texts, got->htmls};
    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++)
        for (guint j = 0; j < lists[i]->len; j++)
            if (strstr(g_ptr_array_index(lists[i], j), text) != NULL)
                return TRUE;
    return FALSE;
}

static void
expect_honest(const People *people, guint i)
{
    const Signing *signing = &signings[i % G_N_ELEMENTS(signings)];
    const Sealing *sealing =
        &sealings[i / G_N_ELEMENTS(signings) % G_N_ELEMENTS(sealings)];
    g_autoptr(GBytes) message = message_number(people, i, signing, sealing);
    g_autoptr(GBytes) key = sealing->tool == NULL
                                ? NULL
                                : content_key_of(people, "alice", message);
    g_autoptr(GError) error = NULL;
    Judgement *judgement = judge_with(people, message, key, &error);
    if (judgement == NULL)
        fail_msg("%u: %s", i, error->message);
    g_autoptr(Incoming) got =
        incoming_of(message, people->now, judgement, &error);
    assert_non_null(got);
    g_autofree char *said = said_of(judgement);
    g_autofree char *number = g_strdup_printf("Bonjour %u", i);
    if (strcmp(judgement->state, state_wanted(signing, sealing)) != 0 ||
        judgement->reasons->len > 0 || !holds(got, number) ||
        got->html_allowed ==
            (sealing->tool != NULL && signing->tool == NULL &&
             !sealing->authenticated))
        fail_msg("%u, signed by %s (%s), encrypted by %s: %s", i,
                 signing->tool ? signing->tool : "nobody", signing->who,
                 sealing->tool ? sealing->tool : "nobody", said);
}

static void
honest_messages_raise_no_alarm(void **state)
{
    People *people = *state;
    guint count = g_getenv("SCEAU_LONG") != NULL ? 504 : 63;
    for (guint i = 0; i < count; i++) {
        /* Signed now: the clock goes on while hundreds are made. */
        people->now = g_get_real_time() / G_USEC_PER_SEC;
        expect_honest(people, i);
    }
    print_message("%u honest messages, no alarm\n", count);
}

static int
set_up(void **state)
{
    people_set_up(state);
    const People *people = *state;
    run((const char *const[]){"tests/interop/peers", "prepare", people->dir,
                              NULL},
        NULL);
    return 0;
}

static int
tear_down(void **state)
{
    const People *people = *state;
    run((const char *const[]){"tests/interop/peers", "end", people->dir,
                              NULL},
        NULL);
    return people_tear_down(state);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(honest_messages_raise_no_alarm),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
