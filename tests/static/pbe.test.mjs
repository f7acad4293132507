/* The old ciphers and hashes of .p12 files, against those of OpenSSL. */
import './node-globals.mjs';
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { tripleDes } from '../../static/vault/des.js';
import { pkcs12Kdf } from '../../static/vault/pbe.js';
import { rc2 } from '../../static/vault/rc2.js';
import { sha1Again } from '../../static/vault/sha1.js';
import { sha256Again } from '../../static/vault/sha256.js';
import { execFileSync } from 'node:child_process';

/** One block, encrypted by openssl. @param {string} cipher
 *  @param {Uint8Array} key @param {Uint8Array} block */
function encrypted(cipher, key, block) {
  const legacy = cipher.startsWith('rc2')
    ? ['-provider', 'legacy', '-provider', 'default'] : [];
  return execFileSync('openssl', ['enc', `-${cipher}`, '-nopad', '-K',
    Buffer.from(key).toString('hex'), ...legacy,
    ...(cipher.endsWith('cbc') ? ['-iv', '0'.repeat(16)] : [])],
  { input: block, stdio: 'pipe' });
}

/** @type {[string, number, (key: Uint8Array) =>
 *   (block: Uint8Array) => Uint8Array][]} */
const ciphers = [
  ['des-ede3', 24, tripleDes],
  ['rc2-ecb', 16, (key) => rc2(key, 128)],
  ['rc2-40-cbc', 5, (key) => rc2(key, 40)],
  ['rc2-64-cbc', 8, (key) => rc2(key, 64)],
];
for (const [cipher, size, make] of ciphers)
  test(`block_cipher_agrees_with_openssl: ${cipher}`, () => {
    for (let i = 0; i < 16; i++) {
      const key = randomBytes(size);
      const block = randomBytes(8);
      const got = make(key)(encrypted(cipher, key, block));
      assert.deepEqual(Buffer.from(got), block, key.toString('hex'));
    }
  });

for (const [name, size, again] of /** @type {const} */ ([
  ['sha1', 20, sha1Again], ['sha256', 32, sha256Again]]))
  test(`${name}_again_agrees_with_openssl`, () => {
    let want = randomBytes(size);
    const first = Uint8Array.from(want);
    for (let times = 0; times < 500; times++) {
      assert.deepEqual(Buffer.from(again(first, times)), want);
      want = createHash(name).update(want).digest();
    }
  });

/* RFC 7292 has no vectors; these are of Bouncy Castle's and OpenSSL's tests
 * ("smeg", and "queeg" after 1000 rounds). */
/** @type {[string, number, string, string, number, string][]} */
const derived = [
  ['smeg, key', 1, '0073006d006500670000', '0a58cf64530d823f', 1,
    '8aaae6297b6cb04642ab5b077851284eb7128f1a2a7fbca3'],
  ['smeg, vector', 2, '0073006d006500670000', '0a58cf64530d823f', 1,
    '79993dfe048d3b76'],
  ['queeg, key', 1, '007100750065006500670000', '05dec959acff72f7', 1000,
    'ed2034e36328830ff09df1e1a07dd357185dac0d4f9eb3d4'],
  ['queeg, vector', 2, '007100750065006500670000', '05dec959acff72f7', 1000,
    '11dedad7758d4860'],
];
for (const [name, id, password, salt, rounds, want] of derived)
  test(`pkcs12_kdf: ${name}`, async () => {
    const got = await pkcs12Kdf('SHA-1', id, Buffer.from(password, 'hex'),
      Buffer.from(salt, 'hex'), rounds, want.length / 2);
    assert.equal(Buffer.from(got).toString('hex'), want);
  });
