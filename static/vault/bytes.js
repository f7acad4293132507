/* Bytes and their spellings. */

const utf8 = new TextEncoder();

/** @param {string} text */
export const encode = (text) => utf8.encode(text);

/** @param {...Uint8Array} parts */
export function concat(...parts) {
  const all = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Sorts as DER sorts the members of a SET OF. */
export function compare(/** @type {Uint8Array} */ a,
  /** @type {Uint8Array} */ b) {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++)
    if (a[i] !== b[i])
      return a[i] - b[i];
  return a.length - b.length;
}

/** @param {Uint8Array} a @param {Uint8Array} b */
export const equal = (a, b) => compare(a, b) === 0;

/** @param {Uint8Array} bytes */
export function hex(bytes) {
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}

/** @param {Uint8Array} bytes */
export function base64(bytes) {
  let text = '';
  for (let i = 0; i < bytes.length; i += 0x8000)
    text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}

/** Strictly: one text has one meaning. Null when it is not base64.
 * @param {unknown} text @returns {Uint8Array | null} */
export function fromBase64(text) {
  if (typeof text !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(text))
    return null;
  try {
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    return base64(bytes) === text ? bytes : null;
  } catch {
    return null;
  }
}

const alphabet = encode(
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const LINE = 57; /* bytes that make a line of 76 characters */

/** @param {Uint8Array} out @param {number} to @param {Uint8Array} bytes
 *  @param {number} from @param {number} end */
function encodeLine(out, to, bytes, from, end) {
  for (let i = from; i < end; i += 3) {
    const left = end - i;
    const word = (bytes[i] << 16) | ((left > 1 ? bytes[i + 1] : 0) << 8) |
      (left > 2 ? bytes[i + 2] : 0);
    out[to++] = alphabet[word >> 18];
    out[to++] = alphabet[(word >> 12) & 63];
    out[to++] = left > 1 ? alphabet[(word >> 6) & 63] : 0x3d;
    out[to++] = left > 2 ? alphabet[word & 63] : 0x3d;
  }
  out[to++] = 13;
  out[to++] = 10;
  return to;
}

/** MIME's base64: lines of 76 characters, each ending in CRLF; nothing gives
 * nothing. Chunks may be joined when all but the last are whole lines.
 * @param {Uint8Array} bytes */
export function base64Lines(bytes) {
  const lines = Math.ceil(bytes.length / LINE);
  const out = new Uint8Array(Math.ceil(bytes.length / 3) * 4 + lines * 2);
  let to = 0;
  for (let i = 0; i < bytes.length; i += LINE)
    to = encodeLine(out, to, bytes, i, Math.min(i + LINE, bytes.length));
  return out;
}

/** Bytes of a file to read at once: whole lines, about a megabyte. */
export const CHUNK = LINE * 16384;
