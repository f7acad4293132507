/*
 * The vault of one account: keys under a passphrase, or for this session
 * only, and what may be done with them. It knows no page and no network.
 */
import { VaultError } from '../vault-error.js';
import { base64, equal } from './bytes.js';
import { onGrid } from './grid.js';
import { algorithmsFor, importKey, isSupported, kidOf }
  from './keys.js';
import { isWeak, newLocker, openLocker, purposeOf, seal, unseal }
  from './locker.js';
import { openPkcs12 } from './pkcs12.js';
import { chooseRecipient } from './recipient.js';
import { signRequest } from './sign.js';
import { COPIES, IDLE_MINUTES, KEYS, LOCKERS, PENDING, THE_LOCKER }
  from './store.js';
import { countUse, usesOf } from './uses.js';
import { certificateOrNull, chainOf } from './x509.js';

/**
 * @typedef {import('./x509.js').Certificate} Certificate
 * @typedef {import('./keys.js').Key} Key
 * @typedef {{kid: string, certificate: Uint8Array, chain: Uint8Array[],
 *   box: import('./locker.js').Sealed, made?: boolean}} KeyRecord made here
 * @typedef {{pkcs8: Uint8Array, leaf: Certificate, key: Key,
 *   chain: Certificate[]}} Identity
 */

const MAX_KEYS = 64; /* of a file, and as many certificates */

/** Those that can sign first, then the latest: what a person means by "my
 * certificate" when a file holds several.
 * @param {Certificate} a @param {Certificate} b */
function preferred(a, b) {
  const signs = (/** @type {Certificate} */ one) =>
    Number(algorithmsFor(one).length > 0);
  return signs(b) - signs(a) || b.notAfter.localeCompare(a.notAfter);
}

/** The keys and certificates of a file that belong together: one for signing
 * and one for decryption, or a history of them, may be in one file.
 * @param {import('./pkcs12.js').Contents} contents
 * @returns {Promise<Identity[]>} */
async function identitiesOf({ keys, certificates }) {
  const known = certificates.map(certificateOrNull)
    .filter((one) => one !== null).sort(preferred);
  if (keys.length > MAX_KEYS || known.length > MAX_KEYS)
    throw new VaultError('p12-unsupported');
  /** @type {Identity[]} */
  const found = [];
  for (const leaf of known)
    for (const pkcs8 of keys) {
      const key = await importKey(pkcs8, leaf);
      if (key !== null)
        found.push({ pkcs8, leaf, key, chain: chainOf(leaf, known) });
    }
  if (found.length > 0)
    return found;
  /* A key without its certificate is as good as none; a kind of key that
   * is of no use here deserves its own sentence. */
  const supported = known.filter(isSupported).length === known.length;
  throw new VaultError(supported ? 'p12-no-key' : 'unsupported-key');
}

/** Whether one private key both signs and opens, under one certificate or
 * several (RFC 9787 §8.2.1.1 advises against it).
 * @param {Certificate} one @param {{one: Certificate}[]} all */
function isShared(one, all) {
  const same = all.map((other) => other.one)
    .filter(({ spki }) => equal(spki, one.spki));
  return same.some((other) => algorithmsFor(other).length > 0) &&
    same.some(({ opens }) => opens);
}

export class Vault {
  /** @param {import('./store.js').Records} records
   *  @param {() => Date} now @param {string} [account] its address
   *  @param {number} [idle] minutes without use, where the administrator asks
   *  for fewer than ours */
  constructor(records, now, account = '', idle = IDLE_MINUTES) {
    this.records = records;
    this.now = now;
    this.account = account;
    this.idleMinutes = idle > 0 && idle < IDLE_MINUTES ? idle : IDLE_MINUTES;
    /** @type {CryptoKey | null} */
    this.master = null;
    /** @type {Map<string, Key>} */
    this.keys = new Map();
    /** @type {Map<string, Certificate>} of keys in memory only */
    this.session = new Map();
    this.touch();
  }

