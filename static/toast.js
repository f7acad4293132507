/*
 * Small notices at the foot of the window. They say what was done; verdicts
 * on signatures are never said this way.
 */
import { byId, make } from './dom.js';

const shown = 6000;

/**
 * @param {string} text
 * @param {{label: string, act: () => void}} [offer]
 */
export function toast(text, offer) {
  const node = make('div', { class: 'toast' }, make('span', {}, text));
  if (offer !== undefined) {
    const button = make('button', { type: 'button' }, offer.label);
    button.addEventListener('click', () => {
      node.remove();
      offer.act();
    });
    node.append(button);
  }
  place();
  byId('toasts').replaceChildren(node);
  leaveLater(node);
}

/** On a wide screen above the vault's card, which it must not hide. */
function place() {
  const end = byId('side').querySelector('.side-end');
  const wide = matchMedia('(min-width: 1101px)').matches;
  byId('toasts').style.bottom = !wide || end === null ? ''
    : `${window.innerHeight - end.getBoundingClientRect().top - 16}px`;
}

/** It stays while the pointer or the focus is on it. */
function leaveLater(/** @type {HTMLElement} */ node) {
  const start = () => setTimeout(() => node.remove(), shown);
  let timer = start();
  for (const event of ['pointerenter', 'focusin'])
    node.addEventListener(event, () => clearTimeout(timer));
  for (const event of ['pointerleave', 'focusout'])
    node.addEventListener(event, () => {
      clearTimeout(timer);
      timer = start();
    });
}
