/* Forms, and the signing requests that core's own code makes of them. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Vault } from '../../static/vault/vault.js';
import { at, makeP12 } from './identities.mjs';
import { MemoryRecords } from './memory-records.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const program = path.resolve(root, process.env.BUILD ?? 'build',
  'tests/static/honest');

export const NOW = new Date('2026-11-25T04:30:00Z');

/** @typedef {{name: string, type: string, data: string}} StoredFile */

/** As vectors have them, to what a page has. @param {any} form */
export function pageForm(form) {
  const files = form.files.map((/** @type {StoredFile} */ file) =>
    new File([Buffer.from(file.data, 'base64')], file.name,
      { type: file.type }));
  /* File makes types lower case, or empty; forms here keep their own. */
  files.forEach((/** @type {File} */ file, /** @type {number} */ n) =>
    Object.defineProperty(file, 'type', { value: form.files[n].type }));
  return { ...form, files };
}

/** @param {any} form @param {string} person @param {boolean} [pss]
 *  @param {Date} [now] */
export function honestRequest(form, person, pss = false, now = NOW) {
  if (!existsSync(program))
    throw new Error(`no ${program}: run these tests with make node`);
  const input = JSON.stringify({ form,
    date: Math.floor(now.getTime() / 1000) });
  return JSON.parse(execFileSync(program,
    [at(`${person}.der`), ...(pss ? ['pss'] : [])], { input }).toString());
}

/** A vault that holds name's key, for this session.
 * @param {string} name @param {Date} [now] */
export async function vaultOf(name, now = NOW) {
  const vault = new Vault(new MemoryRecords(), () => now);
  const { kid } = await vault.importP12(makeP12(name, 'secret'), 'secret',
    true);
  return { vault, kid };
}

/** @param {string} text */
const base64 = (text) => Buffer.from(text).toString('base64');

export const formWithFiles = {
  from: { name: 'Alice Martin', address: 'alice@demo.test' },
  to: [{ name: 'Claire Fontaine', address: 'claire@demo.test' },
    { name: 'Søren "Bob" Ågård', address: 'bob@demo.test' }],
  cc: [{ name: '', address: 'dora@demo.test' }],
  bcc: [],
  subject: 'Accord sur la convention Lund : version définitive du texte',
  text: 'Bonjour Claire,\n\nJe donne mon accord sur la version 7.\n' +
    'Le solde est avancé au 15 mars.\n\nAlice\n',
  in_reply_to: '<1@demo.test>',
  references: '<0@demo.test> <1@demo.test>',
  files: [
    { name: 'convention.pdf', type: 'application/pdf',
      data: base64('%PDF-1.7 the convention '.repeat(20)) },
    { name: 'état des versements, définitif (relu).ods', type: '',
      data: base64('sums '.repeat(33)) },
    { name: 'empty.txt', type: 'text/plain', data: '' },
  ],
};

export const plainForm = { ...formWithFiles, files: [] };

/** The same, to be encrypted once signed. @param {any} form */
export const toEncrypt = (form) => ({ ...form, protection: 'sign+encrypt' });
