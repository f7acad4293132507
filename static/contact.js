/* One contact: a certificate's file can also be dropped on its card. */
import { byId } from './dom.js';
import { send } from './navigate.js';

export function start() {
  const form = byId('add-certificate');
  form.querySelector('.only-drop').hidden = false;
  const over = (/** @type {boolean} */ on) =>
    form.classList.toggle('over', on);
  form.addEventListener('dragover', (/** @type {DragEvent} */ event) => {
    if (!event.dataTransfer?.types.includes('Files'))
      return;
    event.preventDefault();
    over(true);
  });
  form.addEventListener('dragleave', () => over(false));
  form.addEventListener('drop', (/** @type {DragEvent} */ event) => {
    event.preventDefault();
    over(false);
    dropped(form, event.dataTransfer);
  });
}

/** @param {HTMLFormElement} form @param {DataTransfer | null} carried */
function dropped(form, carried) {
  if (carried === null || carried.files.length === 0)
    return;
  byId('certificate-file').files = carried.files;
  void send(form);
}
