/* static/vault/entity.js against the vectors that core/mime must meet too. */
import './node-globals.mjs';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { base64Lines, CHUNK } from '../../static/vault/bytes.js';
import { compose } from '../../static/vault/entity.js';
import { VaultError } from '../../static/vault-error.js';

const folder = new URL('../data/entity/', import.meta.url);
const vectors = readdirSync(folder).filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')));

/** @param {any} file */
const fileOf = ({ name, type, data }) => ({ name, type,
  bytes: Buffer.from(data, 'base64') });

/** @param {any} vector */
function entityOf({ form, boundary, message_id, date, protect }) {
  const files = form.files.map(fileOf);
  const protection = protect === 'cipher' ? 'sign+encrypt' : 'sign';
  const choices = { boundary, id: message_id.split('@')[0],
    date: new Date(date * 1000) };
  return Buffer.concat(compose({ ...form, files, protection },
    choices).map((piece) =>
    typeof piece === 'string' ? Buffer.from(piece)
      : Buffer.from(base64Lines(files[piece.file].bytes))));
}

test('there_are_vectors_of_both_kinds', () => {
  for (const [kind, least] of /** @type {[string, number][]} */ ([
    ['clear', 40], ['cipher', 10]]))
    assert.ok(vectors.filter(({ protect }) => protect === kind).length >=
      least, kind);
});

for (const vector of vectors)
  test(`entity_is_the_same_on_both_sides: ${vector.name}`, () => {
    const got = entityOf(vector);
    assert.equal(got.toString('utf8'), vector.expected);
    assert.equal(createHash('sha256').update(got).digest('hex'),
      vector.sha256);
  });

const plain = {
  from: { name: '', address: 'alice@demo.test' },
  to: [{ name: 'Bob', address: 'bob@demo.test' }], cc: [], bcc: [],
  subject: 'Hello', text: 'Hello', in_reply_to: '', references: '', files: [],
};
const choices = { boundary: `=_${'a'.repeat(24)}`, id: '0'.repeat(32),
  date: new Date('2026-11-25T04:30:00Z') };

/** @type {[string, object, string][]} */
const refused = [
  ['a new line in the subject', { subject: 'a\nb' }, 'subject'],
  ['NUL in the subject', { subject: 'a\0b' }, 'subject'],
  ['a subject that is no text', { subject: 7 }, 'subject'],
  ['a lone surrogate in the subject', { subject: 'a\ud800' }, 'subject'],
  ['NUL in the text', { text: 'a\0' }, 'text'],
  ['a lone surrogate in the text', { text: '\udc00a' }, 'text'],
  ['no text', { text: undefined }, 'text'],
  ['a new line in an address',
    { to: [{ address: 'bob@demo.test\r\nBcc: eve@demo.test' }] }, 'to'],
  ['an address in an address',
    { to: [{ address: 'bob@demo.test>, <eve@demo.test' }] }, 'to'],
  ['no address', { cc: [{ name: 'Carol' }] }, 'cc'],
  ['an address without a domain', { cc: [{ address: 'carol@' }] }, 'cc'],
  ['no sender', { from: undefined }, 'from'],
  ['a list that is a text', { to: 'bob@demo.test' }, 'to'],
  ['a lone surrogate in a name',
    { to: [{ name: '\ud800', address: 'b@demo.test' }] }, 'to'],
  ['files that are no list', { files: null }, 'files'],
  ['a protection that is not known', { protection: 'encrypt' },
    'protection'],
  ['no protection', { protection: null }, 'protection'],
];
for (const [name, change, where] of refused)
  test(`compose_refuses: ${name}`, () => {
    const form = /** @type {any} */ ({ ...plain, ...change });
    assert.throws(() => compose(form, choices), (error) =>
      error instanceof VaultError && error.code === 'differs' &&
      error.where === where);
  });

test('base64_lines_are_those_of_mime_and_chunks_may_be_joined', () => {
  for (const size of [0, 1, 2, 3, 56, 57, 58, 114, 115, CHUNK + 1]) {
    const bytes = Buffer.alloc(size, 'sceau');
    const want = bytes.toString('base64').replace(/.{1,76}/g, '$&\r\n');
    const parts = [];
    for (let at = 0; at < size; at += CHUNK)
      parts.push(base64Lines(bytes.subarray(at, at + CHUNK)));
    assert.equal(Buffer.concat(parts).toString(), want, `${size} bytes`);
  }
});
