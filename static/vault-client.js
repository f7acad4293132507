/*
 * The page's side of the vault: starts the worker when it is first needed,
 * asks it one thing at a time, and ends it when the vault is locked, here or
 * in any other tab of the account. Passphrases and .p12 files pass through
 * to the worker and are kept nowhere.
 */
import { policy } from './trusted.js';
import { VaultError } from './vault-error.js';
import { hasLocker, IDLE_MINUTES } from './vault/store.js';

export { VaultError };

const TOUCH_MS = 30000;
const GESTURES = ['keydown', 'pointerdown', 'wheel'];

/**
 * @typedef {import('./vault/entity.js').Form} Form
 * @typedef {import('./vault/sign.js').Request} Request
 * @typedef {{key: string, kind: string, created: string, renews: string,
 *   csr: string}} Pending key: SHA-256 of the public key
 * @typedef {{resolve: (value: any) => void,
 *   reject: (error: VaultError) => void}} Waiting
 * @typedef {'open'|'lock'|'idle'|'other-tab'|'keys'} Reason
 */

/** @returns {Promise<void>} */
function inView() {
  return new Promise((resolve) => {
    const look = () => {
      if (document.hidden)
        return;
      document.removeEventListener('visibilitychange', look);
      resolve();
    };
    document.addEventListener('visibilitychange', look);
    look();
  });
}

class VaultClient extends EventTarget {
  constructor() {
    super();
    /** @type {Worker | null} */
    this.worker = null;
    /** @type {Map<number, Waiting>} */
    this.waiting = new Map();
    this.next = 1;
    this.touched = 0;
    /** @type {BroadcastChannel | null} */
    this.channel = null;
  }

  get account() {
    return document.body.dataset.user ?? '';
  }

  /** @returns {Worker} */
  started() {
    if (this.worker !== null)
      return this.worker;
    if (!globalThis.isSecureContext)
      throw new VaultError('unavailable');
    const url = document.body.dataset.worker ?? '';
    const worker = new Worker(policy.createScriptURL(url));
    worker.addEventListener('message', ({ data }) => this.receive(data));
    worker.addEventListener('error', () => {
      this.end('unavailable');
      this.tell('lock');
    });
    worker.postMessage({ op: 'start', account: this.account,
      idle: idleMinutes() });
    this.worker = worker;
    this.listen();
    return worker;
  }

  /** Other tabs and the person's own gestures. */
  listen() {
    if (this.channel !== null)
      return;
    this.channel = new BroadcastChannel('sceau-vault');
    this.channel.addEventListener('message', ({ data }) => {
      if (data.lock === this.account)
        this.closed('other-tab');
    });
    for (const gesture of GESTURES)
      addEventListener(gesture, () => this.touch(), { passive: true });
  }

  touch() {
    const now = Date.now();
    if (this.worker === null || now - this.touched < TOUCH_MS)
      return;
    this.touched = now;
    this.worker.postMessage({ op: 'touch' });
  }

  /** @param {any} data */
  receive(data) {
    if (data.event === 'idle') {
      this.closed('idle');
      return;
    }
    const waiting = this.waiting.get(data.id);
    this.waiting.delete(data.id);
    if (data.ok)
      waiting?.resolve(data.value);
    else
      waiting?.reject(new VaultError(data.code, data.where));
  }

  /** Ends the worker, and with it every key that was open.
   * @param {import('./vault-error.js').VaultCode} code for who still waits */
  end(code) {
    this.worker?.terminate();
    this.worker = null;
    for (const { reject } of this.waiting.values())
      reject(new VaultError(code));
    this.waiting.clear();
  }

  /** @param {Reason} reason */
  closed(reason) {
    this.end('locked');
    this.tell(reason);
  }

  /** @param {Reason} reason */
  tell(reason) {
    this.dispatchEvent(new CustomEvent('change', { detail: { reason } }));
  }

  /** @param {string} op @param {object} [more] @param {Transferable[]} [give]
   *  @returns {Promise<any>} */
  ask(op, more = {}, give = []) {
    return new Promise((resolve, reject) => {
      const worker = this.started();
      const id = this.next++;
      this.waiting.set(id, { resolve, reject });
      worker.postMessage({ ...more, id, op }, give);
    });
  }

