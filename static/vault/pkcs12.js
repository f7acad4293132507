/*
 * Opens a .p12 file (RFC 7292): its keys and certificates, after its own
 * check of the password. The file is hostile input; what it holds stays in
 * the vault.
 */
import { VaultError } from '../vault-error.js';
import { concat, encode, equal } from './bytes.js';
import { Asn1Error, need, octets, oidOf, parse, sequence, small }
  from './der.js';
import { decryptorOf, hashNames, pbkdf2, pbkdf2Of, pkcs12Kdf, prfNames,
  roundsOf, unsupported } from './pbe.js';

const MAX_FILE = 1 << 20;
const DATA = '1.2.840.113549.1.7.1';
const ENCRYPTED_DATA = '1.2.840.113549.1.7.6';
const PBMAC1 = '1.2.840.113549.1.5.14';
const BAG = '1.2.840.113549.1.12.10.1.';
const X509 = '1.2.840.113549.1.9.22.1';

/**
 * @typedef {import('./der.js').Node} Node
 * @typedef {import('./pbe.js').Spelling} Spelling
 * @typedef {{keys: Uint8Array[], certificates: Uint8Array[]}} Contents
 * @typedef {{spellings: Spelling[], checked: boolean}} Password
 */

/** @param {string} text */
export function utf16(text) {
  const units = Array.from({ length: text.length },
    (_, i) => text.charCodeAt(i));
  return Uint8Array.from(units.flatMap((n) => [n >> 8, n & 255]));
}

/** UTF-16 with the zero that RFC 7292 wants. @param {string} text */
const bmpOf = (text) => concat(utf16(text), new Uint8Array(2));

/** A password as files should have it. @param {string} text
 *  @returns {Spelling} */
export const passwordOf = (text) =>
  ({ bmp: bmpOf(text), raw: encode(text) });

/** All that programs make of one password: gpgsm takes the bytes of UTF-8
 * for characters, others write Latin-1 or UTF-16 where UTF-8 is meant.
 * @param {string} password @returns {Spelling[]} */
function spellingsOf(password) {
  const raw = encode(password);
  const bmp = bmpOf(password);
  const list = [{ bmp, raw }];
  if (password === '')
    list.push({ bmp: new Uint8Array(0), raw });
  if (/[^\0-\x7f]/.test(password))
    list.push({ bmp: bmpOf(String.fromCharCode(...raw)), raw });
  if (/[\x80-\xff]/.test(password) && !/[^\0-\xff]/.test(password))
    list.push({ bmp,
      raw: Uint8Array.from(password, (c) => c.charCodeAt(0)) });
  list.push({ bmp, raw: bmp });
  return list;
}

/** @param {Uint8Array} key @param {string} hash @param {Uint8Array} data */
export async function hmac(key, hash, data) {
  const { subtle } = globalThis.crypto;
  const handle = await subtle.importKey('raw', key, { name: 'HMAC', hash },
    false, ['sign']);
  return new Uint8Array(await subtle.sign('HMAC', handle, data));
}

/** @typedef {{want: Uint8Array, reads: keyof Spelling,
 *   compute: (spelling: Spelling) => Promise<Uint8Array>}} Mac */

/** RFC 9579: the check value under PBKDF2.
 * @param {Node} parameters @param {Uint8Array} want
 * @param {Uint8Array} content @returns {Mac} */
function pbmac1(parameters, want, content) {
  const [derivation, scheme] = sequence(parameters);
  const { salt, rounds, hash } = pbkdf2Of(derivation);
  const size = small(sequence(sequence(derivation)[1])[2]);
  const mac = prfNames[oidOf(sequence(scheme)[0])] ?? unsupported();
  if (size < 16 || size > 64)
    unsupported();
  return { want, reads: 'raw', compute: async ({ raw }) =>
    hmac(await pbkdf2(raw, salt, rounds, hash, size), mac, content) };
}

/** @param {Node} macData @param {Uint8Array} content @returns {Mac} */
function macOf(macData, content) {
  const [info, salt, rounds] = sequence(macData);
  const [algorithm, value] = sequence(info);
  const [kind, parameters] = sequence(algorithm);
  const want = octets(value);
  if (oidOf(kind) === PBMAC1)
    return pbmac1(parameters, want, content);
  const hash = hashNames[oidOf(kind)] ?? unsupported();
  const count = rounds === undefined ? 1 : roundsOf(rounds);
  return { want, reads: 'bmp', compute: async ({ bmp }) => hmac(
    await pkcs12Kdf(hash, 3, bmp, octets(salt), count, want.length), hash,
    content) };
}

