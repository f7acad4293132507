/**
 * What a running server holds in its memory: everything that it may write to,
 * read as a debugger would. Needs root, as the demonstration in a check has.
 */
import fs from 'node:fs';
import path from 'node:path';
import { site } from './site.js';

const PIECE = 16 * 1024 * 1024;

/** The processes of this site's sceau-fcgi. */
function servers() {
  return fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const line = fs.readFileSync(path.join('/proc', pid, 'cmdline'),
          'latin1');
        return line.includes('sceau-fcgi') && line.includes(site.dir);
      } catch {
        return false;
      }
    });
}

/** Spans that can be written: [start, end, what]. */
function spans(pid) {
  return fs.readFileSync(`/proc/${pid}/maps`, 'latin1').split('\n')
    .map((line) => line.match(/^([0-9a-f]+)-([0-9a-f]+) rw.. \S+ \S+ \S+ *(.*)$/))
    .filter((found) => found !== null)
    .map(([, start, end, what]) => [Number.parseInt(start, 16),
      Number.parseInt(end, 16), what]);
}

/** Where text stands in the memory of a process, as "pid what". */
function placesIn(pid, text) {
  const memory = fs.openSync(`/proc/${pid}/mem`, 'r');
  const needle = Buffer.from(text);
  const places = [];
  for (const [start, end, what] of spans(pid)) {
    for (let at = start; at < end; at += PIECE) {
      const size = Math.min(PIECE + needle.length, end - at);
      const bytes = Buffer.alloc(size);
      try {
        fs.readSync(memory, bytes, 0, size, at);
      } catch {
        break; // not there for anybody, such as the vvar page
      }
      for (let found = bytes.indexOf(needle); found >= 0;
        found = bytes.indexOf(needle, found + 1))
        places.push(`${pid} ${what || 'anonymous'} ${JSON.stringify(bytes
          .toString('latin1', Math.max(0, found - 60), found))}`);
    }
  }
  fs.closeSync(memory);
  return places;
}

/** Places of text in any of the server's processes. */
export function inMemory(text) {
  const pids = servers();
  if (pids.length < 2) throw new Error('the server is not running');
  return pids.flatMap((pid) => placesIn(pid, text));
}
