/*
 * The choice between nothing, signing, and signing and encrypting: why one
 * cannot be chosen, who could not read it, and what the send button
 * therefore says. Absent for accounts without secure mail.
 */
import { acceptWarnings } from './accept-warnings.js';
import { showBlocked } from './blocked.js';
import { byId, setIcon } from './dom.js';
import { demandOf, isLess, mayOnlySign } from './policy.js';
import { Readers } from './readers.js';
import { showReaders } from './readers-list.js';
import { signerFor, signerLine } from './signer.js';
import { showTell } from './tell-theft.js';
import { vault } from './vault-client.js';
import { word } from './words.js';

/**
 * @typedef {import('./addresses.js').Address} Address
 * @typedef {'none' | 'sign' | 'sign+encrypt'} Mode
 * @typedef {import('./chips.js').Chips} Chips
 */

export class SecurityPanel {
  #data;
  #sender;
  #chips;
  #chosen;
  /** @type {import('./signer.js').Signer} */
  #signer = { kid: null, why: '' };
  #panel = document.getElementById('panel');
  #readers = new Readers(() => this.show());
  /** @type {Mode} */
  #last = 'none';
  /** Settled once the last choice is in place again. */
  ready = Promise.resolve();
  #button = byId('send');

  /**
   * @param {{choice: Mode, certificates: any[], warned: boolean,
   *   policy?: import('./policy.js').Policy}} data
   * @param {{sender: () => Address, chips: () => Chips[],
   *   chosen: (mode: Mode, before: Mode) => Promise<boolean>}} form
   *   chosen says whether the new choice may stay
   */
  constructor(data, { sender, chips, chosen }) {
    this.#data = data;
    this.#sender = sender;
    this.#chips = chips;
    this.#chosen = chosen;
    if (this.#panel === null)
      return;
    for (const radio of this.#panel.querySelectorAll('input'))
      radio.addEventListener('change', () => void this.#choose());
    byId('from').addEventListener('change', () => void this.#ready('none'));
    this.#listen(vault, 'change', () => void this.#ready('none'));
    this.#listen(window, 'focus', () => {
      this.#readers.doubt();
      this.show();
    });
    this.#listenPhone();
    this.show();
    this.ready = this.#ready(data.choice);
  }

  /** @returns {Mode} */
  get mode() {
    return this.#panel === null ? 'none'
      : /** @type {any} */ (this.#panel.querySelector('input:checked')).value;
  }

  /** @returns {string | null} the key to sign with, null: not signed */
  get kid() {
    return this.mode === 'none' ? null : this.#signer.kid;
  }

  /** Known before it leaves: who is to read it, that they can, and that the
   * warnings were read. @returns {Promise<boolean>} false: not now */
  async settle() {
    if (this.#data.policy?.encrypt_when_possible === true &&
        this.#signer.kid !== null) {
      await this.#readers.settle(this.#everybody());
      this.show();
    }
    if (this.#keyless || isLess(this.mode, this.#demand().least)) {
      if (isNarrow())
        byId('panel-open').click();
      byId('sign-why').focus();
      return false;
    }
    if (this.mode !== 'sign+encrypt')
      return true;
    await this.#readers.settle(this.#everybody());
    this.show();
    if (this.#blocked().length > 0) {
      byId('blocked').focus();
      byId('blocked').scrollIntoView({ block: 'nearest' });
      return false;
    }
    return this.#accepted();
  }

  /** Chosen, and then the key went: nothing is sent with less instead. */
  get #keyless() {
    return this.mode !== 'none' && this.#signer.kid === null;
  }

  show() {
    if (this.#panel === null)
      return;
    this.#keepToPolicy();
    const { mode } = this;
    const encrypts = mode === 'sign+encrypt';
    this.#readers.want(this.#everybody());
    const blocked = encrypts ? this.#blocked() : [];
    this.#showWhys();
    this.#showSigner(mode === 'sign');
    for (const row of this.#chips())
      row.paint((one) => encrypts ? this.#markOf(one) : 'plain');
    /* Nobody is asked about what is no address: its chip says so. */
    showReaders(encrypts, this.#people().filter(
      ({ address }) => address.includes('@')),
    (one) => this.#readers.of(one));
    showTell(this.#unaware());
    showBlocked(blocked, this.#demand(), (address) => {
      for (const row of this.#chips())
        row.remove(address);
    });
    byId('note-plain').hidden = encrypts;
    byId('note-encrypt').hidden = !encrypts;
    this.#name(mode, blocked.length > 0 || this.#keyless);
    plainText(encrypts);
  }

  /** What the administrator asks of this message as it stands. */
  #demand() {
    const people = this.#people();
    const usable = (/** @type {Address} */ one) =>
      this.#readers.of(one.address)?.usable === true;
    return demandOf(this.#data.policy, people.map(({ address }) => address),
      people.length > 0 && this.#signer.kid !== null &&
      people.every(usable) && usable(this.#sender()));
  }

  /** The choice that is too little goes up; the reason is beside it. */
  #keepToPolicy() {
    const { least, why, address } = this.#demand();
    const can = this.#signer.kid !== null;
    for (const mode of /** @type {Mode[]} */ (['none', 'sign',
      'sign+encrypt'])) {
      const radio = this.#radio(mode);
      radio.disabled = isLess(mode, least) || (mode !== 'none' && !can);
      radio.closest('.choice').classList.toggle('fixed', isLess(mode, least));
    }
    if (isLess(this.mode, least) && can) {
      this.#radio(least).checked = true;
      this.#last = least;
    }
    const note = byId('policy-why');
    note.hidden = why === '';
    note.querySelector('span').textContent =
      why === '' ? '' : word(why, { address });
  }

  async #choose() {
    const { mode } = this;
    const before = this.#last;
    const may = (mode !== 'sign+encrypt' || await this.#accepted()) &&
      await this.#chosen(mode, before);
    this.#set(may ? mode : before);
  }

  /** @param {Mode} mode */
  #set(mode) {
    this.#radio(mode).checked = true;
    this.#last = mode;
    this.show();
  }

  /** The warnings of the first encryption, read and accepted once. */
  async #accepted() {
    this.#data.warned ||= await acceptWarnings();
    return this.#data.warned;
  }

  #radio(/** @type {Mode} */ value) {
    return /** @type {any} */ (this.#panel).querySelector(
      `input[value="${value}"]`);
  }

  /** @param {Mode} start chosen as soon as it can be */
  async #ready(start) {
    this.#signer = await signerFor(
      this.#sender().address, this.#data.certificates);
    if (this.#signer.kid !== null && start !== 'none')
      this.#set(start);
    else
      this.show();
  }

  /** @returns {Address[]} */
  #people() {
    return this.#chips().flatMap((row) => row.all);
  }

  /** The sender too, who reads the copy in Sent. */
  #everybody() {
    return [...this.#people(), this.#sender()].map(({ address }) => address)
      .filter((address) => address.includes('@'));
  }

  #markOf(/** @type {Address} */ one) {
    const reader = this.#readers.of(one.address);
    return reader === undefined ? 'plain' : reader.usable ? 'closed' : 'open';
  }

  /** Those who have the certificate of a key that was stolen since. */
  #unaware() {
    return this.#people().flatMap(({ address, name }) => {
      const since = this.#readers.of(address)?.to_tell;
      return since === undefined ? [] : [{ address, name, since }];
    });
  }

  /** Those who could not read it, the sender last. */
  #blocked() {
    const me = this.#sender();
    const all = [...this.#people().map((one) => ({ ...one, me: false })),
      { ...me, me: true }];
    return all.flatMap((one) => {
      const reader = this.#readers.of(one.address);
      return reader === undefined || reader.usable ? []
        : [{ ...one, problem: reader.problem ?? 'no-certificate',
          ask: mayOnlySign(this.#data.policy, one.address),
          support: reader.support ?? '' }];
    });
  }

  #showWhys() {
    const why = byId('sign-why');
    why.hidden = this.#signer.why === '';
    if (!why.hidden)
      why.firstChild.textContent = `${this.#signer.why} `;
    this.#showHint();
  }

  /** Advice while not encrypting: everybody here could read it encrypted. */
  #showHint() {
    const people = this.#people();
    const hint = byId('can-encrypt');
    const all = people.length > 0 && this.#signer.kid !== null &&
      this.mode !== 'sign+encrypt' && people.every(
      ({ address }) => this.#readers.of(address)?.usable === true);
    hint.hidden = !all;
    hint.textContent = !all ? ''
      : word(people.length === 1 ? 'can_encrypt_one' : 'can_encrypt');
  }

  #showSigner(/** @type {boolean} */ shown) {
    const node = byId('signer');
    const { certificate } = this.#signer;
    node.hidden = !shown || certificate === undefined;
    if (certificate === undefined)
      return;
    node.querySelector('strong').textContent =
      `${certificate.name}, ${certificate.issuer}`;
    node.querySelector('small').textContent = signerLine(certificate);
  }

  /** The button says what it will do; a phone has room for one word.
   * @param {Mode} mode @param {boolean} waits */
  #name(mode, waits) {
    const what = { 'none': 'send', 'sign': 'sign_and_send',
      'sign+encrypt': 'sign_encrypt_send' };
    const text = word(waits ? 'send_waits' : what[mode]);
    this.#button.querySelector('span').textContent =
      isNarrow() && !waits ? word('send') : text;
    this.#button.setAttribute('aria-label', text);
    this.#button.classList.toggle('fill', !waits);
    if (waits)
      this.#button.setAttribute('aria-disabled', 'true');
    else
      this.#button.removeAttribute('aria-disabled');
    const phone = byId('panel-open');
    phone.querySelector('span').textContent = word({ 'none': 'do_not_sign',
      'sign': 'sign', 'sign+encrypt': 'sign_encrypt' }[mode]);
    setIcon(phone.querySelector('svg'),
      mode === 'none' ? 'envelope-open' : 'will-24');
    phone.classList.toggle('both', mode === 'sign+encrypt');
  }

  /** Until this page is left. @param {EventTarget} target
   * @param {string} event @param {() => void} act */
  #listen(target, event, act) {
    const heard = () => {
      if (this.#panel?.isConnected)
        act();
      else
        target.removeEventListener(event, heard);
    };
    target.addEventListener(event, heard);
  }

  #listenPhone() {
    const panel = /** @type {HTMLElement} */ (this.#panel);
    const open = byId('panel-open');
    const set = (/** @type {boolean} */ shown) => {
      panel.classList.toggle('open', shown);
      open.setAttribute('aria-expanded', String(shown));
      byId('sheet').inert = shown;
      if (shown)
        /** @type {any} */ (panel.querySelector('input:checked')).focus();
      else
        open.focus();
    };
    open.addEventListener('click', () => set(true));
    byId('panel-done').addEventListener('click', () => set(false));
    panel.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && panel.classList.contains('open'))
        set(false);
    });
    this.#listen(matchMedia('(max-width: 720px)'), 'change',
      () => this.show());
  }
}

const isNarrow = () => matchMedia('(max-width: 720px)').matches;

/** What is to be encrypted is shown to no spelling service (Z19).
 * @param {boolean} encrypts */
function plainText(encrypts) {
  for (const id of ['subject', 'text']) {
    const field = byId(id);
    field.spellcheck = !encrypts;
    field.setAttribute('autocorrect', encrypts ? 'off' : 'on');
    field.setAttribute('writingsuggestions', String(!encrypts));
  }
}
