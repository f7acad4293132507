/* The page of vault-browser.test.mjs: it has the vault's client, no more. */
import { vault } from '../../static/vault-client.js';

/** @type {any} */
const page = globalThis;
page.vault = vault;
page.heard = [];
vault.addEventListener('change', (event) =>
  page.heard.push(/** @type {CustomEvent} */ (event).detail.reason));

/** @param {string} text */
page.bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

/** A form whose files came as base64. @param {any} form */
page.formOf = (form) => ({ ...form, files: form.files.map(
  (/** @type {any} */ { name, type, data }) =>
    new File([page.bytes(data)], name, { type })) });

/** What a promise came to, as a text. @param {Promise<unknown>} promise */
page.outcome = (promise) => promise.then(() => 'done',
  (error) => [error.code ?? String(error), error.where].join(' ').trim());
page.ready = true;
