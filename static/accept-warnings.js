/*
 * What encryption costs, read and accepted once before it is first used
 * (Z4, Z6). The server keeps the answer with the account.
 */
import { call } from './api.js';
import { byId, wrong } from './dom.js';
import { word } from './words.js';

/** @returns {Promise<boolean>} true once accepted */
export function acceptWarnings() {
  const dialog = byId('encrypt-warning');
  const box = byId('warning-read');
  box.checked = false;
  wrong(box, '');
  const end = new AbortController();
  const listen = { signal: end.signal };
  return new Promise((resolve) => {
    const finish = (/** @type {boolean} */ yes) => {
      end.abort();
      dialog.close();
      resolve(yes);
    };
    dialog.addEventListener('cancel', (/** @type {Event} */ event) => {
      event.preventDefault();
      finish(false);
    }, listen);
    dialog.querySelector('[data-close]')
      .addEventListener('click', () => finish(false), listen);
    dialog.querySelector('form').addEventListener('submit',
      async (/** @type {Event} */ event) => {
        event.preventDefault();
        if (await keep(box))
          finish(true);
      }, listen);
    dialog.showModal();
  });
}

/** @param {HTMLInputElement} box @returns {Promise<boolean>} */
async function keep(box) {
  if (!box.checked) {
    wrong(box, word('warning_unread'));
    box.focus();
    return false;
  }
  try {
    await call('security/accept', {});
    return true;
  } catch (error) {
    wrong(box, error instanceof TypeError ? word('offline')
      : /** @type {Error} */ (error).message);
    return false;
  }
}
