/*
 * The part of the keys page that deals with the site's own authority: asking
 * for a certificate, how requests stand, renewing; and, of every key that is
 * here, its copy and the report of its theft.
 */
import { copyKey } from './copy-dialog.js';
import { byId, pageData } from './dom.js';
import { askForCertificate } from './request-dialog.js';
import { cancelledOf, cardsOf } from './request-cards.js';
import { collectAll, sendAgain, showRequests, standing, takeBack, usable }
  from './requests.js';
import { settle } from './notices.js';
import { reportTheft } from './stolen-dialog.js';
import { toast } from './toast.js';
import { openVault } from './vault-dialog.js';
import { vault } from './vault-client.js';
import { word } from './words.js';

/**
 * @typedef {import('./requests.js').Standing} Standing
 * @typedef {{refuse: (error: unknown) => void,
 *   refresh: () => Promise<void>, file: () => void}} Page
 * @typedef {{kid: string, made: boolean, copied: string | null,
 *   session: boolean}} HeldKey
 */

/** @type {Page} */
let page;
/** @type {Standing} */
let now = { authority: null, requests: [] };
/** A dialog is at work: what it does is not done besides. */
let busy = false;

/** @param {Page} what the page does itself */
export function start(what) {
  page = what;
  now = { authority: null, requests: [] };
  busy = false;
  byId('ask-certificate').addEventListener('click', () => void ask());
  byId('have-file').addEventListener('click', () => page.file());
  byId('requests').addEventListener('click', pressedRequest);
  byId('certificates').addEventListener('click', pressedCard);
}

/** Does one thing at a time, and shows the page anew after it.
 * @param {() => Promise<boolean>} act whether anything changed */
async function alone(act) {
  if (busy)
    return;
  busy = true;
  try {
    if (await act())
      await page.refresh();
  } catch (error) {
    page.refuse(error);
  } finally {
    busy = false;
  }
}

/** @param {string} [renews] */
const ask = (renews = '') => alone(async () => now.authority !== null &&
  askForCertificate(now.authority, renews));

function pressedRequest(/** @type {MouseEvent} */ event) {
  const button = /** @type {Element} */ (event.target).closest('button');
  const card = button?.closest('.request');
  if (button === null || !card)
    return;
  const nth = [...byId('requests').children].indexOf(card);
  void alone(() => answerCard(button, nth));
}

/** @param {HTMLButtonElement} button @param {number} nth
 *  @returns {Promise<boolean>} */
async function answerCard({ dataset }, nth) {
  const card = cardsOf(now.requests, await vault.pending())[nth];
  if (dataset.take !== undefined) {
    await openVault(word('why_take'));
    return false;
  }
  if (dataset.send !== undefined) {
    await sendAgain(card);
    return true;
  }
  if (dataset.cancel !== undefined)
    return takeBack(card);
  if (card.pending !== undefined)
    await vault.discard(card.pending.key);
  if (dataset.again !== undefined && now.authority !== null)
    await askForCertificate(now.authority, card.asked?.renews);
  return true;
}

function pressedCard(/** @type {MouseEvent} */ event) {
  const button = /** @type {Element} */ (event.target)
    .closest('[data-copy], [data-stolen], [data-renew]');
  const card = /** @type {HTMLElement | null} */ (
    button?.closest('[data-kid]') ?? null);
  if (button === null || card === null)
    return;
  const kid = card.dataset.kid ?? '';
  if (button.matches('[data-renew]'))
    void ask(kid);
  else if (button.matches('[data-copy]'))
    void copyKey(kid);
  else
    void alone(() => stolen(card, kid));
}

/** @param {HTMLElement} card @param {string} kid */
async function stolen({ dataset }, kid) {
  const mayAsk = now.authority !== null;
  const { issuer = '' } = pageData().certificates
    .find((/** @type {any} */ one) => one.kid === kid) ?? {};
  const { reported, ask: again } = await reportTheft({ kid, issuer,
    name: dataset.name ?? '', print: dataset.print ?? '',
    isLocal: now.requests.some((one) => one.kid === kid) }, mayAsk);
  if (again && now.authority !== null)
    await askForCertificate(now.authority, kid);
  return reported;
}

/** @param {HeldKey[]} keys */
function showCards(keys) {
  /** @type {{kid: string, problems: string[]}[]} */
  const certificates = pageData().certificates ?? [];
  for (const card of byId('certificates').querySelectorAll('[data-kid]')) {
    const { kid } = card.dataset;
    const key = keys.find((one) => one.kid === kid && !one.session);
    const bare = key?.made === true && key.copied === null;
    const problems = certificates.find((one) => one.kid === kid)?.problems;
    card.querySelector('.no-copy').hidden = !bare;
    card.querySelector('.card-foot [data-copy]').hidden =
      key === undefined || bare;
    card.querySelector('[data-stolen]').hidden =
      problems?.includes('stolen') || problems?.includes('revoked');
  }
}

/** Shows how things stand, and takes what has arrived.
 * @param {string} state of the vault @param {HeldKey[]} keys
 * @returns {Promise<boolean>} whether a certificate can be asked for here
 *   that the person lacks, so that importing a file is the other way */
export async function show(state, keys) {
  if (busy)
    return false;
  now = await standing().catch((error) => {
    page.refuse(error);
    return now;
  });
  const pending = await vault.pending();
  for (const { key } of cancelledOf(now.requests, pending))
    await vault.discard(key);
  const cards = cardsOf(now.requests, pending);
  if (state === 'open' && await collectAll(cards)) {
    await settle('taken');
    toast(word('certificate_taken'));
    await page.refresh();
    return false;
  }
  if (document.getElementById('requests') === null)
    return false;
  showRequests(now, cards);
  showCards(keys);
  return (!byId('ask').hidden && usable().length === 0) || cards.length > 0;
}
