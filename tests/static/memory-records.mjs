/* Records as IndexedDB keeps them, for tests: copies, one of each key. */

/** @implements {Records}
 * @typedef {import('../../static/vault/store.js').Records} Records */
export class MemoryRecords {
  constructor() {
    /** @type {Map<string, unknown>} */
    this.rows = new Map();
    this.last = Promise.resolve();
  }

  /** @param {string} store @param {string} key @returns {Promise<any>} */
  async get(store, key) {
    return structuredClone(this.rows.get(`${store}/${key}`));
  }

  /** @param {string} store @returns {Promise<any[]>} */
  async all(store) {
    return [...this.rows].filter(([name]) => name.startsWith(`${store}/`))
      .map(([, value]) => structuredClone(value));
  }

  /** @param {string} store @param {string} key @param {unknown} value */
  async add(store, key, value) {
    if (this.rows.has(`${store}/${key}`))
      return false;
    this.rows.set(`${store}/${key}`, structuredClone(value));
    return true;
  }

  /** @param {string} store @param {string} key @param {unknown} value */
  async put(store, key, value) {
    this.rows.set(`${store}/${key}`, structuredClone(value));
  }

  /** @template T @param {() => Promise<T>} work @returns {Promise<T>} */
  exclusively(work) {
    const mine = this.last.then(work);
    this.last = mine.then(() => {}, () => {});
    return mine;
  }

  /** @param {string} store @param {string} key */
  async remove(store, key) {
    this.rows.delete(`${store}/${key}`);
  }
}
