/* What the vault keeps, how, and when it forgets. */
import './node-globals.mjs';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { copyFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { VaultError } from '../../static/vault-error.js';
import { IDLE_MINUTES } from '../../static/vault/store.js';
import { Vault } from '../../static/vault/vault.js';
import { at, bytesOf, leafExtensions, makeAuthorities, makeCertificate,
  makeP12, makePerson, openssl } from './identities.mjs';
import { MemoryRecords } from './memory-records.mjs';
import { honestRequest, NOW, pageForm, plainForm } from './requests.mjs';

const PHRASE = 'quatre chevaux verts';

before(() => {
  makeAuthorities();
  makePerson('alice', 'rsa2048');
  makePerson('second', 'p256', 'alice@demo.test');
});

/** @param {MemoryRecords} [records] @param {() => Date} [now] */
const newVault = (records = new MemoryRecords(), now = () => NOW) =>
  new Vault(records, now);

const file = (name = 'alice') => makeP12(name, 'secret');

/** @param {Vault} vault */
async function sign(vault, person = 'alice') {
  const request = honestRequest(plainForm, person);
  return vault.sign({ kid: request.kid, form: pageForm(plainForm),
    request });
}

/** @param {Promise<unknown>} promise @param {string} code */
async function refuses(promise, code) {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof VaultError, String(error));
    assert.equal(error.code, code);
    return true;
  });
}

test('vault_goes_from_none_to_open_to_locked_and_back', async () => {
  const records = new MemoryRecords();
  const vault = newVault(records);
  assert.equal((await vault.state()).vault, 'none');
  await vault.create(PHRASE);
  assert.equal((await vault.state()).vault, 'open');
  const { kid, session } = await vault.importP12(file(), 'secret', false);
  assert.equal(session, false);
  await sign(vault);
  vault.lock();
  assert.equal((await vault.state()).vault, 'locked');
  await refuses(sign(vault), 'locked');

  const later = newVault(records);
  assert.equal((await later.state()).vault, 'locked');
  await refuses(later.open('quatre chevaux bleus'), 'passphrase');
  await refuses(sign(later), 'locked');
  await later.open(PHRASE);
  await sign(later);
  await later.remove(kid);
  await refuses(sign(later), 'no-key');
  assert.deepEqual(await later.list(), []);
});

test('passphrase_is_the_same_however_its_accents_are_typed', async () => {
  const records = new MemoryRecords();
  await newVault(records).create('clé très secrète'.normalize('NFD'));
  await newVault(records).open('clé très secrète'.normalize('NFC'));
});

for (const phrase of ['', 'short', 'aaaaaaaaaaaaaaaa', 'abababababab'])
  test(`weak_passphrase_is_refused: ${phrase || '(empty)'}`, () =>
    refuses(newVault().create(phrase), 'weak'));

test('vault_is_created_once', async () => {
  const records = new MemoryRecords();
  await newVault(records).create(PHRASE);
  await refuses(newVault(records).create('another long phrase'), 'exists');
  await newVault(records).open(PHRASE);
});

test('key_is_kept_once', async () => {
  const vault = newVault();
  await vault.create(PHRASE);
  await vault.importP12(file(), 'secret', false);
  await refuses(vault.importP12(file(), 'secret', false), 'exists');
  await refuses(vault.importP12(file(), 'secret', true), 'exists');
});

test('lasting_key_needs_an_open_vault', async () => {
  await refuses(newVault().importP12(file(), 'secret', false), 'locked');
});

test('key_added_or_removed_in_another_tab_is_known_in_this_one', async () => {
  const records = new MemoryRecords();
  const here = newVault(records);
  const there = newVault(records);
  await here.create(PHRASE);
  await there.open(PHRASE);
  const { kid } = await here.importP12(file(), 'secret', false);
  await sign(there);
  assert.equal((await there.list())[0].usable, true);
  await there.remove(kid);
  await refuses(sign(here), 'no-key');
});

test('key_at_rest_is_not_kept_for_the_session_besides', async () => {
  const vault = newVault();
  await vault.create(PHRASE);
  await vault.importP12(file(), 'secret', false);
  vault.lock();
  await refuses(vault.importP12(file(), 'secret', true), 'exists');
});

test('session_key_leaves_nothing_and_is_gone_after_the_lock', async () => {
  const records = new MemoryRecords();
  const vault = newVault(records);
  const { session } = await vault.importP12(file(), 'secret', true);
  assert.equal(session, true);
  assert.equal(records.rows.size, 0);
  assert.equal((await vault.state()).session, 1);
  await sign(vault);
  vault.lock();
  assert.equal((await vault.state()).session, 0);
  await refuses(sign(vault), 'no-key');
});

