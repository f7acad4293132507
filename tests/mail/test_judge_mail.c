/* Fields, times, layers and parts around a good signature (SEC-16 to 20). */
#include "tests/mail/judge_test.h"

#define CLAIRE "From: Claire Fontaine <claire@demo.test>\r\n"
#define GOOD "verified verified -"
#define BAD "unprotected malformed malformed"

static void
sec_16_fields_must_be_sound(void **state)
{
    static const struct {
        const char *name, *fields, *want;
    } cases[] = {
        {"one From", CLAIRE, GOOD},
        {"i1: repeated From", CLAIRE "From: boss@demo.test\r\n", BAD},
        {"i1: repeated From, other case", CLAIRE "FROM: boss@demo.test\r\n",
         BAD},
        {"i2: two mailboxes", "From: claire@demo.test, boss@demo.test\r\n",
         BAD},
        {"i2: group", "From: Board: claire@demo.test;\r\n", BAD},
        {"i3: no From", "To: alice@demo.test\r\n", BAD},
        {"i3: empty From", "From:\r\n", BAD},
        {"i3: no address", "From: claire\r\n", BAD},
        {"repeated Subject", CLAIRE "Subject: a\r\nSubject: b\r\n", BAD},
        {"repeated Sender",
         CLAIRE "Sender: a@demo.test\r\nSender: b@demo.test\r\n", BAD},
        {"repeated To", CLAIRE "To: a@demo.test\r\nTo: b@demo.test\r\n", BAD},
        {"repeated MIME-Version", CLAIRE "MIME-Version: 1.0\r\n", BAD},
        {"repeated Content-Type", CLAIRE "Content-Type: text/plain\r\n",
         "unprotected none -"},
        {"address as name", "From: \"claire@demo.test\" <boss@demo.test>\r\n",
         "unprotected address-mismatch address-mismatch"},
    };
    People *people = *state;
    g_autoptr(GBytes) body = sign(people, "claire", ENTITY, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GBytes) message = message_of(people, cases[i].fields, body);
        expect_message(people, cases[i].name, message, cases[i].want);
    }
}

static void
sec_16_repeated_date_is_malformed(void **state)
{
    People *people = *state;
    g_autofree char *date = date_of(people->now);
    g_autofree char *fields = g_strdup_printf(
        CLAIRE "Date: %s\r\nDate: Mon, 1 Jan 2024 00:00:00 +0000\r\n", date);
    g_autoptr(GBytes) body = sign(people, "claire", ENTITY, NULL);
    g_autoptr(GBytes) message = message_of(people, fields, body);
    expect_message(people, "date", message, BAD);
}

/* A sender named elsewhere stands in for From, and for nothing else. */
static void
sec_16_a_given_sender_excuses_no_repeated_field(void **state)
{
    static const struct {
        const char *name, *fields, *want;
    } cases[] = {
        {"once", "Subject: a\r\n", GOOD},
        {"twice", "Subject: a\r\nSubject: b\r\n", BAD},
    };
    People *people = *state;
    g_autoptr(GBytes) body = sign(people, "claire", ENTITY, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GBytes) message = message_of(people, cases[i].fields, body);
        g_autoptr(Judgement) got =
            judge_at(people, message, people->now, people->now + 10,
                     "claire@demo.test");
        expect_judgement(cases[i].name, got, cases[i].want);
    }
}

/* Whoever carried it or is to be answered has no part in who signed it. */
static void
s16_only_from_is_compared(void **state)
{
    static const char *const fields[] = {
        "Return-Path: <bounce@elsewhere.test>\r\n" CLAIRE,
        CLAIRE "Sender: list@elsewhere.test\r\n",
        CLAIRE "Reply-To: other@elsewhere.test\r\n",
        CLAIRE "Resent-From: robert@demo.test\r\n",
    };
    People *people = *state;
    g_autoptr(GBytes) body = sign(people, "claire", ENTITY, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
        g_autoptr(GBytes) message = message_of(people, fields[i], body);
        expect_message(people, fields[i], message, GOOD);
    }
}

