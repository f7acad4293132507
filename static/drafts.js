/*
 * Keeps what one writes in the folder Drafts, a few seconds after the last
 * change: an ordinary message as it is, one to be encrypted as an envelope
 * to oneself. What was saved in clear does not outlive the choice to encrypt
 * (Z17, Z18).
 */
import { accepted, call, Refused } from './api.js';
import { byId } from './dom.js';
import { toast } from './toast.js';
import { post } from './uploads.js';
import { clock, word } from './words.js';

/**
 * @typedef {{posted: Record<string, string>, files: File[],
 *   mode: import('./security-panel.js').Mode}} Copy
 */

/** Large files do not travel at every pause. @param {number} bytes */
function pauseFor(bytes) {
  return bytes < 1e6 ? 3000 : bytes < 8e6 ? 20000 : 60000;
}

/** After how long a failed saving is tried again. */
const again = 30000;

const quiet = { progress: () => {}, signal: new AbortController().signal };

export class Drafts {
  #copy;
  #state;
  /** What is kept, or was there before anything was typed. */
  #kept;
  #encrypted;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {Promise<boolean>} */
  #saving = Promise.resolve(true);
  #ended = false;

  /**
   * @param {() => Copy} copy
   * @param {() => string} state equal when nothing changed
   * @param {boolean} encrypted whether the draft that is resumed is
   */
  constructor(copy, state, encrypted) {
    this.#copy = copy;
    this.#state = state;
    this.#kept = state();
    this.#encrypted = encrypted;
  }

  get unsaved() {
    return !this.#ended && this.#state() !== this.#kept;
  }

  get #id() {
    return byId('draft').value;
  }

  /** Soon, unless something changes again. */
  changed() {
    clearTimeout(this.#timer);
    if (!this.unsaved)
      return;
    const bytes = this.#copy().files.reduce((sum, one) => sum + one.size, 0);
    this.#timer = setTimeout(() => void this.save(), pauseFor(bytes));
  }

  /** One at a time; what changes meanwhile is saved after.
   * @param {boolean} [always] even if nothing changed
   * @returns {Promise<boolean>} true when nothing is unsaved */
  save(always = false) {
    clearTimeout(this.#timer);
    this.#saving = this.#saving.then(async () => {
      if (this.#ended || (!always && !this.unsaved))
        return true;
      return this.#save();
    });
    return this.#saving;
  }

  /** The choice fell on encrypting: what lies in clear goes at once. */
  async encrypts() {
    /* One that is on its way in clear must arrive before it can go. */
    await this.#saving;
    if (this.#id === '' || this.#encrypted)
      return;
    if (await this.save(true))
      return toast(word('draft_was_clear'));
    try {
      if (this.#id !== '')
        await this.#discard();
      toast(word('draft_clear_gone'));
    } catch {
      say(word('draft_clear_stays'));
    }
  }

  /** Nothing more is saved, and what was saved goes. */
  async discard() {
    this.end();
    await this.#saving;
    if (this.#id !== '')
      await this.#discard();
  }

  /** Nothing more is saved. */
  end() {
    clearTimeout(this.#timer);
    this.#ended = true;
  }

  async #discard() {
    await call('drafts/discard', { draft: this.#id });
    byId('draft').value = '';
  }

  async #save() {
    const state = this.#state();
    try {
      const result = accepted(await post(
        `${document.body.dataset.base}drafts`, packed(this.#copy()), quiet));
      if (document.getElementById('draft') === null)
        return true;
      byId('draft').value = result.draft;
      this.#kept = state;
      this.#encrypted = result.encrypted === true;
      say(word(this.#encrypted ? 'draft_saved_encrypted' : 'draft_saved',
        { time: clock(result.saved) }));
      return !this.unsaved;
    } catch (error) {
      /* No certificate to encrypt to: what lay in clear is gone all the
       * same. */
      if (error instanceof Refused && error.code === 'certificate' &&
          document.getElementById('draft') !== null)
        byId('draft').value = '';
      if (error instanceof Refused)
        say(word('draft_refused', { reason: error.message }));
      else {
        say(word('draft_unsaved'));
        this.#timer = setTimeout(() => void this.save(), again);
      }
      return false;
    }
  }
}

function say(/** @type {string} */ text) {
  const line = document.getElementById('draft-state');
  if (line !== null)
    line.textContent = text;
}

/** @param {Copy} copy */
function packed({ posted, files, mode }) {
  const body = new FormData();
  for (const [name, value] of Object.entries(posted))
    body.append(name, value);
  body.append('mode', mode);
  body.append('draft', byId('draft').value);
  body.append('files', JSON.stringify(
    files.map((file) => ({ name: file.name, type: file.type }))));
  for (const file of files)
    body.append('file', file, file.name);
  return body;
}
