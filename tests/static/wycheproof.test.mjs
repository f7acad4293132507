/* The vault's decryption against Wycheproof's vectors, in node. */
import './node-globals.mjs';
import assert from 'node:assert/strict';
import { test } from 'node:test';
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
