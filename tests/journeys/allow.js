/**
 * An administrator allows secure mail for one account in the browser: the
 * person is told, finds the option in Preferences, and its pages appear. Then
 * it is withdrawn: they vanish, and the key stays in the browser and its
 * certificate on the server, until it is allowed again.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { openVault, press } from './lib/acts.js';
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

/** The vault of this browser, which is all that is asked of it here. */
const stores = (page) => page.evaluate(async () =>
  (await indexedDB.databases()).map(({ name }) => name).sort());

test('s1 z8 an account is allowed, and what it has stays when withdrawn',
  async (t) => {
    const { browser } = await launch();
    t.after(() => browser.close());
    const page = await newPage(await browser.createBrowserContext());
    await signIn(page, 'paul');
    const admin = await Administrator.start(browser);
    await t.test('nothing of it is there before', async () => {
      await admin.option('paul', 'forbidden');
      await visit(page, '/preferences');
      assert.deepEqual(await pages(page), []);
      assert.equal(await page.$('input[name=secure]'), null);
    });
    await t.test('allowed, the person is told and finds the option',
      async () => {
        await admin.option('paul', 'allowed');
        await visit(page, '/preferences');
        assert.match(await page.$eval('#notices', (at) => at.innerText),
          /La messagerie sécurisée est maintenant disponible/);
        await picture(page, 'allow-told');
        await press(page, 'input[name=secure]');
        await press(page, '#preferences button.fill');
        await page.waitForSelector('#folders a[href="/security"]');
        assert.deepEqual((await pages(page)).sort(), ['/keys', '/security']);
        await openVault(page);
      });
    await t.test('withdrawn, the pages vanish and the vault stays',
      async () => {
        const before = await stores(page);
        assert.ok(before.some((name) => name.includes('paul@demo.test')));
        await admin.option('paul', 'forbidden');
        await visit(page, '/mail/INBOX');
        await waitForText(page, 'n’est plus disponible', '#notices');
        assert.deepEqual(await pages(page), []);
        assert.equal((await page.goto(`${site.url}/keys`)).status(), 403);
        assert.deepEqual(await stores(page), before);
      });
    await t.test('allowed again, the same vault opens', async () => {
      await admin.option('paul', 'pre-enabled');
      assert.equal(await visit(page, '/keys'), 200);
      await page.waitForSelector('#vault-locked:not([hidden])');
      await openVault(page);
      await admin.option('paul', 'inherit');
    });
    assert.deepEqual([...page.faults, ...admin.page.faults], []);
  });
