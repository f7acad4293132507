/* RSA's numbers: agreement with node, and what is refused. */
import './node-globals.mjs';
import assert from 'node:assert/strict';
import * as crypto from 'node:crypto';
import { test } from 'node:test';
import { Asn1Error, integer, octetString, oid, seq, tlv }
  from '../../static/vault/der.js';
import { openerOf } from '../../static/vault/opener.js';
import { unpadOaep } from '../../static/vault/padding.js';
import { bytesOf, numberOf, RsaKey } from '../../static/vault/rsa.js';

const { RSA_NO_PADDING } = crypto.constants;

/** @param {number} modulusLength @param {number} [publicExponent] */
const makePair = (modulusLength, publicExponent = 65537) =>
  crypto.generateKeyPairSync('rsa', { modulusLength, publicExponent });

/** @param {crypto.KeyObject} key */
const pkcs8Of = (key) =>
  new Uint8Array(key.export({ type: 'pkcs8', format: 'der' }));

for (const [bits, exponent] of [[1024, 65537], [1025, 65537], [1031, 3],
  [2048, 3], [2048, 65537], [2056, 65537], [3072, 65537]])
  test(`rsa_agrees_with_openssl: ${bits} bits, exponent ${exponent}`, () => {
    const { publicKey, privateKey } = makePair(bits, exponent);
    const key = new RsaKey(pkcs8Of(privateKey));
    assert.equal(key.size, Math.ceil(bits / 8));
    const edges = [0n, 1n, 2n, key.n - 1n, key.n - 2n, key.n >> 1n];
    const random = Array.from({ length: 20 }, () =>
      numberOf(crypto.randomBytes(key.size)) % key.n);
    for (const message of [...edges, ...random]) {
      const bytes = bytesOf(message, key.size);
      const encrypted = crypto.publicEncrypt(
        { key: publicKey, padding: RSA_NO_PADDING }, bytes);
      assert.deepEqual(key.open(new Uint8Array(encrypted)), bytes,
        `message ${message}`);
    }
    assert.equal(key.open(bytesOf(key.n, key.size)), null);
    assert.equal(key.open(new Uint8Array(key.size + 1)), null);
  });

const members = ['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi'];
const jwk = /** @type {any} */ (makePair(1024).privateKey.export(
  { format: 'jwk' }));
const honest = members.map((name) =>
  numberOf(Buffer.from(jwk[name], 'base64url')));

/** @param {bigint} number */
function natural(number) {
  const digits = number.toString(16);
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  return tlv(0x02, Buffer.from(
    parseInt(even.slice(0, 2), 16) > 0x7f ? `00${even}` : even, 'hex'));
}

/** PKCS #8 of numbers. @param {bigint[]} numbers @param {number} [version] */
const pkcs8 = (numbers, version = 0) => seq(integer(0),
  seq(oid('1.2.840.113549.1.1.1'), tlv(0x05)), octetString(
    seq(integer(version), ...numbers.map(natural))));

test('numbers_are_written_in_full_however_small', () => {
  new RsaKey(pkcs8(honest));
  assert.deepEqual(bytesOf(0n, 3), new Uint8Array(3));
  assert.deepEqual(bytesOf(258n, 3), new Uint8Array([0, 1, 2]));
  assert.equal(numberOf(new Uint8Array(0)), 0n);
});

/** @type {[string, () => Uint8Array][]} */
const refused = [
  ...members.filter((name) => name !== 'd').map((name) =>
    /** @type {[string, () => Uint8Array]} */ ([`another ${name}`,
      () => pkcs8(honest.map((number, i) =>
        members[i] === name ? number + 2n : number))])),
  ['primes of 1', () => pkcs8([honest[0], honest[1], honest[2], honest[0],
    1n, ...honest.slice(5)])],
  ['an even modulus', () => pkcs8([honest[0] * 2n, honest[1], honest[2],
    honest[3] * 2n, ...honest.slice(4)])],
  ['three primes', () => pkcs8(honest, 1)],
  ['a number less', () => pkcs8(honest.slice(0, 7))],
  ['a number more', () => pkcs8([...honest, 1n])],
  ['a negative number', () => seq(integer(0), seq(), octetString(seq(
    integer(0), tlv(0x02, new Uint8Array([0x80])))))],
  ['a number of 100 kilobytes', () => pkcs8(honest.map(() =>
    1n << 800000n))],
];
for (const [name, make] of refused)
  test(`rsa_key_is_refused: ${name}`, () => {
    assert.throws(() => new RsaKey(make()), Asn1Error);
  });

