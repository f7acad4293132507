/*
 * The vault's own thread: one call at a time from its page, answers, and the
 * news that it locked itself. Its policy allows no network at all.
 */
import { VaultError } from '../vault-error.js';
import { collect, discard, exportP12, listPending, makePending }
  from './pending.js';
import { openRecords } from './store.js';
import { Vault } from './vault.js';

const WATCH_MS = 10000;

/** @type {Promise<Vault> | null} */
let opened = null;
let last = Promise.resolve();

/** @param {string} account @param {number} [idle] */
async function start(account, idle) {
  if (globalThis.crypto?.subtle === undefined)
    throw new VaultError('unavailable');
  return new Vault(await openRecords(indexedDB, account), () => new Date(),
    account, idle);
}

/** @type {Record<string, (vault: Vault, ask: any) => unknown>} */
const calls = {
  state: (vault) => vault.state(),
  create: (vault, { passphrase }) => vault.create(passphrase),
  open: (vault, { passphrase }) => vault.open(passphrase),
  import: (vault, { file, password, session }) =>
    vault.importP12(new Uint8Array(file), password, session === true),
  list: (vault) => vault.list(),
  remove: (vault, { kid }) => vault.remove(kid),
  reset: (vault) => vault.reset(),
  sign: (vault, ask) => vault.sign(ask),
  unwrap: (vault, ask) => vault.unwrap(ask),
  usage: (vault) => vault.usage(),
  make: (vault, ask) => makePending(vault, ask),
  pending: (vault) => listPending(vault),
  collect: (vault, ask) => collect(vault, ask),
  discard: (vault, { key }) => discard(vault, key),
  export: (vault, ask) => exportP12(vault, ask),
};

/** @param {Vault} vault */
function lockIfIdle(vault) {
  if (!vault.isIdle())
    return;
  vault.lock();
  postMessage({ event: 'idle' });
}

/** The machine may have slept past every timer, so that each call asks, too.
 * Its answer goes first: the page ends this worker at the news.
 * @param {Vault} vault @param {{op: string}} ask */
async function call(vault, ask) {
  const slept = vault.isIdle();
  if (slept)
    vault.lock();
  vault.touch();
  try {
    return await calls[ask.op](vault, ask);
  } finally {
    if (slept && !vault.holdsKeys())
      setTimeout(() => postMessage({ event: 'idle' }));
  }
}

/** @param {{id: number, op: string}} ask */
async function answer(ask) {
  const { id, op } = ask;
  try {
    const vault = await opened;
    if (vault === null || !Object.hasOwn(calls, op))
      throw new VaultError('unavailable');
    postMessage({ id, ok: true, value: await call(vault, ask) });
  } catch (error) {
    const known = error instanceof VaultError;
    postMessage({ id, ok: false, where: known ? error.where : undefined,
      code: known ? error.code : 'unavailable' });
  }
}

/** @param {MessageEvent} event */
function receive({ data }) {
  if (data.op === 'start') {
    opened = start(data.account, data.idle);
    opened.catch(() => {});
  } else if (data.op === 'touch') {
    opened?.then((vault) => {
      lockIfIdle(vault);
      vault.touch();
    }).catch(() => {});
  } else {
    last = last.then(() => answer(data));
  }
}

addEventListener('message', receive);
setInterval(() => opened?.then(lockIfIdle).catch(() => {}), WATCH_MS);
