/*
 * AES key unwrap (RFC 3394) with 192 bits, which Chromium's WebCrypto leaves
 * out. It opens one short content key under a key that is used once.
 */
const ROUNDS = 12;
const WORDS = 6;
const IV = 0xa6;

/** Times x in AES's field. @param {number} a */
const doubled = (a) => (a << 1 ^ (a >> 7) * 0x11b) & 0xff;

/** @param {number} a @param {number} b */
function product(a, b) {
  let sum = 0;
  for (let bit = 0; bit < 8; bit++) {
    sum ^= a * (b >> bit & 1);
    a = doubled(a);
  }
  return sum;
}

function makeBoxes() {
  const box = new Uint8Array(256);
  const back = new Uint8Array(256);
  for (let p = 1, q = 1, first = true; first || p !== 1; first = false) {
    p = product(p, 3);
    q = product(q, 0xf6); /* 1/3, so that q is 1/p */
    const turned = q * 0x101;
    box[p] = (q ^ turned >> 7 ^ turned >> 6 ^ turned >> 5 ^ turned >> 4 ^
      0x63) & 0xff;
  }
  box[0] = 0x63;
  box.forEach((to, from) => { back[to] = from; });
  return { box, back };
}
const { box, back } = makeBoxes();

/** Round keys, as bytes. @param {Uint8Array} key */
function expand(key) {
  const all = new Uint8Array(16 * (ROUNDS + 1));
  all.set(key);
  let round = 1;
  for (let i = WORDS; i < all.length / 4; i++) {
    const last = [...all.subarray(4 * i - 4, 4 * i)];
    if (i % WORDS === 0) {
      last.push(/** @type {number} */ (last.shift()));
      last.forEach((byte, j) => { last[j] = box[byte]; });
      last[0] ^= round;
      round = doubled(round);
    }
    for (let j = 0; j < 4; j++)
      all[4 * i + j] = all[4 * (i - WORDS) + j] ^ last[j];
  }
  return all;
}

/** @param {Uint8Array} state @param {Uint8Array} keys
 *  @param {number} round */
function addKey(state, keys, round) {
  for (let i = 0; i < 16; i++)
    state[i] ^= keys[16 * round + i];
}

/** Rows go back to where they were, bytes to what they were.
 * @param {Uint8Array} state */
function unshift(state) {
  const was = state.slice();
  for (let i = 0; i < 16; i++)
    state[(i + 4 * (i % 4)) % 16] = back[was[i]];
}

/** @param {Uint8Array} state */
function unmix(state) {
  for (let at = 0; at < 16; at += 4) {
    const was = state.slice(at, at + 4);
    for (let i = 0; i < 4; i++)
      state[at + i] = product(was[i], 14) ^ product(was[(i + 1) % 4], 11) ^
        product(was[(i + 2) % 4], 13) ^ product(was[(i + 3) % 4], 9);
  }
}

/** @param {Uint8Array} state of 16 bytes @param {Uint8Array} keys */
function decryptBlock(state, keys) {
  addKey(state, keys, ROUNDS);
  for (let round = ROUNDS - 1; round >= 0; round--) {
    unshift(state);
    addKey(state, keys, round);
    if (round > 0)
      unmix(state);
  }
}

/** @param {Uint8Array} key of 24 bytes @param {Uint8Array} wrapped
 *  @returns {Uint8Array | null} */
export function unwrapAes192(key, wrapped) {
  const count = wrapped.length / 8 - 1;
  if (!Number.isInteger(count) || count < 2 || count > 16)
    return null;
  const keys = expand(key);
  const out = wrapped.slice(8);
  const state = new Uint8Array(16);
  state.set(wrapped.subarray(0, 8));
  for (let step = 6 * count; step > 0; step--) {
    const at = 8 * ((step - 1) % count);
    state.set(out.subarray(at, at + 8), 8);
    state[7] ^= step; /* below 256 */
    decryptBlock(state, keys);
    out.set(state.subarray(8), at);
  }
  keys.fill(0);
  return state.subarray(0, 8).every((byte) => byte === IV) ? out : null;
}
