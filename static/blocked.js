/*
 * The card below the subject while somebody could not read the message: who,
 * why, and what can be done. Nothing is ever sent less protected instead.
 */
import { byId, make } from './dom.js';
import { go } from './navigate.js';
import { isLess } from './policy.js';
import { word } from './words.js';

/** @typedef {{name: string, address: string, problem: string, me: boolean,
 *   ask: boolean, support: string}} Blocked ask: what is only signed may go
 *   there
 * @typedef {import('./policy.js').Demand} Demand */

let drawn = '';

/**
 * @param {Blocked[]} people
 * @param {Demand} demand what the administrator asks of this message
 * @param {(address: string) => void} remove
 */
export function showBlocked(people, demand, remove) {
  const card = byId('blocked');
  const state = JSON.stringify([people, demand]);
  if (card.hidden === (people.length === 0) && state === drawn)
    return;
  drawn = state;
  card.hidden = people.length === 0;
  if (card.hidden) {
    /* It describes the send button, hidden or not. */
    byId('blocked-title').textContent = '';
    return;
  }
  const one = people.length === 1;
  byId('blocked-title').textContent = one ? lacks(people[0])
    : word('lacks_many', { n: people.length });
  byId('blocked-text').textContent = whatToDo(people, demand);
  byId('blocked-people').replaceChildren(
    ...people.map((each) => row(each, remove, one)));
}

/** Only what will be accepted is offered, with the reason.
 * @param {Blocked[]} people @param {Demand} demand */
function whatToDo(people, { least, why, address }) {
  const must = isLess('sign', least);
  const which = people.some(({ me }) => me) ? 'lacks_mine'
    : people.length === 1 ? 'lacks_one' : 'lacks_all';
  return must ? `${word(why, { address })} ${word(`${which}_must`)}`
    : word(`${which}_do`);
}

/** @param {Blocked} one */
function shown({ name, address }) {
  return name === '' ? address : name;
}

/** @param {Blocked} one */
function lacks(one) {
  const key = one.me ? 'lacks_mine'
    : `lacks_${one.problem.replaceAll('-', '_')}`;
  const text = word(key, { name: shown(one) });
  return text === key ? word('lacks_other', { name: shown(one) }) : text;
}

/** @param {Blocked} one @param {(address: string) => void} remove
 * @param {boolean} alone */
function row(one, remove, alone) {
  const base = document.body.dataset.base;
  const item = make('li', {});
  if (!alone)
    item.append(make('p', {}, lacks(one)));
  if (one.support !== '')
    item.append(make('p', { class: 'meta num' },
      word('reference', { code: one.support })));
  const acts = make('div', { class: 'buttons left' });
  item.append(acts);
  if (one.me) {
    acts.append(make('a', { class: 'btn', href: `${base}keys` },
      word('lacks_keys')));
    return item;
  }
  if (one.problem === 'offered' || !one.ask)
    acts.append(make('a', { class: 'btn',
      href: `${base}contacts?q=${encodeURIComponent(one.address)}` },
    word(one.problem === 'offered' ? 'lacks_look' : 'lacks_add')));
  else
    acts.append(button(word('lacks_ask'), () => void askFor(one)));
  acts.append(button(word('lacks_remove', { name: shown(one) }), () => {
    remove(one.address);
    byId('to').focus();
  }));
  return item;
}

/** @param {string} text @param {() => void} act */
function button(text, act) {
  const node = make('button', { class: 'btn', type: 'button' }, text);
  node.addEventListener('click', act);
  return node;
}

/** The next message begins as signed only: its recipient has no
 * certificate, and gets ours with it. */
let asking = false;

/** @returns {boolean} true once after a certificate was asked for */
export function takeAsking() {
  const was = asking;
  asking = false;
  return was;
}

/** A message that asks for a signed one, ready to be sent.
 * @param {Blocked} one */
async function askFor(one) {
  const query = new URLSearchParams({
    to: one.name === '' ? one.address : `"${one.name.replace(/["\\]/g,
      '\\$&')}" <${one.address}>`,
    subject: word('ask_subject'),
    body: ['ask_hello', 'ask_need', 'ask_thanks'].map((key) => word(key))
      .join('\n\n') });
  asking = true;
  if (!await go(`${document.body.dataset.base}compose?${query}`))
    asking = false;
}
