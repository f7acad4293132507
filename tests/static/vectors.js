/*
 * Published vectors against the vault's modules. Node reads the files and
 * makes cases of them; cases run in node and in browsers alike.
 */
import { unwrapAes } from '../../static/vault/agreement.js';
import { agreementHandle, openerOf, sharedSecret }
  from '../../static/vault/opener.js';
import { unpadV15 } from '../../static/vault/padding.js';
import { RsaKey } from '../../static/vault/rsa.js';

/** @param {string} text */
const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [],
  (pair) => parseInt(pair, 16));

/** @param {Uint8Array | null | undefined} bytes */
const toHex = (bytes) => bytes && Array.from(bytes,
  (byte) => byte.toString(16).padStart(2, '0')).join('');

/**
 * @typedef {object} Case
 * @property {string} name
 * @property {'v15' | 'oaep' | 'ecdh' | 'wrap'} kind
 * @property {string | null} want in hex; null: refused
 * @property {boolean} [may] refusing is right, too
 * @property {any} [data]
 */

/** @type {Map<string, Promise<any>>} */
const made = new Map();

/** Once for all cases of a key. @template T @param {string} name
 * @param {() => Promise<T>} make @returns {Promise<T>} */
function once(name, make) {
  const known = made.get(name) ?? make();
  made.set(name, known);
  return known;
}

/** Wrong padding gives the synthetic key, which counts as refused here.
 * @param {any} data @param {number} size */
async function openV15({ pkcs8, ct }, size) {
  const key = await once(`v15 ${pkcs8}`, async () =>
    new RsaKey(fromHex(pkcs8)));
  const padded = key.open(fromHex(ct));
  const synthetic = new Uint8Array(size).fill(0xa5);
  const got = padded && unpadV15(padded, synthetic);
  return size > 0 && got?.every((byte) => byte === 0xa5) ? null : got;
}

/** @param {any} data @param {number} size */
async function openOaep({ pkcs8, ct, hash, mgfHash, label }, size) {
  const open = await once(`oaep ${pkcs8}`, () => openerOf(fromHex(pkcs8),
    /** @type {any} */ ({ key: { kind: 'rsa' } }), 'kid'));
  return open({ kind: 'oaep', encryptedKey: fromHex(ct), hash, mgfHash,
    label: fromHex(label) }, size);
}

/** @param {any} data */
async function agree({ pkcs8, curve, point }) {
  const handle = await agreementHandle(fromHex(pkcs8), curve);
  return sharedSecret(handle, curve, fromHex(point));
}

/** @type {Record<string, (data: any, size: number) =>
 *   Promise<Uint8Array | null | undefined>>} */
const ways = {
  v15: openV15,
  oaep: openOaep,
  ecdh: agree,
  wrap: ({ key, ct }) => unwrapAes(fromHex(key), fromHex(ct)),
};

/** What is wrong, as a text; '' if nothing is. @param {Case} one */
export async function fault({ name, kind, want, may = false, data }) {
  const sizes = want === null ? [16, 24, 32] : [want.length / 2];
  for (const size of sizes) {
    const got = toHex(await ways[kind](data, size)) ?? null;
    if (got !== want && !(got === null && may))
      return `${name}: got ${got}, want ${want}`;
  }
  return '';
}

/** @param {Case[]} cases @returns {Promise<string[]>} */
export async function faults(cases) {
  const found = [];
  for (const one of cases) {
    const said = await fault(one);
    if (said !== '')
      found.push(said);
  }
  return found;
}
