/*
 * What the person asked of the site's own authority: whether there is one,
 * how each request stands, and certificates that came for keys that wait in
 * this browser. Where there is no authority, nothing of it shows.
 */
import { look, Refused } from './api.js';
import { byId, pageData, showWhen } from './dom.js';
import { sendRequest } from './request-dialog.js';
import { vault } from './vault-client.js';
import { VaultError } from './vault-error.js';
import { day, word } from './words.js';

/**
 * @typedef {import('./request-dialog.js').Authority} Authority
 * @typedef {import('./request-dialog.js').Answer & {created: string,
 *   renews: string, kid: string | null, key: string}} Asked
 * @typedef {{authority: Authority | null, requests: Asked[]}} Standing
 * @typedef {import('./vault-client.js').Pending} Pending
 * @typedef {{when: 'waiting' | 'elsewhere' | 'arrived' | 'refused' |
 *   'unsent', created: string, reason?: string, pending?: Pending,
 *   asked?: Asked}} Card
 */

/** @returns {Promise<Standing>} */
export async function standing() {
  try {
    return await look('certificates/requests');
  } catch (error) {
    /* A site whose server knows of no such thing has no authority. */
    if (error instanceof Refused && error.status === 404)
      return { authority: null, requests: [] };
    throw error;
  }
}

/** What there is to show of the requests, given the keys that wait here. A
 * refusal is shown until something is asked after it.
 * @param {Asked[]} requests @param {Pending[]} pending
 * @returns {Card[]} the newest first */
export function cardsOf(requests, pending) {
  const newest = [...requests]
    .sort((a, b) => b.created.localeCompare(a.created));
  /** @type {Card[]} */
  const cards = [];
  newest.forEach((asked, nth) => {
    const mine = pending.find(({ key }) => key === asked.key);
    const card = { created: asked.created, pending: mine, asked };
    if (asked.state === 'waiting')
      cards.push({ ...card, when: mine ? 'waiting' : 'elsewhere' });
    else if (asked.state === 'issued' && mine)
      cards.push({ ...card, when: 'arrived' });
    else if (asked.state === 'refused' && (mine || nth === 0))
      cards.push({ ...card, when: 'refused', reason: asked.reason ?? '' });
  });
  for (const one of pending)
    if (!requests.some(({ key }) => key === one.key))
      cards.push({ when: 'unsent', created: one.created, pending: one });
  return cards;
}

/** Puts every certificate that arrived beside its key, if the vault is open.
 * @param {Card[]} cards @returns {Promise<boolean>} whether one was */
export async function collectAll(cards) {
  let any = false;
  for (const { when, asked } of cards)
    if (when === 'arrived' && asked?.certificate) {
      await vault.collect({ certificate: asked.certificate,
        chain: asked.chain }).catch(unlessTaken);
      any = true;
    }
  return any;
}

/** Another tab was faster. @param {unknown} error */
function unlessTaken(error) {
  if (!(error instanceof VaultError) || error.code !== 'no-key')
    throw error;
}

/** @param {Card} card */
function drawn({ when, created, reason }) {
  const node = /** @type {HTMLElement} */ (byId('request-card').content
    .firstElementChild.cloneNode(true));
  showWhen(node, when);
  const reasons = [...node.querySelectorAll('[data-reason]')];
  const known = reasons.some((one) =>
    /** @type {any} */ (one).dataset.reason === reason);
  for (const one of reasons)
    /** @type {any} */ (one).hidden = /** @type {any} */ (one)
      .dataset.reason !== (known ? reason : 'other');
  node.dataset.state = when;
  /** @type {Element} */ (node.querySelector('[data-created]')).textContent =
    word('asked_on', { day: day(created) });
  return node;
}

/** The certificates of the page that sign. @returns {{kid: string}[]} */
export const usable = () => (pageData().certificates ?? [])
  .filter((/** @type {{problems: string[]}} */ one) =>
    one.problems.length === 0);

/** One that signs may come from elsewhere, or from an authority that was
 * reset: this one can still be asked.
 * @param {Standing} standing @param {Card[]} cards */
export function showRequests({ authority, requests }, cards) {
  const list = byId('requests');
  list.replaceChildren(...cards.map(drawn));
  list.hidden = cards.length === 0;
  const busy = cards.some(({ when }) => when !== 'elsewhere');
  byId('ask').hidden = authority === null || busy || usable()
    .some(({ kid }) => requests.some((asked) => asked.kid === kid));
  const none = document.getElementById('no-certificate');
  if (none !== null)
    none.hidden = authority !== null;
  for (const node of document.querySelectorAll('#ask [data-authority]'))
    node.textContent = authority?.name ?? '';
  for (const bar of document.querySelectorAll('[data-renewal]'))
    /** @type {any} */ (bar).hidden = authority === null || busy;
}

/** Sends what was made but never arrived. @param {Card} card */
export const sendAgain = ({ pending }) => sendRequest(
  /** @type {Pending} */ (pending));
