/*
 * A person's bureau: an account with secure mail on, two trusted authorities
 * ("one", "two") and a stranger ("other"), correspondents certified here and
 * now by openssl, and the messages that they sign.
 */
#ifndef SCEAU_TESTS_MAIL_BUREAU_H
#define SCEAU_TESTS_MAIL_BUREAU_H

#include "core/mail/harvest.h"
#include "core/pki/trust.h"
#include "tests/base/expect.h"

#define OWNER "alice@demo.test"
#define BRUNO "bruno@demo.test"
#define BOTH "keyUsage = digitalSignature, keyAgreement\\n"
#define SIGNS "keyUsage = digitalSignature\\n"
#define AGREES "keyUsage = keyAgreement\\n"
#define MAIL "extendedKeyUsage = emailProtection\\n"
#define TEXT "Content-Type: text/plain\r\n\r\nHello Alice\r\n"

typedef struct {
    char *folder;
    Config config;
    World world;
    Trust *trust;
} Bureau;

static void bureau_run(const Bureau *bureau, const char *format, ...)
    G_GNUC_PRINTF(2, 3);

/* A command in the bureau's folder that must succeed. */
static void
bureau_run(const Bureau *bureau, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    g_autofree char *command = g_strdup_vprintf(format, list);
    va_end(list);
    const char *const argv[] = {"sh", "-ec", command, NULL};
    g_autofree char *said = NULL;
    g_autoptr(GError) error = NULL;
    int status = 1;
    if (!g_spawn_sync(bureau->folder, (char **)(guintptr)argv, NULL,
                      G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, &said, &status,
                      &error) ||
        status != 0)
        fail_msg("%s: %s", command, error != NULL ? error->message : said);
}

static GBytes *
bureau_file(const Bureau *bureau, const char *name)
{
    g_autofree char *path = g_build_filename(bureau->folder, name, NULL);
    char *data = NULL;
    gsize size = 0;
    if (!g_file_get_contents(path, &data, &size, NULL))
        fail_msg("%s cannot be read", path);
    return g_bytes_new_take(data, size);
}

static Cert *
bureau_cert(const Bureau *bureau, const char *id)
{
    g_autofree char *name = g_strconcat(id, ".pem", NULL);
    g_autoptr(GBytes) bytes = bureau_file(bureau, name);
    g_autoptr(GPtrArray) certs = cert_parse_file(bytes, NULL);
    assert_non_null(certs);
    return cert_ref(g_ptr_array_index(certs, 0));
}

/* "YYMMDD000000Z", so many days from now. */
static char *
bureau_day(int days)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    g_autoptr(GDateTime) day = g_date_time_add_days(now, days);
    return g_date_time_format(day, "%y%m%d000000Z");
}

/*
 * ID.key and ID.pem of a new key, certified by issuer, valid between two days
 * from now. extensions: lines as openssl reads them, ended by "\\n".
 */
static void
bureau_certify(const Bureau *bureau, const char *id, const char *issuer,
               const char *extensions, int from, int to)
{
    g_autofree char *begins = bureau_day(from);
    g_autofree char *ends = bureau_day(to);
    gboolean root = strcmp(id, issuer) == 0;
    bureau_run(bureau,
               "openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256"
               " -nodes -keyout '%s.key' -subj '/CN=%s' -out req;"
               "printf '%s' >ext; rm -f index.attr;"
               "openssl ca -batch -config ca.cnf %s -keyfile '%s.key'"
               " -in req -extfile ext -startdate %s -enddate %s -notext"
               " -out '%s.pem'",
               id, id, extensions, root ? "-selfsign" : "-cert CA.pem",
               issuer, begins, ends, id);
}

/* The same of a person with one address. */
static void
bureau_person(const Bureau *bureau, const char *id, const char *issuer,
              const char *address, const char *usage, int from, int to)
{
    g_autofree char *extensions = g_strdup_printf(
        "subjectAltName = email:%s\\n%s" MAIL, address, usage);
    bureau_run(bureau, "cp '%s.pem' CA.pem", issuer);
    bureau_certify(bureau, id, issuer, extensions, from, to);
}

static void
bureau_authority(Bureau *bureau, const char *id, gboolean trusted)
{
    bureau_certify(bureau, id, id,
                   "basicConstraints = critical,CA:TRUE\\n"
                   "keyUsage = critical,keyCertSign,cRLSign\\n",
                   -800, 800);
    g_autoptr(Cert) cert = bureau_cert(bureau, id);
    if (trusted)
        trust_add_anchor(bureau->trust, cert);
}

static void
bureau_account(Bureau *bureau, gboolean secure)
{
    World *world = &bureau->world;
    assert_true(
        account_set_allowed(world->db, OWNER, secure, world->now, NULL));
    g_autoptr(Account) account = account_find(world->db, OWNER, NULL);
    assert_true(account_set_enabled(world->db, account->id, secure, NULL));
    account_free((Account *)(guintptr)world->account);
    world->account = account_find(world->db, OWNER, NULL);
}

