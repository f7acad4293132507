/*
 * RSA's private operation on numbers, for PKCS #1 v1.5, which WebCrypto does
 * not have. BigInt is not constant-time: base and exponents are blinded anew
 * for each use, every loop has the shape that the key's length gives it, and
 * answers leave the vault on a grid (SEC-27).
 */
import { hex } from './bytes.js';
import { Asn1Error, need, octets, parse, sequence, small } from './der.js';

const BLIND_BYTES = 8;
const MAX_BYTES = 1025; /* 8192 bits and a sign */
const MAX_EXPONENT = 1n << 32n;

/** @typedef {import('./der.js').Node} Node */

/** @param {Uint8Array} bytes */
export const numberOf = (bytes) => BigInt(`0x0${hex(bytes)}`);

/** Always of the same shape, however small the number.
 * @param {bigint} number @param {number} size */
export function bytesOf(number, size) {
  const digits = (number + (1n << BigInt(size * 8))).toString(16).slice(1);
  return Uint8Array.from({ length: size },
    (_, i) => parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}

const bitsOf = (/** @type {bigint} */ number) => number.toString(2).length;

/** @param {number} size of the random number, in bytes */
const randomNumber = (size) =>
  numberOf(globalThis.crypto.getRandomValues(new Uint8Array(size)));

/** 0 if there is none. @param {bigint} a @param {bigint} n */
function inverse(a, n) {
  let [r, next] = [n, a % n];
  let [t, more] = [0n, 1n];
  while (next > 0n) {
    const quotient = r / next;
    [r, next] = [next, r - quotient * next];
    [t, more] = [more, t - quotient * more];
  }
  return r !== 1n ? 0n : t < 0n ? t + n : t;
}

/** Arithmetic modulo an odd number. Products stay below twice the modulus,
 * so that no step depends on whether one is above it: R is more than four
 * times the modulus. */
class Montgomery {
  /** @param {bigint} modulus */
  constructor(modulus) {
    this.modulus = modulus;
    this.bits = Math.ceil((bitsOf(modulus) + 2) / 64) * 64;
    this.shift = BigInt(this.bits);
    let back = 1n; /* doubles its good bits each time */
    for (let good = 1; good < this.bits; good *= 2)
      back = BigInt.asUintN(this.bits, back * (2n - modulus * back));
    this.minusInverse = BigInt.asUintN(this.bits, -back);
    this.one = (1n << this.shift) % modulus;
    this.square = this.one * this.one % modulus;
  }

  /** @param {bigint} a @param {bigint} b */
  times(a, b) {
    const product = a * b;
    const low = BigInt.asUintN(this.bits, product);
    const fill = BigInt.asUintN(this.bits, low * this.minusInverse);
    return product + fill * this.modulus >> this.shift;
  }

  /** base to the power of an exponent that has at most so many bits.
   * @param {bigint} base @param {bigint} exponent @param {number} bits */
  power(base, exponent, bits) {
    const count = Math.ceil(bits / 4);
    const digits = (exponent + (1n << BigInt(4 * count))).toString(16);
    const powers = [this.one, this.times(base % this.modulus, this.square)];
    for (let i = 2; i < 16; i++)
      powers.push(this.times(powers[i - 1], powers[1]));
    let result = this.one;
    for (let i = 1; i <= count; i++) {
      for (let j = 0; j < 4; j++)
        result = this.times(result, result);
      result = this.times(result, powers[parseInt(digits[i], 16)]);
    }
    return this.times(result, 1n) % this.modulus;
  }
}

/** @param {Node | undefined} node */
function natural(node) {
  const { body } = need(node, 0x02);
  if (body.length === 0 || body.length > MAX_BYTES || body[0] > 0x7f)
    throw new Asn1Error('not a natural number');
  return numberOf(body);
}

/** @param {Uint8Array} pkcs8 of a key of two primes, or it throws */
function readNumbers(pkcs8) {
  const inner = sequence(parse(octets(sequence(parse(pkcs8))[2])));
  const [n, e, , p, q, dp, dq, qi] = inner.slice(1).map(natural);
  const whole = small(inner[0]) === 0 && inner.length === 9 &&
    p * q === n && p > 1n && q > 1n && (n & 1n) === 1n && e > 2n &&
    e < MAX_EXPONENT && dp < p && dq < q && e * dp % (p - 1n) === 1n &&
    e * dq % (q - 1n) === 1n && qi * q % p === 1n;
  if (!whole)
    throw new Asn1Error('not an RSA key');
  return { n, e, p, q, dp, dq, qi };
}

export class RsaKey {
  /** @param {Uint8Array} pkcs8 */
  constructor(pkcs8) {
    const { n, e, p, q, dp, dq, qi } = readNumbers(pkcs8);
    this.size = Math.ceil(bitsOf(n) / 8);
    this.n = n;
    this.e = e;
    this.qi = qi;
    this.whole = new Montgomery(n);
    this.halves = [{ prime: p, exponent: dp, field: new Montgomery(p) },
      { prime: q, exponent: dq, field: new Montgomery(q) }];
  }

  /** What nobody else knows, to make a key of that stays with this one. */
  secretBytes() {
    return bytesOf(this.halves[0].prime, this.size);
  }

  /** @param {bigint} base */
  publicPower(base) {
    return this.whole.power(base, this.e, bitsOf(this.e));
  }

  /** @param {bigint} base of nobody's choice */
  secretPower(base) {
    const [first, second] = this.halves.map(({ prime, exponent, field }) => {
      const blind = randomNumber(BLIND_BYTES) * (prime - 1n);
      const bits = bitsOf(prime) + 8 * BLIND_BYTES + 1;
      return field.power(base, exponent + blind, bits);
    });
    const [{ prime: p }, { prime: q }] = this.halves;
    return second + q * ((first - second % p + p) * this.qi % p);
  }

  /** The number that was encrypted, as bytes; null if there is none.
   * @param {Uint8Array} bytes */
  open(bytes) {
    const cipher = numberOf(bytes);
    if (bytes.length !== this.size || cipher >= this.n)
      return null;
    const blind = randomNumber(this.size + 8) % this.n;
    const unblind = inverse(blind, this.n);
    const base = cipher * this.publicPower(blind) % this.n;
    const power = this.secretPower(base);
    /* A slip of the machine would give the primes away. */
    if (unblind === 0n || this.publicPower(power) !== base)
      return null;
    return bytesOf(power * unblind % this.n, this.size);
  }
}
