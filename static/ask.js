/* One question in a dialog, answered with yes or no. */
import { byId } from './dom.js';

/**
 * @param {{title: string, text: string, yes: string, detail?: string}} what
 * @returns {Promise<boolean>}
 */
export function ask(what) {
  const dialog = byId('ask-dialog');
  byId('ask-title').textContent = what.title;
  byId('ask-text').textContent = what.text;
  byId('ask-yes').textContent = what.yes;
  byId('ask-detail').textContent = what.detail ?? '';
  byId('ask-detail').hidden = what.detail === undefined;
  dialog.returnValue = 'no';
  return new Promise((resolve) => {
    dialog.addEventListener('close',
      () => resolve(dialog.returnValue === 'yes'), { once: true });
    dialog.showModal();
  });
}
