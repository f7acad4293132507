/**
 * Attachments of every kind are bytes to keep, never something that the
 * browser opens in our name (SEC-41).
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { openMessage } from './lib/acts.js';
import { launch, newPage, signIn } from './lib/browser.js';
import { inbox, putMessage } from './lib/site.js';

const EVIL = '<html><script>document.title = "ran"</script></html>';
const kinds = ['text/html', 'application/xhtml+xml', 'image/svg+xml',
  'text/xml', 'application/xml', 'application/pdf', 'text/javascript',
  'application/javascript', 'text/css', 'text/calendar',
  'application/ms-tnef', 'application/rtf', 'text/rtf', 'application/zip',
  'application/wasm', 'application/x-shockwave-flash', 'video/mp4',
  'audio/mpeg', 'image/png', 'image/jpeg', 'image/gif', 'image/webp',
  'image/bmp', 'image/tiff', 'application/json', 'text/csv', 'text/vcard',
  'application/x-msdownload', 'application/hta', 'application/java-archive',
  'text/html; charset=utf-7'];

function messageWith(subject) {
  return ['From: Mallory <mallory@evil.test>', 'To: alice@demo.test',
    `Subject: ${subject}`, 'Date: Wed, 25 Nov 2026 01:00:00 +0000',
    'MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=b', '',
    '--b', 'Content-Type: text/plain', '', 'Des fichiers.',
    ...kinds.flatMap((kind, i) => ['--b', `Content-Type: ${kind}`,
      'Content-Transfer-Encoding: base64', `Content-ID: <c${i}@evil.test>`,
      `Content-Disposition: attachment; filename="f${i}.html"`, '',
      Buffer.from(EVIL).toString('base64')]),
    '--b--', ''].join('\n');
}

/** What the server says of each address: [status, the headers that count]. */
const ask = (page, urls) => page.evaluate((all) => Promise.all(all.map(
  async (url) => {
    const answer = await fetch(url);
    return { url, status: answer.status, text: await answer.text(),
      ...Object.fromEntries(answer.headers) };
  })), urls);

test('sec_41 thirty kinds of files are only ever downloads', async (t) => {
  assert.ok(kinds.length >= 30);
  const { browser } = await launch();
  t.after(() => browser.close());
  const page = await newPage(browser);
  await signIn(page, 'alice');
  const subject = `Trente ${Date.now()}`;
  putMessage(inbox('alice'), messageWith(subject));
  const at = await openMessage(page, subject);
  const urls = [...new Set(await page.$$eval('.files a[href*="/part/"]',
    (links) => links.map((link) => link.href)))];
  assert.equal(urls.length, kinds.length, 'every file is offered');
  const parts = await ask(page, urls);
  for (const [i, part] of parts.entries()) {
    const name = `${kinds[i]} at ${part.url}`;
    assert.equal(part.status, 200, name);
    assert.equal(part.text, EVIL, name);
    assert.equal(part['content-type'], 'application/octet-stream', name);
    assert.match(part['content-disposition'], /^attachment;/, name);
    assert.equal(part['x-content-type-options'], 'nosniff', name);
    assert.match(part['content-security-policy'], /^sandbox/, name);
  }
  await t.test('sec_41 as an image only bytes of an image are shown',
    async () => {
      const images = await ask(page, urls.map((url) => url
        .replace('/part/', '/image/')));
      for (const image of images)
        assert.ok(image.status >= 400, `${image.status} ${image.url}`);
    });
  await t.test('sec_41 the original is a download too', async () => {
    const [raw] = await ask(page, [`${at}/raw`]);
    assert.equal(raw['content-type'], 'application/octet-stream');
    assert.match(raw['content-disposition'], /^attachment;/);
    assert.match(raw['content-security-policy'], /^sandbox/);
  });
  assert.deepEqual(page.faults, []);
});