/* Claire's certificate, revoked at a moment of our choice. */
static Trust *
trust_revoking_claire(const People *people, gint64 moment)
{
    static const char script[] =
        "cd \"$1\"; when=$(LC_ALL=C date -u -d @$2 '+%Y-%m-%d %H:%M:%S'); "
        "printf 'crl_this_update_date = \"%s\"\\ncrl_revocation_date = "
        "\"%s\"\\ncrl_next_update = 365\\ncrl_number = 2\\n' \"$when\" "
        "\"$when\" >later.tmpl; certtool --generate-crl --load-ca-privkey "
        "ca/issuing.key --load-ca-certificate ca/issuing.pem --template "
        "later.tmpl --load-certificate ids/claire.pem --outfile later.crl";
    g_autofree char *when = g_strdup_printf("%" G_GINT64_FORMAT, moment);
    run((const char *const[]){"sh", "-ec", script, "sh", people->dir, when,
                              NULL},
        NULL);
    const TrustPolicy policy = TRUST_POLICY_DEFAULT;
    People later = *people;
    later.trust = trust_new(&policy);
    g_autoptr(GPtrArray) anchors = people_certs(people, "ca/root.pem");
    trust_add_anchor(later.trust, g_ptr_array_index(anchors, 0));
    people_crl(&later, "ca/root.crl");
    people_crl(&later, "later.crl");
    return later.trust;
}

/* The signing time is the signer's word: revocation is held to arrival. */
static void
sec_17_an_early_signing_time_escapes_no_revocation(void **state)
{
    static const struct {
        const char *name;
        gint64 arrival; /* after the signing time; revoked after an hour */
        const char *want;
    } cases[] = {
        {"arrived before", 60, GOOD},
        {"arrived after", 2 * 3600, "unprotected revoked revoked"},
        {"arrived days after", 20 * 86400, "unprotected revoked revoked"},
    };
    People *people = *state;
    g_autoptr(GBytes) body = sign(people, "claire", ENTITY, NULL);
    g_autoptr(GBytes) message = message_of(people, CLAIRE, body);
    gint64 signed_at = g_get_real_time() / G_USEC_PER_SEC;
    g_autoptr(Trust) trust = trust_revoking_claire(people, signed_at + 3600);
    People later = *people;
    later.trust = trust;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        gint64 arrival = signed_at + cases[i].arrival;
        g_autoptr(Judgement) got =
            judge_at(&later, message, arrival, arrival + 10, NULL);
        expect_judgement(cases[i].name, got, cases[i].want);
        /* What the verdict rests on, for the details. */
        assert_int_equal(got->revocation.how, REVOCATION_BY_LIST);
        assert_int_equal(got->revocation.revoked, i > 0);
        assert_int_equal(got->revocation.date, signed_at + 3600);
    }
}

