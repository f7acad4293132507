/*
 * Decryption under a password: PBES2 (RFC 8018) with AES or 3DES, and the
 * older ways of PKCS #12 (RFC 7292, appendices B and C).
 */
import { createSHA1, createSHA256, createSHA384, createSHA512 }
  from 'hash-wasm';
import { VaultError } from '../vault-error.js';
import { concat } from './bytes.js';
import { octets, oidOf, sequence, small } from './der.js';
import { tripleDes } from './des.js';
import { rc2 } from './rc2.js';
import { sha1Again } from './sha1.js';
import { sha256Again } from './sha256.js';

const MAX_ROUNDS = 5e6;

/** @typedef {import('./der.js').Node} Node */
/** A password in the two spellings that files use.
 * @typedef {{bmp: Uint8Array, raw: Uint8Array}} Spelling */
/** Decrypts, or null when the spelling is not the right one.
 * @typedef {(spelling: Spelling, data: Uint8Array) =>
 *   Promise<Uint8Array | null>} Decrypt */

/** @returns {never} */
export const unsupported = () => {
  throw new VaultError('p12-unsupported');
};

const subtle = () => globalThis.crypto.subtle;

/** @param {Node | undefined} node */
export function roundsOf(node) {
  const rounds = small(node);
  return rounds >= 1 && rounds <= MAX_ROUNDS ? rounds : unsupported();
}

const hashers = {
  'SHA-1': createSHA1,
  'SHA-256': createSHA256,
  'SHA-384': createSHA384,
  'SHA-512': createSHA512,
};
/** @typedef {keyof typeof hashers} HashName */

/** @type {Record<string, HashName>} */
export const hashNames = {
  '1.3.14.3.2.26': 'SHA-1',
  '2.16.840.1.101.3.4.2.1': 'SHA-256',
  '2.16.840.1.101.3.4.2.2': 'SHA-384',
  '2.16.840.1.101.3.4.2.3': 'SHA-512',
};

/** @type {Record<string, HashName>} */
export const prfNames = {
  '1.2.840.113549.2.7': 'SHA-1',
  '1.2.840.113549.2.9': 'SHA-256',
  '1.2.840.113549.2.10': 'SHA-384',
  '1.2.840.113549.2.11': 'SHA-512',
};

/** Repeats bytes up to a multiple of size.
 * @param {Uint8Array} bytes @param {number} size */
function fill(bytes, size) {
  const length = Math.ceil(bytes.length / size) * size;
  return Uint8Array.from({ length }, (_, i) => bytes[i % bytes.length]);
}

/** Adds b + 1 to each block of a, as numbers of the size of b.
 * @param {Uint8Array} a @param {Uint8Array} b */
function addToBlocks(a, b) {
  for (let block = 0; block < a.length; block += b.length) {
    let carry = 1;
    for (let i = b.length - 1; i >= 0; i--) {
      carry += a[block + i] + b[i];
      a[block + i] = carry;
      carry >>= 8;
    }
  }
}

/** @param {HashName} hash @param {import('hash-wasm').IHasher} hasher
 *  @param {Uint8Array} digest @param {number} times */
function hashAgain(hash, hasher, digest, times) {
  if (hash === 'SHA-1')
    return sha1Again(digest, times);
  if (hash === 'SHA-256')
    return sha256Again(digest, times);
  let a = digest;
  for (let i = 0; i < times; i++)
    a = hasher.init().update(a).digest('binary');
  return a;
}

/** RFC 7292, appendix B.2. @param {HashName} hash
 * @param {number} id 1 key, 2 initial vector, 3 MAC key
 * @param {Uint8Array} bmp @param {Uint8Array} salt @param {number} rounds
 * @param {number} size */
export async function pkcs12Kdf(hash, id, bmp, salt, rounds, size) {
  const hasher = await hashers[hash]();
  const v = hasher.blockSize;
  const diversifier = new Uint8Array(v).fill(id);
  const state = concat(fill(salt, v), fill(bmp, v));
  let out = new Uint8Array(0);
  for (;;) {
    const first = hasher.init().update(diversifier).update(state)
      .digest('binary');
    const a = hashAgain(hash, hasher, first, rounds - 1);
    out = concat(out, a);
    if (out.length >= size)
      return out.subarray(0, size);
    addToBlocks(state, fill(a, v).subarray(0, v));
  }
}

/** @param {Uint8Array} raw @param {Uint8Array} salt @param {number} rounds
 *  @param {HashName} hash @param {number} size */
export async function pbkdf2(raw, salt, rounds, hash, size) {
  const key = await subtle().importKey('raw', raw, 'PBKDF2', false,
    ['deriveBits']);
  return new Uint8Array(await subtle().deriveBits(
    { name: 'PBKDF2', salt, iterations: rounds, hash }, key, size * 8));
}

