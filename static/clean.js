/*
 * Message HTML made harmless: an allow-list of what mail uses, no address
 * that would be fetched, images of the message itself put in as data.
 * Nothing edits the result afterwards.
 */
import { policy } from './trusted.js';

const tags = ['a', 'abbr', 'address', 'article', 'aside', 'b', 'bdi', 'bdo',
  'big', 'blockquote', 'br', 'caption', 'center', 'cite', 'code', 'col',
  'colgroup', 'dd', 'del', 'dfn', 'div', 'dl', 'dt', 'em', 'figcaption',
  'figure', 'font', 'footer', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'header',
  'hr', 'i', 'img', 'ins', 'kbd', 'li', 'main', 'mark', 'nav', 'ol', 'p',
  'pre', 'q', 's', 'samp', 'section', 'small', 'span', 'strike', 'strong',
  'style', 'sub', 'sup', 'table', 'tbody', 'td', 'tfoot', 'th', 'thead',
  'time', 'tr', 'tt', 'u', 'ul', 'var', 'wbr'];
const attributes = ['abbr', 'align', 'alt', 'bgcolor', 'border',
  'cellpadding', 'cellspacing', 'class', 'color', 'cols', 'colspan',
  'datetime', 'dir', 'face', 'height', 'href', 'hspace', 'lang', 'nowrap',
  'rel', 'reversed', 'rows', 'rowspan', 'scope', 'size', 'span', 'src',
  'start', 'style', 'summary', 'target', 'title', 'type', 'valign', 'value',
  'vspace', 'width'];

/* Style that could fetch, run or hide its meaning behind escapes. */
const fetches = /url\s*\(|@import|@font-face|image(-set)?\s*\(|element\s*\(|expression|behaviou?r|-moz-binding|\\|\/\*/i;
/* Style that could leave the message's own place. */
const floats = /position\s*:\s*(fixed|sticky)/i;

/**
 * @param {string} html
 * @param {{images: Record<string, string>, remote: boolean}} how images:
 *   content-id → data: URL; remote: https images may stay
 * @returns {Promise<string>}
 */
export async function clean(html, { images, remote }) {
  const { default: DOMPurify } = await import('./purify.js');
  const purify = DOMPurify(window);
  purify.addHook('uponSanitizeElement', (node, data) => {
    if (data.tagName === 'style' && fetches.test(node.textContent ?? ''))
      node.parentNode?.removeChild(node);
  });
  purify.addHook('uponSanitizeAttribute', (node, data) => {
    if (data.attrName === 'style' &&
        (fetches.test(data.attrValue) || floats.test(data.attrValue)))
      data.keepAttr = false;
    if (data.attrName === 'src')
      source(node, data, images, remote);
    if (data.attrName === 'href')
      data.keepAttr = /^\s*(https?:|mailto:|tel:)/i.test(data.attrValue);
  });
  purify.addHook('afterSanitizeAttributes', (node) => {
    if (node.tagName === 'A' && node.hasAttribute('href')) {
      node.setAttribute('target', '_blank');
      node.setAttribute('rel', 'noopener noreferrer');
    }
  });
  return String(purify.sanitize(html, { ALLOWED_TAGS: tags,
    ALLOWED_ATTR: attributes, ALLOW_DATA_ATTR: false, ALLOW_ARIA_ATTR: false,
    FORCE_BODY: true, SANITIZE_NAMED_PROPS: true,
    TRUSTED_TYPES_POLICY: /** @type {any} */ (policy) }));
}

/** An image is one of the message's own, or allowed from elsewhere, or not
 * there at all. */
function source(/** @type {Element} */ node, /** @type {any} */ data,
  /** @type {Record<string, string>} */ images,
  /** @type {boolean} */ remote) {
  const address = data.attrValue.trim();
  const cid = address.match(/^cid:(.+)$/i)?.[1];
  if (node.tagName !== 'IMG')
    data.keepAttr = false;
  else if (cid !== undefined && Object.hasOwn(images, decoded(cid)))
    data.attrValue = images[decoded(cid)];
  else
    data.keepAttr = (remote && /^https:/i.test(address)) ||
      /^data:image\/(png|jpeg|gif|webp);base64,/i.test(address);
}

function decoded(/** @type {string} */ text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
