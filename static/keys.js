/*
 * The keys page: creating, opening and locking the vault, importing a key,
 * removing one. The server lists certificates; the vault knows which keys
 * are in this browser. What is asked of the site's own authority is in
 * certification.js.
 */
import { call } from './api.js';
import { ask } from './ask.js';
import * as certification from './certification.js';
import { busyWith as busy } from './dialog.js';
import { byId, wrong } from './dom.js';
import { reload } from './navigate.js';
import { isChosen, showStrength } from './passphrase.js';
import { toast } from './toast.js';
import { openVault } from './vault-dialog.js';
import { vault } from './vault-client.js';
import { explain, supportOf } from './vault-words.js';
import { VaultError } from './vault-error.js';
import { language, word } from './words.js';

/* Whether the next key is kept in memory alone, without a vault. */
let session = false;
/* Whether the person has a file, where one could be asked for. */
let wantsFile = false;

export function start(/** @type {HTMLElement} */ main) {
  session = wantsFile = false;
  const changed = () => {
    if (main.isConnected)
      void show();
    else
      vault.removeEventListener('change', changed);
  };
  vault.addEventListener('change', changed);
  listen();
  main.addEventListener('input', complaintGoes);
  return show();
}

/* Once its field is typed in again, a complaint is about what was there. */
function complaintGoes(/** @type {Event} */ { target }) {
  const field = /** @type {HTMLElement} */ (target);
  if (field.hasAttribute('aria-invalid'))
    wrong(field, '');
}

function listen() {
  byId('create-vault').addEventListener('submit', create);
  byId('import-key').addEventListener('submit', importKey);
  for (const [field, note] of [['new-phrase', 'phrase-strength'],
    ['request-phrase', 'request-strength']])
    byId(field).addEventListener('input', () =>
      showStrength(byId(field), byId(note)));
  certification.start({ refuse, refresh, file: () => {
    wantsFile = true;
    void show().then(() => byId('new-phrase').focus());
  } });
  byId('open-vault').addEventListener('click',
    () => void openVault(word('why_any')));
  byId('lock-vault').addEventListener('click', () => void vault.lock());
  byId('reset-vault').addEventListener('click', () => void reset());
  byId('session-only').addEventListener('click', () => {
    session = true;
    void show().then(() => document.getElementById('p12')?.focus());
  });
  byId('certificates').addEventListener('click',
    (/** @type {MouseEvent} */ event) => {
      const button = /** @type {Element} */ (event.target)
        .closest('[data-remove]');
      if (button !== null)
        void remove(button.closest('[data-kid]'));
    });
}

/** The vault may answer when the person is on another page. */
const isHere = () => document.getElementById('keys-refusal') !== null;

async function show() {
  try {
    const [now, keys] = [await vault.state(), await vault.list()];
    const usage = await vault.usage();
    const asking = await certification.show(now.vault, keys);
    if (!isHere())
      return;
    byId('vault-none').hidden = now.vault !== 'none' ||
      (asking && !wantsFile && !session);
    byId('vault-locked').hidden = now.vault !== 'locked';
    byId('vault-open').hidden = now.vault !== 'open';
    byId('import').hidden = now.vault !== 'open' && !session;
    byId('session-note').hidden = !session;
    showKeys(keys.map((/** @type {{kid: string}} */ key) => key.kid));
    showUsage(usage);
  } catch (error) {
    refuse(error);
  }
}

async function reset() {
  const yes = await ask({ title: word('reset_title'),
    text: word('reset_text'), yes: word('reset_yes') });
  if (!yes)
    return;
  try {
    await vault.reset();
    toast(word('vault_emptied'));
  } catch (error) {
    refuse(error);
  }
}

/** @param {string[]} here */
function showKeys(here) {
  for (const card of byId('certificates').querySelectorAll('[data-kid]')) {
    card.querySelector('[data-remove]').hidden = false;
    card.querySelector('.key-here').textContent = word(
      here.includes(card.dataset.kid) ? 'key_here' : 'key_elsewhere');
  }
}

/** How often each key has opened messages, so that a misuse is seen.
 * @param {{kid: string, today: number, last: string | null}[]} counts */
