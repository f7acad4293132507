/*
 * A copy of one's own key as a .p12 file. The vault writes it, and this page
 * offers it as a download: it is never sent.
 */
import { busyWith, openDialog } from './dialog.js';
import { byId, wrong } from './dom.js';
import { isChosen } from './passphrase.js';
import { toast } from './toast.js';
import { VaultError } from './vault-error.js';
import { refusalOf } from './vault-words.js';
import { vault } from './vault-client.js';
import { word } from './words.js';

/** @param {ArrayBuffer} file */
function offer(file) {
  const address = URL.createObjectURL(
    new Blob([file], { type: 'application/x-pkcs12' }));
  const link = document.createElement('a');
  const owner = (document.body.dataset.user ?? '')
    .replace(/[^\p{L}\p{N}.@_-]/gu, '_');
  link.href = address;
  link.download = `${owner} ${new Date().toISOString().slice(0, 10)}.p12`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}

/** @param {unknown} error */
function refuse(error) {
  const code = error instanceof VaultError ? error.code : '';
  const field = byId(code === 'weak' ? 'copy-password' : 'copy-phrase');
  wrong(field, refusalOf(error));
  field.focus();
}

/** @param {string} kid */
async function save(kid) {
  const [phrase, password] = [byId('copy-phrase'), byId('copy-password')];
  wrong(phrase, phrase.value === '' ? word('phrase_missing') : '');
  if (phrase.value === '')
    return phrase.focus();
  if (!isChosen(password, byId('copy-same'), 'password_differs'))
    return;
  await busyWith(byId('copy-form'), 'copying', async () => {
    try {
      const { file } = await vault.exportP12({ kid, passphrase: phrase.value,
        password: password.value });
      offer(file);
      byId('copy-dialog').close();
      toast(word('key_copied'));
    } catch (error) {
      refuse(error);
    }
  });
}

/** @param {string} kid @returns {Promise<void>} once the dialog is closed */
export function copyKey(kid) {
  for (const id of ['copy-phrase', 'copy-password', 'copy-same'])
    wrong(byId(id), '');
  const closed = openDialog('copy-dialog', { 'copy-form': () => save(kid) });
  byId('copy-phrase').focus();
  return closed;
}
