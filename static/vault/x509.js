/*
 * What the vault must know of a certificate: whose it is, which key it holds,
 * and what issued it. Whether to trust it is the server's and the readers'
 * business.
 */
import { equal } from './bytes.js';
import { Asn1Error, need, octets, oidOf, parse, sequence } from './der.js';

const SAN = '2.5.29.17';
const KEY_USAGE = '2.5.29.15';
const SMTP_UTF8 = '1.3.6.1.5.5.7.8.9';
const COMMON_NAME = '2.5.4.3';
const ORGANISATION = '2.5.4.10';
const RSA = '1.2.840.113549.1.1.1';
const EC = '1.2.840.10045.2.1';

const X25519 = '1.3.101.110';

/** @typedef {'P-256' | 'P-384' | 'P-521' | 'X25519'} Curve */

/** @type {Record<string, Curve>} */
const curves = {
  '1.2.840.10045.3.1.7': 'P-256',
  '1.3.132.0.34': 'P-384',
  '1.3.132.0.35': 'P-521',
};

/** @typedef {import('./der.js').Node} Node */
/**
 * @typedef {{kind: 'rsa', bits: number, modulus: Uint8Array} |
 *   {kind: Curve, point: Uint8Array} | {kind: 'other'}} KeyInfo
 * @typedef {object} Certificate
 * @property {Uint8Array} der
 * @property {Uint8Array} subject raw
 * @property {Uint8Array} issuer raw
 * @property {string} name
 * @property {string} issuerName
 * @property {string} notBefore RFC 3339
 * @property {string} notAfter RFC 3339
 * @property {Uint8Array} spki
 * @property {KeyInfo} key
 * @property {string[]} addresses rfc822Name and SmtpUTF8Mailbox of the SAN
 * @property {boolean} signs keyUsage allows to sign, or says nothing
 * @property {boolean} opens keyUsage allows to decrypt, or says nothing
 */

const utf8 = new TextDecoder();

/** @param {Node} node */
function textOf(node) {
  if (node.tag === 0x1e) /* BMPString */
    return new TextDecoder('utf-16be').decode(node.body);
  return utf8.decode(node.body);
}

/** @param {Node} name @param {string[]} types first wish first */
function nameText(name, types) {
  const pairs = sequence(name).flatMap((set) => set.items)
    .map((pair) => sequence(pair));
  for (const type of types) {
    const pair = pairs.find(([oid]) => oidOf(oid) === type);
    if (pair !== undefined && pair[1] !== undefined)
      return textOf(pair[1]);
  }
  return '';
}

/** @param {Node | undefined} node */
function timeOf(node) {
  const text = node === undefined ? '' : utf8.decode(node.body);
  const full = node?.tag === 0x17
    ? (text < '50' ? '20' : '19') + text : text;
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(full);
  if (parts === null)
    throw new Asn1Error('not a time');
  const [, y, mo, d, h, mi, s] = parts;
  return `${y}-${mo}-${d}T${h}:${mi}:${s}Z`;
}

/** @param {Uint8Array} key an RSAPublicKey @returns {KeyInfo} */
function rsaInfo(key) {
  const { body } = need(sequence(parse(key))[0], 0x02);
  const first = body.findIndex((byte) => byte !== 0);
  const modulus = first < 0 ? body.slice(0, 0) : body.slice(first);
  const bits = first < 0 ? 0
    : modulus.length * 8 - Math.clz32(modulus[0]) + 24;
  return { kind: 'rsa', bits, modulus };
}

/** The curve that an AlgorithmIdentifier of a key names.
 * @param {Node} algorithm @returns {Curve | null} */
export function curveOf(algorithm) {
  const [type, parameters] = sequence(algorithm);
  if (oidOf(type) === X25519)
    return 'X25519';
  return oidOf(type) === EC && parameters?.tag === 0x06
    ? curves[oidOf(parameters)] ?? null : null;
}

/** @param {Node} algorithm */
export const isRsa = (algorithm) => oidOf(sequence(algorithm)[0]) === RSA;

/** @param {Node} spki @returns {KeyInfo} */
function keyInfo(spki) {
  const [algorithm, bits] = sequence(spki);
  const key = need(bits, 0x03).body.slice(1);
  if (isRsa(algorithm))
    return rsaInfo(key);
  const curve = curveOf(algorithm);
  return curve === null ? { kind: 'other' } : { kind: curve, point: key };
}

