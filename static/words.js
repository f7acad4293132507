/*
 * The words that scripts show. They come with the page, in the user's
 * language (templates/words.html), with `$name` where something goes in.
 */

/** @type {Record<string, string> | null} */
let table = null;

function load() {
  const node = document.getElementById('words');
  return node === null ? {} : JSON.parse(node.textContent ?? '{}');
}

/**
 * @param {string} key
 * @param {Record<string, string | number>} [holes]
 * @returns {string}
 */
export function word(key, holes = {}) {
  table ??= load();
  return fill(table?.[key] ?? key, holes);
}

/** @param {string} text @param {Record<string, string | number>} holes */
export function fill(text, holes) {
  return text.replace(/\$([a-z]+)/g, (whole, name) =>
    Object.hasOwn(holes, name) ? String(holes[name]) : whole);
}

/** The language the page is in, for dates and numbers. */
export const language = () => document.documentElement.lang || 'en';

/** @param {number} bytes @returns {string} "181 Ko" or "181 KB" */
export function size(bytes) {
  const units = language() === 'fr'
    ? ['octets', 'Ko', 'Mo'] : ['bytes', 'KB', 'MB'];
  const step = bytes < 1000 ? 0 : bytes < 1000000 ? 1 : 2;
  const value = bytes / 1000 ** step;
  const text = value.toLocaleString(language(),
    { maximumFractionDigits: step === 2 ? 1 : 0 });
  return `${text} ${units[step]}`;
}

/** As the server writes dates: "3 March 2026", "18:05". */
const locale = () => language() === 'en' ? 'en-GB' : language();

/** @param {string} iso @returns {string} "3 mars 2026" */
export function day(iso) {
  return new Date(iso).toLocaleDateString(locale(),
    { day: 'numeric', month: 'long', year: 'numeric' });
}

/** @param {string} iso @returns {string} "02:41" */
export function clock(iso) {
  return new Date(iso).toLocaleTimeString(locale(),
    { hour: '2-digit', minute: '2-digit' });
}
