/*
 * Keys that the vault makes: their requests as openssl and certtool read
 * them, their wait for a certificate, and the copies people take of them.
 */
import './node-globals.mjs';
import assert from 'node:assert/strict';
import { createHash, createPrivateKey } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { VaultError } from '../../static/vault-error.js';
import { newLocker } from '../../static/vault/locker.js';
import { collect, discard, exportP12, listPending, makePending }
  from '../../static/vault/pending.js';
import { Vault } from '../../static/vault/vault.js';
import { at, bytesOf, leafExtensions, makeAuthorities, makeP12, makePerson,
  openssl, OPENS, run, SIGNS } from './identities.mjs';
import { MemoryRecords } from './memory-records.mjs';
import { honestRequest, NOW, pageForm, plainForm } from './requests.mjs';

const PHRASE = 'quatre chevaux verts';
const PASSWORD = 'Clé secrète 42';
const ADDRESS = 'alice@demo.test';
const OIDS = { 'rsa-2048': 'rsaEncryption, (2048 bit)',
  'rsa-3072': 'rsaEncryption, (3072 bit)', 'p-256': 'P-256',
  'p-384': 'P-384' };

/* Argon2id takes its time: one locker does for all vaults here. */
/** @type {Awaited<ReturnType<typeof newLocker>>} */
let made;

before(async () => {
  makeAuthorities();
  made = await newLocker(PHRASE);
});

/** An open vault.
 * @param {MemoryRecords} [records] @param {string} [account] */
async function newVault(records = new MemoryRecords(), account = ADDRESS) {
  const vault = new Vault(records, () => NOW, account);
  await records.put('locker', 'passphrase', made.locker);
  vault.master = made.key;
  return vault;
}

/** @param {string} kind @param {string} [name] */
const ask = (kind, name = 'Élodie Durand', renews = '') =>
  ({ kind, name, renews });

/** name.csr.der; what openssl says of it.
 * @param {string} name @param {string} csr base64 */
function readRequest(name, csr) {
  writeFileSync(at(`${name}.csr.der`), Buffer.from(csr, 'base64'));
  return openssl('req', '-inform', 'DER', '-in', `${name}.csr.der`, '-verify',
    '-noout', '-text', '-nameopt', 'utf8,-esc_msb').toString();
}

/** Issues a certificate for a request, as an authority would.
 * @param {string} name @param {string} csr @param {string} [extensions] */
function issue(name, csr, extensions = leafExtensions(ADDRESS,
  `${SIGNS},${OPENS}`)) {
  readRequest(name, csr);
  writeFileSync(at(`${name}.cnf`), extensions);
  openssl('x509', '-req', '-inform', 'DER', '-in', `${name}.csr.der`, '-CA',
    'middle.pem', '-CAkey', 'middle.key', '-CAcreateserial', '-days', '30',
    '-extfile', `${name}.cnf`, '-outform', 'DER', '-out', `${name}.der`);
  openssl('x509', '-inform', 'DER', '-in', `${name}.der`, '-out',
    `${name}.pem`);
  return Buffer.from(bytesOf(`${name}.der`)).toString('base64');
}

/** @param {Promise<unknown>} promise @param {string} code */
async function refuses(promise, code) {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof VaultError, String(error));
    assert.equal(error.code, code);
    return true;
  });
}

/** @param {Vault} vault @param {string} kid */
const signs = (vault, kid) => {
  const request = honestRequest(plainForm, 'issued');
  assert.equal(request.kid, kid);
  return vault.sign({ kid, form: pageForm(plainForm), request });
};

for (const [kind, want] of Object.entries(OIDS))
  test(`s3_request_is_one_that_openssl_and_certtool_verify: ${kind}`,
    async () => {
      const vault = await newVault();
      const asked = await makePending(vault, ask(kind));
      const text = readRequest(kind, asked.csr);
      assert.match(text, /Subject: CN ?= ?Élodie Durand\n/);
      assert.match(text, /email:alice@demo\.test/);
      assert.match(text, /E-mail Protection/);
      const told = run('certtool', '--crq-info', '--inder', '--infile',
        `${kind}.csr.der`).toString();
      assert.match(told, /Self signature: verified/);
      const spki = openssl('req', '-inform', 'DER', '-in',
        `${kind}.csr.der`, '-noout', '-pubkey');
      writeFileSync(at('spki.pem'), spki);
      const der = openssl('pkey', '-pubin', '-in', 'spki.pem', '-outform',
        'DER');
      assert.equal(asked.key, createHash('sha256').update(der).digest('hex'));
      const about = openssl('pkey', '-pubin', '-in', 'spki.pem', '-noout',
        '-text').toString();
      assert.ok(about.includes(want.replace(/^.*, /, '')), about);
    });

