/** What a person does on the pages, step by step; used by every journey. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { site } from './site.js';

export const PHRASE = 'cheval agrafe pile correcte 42';

/** Fills a field as if typed, whatever stood there. */
export async function fill(page, selector, text) {
  await page.waitForSelector(selector, { visible: true });
  await page.$eval(selector, (input) => { input.value = ''; input.focus(); });
  await page.type(selector, text);
}

export async function press(page, selector) {
  await page.waitForSelector(selector, { visible: true });
  await page.click(selector);
}

/** On the keys page: creates the vault, or opens the one that is there. */
export async function openVault(page) {
  await page.goto(`${site.url}/keys`);
  await page.waitForSelector('main[data-ready]');
  if (await page.$('#vault-none[hidden]')
    && await page.$('#ask:not([hidden])')
    && await page.$('#vault-locked[hidden]'))
    await page.$eval('#have-file', (button) => button.click());
  const state = await page.waitForSelector('#vault-none:not([hidden]),'
    + '#vault-locked:not([hidden]), #vault-open:not([hidden])');
  const id = await state.evaluate((section) => section.id);
  if (id === 'vault-none') {
    await fill(page, '#new-phrase', PHRASE);
    await fill(page, '#same-phrase', PHRASE);
    await press(page, '#create-vault button.fill');
  } else if (id === 'vault-locked') {
    await press(page, '#open-vault');
    await fill(page, '#vault-phrase', PHRASE);
    await page.keyboard.press('Enter');
  }
  await page.waitForSelector('#vault-open:not([hidden])');
}

/** Imports name's .p12, or another file of theirs, in the vault; returns a
 * certificate's kid. */
export async function importKey(page, name, file = site.p12(name)) {
  await openVault(page);
  await page.waitForSelector('#import:not([hidden])');
  const input = await page.$('#p12');
  await input.uploadFile(file);
  await fill(page, '#p12-password', site.password);
  await press(page, '#import-key button.fill');
  await page.waitForSelector('#certificates li[data-kid] .tag.good');
  return page.$eval('#certificates li[data-kid]', (li) => li.dataset.kid);
}

/** A file of size bytes for attaching. */
export function makeFile(name, size) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sceau-file-'));
  const file = path.join(folder, name);
  const bytes = Buffer.alloc(size);
  for (let i = 0; i < size; i += 1) bytes[i] = (i * 131 + (i >> 8) * 7) & 255;
  fs.writeFileSync(file, bytes);
  return file;
}

/** Types people into one of the lines To, Cc, Bcc. */
export async function address(page, line, people) {
  if (line !== 'to' && !await page.$(`#line-${line}[data-shown]`))
    await press(page, `[data-line=${line}]`);
  await page.type(`#${line}`, people);
  await page.keyboard.press('Enter');
}

/** Chooses what is done to the message: "none", "sign", "sign+encrypt". The
 * warnings before a first encryption are read and accepted. */
export async function choose(page, mode) {
  await page.waitForSelector(`input[value="${mode}"]:not([disabled])`);
  await page.$eval(`input[value="${mode}"]`, (input) => input.click());
  if (mode !== 'sign+encrypt') return;
  await page.waitForFunction(() => document
    .querySelector('#encrypt-warning[open], input[value="sign+encrypt"]:checked'));
  if (!await page.$('#encrypt-warning[open]')) return;
  await press(page, '#warning-read');
  await press(page, '#encrypt-warning button[value=yes]');
  await page.waitForSelector('#encrypt-warning:not([open])');
}

/** Fills in what is given of a message on the compose page. */
export async function compose(page, { to, cc, bcc, subject, text,
  files = [], sign, mode }) {
  await page.waitForSelector('main[data-page=compose][data-ready]');
  for (const [line, people] of Object.entries({ to, cc, bcc }))
    if (people) await address(page, line, people);
  if (subject) await page.type('#subject', subject);
  if (text) await page.type('#text', text);
  if (files.length) await (await page.$('#pick')).uploadFile(...files);
  if (sign !== undefined) await choose(page, sign ? 'sign' : 'none');
  if (mode !== undefined) await choose(page, mode);
}

/** Writes a message; does not send it. */
export async function write(page, message) {
  await press(page, 'a[href$="/compose"]');
  await compose(page, message);
}

/** Presses Send and waits for the page that tells the outcome. */
export async function send(page, timeout = 60000) {
  await press(page, '#send');
  await page.waitForSelector('main[data-page=sent]', { timeout });
}

/** To the inbox and a row by clicks: a new document would have closed the
 * vault. */
export async function openRow(page, number = 0) {
  await press(page, '#folders a[href$="/mail/INBOX"]');
  await page.waitForSelector('main[data-page=mailbox][data-ready]');
  await (await page.$$('a.row'))[number].click();
  await page.waitForSelector('main[data-page=read][data-ready]');
}

/** The state line of a message that opened. */
export async function opened(page) {
  await page.waitForSelector('article .security:not(.locked)',
    { timeout: 40000 });
  return page.$eval('article .security', (at) => at.innerText);
}

/** Opens the newest message of the inbox with this subject, in a document of
 * its own. The list is only asked for, not drawn. */
export async function openMessage(page, subject, folder = 'INBOX') {
  const url = await page.evaluate((list, wanted) => new Promise((resolve) => {
    const ask = new XMLHttpRequest();
    ask.responseType = 'document';
    ask.onload = () => resolve([...ask.response.querySelectorAll('a.row')]
      .find((row) => row.textContent.includes(wanted))?.href);
    ask.onerror = () => resolve(undefined);
    ask.open('GET', list);
    ask.send();
  }), `${site.url}/mail/${folder}`, subject);
  if (!url) throw new Error(`no row with ${subject} in ${folder}`);
  await page.goto(url);
  await page.waitForSelector('main[data-ready] article.reading');
  return url;
}
