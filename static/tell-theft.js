/*
 * After a key was reported stolen: whoever has seen a signature of it is
 * offered a sentence with the next message to them, once. Written by the
 * person, or not: nothing is put in unasked.
 */
import { byId } from './dom.js';
import { day, word } from './words.js';

/** @typedef {{address: string, name: string, since: string}} Unaware */

/** @type {Unaware[]} */
let shown = [];

/** @param {Unaware[]} people */
export function showTell(people) {
  const note = document.getElementById('tell-theft');
  if (note === null)
    return;
  shown = people;
  note.hidden = people.length === 0;
  if (note.hidden)
    return;
  byId('tell-theft-text').textContent = people.length === 1
    ? word('tell_one', { name: people[0].name || people[0].address })
    : word('tell_many', { n: people.length });
  const button = byId('tell-theft-insert');
  button.onclick = insert;
}

/** The sentence comes first, and can be changed like any other text. */
function insert() {
  const since = shown.map((one) => one.since).sort()[0];
  const field = byId('text');
  const sentence = word('tell_sentence', { day: day(since) });
  if (!field.value.includes(sentence)) {
    field.value = `${sentence}\n\n${field.value}`;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }
  field.focus();
  field.setSelectionRange(sentence.length, sentence.length);
}
