/*
 * The signed attributes, built and never read: what the server sends must
 * equal these bytes (SEC-24). core/cms/attributes.c builds the same.
 */
import { encode } from './bytes.js';
import { integer, nothing, octetString, oid, seq, setOf, tlv } from './der.js';

const DATA = '1.2.840.113549.1.7.1';
const SHA256 = '2.16.840.1.101.3.4.2.1';
const SHA384 = '2.16.840.1.101.3.4.2.2';

/** RSASSA-PSS-params with SHA-256 throughout and a salt of 32. */
const PSS = seq(
  tlv(0xa0, seq(oid(SHA256), nothing)),
  tlv(0xa1, seq(oid('1.2.840.113549.1.1.8'), seq(oid(SHA256), nothing))),
  tlv(0xa2, integer(32)));

/** @typedef {'rsa-sha256'|'pss-sha256'|'ecdsa-sha256'|'ecdsa-sha384'}
 *   Algorithm */

/** @type {Record<Algorithm, {digest: string, signature: Uint8Array[]}>} */
const algorithms = {
  'rsa-sha256': { digest: SHA256,
    signature: [oid('1.2.840.113549.1.1.1'), nothing] },
  'pss-sha256': { digest: SHA256,
    signature: [oid('1.2.840.113549.1.1.10'), PSS] },
  'ecdsa-sha256': { digest: SHA256,
    signature: [oid('1.2.840.10045.4.3.2')] },
  'ecdsa-sha384': { digest: SHA384,
    signature: [oid('1.2.840.10045.4.3.3')] },
};

/** What the owner of the certificate can open, the best first. */
const capabilities = [
  '2.16.840.1.101.3.4.1.46', /* AES-256-GCM */
  '2.16.840.1.101.3.4.1.42', /* AES-256-CBC */
  '2.16.840.1.101.3.4.1.6', /* AES-128-GCM */
  '2.16.840.1.101.3.4.1.2', /* AES-128-CBC */
  '1.2.840.113549.1.1.7', /* RSAES-OAEP */
].map((type) => seq(oid(type)));

/** UTCTime, which RFC 5652 wants until 2049. @param {Date} date */
function utcTime(date) {
  const digits = date.toISOString().replace(/[-:T]/g, '').slice(2, 14);
  return tlv(0x17, encode(`${digits}Z`));
}

/** @param {string} type @param {Uint8Array} value */
const attribute = (type, value) => seq(oid(type), setOf(value));

/** The DER SET OF Attribute, tag 0x31.
 * @param {Algorithm} algorithm
 * @param {Uint8Array} certificateHash SHA-256 of the signer's certificate
 * @param {Uint8Array} digest of the content @param {Date} time */
export function attributesSet(algorithm, certificateHash, digest, time) {
  const { digest: digestOid, signature } = algorithms[algorithm];
  return setOf(
    attribute('1.2.840.113549.1.9.3', oid(DATA)),
    attribute('1.2.840.113549.1.9.5', utcTime(time)),
    attribute('1.2.840.113549.1.9.4', octetString(digest)),
    attribute('1.2.840.113549.1.9.15', seq(...capabilities)),
    attribute('1.2.840.113549.1.9.16.2.47',
      seq(seq(seq(octetString(certificateHash))))),
    attribute('1.2.840.113549.1.9.52',
      seq(seq(oid(digestOid)), tlv(0xa1, ...signature))));
}