test('s3_request_names_the_account_however_it_is_written', async () => {
  for (const [account, want] of [
    ['bob@münchen.test', /email:bob@xn--mnchen-3ya\.test/],
    ['élodie@demo.test', /1\.3\.6\.1\.5\.5\.7\.8\.9|SmtpUTF8Mailbox|othername/],
  ]) {
    const vault = await newVault(new MemoryRecords(), String(account));
    const { csr } = await makePending(vault, ask('p-256', ''));
    assert.match(readRequest('idn', csr), /** @type {RegExp} */ (want));
    assert.ok(account !== 'élodie@demo.test' || Buffer.from(csr, 'base64')
      .includes('élodie@demo.test'));
  }
  for (const account of ['', 'alice', '@demo.test', 'a\rb@demo.test',
    `${'a'.repeat(250)}@demo.test`])
    await refuses(newVault(new MemoryRecords(), account)
      .then((vault) => makePending(vault, ask('p-256'))), 'address');
});

test('s3_a_name_is_cut_to_what_a_certificate_may_hold', async () => {
  const vault = await newVault();
  const { csr } = await makePending(vault, ask('p-256',
    `a\u202e\n${'é'.repeat(80)}`));
  assert.match(readRequest('long', csr),
    new RegExp(`Subject: CN ?= ?a${'é'.repeat(63)}\n`));
});

test('only_known_kinds_are_made_and_only_in_an_open_vault', async () => {
  const vault = await newVault();
  for (const kind of ['rsa-1024', 'p-521', '', 'constructor'])
    await refuses(makePending(vault, ask(kind)), 'unsupported-key');
  vault.lock();
  await refuses(makePending(vault, ask('p-256')), 'locked');
});

test('s3_key_waits_through_lock_and_sign_out_and_meets_its_certificate',
  async () => {
    const records = new MemoryRecords();
    const asked = await makePending(await newVault(records),
      ask('rsa-2048', 'Alice', 'ab12'));
    const later = new Vault(records, () => NOW, ADDRESS);
    const [waiting] = await listPending(later);
    assert.deepEqual(waiting, { ...asked, renews: 'ab12' });
    const certificate = issue('issued', asked.csr);
    const chain = [Buffer.from(bytesOf('middle.der')).toString('base64')];
    await refuses(collect(later, { certificate, chain }), 'locked');
    await later.open(PHRASE);
    const { kid } = await collect(later, { certificate, chain });
    assert.deepEqual(await listPending(later), []);
    await signs(later, kid);
    const [listed] = await later.list();
    assert.deepEqual([listed.kid, listed.made, listed.copied, listed.usable],
      [kid, true, null, true]);
    const row = /** @type {any} */ (records.rows.get(`keys/${kid}`));
    assert.equal(row.chain.length, 1);
    await refuses(collect(later, { certificate, chain }), 'no-key');
  });

test('certificate_of_another_key_is_not_joined', async () => {
  const vault = await newVault();
  const first = await makePending(vault, ask('p-256'));
  const second = await makePending(vault, ask('p-256'));
  const certificate = issue('other', second.csr);
  await discard(vault, second.key);
  await refuses(collect(vault, { certificate }), 'no-key');
  for (const bad of ['', 'AAAA', certificate.slice(0, -8),
    'A'.repeat(100000), /** @type {any} */ (undefined)])
    await refuses(collect(vault, { certificate: bad }), 'other-key');
  const record = await vault.records.get('pending', first.key);
  /* A record that was swapped does not open under another's name. */
  await vault.records.put('pending', second.key,
    { ...record, key: second.key });
  await refuses(collect(vault, { certificate }), 'other-key');
  assert.equal((await vault.list()).length, 0);
});

