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
import { decode } from './pictures-red.js';

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

const SEAL = '<h1 style="color:#a51c2c">Vérifié</h1>';
const spoofs = [
  `<div style="position:fixed;inset:0;background:#fff;z-index:9">${SEAL}</div>`,
  `<div style="position:absolute;top:-300px;left:-300px;width:3000px;
    height:900px;background:#a51c2c;z-index:99999">${SEAL}</div>`,
  `<div style="margin:-400px;padding:900px;background:#0a0;outline:500px solid
    red;box-shadow:0 0 0 900px red">${SEAL}</div>`,
  `<style>html,body{transform:translateY(-200px) scale(4);background:red}
    </style>${SEAL}`,
];

/** The compositor rounds a colour up or down, which nobody sees. */
function differs(a, b, at) {
  for (let i = at; i < at + 3; i += 1)
    if (Math.abs(a[i] - b[i]) > 2)
      return true;
  return false;
}

/** Every pixel outside of the frame is the same with and without it. */
async function drawsInItsPlace(page, spoof) {
  await openEach(page, [spoof], 1);
  assert.equal(await page.$('.security .seal'), null);
  const box = await page.$eval('#canvas iframe', (frame) => {
    const { x, y, width, height } = frame.getBoundingClientRect();
    return { x, y, right: x + width, bottom: y + height };
  });
  const shot = async (visibility) => {
    await page.$eval('#canvas iframe', (frame, value) => {
      frame.style.visibility = value;
    }, visibility);
    return decode(Buffer.from(await page.screenshot()));
  };
  // Twice, so that what moves by itself (a fade that ends) is not counted.
  const shown = await shot('visible');
  await picture(page, 'frame-spoof');
  const hidden = await shot('hidden');
  const again = await shot('visible');
  const changed = { inside: 0, outside: 0 };
  for (let at = 0; at < shown.at.length; at += shown.step) {
    if (!differs(shown.at, hidden.at, at) || differs(shown.at, again.at, at))
      continue;
    const x = at / shown.step % shown.width;
    const y = Math.floor(at / shown.step / shown.width);
    const within = x >= box.x - 1 && x < box.right + 1 &&
      y >= box.y - 1 && y < box.bottom + 1;
    changed[within ? 'inside' : 'outside'] += 1;
  }
  // It may also take a pixel at the edge; nobody is misled by four.
  assert.ok(changed.outside <= 4,
    `${changed.outside} pixels outside of the frame`);
  assert.ok(changed.inside > 100, 'the comparison sees the message');
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
  for (const [i, spoof] of spoofs.entries())
    await t.test(`sec_42 a message cannot draw over the page, ${i}`,
      () => drawsInItsPlace(page, spoof));
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
