/* .p12 files of every kind that portals and programs give out. */
import './node-globals.mjs';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { VaultError } from '../../static/vault-error.js';
import { Vault } from '../../static/vault/vault.js';
import { at, bytesOf, makeAuthorities, makeP12, makePerson, openssl }
  from './identities.mjs';
import { MemoryRecords } from './memory-records.mjs';

const PASSWORD = 'Clé secrète 42';
const people = /** @type {const} */ ([['alice', 'rsa2048'],
  ['rob', 'rsa4096'], ['eve', 'p256'], ['dan', 'p384'], ['tiny', 'rsa512'],
  ['ed', 'ed25519'], ['big', 'p521']]);

before(() => {
  makeAuthorities();
  for (const [name, kind] of people)
    makePerson(name, kind);
  openssl('x509', '-in', 'middle.pem', '-out', 'chain.pem');
  writeFileSync(at('both.pem'), Buffer.concat([bytesOf('middle.pem'),
    bytesOf('root.pem')]));
});

/** @param {Uint8Array} file */
const importFile = (file, password = PASSWORD) =>
  new Vault(new MemoryRecords(), () => new Date())
    .importP12(file, password, true);

/** @param {string} name */
const kidOf = (name) => createHash('sha256').update(bytesOf(`${name}.der`))
  .digest('hex');

/** @param {string} code */
const refusal = (code) => (/** @type {unknown} */ error) => {
  assert.ok(error instanceof VaultError, String(error));
  assert.equal(error.code, code);
  return true;
};

const old = ['-legacy'];
/** @type {[string, string, string[]][]} */
const accepted = [
  ['as openssl 3 makes them', 'alice', []],
  ['RSA of 4096 bits', 'rob', []],
  ['P-256', 'eve', []],
  ['P-384', 'dan', []],
  ['AES of 128 bits', 'alice', ['-keypbe', 'AES-128-CBC', '-certpbe',
    'AES-128-CBC']],
  ['PBES2 with 3DES', 'alice', ['-keypbe', 'DES-EDE3-CBC', '-certpbe',
    'DES-EDE3-CBC']],
  ['of the last century: RC2-40 and 3DES', 'alice', old],
  ['3DES throughout', 'alice', [...old, '-keypbe', 'PBE-SHA1-3DES',
    '-certpbe', 'PBE-SHA1-3DES']],
  ['3DES with two keys', 'eve', [...old, '-keypbe', 'PBE-SHA1-2DES',
    '-certpbe', 'PBE-SHA1-2DES']],
  ['RC2 with 128 bits', 'dan', [...old, '-keypbe', 'PBE-SHA1-RC2-128',
    '-certpbe', 'PBE-SHA1-RC2-128']],
  ['certificates in clear', 'alice', ['-certpbe', 'NONE']],
  ['a SHA-512 check', 'alice', ['-macalg', 'sha512']],
  ['a SHA-1 check of one round', 'alice', ['-macalg', 'sha1', '-nomaciter']],
  ['no check', 'alice', ['-nomac']],
];
for (const [name, person, options] of accepted)
  test(`p12_opens: ${name}`, async () => {
    const got = await importFile(makeP12(person, PASSWORD, ...options));
    assert.equal(got.kid, kidOf(person));
    assert.equal(got.certificate,
      Buffer.from(bytesOf(`${person}.der`)).toString('base64'));
    assert.deepEqual(got.chain, []);
  });

test('p12_opens: an empty password', async () => {
  const got = await importFile(makeP12('alice', ''), '');
  assert.equal(got.kid, kidOf('alice'));
});

test('p12_chain_is_given_without_the_root', async () => {
  const middle = Buffer.from(bytesOf('middle.der')).toString('base64');
  for (const chain of ['chain.pem', 'both.pem']) {
    const got = await importFile(
      makeP12('alice', PASSWORD, '-certfile', chain));
    assert.equal(got.kid, kidOf('alice'));
    assert.deepEqual(got.chain, [middle], chain);
  }
});

/** @type {[string, () => Uint8Array, string, string?][]} */
const refused = [
  ['another password', () => makeP12('alice', PASSWORD), 'p12-password',
    'Cle secrete 42'],
  ['another password, old file', () => makeP12('alice', PASSWORD, ...old),
    'p12-password', 'other'],
  ['another password, no check', () => makeP12('alice', PASSWORD, '-nomac'),
    'p12-password', 'other'],
  ['no key', () => makeP12('alice', PASSWORD, '-nokeys'), 'p12-no-key'],
  ['a key without its certificate', () => {
    openssl('pkcs12', '-export', '-inkey', 'alice.key', '-nocerts',
      '-passout', `pass:${PASSWORD}`, '-out', 'bare.p12');
    return bytesOf('bare.p12');
  }, 'p12-no-key'],
  ['RC4', () => makeP12('alice', PASSWORD, ...old, '-keypbe',
    'PBE-SHA1-RC4-128'), 'p12-unsupported'],
  ['an Ed25519 key', () => makeP12('ed', PASSWORD), 'unsupported-key'],
  ['an RSA key of 512 bits', () => makeP12('tiny', PASSWORD),
    'unsupported-key'],
  ['a certificate', () => bytesOf('alice.der'), 'p12-damaged'],
  ['a text', () => new TextEncoder().encode('hello'), 'p12-damaged'],
  ['nothing', () => new Uint8Array(0), 'p12-damaged'],
  ['a mebibyte of zeros', () => new Uint8Array((1 << 20) + 1), 'p12-damaged'],
  ['the first half', () => {
    const file = makeP12('alice', PASSWORD);
    return file.subarray(0, file.length / 2);
  }, 'p12-damaged'],
];
for (const [name, make, code, password] of refused)
  test(`p12_is_refused: ${name}`, async () => {
    await assert.rejects(importFile(make(), password), refusal(code));
  });

/** What becomes of a file with one bit changed, here and there.
 * @param {Uint8Array} file @param {number} step */
async function damage(file, step) {
  const counts = new Map();
  for (let i = 0; i < file.length; i += step) {
    const damaged = file.slice();
    damaged[i] ^= 1 << (i % 8);
    const outcome = await importFile(damaged).then(() => 'opened',
      (error) => (assert.ok(error instanceof VaultError, `byte ${i}: ${
        error.stack}`), error.code));
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  }
  return counts;
}

const every = process.env.SCEAU_LONG === '1' ? 1 : 9;
/** @param {Map<string, number>} counts */
const inWords = (counts) =>
  [...counts].map(([name, n]) => `${n} ${name}`).join(', ');

test('p12_with_one_bit_changed_is_refused_by_its_check', async (t) => {
  const file = makeP12('eve', PASSWORD, '-iter', '2', '-macalg', 'sha1');
  const counts = await damage(file, every);
  t.diagnostic(inWords(counts));
  /* The check covers all but the frame around it. */
  assert.ok((counts.get('opened') ?? 0) <= 2);
});

test('p12_in_clear_with_one_bit_changed_never_breaks_the_reader',
  async (t) => {
    const file = makeP12('eve', PASSWORD, '-keypbe', 'NONE', '-certpbe',
      'NONE', '-nomac');
    t.diagnostic(inWords(await damage(file, every)));
  });

test('p12_file_bytes_are_wiped_after_the_import', async () => {
  const file = makeP12('alice', PASSWORD);
  await importFile(file);
  assert.ok(file.every((byte) => byte === 0));
});
