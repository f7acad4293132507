/*
 * Keys made here that wait for their certificate, and the copies that people
 * take of their keys. A key that waits is sealed as the others are, and
 * survives reload, lock and sign-out; it becomes one of them when the
 * certificate of that very key arrives.
 */
import { VaultError } from '../vault-error.js';
import { base64, equal, fromBase64, hex } from './bytes.js';
import { importKey } from './keys.js';
import { isWeak, openLocker, purposeOf, seal, unseal } from './locker.js';
import { writePkcs12 } from './pkcs12-write.js';
import { keyNameOf, makeKeyAndRequest } from './request.js';
import { COPIES, KEYS, LOCKERS, PENDING, THE_LOCKER } from './store.js';
import { certificateOrNull, readCertificate } from './x509.js';

const MAX_PENDING = 8;
const MAX_CERTIFICATE = 65536;
const MAX_CHAIN = 8;

/**
 * @typedef {import('./vault.js').Vault} Vault
 * @typedef {{key: string, kind: string, created: string, renews: string,
 *   spki: Uint8Array, csr: Uint8Array,
 *   box: import('./locker.js').Sealed}} PendingRecord
 */

/** @param {string} key */
const pendingPurpose = (key) => `sceau/pending/1/${key}`;

/** RFC 3339. @param {Date} date */
const timeText = (date) => date.toISOString().replace(/\.\d+/, '');

/** @param {PendingRecord} record */
const described = ({ key, kind, created, renews, csr }) =>
  ({ key, kind, created, renews, csr: base64(csr) });

/** Makes a key and keeps it, sealed, before anything is told of it.
 * @param {Vault} vault @param {{kind: string, name: string,
 *   renews: string}} ask */
export async function makePending(vault, { kind, name, renews }) {
  if (vault.master === null)
    throw new VaultError('locked');
  if ((await vault.records.all(PENDING)).length >= MAX_PENDING)
    throw new VaultError('exists');
  const { pkcs8, spki, csr } = await makeKeyAndRequest(kind, String(name),
    vault.account);
  try {
    const key = hex(await keyNameOf(spki));
    const box = await seal(vault.master, pkcs8, pendingPurpose(key));
    const record = { key, kind, renews: String(renews), spki, csr, box,
      created: timeText(vault.now()) };
    if (!await vault.records.add(PENDING, key, record))
      throw new VaultError('exists');
    return described(record);
  } finally {
    pkcs8.fill(0);
  }
}

/** Those that wait, also when locked: requests are public.
 * @param {Vault} vault */
export async function listPending(vault) {
  /** @type {PendingRecord[]} */
  const all = await vault.records.all(PENDING);
  return all.map(described)
    .sort((a, b) => a.created.localeCompare(b.created));
}

/** @param {unknown} text @returns {import('./x509.js').Certificate} */
function certificateFrom(text) {
  const der = typeof text === 'string' &&
    text.length <= MAX_CERTIFICATE ? fromBase64(text) : null;
  return (der && certificateOrNull(der)) ?? otherKey();
}

/** @returns {never} */
const otherKey = () => {
  throw new VaultError('other-key');
};

/** The certificate arrived: the key is kept under it from now on. The order
 * is safe at every stop: asked again, it ends the same.
 * @param {Vault} vault
 * @param {{certificate: string, chain?: string[]}} ask */
export async function collect(vault, { certificate, chain = [] }) {
  const leaf = certificateFrom(certificate);
  const others = chain.slice(0, MAX_CHAIN).map(certificateFrom);
  const key = hex(await keyNameOf(leaf.spki));
  /** @type {PendingRecord | undefined} */
  const record = await vault.records.get(PENDING, key);
  if (record === undefined)
    throw new VaultError('no-key');
  if (vault.master === null)
    throw new VaultError('locked');
  const pkcs8 = await unseal(vault.master, record.box, pendingPurpose(key));
  try {
    const ready = pkcs8 && equal(record.spki, leaf.spki) &&
      await importKey(pkcs8, leaf);
    if (!pkcs8 || !ready)
      return otherKey();
    if (!await vault.has(ready.kid))
      await vault.keep({ pkcs8, leaf, key: ready, chain: others }, false,
        true);
    await vault.records.remove(PENDING, key);
    return { kid: ready.kid };
  } finally {
    pkcs8?.fill(0);
  }
}

/** A key that never had a certificate has opened nothing and never will.
 * @param {Vault} vault @param {string} key */
export const discard = (vault, key) => vault.records.remove(PENDING, key);

/** A copy of one key, for its owner: the passphrase is asked again, so that
 * an open vault alone gives nothing away (SEC-22).
 * @param {Vault} vault @param {{kid: string, passphrase: string,
 *   password: string}} ask
 * @returns {Promise<{file: ArrayBuffer}>} */
export async function exportP12(vault, { kid, passphrase, password }) {
  const locker = await vault.records.get(LOCKERS, THE_LOCKER);
  /** @type {import('./vault.js').KeyRecord | undefined} */
  const record = await vault.records.get(KEYS, kid);
  if (locker === undefined || record === undefined)
    throw new VaultError('no-key');
  const master = await openLocker(locker, passphrase);
  if (isWeak(password))
    throw new VaultError('weak');
  const pkcs8 = await unseal(master, record.box, purposeOf(kid));
  if (pkcs8 === null)
    throw new VaultError('no-key');
  try {
    const { name, spki } = readCertificate(record.certificate);
    const file = await writePkcs12({ pkcs8, name, id: await keyNameOf(spki),
      certificates: [record.certificate, ...record.chain] }, password);
    await vault.records.put(COPIES, kid,
      { kid, taken: timeText(vault.now()) });
    return { file: /** @type {ArrayBuffer} */ (file.buffer) };
  } finally {
    pkcs8.fill(0);
  }
}
