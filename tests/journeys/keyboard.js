/**
 * The main job without a pointer: every step by Tab, Enter, Space, arrows and
 * typing, focus always visible.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { makeFile, PHRASE } from './lib/acts.js';
import { launch, newPage, picture, ready, waitForText }
  from './lib/browser.js';
import { opensslVerify, site, waitForMessage } from './lib/site.js';

/** In the page: does focus change how the element or its row is drawn? */
function focusIsSeen() {
  const at = document.activeElement;
  const around = [at.previousElementSibling, at.nextElementSibling,
    document.querySelector(`label[for="${at.id}"]`)];
  for (let up = at; up && up !== document.body; up = up.parentElement)
    around.push(up);
  const look = () => around.map((box) => {
    const style = box && getComputedStyle(box);
    return style && [style.outlineStyle, style.outlineColor, style.boxShadow,
      style.borderColor, style.backgroundColor].join();
  }).join('|');
  const focused = look();
  at.blur();
  const blurred = look();
  at.focus({ focusVisible: true, preventScroll: true });
  return focused !== blurred;
}

/** Presses Tab until the element with focus matches. */
async function tabTo(page, selector) {
  await page.waitForSelector(selector);
  for (let i = 0; i < 200; i += 1) {
    if (await page.evaluate((wanted) => document.activeElement
      .matches(wanted), selector)) {
      assert.ok(await page.evaluate(focusIsSeen),
        `focus on ${selector} can be seen`);
      return;
    }
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never reaches ${selector}`);
}

async function typeInto(page, selector, text) {
  await tabTo(page, selector);
  await page.keyboard.type(text);
}

async function chooseFiles(page, selector, files) {
  await tabTo(page, selector);
  /* A field that was just uncovered opens no dialog until it is drawn. */
  for (let tries = 0; tries < 5; tries += 1) {
    const chosen = page.waitForFileChooser({ timeout: 3000 })
      .catch(() => null);
    await page.keyboard.press('Enter');
    const chooser = await chosen;
    if (chooser !== null)
      return chooser.accept(files);
  }
  throw new Error(`no dialog for ${selector}`);
}

async function importByKeyboard(page, name) {
  await tabTo(page, 'a[href$="/keys"]');
  await page.keyboard.press('Enter');
  await page.waitForSelector('main[data-page=keys][data-ready]');
  await typeInto(page, '#new-phrase', PHRASE);
  await typeInto(page, '#same-phrase', PHRASE);
  await page.keyboard.press('Enter');
  await page.waitForSelector('#vault-open:not([hidden])');
  await chooseFiles(page, '#p12', [site.p12(name)]);
  await typeInto(page, '#p12-password', site.password);
  await page.keyboard.press('Enter');
  await page.waitForSelector('#certificates li[data-kid] .tag.good');
}

async function writeByKeyboard(page, subject, file) {
  await page.keyboard.press('Escape');
  await tabTo(page, 'a[href$="/compose"]');
  await page.keyboard.press('Enter');
  await page.waitForSelector('main[data-page=compose][data-ready]');
  await typeInto(page, '#to', 'alice@demo.test');
  await page.keyboard.press('Enter');
  await typeInto(page, '#subject', subject);
  await typeInto(page, '#text', 'Sans souris.');
  await chooseFiles(page, '#pick', [file]);
  await tabTo(page, 'input[name=mode]');
  if (!await page.$eval('input[value=sign]', (input) => input.checked)) {
    await page.keyboard.press('ArrowDown');
    assert.ok(await page.$eval('input[value=sign]', (input) => input.checked));
  }
  await page.keyboard.down('Control');
  await page.keyboard.press('Enter');
  await page.keyboard.up('Control');
  await page.waitForSelector('main[data-page=sent]', { timeout: 60000 });
}

test('the journey works by keyboard alone', async (t) => {
  const { browser } = await launch();
  t.after(() => browser.close());
  const page = await newPage(browser);
  await page.goto(`${site.url}/`);
  await typeInto(page, 'input[name=login]', 'robert');
  await typeInto(page, 'input[name=password]', site.password);
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
  await ready(page);
  await importByKeyboard(page, 'robert');
  const subject = `Clavier ${Date.now()}`;
  await writeByKeyboard(page, subject, makeFile('note.txt', 300));
  opensslVerify(await waitForMessage('alice', subject));
  const reader = await newPage(await browser.createBrowserContext());
  try {
    await readByKeyboard(reader, subject);
  } catch (error) {
    await picture(reader, 'failed-keyboard');
    throw error;
  }
});

async function readByKeyboard(page, subject) {
  await page.goto(`${site.url}/`);
  await typeInto(page, 'input[name=login]', 'alice');
  await typeInto(page, 'input[name=password]', site.password);
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
  await ready(page);
  await page.keyboard.press('j');
  await page.waitForFunction((wanted) => document.activeElement
    .innerText.includes(wanted), {}, subject);
  await page.keyboard.press('Enter');
  await page.waitForSelector('.security .seal');
  await page.keyboard.press('s');
  await page.waitForSelector('.security details[open]');
  await waitForText(page, 'robert@demo.test', '.security details');
  await picture(page, 'keyboard-details');
  await page.keyboard.press('u');
  await page.waitForSelector('main[data-page=mailbox]');
  assert.deepEqual(page.faults, []);
}