/** @param {(block: Uint8Array) => Uint8Array} cipher
 *  @param {Uint8Array} iv @param {Uint8Array} data
 *  @returns {Uint8Array | null} */
function cbc(cipher, iv, data) {
  if (data.length === 0 || data.length % 8 !== 0)
    return null;
  const out = new Uint8Array(data.length);
  let last = iv;
  for (let at = 0; at < data.length; at += 8) {
    const block = data.subarray(at, at + 8);
    out.set(cipher(block).map((byte, i) => byte ^ last[i]), at);
    last = block;
  }
  const pad = out[out.length - 1];
  if (pad < 1 || pad > 8 || !out.subarray(-pad).every((b) => b === pad))
    return null;
  return out.subarray(0, out.length - pad);
}

/** @param {Uint8Array} bytes @param {Uint8Array} iv
 *  @param {Uint8Array} data */
async function aesCbc(bytes, iv, data) {
  const key = await subtle().importKey('raw', bytes, 'AES-CBC', false,
    ['decrypt']).catch(() => unsupported()); /* Chromium has no AES-192 */
  return subtle().decrypt({ name: 'AES-CBC', iv }, key, data)
    .then((clear) => new Uint8Array(clear), () => null);
}

/** @typedef {(key: Uint8Array, iv: Uint8Array, data: Uint8Array) =>
 *   Promise<Uint8Array | null> | Uint8Array | null} Cipher */

/** @type {Cipher} */
const tripleDesCbc = (key, iv, data) => cbc(tripleDes(key), iv, data);

/** @type {Record<string, {size: number, open: Cipher}>} */
const ciphers = {
  '2.16.840.1.101.3.4.1.2': { size: 16, open: aesCbc },
  '2.16.840.1.101.3.4.1.22': { size: 24, open: aesCbc },
  '2.16.840.1.101.3.4.1.42': { size: 32, open: aesCbc },
  '1.2.840.113549.3.7': { size: 24, open: tripleDesCbc },
};

/** PBKDF2's parameters. @param {Node} algorithm */
export function pbkdf2Of(algorithm) {
  const [kind, parameters] = sequence(algorithm);
  if (oidOf(kind) !== '1.2.840.113549.1.5.12')
    return unsupported();
  const [salt, rounds, ...rest] = sequence(parameters);
  const prf = rest.find((node) => node.tag === 0x30);
  const hash = prf === undefined ? 'SHA-1' : prfNames[oidOf(prf.items[0])];
  return { salt: octets(salt), rounds: roundsOf(rounds),
    hash: hash ?? unsupported() };
}

/** @param {Node} parameters @returns {Decrypt} */
function pbes2(parameters) {
  const [derivation, encryption] = sequence(parameters);
  const { salt, rounds, hash } = pbkdf2Of(derivation);
  const [cipherOid, iv] = sequence(encryption);
  const cipher = ciphers[oidOf(cipherOid)] ?? unsupported();
  const start = octets(iv);
  return async ({ raw }, data) => cipher.open(
    await pbkdf2(raw, salt, rounds, hash, cipher.size), start, data);
}

/** @type {Record<string, {size: number, open: Cipher}>} */
const oldCiphers = {
  '1.2.840.113549.1.12.1.3': { size: 24, open: tripleDesCbc },
  '1.2.840.113549.1.12.1.4': { size: 16, open: (key, iv, data) =>
    tripleDesCbc(concat(key, key.subarray(0, 8)), iv, data) },
  '1.2.840.113549.1.12.1.5': { size: 16, open: (key, iv, data) =>
    cbc(rc2(key, 128), iv, data) },
  '1.2.840.113549.1.12.1.6': { size: 5, open: (key, iv, data) =>
    cbc(rc2(key, 40), iv, data) },
};

/** How to decrypt under an AlgorithmIdentifier.
 * @param {Node} algorithm @returns {Decrypt} */
export function decryptorOf(algorithm) {
  const [kind, parameters] = sequence(algorithm);
  const name = oidOf(kind);
  if (name === '1.2.840.113549.1.5.13')
    return pbes2(parameters);
  const cipher = oldCiphers[name] ?? unsupported();
  const [salt, rounds] = sequence(parameters);
  const count = roundsOf(rounds);
  return async ({ bmp }, data) => {
    const key = await pkcs12Kdf('SHA-1', 1, bmp, octets(salt), count,
      cipher.size);
    const iv = await pkcs12Kdf('SHA-1', 2, bmp, octets(salt), count, 8);
    return cipher.open(key, iv, data);
  };
}
