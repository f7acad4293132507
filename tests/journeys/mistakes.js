/**
 * Bad input: one clear sentence with the next step, nothing lost. French, as
 * most of our users read it.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { fill, importKey, makeFile, openVault, press, send, write }
  from './lib/acts.js';
import { launch, mainText, newPage, picture, signIn } from './lib/browser.js';
import { messages, sceauctl, site, waitForMessage } from './lib/site.js';

/** Text of the element once it is shown. */
async function shown(page, selector) {
  await page.waitForSelector(`${selector}:not([hidden])`, { visible: true });
  return page.$eval(selector, (at) => at.innerText);
}

async function wrongMailPassword(page) {
  await signIn(page, 'robert', 'faux');
  assert.match(await shown(page, '.refusal'), /mot de passe/);
  assert.equal(await page.$eval('#login', (input) => input.value),
    'robert@demo.test', 'the name is kept');
}

async function importFails(page, file, password, pattern) {
  await (await page.$('#p12')).uploadFile(file);
  await fill(page, '#p12-password', password);
  await press(page, '#import-key button.fill');
  await page.waitForFunction((source) => [...document
    .querySelectorAll('#p12-wrong, #p12-password-wrong, #keys-refusal')]
    .some((at) => !at.hidden && new RegExp(source).test(at.innerText)),
  { timeout: 20000 }, pattern.source);
}

async function badBundles(page) {
  await openVault(page);
  const known = (await page.$$('#certificates li[data-kid]')).length;
  const good = site.p12('robert');
  await importFails(page, good, 'pas le bon', /mot de passe/i);
  const bytes = fs.readFileSync(good);
  const broken = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'sceau-')),
    'abîmé.p12');
  fs.writeFileSync(broken, bytes.subarray(0, bytes.length >> 1));
  await importFails(page, broken, site.password, /abîmé|endommagé|illisible/i);
  assert.equal((await page.$$('#certificates li[data-kid]')).length, known);
  await picture(page, 'mistake-p12');
}

async function wrongPassphrase(page) {
  await press(page, '#lock-vault');
  await press(page, '#open-vault');
  await fill(page, '#vault-phrase', 'rien de tel ici');
  await page.keyboard.press('Enter');
  assert.match(await shown(page, '#vault-phrase-wrong'), /phrase/);
  await page.keyboard.press('Escape');
}

async function recipientRefused(page) {
  const subject = `Refus ${Date.now()}`;
  await write(page, { to: 'personne-de-tel@demo.test', subject, text: 'x',
    sign: false });
  await send(page);
  assert.match(await mainText(page), /personne-de-tel@demo\.test/);
  assert.match(await mainText(page), /refusé/);
  await picture(page, 'mistake-refused');
}

async function tooLarge(page) {
  await write(page, { to: 'alice@demo.test', subject: 'Trop gros', text: 'x',
    files: [makeFile('gros.bin', 26 * 1024 * 1024)], sign: false });
  const said = await shown(page, '#files-wrong');
  assert.match(said, /25/);
  assert.equal(await page.$eval('#subject', (input) => input.value),
    'Trop gros');
}

/** Stops or starts one server of the demonstration's mail system. */
function server(name, act) {
  const command = [path.join(site.dir, 'bin', 'mail-servers'), act,
    path.join(site.dir, 'mail'), name];
  if (process.getuid?.() === 0)
    command.unshift('setpriv', '--reuid=nobody', '--regid=nogroup',
      '--clear-groups');
  execFileSync(command[0], command.slice(1), { stdio: 'pipe' });
}

async function submissionDown(page) {
  const subject = `Serveur en panne ${Date.now()}`;
  await write(page, { to: 'alice@demo.test', subject, text: 'Attendre.',
    sign: true });
  server('chasquid', 'pause');
  try {
    await send(page);
    assert.match(await mainText(page), /attend dans la boîte d’envoi/);
    await picture(page, 'mistake-waiting');
  } finally {
    server('chasquid', 'resume');
  }
  await page.goto(`${site.url}/outbox`);
  await page.$$eval('li.card', (cards, wanted) => cards
    .find((card) => card.innerText.includes(wanted))
    .querySelector('form[action$="/retry"] button').click(), subject);
  await waitForMessage('alice', subject);
  const before = messages('alice').length;
  await page.goto(`${site.url}/outbox`);
  assert.equal(messages('alice').length, before, 'sent once');
}

