/*
 * Triple DES, decryption of blocks only: many .p12 files still hold their
 * key under it and WebCrypto has none. Written after FIPS 46-3, bit by bit,
 * for files of some kilobytes; nothing of ours is ever encrypted with it.
 */

const PC1 = [57, 49, 41, 33, 25, 17, 9, 1, 58, 50, 42, 34, 26, 18, 10, 2, 59,
  51, 43, 35, 27, 19, 11, 3, 60, 52, 44, 36, 63, 55, 47, 39, 31, 23, 15, 7,
  62, 54, 46, 38, 30, 22, 14, 6, 61, 53, 45, 37, 29, 21, 13, 5, 28, 20, 12,
  4];
const PC2 = [14, 17, 11, 24, 1, 5, 3, 28, 15, 6, 21, 10, 23, 19, 12, 4, 26, 8,
  16, 7, 27, 20, 13, 2, 41, 52, 31, 37, 47, 55, 30, 40, 51, 45, 33, 48, 44,
  49, 39, 56, 34, 53, 46, 42, 50, 36, 29, 32];
const IP = [58, 50, 42, 34, 26, 18, 10, 2, 60, 52, 44, 36, 28, 20, 12, 4, 62,
  54, 46, 38, 30, 22, 14, 6, 64, 56, 48, 40, 32, 24, 16, 8, 57, 49, 41, 33,
  25, 17, 9, 1, 59, 51, 43, 35, 27, 19, 11, 3, 61, 53, 45, 37, 29, 21, 13, 5,
  63, 55, 47, 39, 31, 23, 15, 7];
const P = [16, 7, 20, 21, 29, 12, 28, 17, 1, 15, 23, 26, 5, 18, 31, 10, 2, 8,
  24, 14, 32, 27, 3, 9, 19, 13, 30, 6, 22, 11, 4, 25];
const SHIFTS = [1, 1, 2, 2, 2, 2, 2, 2, 1, 2, 2, 2, 2, 2, 2, 1];

/** The eight boxes, each of four rows. */
const BOXES = [
  'e4d12fb83a6c5907 0f74e2d1a6cb9538 41e8d62bfc973a50 fc8249175b3ea06d',
  'f18e6b34972dc05a 3d47f28ec01a69b5 0e7ba4d158c6932f d8a13f42b67c05e9',
  'a09e63f51dc7b428 d709346a285ecbf1 d6498f30b12c5ae7 1ad069874fe3b52c',
  '7de3069a1285bc4f d8b56f03472c1ae9 a690cb7df13e5284 3f06a1d8945bc72e',
  '2c417ab6853fd0e9 eb2c47d150fa3986 421bad78f9c5630e b8c71e2d6f09a453',
  'c1af92680d34e75b af427c9561de0b38 9ef528c3704a1db6 432c95fabe17608d',
  '4b2ef08d3c975a61 d0b7491ae35c2f86 14bdc37eaf680592 6bd814a7950fe23c',
  'd2846fb1a93e50c7 1fd8a374c56b0e92 7b419ce206adf358 21e74a8dfc90356b',
].map((rows) => rows.split(' ').map((row) =>
  Array.from(row, (digit) => parseInt(digit, 16))));

/** @typedef {number[]} Bits each 0 or 1 */

/** @param {Bits} bits @param {number[]} table counts from 1 */
const permute = (bits, table) => table.map((n) => bits[n - 1]);

const FP = IP.map((_, i) => IP.indexOf(i + 1) + 1);

/** @param {Uint8Array} bytes @returns {Bits} */
const toBits = (bytes) => Array.from(bytes).flatMap((byte) =>
  [7, 6, 5, 4, 3, 2, 1, 0].map((i) => (byte >> i) & 1));

/** @param {Bits} bits */
const toBytes = (bits) => Uint8Array.from({ length: bits.length / 8 },
  (_, i) => bits.slice(i * 8, i * 8 + 8).reduce((n, bit) => n * 2 + bit, 0));

/** The sixteen round keys. @param {Uint8Array} key */
function schedule(key) {
  const bits = permute(toBits(key), PC1);
  let left = bits.slice(0, 28);
  let right = bits.slice(28);
  return SHIFTS.map((n) => {
    left = [...left.slice(n), ...left.slice(0, n)];
    right = [...right.slice(n), ...right.slice(0, n)];
    return permute([...left, ...right], PC2);
  });
}

/** @param {Bits} half @param {Bits} key */
function round(half, key) {
  const out = [];
  for (let box = 0; box < 8; box++) {
    const b = [0, 1, 2, 3, 4, 5].map((i) =>
      half[(box * 4 + i + 31) % 32] ^ key[box * 6 + i]);
    const value = BOXES[box][b[0] * 2 + b[5]][
      b[1] * 8 + b[2] * 4 + b[3] * 2 + b[4]];
    out.push(value >> 3, (value >> 2) & 1, (value >> 1) & 1, value & 1);
  }
  return permute(out, P);
}

/** One block through one DES. @param {Bits} block @param {Bits[]} keys */
function des(block, keys) {
  const bits = permute(block, IP);
  let left = bits.slice(0, 32);
  let right = bits.slice(32);
  for (const key of keys) {
    const mixed = round(right, key);
    [left, right] = [right, left.map((bit, i) => bit ^ mixed[i])];
  }
  return permute([...right, ...left], FP);
}

/** A function that decrypts one block under three keys of eight bytes.
 * @param {Uint8Array} key 24 bytes
 * @returns {(block: Uint8Array) => Uint8Array} */
export function tripleDes(key) {
  const [first, second, third] =
    [0, 8, 16].map((at) => schedule(key.subarray(at, at + 8)));
  const back = [third.slice().reverse(), second, first.slice().reverse()];
  return (block) =>
    toBytes(back.reduce((bits, keys) => des(bits, keys), toBits(block)));
}
