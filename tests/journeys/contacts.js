/**
 * Contacts: a signed message brings its sender and certificate (Z14, Z15),
 * a file and an attachment bring others (Z26), and what a person does with
 * them; a certificate is handed on without its key (S5, S6). Then without
 * JavaScript.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { launch, mainText, newPage, plainPage, ready, signIn, waitForText }
  from './lib/browser.js';
import { inbox, putMessage, site } from './lib/site.js';

const pem = (name) => path.join(site.dir, 'ids', `${name}.pem`);

/** Until a page of this kind has started; done is part of its address. */
function arrived(page, kind, done = '') {
  return page.waitForFunction((name, part) => location.href.includes(part) &&
    document.querySelector(`main[data-page=${name}][data-ready]`) !== null,
  {}, kind, done);
}

async function add(page, name, address) {
  await page.goto(`${site.url}/contacts`);
  await ready(page);
  await page.click('#new-contact summary');
  await page.type('#new-name', name);
  await page.type('#new-address', address);
  await page.keyboard.press('Enter');
}

async function bring(page, file) {
  await (await page.$('#certificate-file')).uploadFile(file);
  await page.click('#add-certificate button');
}

/** Posts the form of the .p12 as it stands; the bytes that come. */
async function takeP12(page, password) {
  const text = await page.evaluate(async (secret) => {
    const form = document.querySelector('.taker form');
    form.querySelector('[name=password]').value = secret;
    const answer = await fetch(form.action, { method: 'POST',
      body: new URLSearchParams([...new FormData(form)]) });
    const bytes = new Uint8Array(await answer.arrayBuffer());
    return String.fromCharCode(...bytes);
  }, password);
  const file = path.join(os.tmpdir(), `sceau-${process.pid}.p12`);
  fs.writeFileSync(file, Buffer.from(text, 'latin1'));
  return file;
}

async function bySignedMail(page) {
  await page.goto(`${site.url}/mail/INBOX`);
  await ready(page);
  await page.evaluate(() => [...document.querySelectorAll('.row')]
    .find((row) => row.innerText.includes('Convention de partenariat'))
    .click());
  await arrived(page, 'read');
  await waitForText(page, 'Vérifié');
  await page.goto(`${site.url}/contacts?book=emailed&q=claire`);
  await ready(page);
  await page.click('.row-link');
  await arrived(page, 'contact');
  await waitForText(page, 'un message signé');
  await waitForText(page, 'Utilisé');
}

async function wrongAddress(page) {
  await add(page, 'Zoé', 'nobody');
  await page.waitForSelector('#new-wrong');
  assert.equal(await page.$eval('#new-address', (field) => field.value),
    'nobody');
}

async function byFile(page) {
  await add(page, 'Robert Lefèvre', 'robert@demo.test');
  await arrived(page, 'contact', 'created');
  await bring(page, pem('robert'));
  await arrived(page, 'contact', 'added');
  await waitForText(page, 'un fichier que vous avez ajouté');
}

async function ofAnother(page) {
  await bring(page, pem('claire'));
  await page.waitForSelector('.refusal');
  await waitForText(page, 'nomme une autre adresse');
  await page.goto(page.url());
  await arrived(page, 'contact');
  assert.equal((await page.$$('[data-kid]')).length, 1);
}

async function closedP12(page) {
  const file = await takeP12(page, 'un mot de passe');
  const open = (password) => execFileSync('openssl', ['pkcs12', '-in',
    file, '-info', '-nodes', '-passin', `pass:${password}`],
  { encoding: 'utf8', stdio: 'pipe' });
  assert.match(open('un mot de passe'), /BEGIN CERTIFICATE/);
  assert.doesNotMatch(open('un mot de passe'), /PRIVATE KEY/);
  assert.throws(() => open('un autre'));
  fs.unlinkSync(file);
}

async function dropped(page) {
  await page.$eval('[name=act][value=remove]', (button) => button.click());
  await page.waitForSelector('#ask-dialog[open]');
  await page.click('#ask-yes');
  await arrived(page, 'contact', 'removed');
  await page.evaluate((text) => {
    const carried = new DataTransfer();
    carried.items.add(new File([text], 'robert.pem'));
    document.getElementById('add-certificate').dispatchEvent(
      new DragEvent('drop', { dataTransfer: carried, bubbles: true,
        cancelable: true }));
  }, fs.readFileSync(pem('robert'), 'utf8'));
  await arrived(page, 'contact', 'added');
}

async function byAttachment(page) {
  const text = fs.readFileSync(pem('claire'), 'utf8');
  putMessage(inbox('alice'), ['From: paul@demo.test', 'To: alice@demo.test',
    'Subject: certificat joint', 'Date: Wed, 25 Nov 2026 10:00:00 +0000',
    'Message-ID: <attached@demo.test>', 'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b', '', '--b',
    'Content-Type: text/plain', '', 'Voici.', '--b',
    'Content-Type: application/x-x509-user-cert; name=claire.crt',
    'Content-Disposition: attachment; filename=claire.crt', '',
    ...text.split('\n'), '--b--', ''].join('\r\n'));
  await page.goto(`${site.url}/mail/INBOX`);
  await ready(page);
  await page.evaluate(() => [...document.querySelectorAll('.row')]
    .find((row) => row.innerText.includes('certificat joint')).click());
  await arrived(page, 'read');
  await page.click('form[action$="/certificate"] button');
  await arrived(page, 'contact');
  assert.match(await mainText(page), /claire@demo\.test/);
}

async function byKeys(page) {
  await page.goto(`${site.url}/contacts`);
  await ready(page);
  await page.keyboard.press('/');
  await page.keyboard.type('robert');
  await page.keyboard.press('Enter');
  await arrived(page, 'contacts', 'q=robert');
  await page.$eval('h1', (title) => title.focus());
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await arrived(page, 'contact');
  await waitForText(page, 'robert@demo.test');
}

test('z14 z15 z26 s5 contacts and their certificates', async (t) => {
  const { browser } = await launch();
  t.after(() => browser.close());
  const page = await newPage(browser);
  await signIn(page, 'alice');
  await t.test('z15 a verified message brings its sender',
    () => bySignedMail(page));
  await t.test('a wrong address is said beside its field',
    () => wrongAddress(page));
  await t.test('z26 a certificate comes from a file',
    () => byFile(page));
  await t.test('of another person it is refused, in words',
    () => ofAnother(page));
  await t.test('s5 s6 the .p12 is closed and has no key',
    () => closedP12(page));
  await t.test('removed, and dropped on the page again',
    () => dropped(page));
  await t.test('z26 an attachment goes to whom it names',
    () => byAttachment(page));
  await t.test('/ finds, j moves, Enter opens',
    () => byKeys(page));
  assert.deepEqual(page.faults, []);
});

test('contacts work without JavaScript', async (t) => {
  const { browser } = await launch();
  t.after(() => browser.close());
  const { page, press } = await plainPage(browser, 'paul');
  await press('#folders a[href="/contacts"]');
  await page.click('#new-contact summary');
  await page.type('#new-name', 'Claire');
  await page.type('#new-address', 'claire@demo.test');
  await press('.adder-sheet .fill');
  await (await page.$('#certificate-file')).uploadFile(pem('claire'));
  await press('#add-certificate button');
  assert.match(await mainText(page), /Utilisé/);
  await page.click('.folding summary');
  await press('.folding form + form button');
  assert.match(await mainText(page), /Le contact a été retiré/);
});