/** Keeps the spellings that the file's own check accepts.
 * @param {Spelling[]} spellings @param {Node | undefined} macData
 * @param {Uint8Array} content @returns {Promise<Password>} */
async function checkPassword(spellings, macData, content) {
  if (macData === undefined)
    return { spellings, checked: false };
  const { want, reads, compute } = macOf(macData, content);
  const tried = new Set();
  for (const spelling of spellings) {
    const name = String(spelling[reads]);
    if (!tried.has(name) && equal(await compute(spelling), want))
      return { checked: true,
        spellings: spellings.filter((one) => String(one[reads]) === name) };
    tried.add(name);
  }
  throw new VaultError('p12-password');
}

/** Decrypts and parses; the spelling that served is tried first next time.
 * @param {Node} algorithm @param {Uint8Array} data
 * @param {Password} password */
async function open(algorithm, data, password) {
  const decrypt = decryptorOf(algorithm);
  for (const spelling of password.spellings) {
    const clear = await decrypt(spelling, data);
    try {
      const node = clear && parse(clear);
      if (node?.tag !== 0x30)
        continue;
      password.spellings = [spelling];
      return node;
    } catch (error) {
      if (!(error instanceof Asn1Error))
        throw error;
    }
  }
  throw new VaultError(password.checked ? 'p12-damaged' : 'p12-password');
}

/** @param {Node} bag @param {Password} password @param {Contents} into */
async function readBag(bag, password, into) {
  const [kind, wrapped] = sequence(bag);
  const name = oidOf(kind);
  const value = need(wrapped, 0xa0).items[0];
  if (name === `${BAG}1`) {
    into.keys.push(need(value, 0x30).whole);
  } else if (name === `${BAG}2`) {
    const [algorithm, data] = sequence(value);
    into.keys.push((await open(algorithm, octets(data), password)).whole);
  } else if (name === `${BAG}3`) {
    const [type, certificate] = sequence(value);
    if (oidOf(type) === X509)
      into.certificates.push(octets(need(certificate, 0xa0).items[0]));
  } else if (name === `${BAG}6`) {
    await readBags(value, password, into);
  }
}

/** @param {Node} bags @param {Password} password @param {Contents} into */
async function readBags(bags, password, into) {
  for (const bag of sequence(bags))
    await readBag(bag, password, into);
}

/** @param {Node} info a ContentInfo @param {Password} password
 *  @param {Contents} into */
async function readSafe(info, password, into) {
  const [kind, wrapped] = sequence(info);
  const content = need(wrapped, 0xa0).items[0];
  const name = oidOf(kind);
  if (name === DATA) {
    await readBags(parse(octets(content)), password, into);
  } else if (name === ENCRYPTED_DATA) {
    const [, algorithm, data] = sequence(sequence(content)[1]);
    await readBags(await open(algorithm, octets(data), password), password,
      into);
  } else {
    unsupported(); /* enveloped for a key, not a password */
  }
}

/** @param {Uint8Array} file @param {string} password
 *  @returns {Promise<Contents>} */
async function contentsOf(file, password) {
  const [version, authSafe, macData] = sequence(parse(file));
  const [kind, wrapped] = sequence(authSafe);
  if (small(version) !== 3 || oidOf(kind) !== DATA)
    unsupported();
  const content = octets(need(wrapped, 0xa0).items[0]);
  const right = await checkPassword(spellingsOf(password), macData, content);
  /** @type {Contents} */
  const into = { keys: [], certificates: [] };
  for (const info of sequence(parse(content)))
    await readSafe(info, right, into);
  return into;
}

/** Firefox keeps the last 150 passwords of PBKDF2, and what came of them, in
 * memory of the process (measured): as many others take their places. */
export async function forgetPassword() {
  const salt = globalThis.crypto.getRandomValues(new Uint8Array(16));
  for (let i = 0; i < 150; i++)
    await pbkdf2(concat(salt, encode(String(i))), salt, 1, 'SHA-256', 32);
}

/** The keys (PKCS #8) and certificates (DER) of a .p12 file.
 * @param {Uint8Array} file @param {string} password */
export async function openPkcs12(file, password) {
  if (file.length > MAX_FILE)
    throw new VaultError('p12-damaged');
  try {
    const contents = await contentsOf(file, password);
    if (contents.keys.length === 0)
      throw new VaultError('p12-no-key');
    return contents;
  } catch (error) {
    if (error instanceof Asn1Error)
      throw new VaultError('p12-damaged');
    throw error;
  } finally {
    await forgetPassword();
  }
}