static void
sec_17_times_agree(void **state)
{
    People *people = *state;
    const gint64 hour = 3600, day = 24 * hour;
    /* Relative to the moment of signing; without Date: G_MAXINT64. */
    const struct {
        const char *name;
        gint64 date, arrival, now;
        const char *want;
    } cases[] = {
        {"at once", 0, 0, 10, GOOD},
        {"23 hours before", -23 * hour, 0, 10, GOOD},
        {"25 hours before", -25 * hour, 0, 10,
         "unprotected verified time-skew"},
        {"23 hours after", 23 * hour, day, day, GOOD},
        {"25 hours after", 25 * hour, 2 * day, 2 * day,
         "unprotected verified time-skew"},
        {"kept for years", 0, 0, 300 * day, GOOD},
        {"replayed after months", 300 * day, 300 * day, 300 * day,
         "unprotected verified time-skew"},
        {"replayed after the CRLs ended", 700 * day, 700 * day, 700 * day,
         "unprotected unchecked unchecked,time-skew"},
        {"4 minutes ahead of us", 0, 0, -240, GOOD},
        {"6 minutes ahead of us", 0, 0, -360,
         "unprotected verified time-skew"},
        {"no date, arrived at once", G_MAXINT64, 60, 60, GOOD},
        {"no date, arrived late", G_MAXINT64, 2 * day, 2 * day,
         "unprotected verified time-skew"},
        {"arrived before the certificate", 0, -9000 * day, 10,
         "unprotected not-yet-valid not-yet-valid"},
    };
    g_autoptr(GBytes) body = sign(people, "claire", ENTITY, NULL);
    gint64 signed_at = g_get_real_time() / G_USEC_PER_SEC;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *date = date_of(
            signed_at + (cases[i].date == G_MAXINT64 ? 0 : cases[i].date));
        g_autofree char *fields =
            cases[i].date == G_MAXINT64
                ? g_strdup(CLAIRE "X-Date: none\r\n")
                : g_strdup_printf(CLAIRE "Date: %s\r\n", date);
        g_autoptr(GBytes) with_date = message_of(people, fields, body);
        g_autoptr(GString) text =
            g_string_new_len(g_bytes_get_data(with_date, NULL),
                             (gssize)g_bytes_get_size(with_date));
        if (cases[i].date == G_MAXINT64)
            g_string_replace(text, "\r\nDate:", "\r\nX-Other:", 1);
        g_autoptr(GBytes) message = g_bytes_new(text->str, text->len);
        g_autoptr(Judgement) got =
            judge_at(people, message, signed_at + cases[i].arrival,
                     signed_at + cases[i].now, NULL);
        expect_judgement(cases[i].name, got, cases[i].want);
    }
}

/* A body with fields in front, as one part of something larger. */
static char *
text_of(GBytes *bytes)
{
    return g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
}

static void
sec_19_only_the_envelope_counts(void **state)
{
    People *people = *state;
    g_autoptr(GBytes) body = sign(people, "claire", ENTITY, NULL);
    g_autoptr(GBytes) opaque =
        sign(people, "claire", ENTITY, "-nodetach", NULL);
    g_autofree char *detached = text_of(body);
    g_autofree char *enclosed = text_of(opaque);
    const char *mixed = "Content-Type: multipart/mixed; boundary=m\r\n\r\n";
    const struct {
        const char *name;
        char *text;
    } cases[] = {
        {"m1: list footer",
         g_strconcat(mixed, "--m\r\n", detached,
                     "\r\n--m\r\n\r\nThe list\r\n--m--\r\n", NULL)},
        {"m2: text before", g_strconcat(mixed, "--m\r\n\r\nPay\r\n--m\r\n",
                                        detached, "\r\n--m--\r\n", NULL)},
        {"m3: forwarded",
         g_strconcat(mixed,
                     "--m\r\n\r\nSee\r\n--m\r\n"
                     "Content-Type: message/rfc822\r\n\r\n" CLAIRE,
                     detached, "\r\n--m--\r\n", NULL)},
        {"m4: opaque beside text",
         g_strconcat(mixed, "--m\r\n\r\nPay\r\n--m\r\n", enclosed,
                     "\r\n--m--\r\n", NULL)},
        {"alone in mixed",
         g_strconcat(mixed, "--m\r\n", detached, "\r\n--m--\r\n", NULL)},
        {"a message as the whole",
         g_strconcat("Content-Type: message/rfc822\r\n\r\n" CLAIRE, detached,
                     NULL)},
        {"deep", g_strconcat(mixed,
                             "--m\r\nContent-Type: multipart/related; "
                             "boundary=r\r\n\r\n--r\r\n",
                             detached, "\r\n--r--\r\n--m--\r\n", NULL)},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GBytes) part =
            g_bytes_new_take(cases[i].text, strlen(cases[i].text));
        g_autoptr(GBytes) message = message_of(people, CLAIRE, part);
        expect_message(people, cases[i].name, message,
                       "unprotected none errant-layer");
    }
}

