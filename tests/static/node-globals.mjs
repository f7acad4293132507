/* Node 18 has WebCrypto and File, but not as globals. */
import { File } from 'node:buffer';
import { webcrypto } from 'node:crypto';

/** @type {any} */
const all = globalThis;
all.crypto ??= webcrypto;
all.File ??= File;
