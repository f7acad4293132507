/*
 * How often each key has opened a message: a page that a server altered must
 * not make the vault a machine that answers thousands of questions (SEC-28).
 * Kept for all tabs of the browser, and when locked.
 */
import { VaultError } from '../vault-error.js';
import { USES } from './store.js';

const MINUTE = 60000;
const DAY = 24 * 60 * MINUTE;
const LIMITS = [{ within: MINUTE, most: 30 }, { within: DAY, most: 500 }];

/**
 * @typedef {import('./store.js').Records} Records
 * @typedef {{kid: string, times: number[]}} Uses milliseconds, of one day
 */

/** Those of the last day. A clock that was set back must not count them for
 * ever: what lies ahead of it is as of now.
 * @param {Uses | undefined} uses @param {number} now */
function recent(uses, now) {
  return (uses?.times ?? []).map((time) => Math.min(time, now))
    .filter((time) => time > now - DAY);
}

/** Milliseconds until one more is allowed. @param {number[]} times
 *  @param {number} now */
function waitFor(times, now) {
  return Math.max(0, ...LIMITS.filter(({ most }) => times.length >= most)
    .map(({ within, most }) => times[times.length - most] + within - now));
}

/** Counts one use, or refuses it.
 * @param {Records} records @param {string} kid @param {Date} date */
export async function countUse(records, kid, date) {
  const now = date.getTime();
  await records.exclusively(async () => {
    const times = recent(await records.get(USES, kid), now);
    const wait = waitFor(times, now);
    if (wait === 0)
      times.push(now);
    await records.put(USES, kid, { kid, times });
    if (wait > 0)
      throw new VaultError('too-many', String(Math.ceil(wait / 1000)));
  });
}

/** @param {Records} records @param {string} kid @param {Date} date */
export async function usesOf(records, kid, date) {
  const now = date.getTime();
  const times = recent(await records.get(USES, kid), now);
  const last = times[times.length - 1];
  return {
    kid,
    today: times.length,
    minute: times.filter((time) => time > now - MINUTE).length,
    last: last === undefined ? null
      : new Date(last).toISOString().replace(/\.\d+/, ''),
  };
}
