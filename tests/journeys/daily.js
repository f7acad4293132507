/**
 * A person's ordinary day (FEATURES Z1, Z28, O5, O6): what is asked for and
 * what is not, and what the server has kept when the day is over.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { importKey, openMessage, PHRASE, send, write } from './lib/acts.js';
import { launch, mainText, newPage, picture, ready, signIn }
  from './lib/browser.js';
import { searchMemory } from './lib/memory.js';
import { findSecrets, keyForms, textForms } from './lib/secrets.js';
import { opensslVerify, site, waitForMessage } from './lib/site.js';

const SUBJECT = 'Ordre du jour canari-4d1f';
const TEXT = 'Rien de secret, canari-9b27.';

async function cannotSignWithoutKey(page) {
  await page.goto(`${site.url}/compose`);
  await ready(page);
  const why = await page.waitForSelector('#sign-why:not([hidden])');
  assert.ok(await page.$('input[value=sign][disabled]'), 'Sign is disabled');
  assert.match(await why.evaluate((at) => at.innerText),
    /pas encore de clé dans ce navigateur/);
  assert.equal(await page.$eval('input[value=sign]', (input) => input
    .getAttribute('aria-describedby')), 'sign-why', 'read out with it');
  await Promise.all([page.waitForSelector('main[data-page=keys][data-ready]'),
    page.click('#sign-why a')]);
  assert.ok(await page.$('#p12'), 'the link leads to importing');
}

/** Nobody's certificate but the writer's own is known here. */
async function signsForAnybody(page, letter) {
  await write(page, { ...letter, subject: `${SUBJECT} un`, sign: true });
  assert.match(await page.$eval('#panel', (at) => at.innerText),
    /Vos destinataires n’ont besoin d’aucun certificat/);
  await send(page);
  opensslVerify(await waitForMessage('alice', `${SUBJECT} un`));
}

/** Writes and sends without a look at the panel: signed as last time. */
async function signsWithoutBeingTold(page, letter) {
  await write(page, { ...letter, subject: `${SUBJECT} deux` });
  await page.waitForFunction(() => document
    .querySelector('input[value=sign]').checked);
  await send(page);
  assert.match(await mainText(page), /Message envoyé/);
  opensslVerify(await waitForMessage('alice', `${SUBJECT} deux`));
}

/** From the list to the seal with one act, opening the message. */
async function readsWithoutClick(page) {
  await openMessage(page, `${SUBJECT} deux`);
  assert.ok(await page.$('.security .seal'), 'the seal is there');
  assert.match(await page.$eval('.security', (at) => at.innerText),
    /Vérifié/);
  assert.match(await mainText(page), /canari-9b27/);
  assert.equal(await page.$('dialog[open]'), null, 'nothing asks');
  assert.equal(await page.$('.banner, [role=alert]:not([hidden])'), null);
  assert.equal(await page.$('.security details[open]'), null);
  await page.goto(`${site.url}/mail/INBOX`);
  const row = await page.$$eval('a.row', (rows, text) => rows
    .find((one) => one.innerText.includes(text))?.innerHTML,
  `${SUBJECT} deux`);
  assert.match(row, /seal-16/, 'and in the list from now on');
}

/** Who it is from and that it is unchanged: each in its own words. */
async function tellsTwoProofs(page) {
  await openMessage(page, `${SUBJECT} deux`);
  assert.match(await page.$eval('.security .says', (at) => at.innerText),
    /Signé par Robert.*, intact depuis l’envoi/);
  await page.click('.security details.facts summary');
  const facts = await page.$$eval('.security dt', (terms) => Object
    .fromEntries(terms.map((term) => [term.innerText.trim(),
      term.nextElementSibling.innerText])));
  assert.match(facts.Expéditeur, /Bien robert@demo\.test/);
  assert.match(facts.Contenu, /exactement ceux qui ont été signés/);
  await picture(page, 'daily-two-proofs');
  await openMessage(page, 'Coordonnées bancaires');
  await page.$$eval('details', (all) => all.forEach((one) => {
    one.open = true;
  }));
  assert.doesNotMatch(await mainText(page),
    /le certificat nomme cette adresse|exactement ceux qui ont été signés/);
}

/** What is typed in the search field, and what stands above the rows then. */
async function look(page, words) {
  await page.keyboard.press('/');
  await page.keyboard.type(words);
  await page.keyboard.press('Enter');
  /* The field has the words before the page has their answer. */
  await page.waitForFunction((text) => document.querySelector('.found') &&
    new URLSearchParams(location.search).get('q') === text, {}, words);
  return said(page);
}

