/*
 * Files to send: chosen or dropped, counted against the limit before
 * anything travels, and posted with progress.
 */
import { byId, icon, make, wrong } from './dom.js';
import { size, word } from './words.js';

export class Uploads {
  /** @type {File[]} */
  #files = [];
  /** @type {Set<File>} those that came with a quoted message */
  #carried = new Set();
  #limit;
  #changed;

  /** @param {number} limit bytes in all @param {() => void} changed */
  constructor(limit, changed) {
    this.#limit = limit;
    this.#changed = changed;
    const pick = byId('pick');
    pick.removeAttribute('name');
    pick.addEventListener('change', () => {
      this.add([...pick.files]);
      pick.value = '';
    });
  }

  get all() {
    return [...this.#files];
  }

  get total() {
    return this.#files.reduce((sum, file) => sum + file.size, 0);
  }

  /** Takes what fits, and says which did not. @param {File[]} files */
  add(files) {
    const over = [];
    for (const file of files) {
      if (this.total + file.size > this.#limit)
        over.push(file);
      else
        this.#files.push(file);
    }
    this.#draw();
    wrong(byId('files'), over.length === 0 ? '' : word('file_over', {
      name: over.map((file) => `${file.name} (${size(file.size)})`)
        .join(', ') }));
    if (over.length > 0)
      byId('attached').hidden = false;
  }

  /** Takes a file that another message brings. @param {File} file */
  carry(file) {
    this.#carried.add(file);
    this.add([file]);
  }

  /** They leave with the quote of that message. */
  dropCarried() {
    this.#files = this.#files.filter((file) => !this.#carried.has(file));
    this.#draw();
  }

  /** @param {string} text */
  complain(text) {
    wrong(byId('files'), text);
    byId('attached').hidden = false;
  }

  /** Shows things as they are, after others wrote here. */
  settle() {
    const complaint = byId('files-wrong').hidden;
    this.#draw();
    if (!complaint)
      byId('attached').hidden = false;
  }

  #draw() {
    byId('files').replaceChildren(
      ...this.#files.map((file) => this.#card(file)));
    byId('attached').hidden = this.#files.length === 0;
    byId('files-sum').textContent = this.#files.length === 0 ? ''
      : word('files_sum', { size: size(this.total) });
    this.#changed();
  }

  /** @param {File} file */
  #card(file) {
    const kind = file.name.includes('.')
      ? `${file.name.split('.').pop()?.toUpperCase()}, ` : '';
    const remove = make('button', { class: 'icon', type: 'button',
      'aria-label': word('remove_name', { name: file.name }) },
    icon('close', 'ic ic-16'));
    remove.addEventListener('click', () => {
      this.#files = this.#files.filter((other) => other !== file);
      this.#draw();
      wrong(byId('files'), '');
      byId('pick').focus();
    });
    return make('li', { class: 'file' }, icon('file'),
      make('span', { class: 'names' },
        make('strong', {}, make('bdi', {}, file.name)),
        make('small', {}, kind + size(file.size))), remove);
  }
}

/** @param {HTMLElement} main @param {Uploads} uploads */
export function takeDrops(main, uploads) {
  const veil = byId('drop');
  let depth = 0;
  const show = (/** @type {number} */ step) => {
    depth = Math.max(0, depth + step);
    veil.hidden = depth === 0;
  };
  const carries = (/** @type {DragEvent} */ event) =>
    event.dataTransfer?.types.includes('Files') === true;
  main.addEventListener('dragenter', (event) => carries(event) && show(1));
  main.addEventListener('dragleave', (event) => carries(event) && show(-1));
  main.addEventListener('dragover', (event) => {
    if (carries(event))
      event.preventDefault();
  });
  main.addEventListener('drop', (event) => {
    if (!carries(event))
      return;
    event.preventDefault();
    depth = 0;
    veil.hidden = true;
    dropped(/** @type {DataTransfer} */ (event.dataTransfer), uploads);
  });
}

/** @param {DataTransfer} carried @param {Uploads} uploads */
function dropped(carried, uploads) {
  const items = [...carried.items].filter((item) => item.kind === 'file');
  const folder = items.find(
    (item) => item.webkitGetAsEntry?.()?.isDirectory);
  uploads.add(items.filter((item) => item !== folder)
    .map((item) => item.getAsFile()).filter((file) => file !== null));
  if (folder !== undefined) {
    byId('attached').hidden = false;
    wrong(byId('files'), word('no_folder'));
  }
}

/**
 * @param {string} url @param {FormData} body
 * @param {{progress: (share: number) => void, signal: AbortSignal}} how
 * @returns {Promise<{status: number, body: any}>} body null unless JSON
 */
export function post(url, body, { progress, signal }) {
  return new Promise((resolve, reject) => {
    const ask = new XMLHttpRequest();
    ask.open('POST', url);
    ask.setRequestHeader('Accept', 'application/json');
    ask.setRequestHeader('X-CSRF-Token', document.body.dataset.csrf ?? '');
    ask.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable)
        progress(event.loaded / event.total);
    });
    ask.addEventListener('load', () =>
      resolve({ status: ask.status, body: parsed(ask.responseText) }));
    ask.addEventListener('error', () => reject(new TypeError('network')));
    ask.addEventListener('abort', () =>
      reject(new DOMException('stopped', 'AbortError')));
    signal.addEventListener('abort', () => ask.abort());
    ask.send(body);
  });
}

function parsed(/** @type {string} */ text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