test('list_tells_of_keys_when_locked_too', async () => {
  const vault = newVault();
  await vault.create(PHRASE);
  const { kid } = await vault.importP12(file(), 'secret', false);
  await vault.importP12(file('second'), 'secret', true);
  const open = await vault.list();
  assert.deepEqual(open.map(({ session, usable, algorithm, addresses }) =>
    ({ session, usable, algorithm, addresses })), [
    { session: false, usable: true, algorithm: 'rsa-sha256',
      addresses: ['alice@demo.test'] },
    { session: true, usable: true, algorithm: 'ecdsa-sha256',
      addresses: ['alice@demo.test'] }]);
  assert.equal(open[0].name, 'Personne alice é');
  assert.equal(open[0].issuer, 'Middle');
  assert.match(open[0].not_after, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  vault.lock();
  const locked = await vault.list();
  assert.deepEqual(locked.map(({ kid: id, usable }) => ({ id, usable })),
    [{ id: kid, usable: false }]);
});

test('vault_is_idle_after_fifteen_minutes', async () => {
  let now = NOW.getTime();
  const vault = newVault(new MemoryRecords(), () => new Date(now));
  now += IDLE_MINUTES * 60000;
  assert.equal(vault.isIdle(), false, 'nothing to forget');
  await vault.create(PHRASE);
  vault.touch();
  now += IDLE_MINUTES * 60000 - 1;
  assert.equal(vault.isIdle(), false);
  now += 1;
  assert.equal(vault.isIdle(), true);
  vault.touch();
  assert.equal(vault.isIdle(), false);
});

/** @param {unknown} value @returns {Buffer[]} all bytes in it */
function bytesIn(value) {
  if (value instanceof Uint8Array)
    return [Buffer.from(value)];
  if (value !== null && typeof value === 'object')
    return Object.values(value).flatMap(bytesIn);
  return [];
}

test('sec_22_records_hold_no_byte_of_a_private_key', async () => {
  const records = new MemoryRecords();
  const vault = newVault(records);
  await vault.create(PHRASE);
  await vault.importP12(file(), 'secret', false);
  const stored = Buffer.concat(
    [...records.rows.values()].flatMap(bytesIn));
  const text = openssl('pkey', '-in', 'alice.key', '-noout', '-text')
    .toString();
  for (const name of ['privateExponent', 'prime1', 'prime2', 'exponent1',
    'exponent2', 'coefficient']) {
    const hex = text.split(`${name}:`)[1].match(/^([\s0-9a-f:]+)/)?.[1] ?? '';
    const bytes = Buffer.from(hex.replace(/[^0-9a-f]/g, ''), 'hex');
    assert.ok(bytes.length >= 127, name);
    assert.ok(!stored.includes(bytes.subarray(1, 17)), name);
  }
  assert.ok(stored.includes(Buffer.from(bytesOf('alice.der'))), 'control');
  const locker = records.rows.get('locker/passphrase');
  assert.deepEqual(/** @type {any} */ (locker).cost,
    { memory: 65536, passes: 3, lanes: 1 });
});

test('sealed_key_opens_for_its_own_certificate_alone', async () => {
  const records = new MemoryRecords();
  const vault = newVault(records);
  await vault.create(PHRASE);
  const first = await vault.importP12(file(), 'secret', false);
  const second = await vault.importP12(file('second'), 'secret', false);
  const rows = /** @type {Map<string, any>} */ (records.rows);
  const one = rows.get(`keys/${first.kid}`);
  const two = rows.get(`keys/${second.kid}`);
  [one.box, two.box] = [two.box, one.box];
  const other = newVault(records);
  await other.open(PHRASE);
  assert.deepEqual((await other.list()).map(({ usable }) => usable),
    [false, false]);
  await refuses(sign(other), 'no-key');
});

test('sealed_key_does_not_open_for_another_certificate_of_the_same_key',
  async () => {
    copyFileSync(at('alice.key'), at('again.key'));
    makeCertificate('again', 'middle', leafExtensions('boss@demo.test'));
    const certificate = bytesOf('again.der');
    const kid = createHash('sha256').update(certificate).digest('hex');
    const records = new MemoryRecords();
    const vault = newVault(records);
    await vault.create(PHRASE);
    const alice = await vault.importP12(file(), 'secret', false);
    const row = /** @type {any} */ (records.rows.get(`keys/${alice.kid}`));
    records.rows.set(`keys/${kid}`, { ...row, kid, certificate });
    row.certificate = certificate;
    const other = newVault(records);
    await other.open(PHRASE);
    assert.deepEqual((await other.list()).map(({ usable }) => usable),
      [false, false]);
    assert.equal(other.keys.size, 0);
  });

test('one_damaged_record_does_not_keep_the_others_shut', async () => {
  const records = new MemoryRecords();
  const vault = newVault(records);
  await vault.create(PHRASE);
  await vault.importP12(file(), 'secret', false);
  const { kid } = await vault.importP12(file('second'), 'secret', false);
  /** @type {any} */ (records.rows.get(`keys/${kid}`)).box.sealed[5] ^= 1;
  const other = newVault(records);
  await other.open(PHRASE);
  await sign(other);
  await refuses(sign(other, 'second'), 'no-key');
});

test('vault_that_is_reset_can_be_created_again', async () => {
  const records = new MemoryRecords();
  const vault = newVault(records);
  await vault.create(PHRASE);
  await vault.importP12(file(), 'secret', false);
  vault.lock();
  await vault.reset();
  assert.equal(records.rows.size, 0);
  await vault.create('another long phrase');
  assert.deepEqual(await vault.list(), []);
});
