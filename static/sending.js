/*
 * The dialog that follows a message on its way, and the words when it stops:
 * what happened, what is safe, what to do next.
 */
import { Refused } from './api.js';
import { byId } from './dom.js';
import { send } from './send.js';
import { VaultError } from './vault-error.js';
import { vault } from './vault-client.js';
import { openVault } from './vault-dialog.js';
import { explain } from './vault-words.js';
import { size, word } from './words.js';

/**
 * @param {import('./send.js').Letter} letter
 * @returns {Promise<any>} the result, or null when it did not leave
 */
export async function deliver(letter) {
  try {
    if (letter.kid !== null && !await isOpen(letter.kid) &&
        !await openVault(why(letter.form)))
      return null;
    return await watched(letter);
  } catch (error) {
    if (!(error instanceof DOMException && error.name === 'AbortError'))
      refuse(error);
    return null;
  }
}

/** A key kept for this session alone needs no passphrase.
 * @param {string} kid */
async function isOpen(kid) {
  const keys = await vault.list();
  return keys.some((/** @type {any} */ key) => key.kid === kid && key.usable);
}

/** @param {Readonly<import('./send.js').Form>} form */
function why(form) {
  const people = form.to.length + form.cc.length + form.bcc.length;
  return word(people === 1 ? 'why_sign_one' : 'why_sign', { n: people });
}

/** @param {import('./send.js').Letter} letter */
async function watched(letter) {
  const dialog = byId('sending');
  const stop = byId('sending-stop');
  const control = new AbortController();
  const stopped = () => control.abort();
  stop.disabled = false;
  for (const item of byId('sending-steps').children)
    item.hidden = letter.kid === null && item.dataset.step !== 'send';
  const last = byId('sending-steps').querySelector('[data-step=finish]');
  if (last !== null)
    last.textContent = word(letter.mode === 'sign+encrypt'
      ? 'finish_encrypt' : 'finish_plain');
  const hold = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!stop.disabled)
      stopped();
  };
  stop.addEventListener('click', stopped);
  dialog.addEventListener('cancel', hold);
  dialog.showModal();
  try {
    return await send(letter, { signal: control.signal,
      step: (name) => step(name, letter.form.files), progress });
  } finally {
    stop.removeEventListener('click', stopped);
    dialog.removeEventListener('cancel', hold);
    dialog.close();
  }
}

/** @param {string} name @param {File[]} files */
function step(name, files) {
  let past = true;
  for (const item of byId('sending-steps').children) {
    const now = item.dataset.step === name;
    past &&= !now;
    item.classList.toggle('done', past);
    if (now)
      item.setAttribute('aria-current', 'step');
    else
      item.removeAttribute('aria-current');
  }
  byId('sending-bar').removeAttribute('value');
  byId('sending-share').textContent = files.length === 0 ? ''
    : size(files.reduce((sum, file) => sum + file.size, 0));
  /* Once signed, the message leaves: stopping then would only hide it. */
  byId('sending-stop').disabled = name !== 'send';
}

/** @param {number} share */
function progress(share) {
  if (share < 1)
    byId('sending-bar').value = share;
  else
    byId('sending-bar').removeAttribute('value');
}

/** Says why it did not leave. @param {unknown} error */
export function refuse(error) {
  const card = byId('refusal');
  const { message, action, reference } = sentences(error);
  card.querySelector('strong').textContent = message;
  card.querySelector('p span').textContent =
    `${action} ${word('draft_kept')}`;
  const small = card.querySelector('small');
  small.hidden = reference === '';
  small.textContent = word('reference', { code: reference });
  card.hidden = false;
  card.focus();
  card.scrollIntoView({ block: 'nearest' });
}

/** @param {unknown} error */
function sentences(error) {
  if (error instanceof Refused)
    return { message: error.message, action: error.action,
      reference: error.reference };
  if (error instanceof VaultError)
    return { ...explain(error), reference: '' };
  if (error instanceof TypeError)
    return { message: word('offline'), action: word('offline_do'),
      reference: '' };
  return { ...explain(error), reference: '' };
}
