/* SEC-15: which certificate names which mailbox. */
#include "tests/pki/forge_cert.h"

#define SMTP_UTF8 "1.3.6.1.5.5.7.8.9"
#define XMPP "1.3.6.1.5.5.7.8.5"

typedef enum {
    MAIL,     /* rfc822Name */
    UTF8,     /* SmtpUTF8Mailbox */
    IA5_UTF8, /* SmtpUTF8Mailbox with the wrong type of text */
    OTHER,    /* another otherName */
    DNS,
    URI,
    SUBJECT_MAIL, /* emailAddress of the subject, nothing else */
    SUBJECT_CN,
} Place;

typedef struct {
    const char *name;
    Place place;
    const char *certified;
    const char *address;
    gboolean want;
    gsize size; /* of certified, when it has a NUL */
} AddressCase;

static GBytes *
bytes_of(const AddressCase *it)
{
    gsize size = it->size ? it->size : strlen(it->certified);
    return g_bytes_new(it->certified, size);
}

static GBytes *
alt_name(const AddressCase *it)
{
    switch (it->place) {
    case MAIL:
        return wrap(GENERAL_EMAIL, bytes_of(it), NULL);
    case UTF8:
        return other_name(SMTP_UTF8, DER_UTF8_STRING, bytes_of(it));
    case IA5_UTF8:
        return other_name(SMTP_UTF8, DER_IA5_STRING, bytes_of(it));
    case OTHER:
        return other_name(XMPP, DER_UTF8_STRING, bytes_of(it));
    case DNS:
        return wrap(GENERAL_DNS, bytes_of(it), NULL);
    case URI:
        return wrap(GENERAL_URI, bytes_of(it), NULL);
    case SUBJECT_MAIL:
    case SUBJECT_CN:
        return NULL;
    }
    g_assert_not_reached();
}

static GBytes *
subject(const AddressCase *it)
{
    const char *type =
        it->place == SUBJECT_MAIL ? NAME_EMAIL : NAME_COMMON_NAME;
    if (it->place != SUBJECT_MAIL && it->place != SUBJECT_CN)
        return dn("Ana");
    return wrap(DER_SEQUENCE, attribute(type, DER_UTF8_STRING, it->certified),
                NULL);
}

static void
run_addresses(const AddressCase *cases, gsize n)
{
    g_autoptr(Key) key = ec_key_new();
    for (gsize i = 0; i < n; i++) {
        CertSpec spec = {.subject = subject(&cases[i]), .key = key};
        GBytes *name = alt_name(&cases[i]);
        if (name != NULL)
            spec.extensions[0] = ext_alt(name);
        g_autoptr(Cert) cert = forge(&spec);
        if (cert_has_address(cert, cases[i].address) != cases[i].want)
            fail_msg("%s: %s %s", cases[i].name, cases[i].address,
                     cases[i].want ? "is refused" : "matches");
    }
}

