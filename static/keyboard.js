/*
 * Single-key shortcuts. They act on what is on the page (data-key), do
 * nothing while one types, and can be switched off (WCAG 2.1.4).
 */
import { byId } from './dom.js';
import { go } from './navigate.js';

const stored = 'sceau-single-keys';
const on = () => localStorage.getItem(stored) !== 'off';

export function start() {
  document.addEventListener('keydown', pressed);
  const show = byId('show-keys');
  show.hidden = false;
  show.addEventListener('click', showList);
  const box = byId('keys-on');
  box.checked = on();
  box.addEventListener('change', () => {
    localStorage.setItem(stored, box.checked ? 'on' : 'off');
    tellKeys();
  });
  tellKeys();
}

/** Where a key is written on the page, it is one that works. */
function tellKeys() {
  document.body.dataset.keys = on() ? 'on' : 'off';
}

function showList() {
  closeMenus();
  byId('keys-dialog').showModal();
}

function closeMenus() {
  for (const menu of document.querySelectorAll('.menu[open]'))
    menu.removeAttribute('open');
}

/** @param {EventTarget | null} node */
function typing(node) {
  const where = /** @type {HTMLElement | null} */ (node);
  return where?.closest?.('input, textarea, select, dialog') !== null;
}

function pressed(/** @type {KeyboardEvent} */ event) {
  if (event.key === 'Escape')
    return closeMenus();
  if (event.ctrlKey || event.metaKey || event.altKey || !on() ||
      document.querySelector('dialog[open]') !== null || typing(event.target))
    return;
  if (act(event.key))
    event.preventDefault();
}

/** @param {string} key @returns {boolean} */
function act(key) {
  const base = document.body.dataset.base ?? '/';
  switch (key) {
  case 'j': case 'ArrowDown': return move(1);
  case 'k': case 'ArrowUp': return move(-1);
  case 'c': void go(`${base}compose`); return true;
  case 'u': return back();
  case '/': return search();
  case '?': showList(); return true;
  default: return press(key);
  }
}

/** @param {string} key */
function press(key) {
  const node = /** @type {HTMLElement | null} */ (
    document.querySelector(`main [data-key="${CSS.escape(key)}"]`));
  node?.click();
  return node !== null;
}

/** From the focused row, else from the one that is read. */
function move(/** @type {number} */ step) {
  const rows = /** @type {HTMLElement[]} */ (
    [...document.querySelectorAll('.row, .row-link')]);
  const here = document.activeElement;
  let at = rows.findIndex((row) => row === here);
  if (at < 0)
    at = rows.findIndex((row) => row.hasAttribute('aria-current'));
  const next = rows[at < 0 ? 0 : at + step];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
  return next !== undefined;
}

function search() {
  const field = /** @type {HTMLInputElement | null} */ (
    document.querySelector('main [data-key="/"]'));
  field?.focus();
  field?.select();
  return field !== null;
}

function back() {
  const link = /** @type {HTMLAnchorElement | null} */ (
    document.querySelector('main [data-back]'));
  if (link !== null)
    void go(link.href);
  return link !== null;
}
