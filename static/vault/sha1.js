/*
 * SHA-1 of its own output, many times over: the inner loop of PKCS #12's old
 * key derivation. Programs ask for 600 000 rounds, which takes half a minute
 * through a general library and a second here. Nothing else uses SHA-1.
 */

const rotate = (/** @type {number} */ x, /** @type {number} */ n) =>
  (x << n) | (x >>> (32 - n));

/** @param {number} t @param {number} b @param {number} c @param {number} d */
function mix(t, b, c, d) {
  if (t < 20)
    return ((b & c) | (~b & d)) + 0x5a827999;
  if (t < 40)
    return (b ^ c ^ d) + 0x6ed9eba1;
  if (t < 60)
    return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
  return (b ^ c ^ d) + 0xca62c1d6;
}

/** One block, from the initial state. @param {Int32Array} w 80 words, the
 * first 16 filled @param {Int32Array} out five words */
function compress(w, out) {
  for (let t = 16; t < 80; t++)
    w[t] = rotate(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
  let a = 0x67452301;
  let b = 0xefcdab89 | 0;
  let c = 0x98badcfe | 0;
  let d = 0x10325476;
  let e = 0xc3d2e1f0 | 0;
  for (let t = 0; t < 80; t++) {
    const next = (rotate(a, 5) + mix(t, b, c, d) + e + w[t]) | 0;
    e = d;
    d = c;
    c = rotate(b, 30);
    b = a;
    a = next;
  }
  out[0] = a + 0x67452301;
  out[1] = b + 0xefcdab89;
  out[2] = c + 0x98badcfe;
  out[3] = d + 0x10325476;
  out[4] = e + 0xc3d2e1f0;
}

/** @param {Uint8Array} digest 20 bytes @param {number} times */
export function sha1Again(digest, times) {
  const w = new Int32Array(80);
  const state = new Int32Array(5);
  const view = new DataView(digest.buffer, digest.byteOffset, 20);
  for (let i = 0; i < 5; i++)
    state[i] = view.getInt32(4 * i);
  for (; times > 0; times--) {
    w.set(state);
    w[5] = 0x80000000;
    w.fill(0, 6, 15);
    w[15] = 160; /* the length in bits */
    compress(w, state);
  }
  const out = new DataView(new ArrayBuffer(20));
  state.forEach((word, i) => out.setInt32(4 * i, word));
  return new Uint8Array(out.buffer);
}
