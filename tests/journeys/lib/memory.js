/**
 * What a running server holds in its memory: everything that it may write to,
 * read as a debugger would. Needs root, as the demonstration in a check has.
 */
import fs from 'node:fs';
import path from 'node:path';
import { site } from './site.js';

const LARGEST = 1 << 28;

/** The processes of one of this site's programs. */
export function processes(name) {
  const program = path.join(site.dir, 'bin', name);
  return fs.readdirSync('/proc').filter((id) => /^\d+$/.test(id)
    && fs.existsSync(`/proc/${id}/cmdline`)
    && fs.readFileSync(`/proc/${id}/cmdline`, 'utf8').startsWith(program));
}

/** The writable memory of a process, a region at a time. */
function* memoryOf(id) {
  const memory = fs.openSync(`/proc/${id}/mem`, 'r');
  const maps = fs.readFileSync(`/proc/${id}/maps`, 'utf8');
  for (const line of maps.split('\n')) {
    const [, from, to] = line.match(/^([0-9a-f]+)-([0-9a-f]+) rw/) ?? [];
    const size = Number.parseInt(to, 16) - Number.parseInt(from, 16);
    if (!(size > 0 && size < LARGEST))
      continue;
    const bytes = Buffer.alloc(size);
    try {
      fs.readSync(memory, bytes, 0, size, Number.parseInt(from, 16));
      yield { path: `${id} ${line}`, bytes };
    } catch {
      // A guard page, or gone meanwhile.
    }
  }
  fs.closeSync(memory);
}

/** Calls look with each region of each process, and fails if the search does
 * not even see what is surely there: the name of the configuration. */
export function searchMemory(look) {
  let known = 0;
  for (const id of processes('sceau-fcgi'))
    for (const region of memoryOf(id)) {
      look(region);
      known += region.bytes.includes(site.dir) ? 1 : 0;
    }
  if (known === 0)
    throw new Error('the search sees nothing of the memory');
}
