/*
 * The vault's records in IndexedDB, one database per account: two people may
 * share a browser. The interface is small, so that tests bring their own.
 */
import { VaultError } from '../vault-error.js';

/**
 * @typedef {object} Records
 * @property {(store: string, key: string) => Promise<any>} get
 * @property {(store: string) => Promise<any[]>} all
 * @property {(store: string, key: string, value: unknown) =>
 *   Promise<boolean>} add false when there is one of that key
 * @property {(store: string, key: string, value: unknown) => Promise<void>}
 *   put whether there is one or not
 * @property {(store: string, key: string) => Promise<void>} remove
 * @property {<T>(work: () => Promise<T>) => Promise<T>} exclusively for who
 *   reads and then writes: one at a time, in all tabs
 */

export const LOCKERS = 'locker';
export const KEYS = 'keys';
export const USES = 'uses';
export const PENDING = 'pending';
export const COPIES = 'copies';
export const THE_LOCKER = 'passphrase';
export const IDLE_MINUTES = 15;

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = (event) => {
      event.preventDefault();
      reject(request.error);
    };
  });
}

/** Resolves when all is on the disk. @param {IDBTransaction} transaction
 *  @returns {Promise<void>} */
function completed(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}

/** @param {IDBFactory} factory @param {string} name
 *  @param {string[]} stores */
async function openDatabase(factory, name, ...stores) {
  const request = factory.open(name, 1);
  request.onupgradeneeded = () => {
    for (const store of stores)
      request.result.createObjectStore(store);
  };
  return settled(request);
}

/** @param {IDBFactory} factory @param {string} account */
const openVault = (factory, account) =>
  openDatabase(factory, `sceau-vault:${account}`, LOCKERS, KEYS);

/** Databases of their own: a tab that an older release filled would not let
 * the vault's be changed until it closes.
 * @param {IDBFactory} factory @param {string} account */
const openUses = (factory, account) =>
  openDatabase(factory, `sceau-vault-uses:${account}`, USES);

/** @param {IDBFactory} factory @param {string} account */
const openRequests = (factory, account) =>
  openDatabase(factory, `sceau-vault-requests:${account}`, PENDING, COPIES);

/** @param {unknown} error */
function isConstraint(error) {
  return error instanceof DOMException && error.name === 'ConstraintError';
}

/** @returns {never} */
const fail = () => {
  throw new VaultError('storage');
};

/** @param {IDBFactory} factory @param {string} account
 *  @returns {Promise<Records>} */
export async function openRecords(factory, account) {
  const vault = await openVault(factory, account).catch(fail);
  const uses = await openUses(factory, account).catch(fail);
  const requests = await openRequests(factory, account).catch(fail);
  /** @type {Record<string, IDBDatabase>} */
  const homes = { [USES]: uses, [PENDING]: requests, [COPIES]: requests };
  const begin = (/** @type {string} */ store,
    /** @type {IDBTransactionMode} */ mode) =>
    (homes[store] ?? vault).transaction(store, mode);
  const reading = (/** @type {string} */ store) =>
    begin(store, 'readonly').objectStore(store);
  return {
    get: async (store, key) => settled(reading(store).get(key)).catch(fail),
    all: async (store) => settled(reading(store).getAll()).catch(fail),
    async add(store, key, value) {
      const transaction = begin(store, 'readwrite');
      const done = completed(transaction);
      try {
        await settled(transaction.objectStore(store).add(value, key));
      } catch (error) {
        await done.catch(() => {});
        return isConstraint(error) ? false : fail();
      }
      await done.catch(fail);
      return true;
    },
    async put(store, key, value) {
      const transaction = begin(store, 'readwrite');
      transaction.objectStore(store).put(value, key);
      await completed(transaction).catch(fail);
    },
    async remove(store, key) {
      const transaction = begin(store, 'readwrite');
      transaction.objectStore(store).delete(key);
      await completed(transaction).catch(fail);
    },
    exclusively: (work) => navigator.locks.request(
      `sceau-vault:${account}`, work),
  };
}

/** Whether the account has a vault in this browser: pages ask this often, and
 * need no worker for it. @param {IDBFactory} factory
 * @param {string} account */
export async function hasLocker(factory, account) {
  const db = await openVault(factory, account).catch(fail);
  const keys = db.transaction(LOCKERS, 'readonly').objectStore(LOCKERS);
  const count = await settled(keys.count(THE_LOCKER)).catch(fail);
  db.close();
  return count > 0;
}
