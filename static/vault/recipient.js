/*
 * The server's key request (DESIGN §3), read: which encrypted key is for a
 * key of this vault, and how it is encrypted. One is chosen by its kid and no
 * other is tried (SEC-26).
 */
import { VaultError } from '../vault-error.js';
import { fromBase64 } from './bytes.js';

/** As messages name hash functions, to WebCrypto's names. */
export const hashNames = new Map([['sha1', 'SHA-1'], ['sha256', 'SHA-256'],
  ['sha384', 'SHA-384'], ['sha512', 'SHA-512']]);

const KEY_SIZES = [16, 24, 32];
const MAX_RECIPIENTS = 1000;
const MAX_BYTES = 4096;

/**
 * @typedef {{kind: 'rsa15', encryptedKey: Uint8Array}} Transport
 * @typedef {{kind: 'oaep', encryptedKey: Uint8Array, hash: string,
 *   mgfHash: string, label: Uint8Array}} Oaep names of WebCrypto
 * @typedef {{kind: 'ecdh', encryptedKey: Uint8Array, curve: string | null,
 *   point: Uint8Array, kdfHash: string, sharedInfo: Uint8Array,
 *   kekBits: number, wrap: string}} Agreement
 * @typedef {Transport | Oaep | Agreement} Recipient
 * @typedef {{kid?: string, recipients: any[], key_size: number,
 *   gesture?: 'open'}} KeyRequest as the server wrote it
 */

/** @returns {never} */
const undecodable = () => {
  throw new VaultError('undecodable');
};

/** @param {unknown} text */
function bytesFrom(text) {
  const bytes = fromBase64(text) ?? undecodable();
  return bytes.length > MAX_BYTES ? undecodable() : bytes;
}

/** @param {unknown} name */
const hashFrom = (name) => hashNames.get(String(name)) ?? undecodable();

/** @param {any} one @returns {Recipient} */
function readRecipient(one) {
  const encryptedKey = bytesFrom(one.encrypted_key);
  if (one.kind === 'rsa15')
    return { kind: 'rsa15', encryptedKey };
  if (one.kind === 'oaep')
    return { kind: 'oaep', encryptedKey, hash: hashFrom(one.hash),
      mgfHash: hashFrom(one.mgf_hash), label: bytesFrom(one.label ?? '') };
  if (one.kind !== 'ecdh')
    return undecodable();
  return { kind: 'ecdh', encryptedKey, curve: one.curve ?? null,
    point: bytesFrom(one.public), kdfHash: String(one.kdf_hash),
    sharedInfo: bytesFrom(one.shared_info), kekBits: one.kek_bits,
    wrap: String(one.wrap) };
}

/** The first that a key in hand is for, and the length of its content key.
 * @template Key
 * @param {KeyRequest} request @param {(kid: string) => Key | undefined} find
 * @returns {{kid: string, key: Key, size: number, read: () => Recipient} |
 *   null} null when no key is */
export function chooseRecipient(request, find) {
  const { kid: wish, recipients, key_size: size } = request ?? {};
  if (!Array.isArray(recipients) || recipients.length > MAX_RECIPIENTS ||
      !KEY_SIZES.includes(size))
    return undecodable();
  for (const one of recipients) {
    const kid = one?.kid;
    const key = typeof kid === 'string' && (wish ?? kid) === kid
      ? find(kid) : undefined;
    if (key !== undefined)
      return { kid, key, size, read: () => readRecipient(one) };
  }
  return null;
}
