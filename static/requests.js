/*
 * What the person asked of the site's own authority: whether there is one,
 * how each request stands, and certificates that came for keys that wait in
 * this browser. Where there is no authority, nothing of it shows.
 */
import { call, look, Refused } from './api.js';
import { ask } from './ask.js';
import { byId, pageData, showWhen } from './dom.js';
import { sendRequest } from './request-dialog.js';
import { toast } from './toast.js';
import { vault } from './vault-client.js';
import { VaultError } from './vault-error.js';
import { day, word } from './words.js';

/**
 * @typedef {import('./request-dialog.js').Authority} Authority
 * @typedef {import('./request-cards.js').Asked} Asked
 * @typedef {import('./request-cards.js').Card} Card
 * @typedef {{authority: Authority | null, requests: Asked[]}} Standing
 * @typedef {import('./vault-client.js').Pending} Pending
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

/** @param {Card} card @returns {Promise<boolean>} whether it was */
export async function takeBack({ asked, pending }) {
  const yes = await ask({ title: word('cancel_title'),
    text: word('cancel_text'), yes: word('cancel_yes') });
  if (!yes)
    return false;
  await call('certificates/cancel', { id: asked?.id });
  if (pending !== undefined)
    await vault.discard(pending.key);
  toast(word('request_cancelled'));
  return true;
}

/** Another tab was faster. @param {unknown} error */
function unlessTaken(error) {
  if (!(error instanceof VaultError) || error.code !== 'no-key')
    throw error;
}

/** @param {Card} card */
function drawn({ when, created, reason, asked }) {
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
  const cancel = /** @type {HTMLElement} */ (
    node.querySelector('[data-cancel]'));
  cancel.hidden = asked?.can_cancel !== true;
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
  for (const node of document.querySelectorAll('#ask [data-authority]'))
    node.textContent = authority?.name ?? '';
  for (const bar of document.querySelectorAll('[data-renewal]'))
    /** @type {any} */ (bar).hidden = authority === null || busy;
  /* Who has asked is not told to ask. */
  for (const advice of document.querySelectorAll('[data-advice]'))
    /** @type {any} */ (advice).hidden = busy;
}

/** Sends what was made but never arrived. @param {Card} card */
export const sendAgain = ({ pending }) => sendRequest(
  /** @type {Pending} */ (pending));
