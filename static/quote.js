/*
 * The text of an encrypted message that is quoted in an answer: it goes out
 * encrypted, or not at all (SEC-35).
 */
import { ask } from './ask.js';
import { byId } from './dom.js';
import { word } from './words.js';

export class Quote {
  #lines;
  #here;
  #dropped;

  /**
   * @param {{must_encrypt?: boolean, draft_encrypted?: boolean}} data
   * @param {() => void} dropped called when the quote was taken out
   */
  constructor(data, dropped) {
    const lines = byId('text').value.split('\n');
    /* In a draft only what is marked as a quote can be told apart. */
    const quoted = data.must_encrypt === true ? lines
      : lines.filter((/** @type {string} */ line) => line.startsWith('>'));
    this.#lines = new Set(quoted.map(
      (/** @type {string} */ line) => line.trim()).filter(Boolean));
    this.#here = data.must_encrypt === true ||
      (data.draft_encrypted === true && quoted.length > 0);
    this.#dropped = dropped;
  }

  /** Asked before the message is sent with less protection.
   * @returns {Promise<boolean>} true: the quote is gone, go on */
  async mayLessen() {
    if (!this.#here)
      return true;
    if (!await ask({ title: word('quote_title'), text: word('quote_text'),
      yes: word('quote_yes') }))
      return false;
    this.drop();
    return true;
  }

  /** What came with the quote goes, and what looks like one. */
  drop() {
    if (!this.#here)
      return;
    this.#here = false;
    const field = byId('text');
    field.value = field.value.split('\n').filter(
      (/** @type {string} */ line) => !line.startsWith('>') &&
        !this.#lines.has(line.trim())).join('\n').trimEnd();
    field.dispatchEvent(new Event('input', { bubbles: true }));
    document.getElementById('must-encrypt')?.remove();
    this.#dropped();
  }
}
