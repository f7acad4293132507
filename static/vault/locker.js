/*
 * What is at rest is under the passphrase (SEC-22): Argon2id gives a key
 * that seals one random key, and that one seals every private key.
 */
import { argon2id } from 'hash-wasm';
import { VaultError } from '../vault-error.js';
import { encode } from './bytes.js';

const LOCKER = 'sceau/locker/1';
const COST = { memory: 65536, passes: 3, lanes: 1 };

/** @typedef {{iv: Uint8Array, sealed: Uint8Array}} Sealed */
/** @typedef {{version: 1, salt: Uint8Array, cost: typeof COST,
 *   master: Sealed}} Locker */

const subtle = () => globalThis.crypto.subtle;
const random = (/** @type {number} */ size) =>
  globalThis.crypto.getRandomValues(new Uint8Array(size));

/** @param {Uint8Array} raw */
async function aesKey(raw) {
  const key = await subtle().importKey('raw', raw, 'AES-GCM', false,
    ['encrypt', 'decrypt']);
  raw.fill(0);
  return key;
}

/** @param {string} passphrase @param {Uint8Array} salt
 *  @param {typeof COST} cost */
async function derive(passphrase, salt, cost) {
  return aesKey(await argon2id({
    password: encode(passphrase.normalize('NFC')),
    salt,
    memorySize: cost.memory,
    iterations: cost.passes,
    parallelism: cost.lanes,
    hashLength: 32,
    outputType: 'binary',
  }));
}

/** Ten characters, and not a few of them repeated. Argon2id makes guessing
 * dear; it cannot make a common word safe. @param {string} passphrase */
export function isWeak(passphrase) {
  const points = Array.from(passphrase.normalize('NFC'));
  return points.length < 10 || new Set(points).size < 5;
}

/** A sealed key opens for its own certificate alone. @param {string} kid */
export const purposeOf = (kid) => `sceau/key/1/${kid}`;

/** @param {CryptoKey} key @param {Uint8Array} clear @param {string} purpose
 *  @returns {Promise<Sealed>} */
export async function seal(key, clear, purpose) {
  const iv = random(12);
  const sealed = await subtle().encrypt({ name: 'AES-GCM', iv,
    additionalData: encode(purpose) }, key, clear);
  return { iv, sealed: new Uint8Array(sealed) };
}

/** @param {CryptoKey} key @param {Sealed} box @param {string} purpose
 *  @returns {Promise<Uint8Array | null>} null when that was not sealed */
export async function unseal(key, { iv, sealed }, purpose) {
  return subtle().decrypt({ name: 'AES-GCM', iv,
    additionalData: encode(purpose) }, key, sealed)
    .then((clear) => new Uint8Array(clear), () => null);
}

/** A new locker, and the key that it keeps.
 * @param {string} passphrase */
export async function newLocker(passphrase) {
  const salt = random(16);
  const outer = await derive(passphrase, salt, COST);
  const raw = random(32);
  const master = await seal(outer, raw, LOCKER);
  /** @type {Locker} */
  const locker = { version: 1, salt, cost: COST, master };
  return { locker, key: await aesKey(raw) };
}

/** @param {Locker} locker @param {string} passphrase */
export async function openLocker(locker, passphrase) {
  const outer = await derive(passphrase, locker.salt, locker.cost);
  const raw = await unseal(outer, locker.master, LOCKER);
  if (raw === null)
    throw new VaultError('passphrase');
  return aesKey(raw);
}
