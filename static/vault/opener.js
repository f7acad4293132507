/*
 * Private keys that open: apart from those that sign, and handles wherever
 * WebCrypto has the method (SEC-22). PKCS #1 v1.5 it does not have: those
 * numbers stay in this worker.
 */
import { openAgreed } from './agreement.js';
import { concat, encode, equal } from './bytes.js';
import { unpadOaep, unpadV15 } from './padding.js';
import { hashNames } from './recipient.js';
import { RsaKey } from './rsa.js';

const REJECTION = 'sceau/rejection/1';

/**
 * @typedef {import('./recipient.js').Recipient} Recipient
 * @typedef {import('./recipient.js').Oaep} Oaep
 * @typedef {import('./recipient.js').Agreement} Agreement
 * @typedef {import('./x509.js').Certificate} Certificate
 * @typedef {(recipient: Recipient, size: number) =>
 *   Promise<Uint8Array | null>} Open the content key of so many bytes, or
 *   null: every failure is alike
 */

const subtle = () => globalThis.crypto.subtle;

/** @param {Promise<ArrayBuffer>} secret
 *  @returns {Promise<Uint8Array | null>} */
async function bytesOrNull(secret) {
  try {
    return new Uint8Array(await secret);
  } catch (error) {
    if (error instanceof DOMException)
      return null;
    throw error;
  }
}

/** What a wrong padding gives instead: as good as random, always the same
 * for the same question, unrelated for any other, and length and key are
 * part of the question (SEC-27).
 * @param {RsaKey} key @param {string} kid */
async function syntheticOf(key, kid) {
  const secret = key.secretBytes();
  const seed = concat(encode(REJECTION), secret);
  const handle = await subtle().importKey('raw',
    await subtle().digest('SHA-256', seed),
    { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  seed.fill(0);
  secret.fill(0);

  /** @param {Uint8Array} encrypted @param {number} size */
  async function synthetic(encrypted, size) {
    const mac = await subtle().sign('HMAC', handle,
      concat(encrypted, new Uint8Array([size]), encode(kid)));
    return new Uint8Array(mac).slice(0, size);
  }
  return synthetic;
}

/** @param {Uint8Array} pkcs8
 *  @returns {Promise<Map<string, CryptoKey>>} one for each hash */
async function oaepHandles(pkcs8) {
  const handles = new Map();
  for (const hash of hashNames.values())
    handles.set(hash, await subtle().importKey('pkcs8', pkcs8,
      { name: 'RSA-OAEP', hash }, false, ['decrypt']));
  return handles;
}

/** @param {Uint8Array} pkcs8 @param {string} kid @returns {Promise<Open>} */
async function rsaOpener(pkcs8, kid) {
  const key = new RsaKey(pkcs8);
  const synthetic = await syntheticOf(key, kid);
  const handles = await oaepHandles(pkcs8);

  /** @param {Oaep} how @param {number} size */
  async function openOaep({ encryptedKey, hash, mgfHash, label }, size) {
    if (hash === mgfHash)
      return bytesOrNull(subtle().decrypt({ name: 'RSA-OAEP', label },
        /** @type {CryptoKey} */ (handles.get(hash)), encryptedKey));
    const padded = key.open(encryptedKey);
    return padded && unpadOaep(padded, hash, mgfHash, label, size);
  }

  return async (recipient, size) => {
    const { kind, encryptedKey } = recipient;
    if (kind === 'ecdh' || encryptedKey.length !== key.size)
      return null;
    if (kind === 'oaep')
      return openOaep(recipient, size);
    const instead = await synthetic(encryptedKey, size);
    const padded = key.open(encryptedKey);
    return padded && unpadV15(padded, instead);
  };
}

/** What messages call a curve, and the bits of what two keys share.
 * @type {Record<string, {name: string, bits: number}>} */
const curves = {
  'P-256': { name: 'p256', bits: 256 },
  'P-384': { name: 'p384', bits: 384 },
  'P-521': { name: 'p521', bits: 528 },
  X25519: { name: 'x25519', bits: 256 },
};

/** @param {string} kind */
const agreementOf = (kind) => kind === 'X25519' ? { name: 'X25519' }
  : { name: 'ECDH', namedCurve: kind };

/** @param {CryptoKey} handle @param {string} kind @param {Uint8Array} point
 *  @returns {Promise<Uint8Array | null>} null for what is no point */
export async function sharedSecret(handle, kind, point) {
  const how = agreementOf(kind);
  return bytesOrNull((async () => {
    const other = await subtle().importKey('raw', point, how, true, []);
    return subtle().deriveBits({ name: how.name, public: other }, handle,
      curves[kind].bits);
  })());
}

/** @param {Uint8Array} pkcs8 @param {string} kind */
export const agreementHandle = (pkcs8, kind) => subtle().importKey('pkcs8', pkcs8,
  agreementOf(kind), false, ['deriveBits']);

/** Whether a private key is the one of this point: both ways to agree with a
 * third give the same. @param {Uint8Array} pkcs8 @param {string} kind
 * @param {Uint8Array} point */
export async function isKeyOfPoint(pkcs8, kind, point) {
  const handle = await agreementHandle(pkcs8, kind);
  const pair = /** @type {CryptoKeyPair} */ (await subtle().generateKey(
    agreementOf(kind), false, ['deriveBits']));
  const third = new Uint8Array(
    await subtle().exportKey('raw', pair.publicKey));
  const [mine, want] = [await sharedSecret(handle, kind, third),
    await sharedSecret(pair.privateKey, kind, point)];
  return mine !== null && want !== null && equal(mine, want);
}

/** @param {Uint8Array} pkcs8 @param {string} kind @returns {Promise<Open>} */
async function agreementOpener(pkcs8, kind) {
  const handle = await agreementHandle(pkcs8, kind);
  return async (recipient, size) => {
    if (recipient.kind !== 'ecdh' ||
        (recipient.curve ?? curves[kind].name) !== curves[kind].name ||
        recipient.encryptedKey.length !== size + 8)
      return null;
    const secret = await sharedSecret(handle, kind, recipient.point);
    try {
      return secret && await openAgreed(secret, recipient);
    } finally {
      secret?.fill(0);
    }
  };
}

/** What opens with a private key, which is its certificate's.
 * @param {Uint8Array} pkcs8 @param {Certificate} certificate
 * @param {string} kid @returns {Promise<Open>} */
export async function openerOf(pkcs8, { key }, kid) {
  const open = key.kind === 'rsa' ? await rsaOpener(pkcs8, kid)
    : await agreementOpener(pkcs8, key.kind);
  return async (recipient, size) => {
    const content = await open(recipient, size);
    return content?.length === size ? content : null;
  };
}
