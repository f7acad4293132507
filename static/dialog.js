/* Dialogs of several steps: opening, closing, and being busy in between. */
import { byId } from './dom.js';
import { word } from './words.js';

/** Opens a dialog that closes by its own buttons, and wipes what was typed.
 * @param {string} id @param {Record<string, (event: any) => unknown>} on
 *   what the forms and buttons of these names do
 * @returns {Promise<void>} once it is closed */
export function openDialog(id, on) {
  const dialog = byId(id);
  const end = new AbortController();
  const listen = { signal: end.signal };
  dialog.addEventListener('click', (/** @type {MouseEvent} */ event) => {
    if (/** @type {Element} */ (event.target).closest('[data-close]'))
      dialog.close();
  }, listen);
  for (const [name, act] of Object.entries(on)) {
    const node = byId(name);
    node.addEventListener(node.matches('form') ? 'submit' : 'click',
      (/** @type {Event} */ event) => {
        event.preventDefault();
        void act(event);
      }, listen);
  }
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      end.abort();
      for (const field of dialog.querySelectorAll('input.input'))
        field.value = '';
      resolve();
    }, { once: true });
  });
}

/** One step of the dialog is shown, and its first field or title focused.
 * @param {string} id of the step @param {string[]} all */
export function showStep(id, all) {
  for (const name of all)
    byId(name).hidden = name !== id;
  const step = byId(id);
  (step.querySelector('input.input') ??
    step.closest('dialog').querySelector('h2')).focus();
}

/** The form's button says what goes on until it is done.
 * @param {HTMLElement} form @param {string} key of the words
 * @param {() => Promise<void>} act */
export async function busyWith(form, key, act) {
  const button = /** @type {any} */ (
    form.querySelector('.btn.fill, .btn.danger'));
  const name = button.textContent;
  button.disabled = true;
  button.textContent = word(key);
  try {
    await act();
  } finally {
    button.disabled = false;
    button.textContent = name;
  }
}