function showUsage(counts) {
  for (const { kid, today, last } of counts) {
    const line = byId('certificates')
      .querySelector(`[data-kid="${CSS.escape(kid)}"] .key-usage`);
    if (line === null)
      continue;
    line.hidden = last === null;
    line.textContent = last === null ? '' : word('key_usage',
      { n: today, when: new Date(last).toLocaleString(language(),
        { dateStyle: 'long', timeStyle: 'short' }) });
  }
}

/** @param {unknown} error @param {string} [field] where it belongs */
function refuse(error, field) {
  if (!isHere())
    return;
  const { message, action } = error instanceof VaultError ||
    !(error instanceof Error && 'action' in error)
    ? explain(error) : /** @type {any} */ (error);
  if (field !== undefined) {
    wrong(byId(field), `${message} ${action}`);
    byId(field).focus();
    return;
  }
  const card = byId('keys-refusal');
  card.querySelector('strong').textContent = message;
  card.querySelector('p').textContent = `${action}${supportOf(error)}`;
  card.hidden = false;
  card.focus();
}

async function create(/** @type {SubmitEvent} */ event) {
  event.preventDefault();
  const [phrase, same] = [byId('new-phrase'), byId('same-phrase')];
  if (!isChosen(phrase, same))
    return;
  await busyWith(event, 'creating', async () => {
    try {
      await vault.create(phrase.value);
      phrase.value = same.value = '';
      toast(word('vault_created'));
      byId('p12').focus();
    } catch (error) {
      refuse(error, 'new-phrase');
    }
  });
}

async function importKey(/** @type {SubmitEvent} */ event) {
  event.preventDefault();
  const [picked, password] = [byId('p12'), byId('p12-password')];
  const file = picked.files[0];
  wrong(picked, file === undefined ? word('p12_missing') : '');
  wrong(password, '');
  if (file === undefined)
    return picked.focus();
  await busyWith(event, 'importing', () => bring(file, password));
}

/** Shows the page anew, unless another was asked for meanwhile. */
async function refresh() {
  if (document.body.dataset.page === 'keys')
    await reload();
}

/** The keys of the file, old ones too, go to the vault; their certificates
 * alone to the server. */
async function bring(/** @type {File} */ file,
  /** @type {HTMLInputElement} */ password) {
  try {
    const first = await vault.importP12(
      await file.arrayBuffer(), password.value, { session });
    password.value = '';
    let signs = false;
    for (const { kid, certificate, chain } of [first, ...first.more ?? []]) {
      signs ||= (await judged(kid, { certificate, chain })).can_sign;
    }
    toast(word(signs ? 'key_imported' : 'key_imported_but'));
    await refresh();
  } catch (error) {
    const code = error instanceof VaultError ? error.code : '';
    refuse(error, code === 'p12-password' ? 'p12-password'
      : code.startsWith('p12') || code === 'exists' ? 'p12' : undefined);
  }
}

/** A key whose certificate the server refuses is of no use here. */
async function judged(/** @type {string} */ kid,
  /** @type {{certificate: string, chain: string[]}} */ what) {
  try {
    return await call('certificates', what);
  } catch (error) {
    await vault.remove(kid).catch(() => {});
    throw error;
  }
}

async function remove(/** @type {any} */ card) {
  const yes = await ask({ title: word('remove_title'),
    text: word('remove_text'), yes: word('remove_yes'),
    detail: card.dataset.name });
  if (!yes)
    return;
  try {
    const here = (await vault.list()).some(
      (/** @type {{kid: string}} */ key) => key.kid === card.dataset.kid);
    if (here)
      await vault.remove(card.dataset.kid);
    await call('certificates/remove', { kid: card.dataset.kid });
    await refresh();
    toast(word('key_removed'));
  } catch (error) {
    refuse(error);
  }
}

/** @param {SubmitEvent} event @param {string} key of the words shown
 *  @param {() => Promise<void>} act */
function busyWith(event, key, act) {
  byId('keys-refusal').hidden = true;
  return busy(/** @type {HTMLElement} */ (event.target), key, act);
}