static Db *
bureau_db(const Bureau *bureau)
{
    g_autofree char *path =
        g_build_filename(bureau->folder, "db", "sceau.db", NULL);
    g_autoptr(GError) error = NULL;
    Db *db = db_open(path, &error);
    expect_fine(db != NULL, error, path);
    return db;
}

static int
bureau_open(void **state)
{
    const TrustPolicy policy = TRUST_POLICY_DEFAULT;
    Bureau *bureau = g_new0(Bureau, 1);
    bureau->folder = temporary_folder();
    bureau->trust = trust_new(&policy);
    bureau->config = (Config){
        .min_rsa_bits = policy.min_rsa_bits,
        .floor_rsa_bits = policy.floor_rsa_bits,
        .min_ec_bits = policy.min_ec_bits,
        .floor_ec_bits = policy.floor_ec_bits,
    };
    bureau->world = (World){
        .config = &bureau->config,
        .db = bureau_db(bureau),
        .trust = bureau->trust,
        .now = g_get_real_time() / G_USEC_PER_SEC,
    };
    bureau_account(bureau, TRUE);
    bureau_run(bureau,
               "printf '%%s\\n' '[ca]' 'default_ca = here' '[here]'"
               " 'new_certs_dir = .' 'database = index' 'serial = serial'"
               " 'default_md = sha256' 'policy = any' 'unique_subject = no'"
               " '[any]' 'commonName = supplied' >ca.cnf;"
               ": >index; echo 1000 >serial");
    bureau_authority(bureau, "one", TRUE);
    bureau_authority(bureau, "two", TRUE);
    bureau_authority(bureau, "other", FALSE);
    *state = bureau;
    return 0;
}

static int
bureau_close(void **state)
{
    Bureau *bureau = *state;
    account_free((Account *)(guintptr)bureau->world.account);
    db_close(bureau->world.db);
    trust_free(bureau->trust);
    bureau_run(bureau, "rm -rf '%s'", bureau->folder);
    g_free(bureau->folder);
    g_free(bureau);
    return 0;
}

/* fields, the Date of now, and what id signs of TEXT; more: for openssl. */
G_GNUC_UNUSED static GBytes *
bureau_signed(const Bureau *bureau, const char *id, const char *fields,
              const char *more)
{
    bureau_run(bureau,
               "printf 'Content-Type: text/plain\\r\\n\\r\\nHello\\r\\n' >in;"
               "{ printf '%s'; date -uR | sed 's/^/Date: /';"
               " openssl cms -sign -binary -signer '%s.pem'"
               " -inkey '%s.key' -in in %s; } >message",
               fields, id, id, more);
    return bureau_file(bureau, "message");
}

G_GNUC_UNUSED static Judgement *
bureau_judge(const Bureau *bureau, GBytes *message)
{
    const JudgeInput input = {
        .trust = bureau->trust,
        .arrival = bureau->world.now,
        .now = bureau->world.now + 5,
    };
    g_autoptr(GError) error = NULL;
    Judgement *judgement = judge_message(message, &input, &error);
    expect_fine(judgement != NULL, error, "judge");
    return judgement;
}

/* What harvesting a message says, "-" for nothing. */
G_GNUC_UNUSED static const char *
bureau_harvest(const Bureau *bureau, GBytes *message, char **kid,
               gint64 *contact)
{
    g_autoptr(Judgement) judgement = bureau_judge(bureau, message);
    g_autoptr(GError) error = NULL;
    g_autofree char *its_kid = NULL;
    gint64 its_contact = 0;
    const char *outcome = harvest_message(&bureau->world, judgement, &its_kid,
                                          &its_contact, &error);
    expect_fine(error == NULL, error, "harvest");
    if (kid != NULL)
        *kid = g_steal_pointer(&its_kid);
    if (contact != NULL)
        *contact = its_contact;
    return outcome != NULL ? outcome : "-";
}

/* The same of a message that id signs as address. */
G_GNUC_UNUSED static const char *
bureau_receive(const Bureau *bureau, const char *id, const char *address)
{
    g_autofree char *fields = g_strdup_printf("From: %s\\r\\n", address);
    g_autoptr(GBytes) message = bureau_signed(bureau, id, fields, "");
    return bureau_harvest(bureau, message, NULL, NULL);
}

G_GNUC_UNUSED static gint64
bureau_number(const Bureau *bureau, const char *sql)
{
    g_autoptr(Stmt) st = db_prepare(bureau->world.db, sql, NULL);
    assert_true(stmt_need_row(st, "row", NULL));
    return stmt_int(st, 0);
}

#define BUREAU_TEST(f)                                                       \
    cmocka_unit_test_setup_teardown(f, bureau_open, bureau_close)

#endif
