/* Small helpers for page modules: finding, making, showing. */

/** @param {string} id @returns {any} the element, which must be there */
export function byId(id) {
  const node = document.getElementById(id);
  if (node === null)
    throw new Error(`no #${id} on this page`);
  return node;
}

/**
 * @param {string} name
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string)} children
 * @returns {any}
 */
export function make(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes))
    node.setAttribute(key, value);
  node.append(...children);
  return node;
}

/** @param {string} name @param {string} [className] */
export function icon(name, className = 'ic') {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  const use = document.createElementNS(space, 'use');
  svg.setAttribute('class', className);
  svg.setAttribute('aria-hidden', 'true');
  use.setAttribute('href', iconPath(name));
  svg.append(use);
  return svg;
}

/** @param {string} name */
function iconPath(name) {
  return `${document.body.dataset.static}/icons.svg#${name}`;
}

/** @param {Element | null | undefined} svg @param {string} name */
export function setIcon(svg, name) {
  svg?.querySelector('use')?.setAttribute('href', iconPath(name));
}

/** The JSON that came with the main region. @returns {any} */
export function pageData() {
  const node = document.getElementById('page-data');
  return node === null ? {} : JSON.parse(node.textContent ?? '{}') ?? {};
}

/**
 * Says below a field what is wrong with it, or with '' that nothing is.
 * @param {HTMLElement} field @param {string} text
 */
export function wrong(field, text) {
  const note = byId(`${field.id}-wrong`);
  note.replaceChildren(...(text === '' ? []
    : [icon('warning', 'ic ic-16'), make('span', {}, text)]));
  note.hidden = text === '';
  if (text === '')
    field.removeAttribute('aria-invalid');
  else
    field.setAttribute('aria-invalid', 'true');
}

/** Shows of `root` what is for one of these states, and hides the rest.
 * @param {ParentNode} root @param {...string} states */
export function showWhen(root, ...states) {
  for (const node of root.querySelectorAll('[data-when]')) {
    const part = /** @type {HTMLElement} */ (node);
    part.hidden = !states.includes(part.dataset.when ?? '');
  }
}

/** Buttons that show what a password field hides. @param {ParentNode} root */
export function eyes(root) {
  for (const button of root.querySelectorAll('[data-eye]'))
    button.addEventListener('click', () => {
      const field = byId(/** @type {any} */ (button).dataset.eye);
      const shown = field.type === 'password';
      field.type = shown ? 'text' : 'password';
      button.setAttribute('aria-pressed', String(shown));
      field.focus();
    });
}
