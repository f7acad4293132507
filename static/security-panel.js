/*
 * The choice between signing and not, why signing cannot be chosen, and what
 * the send button therefore says. Absent for accounts without the option.
 */
import { byId, setIcon } from './dom.js';
import { signerFor, signerLine } from './signer.js';
import { vault } from './vault-client.js';
import { word } from './words.js';

export class SecurityPanel {
  #data;
  #sender;
  /** @type {import('./signer.js').Signer} */
  #signer = { kid: null, why: '' };
  #panel = document.getElementById('panel');
  /** Settled once the last choice is in place again. */
  ready = Promise.resolve();
  #button = byId('send');

  /**
   * @param {{choice: string, certificates: any[]}} data
   * @param {() => {address: string}} sender
   */
  constructor(data, sender) {
    this.#data = data;
    this.#sender = sender;
    if (this.#panel === null)
      return;
    for (const radio of this.#panel.querySelectorAll('input'))
      radio.addEventListener('change', () => this.show());
    byId('from').addEventListener('change', () => void this.#ready(false));
    const changed = () => {
      if (this.#panel?.isConnected)
        void this.#ready(false);
      else
        vault.removeEventListener('change', changed);
    };
    vault.addEventListener('change', changed);
    this.#listenPhone();
    this.show();
    this.ready = this.#ready(data.choice === 'sign');
  }

  /** @returns {string | null} the key to sign with, null: not signed */
  get kid() {
    return this.#panel !== null && this.#radio('sign').checked
      ? this.#signer.kid : null;
  }

  #radio(/** @type {string} */ value) {
    return /** @type {any} */ (this.#panel).querySelector(
      `input[value=${value}]`);
  }

  async #ready(/** @type {boolean} */ choose) {
    this.#signer = await signerFor(
      this.#sender().address, this.#data.certificates);
    const can = this.#signer.kid !== null;
    const sign = this.#radio('sign');
    sign.disabled = !can;
    if (can && choose)
      sign.checked = true;
    else if (!can && sign.checked)
      this.#radio('none').checked = true;
    this.show();
  }

  show() {
    if (this.#panel === null)
      return;
    const signed = this.kid !== null;
    const why = byId('sign-why');
    why.hidden = this.#signer.why === '';
    if (!why.hidden)
      why.firstChild.textContent = `${this.#signer.why} `;
    byId('signer').hidden = !signed;
    if (signed && this.#signer.certificate !== undefined)
      this.#showSigner(this.#signer.certificate);
    this.#name(word(signed ? 'sign_and_send' : 'send'));
    const phone = byId('panel-open');
    phone.querySelector('span').textContent =
      word(signed ? 'sign' : 'do_not_sign');
    setIcon(phone.querySelector('svg'), signed ? 'will-24' : 'envelope-open');
  }

  /** @param {import('./signer.js').Certificate} certificate */
  #showSigner(certificate) {
    const node = byId('signer');
    node.querySelector('strong').textContent =
      `${certificate.name}, ${certificate.issuer}`;
    node.querySelector('small').textContent = signerLine(certificate);
  }

  /** The button says what it will do; a phone has room for one word. */
  #name(/** @type {string} */ text) {
    const narrow = matchMedia('(max-width: 720px)').matches;
    this.#button.querySelector('span').textContent =
      narrow ? word('send') : text;
    this.#button.setAttribute('aria-label', text);
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
    matchMedia('(max-width: 720px)').addEventListener('change', () => {
      if (panel.isConnected)
        this.show();
    });
  }
}