static void
text_after_the_signature_is_outside(void **state)
{
    People *people = *state;
    g_autoptr(GBytes) body = sign(people, "claire", ENTITY, NULL);
    g_autofree char *text = text_of(body);
    g_autofree char *more =
        g_strconcat(text, "\r\nUnsubscribe at the list\r\n", NULL);
    g_autoptr(GBytes) longer = text_bytes(more);
    g_autoptr(GBytes) message = message_of(people, CLAIRE, longer);
    expect_message(people, "epilogue", message,
                   "unprotected verified outside-signature");
}

static void
remote_parts_make_it_unprotected(void **state)
{
    static const struct {
        const char *name, *entity, *want;
    } cases[] = {
        {"text", ENTITY, GOOD},
        {"html",
         "Content-Type: text/html\r\n\r\n<p>Hello <b>Alice</b></p>\r\n",
         GOOD},
        {"remote image",
         "Content-Type: text/html\r\n\r\n"
         "<img src=\"https://track.example/p.png\">\r\n",
         "unprotected verified remote-content"},
    };
    People *people = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GBytes) body =
            sign(people, "claire", cases[i].entity, NULL);
        g_autoptr(GBytes) message = message_of(people, CLAIRE, body);
        expect_message(people, cases[i].name, message, cases[i].want);
    }
}

/* Edits outside the signed slice never change what is shown (SEC-20). */
static void
sec_20_what_is_hashed_is_what_is_shown(void **state)
{
    People *people = *state;
    g_autoptr(GBytes) body = sign(people, "claire", ENTITY, NULL);
    g_autoptr(GBytes) message = message_of(people, CLAIRE, body);
    g_autofree char *text = text_of(message);
    gsize size = strlen(text), begin, end;
    begin = (gsize)(strstr(text, ENTITY) - text);
    end = begin + strlen(ENTITY);
    const JudgeInput input = {.trust = people->trust,
                              .certs = people->certs,
                              .arrival = people->now,
                              .now = people->now + 10};
    g_autoptr(GRand) rand = g_rand_new_with_seed(20);
    for (guint i = 0; i < 400; i++) {
        g_autofree char *edited = g_strdup(text);
        gsize at = (gsize)g_rand_int_range(rand, 0, (gint32)size);
        edited[at] = (char)g_rand_int_range(rand, 1, 127);
        g_autoptr(GBytes) changed = g_bytes_new(edited, size);
        /* What is beyond the limits is not shown at all. */
        g_autoptr(Judgement) got = judge_message(changed, &input, NULL);
        if (got == NULL || !g_str_equal(got->state, "verified"))
            continue;
        assert_true(at < begin || at >= end || edited[at] == text[at]);
        assert_int_equal(g_bytes_get_size(got->payload), strlen(ENTITY));
        assert_memory_equal(g_bytes_get_data(got->payload, NULL), ENTITY,
                            strlen(ENTITY));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sec_16_fields_must_be_sound),
        cmocka_unit_test(sec_16_repeated_date_is_malformed),
        cmocka_unit_test(sec_16_a_given_sender_excuses_no_repeated_field),
        cmocka_unit_test(s16_only_from_is_compared),
        cmocka_unit_test(sec_17_times_agree),
        cmocka_unit_test(sec_17_an_early_signing_time_escapes_no_revocation),
        cmocka_unit_test(sec_19_only_the_envelope_counts),
        cmocka_unit_test(text_after_the_signature_is_outside),
        cmocka_unit_test(remote_parts_make_it_unprotected),
        cmocka_unit_test(sec_20_what_is_hashed_is_what_is_shown),
    };
    return cmocka_run_group_tests(tests, people_set_up, people_tear_down);
}
