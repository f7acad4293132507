/**
 * The option of secure mail and the security preference, as a person meets
 * them: ticked and saved, with the pages coming and going in the same
 * document (Z8, Z9), four choices (Z21), a fixed one where each message
 * starts (Z23), and a warning before changes are lost (Z24). Then the same
 * without JavaScript.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { launch, newPage, plainPage, ready, signIn, waitForText }
  from './lib/browser.js';

const entries = (page) => page.$$eval('#folders ul:last-child a',
  (links) => links.map((link) => link.getAttribute('href')));

/** Until the address is path and the page has started. */
function arrived(page, path) {
  return page.waitForFunction((wanted) => document
    .querySelector('main[data-ready]') !== null &&
    (location.pathname + location.search).startsWith(wanted), {}, path);
}

async function follow(page, path) {
  await page.click(`#folders a[href="${path}"]`);
  await arrived(page, path);
}

async function save(page, saved) {
  await page.click('#preferences button.fill');
  await arrived(page, saved);
}

async function leaveUnsaved(page) {
  await follow(page, '/preferences');
  await page.click('input[name=secure]');
  await page.waitForSelector('#unsaved:not([hidden])');
  await page.click('#folders a[href="/contacts"]');
  await page.waitForSelector('#ask-dialog[open]');
  await page.click('#ask-dialog [value=no]');
  assert.equal(new URL(page.url()).pathname, '/preferences');
  assert.equal(await page.$eval('input[name=secure]',
    (box) => box.checked), false, 'the change is still there');
}

async function comeAndGo(page, loads) {
  await save(page, '/preferences?saved=off');
  await waitForText(page, 'sont conservés');
  assert.ok(!(await entries(page)).includes('/security'));
  assert.ok(!(await entries(page)).includes('/keys'));
  await page.waitForSelector('#vault', { hidden: true });
  await page.click('input[name=secure]');
  await save(page, '/preferences?saved=on');
  assert.ok((await entries(page)).includes('/security'));
  assert.ok((await entries(page)).includes('/keys'));
  assert.equal(loads(), 0, 'the document stayed');
}

async function fixedChoice(page) {
  await follow(page, '/security');
  const values = await page.$$eval('input[name=choice]',
    (all) => all.map((one) => one.value));
  assert.deepEqual(values, ['auto', 'none', 'sign', 'sign+encrypt']);
  await page.click('input[value=none]');
  await save(page, '/security?saved=same');
  assert.equal(await page.$eval('input[value=none]',
    (one) => one.checked), true);
  await page.click('input[value=auto]');
  await save(page, '/security?saved=same');
}

async function acceptWarnings(page) {
  await waitForText(page, 'Une clé perdue, c’est du courrier perdu.');
  await waitForText(page, 'ne peut pas être cherché');
  await waitForText(page, 'Pas d’antivirus sur le serveur.');
  await waitForText(page, 'Vos clés privées ne quittent pas ce navigateur.'
    + ' Mais ce navigateur reçoit son programme de ce serveur :');
  await page.click('#warnings button');
  await arrived(page, '/security?saved=accepted');
  assert.equal(await page.$('#warnings button'), null);
}

async function otherLanguage(page) {
  await follow(page, '/preferences');
  await page.click('input[value=en]');
  await Promise.all([page.waitForNavigation(),
    page.click('#preferences button.fill')]);
  await ready(page);
  await waitForText(page, 'Preferences');
  await page.click('input[value=fr]');
  await Promise.all([page.waitForNavigation(),
    page.click('#preferences button.fill')]);
  await ready(page);
}

test('z8 z9 z21 z24 preferences', async (t) => {
  const { browser } = await launch();
  t.after(() => browser.close());
  const page = await newPage(browser);
  let loads = 0;
  await signIn(page, 'robert');
  page.on('load', () => { loads += 1; });
  await t.test('z24 leaving with a change asks first',
    () => leaveUnsaved(page));
  await t.test('z9 the pages vanish and come back, without a reload',
    () => comeAndGo(page, () => loads));
  await t.test('z21 z23 each message starts with a fixed choice',
    () => fixedChoice(page));
  await t.test('z4 z6 the warnings are read and accepted',
    () => acceptWarnings(page));
  await t.test('another language is a new document',
    () => otherLanguage(page));
  assert.deepEqual(page.faults, []);
});

test('z8 preferences are saved without JavaScript', async (t) => {
  const { browser } = await launch();
  t.after(() => browser.close());
  const { page, press } = await plainPage(browser, 'claire');
  await press('#folders a[href="/preferences"]');
  await page.click('input[name=secure]');
  await press('#preferences button.fill');
  assert.ok(!(await entries(page)).includes('/security'));
  await page.click('input[name=secure]');
  await press('#preferences button.fill');
  assert.ok((await entries(page)).includes('/security'));
});
