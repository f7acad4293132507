/*
 * Moves between pages without leaving the document, because the vault's
 * worker dies with it: the server is asked for the main region of the same
 * page, which takes the place of the old one. Without scripts the same
 * addresses are whole pages.
 */
import { Refused } from './api.js';
import { ask } from './ask.js';
import { byId, make } from './dom.js';
import { parse } from './markup.js';
import { forget } from './opened-files.js';
import { toast } from './toast.js';
import { word } from './words.js';

/** @typedef {(main: HTMLElement) => Promise<() => void>} Prepare */

/** @type {Prepare} */
let prepare = async () => () => {};
/** @type {(() => boolean) | null} What would be lost by leaving. */
let unsaved = null;
/** Begins the names of the words that ask before it is lost. */
let loss = 'leave';
/** @type {(() => Promise<boolean> | undefined) | null} Keeps it first. */
let keep = null;
/** Counts what was asked for: an answer that comes late shows nothing. */
let asked = 0;
/** How many of them have not arrived. */
let underway = 0;
/** Did the person's own click or Enter on a row lead here? */
let byHand = false;

/**
 * @param {(() => boolean) | null} question
 * @param {string} [kind] of words
 * @param {() => Promise<boolean> | undefined} [save] tried before asking
 */
export function guard(question, kind = 'leave', save) {
  unsaved = question;
  loss = kind;
  keep = save ?? null;
}

/** What may be opened by itself: the message that somebody just chose. */
export function cameByHand() {
  return byHand;
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
  void go(/** @type {HTMLAnchorElement} */ (link).href,
    { byHand: event.isTrusted && link.classList.contains('row') });
}

async function submitted(/** @type {SubmitEvent} */ event) {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (event.defaultPrevented || form.hasAttribute('data-whole') ||
      form.method === 'dialog')
    return;
  event.preventDefault();
  const kind = form.dataset.ask;
  if (kind !== undefined && !await ask({ title: word(`${kind}_title`),
    text: word(`${kind}_text`), yes: word(`${kind}_yes`) }))
    return;
  const button = /** @type {HTMLButtonElement | null} */ (event.submitter);
  const done = await send(form, fieldsOf(form, button));
  if (done && button !== null && word(`did_${button.value}`) !==
      `did_${button.value}`)
    toast(word(`did_${button.value}`));
}

/** @param {HTMLFormElement} form @param {HTMLButtonElement | null} button */
function fieldsOf(form, button) {
  const fields = new FormData(form);
  if (button !== null && button.name !== '')
    fields.append(button.name, button.value);
  return fields;
}

/** As the browser would: a question in the address, files in parts.
 * @param {HTMLFormElement} form @param {FormData} fields
 * @param {{force?: boolean}} [how] */
export function send(form, fields = fieldsOf(form, null), how = {}) {
  if (form.enctype === 'multipart/form-data')
    return go(form.action, { body: fields, ...how });
  const texts = new URLSearchParams(
    /** @type {any} */ ([...fields].filter(([, v]) => typeof v === 'string')));
  return form.method === 'post' ? go(form.action, { body: texts, ...how })
    : go(`${form.action.split('?')[0]}?${texts}`, how);
}

/**
 * @typedef {{body?: URLSearchParams | FormData, json?: unknown, at?: string,
 *   past?: boolean, force?: boolean, byHand?: boolean}} How
 *   json: posted, and then the address shown is that of the page that is left
 *   or `at`; byHand: see cameByHand
 */

/** @param {string} address @param {How} [how] @returns {Promise<boolean>} */
export async function go(address, how = {}) {
  if (!how.force && unsaved?.() && !await mayLeave(how.past === true))
    return false;
  unsaved = null;
  asked += 1;
  const turn = asked;
  underway += 1;
  const busy = showBusy();
  try {
    return await arrive(await answerTo(address, how), how,
      () => turn === asked);
  } catch (error) {
    if (error instanceof Refused)
      toast(`${error.message} ${error.action} ${
        word('reference', { code: error.reference })}`);
    else
      toast(word('offline'),
        { label: word('retry'), act: () => void go(address, how) });
    return false;
  } finally {
    underway -= 1;
    busy();
  }
}

/** Shows this page anew, unless somebody is on the way to another: what a
 * script wants for itself never stops what a person asked for. */
export async function reload() {
  if (underway === 0)
    await go(location.href, { force: true });
}

/** @param {string} address @param {How} how */
async function answerTo(address, { body, json }) {
  if (json === undefined)
    return fetch(address, { method: body ? 'POST' : 'GET', body,
      headers: { 'Sceau-Navigate': 'main' } });
  const answer = await fetch(address, { method: 'POST',
    body: JSON.stringify(json), headers: { 'Sceau-Navigate': 'main',
      'Content-Type': 'application/json',
      'X-CSRF-Token': document.body.dataset.csrf ?? '' } });
  if (!answer.ok)
    throw new Refused(answer.status, await answer.json().catch(() => null));
  return answer;
}

/** What can be kept is kept without a question. */
async function mayLeave(/** @type {boolean} */ past) {
  if (await keep?.() === true) {
    toast(word('draft_kept_there'));
    return true;
  }
  const yes = await ask({ title: word(`${loss}_title`),
    text: word(`${loss}_text`), yes: word(`${loss}_yes`) });
  if (!yes && past)
    history.forward();
  return yes;
}

/** Puts what came in place of what was there. @param {Response} answer
 * @param {How} how @param {() => boolean} wanted */
async function arrive(answer, how, wanted) {
  const type = answer.headers.get('Content-Type') ?? '';
  const page = parse(type.startsWith('text/html') ? await answer.text() : '');
  const main = page.querySelector('main');
  const signedOut = new URL(answer.url).pathname.endsWith('/sign-in');
  if (main === null || signedOut) {
    location.assign(answer.url);
    return true;
  }
  const begin = await prepare(/** @type {HTMLElement} */ (main));
  if (!wanted())
    return answer.ok;
  const place = how.json === undefined ? answer.url : how.at ?? location.href;
  if (!how.past && place !== location.href)
    history.pushState(null, '', place);
  byHand = how.byHand === true;
  document.title = page.title;
  byId('folders').replaceWith(
    page.getElementById('folders') ?? byId('folders'));
  byId('notices').replaceWith(
    page.getElementById('notices') ?? byId('notices'));
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
  /* An opened message is left, and with it goes its key. */
  forget();
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
