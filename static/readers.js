/*
 * Who could read a message if it were encrypted: asked of the server while
 * one types, each address once, and again when one comes back to the page,
 * since a certificate may have come by mail meanwhile.
 */

/**
 * @typedef {{address: string, usable: boolean, problem: string | null,
 *   name: string | null, not_after: string | null, support?: string,
 *   to_tell?: string}} Reader support: what helpdesk is told; to_tell: since
 *   when a key of ours that they have is stolen
 */

const pause = 250;
const atOnce = 50;
const plain = (/** @type {string} */ address) => address.toLowerCase();

export class Readers {
  /** @type {Map<string, Reader>} */
  #known = new Map();
  /** @type {Map<string, Promise<void>>} */
  #asked = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #changed;

  /** @param {() => void} changed called when something became known */
  constructor(changed) {
    this.#changed = changed;
  }

  /** @param {string} address @returns {Reader | undefined} */
  of(address) {
    return this.#known.get(plain(address));
  }

  /** Asks about those that are not known, after a short pause.
   * @param {string[]} addresses */
  want(addresses) {
    clearTimeout(this.#timer);
    if (this.#missing(addresses).length > 0)
      this.#timer = setTimeout(() =>
        void this.settle(addresses).catch(() => {}), pause);
  }

  /** Asks now; done when all are known. @param {string[]} addresses */
  async settle(addresses) {
    const missing = this.#missing(addresses);
    for (let i = 0; i < missing.length; i += atOnce) {
      const some = missing.slice(i, i + atOnce);
      const answer = this.#ask(some);
      for (const one of some)
        this.#asked.set(one, answer);
    }
    await Promise.all(addresses.map((one) => this.#asked.get(plain(one))));
  }

  /** Forgets who could not: they may have sent a certificate since. */
  doubt() {
    for (const [address, { usable }] of this.#known)
      if (!usable)
        this.#known.delete(address);
  }

  /** @param {string[]} addresses */
  #missing(addresses) {
    return [...new Set(addresses.map(plain))].filter((one) =>
      !this.#known.has(one) && !this.#asked.has(one));
  }

  /** @param {string[]} some */
  async #ask(some) {
    const list = encodeURIComponent(some.join(','));
    try {
      const answer = await fetch(
        `${document.body.dataset.base}contacts/status?address=${list}`,
        { headers: { Accept: 'application/json' } });
      if (!answer.ok)
        throw new TypeError('status');
      for (const reader of await answer.json())
        this.#known.set(plain(reader.address), reader);
      this.#changed();
    } finally {
      for (const one of some)
        this.#asked.delete(one);
    }
  }
}
