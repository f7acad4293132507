/*
 * Signs what the form says, or nothing (SEC-23, SEC-24). The server's pieces
 * and attributes are compared with bytes composed here from the form, the
 * vault's own copies of the files, its own clock and its own certificate;
 * what is digested and signed is always what was composed here.
 */
import { createSHA256, createSHA384 } from 'hash-wasm';
import { VaultError } from '../vault-error.js';
import { attributesSet } from './attributes.js';
import { base64Lines, CHUNK, encode, equal, fromBase64 } from './bytes.js';
import { compose, protectionOf } from './entity.js';
import { addressOf } from './profile.js';
import { sameAddress } from './x509.js';

const CLOCK_SECONDS = 300;
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const FIELDS = ['from', 'to', 'cc', 'subject', 'date', 'message-id',
  'in-reply-to', 'references'];

/** @param {string} where @returns {never} */
const refuse = (where) => {
  throw new VaultError('differs', where);
};

/**
 * @typedef {import('./entity.js').Form} Form
 * @typedef {import('./entity.js').Piece} Piece
 * @typedef {import('./keys.js').Key} Key
 * @typedef {{kid: string, algorithm: string, entity: unknown,
 *   attributes: string, signing_time: string, expires: string,
 *   protection?: string}} Request
 */

/** @param {unknown} text @param {string} where */
function timeOf(text, where) {
  const date = new Date(typeof text === 'string' && RFC3339.test(text)
    ? text : NaN);
  if (Number.isNaN(date.getTime()))
    refuse(where);
  return date;
}

/** The server's pieces as texts and places; neighbouring texts are one.
 * @param {unknown} entity @returns {Piece[]} */
function normalised(entity) {
  if (!Array.isArray(entity))
    refuse('structure');
  /** @type {Piece[]} */
  const pieces = [];
  for (const item of /** @type {any[]} */ (entity)) {
    const text = typeof item === 'string' ? item : item?.text;
    const last = pieces.length - 1;
    if (typeof text === 'string' && typeof pieces[last] === 'string')
      pieces[last] += text;
    else if (typeof text === 'string')
      pieces.push(text);
    else if (Number.isInteger(item?.file))
      pieces.push({ file: item.file });
    else
      refuse('structure');
  }
  return pieces;
}

/** What the server may choose, as its header has it; compose() holds it to a
 * pattern. @param {Piece[]} pieces @param {Date} date */
function choicesOf(pieces, date) {
  const first = typeof pieces[0] === 'string' ? pieces[0] : '';
  const end = first.indexOf('\r\n\r\n');
  const header = `\r\n${end < 0 ? first : first.slice(0, end)}\r\n`;
  const id = /\r\nMessage-ID: <([^@\r\n]*)@/.exec(header);
  const boundary = / boundary="([^"\r\n]*)"/.exec(header);
  return { id: id?.[1] ?? '', boundary: boundary?.[1] ?? '', date };
}

/** Names what two texts first differ in, for the person. Only the first
 * text has header fields and the body; the others are between files.
 * @param {string} mine @param {string} theirs @param {boolean} isFirst */
function whereTextsDiffer(mine, theirs, isFirst) {
  let at = 0;
  while (at < mine.length && mine[at] === theirs[at])
    at++;
  const headerEnd = mine.indexOf('\r\n\r\n');
  const bodyEnd = mine.indexOf('\r\n\r\n--', headerEnd + 1);
  if (!isFirst || bodyEnd >= 0 && at > bodyEnd)
    return 'files';
  if (at > headerEnd)
    return 'text';
  const lines = mine.slice(0, mine.indexOf('\r\n', at)).split('\r\n');
  const line = lines.reverse().find((one) => !/^ /.test(one)) ?? '';
  const name = line.split(':')[0].toLowerCase();
  return FIELDS.includes(name) ? name : 'structure';
}

/** @param {Piece[]} mine @param {Piece[]} theirs */
function comparePieces(mine, theirs) {
  if (mine.length !== theirs.length)
    refuse('files');
  mine.forEach((piece, n) => {
    const other = theirs[n];
    if (typeof piece === 'string' && typeof other === 'string') {
      if (piece !== other)
        refuse(whereTextsDiffer(piece, other, n === 0));
    } else if (typeof piece === 'string' || typeof other === 'string' ||
        piece.file !== other.file) {
      refuse('files');
    }
  });
}

/** @param {import('./entity.js').FormFile} file */
async function* fileLines(file) {
  for (let at = 0; at < file.size; at += CHUNK) {
    const end = Math.min(at + CHUNK, file.size);
    /* A file that changed on the disk since it was chosen cannot be read. */
    const chunk = await file.slice(at, end).arrayBuffer()
      .catch(() => refuse('files'));
    if (chunk.byteLength !== end - at)
      refuse('files');
    yield base64Lines(new Uint8Array(chunk));
  }
}

/** @param {Piece[]} pieces @param {Form} form @param {string} algorithm */
async function digestOf(pieces, form, algorithm) {
  const hash = await (algorithm === 'ecdsa-sha384' ? createSHA384()
    : createSHA256());
  hash.init();
  for (const piece of pieces) {
    if (typeof piece === 'string') {
      hash.update(encode(piece));
      continue;
    }
    for await (const lines of fileLines(form.files[piece.file]))
      hash.update(lines);
  }
  return hash.digest('binary');
}

/** @param {Request} request @param {Date} now */
function checkTimes(request, now) {
  const date = timeOf(request?.signing_time, 'date');
  if (Math.abs(now.getTime() - date.getTime()) > CLOCK_SECONDS * 1000)
    throw new VaultError('clock');
  if (timeOf(request.expires, 'date') <= now)
    throw new VaultError('expired');
  return date;
}

/** @param {Key} key @param {Form} form @param {Request} request */
function checkSigner(key, form, request) {
  if (request.kid !== key.kid)
    refuse('certificate');
  const algorithm = key.algorithms
    .find((name) => name === request.algorithm) ?? refuse('algorithm');
  const from = addressOf(form?.from?.address, 'from');
  if (!key.addresses.some((address) => sameAddress(address, from)))
    refuse('certificate');
  return algorithm;
}

/** The signature of the attributes, ECDSA as r‖s.
 * @param {Key} key @param {Form} form @param {Request} request
 * @param {Date} now */
export async function signRequest(key, form, request, now) {
  const date = checkTimes(request, now);
  const algorithm = checkSigner(key, form, request);
  if ((request.protection ?? 'sign') !== protectionOf(form))
    refuse('protection');
  const theirs = normalised(request.entity);
  const mine = compose(form, choicesOf(theirs, date));
  comparePieces(mine, theirs);

  const digest = await digestOf(mine, form, algorithm);
  const attributes = attributesSet(algorithm, key.hash, digest, date);
  const want = fromBase64(request.attributes);
  if (want === null || !equal(attributes, want))
    refuse('attributes');
  return key.sign(algorithm, attributes);
}
