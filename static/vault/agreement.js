/*
 * Key agreement of CMS (RFC 5753, RFC 8418) after the shared secret: a key
 * from X9.63's derivation, and the content key that AES wraps with it.
 */
import { createSHA224 } from 'hash-wasm';
import { concat } from './bytes.js';
import { unwrapAes192 } from './aes192.js';
import { hashNames } from './recipient.js';

/** Bytes of the wrapping key. 3DES is not among them: what it wraps is not
 * opened. */
const wraps = new Map([['aes128', 16], ['aes192', 24], ['aes256', 32]]);

const subtle = () => globalThis.crypto.subtle;

/** @param {string} name @param {Uint8Array} data */
async function digest(name, data) {
  if (name === 'sha224')
    return (await createSHA224()).init().update(data).digest('binary');
  const known = hashNames.get(name) ?? name;
  return new Uint8Array(await subtle().digest(known, data));
}

/** @param {string} hash @param {Uint8Array} secret @param {Uint8Array} info
 *  @param {number} size */
export async function derive(hash, secret, info, size) {
  let key = new Uint8Array(0);
  for (let count = 1; key.length < size; count++) {
    const block = concat(secret, new Uint8Array([0, 0, 0, count]), info);
    key = concat(key, await digest(hash, block));
    block.fill(0);
  }
  return key.slice(0, size);
}

/** AES key wrap (RFC 3394). HMAC stands for keys of any length. Chromium
 * knows no AES of 192 bits.
 * @param {Uint8Array} key @param {Uint8Array} wrapped
 * @returns {Promise<Uint8Array | null>} */
export async function unwrapAes(key, wrapped) {
  if (key.length === 24)
    return unwrapAes192(key, wrapped);
  try {
    const handle = await subtle().importKey('raw', key, 'AES-KW', false,
      ['unwrapKey']);
    const content = await subtle().unwrapKey('raw', wrapped, handle,
      'AES-KW', { name: 'HMAC', hash: 'SHA-256' }, true, ['sign']);
    return new Uint8Array(await subtle().exportKey('raw', content));
  } catch (error) {
    if (error instanceof DOMException)
      return null;
    throw error;
  }
}

/** @param {Uint8Array} secret shared
 *  @param {import('./recipient.js').Agreement} how
 *  @returns {Promise<Uint8Array | null>} */
export async function openAgreed(secret, how) {
  const size = wraps.get(how.wrap);
  const known = how.kdfHash === 'sha224' || hashNames.has(how.kdfHash);
  if (!known || size === undefined || size * 8 !== how.kekBits)
    return null;
  const key = await derive(how.kdfHash, secret, how.sharedInfo, size);
  try {
    return await unwrapAes(key, how.encryptedKey);
  } finally {
    key.fill(0);
  }
}
