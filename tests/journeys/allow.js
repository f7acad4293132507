/**
 * An administrator allows secure mail for one account in the browser: the
 * person is told, finds the option in Preferences, and its pages appear. Then
 * it is withdrawn: they vanish, and the key stays in the browser and its
 * certificate on the server, until it is allowed again.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { importKey, openVault, press } from './lib/acts.js';
import { Administrator } from './lib/admin.js';
import { launch, newPage, picture, signIn, waitForText }
  from './lib/browser.js';
import { site } from './lib/site.js';

const pages = (page) => page.$$eval('#folders a', (links) => links
  .map((link) => link.getAttribute('href'))
  .filter((url) => ['/security', '/keys'].includes(url)));

async function visit(page, path) {
  const answer = await page.goto(`${site.url}${path}`);
  await page.waitForSelector('main[data-ready]');
  return answer.status();
}

/** The certificates of the keys page, each with a key of this browser. */
const keys = (page) => page.$$eval('#certificates li[data-kid] .tag.good',
  (tags) => tags.map((tag) => tag.closest('li').dataset.kid));

/** Robert has had it from the start: he begins as one who has not. */
async function unticked(page) {
  await visit(page, '/preferences');
  if (await page.$('input[name=secure]:checked')) {
    await press(page, 'input[name=secure]');
    await press(page, '#preferences button.fill');
    await page.waitForSelector('.done');
  }
}

test('s1 z8 an account is allowed, and what it has stays when withdrawn',
  async (t) => {
    const { browser } = await launch();
    t.after(() => browser.close());
    const page = await newPage(await browser.createBrowserContext());
    await signIn(page, 'robert');
    await unticked(page);
    let kid = null;
    const admin = await Administrator.start(browser);
    await t.test('nothing of it is there before', async () => {
      await admin.option('robert', 'forbidden');
      await visit(page, '/preferences');
      assert.deepEqual(await pages(page), []);
      assert.equal(await page.$('input[name=secure]'), null);
    });
    await t.test('allowed, the person is told and finds the option',
      async () => {
        await admin.option('robert', 'allowed');
        await visit(page, '/preferences');
        assert.match(await page.$eval('#notices', (at) => at.innerText),
          /La messagerie sécurisée est maintenant disponible/);
        await picture(page, 'allow-told');
        await press(page, 'input[name=secure]');
        await press(page, '#preferences button.fill');
        await page.waitForSelector('#folders a[href="/security"]');
        assert.deepEqual((await pages(page)).sort(), ['/keys', '/security']);
        await visit(page, '/keys');
        kid = await importKey(page, 'robert');
      });
    await t.test('withdrawn, the pages vanish',
      async () => {
        await admin.option('robert', 'forbidden');
        await visit(page, '/mail/INBOX');
        await waitForText(page, 'n’est plus disponible', '#notices');
        assert.deepEqual(await pages(page), []);
        assert.equal((await page.goto(`${site.url}/keys`)).status(), 403);
      });
    await t.test('allowed again, the key and its certificate are there', async () => {
      await admin.option('robert', 'allowed');
      assert.equal(await visit(page, '/keys'), 200);
      await page.waitForSelector('#vault-locked:not([hidden])');
      await openVault(page);
      await page.waitForSelector('#certificates li[data-kid] .tag.good');
      assert.deepEqual(await keys(page), [kid]);
    });
    assert.deepEqual([...page.faults, ...admin.page.faults], []);
  });
