/* JSON calls to the server, and its refusals as errors with words. */
import { word } from './words.js';

/** What the server refused: in its own words, with a reference. */
export class Refused extends Error {
  /** @param {number} status @param {any} body */
  constructor(status, body) {
    super(body?.message ?? word('server_failed'));
    this.name = 'Refused';
    this.status = status;
    this.code = body?.error ?? '';
    const action = body?.action;
    this.action = typeof action === 'string' ? action
      : action?.label ?? word('server_failed_do');
    this.reference = body?.reference ?? '';
  }
}

/** @param {{status: number, body: any}} answer */
export function accepted(answer) {
  if (answer.status < 200 || answer.status > 299 || answer.body === null)
    throw new Refused(answer.status, answer.body);
  return answer.body;
}

/** @param {string} path below the base @param {unknown} body */
export async function call(path, body) {
  const answer = await fetch(`${document.body.dataset.base}${path}`, {
    method: 'POST', body: JSON.stringify(body),
    headers: { 'Accept': 'application/json',
      'Content-Type': 'application/json',
      'X-CSRF-Token': document.body.dataset.csrf ?? '' } });
  const value = await answer.json().catch(() => null);
  return accepted({ status: answer.status, body: value });
}

/** @param {string} path below the base @returns {Promise<any>} */
export async function look(path) {
  const answer = await fetch(`${document.body.dataset.base}${path}`,
    { headers: { 'Accept': 'application/json' } });
  const value = await answer.json().catch(() => null);
  return accepted({ status: answer.status, body: value });
}

/** Tries again when the connection fails: the same answer may be posted
 * twice, the server gives the stored result.
 * @param {string} path @param {unknown} body */
export async function callSurely(path, body) {
  for (const wait of [1000, 3000]) {
    try {
      return await call(path, body);
    } catch (error) {
      if (!(error instanceof TypeError))
        throw error;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
  return call(path, body);
}