test('a_stop_between_keeping_and_forgetting_loses_nothing', async () => {
  const records = new MemoryRecords();
  const vault = await newVault(records);
  const asked = await makePending(vault, ask('p-256'));
  const certificate = issue('twice', asked.csr);
  const row = await records.get('pending', asked.key);
  const { kid } = await collect(vault, { certificate });
  await records.put('pending', asked.key, row);
  assert.deepEqual(await collect(vault, { certificate }), { kid });
  assert.deepEqual(await listPending(vault), []);
});

test('sec_22_records_of_a_made_key_hold_none_of_it', async () => {
  const records = new MemoryRecords();
  const vault = await newVault(records);
  const asked = await makePending(vault, ask('p-256'));
  const rows = () => JSON.stringify([...records.rows], (_, value) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value);
  const waiting = rows();
  const { kid } = await collect(vault, { certificate:
    issue('hidden', asked.csr) });
  const { file } = await exportP12(vault, { kid, passphrase: PHRASE,
    password: PASSWORD });
  writeFileSync(at('hidden.p12'), Buffer.from(file));
  const pem = openssl('pkcs12', '-in', 'hidden.p12', '-nodes', '-nocerts',
    '-passin', `pass:${PASSWORD}`).toString();
  const { d } = createPrivateKey(pem).export({ format: 'jwk' });
  const secret = Buffer.from(String(d), 'base64url').toString('hex');
  const all = waiting + rows();
  assert.equal(secret.length, 64);
  assert.ok(!all.includes(secret));
  assert.ok(!Buffer.from(file).toString('hex').includes(secret));
  assert.ok(all.includes(Buffer.from(bytesOf('hidden.der')).toString('hex')),
    'control');
});

test('copy_is_read_by_openssl_certtool_and_ourselves', async (t) => {
  const records = new MemoryRecords();
  const vault = await newVault(records);
  const asked = await makePending(vault, ask('rsa-2048'));
  const certificate = issue('copy', asked.csr);
  const { kid } = await collect(vault, { certificate,
    chain: [Buffer.from(bytesOf('middle.der')).toString('base64')] });
  vault.lock();
  const start = Date.now();
  const { file } = await exportP12(vault, { kid, passphrase: PHRASE,
    password: PASSWORD });
  t.diagnostic(`${Date.now() - start} ms`);
  writeFileSync(at('copy.p12'), Buffer.from(file));
  const read = openssl('pkcs12', '-in', 'copy.p12', '-nodes', '-passin',
    `pass:${PASSWORD}`).toString();
  assert.equal(read.match(/BEGIN CERTIFICATE/g)?.length, 2);
  assert.match(read, /BEGIN PRIVATE KEY/);
  assert.match(openssl('pkcs12', '-info', '-noout', '-in', 'copy.p12',
    '-passin', `pass:${PASSWORD}`, '-nokeys').toString() + read, /CN ?=/);
  assert.match(run('certtool', '--p12-info', '--inder', '--infile',
    'copy.p12', '--password', PASSWORD).toString(),
  /Friendly name: Élodie Durand[^]*BEGIN ENCRYPTED PRIVATE KEY/);
  const elsewhere = await newVault(new MemoryRecords());
  const got = await elsewhere.importP12(new Uint8Array(file), PASSWORD,
    false);
  assert.equal(got.kid, kid);
  assert.equal(got.chain.length, 1);
  assert.equal((await vault.list())[0].copied,
    NOW.toISOString().replace(/\.\d+/, ''));
});

test('sec_22_copy_asks_for_the_passphrase_even_of_an_open_vault',
  async () => {
    const vault = await newVault();
    makePerson('alice', 'rsa2048');
    const { kid } = await vault.importP12(makeP12('alice', 'secret'),
      'secret', false);
    await refuses(exportP12(vault, { kid, passphrase: 'quatre chevaux bleus',
      password: PASSWORD }), 'passphrase');
    await refuses(exportP12(vault, { kid, passphrase: PHRASE,
      password: 'court' }), 'weak');
    await refuses(exportP12(vault, { kid: 'ab12', passphrase: PHRASE,
      password: PASSWORD }), 'no-key');
    assert.equal((await vault.list())[0].copied, null);
  });

test('emptied_vault_forgets_what_waits_too', async () => {
  const records = new MemoryRecords();
  const vault = await newVault(records);
  await makePending(vault, ask('p-256'));
  await vault.reset();
  assert.equal(records.rows.size, 0);
});
