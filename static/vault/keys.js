/*
 * Private keys: read once from PKCS #8, then handles that can sign and
 * others that can open, and none that can be read, even here (SEC-22).
 */
import { VaultError } from '../vault-error.js';
import { concat, equal, hex } from './bytes.js';
import { Asn1Error, integer, octets, octetString, parse, seq, sequence,
  tlv } from './der.js';
import { isKeyOfPoint, openerOf } from './opener.js';
import { bytesOf, RsaKey } from './rsa.js';
import { curveOf, isRsa } from './x509.js';

const MIN_RSA = 1024; /* the server and the administrator ask for more */
const MAX_RSA = 8192;

/**
 * @typedef {import('./x509.js').Certificate} Certificate
 * @typedef {import('./x509.js').Curve} Curve
 * @typedef {import('./attributes.js').Algorithm} Algorithm
 * @typedef {object} Key
 * @property {string} kid
 * @property {Uint8Array} hash of the certificate
 * @property {string[]} addresses of the certificate
 * @property {Algorithm[]} algorithms none if it may not sign
 * @property {(algorithm: Algorithm, data: Uint8Array) => Promise<Uint8Array>}
 *   sign
 * @property {import('./opener.js').Open | null} open null if it may not
 */

const subtle = () => globalThis.crypto.subtle;

/** @param {Uint8Array} bytes */
export const sha256 = async (bytes) =>
  new Uint8Array(await subtle().digest('SHA-256', bytes));

/** The certificate's id. @param {Uint8Array} der */
export const kidOf = async (der) => hex(await sha256(der));

/** Which kind of key PKCS #8 holds: null when none that is known here.
 * @param {Uint8Array} pkcs8 @returns {'rsa' | Curve | null} */
export function kindOf(pkcs8) {
  const [, algorithm] = sequence(parse(pkcs8));
  return isRsa(algorithm) ? 'rsa' : curveOf(algorithm);
}

/** Alike from every program. Some leave the public point of an EC key out,
 * and Firefox then refuses it; others add the curve a second time, or what
 * only a later version of PKCS #8 has. The certificate has the point.
 * @param {Uint8Array} pkcs8 @param {Certificate} certificate */
function normalised(pkcs8, { key }) {
  const [, algorithm, inner] = sequence(parse(pkcs8));
  if (!('point' in key))
    return seq(integer(0), algorithm.whole, octetString(octets(inner)));
  const secret = parse(octets(inner));
  if (key.kind === 'X25519')
    return seq(integer(0), algorithm.whole,
      octetString(octetString(octets(secret))));
  const bits = tlv(0x03, concat(new Uint8Array([0]), key.point));
  return seq(integer(0), algorithm.whole, octetString(seq(integer(1),
    octetString(octets(sequence(secret)[1])), tlv(0xa1, bits))));
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

/** The first is the one the server will ask for; none for a key that opens
 * only. @param {Certificate} certificate */
export const algorithmsFor = ({ key, signs }) =>
  signs ? algorithmsOf[key.kind] ?? [] : [];

/** @param {Certificate} certificate */
export function isSupported({ key }) {
  if (key.kind === 'rsa')
    return key.bits >= MIN_RSA && key.bits <= MAX_RSA;
  return key.kind !== 'other';
}

/** Whether the private key is the certificate's.
 * @param {Uint8Array} pkcs8 @param {Certificate} certificate */
async function belongs(pkcs8, { key }) {
  if (key.kind === 'rsa') {
    const { n, size } = new RsaKey(pkcs8);
    return equal(bytesOf(n, size), key.modulus);
  }
  return 'point' in key && isKeyOfPoint(pkcs8, key.kind, key.point);
}

/** @param {Uint8Array} pkcs8 @param {Certificate} certificate
 *  @returns {Promise<Map<string, CryptoKey>>} */
async function signingHandles(pkcs8, certificate) {
  const handles = new Map();
  for (const algorithm of algorithmsFor(certificate))
    handles.set(algorithm, await subtle().importKey('pkcs8', pkcs8,
      uses[algorithm].key, false, ['sign']));
  return handles;
}

/** A key ready for its uses, or null when it is not this certificate's.
 * @param {Uint8Array} pkcs8 @param {Certificate} certificate
 * @returns {Promise<Key | null>} */
export async function importKey(pkcs8, certificate) {
  /** @type {Uint8Array | null} */
  let copy = null;
  try {
    if (kindOf(pkcs8) !== certificate.key.kind || !isSupported(certificate))
      return null;
    copy = normalised(pkcs8, certificate);
    return await belongs(copy, certificate)
      ? await keyOf(copy, certificate) : null;
  } catch (error) {
    if (error instanceof Asn1Error || error instanceof DOMException)
      return null;
    throw error;
  } finally {
    copy?.fill(0);
  }
}

/** @param {Uint8Array} pkcs8 @param {Certificate} certificate
 *  @returns {Promise<Key>} */
async function keyOf(pkcs8, certificate) {
  const handles = await signingHandles(pkcs8, certificate);
  const hash = await sha256(certificate.der);
  const kid = hex(hash);
  return {
    kid,
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
    open: certificate.opens ? await openerOf(pkcs8, certificate, kid) : null,
  };
}
