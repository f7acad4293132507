/* In the panel: each recipient, and until when their certificate lasts. */
import { byId, icon, make } from './dom.js';
import { day, word } from './words.js';

/**
 * @param {boolean} shown
 * @param {import('./addresses.js').Address[]} people
 * @param {(address: string) => import('./readers.js').Reader | undefined} of
 */
export function showReaders(shown, people, of) {
  const section = byId('readers');
  section.hidden = !shown || people.length === 0;
  if (section.hidden)
    return;
  section.querySelector('ul').replaceChildren(
    ...people.map((one) => row(one, of(one.address))));
}

/** @param {import('./addresses.js').Address} one
 * @param {import('./readers.js').Reader | undefined} reader */
function row(one, reader) {
  const bad = reader !== undefined && !reader.usable;
  const name = one.name || one.address;
  return make('li', bad ? { class: 'bad' } : {},
    icon(bad ? 'envelope-open' : 'envelope'),
    make('span', {}, make('strong', {}, make('bdi', {}, name)),
      make('small', {}, line(reader))));
}

/** @param {import('./readers.js').Reader | undefined} reader */
function line(reader) {
  if (reader === undefined)
    return word('reader_asked');
  if (reader.usable)
    return reader.not_after === null ? ''
      : word('reader_until', { day: day(reader.not_after) });
  const key = `reader_${(reader.problem ?? '').replaceAll('-', '_')}`;
  const text = word(key);
  return text === key ? word('reader_other') : text;
}
