/*
 * Which key can sign for an address, and in words why none can: the keys of
 * this browser's vault against the server's judgement of their certificates.
 */
import { explain } from './vault-words.js';
import { vault } from './vault-client.js';
import { day, word } from './words.js';

/**
 * @typedef {{kid: string, name: string, issuer: string, not_after: string,
 *   addresses: string[], problems: string[], can_sign: boolean}} Certificate
 * @typedef {{kid: string | null, certificate?: Certificate,
 *   why: string}} Signer
 */

/**
 * @param {string} address @param {Certificate[]} certificates
 * @returns {Promise<Signer>}
 */
export async function signerFor(address, certificates) {
  try {
    return choose(address, certificates, await vault.list());
  } catch (error) {
    return { kid: null, why: explain(error).message };
  }
}

/**
 * @param {string} address @param {Certificate[]} certificates
 * @param {{kid: string, signs?: boolean}[]} all @returns {Signer}
 */
export function choose(address, certificates, all) {
  /* One that only opens is no key to sign with. */
  const keys = all.filter(({ signs }) => signs !== false);
  if (keys.length === 0)
    return { kid: null, why: word('no_key_here') };
  const here = certificates.filter(
    (one) => keys.some((key) => key.kid === one.kid));
  const mine = here.filter((one) => one.addresses.some(
    (other) => other.toLowerCase() === address.toLowerCase()));
  if (mine.length === 0)
    return { kid: null, why: word('no_key_for', { address }) };
  /* First what its readers here can check, then what lasts longest. */
  const good = mine.filter((one) => one.can_sign)
    .sort((a, b) => a.problems.length - b.problems.length ||
      b.not_after.localeCompare(a.not_after));
  if (good.length === 0)
    return { kid: null, why:
      word(`problem_${mine[0].problems[0].replaceAll('-', '_')}`) };
  return { kid: good[0].kid, certificate: good[0], why: '' };
}

/** @param {Certificate} certificate */
export function signerLine(certificate) {
  return word('valid_until', { day: day(certificate.not_after) });
}
