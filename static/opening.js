/*
 * Opens an encrypted message: the vault unwraps its content key, the server
 * decodes with it and answers with the message's region. That happens by
 * itself when the person opened this message by click or Enter and the vault
 * is open; else a button does it (SEC-28: one unwrap for one gesture).
 */
import { Refused } from './api.js';
import { byId, pageData } from './dom.js';
import { parse } from './markup.js';
import { go, reload } from './navigate.js';
import { forget, heldKey, hold } from './opened-files.js';
import { toast } from './toast.js';
import { explain } from './vault-words.js';
import { vault } from './vault-client.js';
import { openVault } from './vault-dialog.js';
import { word } from './words.js';

/**
 * @typedef {{ticket: string, expires: string, key_size: number,
 *   recipients: {kid: string}[]}} KeyRequest
 * @typedef {{url: string, draft: boolean, request: KeyRequest}} Message
 */

class Opening {
  #card = byId('locked');
  #button = byId('open-message');
  #message;
  #shown;
  #busy = false;

  /** @param {Message} message
   * @param {(article: HTMLElement) => void} shown */
  constructor(message, shown) {
    this.#message = message;
    this.#shown = shown;
    this.#button.addEventListener('click', () => void this.open());
    const changed = () => {
      if (this.#card.isConnected)
        void this.face();
      else
        vault.removeEventListener('change', changed);
    };
    vault.addEventListener('change', changed);
  }

  /** The recipient whose key is in this browser; one that is open first. */
  async #mine() {
    const keys = await vault.list();
    const found = this.#message.request.recipients.map((recipient) => ({
      recipient, key: keys.find((/** @type {any} */ key) =>
        key.kid === recipient.kid && key.opens !== false) }))
      .filter(({ key }) => key);
    found.sort((a, b) => Number(b.key.usable) - Number(a.key.usable));
    return found[0];
  }

  /** What can be done now, in words and one button.
   * @returns {Promise<boolean>} whether the key is open */
  async face() {
    const mine = await this.#mine().catch(() => null);
    if (this.#busy || !this.#card.isConnected)
      return false;
    const usable = mine?.key.usable === true;
    this.#say(word(mine === null ? 'open_no_vault'
      : mine === undefined ? 'open_no_key'
        : usable ? 'open_ready' : 'open_locked'));
    byId('locked-import').hidden = mine !== undefined;
    this.#button.hidden = !mine;
    this.#button.textContent = word(usable ? 'open_message' : 'open_unlock');
    return usable;
  }

  /** Opens the vault first if it must. */
  async open() {
    if (this.#busy)
      return;
    let failed = false;
    try {
      const mine = await this.#mine();
      if (mine === undefined ||
          (!mine.key.usable && !await openVault(word('why_open'))))
        return void this.face();
      this.#busy = true;
      this.#button.disabled = true;
      this.#say(word('open_now'));
      await this.#open();
    } catch (error) {
      failed = true;
      this.#refuse(error);
    } finally {
      this.#busy = false;
      this.#button.disabled = false;
      if (!failed)
        void this.face();
    }
  }

  async #open() {
    await this.#renew();
    const { request, url, draft } = this.#message;
    const mine = await this.#mine();
    if (mine === undefined)
      return;
    const { content_key: key } = await vault.unwrap({
      kid: mine.recipient.kid, recipients: request.recipients,
      key_size: request.key_size });
    if (!this.#card.isConnected)
      return;
    if (draft) {
      hold(url, key);
      if (!await go(`${url}/open/compose`, { json: { mode: 'draft',
        ticket: request.ticket, content_key: key } }))
        forget();
      return;
    }
    const html = await post(`${url}/open${location.search}`,
      { ticket: request.ticket, content_key: key });
    const article = parse(html).querySelector('article');
    if (article === null || !this.#card.isConnected)
      return;
    hold(url, key);
    byId('article').replaceWith(article);
    this.#shown(/** @type {HTMLElement} */ (article));
  }

  /** A page may be older than its request: five minutes. */
  async #renew() {
    const left = Date.parse(this.#message.request.expires) - Date.now();
    if (left > 15000)
      return;
    const answer = await fetch(this.#message.url,
      { headers: { 'Sceau-Navigate': 'main' } });
    const data = parse(await answer.text()).getElementById('page-data');
    const fresh = JSON.parse(data?.textContent ?? 'null')?.key_request;
    if (fresh)
      this.#message.request = fresh;
  }

  #say(/** @type {string} */ text) {
    byId('locked-now').textContent = text;
  }

  #refuse(/** @type {unknown} */ error) {
    if (!this.#card.isConnected)
      return;
    if (error instanceof Refused && error.code === 'expired') {
      this.#message.request.expires = '';
      this.#say(word('open_expired'));
    } else if (error instanceof Refused)
      this.#say(`${error.message} ${error.action}`);
    else if (error instanceof TypeError)
      this.#say(`${word('offline')} ${word('offline_open')}`);
    else {
      const { message, action } = explain(error);
      this.#say(`${message} ${action}`);
    }
    this.#button.textContent = word('retry');
  }
}

/** @param {string} url @param {unknown} body @returns {Promise<string>} */
async function post(url, body) {
  const answer = await fetch(url, { method: 'POST',
    body: JSON.stringify(body), headers: {
      'Accept': 'text/html, application/json',
      'Content-Type': 'application/json',
      'X-CSRF-Token': document.body.dataset.csrf ?? '' } });
  if (!answer.ok)
    throw new Refused(answer.status, await answer.json().catch(() => null));
  return answer.text();
}

/**
 * @param {boolean} byHand whether click or Enter led to this message
 * @param {(article: HTMLElement) => void} shown called with what was opened
 */
export async function startOpening(byHand, shown) {
  const data = pageData();
  if (data.key_request === undefined ||
      document.getElementById('open-message') === null)
    return;
  const opening = new Opening({ url: data.url, draft: data.draft === true,
    request: data.key_request }, shown);
  if (await opening.face() && byHand)
    await opening.open();
}

/** Answers to an opened message quote it, and certificates among its files
 * are kept: the server needs its key again.
 * @param {HTMLElement} article */
export function answerOpened(article) {
  closeWithVault(article);
  article.addEventListener('submit', (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (form.classList.contains('take')) {
      event.preventDefault();
      void keep(form.action);
    }
  });
  article.addEventListener('click', (event) => {
    const link = /** @type {HTMLAnchorElement | null} */ (
      /** @type {Element} */ (event.target).closest('a[data-mode]'));
    const key = heldKey();
    if (link === null || key === null || event.button !== 0 ||
        event.ctrlKey || event.metaKey || event.shiftKey)
      return;
    event.preventDefault();
    void go(`${pageData().url}/open/compose`, { at: link.href,
      json: { content_key: key, mode: link.dataset.mode } });
  });
}

/** Who locks the vault wants what it opened off the screen, too.
 * @param {HTMLElement} article */
function closeWithVault(article) {
  const changed = (/** @type {any} */ { detail }) => {
    if (article.isConnected && !/^(lock|idle|other-tab)$/.test(detail.reason))
      return;
    vault.removeEventListener('change', changed);
    if (!article.isConnected)
      return;
    forget();
    void reload();
  };
  vault.addEventListener('change', changed);
}

/** @param {string} url */
async function keep(url) {
  try {
    const kept = JSON.parse(await post(url, { content_key: heldKey() }));
    if (typeof kept.url === 'string')
      await go(kept.url);
    else
      toast(`${kept.message} ${kept.action}`);
  } catch (error) {
    toast(error instanceof Refused ? `${error.message} ${error.action}`
      : word('offline'));
  }
}
