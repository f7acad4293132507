/**
 * A certificate of the site’s own authority nears its end: Claire is told,
 * renews it in her browser, and signs with the new one. Robert, who knows the
 * old one, takes the new one without a question and encrypts to it; what he
 * encrypted to the old one still opens.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { openRow, opened, press, send, write } from './lib/acts.js';
import { Administrator } from './lib/admin.js';
import { launch, mainText, newPage, picture, signIn, waitForText }
  from './lib/browser.js';
import { askForCertificate, keysPage, usableKid } from './lib/certificate.js';
import { processes } from './lib/memory.js';
import { known, site, waitForNew } from './lib/site.js';

/** How long certificates are valid from now on: as an operator says it, in
 * the configuration of sceau-ca. */
function certifyFor(days) {
  const file = path.join(site.dir, 'sceau-ca.conf');
  const before = fs.readFileSync(file, 'utf8').replace(/^days.*\n/m, '');
  fs.writeFileSync(file, `${before}days = ${days}\n`);
  for (const id of processes('sceau-ca'))
    process.kill(Number(id), 'SIGHUP');
}

async function person(browser, name) {
  const page = await newPage(await browser.createBrowserContext());
  await signIn(page, name);
  return { name, page };
}

/** Gets the person's certificate, issued at once; its kid. */
async function certified({ page }) {
  await keysPage(page);
  await askForCertificate(page, { kind: 'p-256' });
  await press(page, '#request-done [data-close]');
  return usableKid(page);
}

async function deliver(from, to, mode, subject) {
  const before = known(to.name);
  await write(from.page, { to: `${to.name}@demo.test`, mode, subject,
    text: `Texte de « ${subject} »` });
  await send(from.page);
  assert.match(await mainText(from.page), /Message envoyé/);
  return waitForNew(to.name, before);
}

/** Serial numbers of the certificates whose keys open a message. */
function readersOf(message) {
  const list = execFileSync(path.join(site.build, 'sceauctl'),
    ['recipients', '--json', message], { encoding: 'utf8' });
  return JSON.parse(list).map(({ serial }) => serial.toLowerCase());
}

/** The serial number of one of a person's own certificates. */
async function serialOf({ page }, kid) {
  const pem = await page.evaluate(async (url) =>
    (await fetch(url)).text(), `${site.url}/certificates/${kid}/pem`);
  const line = execFileSync('openssl', ['x509', '-noout', '-serial'],
    { input: pem, encoding: 'utf8' });
  return line.trim().replace('serial=', '').toLowerCase();
}

const card = (kid) => `#certificates [data-kid="${kid}"]`;

const textOf = (page, selector) =>
  page.$eval(selector, (at) => at.innerText);

/** The two know each other, and Claire has a message that she has not opened.
 */
async function exchange(claire, robert) {
  await deliver(claire, robert, 'sign', 'Premier');
  await openRow(robert.page);
  assert.match(await opened(robert.page), /Vérifié/);
  assert.match(await textOf(robert.page, '.harvest'), /gardé dans vos contacts/);
  return deliver(robert, claire, 'sign+encrypt', 'Pour l’ancien');
}

async function seesTheEnd({ page, kid }) {
  await press(page, '#folders a[href$="/mail/INBOX"]');
  await waitForText(page, 'Votre certificat prend fin dans 9 jours',
    '#notices .ending');
  await picture(page, 'list-certificate-ends');
  await press(page, '#notices .ending a');
  await page.waitForSelector('main[data-page=keys][data-ready]');
  await page.waitForSelector(`${card(kid)} [data-renew]`, { visible: true });
  assert.match(await textOf(page, card(kid)),
    /prend fin dans 9 jours. Renouvelez-le maintenant/);
  await picture(page, 'keys-renewal-offered');
}

const isSeen = (page, selector) =>
  page.$eval(selector, (at) => at.checkVisibility());

/** An administrator looks at it; meanwhile nobody is told to ask again. */
async function renews({ page, kid }, admin) {
  await press(page, `${card(kid)} [data-renew]`);
  await press(page, '#request-make:not([hidden]) .fill');
  await page.waitForSelector('#request-done:not([hidden])',
    { timeout: 60000 });
  await press(page, '#request-done [data-close]');
  await page.waitForSelector('.request[data-state=waiting]');
  assert.equal(await isSeen(page, `${card(kid)} [data-advice]`), false);
  assert.equal(await isSeen(page, `${card(kid)} [data-renew]`), false);
  await admin.approveAll();
  await press(page, '#folders a[href$="/keys"]');
  await page.waitForSelector(`${card(kid)} .tag:not(.good)`);
  const renewed = await usableKid(page);
  assert.notEqual(renewed, kid);
  return renewed;
}

async function keepsTheOld({ page, kid }) {
  await waitForText(page, 'clé est dans', card(kid));
  const text = await textOf(page, card(kid));
  assert.match(text, /Renouvelé[^]*Gardez celui-ci/);
  assert.doesNotMatch(text, /prend fin/);
  assert.equal(await page.$(`${card(kid)} [data-renew]`), null);
  await picture(page, 'keys-renewed');
}

async function isAdopted(claire, robert) {
  await deliver(claire, robert, 'sign', 'Après le renouvellement');
  await openRow(robert.page);
  assert.match(await opened(robert.page), /Vérifié/);
  assert.match(await textOf(robert.page, '.harvest'),
    /a renouvelé son certificat. Le nouveau est utilisé désormais/);
  assert.equal(await robert.page.$('.harvest strong'), null);
  await picture(robert.page, 'read-renewed');
}

async function opens({ page }, row, subject) {
  await openRow(page, row);
  assert.equal(await page.$('.ending'), null);
  assert.match(await opened(page), /Vérifié[^]*Chiffré/);
  await waitForText(page, `Texte de « ${subject} »`);
}

test('b12 s11 a certificate is renewed', async (t) => {
  const { browser } = await launch();
  t.after(() => browser.close());
  certifyFor(10);
  const claire = await person(browser, 'claire');
  const robert = await person(browser, 'robert');
  const admin = await Administrator.start(browser);
  await admin.makeAuthority('Autorité de la Démonstration');
  await admin.approveAutomatically();
  claire.kid = await certified(claire);
  await certified(robert);
  const old = await serialOf(claire, claire.kid);
  const before = await exchange(claire, robert);
  assert.ok(readersOf(before).includes(old));

  await admin.approveByHand();
  certifyFor(365);
  let renewed;
  await t.test('b12 the end is near, and it is said', () =>
    seesTheEnd(claire));
  await t.test('b12 it is renewed in the browser', async () => {
    renewed = await renews(claire, admin);
  });
  await t.test('b12 the old one is kept, and no alarm', () =>
    keepsTheOld(claire));
  await t.test('s11 the first message signed with the new one is accepted',
    () => isAdopted(claire, robert));
  await t.test('s11 who had the old one encrypts to the new one', async () => {
    const after = readersOf(
      await deliver(robert, claire, 'sign+encrypt', 'Pour le nouveau'));
    assert.ok(after.includes(await serialOf(claire, renewed)));
    assert.ok(!after.includes(old));
    await opens(claire, 0, 'Pour le nouveau');
  });
  await t.test('b5 what was encrypted to the old one still opens', () =>
    opens(claire, 1, 'Pour l’ancien'));
  for (const { page } of [claire, robert, admin])
    assert.deepEqual(page.faults, []);
});