/** keyUsage: its first byte; without it a key may do all.
 * @param {Node | undefined} usage */
function usesOf(usage) {
  const bits = usage === undefined ? 0xff : need(usage, 0x03).body[1] ?? 0;
  return {
    signs: (bits & 0xc0) !== 0, /* digitalSignature, nonRepudiation */
    /* keyEncipherment, dataEncipherment, keyAgreement: issuers mix them up,
     * and none of them is for signing alone. */
    opens: (bits & 0x38) !== 0,
  };
}

/** @param {Node} name a GeneralName @returns {string[]} */
function generalAddress(name) {
  /* SEC-15: anything but visible ASCII in an rfc822Name is no address. */
  if (name.tag === 0x81)
    return name.body.every((b) => b > 0x20 && b < 0x7f)
      ? [utf8.decode(name.body)] : [];
  if (name.tag !== 0xa0 || oidOf(name.items[0]) !== SMTP_UTF8)
    return [];
  const value = need(name.items[1], 0xa0).items[0];
  return [utf8.decode(need(value, 0x0c).body)];
}

/** @param {Node[]} extensions @param {string} type */
function extension(extensions, type) {
  const found = extensions.map((one) => sequence(one))
    .find(([oid]) => oidOf(oid) === type);
  return found && parse(octets(found[found.length - 1]));
}

/** @param {Uint8Array} der @returns {Certificate} */
export function readCertificate(der) {
  const outer = parse(der);
  const fields = sequence(sequence(outer)[0]);
  if (fields[0]?.tag === 0xa0)
    fields.shift();
  const [, , issuer, validity, subject, spki, ...rest] = fields;
  const [notBefore, notAfter] = sequence(validity);
  const list = rest.find((field) => field.tag === 0xa3)?.items[0];
  const extensions = list === undefined ? [] : sequence(list);
  const san = extension(extensions, SAN);
  const usage = extension(extensions, KEY_USAGE);
  return {
    der: outer.whole.slice(),
    subject: need(subject, 0x30).whole.slice(),
    issuer: need(issuer, 0x30).whole.slice(),
    name: nameText(subject, [COMMON_NAME, ORGANISATION]),
    issuerName: nameText(issuer, [COMMON_NAME, ORGANISATION]),
    notBefore: timeOf(notBefore),
    notAfter: timeOf(notAfter),
    spki: need(spki, 0x30).whole.slice(),
    key: keyInfo(spki),
    addresses: san === undefined ? [] : sequence(san).flatMap(generalAddress),
    ...usesOf(usage),
  };
}

/** @param {Uint8Array} der */
export function certificateOrNull(der) {
  try {
    return readCertificate(der);
  } catch (error) {
    if (error instanceof Asn1Error)
      return null;
    throw error;
  }
}

/** From the leaf's issuer upwards, without the root, which readers have.
 * @param {Certificate} leaf @param {Certificate[]} others */
export function chainOf(leaf, others) {
  const chain = [];
  let last = leaf;
  while (chain.length < 8) {
    const next = others.find((one) => equal(one.subject, last.issuer) &&
      !equal(one.subject, one.issuer) && !chain.includes(one));
    if (next === undefined)
      break;
    chain.push(next);
    last = next;
  }
  return chain;
}

/** @param {string} domain @returns {string | null} in A-labels */
export function aLabels(domain) {
  if (!/^[^\0-\x20/:?#@%\\[\]<>^|]+$/.test(domain))
    return null;
  try {
    return new URL(`http://${domain}`).hostname;
  } catch {
    return null;
  }
}

/** SEC-15: the local part without regard to ASCII case, the domain as
 * A-labels. @param {string} a @param {string} b */
export function sameAddress(a, b) {
  const [left, right] = [a, b].map((address) => {
    const at = address.lastIndexOf('@');
    const local = address.slice(0, at)
      .replace(/[A-Z]/g, (c) => c.toLowerCase());
    return { local, domain: aLabels(address.slice(at + 1)), at };
  });
  return left.at > 0 && right.at > 0 && left.domain !== null &&
    left.local === right.local && left.domain === right.domain;
}
