/*
 * What RSA leaves: a content key of a known length behind its padding. The
 * length fixes where each byte must be, so that nothing is searched for and
 * no step depends on what is found (SEC-27).
 */

/** 0xff if any bit is set, else 0. @param {number} bits */
const maskOf = (bits) => (bits | -bits) >> 31 & 0xff;

/** 1 for zero, else 0. @param {number} byte */
const isZero = (byte) => (byte - 1) >>> 31;

/** PKCS #1 v1.5: the key, or the synthetic one where the padding is wrong,
 * and nobody can tell which it was. Null if no key fits in.
 * @param {Uint8Array} padded @param {Uint8Array} synthetic
 * @returns {Uint8Array | null} */
export function unpadV15(padded, synthetic) {
  const end = padded.length - synthetic.length - 1;
  if (end < 10)
    return null;
  let wrong = padded[0] | (padded[1] ^ 2) | padded[end];
  for (let i = 2; i < end; i++)
    wrong |= isZero(padded[i]);
  const mask = maskOf(wrong);
  return synthetic.map((byte, i) =>
    (padded[end + 1 + i] & ~mask) | (byte & mask));
}

/** @param {string} hash @param {Uint8Array} data */
const digest = async (hash, data) =>
  new Uint8Array(await globalThis.crypto.subtle.digest(hash, data));

/** Hides or shows bytes: their own, xor MGF1 of the seed.
 * @param {string} hash @param {Uint8Array} seed @param {Uint8Array} bytes */
async function masked(hash, seed, bytes) {
  const out = bytes.slice();
  const block = new Uint8Array(seed.length + 4);
  block.set(seed);
  for (let at = 0, count = 0; at < out.length; count++) {
    new DataView(block.buffer).setUint32(seed.length, count);
    for (const byte of await digest(hash, block)) {
      if (at < out.length)
        out[at++] ^= byte;
    }
  }
  return out;
}

/** OAEP where WebCrypto cannot: with two hash functions. Null for every
 * fault. @param {Uint8Array} padded @param {string} hash
 * @param {string} mgfHash @param {Uint8Array} label @param {number} size
 * @returns {Promise<Uint8Array | null>} */
export async function unpadOaep(padded, hash, mgfHash, label, size) {
  const want = await digest(hash, label);
  const start = 1 + want.length;
  const end = padded.length - start - size - 1;
  if (end < want.length)
    return null;
  const seed = await masked(mgfHash, padded.subarray(start),
    padded.subarray(1, start));
  const block = await masked(mgfHash, seed, padded.subarray(start));
  let wrong = padded[0] | (block[end] ^ 1);
  for (let i = 0; i < end; i++)
    wrong |= block[i] ^ (i < want.length ? want[i] : 0);
  return wrong === 0 ? block.slice(end + 1) : null;
}
