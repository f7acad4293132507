/*
 * SHA-256 of its own output, many times over: the inner loop of PKCS #12's
 * key derivation, for files that ask for 600 000 rounds, ours among them.
 */

const K = new Int32Array([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
  0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
  0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
  0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
  0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
  0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
  0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
  0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2]);
const START = new Int32Array([0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
  0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19]);

/** @param {number} x @param {number} a @param {number} b @param {number} c */
const turns = (x, a, b, c) => ((x >>> a) | (x << (32 - a))) ^
  ((x >>> b) | (x << (32 - b))) ^ ((x >>> c) | (x << (32 - c)));

/** @param {Int32Array} w 64 words, the first 16 filled */
function schedule(w) {
  for (let t = 16; t < 64; t++) {
    const x = w[t - 15];
    const y = w[t - 2];
    const low = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^
      (x >>> 3);
    const high = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^
      (y >>> 10);
    w[t] = w[t - 16] + low + w[t - 7] + high;
  }
}

/** One block, from the initial state.
 * @param {Int32Array} w @param {Int32Array} out eight words */
function compress(w, out) {
  schedule(w);
  let [a, b, c, d, e, f, g, h] = START;
  for (let t = 0; t < 64; t++) {
    const first = (h + turns(e, 6, 11, 25) + ((e & f) ^ (~e & g)) + K[t] +
      w[t]) | 0;
    const second = turns(a, 2, 13, 22) + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  out[0] = a + START[0];
  out[1] = b + START[1];
  out[2] = c + START[2];
  out[3] = d + START[3];
  out[4] = e + START[4];
  out[5] = f + START[5];
  out[6] = g + START[6];
  out[7] = h + START[7];
}

/** @param {Uint8Array} digest 32 bytes @param {number} times */
export function sha256Again(digest, times) {
  const w = new Int32Array(64);
  const state = new Int32Array(8);
  const view = new DataView(digest.buffer, digest.byteOffset, 32);
  for (let i = 0; i < 8; i++)
    state[i] = view.getInt32(4 * i);
  for (; times > 0; times--) {
    w.set(state);
    w[8] = 0x80000000;
    w.fill(0, 9, 15);
    w[15] = 256; /* the length in bits */
    compress(w, state);
  }
  const out = new DataView(new ArrayBuffer(32));
  state.forEach((word, i) => out.setInt32(4 * i, word));
  return new Uint8Array(out.buffer);
}
