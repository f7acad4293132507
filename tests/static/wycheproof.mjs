/* Wycheproof's files as cases of vectors.js. */
import { createECDH } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Asn1Error, integer, octetString, oid, parse, seq, sequence, tlv }
  from '../../static/vault/der.js';

/** @typedef {import('./vectors.js').Case} Case */

const folder = path.join(process.env.SCEAU_CORPORA ?? '', 'wycheproof');
export const isThere = Boolean(process.env.SCEAU_CORPORA) &&
  existsSync(folder);
const isLong = process.env.SCEAU_LONG === '1';

/** All tests of a file, with their groups.
 * @param {string} name @returns {[any, any][]} */
function testsOf(name) {
  const { testGroups } = JSON.parse(
    readFileSync(path.join(folder, `${name}_test.json`), 'utf8'));
  return testGroups.flatMap((/** @type {any} */ group) =>
    group.tests.map((/** @type {any} */ one) => [group, one]));
}

/** @param {string} file @param {any} one */
const nameOf = (file, { tcId, comment }) => `${file} ${tcId} ${comment}`;

const hex = (/** @type {Uint8Array} */ bytes) =>
  Buffer.from(bytes).toString('hex');

/** @param {string} file @returns {Case[]} */
function v15(file) {
  return testsOf(file).map(([group, one]) => ({ name: nameOf(file, one),
    kind: 'v15', want: one.result === 'valid' ? one.msg : null,
    data: { pkcs8: group.privateKeyPkcs8, ct: one.ct } }));
}

const OAEP_HASHES = ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'];

/** @param {string} file @returns {Case[]} */
function oaep(file) {
  return testsOf(file)
    .filter(([{ sha, mgfSha, keySize }]) => OAEP_HASHES.includes(sha) &&
      OAEP_HASHES.includes(mgfSha) && (isLong || keySize <= 3072))
    .map(([{ sha, mgfSha, privateKeyPkcs8 }, one]) => ({
      name: nameOf(file, one), kind: 'oaep', may: one.result !== 'valid',
      want: one.result === 'invalid' ? null : one.msg,
      data: { pkcs8: privateKeyPkcs8, ct: one.ct, hash: sha,
        mgfHash: mgfSha, label: one.label } }));
}

const P256 = seq(oid('1.2.840.10045.2.1'), oid('1.2.840.10045.3.1.7'));

/** The point of a plain public key, or null where it is not plain: then it
 * is the server's reader that refuses it. @param {string} spki */
function pointOf(spki) {
  try {
    const [algorithm, bits] = sequence(parse(Buffer.from(spki, 'hex')));
    return Buffer.compare(algorithm?.whole ?? Buffer.alloc(0), P256) === 0 &&
      bits?.tag === 3 ? hex(bits.body.subarray(1)) : null;
  } catch (error) {
    if (error instanceof Asn1Error)
      return null;
    throw error;
  }
}

/** @param {string} scalar in hex, of any length */
function pkcs8OfScalar(scalar) {
  const secret = Buffer.from(scalar.padStart(64, '0').slice(-64), 'hex');
  const pair = createECDH('prime256v1');
  pair.setPrivateKey(secret);
  const bits = tlv(0x03, new Uint8Array([0, ...pair.getPublicKey()]));
  return hex(seq(integer(0), P256, octetString(seq(integer(1),
    octetString(secret), tlv(0xa1, bits)))));
}

/** @returns {Case[]} */
function ecdh(file = 'ecdh_secp256r1') {
  return testsOf(file).map(([, one]) => ({ one, point: pointOf(one.public) }))
    .filter(({ point }) => point !== null)
    .map(({ one, point }) => ({ name: nameOf(file, one), kind: 'ecdh',
      may: one.result !== 'valid',
      want: one.result === 'invalid' ? null : one.shared,
      data: { curve: 'P-256', point, pkcs8: pkcs8OfScalar(one.private) } }));
}

/** @returns {Case[]} */
function x25519(file = 'x25519') {
  const algorithm = seq(oid('1.3.101.110'));
  return testsOf(file).map(([, one]) => ({ name: nameOf(file, one),
    kind: 'ecdh', want: one.shared, may: one.result !== 'valid',
    data: { curve: 'X25519', point: one.public,
      pkcs8: hex(seq(integer(0), algorithm, octetString(octetString(
        Buffer.from(one.private, 'hex'))))) } }));
}

/** Of lengths that content keys have. @returns {Case[]} */
function wrap(file = 'aes_wrap') {
  return testsOf(file).filter(([, { ct }]) => ct.length <= 200)
    .map(([, one]) => ({ name: nameOf(file, one), kind: 'wrap',
      want: one.result === 'invalid' ? null : one.msg,
      may: one.result !== 'valid', data: { key: one.key, ct: one.ct } }));
}

/** @type {Record<string, () => Case[]>} */
export const suites = {
  'RSA PKCS #1 v1.5, 2048 bits': () => v15('rsa_pkcs1_2048'),
  'RSA PKCS #1 v1.5, 3072 bits': () => v15('rsa_pkcs1_3072'),
  'RSA PKCS #1 v1.5, 4096 bits': () => v15('rsa_pkcs1_4096'),
  'OAEP, SHA-1': () => oaep('rsa_oaep_2048_sha1_mgf1sha1'),
  'OAEP, SHA-256': () => oaep('rsa_oaep_2048_sha256_mgf1sha256'),
  'OAEP, SHA-256 with a mask of SHA-1': () =>
    oaep('rsa_oaep_2048_sha256_mgf1sha1'),
  'OAEP, all hashes': () => oaep('rsa_oaep_misc'),
  'ECDH P-256': () => ecdh(),
  X25519: () => x25519(),
  'AES key wrap': () => wrap(),
};
