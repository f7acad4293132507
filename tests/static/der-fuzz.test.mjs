/*
 * What the vault reads from outside, mutated: .p12 files, certificates,
 * private keys and key requests. Whatever they hold, the answer is a value or
 * one of our own refusals, soon. Seeded, so that a failure can be repeated;
 * SCEAU_LONG=1 takes a seed of its own, and twenty minutes for the five.
 */
import './node-globals.mjs';
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { before, test } from 'node:test';
import { VaultError } from '../../static/vault-error.js';
import { Asn1Error, parse } from '../../static/vault/der.js';
import { kindOf, importKey } from '../../static/vault/keys.js';
import { openPkcs12 } from '../../static/vault/pkcs12.js';
import { chooseRecipient } from '../../static/vault/recipient.js';
import { readCertificate } from '../../static/vault/x509.js';
import { random } from './dishonest.mjs';
import { forAgreement, forOaep, forV15 } from './encrypt.mjs';
import { bytesOf, makeAuthorities, makeP12, makePerson, openssl }
  from './identities.mjs';

const isLong = process.env.SCEAU_LONG === '1';
const SEED = isLong ? randomInt(2 ** 31) : 0x0de5;
const LONG_MS = 4 * 60000;
const SLOW_MS = 2000; /* under the load of other tests */

/** @type {Record<string, Uint8Array[]>} */
const seeds = {};

before(() => {
  makeAuthorities();
  /** @type {Uint8Array[][]} */
  const [files, certificates, keys] = [[], [], []];
  for (const kind of /** @type {const} */ (['rsa2048', 'p256', 'p521',
    'x25519'])) {
    makePerson(kind, kind);
    /* In clear and without a check, so that mutants reach every reader. */
    files.push(makeP12(kind, 'secret', '-keypbe', 'NONE', '-certpbe', 'NONE',
      '-nomac'));
    certificates.push(bytesOf(`${kind}.der`));
    keys.push(new Uint8Array(openssl('pkcs8', '-topk8', '-nocrypt', '-in',
      `${kind}.key`, '-outform', 'DER')));
  }
  /* PBKDF2 of one round: else a run is nothing but that. */
  files.push(makeP12('p256', 'secret', '-iter', '1', '-nomac'));
  Object.assign(seeds, { files, certificates, keys });
});

/** @typedef {import('./dishonest.mjs').Random} Random */

/** Lengths and tags that readers trip over. */
const ODD = [0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x24, 0x30, 0x31,
  0x7f, 0x80, 0x81, 0x82, 0x84, 0x88, 0xa0, 0xa1, 0xa3, 0xff];

/** @type {((bytes: Uint8Array, r: Random) => Uint8Array)[]} */
const changes = [
  (bytes, r) => {
    bytes[r.below(bytes.length)] ^= 1 << r.below(8);
    return bytes;
  },
  (bytes, r) => {
    bytes[r.below(bytes.length)] = r.pick(ODD);
    return bytes;
  },
  (bytes, r) => bytes.slice(0, r.below(bytes.length)),
  (bytes, r) => {
    const at = r.below(bytes.length);
    return Uint8Array.from([...bytes.subarray(0, at), r.pick(ODD),
      ...bytes.subarray(at)]);
  },
  (bytes, r) => {
    const [at, size] = [r.below(bytes.length), 1 + r.below(40)];
    return Uint8Array.from([...bytes.subarray(0, at),
      ...bytes.subarray(at + size)]);
  },
  (bytes, r) => {
    const [from, to] = [r.below(bytes.length), r.below(bytes.length)];
    bytes.set(bytes.slice(from, from + 1 + r.below(60))
      .subarray(0, bytes.length - to), to);
    return bytes;
  },
];

/** @param {Uint8Array[]} all @param {Random} r */
function mutant(all, r) {
  let bytes = r.pick(all).slice();
  for (let n = 1 + r.below(3); n > 0 && bytes.length > 1; n--)
    bytes = r.pick(changes)(bytes, r);
  return bytes;
}

/** @param {number} count @param {() => Uint8Array[]} from
 *  @param {(bytes: Uint8Array) => unknown} read */
async function fuzz(count, from, read, t) {
  const r = random(SEED);
  /** @type {Record<string, number>} */
  const said = {};
  let worst = 0;
  const end = performance.now() + LONG_MS;
  for (let i = 0; isLong ? performance.now() < end : i < count; i++) {
    const bytes = mutant(from(), r);
    const hex = Buffer.from(bytes).toString('hex');
    const start = performance.now();
    let outcome = 'read';
    try {
      await read(bytes);
    } catch (error) {
      assert.ok(error instanceof Asn1Error || error instanceof VaultError,
        `mutant ${i} of seed ${SEED} ${hex}: ${/** @type {any} */ (error)?.stack}`);
      outcome = error instanceof VaultError ? error.code : 'not ASN.1';
    }
    worst = Math.max(worst, performance.now() - start);
    said[outcome] = (said[outcome] ?? 0) + 1;
  }
  assert.ok(worst < SLOW_MS, `${worst} ms`);
  t.diagnostic(`seed ${SEED}: ${JSON.stringify(said)}, worst ${worst.toFixed(1)} ms`);
}

test('fuzz_certificates', (t) =>
  fuzz(4000, () => seeds.certificates, readCertificate, t));

test('fuzz_asn1', (t) => fuzz(4000, () => [...seeds.certificates,
  ...seeds.keys, ...seeds.files], parse, t));

test('fuzz_private_keys', (t) => {
  const certificates = seeds.certificates.map(readCertificate);
  return fuzz(400, () => seeds.keys, async (pkcs8) => {
    kindOf(pkcs8);
    for (const certificate of certificates)
      await importKey(pkcs8, certificate);
  }, t);
});

test('fuzz_key_files', (t) =>
  fuzz(80, () => seeds.files, (file) => openPkcs12(file, 'secret'), t));

const PIECES = [null, 0, -1, 1e99, '', 'x', '=', 'AAAA', [], {}, true,
  'constructor', '__proto__', 'p256', 'sha1', 'rsa15', 'ecdh', 'oaep'];

test('fuzz_key_requests', (t) => {
  const key = new Uint8Array(32);
  const honest = [forV15('rsa2048', key), forOaep('rsa2048', key, 'sha1'),
    forAgreement('p256', key, 'sha256', 256)].map((one) =>
    new Uint8Array(Buffer.from(JSON.stringify(one))));
  const r = random(SEED + 1);
  return fuzz(4000, () => honest, (bytes) => {
    const one = JSON.parse(Buffer.from(honest[r.below(3)]).toString());
    for (let n = r.below(3); n >= 0; n--)
      one[r.pick(Object.keys(one))] = bytes.length % 2 === 0 ? r.pick(PIECES)
        : Buffer.from(bytes.subarray(0, r.below(40))).toString('latin1');
    const chosen = chooseRecipient({ recipients: [one],
      key_size: r.pick([16, 24, 32]) }, () => 'key');
    const read = chosen?.read();
    assert.ok(read === undefined || read.encryptedKey instanceof Uint8Array);
  }, t);
});
