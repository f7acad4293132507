/* Choosing a passphrase: what is said of it while it is typed, and before it
 * is taken. */
import { wrong } from './dom.js';
import { word } from './words.js';

const shortest = 12;

/** @param {string} text */
const lengthOf = (text) => [...text].length;

/** Says how good it is. @param {any} field @param {Element} note */
export function showStrength(field, note) {
  const length = lengthOf(field.value);
  note.textContent = length === 0 ? ''
    : word(length < shortest ? 'phrase_short'
      : length < 20 ? 'phrase_fair' : 'phrase_good', { n: length });
}

/** Whether both fields hold one that will do; if not, the fields say why.
 * @param {any} phrase @param {any} same @param {string} [differ] the words
 * when they differ */
export function isChosen(phrase, same, differ = 'phrase_differs') {
  const short = lengthOf(phrase.value) < shortest;
  const differs = phrase.value !== same.value;
  wrong(phrase, short ? word('phrase_too_short', { n: shortest }) : '');
  wrong(same, !short && differs ? word(differ) : '');
  if (short || differs)
    (short ? phrase : same).focus();
  return !short && !differs;
}
