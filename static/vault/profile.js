/*
 * How the entity profile (DESIGN §3) writes texts, names, addresses and
 * files. core/mime/entity.c writes the same bytes; tests/data/entity holds
 * what both must give.
 */
import { VaultError } from '../vault-error.js';
import { encode } from './bytes.js';

const CRLF = '\r\n';
const FOLD = CRLF + ' ';
const WORD_BYTES = 39; /* 52 characters of base64, a word of 64 */
const NOTHING = /(?!)/;
const CONTROLS = /[\u0000-\u001f\u007f-\u009f]/g;
const CONTROLS_AND_BIDI =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const PRINTABLE = /^[\x20-\x7e]*$/;
const LONE_SURROGATE =
  /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
const TYPE = /^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+$/;

/** Refuses what no side may sign.
 * @param {unknown} text @param {RegExp} forbidden @param {string} where
 * @returns {string} */
export function clean(text, forbidden, where) {
  if (typeof text !== 'string' || forbidden.test(text) ||
      LONE_SURROGATE.test(text))
    throw new VaultError('differs', where);
  return text;
}

/** Cuts text into pieces of at most max UTF-8 bytes, between code points.
 * @param {string} text @param {number} max */
function cut(text, max) {
  const pieces = [];
  let piece = '';
  let size = 0;
  for (const point of text) {
    const more = encode(point).length;
    if (size + more > max) {
      pieces.push(piece);
      piece = '';
      size = 0;
    }
    piece += point;
    size += more;
  }
  return [...pieces, piece];
}

/** @param {string} text */
function encodedWords(text) {
  return cut(text, WORD_BYTES).map((piece) => {
    const bytes = String.fromCharCode(...encode(piece));
    return `=?utf-8?B?${btoa(bytes)}?=`;
  }).join(FOLD);
}

/** The Subject field. @param {unknown} value */
export function subjectField(value) {
  const text = clean(value, /[\0\r\n]/, 'subject');
  if (text === '')
    return `Subject:${CRLF}`;
  const line = `Subject: ${text}`;
  const plain = PRINTABLE.test(text) && !text.includes('=?') &&
    !/^ | $/.test(text) && line.length <= 76;
  return (plain ? line : `Subject: ${encodedWords(text)}`) + CRLF;
}

/** @param {string} name */
function phrase(name) {
  if (name.length <= 60 && PRINTABLE.test(name)) {
    if (/^[A-Za-z0-9 '!_-]+$/.test(name))
      return `${name} `;
    if (!name.includes('=?'))
      return `"${name.replace(/[\\"]/g, '\\$&')}" `;
  }
  return encodedWords(name) + FOLD;
}

/** @typedef {{name?: string | null, address: string}} Mailbox */

/** Address bytes are as typed.
 * @param {unknown} value @param {string} where */
export function addressOf(value, where) {
  const address = clean(value, /[\u0000-\u0020\u007f-\u009f<>,;]/, where);
  if (!/^.+@[^@]+$/.test(address))
    throw new VaultError('differs', where);
  return address;
}

/** @param {Mailbox} mailbox @param {string} where */
function mailboxText(mailbox, where) {
  const address = addressOf(mailbox?.address, where);
  const name = clean(mailbox.name ?? '', NOTHING, where)
    .replace(CONTROLS, '').replace(/ +/g, ' ').replace(/^ | $/g, '');
  return name === '' ? address : `${phrase(name)}<${address}>`;
}

/** An address field; nothing when there is no mailbox.
 * @param {string} field @param {Mailbox[]} mailboxes */
export function addressField(field, mailboxes) {
  const where = field.toLowerCase();
  if (!Array.isArray(mailboxes))
    throw new VaultError('differs', where);
  if (mailboxes.length === 0)
    return '';
  const list = mailboxes.map((mailbox) => mailboxText(mailbox, where));
  return `${field}: ${list.join(',' + FOLD)}${CRLF}`;
}

/** In-Reply-To or References: the ids in the text, the last fifty; nothing
 * when there is none.
 * @param {string} field @param {string | null | undefined} value */
export function idsField(field, value) {
  const text = clean(value ?? '', NOTHING, field.toLowerCase());
  const ids = text.match(/<[\x21-\x3b\x3d\x3f-\x7e]{1,250}>/g) ?? [];
  return ids.length === 0 ? ''
    : `${field}: ${ids.slice(-50).join(FOLD)}${CRLF}`;
}

/** @param {Date} date */
export function dateText(date) {
  return date.toUTCString().replace('GMT', '+0000');
}

/** The text as it is signed: CRLF, and exactly one at the end.
 * @param {unknown} value */
export function bodyBytes(value) {
  const text = clean(value, /\0/, 'text');
  const lines = text.replace(/\r\n?/g, '\n').replace(/\n+$/, '');
  return encode(`${lines}\n`.replace(/\n/g, CRLF));
}

/** @param {unknown} value */
export function typeOf(value) {
  const type = typeof value === 'string' ? value : '';
  const lower = type.replace(/[A-Z]/g, (c) => c.toLowerCase());
  const sound = TYPE.test(lower) && lower.length <= 100 &&
    !/^(multipart|message)\//.test(lower);
  return sound ? lower : 'application/octet-stream';
}

/** What a file may be called: no folder, nothing invisible.
 * @param {unknown} value */
export function fileName(value) {
  const name = clean(value, NOTHING, 'files')
    .replace(/^.*[/\\]/s, '')
    .replace(CONTROLS_AND_BIDI, '')
    .replace(/^ +| +$/g, '');
  return name === '' ? 'file' : cut(name, 255)[0];
}

/** @param {string} name */
function percentEncoded(name) {
  return Array.from(encode(name), (byte) => {
    const c = String.fromCharCode(byte);
    return /[A-Za-z0-9._-]/.test(c) ? c
      : '%' + byte.toString(16).toUpperCase().padStart(2, '0');
  });
}

/** RFC 2231: the name in pieces that no line is too long for.
 * @param {string[]} units a character or %XX each */
function continuations(units) {
  const pieces = [''];
  for (const unit of units) {
    if (pieces[pieces.length - 1].length + unit.length > 60)
      pieces.push('');
    pieces[pieces.length - 1] += unit;
  }
  return pieces.map((piece, i) =>
    `filename*${i}*=${i === 0 ? "utf-8''" : ''}${piece}`).join(';' + FOLD);
}

/** The parameter of Content-Disposition. @param {string} name */
export function fileNameParameter(name) {
  if (PRINTABLE.test(name) && !/["\\%]/.test(name) && name.length <= 60)
    return `filename="${name}"`;
  const units = percentEncoded(name);
  const value = units.join('');
  return value.length <= 60 ? `filename*=utf-8''${value}`
    : continuations(units);
}
