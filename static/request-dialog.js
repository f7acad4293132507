/*
 * Asking for a certificate, one step after the other: the passphrase, the
 * key and its request, the answer. The key is made and kept by the vault;
 * the server gets the request alone.
 */
import { call } from './api.js';
import { copyKey } from './copy-dialog.js';
import { busyWith, openDialog, showStep } from './dialog.js';
import { byId, showWhen, wrong } from './dom.js';
import { isChosen } from './passphrase.js';
import { refusalOf } from './vault-words.js';
import { vault } from './vault-client.js';

const STEPS = ['request-new', 'request-open', 'request-make', 'request-done'];
const PREFERRED = ['rsa-3072', 'rsa-2048', 'p-256', 'p-384'];

/**
 * @typedef {{name: string, algorithms: string[], automatic: boolean}}
 *   Authority
 * @typedef {{id: string, state: string, reason: string | null,
 *   certificate: string | null, chain: string[]}} Answer
 */

/** @param {string} id of a step @param {string} name of it in the list */
function step(id, name) {
  for (const item of byId('request-dialog').querySelectorAll('[data-step]'))
    if (item.dataset.step === name)
      item.setAttribute('aria-current', 'step');
    else
      item.removeAttribute('aria-current');
  complain('');
  showStep(id, STEPS);
}

/** @param {string} text */
function complain(text) {
  const note = byId('request-refusal');
  note.textContent = text;
  note.hidden = text === '';
}

/** @param {Authority} authority */
function fill({ name, algorithms }) {
  const dialog = byId('request-dialog');
  dialog.querySelector('[data-authority]').textContent = name;
  byId('request-name').textContent = byId('main').dataset.name ||
    document.body.dataset.user;
  const usual = PREFERRED.find((kind) => algorithms.includes(kind));
  for (const choice of dialog.querySelectorAll('[data-kind]')) {
    choice.hidden = !algorithms.includes(choice.dataset.kind);
    choice.querySelector('input').checked = choice.dataset.kind === usual;
  }
}

async function firstStep() {
  const { vault: state } = await vault.state();
  if (state === 'open')
    step('request-make', 'key');
  else
    step(state === 'none' ? 'request-new' : 'request-open', 'phrase');
}

async function createVault() {
  const [phrase, same] = [byId('request-phrase'), byId('request-same')];
  if (!isChosen(phrase, same))
    return;
  await busyWith(byId('request-new'), 'creating', () =>
    vault.create(phrase.value).then(() => step('request-make', 'key'),
      (error) => wrong(phrase, refusalOf(error))));
}

async function openVault() {
  const field = byId('request-known');
  await busyWith(byId('request-open'), 'opening', () =>
    vault.open(field.value).then(() => step('request-make', 'key'),
      (error) => {
        wrong(field, refusalOf(error));
        field.select();
        field.focus();
      }));
}

/** Sends a request whose key waits in the vault, and takes the certificate
 * when it is given at once. @param {{csr: string, renews: string}} pending
 * @returns {Promise<Answer & {kid?: string}>} */
export async function sendRequest({ csr, renews }) {
  /** @type {Answer} */
  const answer = await call('certificates/request', { csr, renews });
  if (answer.state !== 'issued' || answer.certificate === null)
    return answer;
  const { certificate, chain } = answer;
  return { ...answer, ...await vault.collect({ certificate, chain }) };
}

/** Asks once more what the vault keeps from an earlier attempt.
 * @param {string} renews */
async function make(renews) {
  const kind = byId('request-make').elements.kind.value;
  const pending = await vault.make({ kind, renews,
    name: byId('main').dataset.name ?? '' });
  return sendRequest(pending);
}

/** @param {Authority} authority @param {string} [renews] a kid
 *  @returns {Promise<boolean>} whether anything changed */
export async function askForCertificate(authority, renews = '') {
  let changed = false;
  let kid = '';
  fill(authority);
  const closed = openDialog('request-dialog', {
    'request-new': createVault,
    'request-open': openVault,
    'request-make': () => busyWith(byId('request-make'), 'making_key',
      async () => {
        changed = true;
        try {
          const answer = await make(renews);
          kid = answer.kid ?? '';
          if (answer.state === 'refused')
            return byId('request-dialog').close();
          showWhen(byId('request-done'), answer.state);
          step('request-done', 'done');
        } catch (error) {
          complain(refusalOf(error));
        }
      }),
    'request-copy': () => byId('request-dialog').close('copy'),
  });
  await firstStep();
  await closed;
  if (byId('request-dialog').returnValue === 'copy')
    await copyKey(kid);
  byId('request-dialog').returnValue = '';
  return changed;
}
