/*
 * Bytes of a message's parts. Of a message that was opened here they are
 * asked for with its content key, which stays in this page's memory while
 * that message, or what answers it, is on the screen, and no longer.
 */

/** @type {{url: string, key: string} | null} */
let held = null;

/** @param {string} url of the message @param {string} key */
export function hold(url, key) {
  held = { url, key };
}

export function forget() {
  held = null;
}

/** The key of the message that is shown, if it was opened here. */
export function heldKey() {
  return held?.key ?? null;
}

/** @returns {(url: string) => Promise<Blob>} which keeps the key that is
 * held now, until nobody keeps the function */
export function opener() {
  const now = held;
  return (url) => fetchBytes(url, now);
}

/** @param {string} url @param {{url: string, key: string} | null} from */
async function fetchBytes(url, from) {
  const there = new URL(url, location.href);
  const opened = from !== null && there.origin === location.origin &&
    there.pathname.startsWith(`${new URL(from.url, location.href).pathname}/`);
  const answer = await fetch(there, !opened ? {} : { method: 'POST',
    body: JSON.stringify({ content_key: from.key }),
    headers: { 'Content-Type': 'application/json',
      'X-CSRF-Token': document.body.dataset.csrf ?? '' } });
  if (!answer.ok)
    throw new TypeError(`part: ${answer.status}`);
  /* Whatever the part calls itself, here it is bytes to be kept (SEC-41). */
  return new Blob([await answer.arrayBuffer()],
    { type: 'application/octet-stream' });
}

/** Saves a part under its name. @param {string} url @param {string} name */
export async function download(url, name) {
  const blob = await opener()(url);
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}
