/* What tests/bench/unwrap has browsers measure. */
import { openerOf } from '../../static/vault/opener.js';

const ROUNDS = 40;

/** @param {string} text */
const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

/** Milliseconds of one unwrap, before the grid: [median, best].
 * @param {{key: any, pkcs8: string, recipient: any, size: number,
 *   want: string}} ask */
export async function measure({ key, pkcs8, recipient, size, want }) {
  const open = await openerOf(bytes(pkcs8), /** @type {any} */ ({ key }),
    'kid');
  for (const name of ['encryptedKey', 'point', 'sharedInfo', 'label'])
    if (name in recipient)
      recipient[name] = bytes(recipient[name]);
  const times = [];
  for (let i = 0; i < ROUNDS; i++) {
    const start = performance.now();
    const got = await open(recipient, size);
    times.push(performance.now() - start);
    if (btoa(String.fromCharCode(...(got ?? []))) !== want)
      throw new Error('another key');
  }
  times.sort((a, b) => a - b);
  return [times[ROUNDS / 2], times[0]];
}
