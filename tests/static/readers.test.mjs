/** Who can be encrypted to, asked of the server as little as can be. */
import assert from 'node:assert/strict';
import test from 'node:test';
import './node-globals.mjs';

/** @type {any} What a page has. */
const page = globalThis;

/** A server that knows claire; every question is kept. */
function serve({ fails = false } = {}) {
  /** @type {string[][]} */
  const asked = [];
  page.document = { body: { dataset: { base: '/' } } };
  page.fetch = async (/** @type {string} */ url) => {
    const list = new URL(url, 'http://x').searchParams.get('address') ?? '';
    asked.push(list.split(','));
    if (fails)
      throw new TypeError('offline');
    return { ok: true, json: async () => list.split(',').map((address) => ({
      address, usable: address === 'claire@demo.test',
      problem: address === 'claire@demo.test' ? null : 'no-certificate' })) };
  };
  return asked;
}

const { Readers } = await import('../../static/readers.js');
const pause = (/** @type {number} */ ms) =>
  new Promise((resolve) => setTimeout(resolve, ms));

test('z29 each address is asked about once, in any case', async () => {
  const asked = serve();
  let changes = 0;
  const readers = new Readers(() => { changes += 1; });
  await readers.settle(['claire@demo.test', 'bob@demo.test']);
  await readers.settle(['Claire@Demo.test', 'bob@demo.test']);
  assert.deepEqual(asked, [['claire@demo.test', 'bob@demo.test']]);
  assert.equal(changes, 1);
  assert.equal(readers.of('CLAIRE@demo.test')?.usable, true);
  assert.equal(readers.of('bob@demo.test')?.problem, 'no-certificate');
  assert.equal(readers.of('eve@demo.test'), undefined);
});

test('while one types, only the last state is asked about', async () => {
  const asked = serve();
  const readers = new Readers(() => {});
  readers.want(['c@demo.test']);
  readers.want(['c@demo.test', 'claire@demo.test']);
  assert.deepEqual(asked, []);
  await pause(400);
  assert.deepEqual(asked, [['c@demo.test', 'claire@demo.test']]);
});

test('who had no certificate may have one by now', async () => {
  const asked = serve();
  const readers = new Readers(() => {});
  await readers.settle(['claire@demo.test', 'bob@demo.test']);
  readers.doubt();
  await readers.settle(['claire@demo.test', 'bob@demo.test']);
  assert.deepEqual(asked[1], ['bob@demo.test']);
});

test('many are asked about in parts', async () => {
  const asked = serve();
  const all = Array.from({ length: 120 }, (_, i) => `p${i}@demo.test`);
  await new Readers(() => {}).settle(all);
  assert.deepEqual(asked.map((some) => some.length), [50, 50, 20]);
});

test('a question that failed is no answer', async () => {
  serve({ fails: true });
  const readers = new Readers(() => {});
  await assert.rejects(readers.settle(['bob@demo.test']), TypeError);
  assert.equal(readers.of('bob@demo.test'), undefined);
  const asked = serve();
  await readers.settle(['bob@demo.test']);
  assert.equal(asked.length, 1);
});
