/*
 * ASN.1: a bounded reader of BER in place, and a writer of DER. What is read
 * (a .p12 file, a certificate) comes from outside and may be hostile.
 */
import { compare, concat } from './bytes.js';

const MAX_DEPTH = 48;
const MAX_NODES = 20000;

export class Asn1Error extends Error {}

/**
 * @typedef {object} Node
 * @property {number} tag the identifier octet
 * @property {Uint8Array} body content octets
 * @property {Uint8Array} whole with identifier and length
 * @property {Node[]} items members, of a constructed value
 */

const fail = () => {
  throw new Asn1Error('not ASN.1');
};

class Reader {
  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.bytes = bytes;
    this.nodes = 0;
  }

  /** The length octets: [where the content starts, its length or -1].
   * @param {number} at @returns {[number, number]} */
  length(at) {
    const first = this.bytes[at];
    if (first < 0x80)
      return [at + 1, first];
    const count = first & 0x7f;
    if (first === 0x80)
      return [at + 1, -1];
    if (!(count <= 4))
      return fail();
    let length = 0;
    for (let i = 1; i <= count; i++)
      length = length * 256 + (this.bytes[at + i] ?? fail());
    return [at + 1 + count, length];
  }

  /** @param {number} at @param {number} end @param {number} depth
   *  @returns {[Node, number]} the value and where the next one starts */
  value(at, end, depth) {
    const tag = this.bytes[at];
    if (at + 2 > end || (tag & 0x1f) === 0x1f || depth > MAX_DEPTH ||
        ++this.nodes > MAX_NODES)
      return fail();
    const [start, length] = this.length(at + 1);
    const constructed = (tag & 0x20) !== 0;
    if (length < 0 && !constructed || start + length > end)
      return fail();
    /** @type {[Node[], number]} */
    const [items, stop] = constructed
      ? this.members(start, length < 0 ? end : start + length, length < 0,
        depth)
      : [[], start + length];
    const next = length < 0 ? stop + 2 : stop;
    return [{ tag, items, body: this.bytes.subarray(start, stop),
      whole: this.bytes.subarray(at, next) }, next];
  }

  /** @param {number} at @param {number} end @param {boolean} marked ended by
   *  two zeros, not by a length @param {number} depth
   *  @returns {[Node[], number]} */
  members(at, end, marked, depth) {
    const items = [];
    while (at < end) {
      if (marked && this.bytes[at] === 0 && this.bytes[at + 1] === 0)
        return [items, at];
      const [item, next] = this.value(at, end, depth + 1);
      items.push(item);
      at = next;
    }
    return marked ? fail() : [items, at];
  }
}

/** One value and nothing after it but zeros.
 * @param {Uint8Array} bytes @returns {Node} */
export function parse(bytes) {
  const [node, end] = new Reader(bytes).value(0, bytes.length, 0);
  if (bytes.subarray(end).some((b) => b !== 0))
    fail();
  return node;
}

/** The value, if its tag is the one expected.
 * @param {Node | undefined} node @param {number} tag */
export function need(node, tag) {
  return node !== undefined && node.tag === tag ? node : fail();
}

/** @param {Node | undefined} node @returns {Node[]} */
export const sequence = (node) => need(node, 0x30).items;

/** An octet string, which BER may have cut in pieces; also [0] IMPLICIT.
 * @param {Node | undefined} node @returns {Uint8Array} */
export function octets(node) {
  if (node === undefined)
    return fail();
  if (node.tag === 0x04 || node.tag === 0x80)
    return node.body;
  if (node.tag !== 0x24 && node.tag !== 0xa0)
    return fail();
  return concat(...node.items.map((item) => octets(item)));
}

/** A count or version. @param {Node | undefined} node */
export function small(node) {
  const { body } = need(node, 0x02);
  if (body.length === 0 || body.length > 4 || body[0] > 0x7f)
    fail();
  return body.reduce((n, byte) => n * 256 + byte, 0);
}

/** @param {Node | undefined} node */
export function oidOf(node) {
  const numbers = [];
  let n = 0;
  for (const byte of need(node, 0x06).body) {
    n = n * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      numbers.push(n);
      n = 0;
    }
  }
  const [first = 0, ...rest] = numbers;
  const top = Math.min(Math.floor(first / 40), 2);
  return [top, first - top * 40, ...rest].join('.');
}

/** @param {number} tag @param {...Uint8Array} content */
export function tlv(tag, ...content) {
  const body = concat(...content);
  if (body.length < 0x80)
    return concat(new Uint8Array([tag, body.length]), body);
  const size = [];
  for (let n = body.length; n > 0; n = Math.floor(n / 256))
    size.unshift(n % 256);
  return concat(new Uint8Array([tag, 0x80 | size.length, ...size]), body);
}

/** @param {...Uint8Array} items */
export const seq = (...items) => tlv(0x30, ...items);

/** @param {...Uint8Array} items */
export const setOf = (...items) => tlv(0x31, ...items.sort(compare));

/** @param {Uint8Array} bytes */
export const octetString = (bytes) => tlv(0x04, bytes);

/** @param {number} n below 128 */
export const integer = (n) => tlv(0x02, new Uint8Array([n]));

export const nothing = tlv(0x05);

/** @param {string} text dotted */
export function oid(text) {
  const [a, b, ...rest] = text.split('.').map(Number);
  const bytes = [a * 40 + b, ...rest].flatMap((n) => {
    const base128 = [n & 0x7f];
    for (let more = Math.floor(n / 128); more > 0;
      more = Math.floor(more / 128))
      base128.unshift((more & 0x7f) | 0x80);
    return base128;
  });
  return tlv(0x06, new Uint8Array(bytes));
}
