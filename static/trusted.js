/*
 * The one Trusted Types policy of the page. Markup passes through it in two
 * places: pages and regions of this site in markup.js, and the sanitiser's
 * work in read.js. As a script it lets through the vault worker alone.
 */

/** @param {string} url */
function workerOnly(url) {
  const want = new URL(document.body.dataset.worker ?? '', location.href);
  const got = new URL(url, location.href);
  if (got.href !== want.href || got.origin !== location.origin)
    throw new TypeError('not the vault worker');
  return got.href;
}

const rules = {
  /** @param {string} html */
  createHTML: (html) => html,
  createScriptURL: workerOnly,
};

/** Browsers without Trusted Types get the same functions, unwrapped. */
export const policy = /** @type {any} */ (window).trustedTypes
  ? /** @type {any} */ (window).trustedTypes.createPolicy('sceau', rules)
  : rules;
