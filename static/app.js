/*
 * Where the scripts begin. What every page has starts once; each page's own
 * module is fetched when the page is first shown.
 */
import * as drawer from './drawer.js';
import { eyes } from './dom.js';
import * as keyboard from './keyboard.js';
import * as navigate from './navigate.js';
import * as notices from './notices.js';

/** @typedef {{start: (main: HTMLElement) => unknown}} PageModule */
/** @type {Record<string, () => Promise<PageModule>>} */
const modules = {
  read: () => import('./read.js'),
  compose: () => import('./compose.js'),
  keys: () => import('./keys.js'),
  contacts: () => import('./contacts.js'),
  contact: () => import('./contact.js'),
  preferences: () => import('./preferences.js'),
  security: () => import('./preferences.js'),
};

/** Fetches what a page needs, so that it can start at once when it is put
 * in place: a letter typed before would be lost.
 * @param {HTMLElement} main
 * @returns {Promise<() => void>} */
async function prepare(main) {
  const module = await modules[main.dataset.page ?? '']?.();
  return () => void begin(main, module);
}

/** `data-ready` says that the page's own script has done its work.
 * @param {HTMLElement} main @param {PageModule} [module] */
async function begin(main, module) {
  eyes(main);
  await module?.start(main);
  main.dataset.ready = '';
}

/* The message that is read may be far down its list. */
function showCurrentRow() {
  document.querySelector('.row[aria-current]')
    ?.scrollIntoView({ block: 'nearest' });
}

document.documentElement.classList.add('js');
notices.start();
navigate.start(prepare);
drawer.start();
keyboard.start();
eyes(document.getElementById('vault-dialog') ?? document);
if (document.getElementById('vault') !== null)
  void import('./vault-card.js').then((card) => card.start());
showCurrentRow();
(await prepare(/** @type {HTMLElement} */ (document.querySelector('main'))))();
