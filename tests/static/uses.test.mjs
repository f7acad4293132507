/* How often a key opens messages is counted, bounded and told (SEC-28). */
import './node-globals.mjs';
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { before, test } from 'node:test';
import { VaultError } from '../../static/vault-error.js';
import { countUse, usesOf } from '../../static/vault/uses.js';
import { Vault } from '../../static/vault/vault.js';
import { forAgreement, kidOf } from './encrypt.mjs';
import { makeAuthorities, makeP12, makePerson, OPENS }
  from './identities.mjs';
import { MemoryRecords } from './memory-records.mjs';
import { NOW } from './requests.mjs';

const PHRASE = 'quatre chevaux verts';
const MINUTE = 60000;
const HOUR = 60 * MINUTE;

before(() => {
  makeAuthorities();
  makePerson('alice', 'p256', 'alice@demo.test', OPENS);
  makePerson('old', 'p256', 'alice@demo.test', OPENS);
});

/** @param {Promise<unknown>} promise @returns {Promise<string>} */
const outcome = (promise) => promise.then(() => 'done', (error) => {
  assert.ok(error instanceof VaultError, String(error));
  return [error.code, error.where].join(' ').trim();
});

/** Counts n uses. @param {MemoryRecords} records @param {number} n
 *  @param {number} time @param {string} [kid] */
async function count(records, n, time, kid = 'a') {
  const outcomes = [];
  for (let i = 0; i < n; i++)
    outcomes.push(await outcome(countUse(records, kid, new Date(time))));
  return outcomes;
}

const start = NOW.getTime();

test('sec_28_ten_thousand_requests_give_thirty_answers', async () => {
  const records = new MemoryRecords();
  const vault = new Vault(records, () => new Date(start));
  const { kid } = await vault.importP12(makeP12('alice', 'secret'), 'secret',
    true);
  const key = randomBytes(32);
  const ask = { key_size: 32,
    recipients: [forAgreement('alice', key, 'sha256', 256)] };
  let answers = 0;
  for (let i = 0; i < 10000; i++)
    await vault.unwrap(ask).then(({ content_key }) => {
      assert.equal(content_key, key.toString('base64'));
      answers++;
    }, (error) => assert.equal(error.code, 'too-many'));
  assert.equal(answers, 30);
  assert.deepEqual(await vault.usage(), [{ kid, today: 30, minute: 30,
    last: '2026-11-25T04:30:00Z' }]);
});

test('sec_28_failures_count_as_answers_do', async () => {
  const vault = new Vault(new MemoryRecords(), () => new Date(start));
  await vault.importP12(makeP12('alice', 'secret'), 'secret', true);
  const bad = { ...forAgreement('alice', randomBytes(32), 'sha256', 256),
    kdf_hash: 'sha512' };
  const said = [];
  for (let i = 0; i < 40; i++)
    said.push((await outcome(vault.unwrap({ key_size: 32,
      recipients: [bad] }))).split(' ')[0]);
  assert.deepEqual(said, [...Array(30).fill('undecodable'),
    ...Array(10).fill('too-many')]);
});

test('sec_28_minute_slides_and_says_when_to_try_again', async () => {
  const records = new MemoryRecords();
  await count(records, 10, start);
  await count(records, 20, start + 30000);
  assert.deepEqual(await count(records, 1, start + 45000), ['too-many 15']);
  assert.deepEqual(await count(records, 1, start + MINUTE - 1),
    ['too-many 1']);
  assert.deepEqual(await count(records, 11, start + MINUTE),
    [...Array(10).fill('done'), 'too-many 30']);
});

test('sec_28_five_hundred_a_day', async () => {
  const records = new MemoryRecords();
  for (let i = 0; i < 500; i += 20)
    assert.deepEqual(await count(records, 20, start + i * MINUTE),
      Array(20).fill('done'));
  const late = start + 20 * HOUR;
  assert.deepEqual(await count(records, 1, late), ['too-many 14400']);
  assert.deepEqual(await usesOf(records, 'a', new Date(late)), { kid: 'a',
    today: 500, minute: 0, last: '2026-11-25T12:30:00Z' });
  assert.deepEqual(await count(records, 21, start + 24 * HOUR),
    [...Array(20).fill('done'), 'too-many 1200']);
});

test('sec_28_each_key_has_its_own_count', async () => {
  const records = new MemoryRecords();
  await count(records, 30, start);
  assert.deepEqual(await count(records, 1, start, 'b'), ['done']);
  assert.match((await count(records, 1, start))[0], /^too-many/);
});

test('sec_28_tabs_count_together', async () => {
  const records = new MemoryRecords();
  const tabs = [1, 2, 3].map(() =>
    new Vault(records, () => new Date(start)));
  await tabs[0].create(PHRASE);
  await tabs[0].importP12(makeP12('alice', 'secret'), 'secret', false);
  await tabs[1].open(PHRASE);
  await tabs[2].open(PHRASE);
  const ask = { key_size: 16,
    recipients: [forAgreement('alice', randomBytes(16), 'sha256', 128)] };
  const all = await Promise.all(Array.from({ length: 90 }, (_, i) =>
    outcome(tabs[i % 3].unwrap(ask))));
  assert.equal(all.filter((said) => said === 'done').length, 30);
});

test('sec_28_count_outlives_lock_removal_and_reset', async () => {
  const records = new MemoryRecords();
  const vault = new Vault(records, () => new Date(start));
  await vault.create(PHRASE);
  const { kid } = await vault.importP12(makeP12('alice', 'secret'), 'secret',
    false);
  await count(records, 30, start, kid);
  vault.lock();
  assert.equal((await vault.usage())[0].minute, 30);
  await vault.reset();
  assert.deepEqual(await vault.usage(), []);
  await vault.importP12(makeP12('alice', 'secret'), 'secret', true);
  assert.equal((await vault.usage())[0].minute, 30);
});

test('usage_lists_every_key_the_unused_too', async () => {
  const vault = new Vault(new MemoryRecords(), () => new Date(start));
  await vault.create(PHRASE);
  await vault.importP12(makeP12('alice', 'secret'), 'secret', false);
  await vault.importP12(makeP12('old', 'secret'), 'secret', true);
  assert.deepEqual((await vault.usage()).sort((a, b) =>
    a.kid.localeCompare(b.kid)), [kidOf('alice'), kidOf('old')].sort().map(
    (kid) => ({ kid, today: 0, minute: 0, last: null })));
});

test('clock_that_was_set_back_does_not_block_a_key_for_ever', async () => {
  const records = new MemoryRecords();
  await count(records, 30, start + 1000 * HOUR);
  assert.deepEqual(await count(records, 1, start), ['too-many 60']);
  assert.deepEqual(await count(records, 1, start + MINUTE), ['done']);
});

test('sec_27_answers_leave_on_a_grid_of_fifty_milliseconds', async (t) => {
  const vault = new Vault(new MemoryRecords(), () => new Date(start));
  await vault.importP12(makeP12('alice', 'secret'), 'secret', true);
  const good = forAgreement('alice', randomBytes(32), 'sha256', 256);
  const times = [];
  for (const one of [good, { ...good, public: '' }, good,
    { ...good, encrypted_key: '*' }]) {
    const began = performance.now();
    await outcome(vault.unwrap({ key_size: 32, recipients: [one] }));
    times.push(performance.now() - began);
  }
  t.diagnostic(times.map((time) => time.toFixed(1)).join(', '));
  for (const time of times)
    assert.ok(time >= 49, `${time} ms`);
});
