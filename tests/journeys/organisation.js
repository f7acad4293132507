/**
 * A new organisation from nothing: the administrator makes the authority and
 * allows two people, in fewer than 25 clicks; each gets a certificate, the
 * key made in their browser; they exchange encrypted mail. A key is stolen
 * and reported: what the thief signs reads as revoked. Then the site is reset
 * and set up again. Through a recording proxy.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { fill, openRow, opened, PHRASE, press, send, write }
  from './lib/acts.js';
import { Administrator } from './lib/admin.js';
import { launch, mainText, newPage, picture, signIn, waitForText }
  from './lib/browser.js';
import { askForCertificate, COPY_PASSWORD, keysPage, saveCopy, usableKid }
  from './lib/certificate.js';
import { startProxy } from './lib/proxy.js';
import { findSecrets, keyForms, textForms } from './lib/secrets.js';
import { inbox, known, putMessage, waitForNew } from './lib/site.js';

const CANARY = `canari-${process.pid}-abcdefghij`;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sceau-copies-'));
const openssl = (...args) => execFileSync('openssl', args,
  { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });

async function person(browser, name) {
  const page = await newPage(await browser.createBrowserContext());
  await signIn(page, name);
  return { name, page };
}

async function deliver(from, to, mode) {
  const before = known(to.name);
  await write(from.page, { to: `${to.name}@demo.test`, mode,
    subject: `De ${from.name}`, text: `Texte ${CANARY}` });
  await send(from.page);
  assert.match(await mainText(from.page), /Message envoyé/);
  return waitForNew(to.name, before);
}

/** The page is the same document all the time: the vault stays open. */
async function toKeys({ page }) {
  await press(page, '#folders a[href$="/keys"]');
  await page.waitForSelector('main[data-page=keys][data-ready]');
}

/** By mistake: nobody is asked about it, and nothing of it stays here. */
async function takesBack(nadia, admin) {
  await keysPage(nadia.page);
  await askForCertificate(nadia.page, { kind: 'p-256' });
  await press(nadia.page, '#request-done [data-close]');
  await press(nadia.page, '.request[data-state=waiting] [data-cancel]');
  await picture(nadia.page, 'keys-take-back');
  await press(nadia.page, '#ask-yes');
  await nadia.page.waitForSelector('#ask:not([hidden])');
  assert.equal(await nadia.page.$('.request'), null);
  await admin.tab('authority');
  assert.doesNotMatch(await mainText(admin.page), /nadia@demo\.test/);
}

const READY = '.notice[data-settled=taken]';

async function waitsForApproval(nadia, admin) {
  await keysPage(nadia.page);
  await picture(nadia.page, 'keys-nothing-yet');
  await askForCertificate(nadia.page, { kind: 'p-256' });
  assert.match(await nadia.page.$eval('#request-done', (at) => at.innerText),
    /Un administrateur va la regarder/);
  await press(nadia.page, '#request-done [data-close]');
  await nadia.page.waitForSelector('.request[data-state=waiting]');
  await picture(nadia.page, 'keys-waiting');
  await admin.approveAll();
  await keysPage(nadia.page);
  assert.ok(await nadia.page.$(READY), 'told that it is ready');
  await press(nadia.page, '.request [data-take]');
  await fill(nadia.page, '#vault-phrase', PHRASE);
  await nadia.page.keyboard.press('Enter');
  await usableKid(nadia.page);
  await nadia.page.waitForSelector('.no-copy:not([hidden])');
  await picture(nadia.page, 'keys-collected');
  assert.equal(await nadia.page.$(READY), null, 'and it is seen to');
}

/** Issued at once; the copy is one that openssl opens. */
async function isIssuedAtOnce(paul) {
  await keysPage(paul.page);
  await askForCertificate(paul.page);
  assert.match(await paul.page.$eval('#request-done', (at) => at.innerText),
    /Votre certificat est là/);
  await picture(paul.page, 'keys-issued');
  await saveCopy(paul.page, '#request-copy', folder);
  await usableKid(paul.page);
  for (let tries = 0; tries < 50 && copies().length === 0; tries += 1)
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  fs.renameSync(path.join(folder, copies()[0]),
    path.join(folder, 'paul.p12'));
  for (const [out, ...what] of [['paul.key', '-nocerts'],
    ['paul.pem', '-nokeys', '-clcerts']])
    openssl('pkcs12', '-in', 'paul.p12', '-passin', `pass:${COPY_PASSWORD}`,
      '-nodes', ...what, '-out', out);
}

const copies = () => fs.readdirSync(folder)
  .filter((name) => name.endsWith('.p12'));

async function exchange(nadia, paul) {
  for (const [from, to] of [[nadia, paul], [paul, nadia]]) {
    await deliver(from, to, 'sign');
    await openRow(to.page);
    assert.match(await opened(to.page), /Vérifié/);
  }
  for (const [from, to] of [[nadia, paul], [paul, nadia]]) {
    const message = await deliver(from, to, 'sign+encrypt');
    assert.ok(!fs.readFileSync(message).includes(CANARY));
    await openRow(to.page);
    assert.match(await opened(to.page), /Vérifié[^]*Chiffré/);
    assert.match(await mainText(to.page), new RegExp(CANARY));
  }
}

