/*
 * Addresses as people type and paste them: `Name <a@b>`, `"Name, X" <a@b>`,
 * `a@b`, parted by commas, semicolons or new lines.
 */

/** @typedef {{name: string, address: string}} Address */

const control = /[\u0000-\u001f\u007f-\u009f]/g;

/** Cuts at separators that are neither in quotes nor in angle brackets.
 * @param {string} text @returns {string[]} */
export function split(text) {
  const pieces = [''];
  let quoted = false;
  let angle = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '\\' && quoted) {
      pieces[pieces.length - 1] += c + (text[++i] ?? '');
      continue;
    }
    if (c === '"')
      quoted = !quoted;
    else if (!quoted && (c === '<' || c === '>'))
      angle = c === '<';
    if (!quoted && !angle && /[,;\n\r]/.test(c))
      pieces.push('');
    else
      pieces[pieces.length - 1] += c;
  }
  return pieces.map((piece) => piece.trim()).filter((piece) => piece !== '');
}

/** @param {string} piece @returns {Address} */
export function read(piece) {
  const parts = piece.match(/^(.*?)\s*<([^<>]*)>$/s);
  if (parts === null)
    return { name: '', address: piece.trim() };
  const [, name, address] = parts;
  return { name: plain(name), address: address.trim() };
}

/** A name without quotes, control characters and doubled spaces. */
function plain(/** @type {string} */ name) {
  const quoted = name.trim().match(/^"(.*)"$/s);
  const text = quoted === null ? name : quoted[1].replace(/\\(.)/gs, '$1');
  return text.replace(control, '').replace(/ +/g, ' ').trim();
}

/** Whether mail could be sent there: the server has the last word.
 * @param {Address} one */
export function isSound({ address }) {
  return address.length <= 254 &&
    /^[^\s@<>()[\],;:\\"]+@[^\s@<>()[\],;:\\"]+\.[^\s@<>()[\],;:\\".]+$/
      .test(address) && !address.includes('..');
}

/** @param {Address} one @returns {string} as it is posted */
export function write({ name, address }) {
  if (name === '')
    return address;
  return `"${name.replace(/["\\]/g, '\\$&')}" <${address}>`;
}