/* A fault while it computes with one prime gives away the other to whoever
 * sees the result (Boneh, DeMillo, Lipton). */
test('sec_27_result_of_a_slip_is_not_given_out', () => {
  const { publicKey, privateKey } = makePair(1024);
  const key = new RsaKey(pkcs8Of(privateKey));
  const encrypted = new Uint8Array(crypto.publicEncrypt(
    { key: publicKey, padding: RSA_NO_PADDING }, Buffer.alloc(128, 7)));
  assert.notEqual(key.open(encrypted), null);
  key.halves[0].exponent += 1n;
  assert.equal(key.open(encrypted), null);
});

test('sec_27_every_use_is_blinded_anew', () => {
  const { publicKey, privateKey } = makePair(1024);
  const key = new RsaKey(pkcs8Of(privateKey));
  const encrypted = new Uint8Array(crypto.publicEncrypt(
    { key: publicKey, padding: RSA_NO_PADDING }, Buffer.alloc(128, 7)));
  const bases = new Set();
  const exponents = new Set();
  const real = key.secretPower.bind(key);
  key.secretPower = (base) => {
    bases.add(base);
    return real(base);
  };
  for (const { field } of key.halves) {
    const power = field.power.bind(field);
    field.power = (base, exponent, bits) => {
      exponents.add(exponent);
      return power(base, exponent, bits);
    };
  }
  for (let i = 0; i < 20; i++)
    key.open(encrypted);
  assert.equal(bases.size, 20);
  assert.equal(exponents.size, 40);
  assert.ok(!bases.has(numberOf(encrypted)));
});

test('sec_27_rejection_key_depends_on_each_of_key_kid_and_length',
  async () => {
    const [mine, other] = [makePair(1024), makePair(1024)]
      .map(({ privateKey }) => pkcs8Of(privateKey));
    const certificate = /** @type {any} */ ({ key: { kind: 'rsa' } });
    const encryptedKey = new Uint8Array(128).fill(3);
    /** @param {Uint8Array} pkcs8Bytes @param {string} kid
     *  @param {number} size */
    const ask = async (pkcs8Bytes, kid, size) => {
      const open = await openerOf(pkcs8Bytes, certificate, kid);
      const key = await open({ kind: 'rsa15', encryptedKey }, size);
      return Buffer.from(key ?? []).toString('hex').slice(0, 32);
    };
    const first = await ask(mine, 'a', 32);
    assert.equal(first.length, 32);
    assert.equal(await ask(mine, 'a', 32), first);
    assert.notEqual(await ask(other, 'a', 32), first);
    assert.notEqual(await ask(mine, 'b', 32), first);
    assert.notEqual(await ask(mine, 'a', 16), first);
  });

/** @param {Uint8Array} seed @param {Uint8Array} bytes */
function masked(seed, bytes) {
  const out = Buffer.from(bytes);
  for (let i = 0; i < out.length; i++)
    out[i] ^= crypto.createHash('sha1').update(seed)
      .update(Buffer.from([0, 0, 0, Math.floor(i / 20)])).digest()[i % 20];
  return out;
}

/** OAEP of a key of 7s with SHA-256 and MGF1 of SHA-1, spoiled.
 * @param {(block: Buffer) => void} spoil @param {number} [first] */
function oaepOf(spoil, first = 0) {
  const block = Buffer.alloc(95);
  crypto.createHash('sha256').digest().copy(block);
  block[62] = 1;
  block.fill(7, 63);
  spoil(block);
  const hidden = masked(Buffer.alloc(32, 5), block);
  return new Uint8Array(Buffer.concat([Buffer.from([first]),
    masked(hidden, Buffer.alloc(32, 5)), hidden]));
}

/** @type {[string, Uint8Array, boolean][]} */
const paddings = [
  ['sound', oaepOf(() => {}), true],
  ['first byte', oaepOf(() => {}, 1), false],
  ['hash of the label', oaepOf((block) => { block[31] ^= 1; }), false],
  ['no zeros', oaepOf((block) => { block[40] = 9; }), false],
  ['no one before the key', oaepOf((block) => { block[62] = 3; }), false],
];
for (const [name, padded, sound] of paddings)
  test(`sec_27_oaep_is_held_to_all_of_its_padding: ${name}`, async () => {
    const key = await unpadOaep(padded, 'SHA-256', 'SHA-1',
      new Uint8Array(0), 32);
    assert.deepEqual(key, sound ? new Uint8Array(32).fill(7) : null);
  });
