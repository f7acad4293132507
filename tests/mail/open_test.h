/*
 * Encrypted messages for the tests of judge, incoming and reply: sealed by
 * openssl here and now, their content keys unwrapped by openssl too, as the
 * browser's vault would.
 */
#ifndef SCEAU_TESTS_MAIL_OPEN_TEST_H
#define SCEAU_TESTS_MAIL_OPEN_TEST_H

#include "core/mail/recipients.h"
#include "tests/mail/judge_test.h"

#define CLAIRE "From: Claire Fontaine <claire@demo.test>\r\n"

G_GNUC_UNUSED static char *
text_of(GBytes *bytes)
{
    gsize size;
    const char *data = g_bytes_get_data(bytes, &size);
    return g_strndup(data, size);
}

/* people_set_up(), and alice as the one who reads. */
G_GNUC_UNUSED static GPtrArray *
readers_of(const People *people, const char *who)
{
    g_autofree char *name = g_strdup_printf("ids/%s.pem", who);
    return people_certs(people, name);
}

static char *
person_file(const People *people, const char *who, const char *suffix)
{
    return g_strdup_printf("%s/ids/%s%s", people->dir, who, suffix);
}

/* An S/MIME entity encrypted to alice; cipher "-aes256", "-aes-256-gcm" …;
 * more: one more argument of openssl, or NULL. */
G_GNUC_UNUSED static GBytes *
seal_with(const People *people, GBytes *entity, const char *cipher,
          const char *more)
{
    g_autofree char *in = g_strdup_printf("%s/plain", people->dir);
    g_autofree char *to = person_file(people, "alice", ".pem");
    assert_true(g_file_set_contents(in, g_bytes_get_data(entity, NULL),
                                    (gssize)g_bytes_get_size(entity), NULL));
    const char *const argv[] = {
        "openssl", "cms", "-encrypt", "-binary", cipher, "-in", in,
        "-out",    "<",   "-recip",   to,        more,   NULL};
    GBytes *out = NULL;
    run(argv, &out);
    return out;
}

G_GNUC_UNUSED static GBytes *
seal(const People *people, GBytes *entity, const char *cipher)
{
    return seal_with(people, entity, cipher, NULL);
}

G_GNUC_UNUSED static GBytes *
seal_text(const People *people, const char *entity, const char *cipher)
{
    g_autoptr(GBytes) bytes = text_bytes(entity);
    return seal(people, bytes, cipher);
}

/* openssl pkeyutl -decrypt with who's key. */
static GBytes *
unwrap(const People *people, const char *who, Span encrypted_key)
{
    g_autofree char *in = g_strdup_printf("%s/wrapped", people->dir);
    g_autofree char *key = person_file(people, who, ".key");
    assert_true(g_file_set_contents(in, (const char *)encrypted_key.data,
                                    (gssize)encrypted_key.size, NULL));
    GBytes *out = NULL;
    run((const char *const[]){"openssl", "pkeyutl", "-decrypt", "-inkey", key,
                              "-in", in, "-out", "<", NULL},
        &out);
    return out;
}

/* The content key of the first encrypted layer, for who. */
G_GNUC_UNUSED static GBytes *
content_key_of(const People *people, const char *who, GBytes *message)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) cms = NULL;
    g_autoptr(GPtrArray) certs = readers_of(people, who);
    if (!recipients_find_layer(message, NULL, &cms, &error))
        fail_msg("%s", error->message);
    assert_non_null(cms);
    g_autoptr(EnvelopedData) data = enveloped_data_read(cms, &error);
    if (data == NULL)
        fail_msg("%s", error->message);
    for (guint i = 0; i < data->recipients->len; i++) {
        const Recipient *one = g_ptr_array_index(data->recipients, i);
        if (recipient_is_for(one, g_ptr_array_index(certs, 0)))
            return unwrap(people, who, one->encrypted_key);
    }
    fail_msg("nothing for %s", who);
    return NULL;
}

static Judgement *
judge_with(const People *people, GBytes *message, GBytes *key, GError **error)
{
    g_autoptr(GPtrArray) readers = readers_of(people, "alice");
    const JudgeInput input = {.trust = people->trust,
                              .certs = people->certs,
                              .arrival = people->now,
                              .now = people->now + 10,
                              .readers = readers,
                              .content_key = key};
    return judge_message(message, &input, error);
}

G_GNUC_UNUSED static Judgement *
judge_opened(const People *people, GBytes *message)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) key = content_key_of(people, "alice", message);
    Judgement *got = judge_with(people, message, key, &error);
    if (got == NULL)
        fail_msg("%s", error->message);
    return got;
}

/* "state signature encryption [reasons] kind:algorithm:verdict …" */
static char *
said_of(const Judgement *got)
{
    g_autoptr(GString) said = g_string_new(NULL);
    g_autofree char *reasons = reasons_of(got);
    g_string_append_printf(said, "%s %s %s [%s]", got->state, got->signature,
                           got->encryption, reasons);
    for (guint i = 0; i < got->layers->len; i++) {
        const JudgedLayer *layer = g_ptr_array_index(got->layers, i);
        g_string_append_printf(said, " %s:%s:%s", layer->kind,
                               layer->algorithm ? layer->algorithm : "?",
                               layer->verdict ? layer->verdict : "-");
    }
    return g_string_free(g_steal_pointer(&said), FALSE);
}

G_GNUC_UNUSED static void
expect_opened(const People *people, const char *name, GBytes *body,
              const char *want)
{
    g_autoptr(GBytes) message = message_of(people, CLAIRE, body);
    g_autoptr(Judgement) got = judge_opened(people, message);
    g_autofree char *said = said_of(got);
    if (!g_str_equal(said, want))
        fail_msg("%s: got \"%s\", want \"%s\"", name, said, want);
}

/* A CompressedData entity (RFC 3274) around content, by Python's zlib. */
G_GNUC_UNUSED static GBytes *
compress(const People *people, GBytes *content)
{
    static const char script[] =
        "import sys,zlib,base64\n"
        "def tlv(tag,body):\n"
        " n=len(body)\n"
        " l=bytes([n]) if n<128 else (lambda b:bytes([128|len(b)])+b)("
        "n.to_bytes((n.bit_length()+7)//8,'big'))\n"
        " return bytes([tag])+l+body\n"
        "z=zlib.compress(open(sys.argv[1],'rb').read())\n"
        "oid=lambda h:tlv(6,bytes.fromhex(h))\n"
        "inner=tlv(48,oid('2a864886f70d010701')+tlv(160,tlv(4,z)))\n"
        "body=tlv(48,tlv(2,b'\\0')+tlv(48,oid('2a864886f70d0109100308'))"
        "+inner)\n"
        "all=tlv(48,oid('2a864886f70d0109100109')+tlv(160,body))\n"
        "open(sys.argv[2],'wb').write(b'Content-Type: "
        "application/pkcs7-mime; smime-type=compressed-data\\r\\n"
        "Content-Transfer-Encoding: base64\\r\\n\\r\\n'"
        "+base64.encodebytes(all))\n";
    g_autofree char *in = g_strdup_printf("%s/plain", people->dir);
    assert_true(g_file_set_contents(in, g_bytes_get_data(content, NULL),
                                    (gssize)g_bytes_get_size(content), NULL));
    GBytes *out = NULL;
    run((const char *const[]){"python3", "-c", script, in, "<", NULL}, &out);
    return out;
}

#endif
