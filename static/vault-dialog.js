/* Asks for the passphrase and opens the vault with it. */
import { byId, wrong } from './dom.js';
import { explain } from './vault-words.js';
import { vault } from './vault-client.js';
import { word } from './words.js';

/**
 * @param {string} why what the keys are needed for, as a sentence
 * @returns {Promise<boolean>} true once open, false if the user turned back
 */
export async function openVault(why) {
  if ((await vault.state()).vault === 'open')
    return true;
  const dialog = byId('vault-dialog');
  const field = byId('vault-phrase');
  byId('vault-why').textContent = why;
  field.value = '';
  field.type = 'password';
  wrong(field, '');
  dialog.showModal();
  field.focus();
  try {
    return await answered(dialog, field);
  } finally {
    field.value = '';
    if (dialog.open)
      dialog.close();
  }
}

/** @returns {Promise<boolean>} */
function answered(dialog, field) {
  const end = new AbortController();
  const listen = { signal: end.signal };
  return new Promise((resolve) => {
    const finish = (/** @type {boolean} */ open) => {
      end.abort();
      resolve(open);
    };
    dialog.addEventListener('close', () => finish(false), listen);
    dialog.querySelector('[data-close]')
      .addEventListener('click', () => finish(false), listen);
    dialog.querySelector('form').addEventListener('submit',
      async (/** @type {Event} */ event) => {
        event.preventDefault();
        if (await tryPhrase(dialog, field))
          finish(true);
      }, listen);
  });
}

async function tryPhrase(dialog, field) {
  const button = dialog.querySelector('button[value=open]');
  button.disabled = true;
  button.textContent = word('opening');
  try {
    await vault.open(field.value);
    return true;
  } catch (error) {
    const { message, action } = explain(error);
    wrong(field, `${message} ${action}`);
    field.select();
    field.focus();
    return false;
  } finally {
    button.disabled = false;
    button.textContent = word('open');
  }
}