  /** The person is there. */
  touch() {
    this.used = this.now().getTime();
  }

  holdsKeys() {
    return this.master !== null || this.keys.size > 0;
  }

  isIdle() {
    const since = this.now().getTime() - (this.used ?? 0);
    return this.holdsKeys() && since >= this.idleMinutes * 60000;
  }

  async state() {
    const exists = await this.records.get(LOCKERS, THE_LOCKER) !== undefined;
    const locked = exists ? 'locked' : 'none';
    return {
      vault: this.master === null ? locked : 'open',
      session: this.session.size,
      idle_minutes: this.idleMinutes,
    };
  }

  /** @param {string} passphrase */
  async create(passphrase) {
    if (isWeak(passphrase))
      throw new VaultError('weak');
    const { locker, key } = await newLocker(passphrase);
    if (!await this.records.add(LOCKERS, THE_LOCKER, locker))
      throw new VaultError('exists');
    this.master = key;
  }

  /** @param {string} passphrase */
  async open(passphrase) {
    const locker = await this.records.get(LOCKERS, THE_LOCKER);
    if (locker === undefined)
      throw new VaultError('no-key');
    this.master = await openLocker(locker, passphrase);
    await this.refresh();
  }

  /** What is kept, as of now: another tab may have added and removed keys.
   * @returns {Promise<KeyRecord[]>} */
  async refresh() {
    /** @type {KeyRecord[]} */
    const stored = await this.records.all(KEYS);
    const kids = new Set(stored.map(({ kid }) => kid));
    for (const kid of this.keys.keys())
      if (!kids.has(kid) && !this.session.has(kid))
        this.keys.delete(kid);
    for (const record of stored)
      if (this.master !== null && !this.keys.has(record.kid))
        await this.load(this.master, record);
    return stored;
  }

  /** A record that does not open is left alone: list() tells that its key is
   * not usable. @param {CryptoKey} master @param {KeyRecord} record */
  async load(master, record) {
    const certificate = certificateOrNull(record.certificate);
    const pkcs8 = await unseal(master, record.box, purposeOf(record.kid));
    const key = certificate && pkcs8 && await importKey(pkcs8, certificate);
    pkcs8?.fill(0);
    if (key?.kid === record.kid)
      this.keys.set(record.kid, key);
  }

  lock() {
    this.master = null;
    this.keys.clear();
    this.session.clear();
  }

  /** @param {Uint8Array} file @param {string} password
   *  @param {boolean} sessionOnly */
  async importP12(file, password, sessionOnly) {
    if (!sessionOnly && this.master === null)
      throw new VaultError('locked');
    const contents = await openPkcs12(file, password);
    try {
      return await this.keepAll(await identitiesOf(contents), sessionOnly);
    } finally {
      contents.keys.forEach((key) => key.fill(0));
      file.fill(0);
    }
  }

  /** Keeps what is new in the file. The first is the one to speak of.
   * @param {Identity[]} identities @param {boolean} sessionOnly */
  async keepAll(identities, sessionOnly) {
    const kept = [];
    for (const identity of identities)
      if (!await this.has(identity.key.kid))
        kept.push(await this.keep(identity, sessionOnly));
    if (kept.length === 0)
      throw new VaultError('exists');
    return { ...kept[0], more: kept.slice(1) };
  }

  /** @param {string} kid */
  async has(kid) {
    return this.session.has(kid) ||
      await this.records.get(KEYS, kid) !== undefined;
  }

  /** @param {Identity} identity @param {boolean} sessionOnly
   *  @param {boolean} [made] here, so that there is no file of it */
  async keep({ pkcs8, leaf, key, chain }, sessionOnly, made = false) {
    const { kid } = key;
    if (sessionOnly)
      this.session.set(kid, leaf);
    else
      await this.save(pkcs8, kid, leaf, chain, made);
    this.keys.set(kid, key);
    return {
      kid,
      certificate: base64(leaf.der),
      chain: chain.map((one) => base64(one.der)),
      session: sessionOnly,
    };
  }

