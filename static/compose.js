/*
 * The compose page: chips, files, the security choice, drafts, and sending.
 * Whatever fails, the message stays on the screen.
 */
import { ask } from './ask.js';
import { takeAsking } from './blocked.js';
import { takeCarried } from './carry.js';
import { Chips } from './chips.js';
import { byId, pageData, wrong } from './dom.js';
import { Drafts } from './drafts.js';
import { go, guard } from './navigate.js';
import { Quote } from './quote.js';
import { SecurityPanel } from './security-panel.js';
import { deliver, refuse } from './sending.js';
import { toast } from './toast.js';
import { takeDrops, Uploads } from './uploads.js';
import { word } from './words.js';

class Composer {
  #data = pageData();
  #form = byId('compose');
  #uploads;
  #chips;
  #panel;
  #quote;
  #drafts;
  #leaving = false;
  /** Settled once the files that come along are here. */
  #carried = Promise.resolve();

  /** @param {HTMLElement} main */
  constructor(main) {
    const changed = () => this.#changed();
    this.#uploads = new Uploads(this.#data.max_bytes, changed);
    this.#chips = { to: new Chips(byId('to'), changed),
      cc: new Chips(byId('cc'), changed),
      bcc: new Chips(byId('bcc'), changed) };
    this.#quote = new Quote(this.#data, () => this.#uploads.dropCarried());
    if (takeAsking())
      this.#data.choice = 'sign';
    this.#panel = new SecurityPanel(this.#data, {
      sender: () => this.#sender(),
      chips: () => Object.values(this.#chips),
      chosen: (mode, before) => this.#chosen(mode, before) });
    takeDrops(main, this.#uploads);
    this.#listen(main);
    this.#drafts = new Drafts(() => this.#copy(), () => this.#state(),
      this.#data.draft_encrypted === true);
    guard(() => this.#drafts.unsaved, 'leave', () => this.#drafts.save());
    this.#focusFirst();
    this.#begin();
  }

  #begin() {
    if ((this.#data.files ?? []).length > 0)
      this.#carried = takeCarried(this.#data.files, this.#uploads);
    void this.#panel.ready.then(() => {
      if (this.#panel.mode !== 'sign+encrypt')
        this.#quote.drop();
    });
  }

  /* A complaint goes as soon as its cause does. */
  #changed() {
    this.#panel?.show();
    for (const chips of Object.values(this.#chips ?? {}))
      if (chips.field.hasAttribute('aria-invalid') &&
          chips.unsound === undefined)
        wrong(chips.field, '');
    this.#drafts?.changed();
  }

  /** @param {string} mode @param {string} before
   * @returns {Promise<boolean>} whether the choice may stay */
  async #chosen(mode, before) {
    if (mode !== 'sign+encrypt')
      return before !== 'sign+encrypt' || this.#quote.mayLessen();
    /* The panel has the new choice already. */
    void this.#drafts?.encrypts();
    return true;
  }

  #sender() {
    const from = byId('from');
    const name = from.selectedOptions?.[0]?.dataset.name ?? from.dataset.name;
    return { name: name ?? '', address: from.value };
  }

  #state() {
    return JSON.stringify([...Object.values(this.#chips).map((c) => c.text),
      byId('from').value, byId('subject').value, byId('text').value,
      this.#uploads.all.map(({ name, size }) => [name, size])]);
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
    this.#form.addEventListener('submit',
      (/** @type {SubmitEvent} */ event) => {
        event.preventDefault();
        if (event.submitter?.id === 'save')
          void this.#drafts.save(true);
        else
          void this.#sendOnce();
      });
    main.addEventListener('keydown', (event) => this.#key(event));
    byId('subject').addEventListener('keydown',
      (/** @type {KeyboardEvent} */ event) => {
        if (event.key === 'Enter')
          event.preventDefault();
      });
    for (const id of ['subject', 'text', 'from'])
      byId(id).addEventListener('input', () => this.#drafts.changed());
    byId('discard').addEventListener('click',
      (/** @type {Event} */ event) => {
        event.preventDefault();
        void this.#discard();
      });
    byId('drop-hint').hidden = false;
    this.#moreLines();
    growText(byId('text'));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (!event.ctrlKey && !event.metaKey)
      return;
    if (event.key === 'Enter')
      void this.#sendOnce();
    else if (event.key === 's')
      void this.#drafts.save(true);
    else
      return;
    event.preventDefault();
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

  /** Gone for good, once confirmed if there is something to lose. */
  async #discard() {
    const something = this.#drafts.unsaved || byId('draft').value !== '';
    if (something && !await ask({ title: word('leave_title'),
      text: word('leave_text'), yes: word('leave_yes') }))
      return;
    try {
      await this.#drafts.discard();
      await go(this.#data.back, { force: true });
      if (something)
        toast(word('draft_discarded'));
    } catch (error) {
      refuse(error);
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
      await this.#carried;
      await this.#send();
    } catch (error) {
      refuse(error);
    } finally {
      this.#leaving = false;
    }
  }

  async #send() {
    byId('refusal').hidden = true;
    if (!this.#isReady() || !await this.#panel.settle())
      return;
    if (byId('subject').value.trim() === '' && !await ask({
      title: word('no_subject_title'), text: word('no_subject_text'),
      yes: word('no_subject_yes') }))
      return byId('subject').focus();
    const letter = this.#freeze();
    const result = await deliver(letter);
    if (result === null)
      return;
    guard(null);
    /* Sent is sent: a draft that cannot be removed now stays, no more. */
    await this.#drafts.discard().catch(() => {});
    await go(`${document.body.dataset.base}sent?key=` +
      encodeURIComponent(letter.posted.send_key), { force: true });
  }

  #posted() {
    const { to, cc, bcc } = this.#chips;
    const field = (/** @type {string} */ name) =>
      this.#form.elements.namedItem(name).value;
    return { csrf: field('csrf'), send_key: field('send_key'),
      from: this.#sender().address, to: to.text, cc: cc.text, bcc: bcc.text,
      subject: field('subject'), text: field('text'),
      in_reply_to: field('in_reply_to'), references: field('references') };
  }

  #copy() {
    return { posted: this.#posted(), files: this.#uploads.all,
      mode: this.#panel.mode };
  }

  /** The copy that is posted and signed: what is typed later is not in it. */
  #freeze() {
    const { to, cc, bcc } = this.#chips;
    const posted = this.#posted();
    const { mode, kid } = this.#panel;
    const form = Object.freeze({ protection: mode, from: this.#sender(),
      to: to.all, cc: cc.all, bcc: bcc.all,
      subject: posted.subject, text: posted.text,
      in_reply_to: posted.in_reply_to, references: posted.references,
      files: this.#uploads.all });
    return { posted, form, kid, mode };
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
