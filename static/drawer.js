/* The sidebar as a drawer on narrow screens, and menus that close. */
import { byId } from './dom.js';

/** @type {HTMLElement | null} */
let opener = null;

export function start() {
  document.addEventListener('click', clicked);
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && byId('side').classList.contains('open'))
      close(true);
  });
}

function clicked(/** @type {MouseEvent} */ event) {
  const node = /** @type {Element} */ (event.target);
  closeOthers(node);
  const button = node.closest?.('a[href="#side"]');
  const side = byId('side');
  if (button) {
    event.preventDefault();
    open(/** @type {HTMLElement} */ (button));
  } else if (side.classList.contains('open') &&
      (!side.contains(node) || node.closest('a[href]')))
    close(false);
}

function closeOthers(/** @type {Element} */ node) {
  for (const menu of document.querySelectorAll('.menu[open]'))
    if (!menu.contains(node) ||
        node.closest('.menu-sheet a, button:not([data-stay])'))
      menu.removeAttribute('open');
}

function open(/** @type {HTMLElement} */ button) {
  opener = button;
  byId('side').classList.add('open');
  byId('main').inert = true;
  /** @type {HTMLElement | null} */ (
    byId('folders').querySelector('a'))?.focus();
}

export function close(/** @type {boolean} */ returnFocus) {
  byId('side').classList.remove('open');
  byId('main').inert = false;
  if (returnFocus)
    opener?.focus();
}
