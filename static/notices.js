/*
 * The notices above every page, on one line until it is opened: "Understood"
 * takes one away without leaving the page, on which somebody may be writing.
 * Without scripts it is a post that leads back.
 */
import { setIcon } from './dom.js';
import { toast } from './toast.js';
import { word } from './words.js';

/** Before navigate.js sees it: that would show another page. */
export function start() {
  document.addEventListener('submit', (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (form.closest('#notices') === null)
      return;
    event.preventDefault();
    event.stopPropagation();
    void dismiss(form);
  }, true);
}

/** @param {HTMLFormElement} form @returns {Promise<boolean>} */
async function remove(form) {
  const fields = new URLSearchParams(
    /** @type {any} */ ([...new FormData(form)]));
  const answer = await fetch(form.action, { method: 'POST', body: fields,
    headers: { Accept: 'application/json' } }).catch(() => null);
  if (!answer?.ok)
    return false;
  form.closest('.notice')?.remove();
  retell();
  return true;
}

/** Takes away the notices that ask for what has just been done: here, while
 * the page goes on. One that cannot be taken away stays to be read.
 * @param {string} what as their data-settled has it */
export async function settle(what) {
  const forms = /** @type {NodeListOf<HTMLFormElement>} */ (
    document.querySelectorAll(`.notice[data-settled="${what}"] form`));
  for (const form of forms)
    await remove(form);
}

/** @param {HTMLFormElement} form */
async function dismiss(form) {
  if (!await remove(form)) {
    toast(word('offline'));
    return;
  }
  const next = document.querySelector('#notices button') ??
    document.querySelector('main h1, main');
  /** @type {HTMLElement | null} */ (next)?.focus();
}

/** The one line says what is left. */
function retell() {
  const line = document.querySelector('.notices > summary');
  const left = /** @type {NodeListOf<HTMLElement>} */ (
    document.querySelectorAll('.notice'));
  if (line === null || left.length === 0)
    return line?.closest('.notices')?.remove();
  const [newest, count, mark] = ['.newest', '.count', '.tag']
    .map((part) => line.querySelector(part));
  setIcon(line.querySelector('svg'), left[0].dataset.icon ?? '');
  if (newest !== null)
    newest.textContent = left[0].querySelector('h2')?.textContent ?? '';
  if (left.length === 1)
    return [count, mark].forEach((part) => part?.remove());
  if (count !== null && mark !== null) {
    count.textContent = word('notices_left', { n: left.length });
    mark.textContent = String(left.length);
  }
}