const said = (page) => page.$eval('.found p', (at) => at.innerText);
const subjects = (page) => page.$$eval('.row .row-mid bdi',
  (all) => all.map((at) => at.innerText));

/** With the keyboard alone, from the list to the message and back. */
async function findsMessages(page) {
  await page.goto(`${site.url}/mail/INBOX`);
  await ready(page);
  assert.equal(await look(page, 'deux canari-4d1f'), '1 message trouvé');
  assert.equal(await page.evaluate(() => document.activeElement.innerText),
    '1 message trouvé', 'read out');
  await picture(page, 'daily-search');
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.waitForSelector('main[data-page=read][data-ready]');
  assert.deepEqual(await subjects(page), [`${SUBJECT} deux`], 'beside it');
  assert.match(await mainText(page), /canari-9b27/);

  assert.equal(await look(page, 'canari-9b27'),
    'Rien trouvé pour « canari-9b27 ».');
  assert.match(await mainText(page),
    /Le texte des messages chiffrés ne peut pas être cherché/);
  await Promise.all([page.waitForFunction(() => document
    .querySelector('.found p')?.innerText === '2 messages trouvés'),
  page.click('.found a:last-of-type')]);
  const day = new Date().toISOString().slice(0, 10);
  assert.match(await look(page, `claire@demo.test ${day}`),
    /^\d+ messages trouvés$/);
  await Promise.all([page.waitForFunction(() =>
    document.querySelector('.found') === null), page.click('.found a')]);
  assert.equal(await page.$eval('#find', (at) => at.value), '');
  assert.ok((await subjects(page)).length > 5, 'all of them again');
}

/** An act on what was found leads back to what was found. */
async function keepsItsPlace(page) {
  await look(page, 'canari-4d1f');
  await page.click('.row');
  await page.waitForSelector('main[data-page=read][data-ready]');
  await Promise.all([page.waitForSelector('main[data-page=mailbox]'),
    page.keyboard.press('e')]);
  assert.deepEqual(await subjects(page), [`${SUBJECT} un`]);
  assert.equal(await said(page), '1 message trouvé');
}

function memoryHoldsNoKey(t) {
  if (process.getuid?.() !== 0) {
    t.skip('skipped: only root may read the memory of the server');
    return;
  }
  const needles = [...keyForms('robert', site.key('robert')),
    ...textForms('passphrase', PHRASE)];
  searchMemory((region) =>
    assert.deepEqual(findSecrets([region], needles), []));
}

function logsHoldNothing(cookies) {
  const folder = path.join(site.dir, 'log');
  const logs = fs.readdirSync(folder).map((name) => ({ path: name,
    bytes: fs.readFileSync(path.join(folder, name)) }));
  const needles = [...textForms('subject', 'canari-4d1f'),
    ...textForms('text', 'canari-9b27'), ...textForms('passphrase', PHRASE),
    ...keyForms('robert', site.key('robert')),
    ...cookies.flatMap(({ name, value }) => textForms(name, value))];
  assert.deepEqual(findSecrets(logs, needles), []);
  assert.ok(logs.some(({ bytes }) => bytes.includes('robert@demo.test')),
    'the sign-in was logged');
}

test('a day without trouble', async (t) => {
  const { browser } = await launch();
  t.after(() => browser.close());
  const page = await newPage(browser);
  await signIn(page, 'robert');
  await t.test('z1 without a key Sign is disabled, with reason and way out',
    () => cannotSignWithoutKey(page));
  await importKey(page, 'robert');
  const letter = { to: 'alice@demo.test', text: TEXT };
  await t.test('z28 signing needs no certificate of a recipient',
    () => signsForAnybody(page, letter));
  await t.test('o5 signing daily mail needs no click',
    () => signsWithoutBeingTold(page, letter));
  const cookies = await page.cookies();
  assert.ok(cookies.length > 0);
  const reader = await newPage(await browser.createBrowserContext());
  await signIn(reader, 'alice');
  await t.test('o5 o2 reading verified mail needs no click',
    () => readsWithoutClick(reader));
  await t.test('o6 sender and content are proven in words of their own',
    () => tellsTwoProofs(reader));
  await t.test('z20 messages are found by who, what and when',
    () => findsMessages(reader));
  await t.test('z20 reading through what was found keeps its place',
    () => keepsItsPlace(reader));
  await t.test('sec_59 logs hold no subject, text, cookie or passphrase',
    () => logsHoldNothing(cookies));
  await t.test('sec_21 the memory of the server holds no key',
    (part) => memoryHoldsNoKey(part));
  assert.deepEqual([...page.faults, ...reader.faults], []);
});
