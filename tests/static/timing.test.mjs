/*
 * Does the time of an answer tell whether the padding was right (SEC-27)?
 * Two kinds of ciphertext in random order, Welch's t over their times; with
 * SCEAU_LONG=1 ten thousand samples through the grid, which is nine minutes,
 * and as many before it.
 */
import './node-globals.mjs';
import assert from 'node:assert/strict';
import { randomBytes, randomInt } from 'node:crypto';
import { before, test } from 'node:test';
import { onGrid } from '../../static/vault/grid.js';
import { importKey } from '../../static/vault/keys.js';
import { readCertificate } from '../../static/vault/x509.js';
import { forPadded } from './encrypt.mjs';
import { bytesOf, makeAuthorities, makePerson, openssl, OPENS }
  from './identities.mjs';

const isLong = process.env.SCEAU_LONG === '1';
const MOST_T = 4.5;

/** @type {import('../../static/vault/opener.js').Open} */
let open;

before(async () => {
  makeAuthorities();
  makePerson('alice', 'rsa2048', 'alice@demo.test', OPENS);
  const pkcs8 = new Uint8Array(openssl('pkcs8', '-topk8', '-nocrypt', '-in',
    'alice.key', '-outform', 'DER'));
  const key = await importKey(pkcs8, readCertificate(bytesOf('alice.der')));
  assert.ok(key !== null && key.open !== null);
  open = key.open;
});

/** The t of Welch. @param {number[]} a @param {number[]} b */
function welch(a, b) {
  const [one, other] = [a, b].map((times) => {
    const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
    const square = times.reduce((sum, time) => sum + (time - mean) ** 2, 0);
    return { mean, error: square / (times.length - 1) / times.length };
  });
  return (one.mean - other.mean) / Math.sqrt(one.error + other.error);
}

/** The slowest are the machine's business. @param {number[]} times */
const cropped = (times) => [...times].sort((a, b) => a - b)
  .slice(0, Math.ceil(times.length * 0.95));

/** @param {any} recipient */
const read = ({ kind, encrypted_key: text }) => ({ kind,
  encryptedKey: new Uint8Array(Buffer.from(text, 'base64')) });

/** A key behind its padding, which is right for kind 0 alone; all else is
 * alike, also how it comes about. @param {number} kind */
function question(kind) {
  const padded = randomBytes(256).map((byte) => byte || 1);
  padded.set([0, kind === 0 ? 2 : randomInt(3, 200)]);
  padded[223] = 0;
  return { kind, key: Buffer.from(padded.subarray(224)),
    recipient: read(forPadded('alice', padded)) };
}

/** @param {number} count @param {(work: () => Promise<any>) => Promise<any>}
 *  through */
async function campaign(count, through) {
  /** @type {[number[], number[]]} */
  const times = [[], []];
  const questions = Array.from({ length: count },
    () => question(randomInt(2)));
  for (const { kind, key, recipient } of questions) {
    const start = performance.now();
    const got = await through(() => open(recipient, 32));
    times[kind].push(performance.now() - start);
    assert.equal(Buffer.compare(got, key) === 0, kind === 0);
  }
  return welch(cropped(times[0]), cropped(times[1]));
}

/** @type {[string, number, number, (work: () => Promise<any>) =>
 *   Promise<any>][]} */
const campaigns = [
  ['through the grid', 10000, 100, onGrid],
  ['before the grid', 10000, 100, (work) => work()],
];
for (const [name, long, short, through] of campaigns)
  test(`sec_27_time_does_not_tell_the_padding: ${name}`,
    { timeout: 3600000 }, async (t) => {
      const count = isLong ? long : short;
      const value = await campaign(count, through);
      t.diagnostic(`t = ${value.toFixed(2)} over ${count} samples`);
      /* A hundred samples say nothing; they say that the campaign runs. */
      assert.ok(!isLong || Math.abs(value) < MOST_T, `t = ${value}`);
    });