static void
sec_15_mailboxes_of_ascii(void **state)
{
    static const AddressCase cases[] = {
        {"same", MAIL, "ana@example.org", "ana@example.org", TRUE, 0},
        {"local part in capitals", MAIL, "Ana@example.org", "aNA@example.org",
         TRUE, 0},
        {"domain in capitals", MAIL, "ana@EXAMPLE.org", "ana@example.ORG",
         TRUE, 0},
        {"another local part", MAIL, "ana@example.org", "anna@example.org",
         FALSE, 0},
        {"another domain", MAIL, "ana@example.org", "ana@example.com", FALSE,
         0},
        {"domain below", MAIL, "ana@example.org", "ana@mail.example.org",
         FALSE, 0},
        {"domain above", MAIL, "ana@mail.example.org", "ana@example.org",
         FALSE, 0},
        {"domain that ends alike", MAIL, "ana@example.org",
         "ana@badexample.org", FALSE, 0},
        {"final dot", MAIL, "ana@example.org", "ana@example.org.", FALSE, 0},
        {"tag", MAIL, "ana@example.org", "ana+x@example.org", FALSE, 0},
        {"dots in the local part", MAIL, "a.na@example.org",
         "ana@example.org", FALSE, 0},
        {"star for the local part", MAIL, "*@example.org", "ana@example.org",
         FALSE, 0},
        {"star for the domain", MAIL, "ana@*.org", "ana@example.org", FALSE,
         0},
        {"domain alone", MAIL, "example.org", "ana@example.org", FALSE, 0},
        {"at sign and domain", MAIL, "@example.org", "@example.org", FALSE,
         0},
        {"empty domain", MAIL, "ana@", "ana@", FALSE, 0},
        {"empty", MAIL, "ana@example.org", "", FALSE, 0},
        {"prefix", MAIL, "ana@example.org", "ana@example.or", FALSE, 0},
        {"space behind", MAIL, "ana@example.org ", "ana@example.org", FALSE,
         0},
        {"NUL behind", MAIL, "ana@example.org\0.evil", "ana@example.org",
         FALSE, 21},
        {"NUL within", MAIL, "ana\0@example.org", "ana@example.org", FALSE,
         16},
        {"line end behind", MAIL, "ana@example.org\n", "ana@example.org",
         FALSE, 0},
        {"tab within", MAIL, "a\tna@example.org", "a\tna@example.org", FALSE,
         0},
        {"angle brackets", MAIL, "<ana@example.org>", "ana@example.org",
         FALSE, 0},
        {"two at signs, last counts", MAIL, "ana@example.org@evil.org",
         "ana@example.org", FALSE, 0},
        {"quoted local part", MAIL, "\"a b\"@example.org",
         "\"a b\"@example.org", TRUE, 0},
        {"address literal", MAIL, "ana@[192.0.2.1]", "ana@[192.0.2.1]", TRUE,
         0},
    };
    run_addresses(cases, G_N_ELEMENTS(cases));
}

#define ZOE "zo\303\253"        /* composed */
#define ZOE_PARTS "zoe\314\210" /* decomposed */
#define BUECHER "b\303\274cher.example"
#define BUECHER_CAPITALS "B\303\234CHER.example"

static void
sec_15_international_mailboxes(void **state)
{
    static const AddressCase cases[] = {
        {"A-label for U-label", MAIL, "ana@xn--bcher-kva.example",
         "ana@" BUECHER, TRUE, 0},
        {"A-label in capitals", MAIL, "ana@XN--BCHER-KVA.example",
         "ana@" BUECHER_CAPITALS, TRUE, 0},
        {"non-ASCII in rfc822Name", MAIL, ZOE "@example.org",
         ZOE "@example.org", FALSE, 0},
        {"U-label in rfc822Name", MAIL, "ana@" BUECHER, "ana@" BUECHER, FALSE,
         0},
        {"SmtpUTF8Mailbox", UTF8, ZOE "@example.org", ZOE "@example.org",
         TRUE, 0},
        {"its ASCII letters in capitals", UTF8, ZOE "@example.org",
         "ZO\303\253@example.org", TRUE, 0},
        {"its other letters in capitals", UTF8, ZOE "@example.org",
         "zo\303\213@example.org", FALSE, 0},
        {"another normal form", UTF8, ZOE "@example.org",
         ZOE_PARTS "@example.org", FALSE, 0},
        {"U-label for A-label", UTF8, ZOE "@" BUECHER,
         ZOE "@xn--bcher-kva.example", TRUE, 0},
        {"A-label for U-label there too", UTF8, ZOE "@xn--bcher-kva.example",
         ZOE "@" BUECHER, TRUE, 0},
        {"lookalike in Cyrillic", MAIL, "ana@example.org",
         "\320\260na@example.org", FALSE, 0},
        {"lookalike in the domain", MAIL, "ana@example.org",
         "ana@ex\320\260mple.org", FALSE, 0},
        {"sharp s is not ss", MAIL, "ana@strasse.example",
         "ana@stra\303\237e.example", FALSE, 0},
        {"control of 8 bits", UTF8, "zo\302\205@example.org",
         "zo\302\205@example.org", FALSE, 0},
        {"broken UTF-8", UTF8, "zo\303@example.org", "zo\303@example.org",
         FALSE, 0},
        {"NUL in SmtpUTF8Mailbox", UTF8, ZOE "@example.org\0x",
         ZOE "@example.org", FALSE, 18},
        {"IA5String in SmtpUTF8Mailbox", IA5_UTF8, "ana@example.org",
         "ana@example.org", FALSE, 0},
    };
    run_addresses(cases, G_N_ELEMENTS(cases));
}

