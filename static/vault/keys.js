/*
 * Private keys: read once from PKCS #8, then handles that can sign and can
 * not be read, even here (SEC-22).
 */
import { VaultError } from '../vault-error.js';
import { concat, hex } from './bytes.js';
import { Asn1Error, integer, octets, octetString, oidOf, parse, seq,
  sequence, tlv } from './der.js';
import { curves } from './x509.js';

const RSA = '1.2.840.113549.1.1.1';
const EC = '1.2.840.10045.2.1';
const MIN_RSA = 1024; /* the server and the administrator ask for more */
const MAX_RSA = 8192;

/**
 * @typedef {import('./x509.js').Certificate} Certificate
 * @typedef {import('./attributes.js').Algorithm} Algorithm
 * @typedef {object} SigningKey
 * @property {string} kid
 * @property {Uint8Array} hash of the certificate
 * @property {string[]} addresses of the certificate
 * @property {Algorithm[]} algorithms
 * @property {(algorithm: Algorithm, data: Uint8Array) => Promise<Uint8Array>}
 *   sign
 */

const subtle = () => globalThis.crypto.subtle;

/** @param {Uint8Array} bytes */
export const sha256 = async (bytes) =>
  new Uint8Array(await subtle().digest('SHA-256', bytes));

/** The certificate's id. @param {Uint8Array} der */
export const kidOf = async (der) => hex(await sha256(der));

/** Which kind of key PKCS #8 holds: null when none that can sign mail.
 * @param {Uint8Array} pkcs8 @returns {'rsa' | 'P-256' | 'P-384' | null} */
export function kindOf(pkcs8) {
  const [, algorithm] = sequence(parse(pkcs8));
  const [type, parameters] = sequence(algorithm);
  if (oidOf(type) === RSA)
    return 'rsa';
  return oidOf(type) === EC && parameters?.tag === 0x06
    ? curves[oidOf(parameters)] ?? null : null;
}

/* Some programs leave the public point out, and Firefox then refuses the
 * key; others add the curve a second time. The certificate has the point. */
function completeEc(/** @type {Uint8Array} */ pkcs8,
  /** @type {Uint8Array} */ point) {
  const [, algorithm, inner] = sequence(parse(pkcs8));
  const secret = octets(sequence(parse(octets(inner)))[1]);
  const bits = tlv(0x03, concat(new Uint8Array([0]), point));
  return seq(integer(0), algorithm.whole, octetString(
    seq(integer(1), octetString(secret), tlv(0xa1, bits))));
}

/** @typedef {{name: string, hash?: string, namedCurve?: string}} ImportAs */
/** @typedef {{name: string, hash?: string, saltLength?: number}} SignAs */

/** @type {Record<Algorithm, {key: ImportAs, sign: SignAs}>} */
const uses = {
  'rsa-sha256': { key: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
    sign: { name: 'RSASSA-PKCS1-v1_5' } },
  'pss-sha256': { key: { name: 'RSA-PSS', hash: 'SHA-256' },
    sign: { name: 'RSA-PSS', saltLength: 32 } },
  'ecdsa-sha256': { key: { name: 'ECDSA', namedCurve: 'P-256' },
    sign: { name: 'ECDSA', hash: 'SHA-256' } },
  'ecdsa-sha384': { key: { name: 'ECDSA', namedCurve: 'P-384' },
    sign: { name: 'ECDSA', hash: 'SHA-384' } },
};

/** @type {Record<string, Algorithm[]>} */
const algorithmsOf = {
  rsa: ['rsa-sha256', 'pss-sha256'],
  'P-256': ['ecdsa-sha256'],
  'P-384': ['ecdsa-sha384'],
};

/** The first is the one the server will ask for.
 * @param {Certificate} certificate */
export const algorithmsFor = (certificate) =>
  algorithmsOf[certificate.key.kind] ?? [];

/** @param {Certificate} certificate */
export function isSupported({ key }) {
  if (key.kind === 'rsa')
    return key.bits >= MIN_RSA && key.bits <= MAX_RSA;
  return key.kind !== 'other';
}

/** Whether the handle is the certificate's: it signs, the other verifies.
 * @param {CryptoKey} handle @param {Algorithm} algorithm
 * @param {Certificate} certificate */
async function belongs(handle, algorithm, certificate) {
  const use = uses[algorithm];
  const probe = globalThis.crypto.getRandomValues(new Uint8Array(32));
  const signature = await subtle().sign(use.sign, handle, probe);
  const open = await subtle().importKey('spki', certificate.spki, use.key,
    false, ['verify']);
  return subtle().verify(use.sign, open, signature, probe);
}

/** @param {Uint8Array} pkcs8 @param {Certificate} certificate */
async function handlesOf(pkcs8, certificate) {
  const { key } = certificate;
  const whole = 'point' in key ? completeEc(pkcs8, key.point) : pkcs8;
  /** @type {Map<string, CryptoKey>} */
  const handles = new Map();
  for (const algorithm of algorithmsFor(certificate))
    handles.set(algorithm, await subtle().importKey('pkcs8', whole,
      uses[algorithm].key, false, ['sign']));
  whole.fill(0);
  return handles;
}

/** A key ready to sign, or null when it is not this certificate's.
 * @param {Uint8Array} pkcs8 @param {Certificate} certificate
 * @returns {Promise<SigningKey | null>} */
export async function importKey(pkcs8, certificate) {
  const copy = pkcs8.slice();
  try {
    if (kindOf(copy) !== certificate.key.kind || !isSupported(certificate))
      return null;
    const handles = await handlesOf(copy, certificate);
    for (const [algorithm, handle] of handles)
      if (!await belongs(handle, /** @type {Algorithm} */ (algorithm),
        certificate))
        return null;
    return await signingKey(handles, certificate);
  } catch (error) {
    if (error instanceof Asn1Error || error instanceof DOMException)
      return null;
    throw error;
  } finally {
    copy.fill(0);
  }
}

/** @param {Map<string, CryptoKey>} handles @param {Certificate} certificate
 *  @returns {Promise<SigningKey>} */
async function signingKey(handles, certificate) {
  const hash = await sha256(certificate.der);
  return {
    kid: hex(hash),
    hash,
    addresses: certificate.addresses,
    algorithms: algorithmsFor(certificate),
    async sign(algorithm, data) {
      const handle = handles.get(algorithm);
      if (handle === undefined)
        throw new VaultError('no-key');
      return new Uint8Array(
        await subtle().sign(uses[algorithm].sign, handle, data));
    },
  };
}
