/*
 * Sends one message. Signed: the server builds the message and hands out a
 * key request; the vault composes it again from the frozen copy of the form,
 * compares, signs; the signature goes back and the message leaves, in an
 * envelope for its recipients if that was chosen.
 */
import { accepted, callSurely } from './api.js';
import { post } from './uploads.js';
import { vault } from './vault-client.js';

/**
 * @typedef {import('./addresses.js').Address} Address
 * @typedef {import('./security-panel.js').Mode} Mode
 * @typedef {{protection: Mode, from: Address, to: Address[],
 *   cc: Address[], bcc: Address[], subject: string, text: string,
 *   in_reply_to: string, references: string, files: File[]}} Form
 * @typedef {{posted: Record<string, string>, form: Readonly<Form>,
 *   kid: string | null, mode: Mode}} Letter
 * @typedef {{step: (name: 'send' | 'sign' | 'finish') => void,
 *   progress: (share: number) => void, signal: AbortSignal}} Watch
 */

/**
 * @param {Letter} letter kid null: not signed
 * @param {Watch} watch
 * @returns {Promise<any>} {message_id, state, reason, recipients}
 */
export async function send(letter, watch) {
  watch.step('send');
  const url = `${document.body.dataset.base}compose`;
  const answer = accepted(await post(url, packed(letter), watch));
  if (letter.kid === null)
    return answer;
  watch.step('sign');
  const { signature } = await vault.sign(
    { kid: letter.kid, request: answer,
      form: /** @type {import('./vault/entity.js').Form} */ (letter.form) });
  watch.step('finish');
  return callSurely('key-requests/signature',
    { ticket: answer.ticket, signature });
}

/** @param {Letter} letter */
function packed({ posted, form, kid, mode }) {
  const body = new FormData();
  for (const [name, value] of Object.entries(posted))
    body.append(name, value);
  body.append('mode', mode);
  if (kid !== null) {
    body.append('kid', kid);
    body.append('files', JSON.stringify(
      form.files.map((file) => ({ name: file.name, type: file.type }))));
  }
  for (const file of form.files)
    body.append('file', file, file.name);
  return body;
}
