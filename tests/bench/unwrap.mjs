/*
 * unwrap.mjs: what one unwrap costs the vault in each browser that is
 * installed, before the grid, beside its limit; and node's own RSA.
 */
import * as crypto from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { browsers } from '../static/browsers.mjs';
import { withBundle } from '../static/bundled.mjs';

const content = crypto.randomBytes(32);
const base64 = (bytes) => Buffer.from(bytes).toString('base64');

/** @param {number} bits @param {any} how @param {any} recipient */
function rsaCase(bits, how, recipient) {
  const pair = crypto.generateKeyPairSync('rsa', { modulusLength: bits });
  const encrypted = crypto.publicEncrypt({ key: pair.publicKey, ...how },
    content);
  return { privateKey: pair.privateKey, encrypted, how,
    ask: { key: { kind: 'rsa' }, size: 32, want: base64(content),
      pkcs8: base64(pair.privateKey.export(
        { type: 'pkcs8', format: 'der' })),
      recipient: { ...recipient, encryptedKey: base64(encrypted) } } };
}

const v15 = { padding: crypto.constants.RSA_PKCS1_PADDING };
const oaep = { padding: crypto.constants.RSA_PKCS1_OAEP_PADDING,
  oaepHash: 'sha256' };
const cases = [
  ['RSA-2048', 15, rsaCase(2048, v15, { kind: 'rsa15' })],
  ['RSA-3072', null, rsaCase(3072, v15, { kind: 'rsa15' })],
  ['RSA-4096', 60, rsaCase(4096, v15, { kind: 'rsa15' })],
  ['OAEP RSA-2048', null, rsaCase(2048, oaep, { kind: 'oaep',
    hash: 'SHA-256', mgfHash: 'SHA-256', label: '' })],
];

const home = mkdtempSync(path.join(tmpdir(), 'sceau-bench-'));
process.on('exit', () => rmSync(home, { recursive: true, force: true }));
for (const browser of browsers) {
  if (browser.missing !== '') {
    console.log(`bench unwrap, ${browser.name}: ${browser.missing}`);
    continue;
  }
  const running = await browser.launch(home);
  try {
    await withBundle(running, '../bench/unwrap-page.js', async (page) => {
      for (const [name, limit, { ask }] of cases) {
        const [median, best] = await page.evaluate(
          `bundled.measure(${JSON.stringify(ask)})`);
        const most = limit === null ? '' : ` (at most ${limit})`;
        console.log(`bench unwrap ${name} in ${browser.name}: ` +
          `${median.toFixed(1)} ms${most}, best ${best.toFixed(1)}`);
      }
    });
  } finally {
    await running.close();
  }
}
