/*
 * Certificate requests (PKCS #10, RFC 2986) for keys that are made here. The
 * request is built from the account's own address and a name, and signed by
 * the new key itself; nothing that was given as bytes is ever signed.
 */
import { VaultError } from '../vault-error.js';
import { concat, encode } from './bytes.js';
import { integer, nothing, octetString, oid, seq, setOf, tlv } from './der.js';
import { sha256 } from './keys.js';
import { aLabels } from './x509.js';

const MAX_NAME = 64; /* ub-common-name of RFC 5280 */
const MAX_ADDRESS = 254;

const rsa = (/** @type {number} */ modulusLength) => ({
  make: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength,
    publicExponent: new Uint8Array([1, 0, 1]) },
  sign: { name: 'RSASSA-PKCS1-v1_5' },
  algorithm: seq(oid('1.2.840.113549.1.1.11'), nothing),
  encode: (/** @type {Uint8Array} */ signature) => signature,
});

/** @param {string} namedCurve @param {string} hash @param {string} type */
const ec = (namedCurve, hash, type) => ({
  make: { name: 'ECDSA', namedCurve },
  sign: { name: 'ECDSA', hash },
  algorithm: seq(oid(type)),
  encode: ecdsaValue,
});

/** Every kind of key that can be made, under the name the server gives it. */
const kinds = new Map(/** @type {[string, any][]} */ ([
  ['rsa-2048', rsa(2048)],
  ['rsa-3072', rsa(3072)],
  ['p-256', ec('P-256', 'SHA-256', '1.2.840.10045.4.3.2')],
  ['p-384', ec('P-384', 'SHA-384', '1.2.840.10045.4.3.3')],
]));

/** @param {Uint8Array} bytes unsigned */
function whole(bytes) {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = bytes.subarray(first < 0 ? bytes.length - 1 : first);
  return tlv(0x02, digits[0] < 0x80 ? digits
    : concat(new Uint8Array([0]), digits));
}

/** WebCrypto gives r‖s, X.509 wants a SEQUENCE of the two.
 * @param {Uint8Array} signature */
function ecdsaValue(signature) {
  const half = signature.length / 2;
  return seq(whole(signature.subarray(0, half)),
    whole(signature.subarray(half)));
}

/** @param {Uint8Array} bytes */
const bitString = (bytes) => tlv(0x03, new Uint8Array([0]), bytes);

/** SEC-15: rfc822Name for ASCII, else SmtpUTF8Mailbox (RFC 9598); the domain
 * as A-labels in both. @param {string} address */
function generalName(address) {
  const at = address.lastIndexOf('@');
  const domain = aLabels(address.slice(at + 1));
  const local = address.slice(0, at);
  if (at < 1 || domain === null || address.length > MAX_ADDRESS ||
      /[\0-\x20\x7f-\x9f]/.test(local))
    throw new VaultError('address');
  const text = encode(`${local}@${domain}`);
  return /^[\x21-\x7e]+$/.test(local) ? tlv(0x81, text)
    : tlv(0xa0, oid('1.3.6.1.5.5.7.8.9'), tlv(0xa0, tlv(0x0c, text)));
}

/** @param {string} type @param {Uint8Array} value */
const extension = (type, value) => seq(oid(type), octetString(value));

/** The person's name, or the address where there is none.
 * @param {string} name @param {string} address */
function commonName(name, address) {
  const clean = name.normalize('NFC').replace(/[\p{Cc}\p{Cf}]/gu, '').trim();
  const text = [...clean === '' ? address : clean].slice(0, MAX_NAME).join('');
  return seq(setOf(seq(oid('2.5.4.3'), tlv(0x0c, encode(text)))));
}

/** What is signed: CertificationRequestInfo.
 * @param {Uint8Array} spki @param {string} name @param {string} address */
function requestInfo(spki, name, address) {
  const extensions = seq(
    extension('2.5.29.17', seq(generalName(address))),
    extension('2.5.29.37', seq(oid('1.3.6.1.5.5.7.3.4'))));
  const attribute = seq(oid('1.2.840.113549.1.9.14'), setOf(extensions));
  return seq(integer(0), commonName(name, address), spki,
    tlv(0xa0, attribute));
}

/** A new key and the request for its certificate. The caller wipes `pkcs8`,
 * which is the only copy of the private key there is.
 * @param {string} kind @param {string} name @param {string} address
 * @returns {Promise<Record<'pkcs8' | 'spki' | 'csr', Uint8Array>>} */
export async function makeKeyAndRequest(kind, name, address) {
  const way = kinds.get(kind);
  if (way === undefined)
    throw new VaultError('unsupported-key');
  generalName(address);
  const { subtle } = globalThis.crypto;
  const { privateKey, publicKey } = await subtle.generateKey(way.make, true,
    ['sign', 'verify']);
  const spki = new Uint8Array(await subtle.exportKey('spki', publicKey));
  const info = requestInfo(spki, name, address);
  const signature = new Uint8Array(
    await subtle.sign(way.sign, privateKey, info));
  const csr = seq(info, way.algorithm, bitString(way.encode(signature)));
  const pkcs8 = new Uint8Array(await subtle.exportKey('pkcs8', privateKey));
  return { pkcs8, spki, csr };
}

/** By which a request and its certificate know each other.
 * @param {Uint8Array} spki */
export const keyNameOf = (spki) => sha256(spki);
