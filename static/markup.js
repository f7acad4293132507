/* Pages and regions of this site, from text to nodes. */
import { policy } from './trusted.js';

/** @param {string} html @returns {Document} */
export function parse(html) {
  return new DOMParser().parseFromString(
    /** @type {any} */ (policy.createHTML(html)), 'text/html');
}
