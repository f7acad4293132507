/*
 * Preferences and Security: what was changed is not lost unasked, and saving
 * shows the page and the sidebar anew. A new language needs a new document,
 * whose shell has other words.
 */
import { byId } from './dom.js';
import { guard, send } from './navigate.js';
import { language } from './words.js';

/** @type {HTMLFormElement} */
let form;
let saved = '';

export function start() {
  form = byId('preferences');
  saved = state();
  watch();
  form.addEventListener('change', () => {
    byId('unsaved').hidden = !changed();
  });
  form.addEventListener('submit', (event) => void save(event));
}

function watch() {
  guard(() => form.isConnected && changed(), 'unsaved');
}

function state() {
  return String(new URLSearchParams(
    /** @type {any} */ ([...new FormData(form)])));
}

const changed = () => state() !== saved;

async function save(/** @type {SubmitEvent} */ event) {
  guard(null);
  const wanted = new FormData(form).get('language');
  if (wanted !== null && wanted !== language()) {
    form.dataset.whole = '';
    return;
  }
  event.preventDefault();
  if (!await send(form) && form.isConnected)
    watch();
}
