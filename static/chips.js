/*
 * A row of recipients: each finished address becomes a chip, the last place
 * is a field to type in. Enter, comma and leaving the field finish one;
 * Backspace in the empty field takes the last chip back to be corrected.
 */
import { isSound, read, split, write } from './addresses.js';
import { icon, make } from './dom.js';
import { word } from './words.js';

/** @typedef {import('./addresses.js').Address} Address */

export class Chips {
  /** @type {Address[]} */
  #all = [];
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
    for (const piece of pieces) {
      const one = read(piece);
      if (!this.#all.some((other) => other.address === one.address))
        this.#all.push(one);
    }
    this.#draw();
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
    const sound = isSound(one);
    const remove = make('button', { class: 'icon', type: 'button',
      'aria-label': word('remove_name', { name: shown }) }, icon('close'));
    remove.addEventListener('click', () => {
      this.#all = this.#all.filter((other) => other !== one);
      this.#draw();
      this.#field.focus();
    });
    return make('li', { class: sound ? 'chip' : 'chip bad',
      title: one.address }, ...(sound ? [] : [icon('warning', 'ic ic-16')]),
    make('bdi', {}, shown), remove);
  }
}
