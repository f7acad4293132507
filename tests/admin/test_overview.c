/* Figures against rows that are known, and who may see them. */
#include "core/admin/overview.h"

#include "core/admin/metrics.h"
#include "core/store/own_cert.h"
#include "core/store/tally.h"
#include "tests/admin/office_test.h"

#define DAY (24 * 3600)

static void
own(Db *db, gint64 account, const char *kid, gint64 not_after)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) der = g_bytes_new_static("0", 1);
    expect_fine(own_cert_save(db, account, kid, der, der, NOW, &error) &&
                    own_cert_set_end(db, kid, not_after, &error),
                error, kid);
}

static void
tally(Db *db, const char *name, gint64 when, guint times)
{
    g_autoptr(GError) error = NULL;
    while (times-- > 0)
        expect_fine(tally_add(db, name, when, &error), error, name);
}

static Overview *
look(const Fixture *self, gint64 who)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Account) account =
        who != 0 ? account_load(self->db, who, NULL) : NULL;
    const Office office = office_of(self->db, account);
    Overview *overview = overview_new(&office, &error);
    expect_fine(overview != NULL, error, "overview");
    return overview;
}

/* A renewal counts, not what it renews; what has ended is past. */
static void
the_last_certificate_of_each_person_counts(void **state)
{
    const Fixture *self = *state;
    gint64 eve = new_account(self->db, "eve@other.test");
    own(self->db, self->alice, "a1", NOW + 10 * DAY);
    own(self->db, self->alice, "a2", NOW + 400 * DAY);
    own(self->db, self->bob, "b1", NOW + 45 * DAY);
    own(self->db, self->bob, "b0", NOW - DAY);
    own(self->db, eve, "e1", NOW + 30 * DAY - 1);
    g_autoptr(Overview) got = look(self, 0);
    assert_int_equal(got->ending_30, 1);
    assert_int_equal(got->ending_60, 2);
    assert_int_equal(got->ending->len, 2);
    const FigureEnd *first = g_ptr_array_index(got->ending, 0);
    assert_string_equal(first->address, "eve@other.test");
}

static void
figures_of_people_are_of_ones_domains(void **state)
{
    const Fixture *self = *state;
    g_autoptr(GError) error = NULL;
    gint64 eve = new_account(self->db, "eve@other.test");
    own(self->db, self->alice, "a1", NOW + DAY);
    own(self->db, eve, "e1", NOW + DAY);
    assert_true(
        account_set_allowed(self->db, "alice@demo.test", TRUE, NOW, &error));
    gint64 admin = new_officer(self->db, "root@demo.test", ROLE_ADMINISTRATOR,
                               "demo.test");
    g_autoptr(Overview) all = look(self, 0);
    g_autoptr(Overview) own_domain = look(self, admin);
    assert_int_equal(all->ending_30, 2);
    assert_int_equal(own_domain->ending_30, 1);
    assert_int_equal(all->accounts.forbidden, 3);
    assert_int_equal(own_domain->accounts.forbidden, 2);
    assert_int_equal(own_domain->accounts.off, 1);
    assert_int_equal(own_domain->accounts.on, 0);

    gint64 help =
        new_officer(self->db, "help@demo.test", ROLE_HELPDESK, "demo.test");
    g_autoptr(Account) who = account_load(self->db, help, NULL);
    const Office office = office_of(self->db, who);
    g_autoptr(Overview) refused = overview_new(&office, &error);
    assert_null(refused);
    expect_app_error(error, APP_ERROR_FORBIDDEN, "helpdesk");
}