static void
sec_15_other_places_never_count(void **state)
{
    static const AddressCase cases[] = {
        {"emailAddress of the subject", SUBJECT_MAIL, "ana@example.org",
         "ana@example.org", FALSE, 0},
        {"common name", SUBJECT_CN, "ana@example.org", "ana@example.org",
         FALSE, 0},
        {"another otherName", OTHER, "ana@example.org", "ana@example.org",
         FALSE, 0},
        {"host name", DNS, "ana@example.org", "ana@example.org", FALSE, 0},
        {"URI", URI, "mailto:ana@example.org", "ana@example.org", FALSE, 0},
    };
    run_addresses(cases, G_N_ELEMENTS(cases));
}

static void
addresses_are_those_that_can_match(void **state)
{
    g_autoptr(Key) key = ec_key_new();
    g_autoptr(Cert) cert = forge(
        &(CertSpec){.subject = dn("Ana"),
                    .key = key,
                    .extensions = {extension(
                        "2.5.29.17", FALSE,
                        wrap(DER_SEQUENCE, mail_name("ana@example.org"),
                             wrap(GENERAL_DNS, raw("example.org"), NULL),
                             mail_name("a\nb@example.org"),
                             other_name(SMTP_UTF8, DER_UTF8_STRING,
                                        raw(ZOE "@example.org")),
                             NULL))}});
    const char *const *got = cert_addresses(cert);
    assert_string_equal(got[0], "ana@example.org");
    assert_string_equal(got[1], ZOE "@example.org");
    assert_null(got[2]);
    assert_true(cert_has_address(cert, "ANA@example.org"));
    assert_true(cert_has_address(cert, ZOE "@example.org"));
}

/* Whatever compares equal has one key, and nothing else has it. */
static void
sec_15_one_key_for_a_mailbox(void **state)
{
    static const struct {
        const char *name, *address, *want;
    } cases[] = {
        {"as it is", "ana@example.org", "ana@example.org"},
        {"case", "Ana@EXAMPLE.org", "ana@example.org"},
        {"A-labels",
         "ana@B\xc3\xbc"
         "cher.example",
         "ana@xn--bcher-kva.example"},
        {"the same in A-labels", "ana@XN--bcher-kva.example",
         "ana@xn--bcher-kva.example"},
        {"beyond ASCII by bytes", ZOE "@example.org", ZOE "@example.org"},
        {"two at signs", "a@b@example.org", "a@b@example.org"},
        {"no domain", "ana@", NULL},
        {"nobody", "@example.org", NULL},
        {"a word", "ana", NULL},
        {"empty", "", NULL},
        {"control character", "a\nna@example.org", NULL},
        {"a letter that is a space too", "0@\xce\x85", NULL},
        {"not UTF-8", "a\xff@example.org", NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got = cert_address_key(cases[i].address);
        if (g_strcmp0(got, cases[i].want) != 0)
            fail_msg("%s: got %s", cases[i].name, got ? got : "nothing");
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sec_15_mailboxes_of_ascii),
        cmocka_unit_test(sec_15_international_mailboxes),
        cmocka_unit_test(sec_15_other_places_never_count),
        cmocka_unit_test(sec_15_one_key_for_a_mailbox),
        cmocka_unit_test(addresses_are_those_that_can_match),
    };
    return cmocka_run_group_tests_name("addresses", tests, NULL, NULL);
}
