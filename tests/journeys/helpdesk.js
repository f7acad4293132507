/**
 * Helpdesk finds a person, sees settings and dates, and resets the
 * preferences in two steps; the person is told, and finds Auto again. No page
 * that helpdesk can reach shows mail, contacts, or whom somebody writes to.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { fill, press } from './lib/acts.js';
import { Administrator } from './lib/admin.js';
import { launch, mainText, newPage, picture, signIn, waitForText }
  from './lib/browser.js';
import { site } from './lib/site.js';

/* What alice has in her mailbox and her contacts. */
const theirs = ['claire@demo.test', 'Claire Fontaine', 'robert@demo.test',
  'Robert Lefèvre'];

async function prefersSigning(alice) {
  await alice.goto(`${site.url}/security`);
  await alice.waitForSelector('main[data-ready]');
  await press(alice, 'input[name=choice][value=sign]');
  await press(alice, '#preferences button.fill');
  await waitForText(alice, 'Enregistré');
}

/** Every page below /helpdesk about alice, once. */
async function walkAll(desk, url) {
  const seen = [];
  const waiting = [url];
  while (waiting.length > 0) {
    const next = waiting.pop();
    seen.push(next);
    await desk.page.goto(`${site.url}${next}`);
    await desk.page.waitForSelector('main[data-ready]');
    const text = await desk.page.$eval('main', (main) => main.innerHTML);
    for (const word of theirs)
      assert.ok(!text.includes(word), `${word} on ${next}`);
    const links = await desk.page.$$eval('main a[href^="/helpdesk/"]',
      (all) => all.map((link) => link.getAttribute('href')));
    waiting.push(...links.filter((link) => !seen.includes(link) &&
      !waiting.includes(link) && link.startsWith(url)));
  }
  return seen;
}

test('b11 helpdesk gets a person going again', async (t) => {
  const { browser } = await launch();
  t.after(() => browser.close());
  const alice = await newPage(await browser.createBrowserContext());
  await signIn(alice, 'alice');
  await prefersSigning(alice);
  const desk = await Administrator.start(browser, 'help');
  let url = '';
  await t.test('a person is found, with settings and no mail', async () => {
    await desk.follow('#folders a[href="/helpdesk"]');
    await fill(desk.page, '#find', 'alice');
    await desk.goes(() => desk.page.keyboard.press('Enter'));
    url = await desk.page.$eval('#people a', (link) =>
      link.getAttribute('href'));
    await desk.follow(`#people a[href="${url}"]`);
    assert.match(await mainText(desk.page), /alice@demo\.test/);
    await picture(desk.page, 'helpdesk-person');
  });
  await t.test('sec_62 no page shows mail, contacts or addresses',
    async () => {
      await alice.goto(`${site.url}/mail/INBOX`);
      assert.match(await mainText(alice), /Claire Fontaine/, 'control');
      const seen = await walkAll(desk, url);
      assert.ok(seen.length >= 3, seen.join(' '));
      for (const path of ['/admin', '/admin/accounts', '/admin/policy',
        '/admin/authority', '/admin/trust', '/admin/audit'])
        assert.equal((await desk.page.goto(`${site.url}${path}`)).status(),
          403, path);
    });
  await t.test('the preferences are reset in two steps', async () => {
    await desk.page.goto(`${site.url}${url}`);
    await desk.page.waitForSelector('main[data-ready]');
    await desk.follow(`a[href="${url}/reset"]`);
    await alice.goto(`${site.url}/security`);
    assert.ok(await alice.$('input[value=sign]:checked'), 'not yet');
    await desk.follow('main form button.fill');
    await picture(desk.page, 'helpdesk-reset');
  });
  await t.test('the person is told and finds Auto again', async () => {
    await alice.goto(`${site.url}/security`);
    await alice.waitForSelector('main[data-ready]');
    await picture(alice, 'helpdesk-told');
    assert.ok(await alice.$eval('#notices', (at) => at.offsetHeight) < 60,
      'one line');
    await press(alice, '#notices summary');
    await picture(alice, 'helpdesk-told-open');
    assert.match(await alice.$eval('#notices', (at) => at.innerText),
      /préférences[^]*Auto/);
    assert.ok(await alice.$('input[value=auto]:checked'));
    await press(alice, '#notices form button');
    await alice.waitForFunction(() => !document.querySelector('#notices')
      .innerText.includes('Auto'));
  });
  assert.deepEqual([...alice.faults, ...desk.page.faults], []);
});
