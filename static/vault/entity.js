/*
 * Composes the signed part from the form alone. The server composes the same
 * bytes (core/mime/entity.c); only the boundary and the message id are its
 * choice, and both have a pattern that leaves no room for a message.
 */
import { VaultError } from '../vault-error.js';
import { base64Lines } from './bytes.js';
import { addressField, addressOf, bodyBytes, dateText, fileName,
  fileNameParameter, idsField, subjectField, typeOf } from './profile.js';

const CRLF = '\r\n';
const TEXT_TYPE = 'Content-Type: text/plain; charset=utf-8';
const BOUNDARY = /^=_[A-Za-z0-9]{24}$/;
const ID = /^[0-9a-f]{32}$/;
const BASE64 = `Content-Transfer-Encoding: base64${CRLF}`;

/**
 * @typedef {import('./profile.js').Mailbox} Mailbox
 * @typedef {{name: string, type: string, size: number,
 *   slice(start: number, end: number): Blob}} FormFile
 * @typedef {{from: Mailbox, to: Mailbox[], cc: Mailbox[], bcc?: Mailbox[],
 *   subject: string, text: string, in_reply_to?: string | null,
 *   references?: string | null, files: FormFile[],
 *   protection?: 'sign' | 'sign+encrypt'}} Form
 * @typedef {{boundary: string, id: string, date: Date}} Choices
 * @typedef {string | {file: number}} Piece
 */

/** @param {string} address */
export const domainOf = (address) =>
  address.slice(address.lastIndexOf('@') + 1);

/** What the form asks for. @param {Form} form */
export function protectionOf({ protection = 'sign' }) {
  if (protection !== 'sign' && protection !== 'sign+encrypt')
    throw new VaultError('differs', 'protection');
  return protection;
}

/** The fields under the signature; of a message to be encrypted also those
 * outside of it, where the subject is hidden (RFC 9788).
 * @param {Form} form @param {Choices} choices */
function protectedFields(form, choices) {
  const domain = domainOf(addressOf(form.from?.address, 'from'));
  /** @param {string} subject */
  const fields = (subject) => [
    addressField('From', [form.from]),
    addressField('To', form.to),
    addressField('Cc', form.cc),
    subject,
    `Date: ${dateText(choices.date)}${CRLF}`,
    `Message-ID: <${choices.id}@${domain}>${CRLF}`,
    idsField('In-Reply-To', form.in_reply_to),
    idsField('References', form.references),
  ].filter((field) => field !== '');
  const inner = fields(subjectField(form.subject));
  if (protectionOf(form) === 'sign')
    return inner.join('');
  const outer = fields(`Subject: [...]${CRLF}`)
    .map((field) => `HP-Outer: ${field}`);
  return [...inner, ...outer].join('');
}

/** @param {Form} form */
const hp = (form) =>
  protectionOf(form) === 'sign' ? 'hp="clear"' : 'hp="cipher"';

/** @param {unknown} text */
function textLines(text) {
  return new TextDecoder().decode(base64Lines(bodyBytes(text)));
}

/** @param {FormFile} file */
function fileHeader(file) {
  return `Content-Type: ${typeOf(file.type)}${CRLF}${BASE64}` +
    `Content-Disposition: attachment;${CRLF} ` +
    `${fileNameParameter(fileName(file.name))}${CRLF}${CRLF}`;
}

/** @param {Form} form @param {Choices} choices @returns {Piece[]} */
function withFiles(form, choices) {
  if (!BOUNDARY.test(choices.boundary))
    throw new VaultError('differs', 'files');
  const delimiter = `--${choices.boundary}`;
  /** @type {Piece[]} */
  const pieces = [];
  let text = 'Content-Type: multipart/mixed; ' +
    `boundary="${choices.boundary}";${CRLF} ${hp(form)}${CRLF}` +
    protectedFields(form, choices) + CRLF +
    `${delimiter}${CRLF}${TEXT_TYPE}${CRLF}${BASE64}${CRLF}` +
    textLines(form.text);
  form.files.forEach((file, n) => {
    text += `${CRLF}${delimiter}${CRLF}${fileHeader(file)}`;
    pieces.push(text, { file: n });
    text = '';
  });
  return [...pieces, `${CRLF}${delimiter}--${CRLF}`];
}

/** The entity as texts and places of files.
 * @param {Form} form @param {Choices} choices @returns {Piece[]} */
export function compose(form, choices) {
  if (!Array.isArray(form.files))
    throw new VaultError('differs', 'files');
  if (!ID.test(choices.id))
    throw new VaultError('differs', 'message-id');
  if (form.files.length > 0)
    return withFiles(form, choices);
  return [`${TEXT_TYPE}; ${hp(form)}${CRLF}` +
    protectedFields(form, choices) + BASE64 + CRLF + textLines(form.text)];
}