async function reportsTheft(paul) {
  await toKeys(paul);
  await press(paul.page, '#certificates [data-stolen]');
  await press(paul.page, '#stolen-first .fill');
  await picture(paul.page, 'keys-stolen-second');
  await press(paul.page, '#stolen-second .danger');
  await paul.page.waitForSelector('#stolen-done:not([hidden])');
  await picture(paul.page, 'keys-stolen-done');
  assert.match(await paul.page.$eval('#stolen-done', (at) => at.innerText),
    /signalé et annulé/);
  await press(paul.page, '#stolen-done [data-close]');
  await paul.page.waitForSelector('#certificates .tag:not(.good)');
  await picture(paul.page, 'keys-after-theft');
}

/** The thief has the copy and its password, and signs elsewhere. */
async function thiefSigns(nadia) {
  fs.writeFileSync(path.join(folder, 'text'),
    'Content-Type: text/plain\r\n\r\nVirez la somme.\r\n');
  const signed = openssl('cms', '-sign', '-in', 'text', '-crlfeol',
    '-signer', 'paul.pem', '-inkey', 'paul.key', '-from', 'paul@demo.test',
    '-to', 'nadia@demo.test', '-subject', 'Urgent');
  const date = new Date().toUTCString().replace('GMT', '+0000');
  putMessage(inbox('nadia'), Buffer.concat([
    Buffer.from(`Date: ${date}\r\nMessage-ID: <${process.pid}@demo.test>\r\n`),
    signed]));
  await openRow(nadia.page);
  await nadia.page.waitForSelector('.banner[role=alert]');
  assert.match(await mainText(nadia.page), /Révoqué/);
  await picture(nadia.page, 'read-revoked-local');
}

async function resetAndBeginAgain(admin, nadia) {
  await admin.tab('authority');
  await admin.follow('a[href$="/admin/authority/reset"]');
  const word = await admin.page.$eval('label[for=word]',
    (label) => label.innerText.replace(/^.*:\s*/, ''));
  await fill(admin.page, '#word', word);
  await admin.follow('main form button.fill');
  await picture(admin.page, 'admin-reset-done');
  await admin.makeAuthority('Seconde autorité');
  await admin.approveAutomatically();
  await admin.option('nadia', 'pre-enabled');
  await keysPage(nadia.page);
  assert.match(await mainText(nadia.page),
    /Personne que ce serveur connaisse ne le garantit[^]*en haut de cette page/);
  await picture(nadia.page, 'keys-after-reset');
  await askForCertificate(nadia.page);
  await press(nadia.page, '#request-done [data-close]');
  await waitForText(nadia.page, 'Seconde autorité');
  await usableKid(nadia.page);
}

function nothingSecretWasSent(requests) {
  const needles = [...keyForms('paul', path.join(folder, 'paul.key')),
    ...textForms('passphrase', PHRASE),
    ...textForms('password of the copy', COPY_PASSWORD)];
  assert.ok(requests.some(({ method, path: at }) => method === 'POST' &&
    at.startsWith('/certificates/request')), 'the proxy saw the request');
  assert.deepEqual(findSecrets(requests, needles), []);
}

test('s3 s9 o10 a new organisation', async (t) => {
  const proxy = await startProxy();
  const { browser } = await launch({ proxy: proxy.port });
  t.after(async () => {
    await browser.close();
    await proxy.stop();
    fs.rmSync(folder, { recursive: true });
  });
  const nadia = await person(browser, 'nadia');
  const paul = await person(browser, 'paul');
  const admin = await Administrator.start(browser);
  await t.test('the authority is made and two people are allowed',
    async () => {
      await admin.makeAuthority('Autorité de la Démonstration');
      await admin.option('nadia', 'pre-enabled');
      await admin.option('paul', 'pre-enabled');
    });
  await t.test('a request is taken back', () => takesBack(nadia, admin));
  await t.test('s3 a request is approved and its certificate collected',
    () => waitsForApproval(nadia, admin));
  await t.test('s3 by rule the certificate is there at once',
    async () => {
      await admin.approveAutomatically();
      await isIssuedAtOnce(paul);
    });
  await t.test('they exchange encrypted mail', () => exchange(nadia, paul));
  t.diagnostic(`${admin.clicks} clicks of the administrator`);
  assert.ok(admin.clicks < 25, `${admin.clicks} clicks`);
  await t.test('o10 a stolen key is reported', () => reportsTheft(paul));
  await t.test('s4 what the thief signs reads as revoked',
    () => thiefSigns(nadia));
  await t.test('sec_21 no key, passphrase or password of a copy was sent',
    () => nothingSecretWasSent(proxy.requests()));
  await t.test('s9 reset, and set-up works again',
    () => resetAndBeginAgain(admin, nadia));
  for (const { page } of [nadia, paul, admin])
    assert.deepEqual(page.faults, []);
});
