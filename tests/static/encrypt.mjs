/*
 * Content keys encrypted for a certificate, as a key request shows them: by
 * node's own cryptography, so that the vault's has another to agree with.
 */
import * as crypto from 'node:crypto';
import { bytesOf } from './identities.mjs';

const { RSA_PKCS1_PADDING, RSA_PKCS1_OAEP_PADDING, RSA_NO_PADDING } =
  crypto.constants;

/** @param {string} name */
export const kidOf = (name) =>
  crypto.createHash('sha256').update(bytesOf(`${name}.der`)).digest('hex');

/** @param {string} name */
export const publicKey = (name) =>
  crypto.createPublicKey(Buffer.from(bytesOf(`${name}.pem`)));

/** @param {Uint8Array} bytes */
const base64 = (bytes) => Buffer.from(bytes).toString('base64');

/** @param {string} name @param {Uint8Array} key */
export const forV15 = (name, key) => ({ kid: kidOf(name), kind: 'rsa15',
  encrypted_key: base64(crypto.publicEncrypt(
    { key: publicKey(name), padding: RSA_PKCS1_PADDING }, key)) });

/** Bytes that RSA encrypts as they are. @param {string} name
 *  @param {Uint8Array} padded */
export const forPadded = (name, padded) => ({ kid: kidOf(name),
  kind: 'rsa15', encrypted_key: base64(crypto.publicEncrypt(
    { key: publicKey(name), padding: RSA_NO_PADDING }, padded)) });

/** @param {string} name @param {Uint8Array} key @param {string} hash
 *  @param {string} [label] */
export const forOaep = (name, key, hash, label = '') => ({
  kid: kidOf(name), kind: 'oaep', hash, mgf_hash: hash,
  label: base64(Buffer.from(label)),
  encrypted_key: base64(crypto.publicEncrypt({ key: publicKey(name),
    padding: RSA_PKCS1_OAEP_PADDING, oaepHash: hash,
    oaepLabel: Buffer.from(label) }, key)) });

/** @param {string} hash @param {Buffer} secret @param {Buffer} info
 *  @param {number} size */
function x963(hash, secret, info, size) {
  const blocks = [];
  for (let count = 1; blocks.length * 20 < size; count++)
    blocks.push(crypto.createHash(hash).update(secret)
      .update(Buffer.from([0, 0, 0, count])).update(info).digest());
  return Buffer.concat(blocks).subarray(0, size);
}

const points = { 'prime256v1': ['p256', 65], 'secp384r1': ['p384', 97],
  'secp521r1': ['p521', 133] };

/** The public key's last bytes are the point.
 * @param {crypto.KeyObject} key @param {number} size */
const pointOf = (key, size) => key.export({ type: 'spki', format: 'der' })
  .subarray(-size);

/** @param {string} name @param {Uint8Array} key @param {string} kdfHash
 *  @param {128 | 192 | 256} bits of the wrapping key */
export function forAgreement(name, key, kdfHash, bits) {
  const theirs = publicKey(name);
  const curve = theirs.asymmetricKeyDetails?.namedCurve;
  const pair = curve === undefined ? crypto.generateKeyPairSync('x25519')
    : crypto.generateKeyPairSync('ec', { namedCurve: curve });
  const [curveName, size] = curve === undefined ? ['x25519', 32]
    : /** @type {any} */ (points)[curve];
  const info = Buffer.from(`info of ${kdfHash} ${bits}`);
  const kek = x963(kdfHash, crypto.diffieHellman(
    { privateKey: pair.privateKey, publicKey: theirs }), info, bits / 8);
  const cipher = crypto.createCipheriv(
    /** @type {any} */ (`id-aes${bits}-wrap`), kek, Buffer.alloc(8, 0xa6));
  return {
    kid: kidOf(name), kind: 'ecdh', curve: curveName,
    public: base64(pointOf(pair.publicKey, size)), kdf_hash: kdfHash,
    shared_info: base64(info), kek_bits: bits, wrap: `aes${bits}`,
    encrypted_key: base64(Buffer.concat([cipher.update(key),
      cipher.final()])),
  };
}
