/*
 * A row of recipients: each finished address becomes a chip, the last place
 * is a field to type in. Enter, comma and leaving the field finish one;
 * Backspace in the empty field takes the last chip back to be corrected.
 * Whether a chip wears an envelope is the security panel's to say.
 */
import { isSound, read, split, write } from './addresses.js';
import { icon, make } from './dom.js';
import { Suggestions } from './suggestions.js';
import { word } from './words.js';

/**
 * @typedef {import('./addresses.js').Address} Address
 * @typedef {'plain' | 'closed' | 'open'} Mark closed: can be encrypted to;
 *   open: cannot; plain: nothing to say
 */

export class Chips {
  /** @type {Address[]} */
  #all = [];
  /** @type {(one: Address) => Mark} */
  #markOf = () => 'plain';
  #field;
  #posted;
  #row;
  #changed;

  /**
   * @param {HTMLInputElement} field the plain field, whose value is read
   * @param {() => void} changed
   */
  constructor(field, changed) {
    this.#field = field;
    this.#changed = changed;
    this.#posted = make('input', { type: 'hidden', name: field.name });
    this.#row = make('ul', { class: 'chips' });
    /* What is being typed already is not finished by our arrival. */
    const typing = document.activeElement === field;
    field.removeAttribute('name');
    field.before(this.#posted, this.#row);
    this.#row.append(make('li', { class: 'typing' }, field));
    this.#listen();
    new Suggestions(field, (one) => this.add(one));
    if (typing)
      field.focus();
    else
      this.finish();
  }

  /** @returns {Address[]} a copy: what is typed later does not change it */
  get all() {
    return this.#all.map((one) => ({ ...one }));
  }

  get text() {
    return this.#posted.value;
  }

  get field() {
    return this.#field;
  }

  /** @returns {Address | undefined} the first that cannot be an address */
  get unsound() {
    return this.#all.find((one) => !isSound(one));
  }

  /** Makes chips of what is in the field. */
  finish() {
    const pieces = split(this.#field.value);
    this.#field.value = '';
    if (pieces.length === 0)
      return;
    for (const piece of pieces)
      this.#take(read(piece));
    this.#draw();
  }

  /** In place of what is being typed. @param {Address} one */
  add(one) {
    this.#field.value = '';
    this.#take(one);
    this.#draw();
  }

  /** @param {string} address */
  remove(address) {
    this.#all = this.#all.filter((other) => other.address !== address);
    this.#draw();
  }

  /** Draws the envelopes anew. @param {(one: Address) => Mark} markOf */
  paint(markOf) {
    this.#markOf = markOf;
    for (const [i, node] of
      [...this.#row.querySelectorAll('.chip')].entries())
      dress(node, this.#all[i], markOf(this.#all[i]));
  }

  #take(/** @type {Address} */ one) {
    if (!this.#all.some((other) => other.address === one.address))
      this.#all.push(one);
  }

  #listen() {
    const field = this.#field;
    field.addEventListener('keydown', (event) => this.#key(event));
    field.addEventListener('blur', () => this.finish());
    field.addEventListener('input', () => {
      if (/[,;\n]/.test(field.value) && !/"[^"]*$/.test(field.value))
        this.finish();
      this.#changed();
    });
    this.#row.addEventListener('click', (/** @type {MouseEvent} */ event) => {
      if (event.target === this.#row)
        field.focus();
    });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const field = this.#field;
    if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      this.finish();
    } else if (event.key === 'Backspace' && field.value === '' &&
        this.#all.length > 0) {
      event.preventDefault();
      const last = /** @type {Address} */ (this.#all.pop());
      this.#draw();
      field.value = last.name === '' ? last.address : write(last);
    }
  }

  #draw() {
    for (const old of this.#row.querySelectorAll('.chip'))
      old.remove();
    this.#row.lastElementChild.before(
      ...this.#all.map((one) => this.#chip(one)));
    this.#posted.value = this.#all.map(write).join(', ');
    this.#changed();
  }

  /** @param {Address} one */
  #chip(one) {
    const shown = one.name === '' ? one.address : one.name;
    const remove = make('button', { class: 'icon', type: 'button',
      'aria-label': word('remove_name', { name: shown }) }, icon('close'));
    remove.addEventListener('click', () => {
      this.remove(one.address);
      this.#field.focus();
    });
    const node = make('li', { class: 'chip', title: one.address },
      make('bdi', {}, shown), remove);
    dress(node, one, this.#markOf(one));
    return node;
  }
}

/** @param {Element} node @param {Address} one @param {Mark} mark */
function dress(node, one, mark) {
  const sound = isSound(one);
  const [name, says] = !sound ? ['warning', '']
    : mark === 'closed' ? ['envelope', 'chip_closed']
      : mark === 'open' ? ['envelope-open', 'chip_open'] : ['', ''];
  node.className = !sound || mark === 'open' ? 'chip bad' : 'chip';
  for (const old of node.querySelectorAll(':scope > .ic, :scope > .hid'))
    old.remove();
  if (name !== '')
    node.prepend(icon(name, 'ic ic-16'));
  if (says !== '')
    node.querySelector('bdi')?.after(
      make('span', { class: 'hid' }, ` ${word(says)}`));
}
