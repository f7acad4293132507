/*
 * The vault's card in the sidebar: no key, locked, open. It is there while
 * secure mail is on, which may change with any page that comes. Signing out
 * closes the vault first.
 */
import { byId, setIcon } from './dom.js';
import { go } from './navigate.js';
import { toast } from './toast.js';
import { openVault } from './vault-dialog.js';
import { vault } from './vault-client.js';
import { word } from './words.js';

/** state → [icon, title, line, button] */
const faces = {
  none: ['key', 'vault_none', 'vault_none_line', 'vault_import'],
  locked: ['lock', 'vault_locked', 'vault_locked_line', 'vault_open_it'],
  session: ['key', 'vault_session', 'vault_session_line', 'vault_forget'],
  open: ['unlock', 'vault_open', 'vault_open_line', 'vault_lock_it'],
};

let state = 'none';

export function start() {
  vault.addEventListener('change', (/** @type {any} */ event) => {
    if (event.detail?.reason === 'idle')
      toast(word('vault_idle'));
    void show();
  });
  byId('vault').querySelector('button').addEventListener('click', act);
  byId('sign-out').addEventListener('submit', () => void vault.lock());
  new MutationObserver(() => void show())
    .observe(byId('side'), { childList: true });
  void show();
}

/** Keys stay in the browser while secure mail is off, but locked. */
async function present() {
  if (byId('folders').dataset.secure !== undefined)
    return vault.state().catch(() => null);
  const open = await vault.state().catch(() => null);
  if (open?.vault === 'open' || (open?.session ?? 0) > 0)
    vault.lock();
  return null;
}

async function show() {
  const now = await present();
  const card = byId('vault');
  card.hidden = now === null;
  if (now === null)
    return;
  state = now.vault === 'none' && now.session > 0 ? 'session' : now.vault;
  const [icon, title, line, button] = faces[state];
  setIcon(card.querySelector('svg'), icon);
  card.querySelector('strong').textContent = word(title);
  card.querySelector('p').textContent =
    word(line, { n: now.idle_minutes });
  card.querySelector('button').textContent = word(button);
}

async function act() {
  if (state === 'none')
    await go(`${document.body.dataset.base}keys`);
  else if (state === 'open' || state === 'session')
    await vault.lock();
  else
    await openVault(word('why_any'));
}
