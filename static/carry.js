/*
 * Files that a forwarded message or a resumed draft brings along: fetched
 * from the server, in clear or, of an opened message, with the key of that
 * message, and then attached as if they had been chosen here.
 */
import { byId } from './dom.js';
import { opener } from './opened-files.js';
import { word } from './words.js';

/** @typedef {{url: string, name: string, type: string}} Carried */

/**
 * @param {Carried[]} files
 * @param {import('./uploads.js').Uploads} uploads
 */
export async function takeCarried(files, uploads) {
  const fetchFile = opener();
  const note = byId('files-sum');
  byId('attached').hidden = false;
  note.textContent = word('carrying');
  const failed = [];
  for (const { url, name, type } of files) {
    const bytes = await fetchFile(url).catch(() => null);
    if (bytes === null)
      failed.push(name);
    else
      uploads.carry(new File([bytes], name, { type }));
  }
  note.textContent = '';
  if (failed.length > 0)
    uploads.complain(word('carry_failed', { name: failed.join(', ') }));
  uploads.settle();
}