static void
shares_and_failures_are_of_thirty_days(void **state)
{
    const Fixture *self = *state;
    tally(self->db, "sent", NOW, 5);
    tally(self->db, "sent-signed", NOW, 3);
    tally(self->db, "sent-encrypted", NOW, 1);
    tally(self->db, "sent", NOW - 29 * DAY, 2);
    tally(self->db, "sent", NOW - 30 * DAY, 7);
    tally(self->db, "failure-store", NOW, 1);
    tally(self->db, "failure-unreachable", NOW - 3 * DAY, 4);
    tally(self->db, "failure-refused", NOW - 30 * DAY, 9);
    g_autoptr(Overview) got = look(self, 0);
    assert_int_equal(got->sent[OVERVIEW_DAYS - 1], 5);
    assert_int_equal(got->is_signed[OVERVIEW_DAYS - 1], 3);
    assert_int_equal(got->encrypted[OVERVIEW_DAYS - 1], 1);
    assert_int_equal(got->sent[0], 2);
    assert_int_equal(got->failures->len, 2);
    const Tally *most = g_ptr_array_index(got->failures, 0);
    assert_string_equal(most->name, "unreachable");
    assert_int_equal(most->count, 4);
}

/* Read by a strict reader of the format, and no person is in it. */
static void
metrics_are_read_strictly(void **state)
{
    const Fixture *self = *state;
    g_autoptr(GError) error = NULL;
    tally(self->db, "sent", NOW, 5);
    tally(self->db, "sent-signed", NOW, 3);
    tally(self->db, "sent-encrypted", NOW - 90 * DAY, 1);
    tally(self->db, "failure-unreachable", NOW, 2);
    tally(self->db, "verdict-verified", NOW, 6);
    tally(self->db, "verdict-\"} 1\nx", NOW, 1);
    own(self->db, self->alice, "a1", NOW + DAY);
    g_autofree char *text = metrics_text(self->db, NOW, &error);
    expect_fine(text != NULL, error, "metrics");
    static const char *const reader =
        "import re,sys\n"
        "types={};helps=set();seen={};current=None\n"
        "text=sys.argv[1];assert text.endswith('\\n')\n"
        "for l in text[:-1].split('\\n'):\n"
        " h=re.fullmatch(r'# HELP (sceau_[a-z0-9_]+) (\\S.*\\S)',l)\n"
        " t=re.fullmatch(r'# TYPE (sceau_[a-z0-9_]+) (counter|gauge)',l)\n"
        " v=re.fullmatch(r'(sceau_[a-z0-9_]+)(\\{[a-z_]+=\"[^\"\\\\\\n]*\"\\}"
        ")?"
        " (\\d+)',l)\n"
        " if h: assert h[1] not in helps,l; helps.add(h[1]); current=h[1]\n"
        " elif t: assert t[1]==current and t[1] not in types,l;"
        " types[t[1]]=t[2]\n"
        " else:\n"
        "  assert v,l; assert v[1]==current and v[1] in types,l\n"
        "  assert (v[1],v[2]) not in seen,l; seen[v[1],v[2]]=int(v[3])\n"
        "for n,k in types.items(): assert (k=='counter')=="
        "n.endswith('_total'),n\n"
        "s=lambda n,l=None: seen[n,l]\n"
        "m='sceau_messages_sent_total'\n"
        "assert s(m,'{protection=\"none\"}')==2\n"
        "assert s(m,'{protection=\"sign\"}')==2\n"
        "assert s(m,'{protection=\"sign+encrypt\"}')==1\n"
        "assert s('sceau_failures_total','{cause=\"unreachable\"}')==2\n"
        "assert s('sceau_verdicts_total','{verdict=\"verified\"}')==6\n"
        "assert s('sceau_accounts','{option=\"forbidden\"}')==2\n"
        "assert s('sceau_certificates_ending')==1\n"
        "assert '@' not in text and 'alice' not in text\n";
    const char *const argv[] = {"python3", "-c", reader, text, NULL};
    int status = -1;
    g_autofree char *wrong = NULL;
    assert_true(g_spawn_sync(NULL, (char **)(guintptr)argv, NULL,
                             G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, &wrong,
                             &status, NULL));
    if (status != 0)
        fail_msg("%s\n%s", wrong, text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_last_certificate_of_each_person_counts),
        TEST(figures_of_people_are_of_ones_domains),
        TEST(shares_and_failures_are_of_thirty_days),
        TEST(metrics_are_read_strictly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
