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
 * @property {(store: string, key: string) => Promise<void>} remove
 */

export const LOCKERS = 'locker';
export const KEYS = 'keys';
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

/** @param {IDBFactory} factory @param {string} account */
async function openDatabase(factory, account) {
  const request = factory.open(`sceau-vault:${account}`, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(LOCKERS);
    request.result.createObjectStore(KEYS);
  };
  return settled(request);
}

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
  const db = await openDatabase(factory, account).catch(fail);
  const reading = (/** @type {string} */ store) =>
    db.transaction(store, 'readonly').objectStore(store);
  return {
    get: async (store, key) => settled(reading(store).get(key)).catch(fail),
    all: async (store) => settled(reading(store).getAll()).catch(fail),
    async add(store, key, value) {
      const transaction = db.transaction(store, 'readwrite');
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
    async remove(store, key) {
      const transaction = db.transaction(store, 'readwrite');
      transaction.objectStore(store).delete(key);
      await completed(transaction).catch(fail);
    },
  };
}

/** Whether the account has a vault in this browser: pages ask this often, and
 * need no worker for it. @param {IDBFactory} factory
 * @param {string} account */
export async function hasLocker(factory, account) {
  const db = await openDatabase(factory, account).catch(fail);
  const keys = db.transaction(LOCKERS, 'readonly').objectStore(LOCKERS);
  const count = await settled(keys.count(THE_LOCKER)).catch(fail);
  db.close();
  return count > 0;
}
