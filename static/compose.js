/*
 * The compose page: chips, files, the security choice, and sending. Whatever
 * fails, the draft stays on the screen.
 */
import { ask } from './ask.js';
import { Chips } from './chips.js';
import { byId, pageData, wrong } from './dom.js';
import { go, guard } from './navigate.js';
import { SecurityPanel } from './security-panel.js';
import { deliver } from './sending.js';
import { takeDrops, Uploads } from './uploads.js';
import { word } from './words.js';

class Composer {
  #data = pageData();
  #form = byId('compose');
  #uploads;
  #chips;
  #panel;
  #clean = '';
  #done = false;
  #leaving = false;

  /** @param {HTMLElement} main */
  constructor(main) {
    const changed = () => this.#changed();
    this.#uploads = new Uploads(this.#data.max_bytes, changed);
    this.#chips = { to: new Chips(byId('to'), changed),
      cc: new Chips(byId('cc'), changed),
      bcc: new Chips(byId('bcc'), changed) };
    this.#panel = new SecurityPanel(this.#data, () => this.#sender());
    takeDrops(main, this.#uploads);
    this.#listen(main);
    this.#clean = this.#state();
    guard(() => !this.#done && this.#state() !== this.#clean);
    this.#focusFirst();
  }

  /* A complaint goes as soon as its cause does. */
  #changed() {
    this.#panel?.show();
    for (const chips of Object.values(this.#chips ?? {}))
      if (chips.field.hasAttribute('aria-invalid') &&
          chips.unsound === undefined)
        wrong(chips.field, '');
  }

  #sender() {
    const from = byId('from');
    const name = from.selectedOptions?.[0]?.dataset.name ?? from.dataset.name;
    return { name: name ?? '', address: from.value };
  }

  #state() {
    return JSON.stringify([...Object.values(this.#chips).map((c) => c.text),
      byId('subject').value, byId('text').value, this.#uploads.total]);
  }

  #focusFirst() {
    const first = this.#chips.to.all.length === 0 ? 'to'
      : byId('subject').value === '' ? 'subject' : 'text';
    const field = byId(first);
    field.setAttribute('data-focus', '');
    field.focus({ preventScroll: true });
    if (first === 'text')
      field.setSelectionRange(0, 0);
  }

  /** @param {HTMLElement} main */
  #listen(main) {
    this.#form.addEventListener('submit', (/** @type {Event} */ event) => {
      event.preventDefault();
      void this.#sendOnce();
    });
    main.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        void this.#sendOnce();
      }
    });
    byId('subject').addEventListener('keydown',
      (/** @type {KeyboardEvent} */ event) => {
        if (event.key === 'Enter')
          event.preventDefault();
      });
    byId('drop-hint').hidden = false;
    this.#moreLines();
    growText(byId('text'));
  }

  #moreLines() {
    for (const button of this.#form.querySelectorAll('[data-line]')) {
      const line = byId(`line-${button.dataset.line}`);
      button.hidden = line.hasAttribute('data-shown');
      button.addEventListener('click', () => {
        line.setAttribute('data-shown', '');
        button.hidden = true;
        byId(button.dataset.line).focus();
      });
    }
  }

  /** Marks what is missing; the focus goes to the first. */
  #isReady() {
    const { to, cc, bcc } = this.#chips;
    let first = null;
    for (const chips of [to, cc, bcc]) {
      chips.finish();
      const bad = chips.unsound;
      const text = bad === undefined ? ''
        : word('bad_address', { address: bad.address });
      wrong(chips.field, text);
      if (text !== '')
        first ??= chips.field;
    }
    if (to.all.length + cc.all.length + bcc.all.length === 0) {
      wrong(to.field, word('no_recipient'));
      first ??= to.field;
    }
    first?.focus();
    return first === null;
  }

  /* Not before it is known whether to sign: a quick Ctrl+Enter must not send
   * unsigned what the last choice says to sign. */
  async #sendOnce() {
    if (this.#leaving)
      return;
    this.#leaving = true;
    try {
      await this.#panel.ready;
      await this.#send();
    } finally {
      this.#leaving = false;
    }
  }

  async #send() {
    byId('refusal').hidden = true;
    if (!this.#isReady())
      return;
    if (byId('subject').value.trim() === '' && !await ask({
      title: word('no_subject_title'), text: word('no_subject_text'),
      yes: word('no_subject_yes') }))
      return byId('subject').focus();
    const letter = this.#freeze();
    const result = await deliver(letter);
    if (result === null)
      return;
    this.#done = true;
    guard(null);
    await go(`${document.body.dataset.base}sent?key=` +
      encodeURIComponent(letter.posted.send_key), { force: true });
  }

  /** The copy that is posted and signed: what is typed later is not in it. */
  #freeze() {
    const { to, cc, bcc } = this.#chips;
    const from = this.#sender();
    const field = (/** @type {string} */ name) =>
      this.#form.elements.namedItem(name).value;
    const posted = { csrf: field('csrf'), send_key: field('send_key'),
      from: from.address, to: to.text, cc: cc.text, bcc: bcc.text,
      subject: field('subject'), text: field('text'),
      in_reply_to: field('in_reply_to'), references: field('references') };
    const form = Object.freeze({ from, to: to.all, cc: cc.all, bcc: bcc.all,
      subject: posted.subject, text: posted.text,
      in_reply_to: posted.in_reply_to, references: posted.references,
      files: this.#uploads.all });
    return { posted, form, kid: this.#panel.kid };
  }
}

/** The text's field is as high as the text, where CSS cannot do it. */
function growText(/** @type {HTMLTextAreaElement} */ text) {
  if (CSS.supports('field-sizing', 'content'))
    return;
  const grow = () => {
    text.style.height = 'auto';
    text.style.height = `${text.scrollHeight}px`;
  };
  text.addEventListener('input', grow);
  grow();
}

export function start(/** @type {HTMLElement} */ main) {
  return new Composer(main);
}
