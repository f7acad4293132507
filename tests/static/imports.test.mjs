/* Which keys of a .p12 file are kept, and what each of them may. */
import './node-globals.mjs';
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { copyFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { VaultError } from '../../static/vault-error.js';
import { integer, octetString, oid, seq, tlv }
  from '../../static/vault/der.js';
import { Vault } from '../../static/vault/vault.js';
import { forAgreement, forV15, kidOf } from './encrypt.mjs';
import { at, bytesOf, leafExtensions, makeAuthorities, makeCertificate,
  makeP12, makePerson, openssl, OPENS, SIGNS } from './identities.mjs';
import { MemoryRecords } from './memory-records.mjs';
import { NOW } from './requests.mjs';

const BOTH = `${SIGNS},${OPENS}`;

before(() => {
  makeAuthorities();
  makePerson('signing', 'p256', 'alice@demo.test', SIGNS);
  makePerson('opening', 'rsa2048', 'alice@demo.test', OPENS);
  makePerson('both', 'rsa2048', 'alice@demo.test', BOTH);
  makePerson('p521', 'p521', 'alice@demo.test', BOTH);
  makePerson('x25519', 'x25519', 'alice@demo.test', 'keyAgreement');
  for (const [name, usage] of [['twin1', SIGNS], ['twin2', OPENS]]) {
    copyFileSync(at('signing.key'), at(`${name}.key`));
    makeCertificate(name, 'middle', leafExtensions('a@demo.test', usage));
  }
});

const newVault = () => new Vault(new MemoryRecords(), () => NOW);

const DATA = '1.2.840.113549.1.7.1';
const BAG = '1.2.840.113549.1.12.10.1';
const X509 = '1.2.840.113549.1.9.22.1';

/** @param {string} type @param {Uint8Array} content */
const typed = (type, content) => seq(oid(type), tlv(0xa0, content));

/** A file with several keys and certificates, which openssl does not write;
 * in clear and without a check. @param {...string} names */
const fileOf = (...names) => fileOfBags(names.flatMap(bagsOf));

/** @param {string} name */
const bagsOf = (name) => [
  typed(`${BAG}.1`, new Uint8Array(openssl('pkcs8', '-topk8', '-nocrypt',
    '-in', `${name}.key`, '-outform', 'DER'))),
  typed(`${BAG}.3`, typed(X509, octetString(bytesOf(`${name}.der`)))),
];

/** @param {Uint8Array[]} bags */
function fileOfBags(bags) {
  const safe = typed(DATA, octetString(seq(...bags)));
  return seq(integer(3), typed(DATA, octetString(seq(safe))));
}

/** @param {Vault} vault */
const usesIn = async (vault) => (await vault.list()).map(
  ({ kid, signs, opens, shared, algorithm }) =>
    ({ kid, signs, opens, shared, algorithm }));

/** @type {[string, boolean, boolean, boolean, string | null][]} */
const singles = [
  ['signing', true, false, false, 'ecdsa-sha256'],
  ['opening', false, true, false, null],
  ['both', true, true, true, 'rsa-sha256'],
  ['p521', false, true, false, null],
  ['x25519', false, true, false, null],
];
for (const [name, signs, opens, shared, algorithm] of singles)
  test(`sec_22_list_says_what_a_key_may: ${name}`, async () => {
    const vault = newVault();
    const { kid, more } = await vault.importP12(makeP12(name, 'secret'),
      'secret', true);
    assert.deepEqual(more, []);
    assert.deepEqual(await usesIn(vault),
      [{ kid, signs, opens, shared, algorithm }]);
  });

test('sec_22_key_under_two_certificates_is_shared', async () => {
  const vault = newVault();
  await vault.importP12(makeP12('twin1', 'secret'), 'secret', true);
  assert.equal((await vault.list())[0].shared, false);
  await vault.importP12(makeP12('twin2', 'secret'), 'secret', true);
  assert.deepEqual((await vault.list()).map(({ shared }) => shared),
    [true, true]);
  await vault.importP12(makeP12('opening', 'secret'), 'secret', true);
  assert.equal((await vault.list())[2].shared, false);
});

test('every_key_of_a_file_is_kept', async () => {
  const vault = newVault();
  await vault.create('quatre chevaux verts');
  const { kid, more } = await vault.importP12(
    fileOf('opening', 'signing', 'p521'), '', false);
  assert.equal(kid, kidOf('signing'), 'one that signs is the first');
  assert.deepEqual(more.map((one) => one.kid).sort(),
    [kidOf('opening'), kidOf('p521')].sort());
  for (const one of more)
    assert.equal(Buffer.from(one.certificate, 'base64').length > 300, true);

  const key = randomBytes(32);
  for (const [recipient, size] of /** @type {[any, number][]} */ ([
    [forV15('opening', key), 32], [forAgreement('p521', key, 'sha512', 256),
      32]])) {
    const { content_key } = await vault.unwrap({ recipients: [recipient],
      key_size: size });
    assert.equal(content_key, key.toString('base64'));
  }
});

test('file_brings_what_is_not_yet_here', async () => {
  const vault = newVault();
  await vault.importP12(makeP12('signing', 'secret'), 'secret', true);
  const got = await vault.importP12(fileOf('signing', 'both'), '', true);
  assert.deepEqual([got.kid, got.more], [kidOf('both'), []]);
  await assert.rejects(vault.importP12(fileOf('signing', 'both'), '', true),
    (error) => error instanceof VaultError && error.code === 'exists');
  assert.equal((await vault.list()).length, 2);
});

test('file_of_more_keys_than_anybody_has_is_refused', async () => {
  const many = fileOfBags(Array(65).fill(bagsOf('signing')).flat());
  await assert.rejects(newVault().importP12(many, '', true), (error) =>
    error instanceof VaultError && error.code === 'p12-unsupported');
});

test('keys_and_certificates_are_matched_whatever_their_order', async () => {
  copyFileSync(at('signing.key'), at('swap.key'));
  copyFileSync(at('twin2.der'), at('swap.der'));
  const vault = newVault();
  const { kid, more } = await vault.importP12(
    fileOf('opening', 'swap', 'x25519'), '', true);
  assert.deepEqual([kid, ...more.map((one) => one.kid)].sort(),
    [kidOf('opening'), kidOf('swap'), kidOf('x25519')].sort());
});

/* What an earlier release kept is the PKCS #8 that this one reads. */
test('vault_of_an_earlier_release_opens_messages', async () => {
  const records = new MemoryRecords();
  const earlier = new Vault(records, () => NOW);
  await earlier.create('quatre chevaux verts');
  const { kid } = await earlier.importP12(makeP12('both', 'secret'), 'secret',
    false);
  assert.deepEqual(Object.keys(await records.get('keys', kid)).sort(),
    ['box', 'certificate', 'chain', 'kid']);
  const after = new Vault(records, () => NOW);
  await after.open('quatre chevaux verts');
  const key = randomBytes(16);
  const { content_key } = await after.unwrap({ key_size: 16,
    recipients: [forV15('both', key)] });
  assert.equal(content_key, key.toString('base64'));
});

test('sec_22_opening_handles_do_not_give_their_key', async () => {
  const { subtle } = globalThis.crypto;
  /** @type {CryptoKey[]} */
  const seen = [];
  const real = subtle.importKey;
  /** @type {any} */ (subtle).importKey = async (
    /** @type {any} */ ...args) => {
    const handle = await Reflect.apply(real, subtle, args);
    seen.push(handle);
    return handle;
  };
  try {
    for (const name of ['both', 'p521', 'x25519'])
      await newVault().importP12(makeP12(name, 'secret'), 'secret', true);
  } finally {
    subtle.importKey = real;
  }
  const secret = seen.filter(({ type }) => type === 'private');
  assert.ok(secret.filter(({ usages }) =>
    usages.includes('decrypt')).length >= 4);
  assert.ok(secret.some(({ usages }) => usages.includes('deriveBits')));
  for (const handle of secret) {
    assert.equal(handle.usages.length, 1, 'signs or opens, not both');
    await assert.rejects(subtle.exportKey('pkcs8', handle));
  }
});
