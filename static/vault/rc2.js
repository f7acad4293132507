/*
 * RC2, decryption of blocks only: programs of the last century, and OpenSSL
 * with -legacy, put certificates in .p12 files under RC2 with 40 bits. That
 * protects nothing, and certificates are public. After RFC 2268.
 */

const PI = Uint8Array.from(('d978f9c419ddb5ed28e9fd794aa0d89d' +
  'c67e37832b76538e624c6488448bfba2179a59f587b34f1361456d8d09817d32' +
  'bd8f40eb86b77b0bf09521225c6b4e8254d66593ce60b21c7356c014a78cf1dc' +
  '1275ca1f3bbee4d1423dd430a33cb6266fbf0eda4669075727f21d9bbc944303' +
  'f811c7f690ef3ee706c3d52fc8661ed708e8eade8052eef784aa72ac354d6a2a' +
  '961ad2715a1549744b9fd05e0418a4ecc2e0416e0f51cbcc2491af50a1f47039' +
  '997c3a8523b8b47afc02365b255597312d5dfa98e38a92ae05df2910676cbac9' +
  'd300e6cfe19ea82c6316013f58e289a90d38341bab33ffb0bb480c5fb9b1cd2e' +
  'c5f3db47e5a59c770aa62068fe7fc1ad').match(/../g) ?? [],
(pair) => parseInt(pair, 16));

/** @param {Uint8Array} key @param {number} bits that count */
function expand(key, bits) {
  const bytes = new Uint8Array(128);
  bytes.set(key);
  for (let i = key.length; i < 128; i++)
    bytes[i] = PI[(bytes[i - 1] + bytes[i - key.length]) & 255];
  const size = Math.ceil(bits / 8);
  bytes[128 - size] = PI[bytes[128 - size] & (255 >> (8 * size - bits))];
  for (let i = 127 - size; i >= 0; i--)
    bytes[i] = PI[bytes[i + 1] ^ bytes[i + size]];
  return Uint16Array.from({ length: 64 },
    (_, i) => bytes[2 * i] | (bytes[2 * i + 1] << 8));
}

const ROTATE = [1, 2, 3, 5];

/** @param {Uint16Array} r @param {Uint16Array} key @param {number} from */
function unmix(r, key, from) {
  for (let i = 3; i >= 0; i--) {
    const n = ROTATE[i];
    const turned = (r[i] >>> n) | (r[i] << (16 - n));
    const [a, b, c] = [r[(i + 3) & 3], r[(i + 2) & 3], r[(i + 1) & 3]];
    r[i] = turned - key[from + i] - (a & b) - (~a & c);
  }
}

/** @param {Uint16Array} r @param {Uint16Array} key */
function unmash(r, key) {
  for (let i = 3; i >= 0; i--)
    r[i] -= key[r[(i + 3) & 3] & 63];
}

/** A function that decrypts one block.
 * @param {Uint8Array} key @param {number} bits
 * @returns {(block: Uint8Array) => Uint8Array} */
export function rc2(key, bits) {
  const words = expand(key, bits);
  return (block) => {
    const r = Uint16Array.from({ length: 4 },
      (_, i) => block[2 * i] | (block[2 * i + 1] << 8));
    for (let n = 15; n >= 0; n--) {
      unmix(r, words, n * 4);
      if (n === 11 || n === 5)
        unmash(r, words);
    }
    return Uint8Array.from({ length: 8 },
      (_, i) => (r[i >> 1] >> (8 * (i & 1))) & 255);
  };
}
