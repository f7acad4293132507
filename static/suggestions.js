/*
 * People from the address book while one types: a list below the field, in
 * which the arrows move and Enter takes. The focus never leaves the field.
 */
import { icon, make } from './dom.js';
import { word } from './words.js';

/** @typedef {{name: string, address: string, usable: boolean}} Found */

const pause = 160;

export class Suggestions {
  #field;
  #take;
  #list;
  /** @type {Found[]} */
  #found = [];
  #at = -1;
  #turn = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {HTMLInputElement} field
   * @param {(one: {name: string, address: string}) => void} take
   */
  constructor(field, take) {
    this.#field = field;
    this.#take = take;
    this.#list = make('ul', { class: 'suggestions', role: 'listbox',
      id: `${field.id}-suggestions`, 'aria-label': word('suggestions') });
    this.#list.hidden = true;
    field.closest('.who-line')?.append(this.#list);
    for (const [name, value] of Object.entries({ 'role': 'combobox',
      'aria-autocomplete': 'list', 'aria-expanded': 'false',
      'aria-controls': this.#list.id }))
      field.setAttribute(name, value);
    this.#listen();
  }

  #listen() {
    const field = this.#field;
    field.addEventListener('input', () => this.#askSoon());
    field.addEventListener('blur', () => this.#show([]));
    /* Before the chips hear of it: Enter takes what is chosen here. */
    field.addEventListener('keydown', (event) => this.#key(event),
      { capture: true });
    this.#list.addEventListener('pointerdown',
      (/** @type {PointerEvent} */ event) => {
        event.preventDefault();
        const row = /** @type {Element} */ (event.target).closest('li');
        if (row !== null)
          this.#choose([...this.#list.children].indexOf(row));
      });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (this.#found.length === 0)
      return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      const n = this.#found.length;
      const from = this.#at < 0 && step < 0 ? 0 : this.#at;
      this.#mark((from + step + n) % n);
    } else if (event.key === 'Escape') {
      this.#show([]);
    } else if ((event.key === 'Enter' || event.key === 'Tab') &&
        this.#at >= 0 && !event.ctrlKey && !event.metaKey) {
      this.#choose(this.#at);
      if (event.key === 'Tab')
        return;
    } else {
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  #askSoon() {
    clearTimeout(this.#timer);
    this.#turn += 1;
    const text = this.#field.value.trim();
    if (text === '' || /[,;<"]/.test(text))
      return this.#show([]);
    this.#timer = setTimeout(() => void this.#ask(text, this.#turn), pause);
  }

  /** @param {string} text @param {number} turn */
  async #ask(text, turn) {
    const url = `${document.body.dataset.base}contacts/suggest?q=` +
      encodeURIComponent(text);
    const answer = await fetch(url,
      { headers: { Accept: 'application/json' } }).catch(() => null);
    const found = answer?.ok ? await answer.json().catch(() => []) : [];
    if (turn === this.#turn && document.activeElement === this.#field)
      this.#show(Array.isArray(found) ? found : found.contacts ?? []);
  }

  /** @param {Found[]} found */
  #show(found) {
    if (found.length === 0)
      this.#turn += 1;
    this.#found = found;
    this.#list.replaceChildren(...found.map((one, i) => this.#row(one, i)));
    this.#list.hidden = found.length === 0;
    this.#field.setAttribute('aria-expanded', String(found.length > 0));
    this.#mark(-1);
  }

  /** @param {Found} one @param {number} i */
  #row({ name, address, usable }, i) {
    const row = make('li', { role: 'option', 'aria-selected': 'false',
      id: `${this.#list.id}-${i}` },
    make('span', { class: 'names' },
      make('strong', {}, make('bdi', {}, name || address)),
      ...(name ? [make('small', {}, address)] : [])));
    if (usable)
      row.append(icon('envelope', 'ic ic-16'),
        make('span', { class: 'hid' }, word('chip_closed')));
    return row;
  }

  /** @param {number} at */
  #mark(at) {
    this.#at = at;
    for (const [i, row] of [...this.#list.children].entries())
      row.setAttribute('aria-selected', String(i === at));
    if (at < 0)
      this.#field.removeAttribute('aria-activedescendant');
    else
      this.#field.setAttribute('aria-activedescendant',
        this.#list.children[at].id);
    this.#list.children[at]?.scrollIntoView({ block: 'nearest' });
  }

  /** @param {number} at */
  #choose(at) {
    const { name, address } = this.#found[at];
    this.#show([]);
    this.#take({ name: name ?? '', address });
  }
}
