/*
 * Moves between pages without leaving the document, because the vault's
 * worker dies with it: the server is asked for the main region of the same
 * page, which takes the place of the old one. Without scripts the same
 * addresses are whole pages.
 */
import { ask } from './ask.js';
import { byId, make } from './dom.js';
import { toast } from './toast.js';
import { policy } from './trusted.js';
import { word } from './words.js';

/** @typedef {(main: HTMLElement) => Promise<() => void>} Prepare */

/** @type {Prepare} */
let prepare = async () => () => {};
/** @type {(() => boolean) | null} What would be lost by leaving. */
let unsaved = null;
/** Counts what was asked for: an answer that comes late shows nothing. */
let asked = 0;

/** @param {(() => boolean) | null} question */
export function guard(question) {
  unsaved = question;
}

/** @param {Prepare} page readies a page, and gives what starts it */
export function start(page) {
  prepare = page;
  document.addEventListener('click', clicked);
  document.addEventListener('submit', submitted);
  window.addEventListener('popstate', () =>
    void go(location.href, { past: true }));
  window.addEventListener('beforeunload', (event) => {
    if (unsaved?.())
      event.preventDefault();
  });
}

/** Is this address one of ours that answers with a page? */
function ours(/** @type {HTMLAnchorElement} */ link) {
  const here = new URL(location.href);
  const there = new URL(link.href, here);
  const base = document.body.dataset.base ?? '/';
  if (there.origin !== here.origin || !there.pathname.startsWith(base))
    return false;
  if (link.target !== '' || link.hasAttribute('download'))
    return false;
  return there.hash === '' || there.pathname !== here.pathname;
}

function clicked(/** @type {MouseEvent} */ event) {
  const link = /** @type {Element} */ (event.target).closest?.('a[href]');
  if (link === null || event.defaultPrevented || event.button !== 0 ||
      event.ctrlKey || event.metaKey || event.shiftKey || event.altKey ||
      !ours(/** @type {HTMLAnchorElement} */ (link)))
    return;
  event.preventDefault();
  void go(/** @type {HTMLAnchorElement} */ (link).href);
}

async function submitted(/** @type {SubmitEvent} */ event) {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (event.defaultPrevented || form.hasAttribute('data-whole') ||
      form.method !== 'post')
    return;
  event.preventDefault();
  const kind = form.dataset.ask;
  if (kind !== undefined && !await ask({ title: word(`${kind}_title`),
    text: word(`${kind}_text`), yes: word(`${kind}_yes`) }))
    return;
  const fields = new FormData(form);
  const button = /** @type {HTMLButtonElement | null} */ (event.submitter);
  if (button !== null && button.name !== '')
    fields.append(button.name, button.value);
  const body = new URLSearchParams(
    /** @type {any} */ ([...fields].filter(([, v]) => typeof v === 'string')));
  const done = await go(form.action, { body });
  if (done && button !== null && word(`did_${button.value}`) !==
      `did_${button.value}`)
    toast(word(`did_${button.value}`));
}

/**
 * @param {string} address
 * @param {{body?: URLSearchParams, past?: boolean, force?: boolean}} [how]
 * @returns {Promise<boolean>}
 */
export async function go(address, how = {}) {
  if (!how.force && unsaved?.() && !await mayLeave(how.past === true))
    return false;
  unsaved = null;
  asked += 1;
  const turn = asked;
  const busy = showBusy();
  try {
    const answer = await fetch(address, { method: how.body ? 'POST' : 'GET',
      body: how.body, headers: { 'Sceau-Navigate': 'main' } });
    return await arrive(answer, how.past === true, () => turn === asked);
  } catch {
    toast(word('offline'),
      { label: word('retry'), act: () => void go(address, how) });
    return false;
  } finally {
    busy();
  }
}

async function mayLeave(/** @type {boolean} */ past) {
  const yes = await ask({ title: word('leave_title'),
    text: word('leave_text'), yes: word('leave_yes') });
  if (!yes && past)
    history.forward();
  return yes;
}

/** Puts what came in place of what was there. */
async function arrive(/** @type {Response} */ answer,
  /** @type {boolean} */ past, /** @type {() => boolean} */ wanted) {
  const type = answer.headers.get('Content-Type') ?? '';
  const text = type.startsWith('text/html') ? await answer.text() : '';
  const page = new DOMParser().parseFromString(
    /** @type {any} */ (policy.createHTML(text)), 'text/html');
  const main = page.querySelector('main');
  const signedOut = new URL(answer.url).pathname.endsWith('/sign-in');
  if (main === null || signedOut) {
    location.assign(answer.url);
    return true;
  }
  const begin = await prepare(/** @type {HTMLElement} */ (main));
  if (!wanted())
    return answer.ok;
  if (!past && answer.url !== location.href)
    history.pushState(null, '', answer.url);
  document.title = page.title;
  byId('folders').replaceWith(
    page.getElementById('folders') ?? byId('folders'));
  swap(/** @type {HTMLElement} */ (main), begin);
  return answer.ok;
}

/** The list keeps its place while one reads through it. */
function swap(/** @type {HTMLElement} */ main,
  /** @type {() => void} */ begin) {
  const old = byId('main');
  const rows = document.getElementById('rows');
  const place = rows === null ? null
    : { folder: rows.dataset.folder, top: rows.scrollTop, at: rowIndex() };
  old.replaceWith(main);
  document.body.dataset.page = main.dataset.page;
  for (const field of document.querySelectorAll('input[name="return"]'))
    /** @type {HTMLInputElement} */ (field).value =
      location.pathname + location.search;
  const now = document.getElementById('rows');
  if (place !== null && now !== null && now.dataset.folder === place.folder)
    now.scrollTop = place.top;
  begin();
  focusOn(main, place?.at ?? -1);
}

function rowIndex() {
  return [...document.querySelectorAll('.row')]
    .findIndex((row) => row.hasAttribute('aria-current'));
}

/** The focus goes to the page's title, or to the row after the one done. */
function focusOn(/** @type {HTMLElement} */ main,
  /** @type {number} */ row) {
  const rows = main.querySelectorAll('.row');
  const next = main.dataset.page === 'mailbox' && row >= 0
    ? rows[Math.min(row, rows.length - 1)] : null;
  const field = main.querySelector('[data-focus]');
  const title = main.querySelector('article h1, h1');
  const target = next ?? field ??
    main.querySelector('article h1') ?? title ?? main;
  /** @type {HTMLElement} */ (target).focus();
  const mark = location.hash.slice(1);
  if (mark !== '')
    document.getElementById(mark)?.scrollIntoView();
}

/** Nothing for 400 ms, then words. @returns {() => void} */
function showBusy() {
  const main = byId('main');
  const bar = make('p', { class: 'busy-bar', role: 'status' }, word('busy'));
  const timer = setTimeout(() => {
    main.setAttribute('aria-busy', 'true');
    document.body.append(bar);
  }, 400);
  return () => {
    clearTimeout(timer);
    main.removeAttribute('aria-busy');
    bar.remove();
  };
}
