/*
 * Where the scripts begin. What every page has starts once; each page's own
 * module is fetched when the page is first shown.
 */
import * as drawer from './drawer.js';
import { eyes } from './dom.js';
import * as keyboard from './keyboard.js';
import * as navigate from './navigate.js';

/** @typedef {{start: (main: HTMLElement) => unknown}} PageModule */
/** @type {Record<string, () => Promise<PageModule>>} */
const modules = {
  read: () => import('./read.js'),
  compose: () => import('./compose.js'),
  keys: () => import('./keys.js'),
};

function begin(/** @type {HTMLElement} */ main) {
  navigate.guard(null);
  eyes(main);
  return modules[main.dataset.page ?? '']?.()
    .then((module) => main.isConnected && module.start(main));
}

/* The message that is read may be far down its list. */
function showCurrentRow() {
  document.querySelector('.row[aria-current]')
    ?.scrollIntoView({ block: 'nearest' });
}

document.documentElement.classList.add('js');
navigate.start(begin);
drawer.start();
keyboard.start();
eyes(document.getElementById('vault-dialog') ?? document);
if (document.getElementById('vault') !== null)
  void import('./vault-card.js').then((card) => card.start());
showCurrentRow();
void begin(/** @type {HTMLElement} */ (document.querySelector('main')));