async function mailDown(browser) {
  server('dovecot', 'pause');
  const page = await newPage(await browser.createBrowserContext());
  try {
    // Connections that are open may live on: this one is new.
    await signIn(page, 'claire');
    assert.match(await mainText(page), /ne répond pas/);
    await picture(page, 'mistake-imap');
  } finally {
    server('dovecot', 'resume');
  }
}

/** One compose page after another is not told apart. */
async function toInbox(page) {
  await press(page, '#folders a[href$="/mail/INBOX"]');
  await page.waitForSelector('main[data-page=mailbox][data-ready]');
}

/** What the policy would refuse is not offered: neither signing alone nor a
 * message that asks for the certificate. */
async function noWayAround(page) {
  sceauctl('policy', 'set', 'account', 'robert@demo.test', 'encrypt-domains',
    'banque.test');
  try {
    await toInbox(page);
    await write(page, { to: 'x@banque.test', subject: 'Virement' });
    const said = await shown(page, '#blocked');
    assert.match(said, /administrateur[^]*x@banque\.test[^]*toujours chiffré/);
    assert.match(said, /Ajouter le certificat/);
    assert.doesNotMatch(said, /signez sans chiffrer|Demander le certificat/);
    await picture(page, 'mistake-policy');
    await toInbox(page);
  } finally {
    sceauctl('policy', 'unset', 'account', 'robert@demo.test',
      'encrypt-domains');
  }
}

/** SEC-51: a line end in any field is refused or becomes harmless. */
async function injections(page) {
  await page.goto(`${site.url}/compose`);
  const names = ['from', 'to', 'cc', 'bcc', 'subject', 'in_reply_to',
    'references'];
  for (const name of names) {
    const status = await page.evaluate(async (field) => {
      const form = new FormData(document.getElementById('compose'));
      form.set('to', 'robert@demo.test');
      form.set('subject', 'Injection');
      form.set('mode', 'none');
      form.set('text', 'x');
      form.set('send_key', field.padEnd(32, 'a'));
      form.set(field, `${form.get(field)}\r\nX-Injected: yes`);
      const answer = await fetch('/compose', { method: 'POST', body: form,
        headers: { Accept: 'application/json' } });
      return answer.status;
    }, name);
    assert.ok(status === 400 || status === 422, `${name}: ${status}`);
  }
  assert.equal(messages('robert').filter((file) => /^X-Injected/m.test(
    fs.readFileSync(file, 'latin1'))).length, 0);
}

/** A part that fails leaves a picture of what the person saw. */
function part(t, page, name, act) {
  return t.test(name, async () => {
    try {
      await act(page);
    } catch (error) {
      await picture(page, `failed-${name.replaceAll(/[^a-z0-9]+/gi, '-')}`);
      throw error;
    }
  });
}

test('mistakes are told in one sentence and lose nothing', async (t) => {
  const { browser } = await launch();
  t.after(() => browser.close());
  const page = await newPage(browser);
  await part(t, page, 'wrong mail password', wrongMailPassword);
  await signIn(page, 'robert');
  await part(t, page, 'wrong .p12 password, damaged .p12', badBundles);
  await part(t, page, 'wrong passphrase', wrongPassphrase);
  await part(t, page, 'importing after all',
    () => importKey(page, 'robert'));
  await part(t, page, 'recipient refused by the MTA', recipientRefused);
  await part(t, page, 'too large an attachment', tooLarge);
  await part(t, page, 's8 a way around the policy', noWayAround);
  await part(t, page, 'm3 t2 the MTA is down, then back', submissionDown);
  await part(t, page, 'IMAP is down',
    () => mailDown(browser));
  await part(t, page, 'sec_51 header injection in every field', injections);
  assert.deepEqual(page.faults, []);
});
