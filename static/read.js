/*
 * The reading page: HTML messages go, made harmless, into the sandboxed
 * frame; addresses in plain text become links; on messages that are not what
 * was signed, links and files ask before they open. An encrypted message is
 * opened here, and what it holds comes with its key.
 */
import { ask } from './ask.js';
import { clean } from './clean.js';
import { byId, make, pageData } from './dom.js';
import { cameByHand } from './navigate.js';
import { download, opener } from './opened-files.js';
import { answerOpened, startOpening } from './opening.js';
import { toast } from './toast.js';
import { word } from './words.js';

export async function start(/** @type {HTMLElement} */ main) {
  const article = main.querySelector('article');
  if (article === null)
    return;
  await show(article);
  /* The page is ready before the message is open: a passphrase may be due. */
  void startOpening(cameByHand(), (opened) => {
    answerOpened(opened);
    void show(opened);
    opened.querySelector('h1')?.focus();
  });
}

/** @param {HTMLElement} article */
async function show(article) {
  const doubt = article.querySelector('.banner') !== null;
  for (const paragraph of article.querySelectorAll('.text p'))
    dress(/** @type {HTMLElement} */ (paragraph));
  article.addEventListener('click', (event) => void asked(event, doubt), true);
  const canvas = document.getElementById('canvas');
  if (canvas !== null)
    await showHtml(canvas, doubt);
}

/* ---- plain text ---- */

const link = /\bhttps?:\/\/[^\s<>"«»]+[^\s<>"«».,;:!?)\]'’]/gi;

function dress(/** @type {HTMLElement} */ paragraph) {
  const text = paragraph.textContent ?? '';
  if (text.split('\n').every((line) => line.startsWith('>')))
    paragraph.className = 'quote';
  /* Nothing proves who wrote it: its addresses stay text (SEC-30). */
  if (paragraph.closest('.inert') !== null)
    return;
  const pieces = [];
  let from = 0;
  for (const found of text.matchAll(link)) {
    pieces.push(text.slice(from, found.index), make('a', { href: found[0],
      target: '_blank', rel: 'noopener noreferrer' }, found[0]));
    from = /** @type {number} */ (found.index) + found[0].length;
  }
  if (pieces.length > 0)
    paragraph.replaceChildren(...pieces, text.slice(from));
}

/** Links and files of a message in doubt open after a question only; files
 * of an opened message come with its key.
 * @param {MouseEvent} event @param {boolean} doubt */
async function asked(event, doubt) {
  const node = /** @type {Element} */ (event.target)
    .closest?.('.text a[href], a.file');
  if (!node)
    return;
  const anchor = /** @type {HTMLAnchorElement} */ (node);
  const file = anchor.classList.contains('file');
  const opened = file && pageData().opened === true;
  if (!doubt && !opened)
    return;
  event.preventDefault();
  event.stopPropagation();
  const name = anchor.querySelector('strong')?.textContent ?? '';
  if (doubt && !await sure(file ? name : anchor.href, file))
    return;
  if (opened)
    await download(anchor.href, name).catch(() =>
      toast(word('offline')));
  else if (file)
    location.assign(anchor.href);
  else
    window.open(anchor.href, '_blank', 'noopener,noreferrer');
}

/** @param {string} detail @param {boolean} file */
function sure(detail, file) {
  const kind = file ? 'doubt_file' : 'doubt_link';
  return ask({ title: word(`${kind}_title`), text: word(`${kind}_text`),
    yes: word(`${kind}_yes`), detail });
}

/* ---- HTML ---- */

async function showHtml(/** @type {HTMLElement} */ canvas,
  /** @type {boolean} */ doubt) {
  const data = pageData();
  const images = await ownImages(data.htmls, data.images ?? {});
  const draw = async (/** @type {boolean} */ remote) => {
    const parts = await Promise.all(data.htmls.map(
      (/** @type {string} */ html) => clean(html, { images, remote })));
    fill(canvas, { html: parts.join('<hr>'), remote, doubt });
  };
  await draw(false);
  document.getElementById('show-images')?.addEventListener('click', () => {
    byId('images-off').hidden = true;
    void draw(true);
  });
}

/** The frame can load nothing, so the message's images come with it. Their
 * kind is what their first bytes say. */
async function ownImages(/** @type {string[]} */ htmls,
  /** @type {Record<string, string>} */ urls) {
  /** @type {Record<string, string>} */
  const images = {};
  const wanted = Object.entries(urls).filter(
    ([cid]) => htmls.some((html) => html.includes(cid)));
  const bytesOf = opener();
  await Promise.all(wanted.map(async ([cid, url]) => {
    const blob = await bytesOf(url).catch(() => null);
    const type = blob === null ? '' : await imageType(blob);
    if (blob !== null && type !== '')
      images[cid] = await dataUrl(new Blob([blob], { type }));
  }));
  return images;
}

/** @returns {Promise<string>} '' for what is not shown (SEC-41) */
async function imageType(/** @type {Blob} */ blob) {
  const head = String.fromCharCode(
    ...new Uint8Array(await blob.slice(0, 12).arrayBuffer()));
  const kinds = { '\x89PNG\r\n\x1a\n': 'image/png', '\xff\xd8\xff': 'image/jpeg',
    'GIF87a': 'image/gif', 'GIF89a': 'image/gif' };
  const found = Object.entries(kinds).find(([mark]) => head.startsWith(mark));
  if (found !== undefined)
    return found[1];
  return head.startsWith('RIFF') && head.slice(8) === 'WEBP'
    ? 'image/webp' : '';
}

/** @returns {Promise<string>} */
function dataUrl(/** @type {Blob} */ blob) {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => resolve(String(reader.result)));
    reader.readAsDataURL(blob);
  });
}

/**
 * A new frame for each drawing: its policy is that of its address.
 * @param {HTMLElement} canvas
 * @param {{html: string, remote: boolean, doubt: boolean}} what
 */
function fill(canvas, { html, remote, doubt }) {
  const frame = make('iframe', { title: canvas.dataset.title ?? '',
    sandbox: 'allow-scripts allow-popups allow-popups-to-escape-sandbox',
    referrerpolicy: 'no-referrer' });
  frame.addEventListener('load', () => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => void heard(frame, data);
    frame.contentWindow.postMessage('sceau', '*', [port2]);
    port1.postMessage({ html, ask: doubt });
  });
  frame.src = (remote ? canvas.dataset.frameImages : canvas.dataset.frame);
  canvas.replaceChildren(frame);
}

/** From the frame come its height, links to ask about, and the keys that
 * only move: what stands in a message may never act on it. */
async function heard(/** @type {HTMLIFrameElement} */ frame,
  /** @type {any} */ said) {
  if (typeof said?.height === 'number')
    frame.style.height = `${Math.min(Math.max(said.height, 48), 200000)}px`;
  else if (typeof said?.link === 'string' &&
      /^(https?|mailto|tel):/i.test(said.link) &&
      await sure(said.link, false))
    window.open(said.link, '_blank', 'noopener,noreferrer');
  else if (typeof said?.key === 'string' && /^[jkus?]$/.test(said.key))
    document.body.dispatchEvent(new KeyboardEvent('keydown',
      { key: said.key, bubbles: true }));
}
