/*
 * Writes a .p12 file (RFC 7292) of one key and its certificates, so that a
 * person can keep a copy: PBES2 with AES-256, and a check value that every
 * program knows. The file is closed by its password, and so may leave.
 */
import { integer, nothing, octetString, oid, seq, setOf, tlv } from './der.js';
import { forgetPassword, hmac, passwordOf, utf16 } from './pkcs12.js';
import { pbkdf2, pkcs12Kdf } from './pbe.js';

const ROUNDS = 600000;
const DATA = oid('1.2.840.113549.1.7.1');
const ENCRYPTED_DATA = oid('1.2.840.113549.1.7.6');
const SHA256 = oid('2.16.840.1.101.3.4.2.1');

/** @typedef {import('./pbe.js').Spelling} Spelling */

const random = (/** @type {number} */ size) =>
  globalThis.crypto.getRandomValues(new Uint8Array(size));

const rounds = tlv(0x02, new Uint8Array([ROUNDS >> 16, ROUNDS >> 8 & 255,
  ROUNDS & 255]));

/** @param {string} type */
const bagType = (type) => oid(`1.2.840.113549.1.12.10.1.${type}`);

/** @param {Uint8Array} value */
const explicit = (value) => tlv(0xa0, value);

/** Encrypted, as [AlgorithmIdentifier, ciphertext].
 * @param {Uint8Array} clear @param {Spelling} password
 * @returns {Promise<[Uint8Array, Uint8Array]>} */
async function encrypt(clear, { raw }) {
  const { subtle } = globalThis.crypto;
  const [salt, iv] = [random(16), random(16)];
  const bytes = await pbkdf2(raw, salt, ROUNDS, 'SHA-256', 32);
  const key = await subtle.importKey('raw', bytes, 'AES-CBC', false,
    ['encrypt']);
  bytes.fill(0);
  const derivation = seq(oid('1.2.840.113549.1.5.12'),
    seq(octetString(salt), rounds,
      seq(oid('1.2.840.113549.2.9'), nothing)));
  const cipher = seq(oid('2.16.840.1.101.3.4.1.42'), octetString(iv));
  return [seq(oid('1.2.840.113549.1.5.13'), seq(derivation, cipher)),
    new Uint8Array(await subtle.encrypt({ name: 'AES-CBC', iv }, key, clear))];
}

/** What tells programs that a key and a certificate belong together, and the
 * name they show. @param {Uint8Array} id @param {string} name */
function attributesOf(id, name) {
  const units = utf16(name);
  return setOf(
    seq(oid('1.2.840.113549.1.9.20'), setOf(tlv(0x1e, units))),
    seq(oid('1.2.840.113549.1.9.21'), setOf(octetString(id))));
}

/** @param {Uint8Array} der @param {...Uint8Array} attributes */
const certificateBag = (der, ...attributes) => seq(bagType('3'),
  explicit(seq(oid('1.2.840.113549.1.9.22.1'),
    explicit(octetString(der)))), ...attributes);

/** @param {Uint8Array} content @param {Spelling} password */
async function checkValue(content, { bmp }) {
  const salt = random(16);
  const key = await pkcs12Kdf('SHA-256', 3, bmp, salt, ROUNDS, 32);
  const value = await hmac(key, 'SHA-256', content);
  key.fill(0);
  return seq(seq(seq(SHA256, nothing), octetString(value)),
    octetString(salt), rounds);
}

/**
 * @param {{pkcs8: Uint8Array, id: Uint8Array, name: string,
 *   certificates: Uint8Array[]}} what the first certificate is the key's
 * @param {string} text the password
 * @returns {Promise<Uint8Array>}
 */
export async function writePkcs12({ pkcs8, id, name, certificates }, text) {
  const password = passwordOf(text);
  try {
    const attributes = attributesOf(id, name);
    const [own, ...others] = certificates;
    const bags = seq(certificateBag(own, attributes),
      ...others.map((der) => certificateBag(der)));
    const [way, sealed] = await encrypt(bags, password);
    const [keyWay, sealedKey] = await encrypt(pkcs8, password);
    const keys = seq(seq(bagType('2'),
      explicit(seq(keyWay, octetString(sealedKey))), attributes));
    const content = seq(
      seq(ENCRYPTED_DATA, explicit(seq(integer(0),
        seq(DATA, way, tlv(0x80, sealed))))),
      seq(DATA, explicit(octetString(keys))));
    return seq(integer(3), seq(DATA, explicit(octetString(content))),
      await checkValue(content, password));
  } finally {
    await forgetPassword();
  }
}
