/* The address book: a field that searches, and a form that opens. */
import { byId } from './dom.js';

export function start() {
  const adder = byId('new-contact');
  adder.addEventListener('toggle', () => {
    if (adder.open && adder.querySelector('.wrong') === null)
      byId('new-name').focus();
  });
  adder.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== 'Escape')
      return;
    adder.open = false;
    adder.querySelector('summary').focus();
  });
}