  /** @returns {Promise<{vault: 'none'|'locked'|'open', session: number,
   *   idle_minutes: number}>} */
  async state() {
    if (this.worker !== null)
      return this.ask('state');
    const exists = await hasLocker(indexedDB, this.account);
    return { vault: exists ? 'locked' : 'none', session: 0,
      idle_minutes: idleMinutes() };
  }

  /** @param {string} passphrase */
  async create(passphrase) {
    await this.ask('create', { passphrase });
    this.tell('open');
  }

  /** @param {string} passphrase */
  async open(passphrase) {
    await this.ask('open', { passphrase });
    this.tell('open');
  }

  /** Also forgets the keys of this session, and locks every other tab. */
  lock() {
    this.listen();
    this.channel?.postMessage({ lock: this.account });
    this.closed('lock');
  }

  /** The file's bytes are given away: the buffer is empty afterwards.
   * @param {ArrayBuffer} file @param {string} password
   * @param {{session?: boolean}} [options] */
  async importP12(file, password, { session = false } = {}) {
    const got = await this.ask('import', { file, password, session }, [file]);
    this.tell('keys');
    return got;
  }

  list() {
    return this.ask('list');
  }

  /** Makes a key pair and the request for its certificate, which names this
   * account's own address. The key stays, and waits.
   * @param {{kind: string, name: string, renews?: string}} what
   * @returns {Promise<Pending>} */
  async make({ kind, name, renews = '' }) {
    const got = await this.ask('make', { kind, name, renews });
    this.tell('keys');
    return got;
  }

  /** Keys that wait for their certificate. Works when locked, too.
   * @returns {Promise<Pending[]>} the oldest first */
  pending() {
    return this.ask('pending');
  }

  /** Joins a certificate with the key that waits for it.
   * @param {{certificate: string, chain: string[]}} what
   * @returns {Promise<{kid: string}>} */
  async collect({ certificate, chain }) {
    const got = await this.ask('collect', { certificate, chain });
    this.tell('keys');
    return got;
  }

  /** Forgets a key whose request was refused or taken back.
   * @param {string} key */
  discard(key) {
    return this.ask('discard', { key });
  }

  /** A .p12 file of one key, closed by a password.
   * @param {{kid: string, passphrase: string, password: string}} what
   * @returns {Promise<{file: ArrayBuffer}>} */
  async exportP12({ kid, passphrase, password }) {
    const got = await this.ask('export', { kid, passphrase, password });
    this.tell('keys');
    return got;
  }

  /** @param {string} kid */
  async remove(kid) {
    await this.ask('remove', { kid });
    this.tell('keys');
  }

  /** Removes every key of this browser and its passphrase, which was
   * forgotten; other tabs lock. */
  async reset() {
    await this.ask('reset');
    this.lock();
  }

  /** Members of the form are copied by the call itself.
   * @param {{kid: string, form: Form, request: Request}} ask
   * @returns {Promise<{signature: string}>} */
  sign({ kid, form, request }) {
    return this.ask('sign', { kid, form, request });
  }

  /** The content key of one message that the person opens. One call is one
   * use of the key, and is counted (SEC-28); it waits while the page is not
   * looked at, so that nothing is opened in the background.
   * @param {import('./vault/recipient.js').KeyRequest} request
   * @returns {Promise<{content_key: string, kid: string}>} */
  async unwrap({ kid, recipients, key_size }) {
    await inView();
    return this.ask('unwrap', { kid, recipients, key_size });
  }

  /** How often each key has opened messages: in the last 24 hours, in the
   * last minute, and when last (RFC 3339, or null). Works when locked, too.
   * @returns {Promise<{kid: string, today: number, minute: number,
   *   last: string | null}[]>} */
  usage() {
    return this.ask('usage');
  }
}

export const vault = new VaultClient();

/** Minutes without use after which the vault closes: ours, or fewer where
 * the administrator asks for fewer. */
function idleMinutes() {
  const asked = Number(document.body.dataset.idle ?? IDLE_MINUTES);
  return asked > 0 ? Math.min(asked, IDLE_MINUTES) : IDLE_MINUTES;
}