  /** @param {Uint8Array} pkcs8 @param {string} kid @param {Certificate} leaf
   *  @param {Certificate[]} chain @param {boolean} made */
  async save(pkcs8, kid, leaf, chain, made) {
    if (this.master === null)
      throw new VaultError('locked');
    const box = await seal(this.master, pkcs8, purposeOf(kid));
    const record = { kid, certificate: leaf.der,
      chain: chain.map((one) => one.der), box, ...(made ? { made } : {}) };
    if (!await this.records.add(KEYS, kid, record))
      throw new VaultError('exists');
  }

  /** Works when locked, too: certificates are public. */
  async list() {
    const records = await this.refresh();
    const stored = records
      .map((record) => certificateOrNull(record.certificate))
      .filter((one) => one !== null);
    /** @type {{kid: string, taken: string}[]} */
    const copies = await this.records.all(COPIES);
    const all = [
      ...stored.map((one) => ({ one, session: false })),
      ...[...this.session.values()].map((one) => ({ one, session: true })),
    ];
    return Promise.all(all.map(async ({ one, session }) => {
      const kid = await kidOf(one.der);
      return {
        kid,
        addresses: one.addresses,
        name: one.name,
        issuer: one.issuerName,
        not_before: one.notBefore,
        not_after: one.notAfter,
        algorithm: algorithmsFor(one)[0] ?? null,
        signs: algorithmsFor(one).length > 0,
        opens: one.opens,
        shared: isShared(one, all),
        session,
        usable: this.keys.has(kid),
        made: records.some((record) => record.kid === kid &&
          record.made === true),
        copied: copies.find((copy) => copy.kid === kid)?.taken ?? null,
      };
    }));
  }

  /** @param {string} kid */
  async remove(kid) {
    if (!this.session.delete(kid))
      await this.records.remove(KEYS, kid);
    await this.records.remove(COPIES, kid);
    this.keys.delete(kid);
  }

  /** For a passphrase that is forgotten: nothing can bring the keys back, but
   * their owner has the .p12 files. */
  async reset() {
    this.lock();
    for (const { kid } of await this.records.all(KEYS))
      await this.remove(kid);
    for (const { key } of await this.records.all(PENDING))
      await this.records.remove(PENDING, key);
    await this.records.remove(LOCKERS, THE_LOCKER);
  }

  /** @param {{kid: string, form: import('./entity.js').Form,
   *   request: import('./sign.js').Request}} ask */
  async sign({ kid, form, request }) {
    const stored = await this.refresh();
    const key = this.keys.get(kid);
    if (key === undefined) {
      const locked = this.master === null &&
        stored.some((record) => record.kid === kid);
      throw new VaultError(locked ? 'locked' : 'no-key');
    }
    const signature = await signRequest(key, form, request, this.now());
    return { signature: base64(signature) };
  }

  /** The content key of one message. It is counted before anything is done,
   * and every failure after that is one and the same (SEC-27).
   * @param {import('./recipient.js').KeyRequest} request */
  async unwrap(request) {
    const stored = await this.refresh();
    const chosen = chooseRecipient(request,
      (kid) => this.keys.get(kid)?.open ?? undefined);
    if (chosen === null) {
      const locked = this.master === null && stored.some(({ kid }) =>
        request.recipients.some((/** @type {any} */ one) =>
          one?.kid === kid));
      throw new VaultError(locked ? 'locked' : 'no-key');
    }
    const { kid, key: open, size } = chosen;
    await countUse(this.records, kid, this.now());
    const content = await onGrid(() => open(chosen.read(), size));
    if (content === null)
      throw new VaultError('undecodable');
    const answer = { content_key: base64(content), kid };
    content.fill(0);
    return answer;
  }

  /** How often each key opened a message. */
  async usage() {
    const kids = new Set([...this.session.keys(),
      ...(await this.records.all(KEYS)).map(({ kid }) => kid)]);
    return Promise.all([...kids].map((kid) =>
      usesOf(this.records, kid, this.now())));
  }
}
