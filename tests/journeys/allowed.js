/**
 * An account that is not allowed sees no security choice and no key page,
 * and its posts are refused with the reason; `sceauctl account allow` offers
 * the option, and once it is ticked all of it works, without a restart.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { launch, newPage, signIn } from './lib/browser.js';
import { sceauctl, site } from './lib/site.js';

const account = (act, address) => sceauctl('account', act, address);

/** Posts from the page itself, with its token: {status, body}. */
function post(page, url, fields) {
  return page.evaluate(async (to, given) => {
    const form = new FormData();
    form.append('csrf', document.body.dataset.csrf);
    for (const [name, value] of Object.entries(given))
      form.append(name, value);
    const json = !('mode' in given);
    const answer = await fetch(to, {
      method: 'POST',
      headers: { 'X-CSRF-Token': document.body.dataset.csrf,
        Accept: 'application/json',
        ...(json ? { 'Content-Type': 'application/json' } : {}) },
      body: json ? JSON.stringify(given) : form,
    });
    return { status: answer.status, body: await answer.json() };
  }, url, fields);
}

async function seesNothingOfIt(page) {
  await page.goto(`${site.url}/compose`);
  assert.equal(await page.$('#panel'), null, 'no security choice');
  assert.equal(await page.$('#vault:not([hidden])'), null, 'no vault');
  const links = await page.$$eval('a[href$="/keys"]', (all) => all.length);
  assert.equal(links, 0, 'no way to the key page');
}

test('z8 s1 an account that is not allowed, then allowed', async (t) => {
  const { browser } = await launch();
  t.after(async () => {
    await browser.close();
    account('deny', 'paul@demo.test');
  });
  const page = await newPage(browser);
  await signIn(page, 'paul');
  await seesNothingOfIt(page);
  await t.test('the key page says why', async () => {
    const answer = await page.goto(`${site.url}/keys`);
    assert.equal(answer.status(), 403);
    assert.match(await page.$eval('main', (at) => at.innerText),
      /administrateur/);
  });
  await page.goto(`${site.url}/compose`);
  await t.test('a post in mode sign is refused with the reason', async () => {
    const got = await post(page, '/compose', { mode: 'sign', kid: 'ab',
      send_key: 'c'.repeat(32), from: 'paul@demo.test',
      to: 'alice@demo.test', subject: 'x', text: 'x', files: '[]' });
    assert.equal(got.status, 403);
    assert.match(got.body.message + got.body.action, /administrateur/);
  });
  await t.test('its certificate import is refused with the reason', async () => {
    const got = await post(page, '/certificates',
      { certificate: 'AAAA', chain: [] });
    assert.equal(got.status, 403);
    assert.match(got.body.message + got.body.action, /administrateur/);
  });
  await t.test('allowed, ticked, the same pages work without restart',
    async () => {
      account('allow', 'paul@demo.test');
      await seesNothingOfIt(page);
      await page.goto(`${site.url}/preferences`);
      await page.waitForSelector('main[data-ready]');
      await page.click('input[name=secure]');
      await page.click('#preferences button.fill');
      await page.waitForSelector('#folders a[href$="/security"]');
      await page.goto(`${site.url}/compose`);
      assert.ok(await page.$('#panel'), 'the security choice is there');
      const answer = await page.goto(`${site.url}/keys`);
      assert.equal(answer.status(), 200);
    });
  assert.deepEqual(page.faults, []);
});
