/**
 * Message HTML does nothing (SEC-38, 39, 40, 42): hostile messages are put in
 * the mailbox and opened in a real browser; no script runs, nothing is asked
 * of any host, nothing is drawn outside the frame.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import test from 'node:test';
import { openMessage } from './lib/acts.js';
import { launch, newPage, picture, signIn } from './lib/browser.js';
import { shapes } from './lib/shapes.js';
import { inbox, putMessage } from './lib/site.js';

/** A sink that counts whoever connects. */
async function startSink() {
  let connects = 0;
  const server = net.createServer((socket) => {
    connects += 1;
    socket.destroy();
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return { port: server.address().port, connects: () => connects,
    stop: () => server.close() };
}

async function openEach(page, bodies, each) {
  const stamp = Date.now();
  const dialogs = [];
  page.on('dialog', async (dialog) => {
    dialogs.push(dialog.message());
    await dialog.dismiss();
  });
  for (let i = 0; i < bodies.length; i += each) {
    const html = bodies.slice(i, i + each).map((body) => `<div>${body}</div>`)
      .join('\n');
    const subject = `Cadre ${stamp} ${i}`;
    putMessage(inbox('alice'), [
      'From: Mallory <mallory@evil.test>', 'To: alice@demo.test',
      `Subject: ${subject}`, 'Date: Wed, 25 Nov 2026 01:00:00 +0000',
      'MIME-Version: 1.0', 'Content-Type: text/html; charset=utf-8',
      'Content-Transfer-Encoding: base64', '',
      ...Buffer.from(html).toString('base64').match(/.{1,76}/g), ''].join('\n'));
    await openMessage(page, subject);
    await page.waitForSelector('#canvas iframe');
    await page.waitForFunction(() => document.querySelector('#canvas iframe')
      .getBoundingClientRect().height > 10);
    await new Promise((resolve) => { setTimeout(resolve, 150); });
  }
  return dialogs;
}

test('sec_38 sec_39 hostile HTML does nothing', async (t) => {
  const sink = await startSink();
  const { browser } = await launch();
  t.after(async () => { await browser.close(); sink.stop(); });
  const page = await newPage(browser);
  await signIn(page, 'alice');
  await t.test('sec_38 46 shapes: nothing connects, nothing runs',
    async () => {
      const dialogs = await openEach(page,
        shapes(`127.0.0.1:${sink.port}`), 4);
      assert.equal(sink.connects(), 0);
      assert.deepEqual(dialogs, []);
    });
  await t.test('sec_38 the frame is opaque and sandboxed', async () => {
    const sandbox = await page.$eval('#canvas iframe',
      (frame) => frame.getAttribute('sandbox'));
    assert.doesNotMatch(sandbox, /allow-same-origin/);
    assert.equal(await page.$eval('#canvas iframe',
      (frame) => frame.contentDocument), null);
  });
  await t.test('sec_39 published payloads', async (part) => {
    const corpora = process.env.SCEAU_CORPORA;
    if (!corpora) {
      part.skip('skipped: SCEAU_CORPORA is not set');
      return;
    }
    const bodies = readPayloads(path.join(corpora, 'xss-payloads'));
    assert.ok(bodies.length > 50, `${bodies.length} payloads`);
    const dialogs = await openEach(page, bodies, 60);
    assert.deepEqual(dialogs, []);
    assert.equal(sink.connects(), 0);
  });
  await t.test('sec_42 a message cannot draw over the page', async () => {
    const spoof = '<div style="position:fixed;inset:0;background:#fff;'
      + 'z-index:99999"><h1 style="color:#a51c2c">Vérifié</h1></div>';
    await openEach(page, [spoof], 1);
    assert.equal(await page.$('.security .seal'), null);
    const box = await page.$eval('#canvas iframe', (frame) => {
      const { left, right } = frame.getBoundingClientRect();
      const pane = document.querySelector('article.reading')
        .getBoundingClientRect();
      return left >= pane.left && right <= pane.right;
    });
    assert.ok(box, 'the frame stays inside its pane');
    await picture(page, 'frame-spoof');
  });
  assert.deepEqual(page.faults, []);
});

/**
 * Payloads with a tag: one a line of the text files (every eighth, all in a
 * long run), and the `payload` members of the JSON files.
 */
function readPayloads(folder) {
  const stride = process.env.SCEAU_LONG ? 1 : 8;
  return fs.readdirSync(folder).flatMap((name) => {
    const text = fs.readFileSync(path.join(folder, name), 'utf8');
    if (name.endsWith('.json'))
      return JSON.parse(text).map(({ payload }) => payload);
    return name.endsWith('.txt')
      ? text.split('\n').filter((_, i) => i % stride === 0) : [];
  }).filter((payload) => payload.includes('<'));
}
