/* The vault's decryption against Wycheproof's vectors: in node, and with
 * SCEAU_LONG=1 in browsers. */
import './node-globals.mjs';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browsers } from './browsers.mjs';
import { withBundle } from './bundled.mjs';
import { folder } from './identities.mjs';
import { faults } from './vectors.js';
import { isThere, suites } from './wycheproof.mjs';

for (const [name, cases] of Object.entries(suites))
  test(`wycheproof: ${name}`, async (t) => {
    if (!isThere) {
      t.skip('skipped: SCEAU_CORPORA is not set');
      return;
    }
    const all = cases();
    assert.ok(all.length > 20);
    assert.deepEqual(await faults(all), []);
    t.diagnostic(`${all.length} cases`);
  });

/* The same lines in another engine: where they differ at all, it is between
 * versions of browsers, not of ours. */
const isLong = process.env.SCEAU_LONG === '1';

for (const browser of isLong ? browsers : [])
  test(`wycheproof_in_${browser.name}`, { timeout: 600000 }, async (t) => {
    const missing = isThere ? browser.missing
      : 'skipped: SCEAU_CORPORA is not set';
    if (missing !== '') {
      t.skip(missing);
      return;
    }
    const running = await browser.launch(folder);
    try {
      await withBundle(running, 'vectors.js', async (page) => {
        for (const [name, cases] of Object.entries(suites))
          assert.deepEqual(await page.evaluate(
            `bundled.faults(${JSON.stringify(cases())})`), [], name);
      });
    } finally {
      await running.close();
    }
  });
